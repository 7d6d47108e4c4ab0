/*
 * Every backend does the same work, in turn, again and again: what slows a machine for a while slows them all. A backend
 * whose M3s are not those of the first, octet for octet, is no result.
 */
import { createHash } from "node:crypto";
import { cpus } from "node:os";
import { builtModule } from "../../host/build/build.ts";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { type Backend, backends } from "./backends.ts";
import { Fleet } from "./fleet.ts";
import type { ThroughputResult, ThroughputRow } from "./result.ts";

export interface Effort {
  readonly devices: number;
  readonly rounds: number;
  readonly repetitions: number;
}

const EFFORT: Effort = { devices: 128, rounds: 16, repetitions: 25 };
const READING_octets = 16;
/** Of a compact M2 without DL data: FC, TDC of both frames and TriggerInfo (PROTOCOL.md section 3). */
const AAD_octets = 12;
const CONTEXT_octets = 2 * 6 + 2 * PROFILES[0].N;
const NONCE_octets = 13;

export async function measuredThroughput(
  onStep: (step: string) => void,
  effort: Effort = EFFORT,
): Promise<ThroughputResult> {
  const all = await backends();
  const module = new WebAssembly.Module(await builtModule("release"));
  const rows: ThroughputRow[] = [];
  for (const encrypted of [true, false]) {
    onStep(`${encrypted ? "CCM" : "MIC only"}: ${all.map(({ name }) => name).join(", ")}`);
    const fleet = new Fleet({ module, ...effort, reading_octets: READING_octets, encrypted });
    rows.push(...rowsOf(all, fleet, encrypted, effort));
  }
  const { devices, rounds, repetitions } = effort;
  return {
    machine: { node: process.version, cpu: cpus()[0]?.model ?? "unknown" },
    ...{ devices, rounds, repetitions, reading_octets: READING_octets },
    backend_octets: (await builtModule("backend")).length,
    rows,
  };
}

/** @throws Error when a backend refuses an honest M2, or makes another M3 than the first. */
export function rowsOf(
  all: readonly Backend[],
  fleet: Fleet,
  encrypted: boolean,
  { devices, rounds, repetitions }: Effort,
): ThroughputRow[] {
  const exchanges = devices * rounds;
  const works = all.map(({ crypto }) => cryptoOf(crypto, encrypted));
  const endless = Number.POSITIVE_INFINITY;
  const least = all.map(() => ({ crypto_us: endless, ap_us: endless, forged_us: endless }));
  const said: string[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [i, { crypto }] of all.entries()) {
      const crypto_us = timed(() => {
        for (let n = 0; n < exchanges; n++) works[i]();
      });
      const life = fleet.lifeOf(crypto);
      const m3s: Uint8Array[] = [];
      const ap_us = timed(() => life((m3) => m3s.push(m3)));
      said[i] = digestOf(m3s);
      const forged_us = timed(fleet.floodOf(crypto));
      for (const [what, us] of Object.entries({ crypto_us, ap_us, forged_us })) {
        const key = what as keyof (typeof least)[number];
        least[i][key] = Math.min(least[i][key], us / exchanges);
      }
    }
    for (const [i, { name }] of all.entries()) {
      if (said[i] !== said[0]) throw new Error(`${name} makes other M3s than ${all[0].name}`);
    }
  }
  return all.map(({ name, constantTime }, i) => ({ backend: name, encrypted, constantTime, ...least[i] }));
}

/** The calls of one exchange: PTK; the M2 opened, or its MIC made and compared; the M3 sealed, or its MIC made. */
function cryptoOf(crypto: Crypto, encrypted: boolean): () => void {
  const [pmk, context, nonce] = [32, CONTEXT_octets, NONCE_octets].map((length) => nodeCrypto.randomBytes(length));
  const [aad, reading, nothing] = [AAD_octets, READING_octets, 0].map((length) => new Uint8Array(length));
  const { M } = PROFILES[0];
  const message = nodeCrypto.randomBytes(NONCE_octets + 2 + AAD_octets + READING_octets);
  const ptk = nodeCrypto.kdf256(pmk, "AMP PTK", context);
  const sealed = nodeCrypto.ccmSeal(ptk.subarray(16), nonce, aad, reading, M);
  const mic = nodeCrypto.cmac(ptk.subarray(0, 16), message).slice(0, M);
  const fail = (): never => {
    throw new Error("an honest M2 does not open");
  };
  if (encrypted) {
    return () => {
      const tk = crypto.kdf256(pmk, "AMP PTK", context).subarray(16);
      if (crypto.ccmOpen(tk, nonce, aad, sealed, M) === null) fail();
      crypto.ccmSeal(tk, nonce, aad, nothing, M);
    };
  }
  return () => {
    const kck = crypto.kdf256(pmk, "AMP PTK", context).subarray(0, 16);
    if (!crypto.equal(crypto.cmac(kck, message).slice(0, M), mic)) fail();
    crypto.cmac(kck, message.subarray(0, NONCE_octets + 2 + AAD_octets));
  };
}

/** CPU time of all threads. */
function timed(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function digestOf(m3s: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const m3 of m3s) hash.update(m3);
  return hash.digest("hex");
}
