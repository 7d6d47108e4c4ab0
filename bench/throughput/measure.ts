/*
 * Every backend does the same work in both modes, in turn, again and again: what slows a machine for a while slows them all.
 * A backend whose M3s are not those of the first, octet for octet, is no result.
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

/** Short turns over minutes: the least of them is from when nothing else ran. */
const EFFORT: Effort = { devices: 128, rounds: 8, repetitions: 240 };
const READING_octets = 16;
/** Of a compact M2 without DL data: FC, TDC of both frames and TriggerInfo (PROTOCOL.md section 3). */
const AAD_octets = 12;
const CONTEXT_octets = 2 * 6 + 2 * PROFILES[0].N;
const NONCE_octets = 13;

/** The work of one mode: APs that live through the same exchanges, and through forged ones. */
export interface Mode {
  readonly encrypted: boolean;
  readonly fleet: Pick<Fleet, "lifeOf" | "floodOf">;
}

/** Microseconds from any instant on. */
export type Clock = () => number;

/** CPU time of all threads. */
const cpuTime_us: Clock = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

export async function measuredThroughput(
  onStep: (step: string) => void,
  effort: Effort = EFFORT,
): Promise<ThroughputResult> {
  const all = await backends();
  const module = new WebAssembly.Module(await builtModule("release"));
  const modes = [true, false].map((encrypted) => ({
    encrypted,
    fleet: new Fleet({ module, ...effort, reading_octets: READING_octets, encrypted }),
  }));
  onStep(`${effort.repetitions} repetitions of ${all.map(({ name }) => name).join(", ")}`);
  const rows = rowsOf(all, modes, effort);
  const { devices, rounds, repetitions } = effort;
  return {
    machine: { node: process.version, cpu: cpus()[0]?.model ?? "unknown" },
    ...{ devices, rounds, repetitions, reading_octets: READING_octets },
    backend_octets: (await builtModule("backend")).length,
    rows,
  };
}

/**
 * The least of the repetitions, divided by exchanges; rows of the first mode first.
 * @throws Error when a backend refuses an honest M2, or makes another M3 than the first.
 */
export function rowsOf(
  all: readonly Backend[],
  modes: readonly Mode[],
  { devices, rounds, repetitions }: Effort,
  clock: Clock = cpuTime_us,
): ThroughputRow[] {
  const exchanges = devices * rounds;
  const turns = modes.map(({ encrypted, fleet }) =>
    all.map(({ crypto }) => ({ crypto, fleet, work: cryptoOf(crypto, encrypted), least: newLeast() })),
  );
  const timed_us = (work: () => void): number => {
    const start_us = clock();
    work();
    return (clock() - start_us) / exchanges;
  };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const contest of turns) {
      const said = contest.map(({ crypto, fleet, work, least }) => {
        const m3s: Uint8Array[] = [];
        const life = fleet.lifeOf(crypto);
        const flood = fleet.floodOf(crypto);
        const crypto_us = timed_us(() => {
          for (let n = 0; n < exchanges; n++) work();
        });
        least.crypto_us = Math.min(least.crypto_us, crypto_us);
        least.ap_us = Math.min(
          least.ap_us,
          timed_us(() => life((m3) => m3s.push(m3))),
        );
        least.forged_us = Math.min(least.forged_us, timed_us(flood));
        return digestOf(m3s);
      });
      const other = said.findIndex((digest) => digest !== said[0]);
      if (other > 0) throw new Error(`${all[other].name} makes other M3s than ${all[0].name}`);
    }
  }
  return turns.flatMap((contest, mode) =>
    contest.map(({ least }, i) => {
      const { name: backend, constantTime } = all[i];
      return { backend, encrypted: modes[mode].encrypted, constantTime, ...least };
    }),
  );
}

function newLeast(): Record<"crypto_us" | "ap_us" | "forged_us", number> {
  const endless = Number.POSITIVE_INFINITY;
  return { crypto_us: endless, ap_us: endless, forged_us: endless };
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

function digestOf(m3s: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const m3 of m3s) hash.update(m3);
  return hash.digest("hex");
}
