/*
 * What the page's script reads of the result in it. It stands apart from the result's own type, which knows the station's
 * module and with it another WebAssembly than a browser's.
 */
import type { Timeline } from "../../sim/record/timeline.ts";

export interface View {
  readonly scenario: { readonly duration_s: number };
  readonly timeline: Timeline | null;
  readonly stations: readonly { readonly lives: number }[];
  /** `profiles.storage` and `profiles.supervisor`, if there is one, have the Thresholds. */
  readonly profiles: Readonly<Record<string, unknown>>;
}

/** Voltages at which something happens, by what a chart calls them. */
export type Thresholds = readonly (readonly [name: string, v_V: number])[];

export function thresholdsOf({ profiles }: Pick<View, "profiles">): Thresholds {
  const { storage, supervisor } = profiles as Readonly<Record<string, Quantities | undefined>>;
  const named: readonly (readonly [string, Quantity | undefined])[] = [
    ["V_max", storage?.vMax_V],
    ["V_on", storage?.vOn_V],
    ["V_off", storage?.vOff_V],
    ["V_brown", supervisor?.brownout_V],
  ];
  return named.flatMap(([name, quantity]) => {
    // The last of those at one voltage: the clamp may be where the station is turned on.
    const last = named.findLast(([, one]) => one?.value === quantity?.value)?.[0];
    return quantity !== undefined && last === name ? [[name, quantity.value] as const] : [];
  });
}

interface Quantity {
  readonly value: number;
}
type Quantities = Readonly<Record<string, Quantity>>;
