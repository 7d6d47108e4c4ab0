/**
 * What a PAA keeps of a flood, kind by kind: npx tsx tests/senaa/floods.ts --datagrams 100000 [--json]. Heap and buffers behind a
 * collection, above those of the idle PAA: with the flood just over, and when every time-out has passed. Exit code 1 if a bound
 * was passed.
 */

import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock, Link } from "../../host/datagrams/link.ts";
import { HeldClock } from "../../host/fuzz/heldnetwork.ts";
import { nodeRsnCrypto as crypto } from "../../host/rsn/keys/crypto.node.ts";
import { directly } from "../../host/senaa/paa/authenticator.ts";
import { DEFAULT_LIMITS, Paa } from "../../host/senaa/paa/paa.ts";
import { PlainPaa } from "../../host/senaa/plain/paa.ts";
import { ANSWERS_OCTETS_MAX } from "../../host/senaa/transport/answers.ts";
import { TERMINATION_CAUSE } from "../../host/senaa/wire/codes.ts";
import { DEVICE_ID_TYPE } from "../../host/senaa/wire/deviceid.ts";
import { emitMessage, emitPlain } from "../../host/senaa/wire/message.ts";
import { CLR, CSAR, SASR, SCR, SSTR } from "../../host/senaa/wire/messages.ts";
import { TlsEnd } from "../../host/tlspipe/end.ts";
import { concat } from "../../host/wire/octets.ts";
import { CERTIFICATES, pskServer, QUICK } from "./session/bed.ts";

const MiB = 2 ** 20;
/** Longer than any time-out of a PAA, and than an answer is kept. */
const AFTERWARDS_ms = 400_000;
/** TLS has its turn behind so many. */
const AT_ONCE = 50;
const OVERSIZED_OCTETS = 60_000;

interface Ends {
  readonly hear: (from: string, octets: Uint8Array) => void;
  readonly paa: Pick<Paa, "halfOpen" | "counts" | "open" | "close">;
  readonly clock: HeldClock;
  readonly sent: { datagrams: number; octets: number };
}

/** The n-th datagram of a flood, and from where. */
type Flood = (n: number) => readonly [from: string, octets: Uint8Array];

