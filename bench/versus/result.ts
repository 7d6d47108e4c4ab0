/* What bench/versus finds, as it is committed: SI units, stated in each name. */
import type { Figures } from "../../host/bench/bench.ts";
import type { Lived } from "../../host/versus/contenders.ts";
import type { Deaths } from "../../host/versus/deaths.ts";

export interface VersusResult {
  /** SHA-256, hexadecimal. */
  readonly hashes: { readonly module: string; readonly baseline: string; readonly profiles: string };
  readonly parts: { readonly mcu: string; readonly nvm: string; readonly radio: string; readonly storage: string };
  readonly reading_octets: number;
  /** A reading in so many seconds, while a station is on. */
  readonly period_s: number;
  /** One life from V_on without harvest, by capacitor. */
  readonly charge: readonly ByCapacitor[];
  /** The default scenario with one station, by capacitor and seed. */
  readonly harvested: readonly (Omit<ByCapacitor, "lived"> & {
    readonly bySeed: readonly { readonly seed: number; readonly lived: readonly Lived[] }[];
  })[];
  readonly deaths: readonly Deaths[];
}

export interface ByCapacitor {
  readonly capacitance_F: number;
  /** Between V_on and V_off. */
  readonly usable_J: number;
  readonly lived: readonly Lived[];
}

/** Less is better, of every one. */
export function versusFigures({ deaths, charge, harvested }: VersusResult): Figures {
  const seeds = harvested.flatMap(({ bySeed }) => bySeed);
  const runs = [...charge, ...seeds].flatMap(({ lived }) => lived);
  return {
    violations: runs.reduce((sum, { violations }) => sum + violations, 0),
    ...Object.fromEntries(
      deaths.flatMap(({ name, undisturbed_J, rows }) => [
        [`${name}: undisturbed, J`, undisturbed_J],
        [`${name}: a death costs at most, J`, Math.max(...rows.map(({ costMost_J }) => costMost_J))],
      ]),
    ),
  };
}
