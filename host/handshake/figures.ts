/*
 * Published figures of other protocols and of public-key cryptography: none was measured here. Cycles are those of
 * hand-written, constant-time assembly on a Cortex-M4, the least that was found; a compiled module would take more.
 */
import { datasheet, type Quantity } from "../energy/quantity.ts";

/** An operation, as often as a counting model has it. */
export interface Cost {
  readonly operation: string;
  readonly times: number;
  /** Of one, on a Cortex-M4. */
  readonly cycles: number;
  readonly source: string;
}

const P256 = "Lenngren, P256-Cortex-M4, README: nRF52840, GCC -O2 (github.com/Emill/P256-Cortex-M4)";
const AES = "Schwabe and Stoffelen, SAC 2016: bitsliced, constant time (README of github.com/Ko-/aes-armcortexm)";

/** Cycles of one operation on a Cortex-M4. */
export const CYCLES = {
  "X25519 scalar multiplication": cycles(548_873, "Lenngren, X25519-Cortex-M4, README (github.com/Emill)"),
  "P-256 key generation": cycles(327_000, P256),
  "P-256 shared secret": cycles(906_000, P256),
  "P-256 point decompression": cycles(48_000, P256),
  "ECDSA P-256 signature": cycles(375_000, P256),
  "ECDSA P-256 verification": cycles(976_000, P256),
  "SHA-256 compression": cycles(2250, "OpenSSL sha256-armv4.pl, header: on an XScale; none was found for a Cortex-M4"),
  "AES-128 key schedule": cycles(1021.9, AES),
  "AES-128 block": cycles(1616.6, AES),
} as const satisfies Record<string, Quantity>;

export type Operation = keyof typeof CYCLES;
export type Counts = Readonly<Partial<Record<Operation, number>>>;

/** Counts with what one of each costs. */
export function costsOf(counts: Counts): Cost[] {
  return (Object.entries(counts) as [Operation, number][]).map(([operation, times]) => {
    const { value, source } = CYCLES[operation];
    return { operation, times, cycles: value, source };
  });
}

/** Cycles on a Cortex-M4 in sum. */
export function cyclesOf(counts: Counts): number {
  return costsOf(counts).reduce((sum, { times, cycles }) => sum + times * cycles, 0);
}

/** Both counted. */
export function plus(...all: readonly Counts[]): Counts {
  const sum: Partial<Record<Operation, number>> = {};
  for (const counts of all) {
    for (const [operation, times] of Object.entries(counts) as [Operation, number][]) {
      sum[operation] = (sum[operation] ?? 0) + times;
    }
  }
  return sum;
}

function cycles(value: number, source: string): Quantity {
  return datasheet(value, "cycle", source);
}