export interface FloodRow {
  readonly kind: string;
  readonly datagrams: number;
  readonly halfOpen: number;
  readonly answers: number;
  /** Octets sent for each that came. */
  readonly amplification: number;
  /** Above an idle PAA, octets. */
  readonly behind_octets: number;
  readonly afterwards_octets: number;
  /** Of the whole process, with the flood just over. */
  readonly resident_octets: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function used_octets(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const spoofed = (n: number): string => `172.${16 + ((n >>> 16) & 0xf)}.${(n >>> 8) & 0xff}.${n & 0xff}:7162`;
const ids = (n: number) => ({ hopByHop: n, endToEnd: n });
const unknown = { sessionId: "paa.plant.example;1;1;nobody", tls: Uint8Array.of(23, 3, 3, 0, 1, 1) };

async function floods(): Promise<Readonly<Record<string, { readonly flood: Flood; readonly isPlain?: true }>>> {
  const end = TlsEnd.client({ ca: CERTIFICATES.ca });
  const hello = (await end.begin()).octets;
  end.close();
  const scr = (n: number, tls = hello): Uint8Array => emitMessage(SCR, ids(n), { userName: "@plant.example", tls });
  const inSession =
    (spec: unknown): Flood =>
    (n) => [spoofed(n), emitMessage(spec as typeof CSAR, ids(n), unknown)];
  const again = scr(1);
  // A message as long as it says, with a TLS-Payload that is none.
  const long = concat(again, new Uint8Array(OVERSIZED_OCTETS - again.length));
  new DataView(long.buffer).setUint16(2, OVERSIZED_OCTETS);
  return {
    "SCR, an address each": { flood: (n) => [spoofed(n), scr(n)] },
    "SCR, of one host": { flood: (n) => ["172.16.0.1:7162", scr(n)] },
    "SCR, the same again": { flood: () => ["172.16.0.1:7162", again] },
    "SCR of 60,000 octets": { flood: (n) => [spoofed(n), long] },
    "SCR, the first part of a flight": {
      flood: (n) => [
        spoofed(n),
        emitMessage(SCR, ids(n), { userName: "@plant.example", tls: hello.slice(0, 99), tlsMore: true }),
      ],
    },
    "CSAR of no session": { flood: inSession(CSAR) },
    "CLR of no session": { flood: inSession(CLR) },
    "SSTR of no session": { flood: inSession(SSTR) },
    "SASR of no session": { flood: inSession(SASR) },
    "octets that are no message": { flood: (n) => [spoofed(n), new Uint8Array(200).fill(n)] },
    "CLR without TLS, an address each": {
      isPlain: true,
      flood: (n) => {
        const value = Uint8Array.from(spoofed(n).split(":")[0].split("."), Number);
        const body = {
          sessionId: `a;0;${n};`,
          userName: "ap-7@plant.example",
          deviceIds: [{ type: DEVICE_ID_TYPE.ipv4, value }],
        };
        return [spoofed(n), emitPlain(CLR, ids(n), body)];
      },
    },
    "SSTR without TLS": {
      isPlain: true,
      flood: (n) => {
        const body = { sessionId: `a;0;${n};`, terminationCause: TERMINATION_CAUSE.logout };
        return [spoofed(n), emitPlain(SSTR, ids(n), body)];
      },
    },
  };
}

function endsOf(isPlain: boolean): Ends {
  const clock = new HeldClock();
  const sent = { datagrams: 0, octets: 0 };
  let hear: Ends["hear"] = () => {};
  const link: Link = {
    address: "10.0.0.1:7161",
    send: (_, octets) => {
      sent.datagrams++;
      sent.octets += octets.length;
    },
    listen: (heard) => {
      hear = heard;
    },
    close: () => {},
  };
  const authenticator = directly(pskServer());
  const shared = {
    link,
    clock: clock as Clock,
    crypto,
    timing: QUICK,
    enforcement: { admit: () => true, remove: () => {} },
  };
  const tls = { ca: CERTIFICATES.ca, certificate: CERTIFICATES.server, key: CERTIFICATES.serverKey };
  const paa = isPlain
    ? new PlainPaa({ ...shared, authenticator })
    : new Paa({ ...shared, authenticator, tls, identity: "paa.plant.example" });
  return { hear: (from, octets) => hear(from, octets), paa, clock, sent };
}

/** Every kind, so many datagrams of each. */
export async function flooded(datagrams: number, onKind: (kind: string) => void = () => {}): Promise<FloodRow[]> {
  const rows: FloodRow[] = [];
  for (const [kind, { flood, isPlain = false }] of Object.entries(await floods())) {
    onKind(kind);
    const { hear, paa, clock, sent } = endsOf(isPlain);
    const idle_octets = used_octets();
    let heard_octets = 0;
    for (let n = 0; n < datagrams; n++) {
      const [from, octets] = flood(n);
      heard_octets += octets.length;
      hear(from, octets);
      if (n % AT_ONCE === AT_ONCE - 1) await settled();
    }
    for (let i = 0; i < AT_ONCE; i++) await settled();
    const { halfOpen } = paa;
    const resident_octets = process.memoryUsage().rss;
    const behind_octets = used_octets() - idle_octets;
    while (clock.step(AFTERWARDS_ms)) await settled();
    const afterwards_octets = used_octets() - idle_octets;
    rows.push({
      ...{ kind, datagrams, halfOpen, answers: sent.datagrams },
      amplification: sent.octets / heard_octets,
      ...{ behind_octets, afterwards_octets, resident_octets },
    });
    paa.close();
  }
  return rows;
}

/** Kept answers of strangers, what is half-open, and what a collection leaves; and when every time-out has passed. */
const MOST = { behind_octets: ANSWERS_OCTETS_MAX + 24 * MiB, afterwards_octets: ANSWERS_OCTETS_MAX + 8 * MiB } as const;

/** A sentence for each bound that a flood passed. */
export function broken(rows: readonly FloodRow[]): string[] {
  return rows.flatMap((row) => [
    ...(row.halfOpen > DEFAULT_LIMITS.halfOpen ? [`${row.kind}: ${row.halfOpen} half-open sessions`] : []),
    ...(["behind_octets", "afterwards_octets"] as const).flatMap((field) =>
      row[field] > MOST[field] ? [`${row.kind}: ${field} is ${row[field]}, at most ${MOST[field]}`] : [],
    ),
  ]);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { datagrams: { type: "string", default: "100000" }, json: { type: "boolean", default: false } },
  });
  const datagrams = Number(values.datagrams);
  if (!Number.isInteger(datagrams) || datagrams < 1 || datagrams > 1_000_000) {
    process.stderr.write("--datagrams is a whole number from 1 to 1,000,000\n");
    process.exit(2);
  }
  const { printTable } = await import("../../host/cli/terminal.ts");
  const rows = await flooded(datagrams, (kind) => process.stderr.write(`${kind} ...\n`));
  const mib = (octets: number): number => Number((octets / MiB).toFixed(1));
  printTable(
    rows.map(({ kind, halfOpen, answers, amplification, behind_octets, afterwards_octets, resident_octets }) => ({
      flood: kind,
      "half-open": halfOpen,
      answers,
      "octets out / in": Number(amplification.toFixed(2)),
      "kept, MiB": mib(behind_octets),
      "time-outs later, MiB": mib(afterwards_octets),
      "process, MiB": Math.round(resident_octets / MiB),
    })),
    values.json,
    rows,
  );
  const reasons = broken(rows);
  for (const reason of reasons) process.stderr.write(`${reason}\n`);
  process.exit(reasons.length > 0 ? 1 : 0);
}
