/** What it takes to enter a network by SeNAA, to stay and to leave: by TLS and certificate, and by EAP method beside EAPOL and RADIUS. */

import { spawnSync } from "node:child_process";
import { EapPeer } from "../../host/eap/peer.ts";
import { type Certificates, makeCertificates } from "../../tests/peers/certificates.ts";
import { converse } from "../../tests/peers/eapmethods.ts";
import { hostapd, inProcess, type Method, methodsOf, type RealServer } from "./methods.ts";
import { type Cost, type Costs, type Stage, session, type Version } from "./world.ts";

export const STAGES: readonly Stage[] = ["phase 1", "phase 2", "once more", "leaving"];

export interface TlsRow {
  readonly version: Version;
  readonly certificate: string;
  readonly costs: Costs;
}

/** The same method behind the same real server. */
export interface MethodRow {
  readonly method: string;
  readonly senaa: Costs;
  /** EAPOL frames of both sides, RADIUS datagrams, and octets with 18 of Ethernet and EAPOL header each. */
  readonly eapol: { readonly frames: number; readonly octets: number; readonly time_ms: number };
}

export interface SenaaResult {
  readonly runs: number;
  readonly tls: readonly TlsRow[];
  /** undefined: hostapd is not here. */
  readonly methods?: readonly MethodRow[];
}

const EAPOL_HEADER_OCTETS = 4;
const ETHERNET_HEADER_OCTETS = 14;
/** An Identity Request without a text. */
const IDENTITY_REQUEST_OCTETS = 5;
const RUNS = { whole: 25, short: 3 } as const;

/** `onStep` hears of each way. */
export async function measuredSenaa(onStep: (step: string) => void, isShort: boolean): Promise<SenaaResult> {
  const runs = isShort ? RUNS.short : RUNS.whole;
  const kinds: readonly [string, Certificates][] = [
    ["EC P-256", makeCertificates("the network")],
    ["RSA 2048", makeCertificates("the network", false, "RSA 2048")],
  ];
  const [, own] = kinds[0];
  const methods = methodsOf(own);
  onStep("TLS 1.2 and 1.3, certificates of EC and RSA");
  const [method] = methods;
  const ways = (["TLSv1.2", "TLSv1.3"] as const).flatMap((version) =>
    kinds.map(([certificate, certificates]) => ({ version, certificate, certificates, all: [] as Costs[] })),
  );
  // In turn, so that all meet the same machine; the first of each warms it up.
  for (let i = 0; i <= runs; i++) {
    for (const { version, certificates, all } of ways) {
      const costs = await session({ version, certificates, authenticator: inProcess, method });
      if (i > 0) all.push(costs);
    }
  }
  const tls = ways.map(({ version, certificate, all }) => ({ version, certificate, costs: medians(all) }));
  if (spawnSync("hostapd", ["-v"]).error) {
    onStep("hostapd is not here: no methods behind a real server (npm run setup:system)");
    return { runs, tls };
  }
  const server = await hostapd(own);
  try {
    const rows: MethodRow[] = [];
    for (const method of methods) {
      onStep(`${method.name} behind a real hostapd`);
      rows.push(await methodRow(method, own, server, runs));
    }
    return { runs, tls, methods: rows };
  } finally {
    await server.close();
  }
}

/** One after the other in turn, so that both meet the same machine. */
async function methodRow(
  method: Method,
  certificates: Certificates,
  { udp, authenticator }: RealServer,
  runs: number,
): Promise<MethodRow> {
  const sessions: Costs[] = [];
  const bare: MethodRow["eapol"][] = [];
  const identity = new TextEncoder().encode(method.user);
  for (let i = 0; i < runs; i++) {
    sessions.push(await session({ version: "TLSv1.3", certificates, authenticator, method }));
    const begun_ms = performance.now();
    const { packets, step, failure } = await converse(udp, new EapPeer({ identity, methods: [method.make()] }));
    const time_ms = performance.now() - begun_ms;
    if (step.result !== "success") throw new Error(`${method.name} by EAPOL: ${failure ?? step.result}`);
    const frames = packets.length + 1;
    const eap_octets = packets.reduce((sum, { length }) => sum + length, IDENTITY_REQUEST_OCTETS);
    bare.push({ frames, octets: eap_octets + frames * (EAPOL_HEADER_OCTETS + ETHERNET_HEADER_OCTETS), time_ms });
  }
  const of = (key: keyof MethodRow["eapol"]): number => median(bare.map((one) => one[key]));
  return {
    method: method.name,
    senaa: medians(sessions),
    eapol: { frames: of("frames"), octets: of("octets"), time_ms: of("time_ms") },
  };
}

function medians(all: readonly Costs[]): Costs {
  const of = (stage: Stage, key: keyof Cost): number => median(all.map((costs) => costs[stage][key]));
  const entries = STAGES.map((stage) => {
    const [roundTrips, datagrams] = [of(stage, "roundTrips"), of(stage, "datagrams")];
    return [stage, { roundTrips, datagrams, octets: of(stage, "octets"), time_ms: of(stage, "time_ms") }];
  });
  return Object.fromEntries(entries) as Costs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
