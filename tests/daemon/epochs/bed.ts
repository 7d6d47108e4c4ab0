/**
 * A new epoch for an AP of many devices, while a few of them are there as processes and bring readings: what is refused
 * meanwhile, and how long the longest silence of a station is beside that of any other time.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeRecord } from "../../../host/keys/record.ts";
import { createKekFile } from "../../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import type { DeviceRecord } from "../../../host/keys/store.ts";
import { Ampcore, linesOf, listening, until } from "../running.ts";

const AA = "02:a0:00:00:00:00";
/** Power enough to answer every trigger: what silence there is, is the AP's. */
const PLENTY = ["--set", "harvest.source=constant", "harvest.constant.power_W=20e-3"] as const;

export interface EpochCase {
  readonly folder: string;
  readonly devices: number;
  /** Of them, as processes. */
  readonly stations: number;
  readonly period_s: number;
  /** Readings of each station before the new epoch, and behind it. */
  readonly readings: number;
}

export interface EpochOutcome {
  readonly devices: number;
  /** From the command until the AP uses the new epoch, as its metrics tell. */
  readonly took_s: number;
  readonly confirmed: number;
  /** Confirmed, and not in the file. */
  readonly lost: number;
  /** M2 that the AP refused, by reason; those that came too late for their M3 are none of the epoch's. */
  readonly refused: Readonly<Record<string, number>>;
  readonly late: number;
  /** From one reading of a station to its next, the longest: while the epoch was prepared and begun, and at other times. */
  readonly silentDuring_s: number;
  readonly silentElse_s: number;
}

export async function changeEpoch(given: EpochCase): Promise<EpochOutcome> {
  const { folder, devices, stations, period_s, readings } = given;
  const at = (name: string): string => join(folder, name);
  const keys = ["--store", at("store"), "--kek", at("kek.hex")];
  await fleet(given);
  await once(new Ampcore("keys", "authorise", "--aa", AA, ...keys).child, "close");
  const service = new Ampcore("keys", "serve", ...keys, "--sockets", at("s"));
  await until("the key service serves", () => service.stderr.includes("serving"), service);
  const ap = new Ampcore(
    ...["ap", "--keys", join(at("s"), "02a000000000.sock"), "--aa", AA, "--out", at("readings.ndjson")],
    ...["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--period", `${period_s}`],
  );
  const port = await listening(ap);
  const metrics = /(http:\S+metrics)/.exec(ap.stderr)?.[1] ?? "";
  const fleetOf = Array.from({ length: stations }, (_, n) => {
    return new Ampcore("sta", "--nvm", at(`device${n}.bin`), "--connect", `127.0.0.1:${port}`, ...PLENTY);
  });
  const more = async (): Promise<void> => {
    const wanted = fleetOf.map((sta) => sta.confirmed.length + readings);
    await until("stations bring readings", () => fleetOf.every((sta, i) => sta.confirmed.length >= wanted[i]), ap);
  };
  try {
    await more();
    const from_ms = Date.now();
    await once(new Ampcore("keys", "renew", "--aa", AA, ...keys).child, "close");
    while ((await counted(metrics, "epochs_total")) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const to_ms = Date.now();
    await more();
    const refused = await refusals(metrics);
    const { late = 0, ...others } = refused;
    for (const sta of fleetOf) await sta.end("SIGTERM");
    await ap.end("SIGTERM");
    await service.end("SIGTERM");
    const stored = linesOf<Stored>(readFileSync(at("readings.ndjson"), "utf8"));
    const confirmed = fleetOf.flatMap((sta) => sta.confirmed);
    const known = new Set(stored.map(({ exchange }) => exchange));
    return {
      devices,
      took_s: (to_ms - from_ms) / 1000,
      confirmed: confirmed.length,
      lost: confirmed.filter(({ exchange }) => exchange === undefined || !known.has(exchange)).length,
      refused: others,
      late,
      ...silences(stored, from_ms * 1000, to_ms * 1000),
    };
  } finally {
    for (const process of [...fleetOf, ap, service]) if (process.child.exitCode === null) await process.end("SIGKILL");
  }
}

interface Stored {
  readonly exchange: string;
  readonly spa: string;
  readonly t_us: number;
}

/** A store with all the devices, and the images of those that are there. */
async function fleet({ folder, devices, stations }: EpochCase): Promise<void> {
  const kek = createKekFile(join(folder, "kek.hex"));
  const store = await openLmdbStore(join(folder, "store"), { kek, create: true });
  const records = Array.from({ length: devices }, (_, n): DeviceRecord => {
    const spa = Uint8Array.of(0x02, 0xc0, 0, n >>> 16, (n >>> 8) & 0xff, n & 0xff);
    return { spa, generation: 0, root: new Uint8Array(randomBytes(32)), update: undefined, origin: "psk" };
  });
  await store.commitAll(records.map((record) => ({ kind: "device", record })));
  await store.close();
  for (const [n, { spa, root }] of records.slice(0, stations).entries()) {
    writeFileSync(join(folder, `device${n}.bin`), encodeRecord({ spa, psk: root, counter: 0 }));
  }
}

async function textOf(metrics: string): Promise<string> {
  return (await fetch(metrics)).text();
}

async function counted(metrics: string, name: string): Promise<number> {
  return Number(new RegExp(`^ampcore_ap_${name} (\\d+)$`, "m").exec(await textOf(metrics))?.[1]);
}

/** What was refused at all, by reason; "late delivery" as late. */
async function refusals(metrics: string): Promise<Record<string, number>> {
  const all = (await textOf(metrics)).matchAll(/^ampcore_ap_refused_total\{reason="([^"]+)"\} ([1-9]\d*)$/gm);
  return Object.fromEntries([...all].map(([, reason, n]) => [reason === "late delivery" ? "late" : reason, Number(n)]));
}

function silences(stored: readonly Stored[], from_us: number, to_us: number) {
  const last = new Map<string, number>();
  let [during_us, else_us] = [0, 0];
  for (const { spa, t_us } of stored) {
    const before_us = last.get(spa);
    last.set(spa, t_us);
    if (before_us === undefined) continue;
    const silent_us = t_us - before_us;
    if (t_us >= from_us && before_us <= to_us) during_us = Math.max(during_us, silent_us);
    else else_us = Math.max(else_us, silent_us);
  }
  return { silentDuring_s: during_us * 1e-6, silentElse_s: else_us * 1e-6 };
}
