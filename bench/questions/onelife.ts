/*
 * The least capacitor by trying it in the simulator: one station that is turned on just before its only trigger, as much
 * harvest as brings it to V_on by then, and the first slot that it can meet.
 */
import { gather } from "../../host/cli/run/materials.ts";
import { profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import type { Materials } from "../../host/sim/world.ts";

/** So little that a life gets nothing of it worth telling. */
const HARVEST_W = 0.1e-6;
/** Listens before the trigger for so long, and no longer: a receiver that waits draws power. */
export const EARLY_s = 20e-6;
/** Longer than any round with one slot. */
const LONG_s = 1000;

export interface Class {
  readonly mcu: string;
  readonly radio: string;
  readonly storage: string;
}

export class OneLife {
  readonly #class: Class;
  readonly #materials: Materials;
  readonly #startup_s: number;

  private constructor(of: Class, startup_s: number, materials: Materials) {
    this.#class = of;
    this.#startup_s = startup_s;
    this.#materials = materials;
  }

  /** `startup_s`: from V_on until it listens. */
  static async of(wanted: Class, startup_s: number): Promise<OneLife> {
    const { materials } = await gather(
      scenarioOf(wanted, { capacitance_F: 1, vStart_V: 0, slots: 1, trigger_s: LONG_s }),
    );
    return new OneLife(wanted, startup_s, materials);
  }

  /**
   * The least capacitance on which a station verifies its M3 in one life, within `apart` of it (0.01 is one per cent).
   * `from_F`: somewhere near. @throws Error when it is not a third to five times that.
   */
  least_F(from_F: number, apart: number): number {
    let [low, high] = [from_F / 3, from_F * 5];
    if (this.#lives(low) || !this.#lives(high)) {
      throw new Error(`the least capacitor of ${JSON.stringify(this.#class)} is nowhere near ${from_F} F`);
    }
    while (high / low > 1 + apart) {
      const middle = Math.sqrt(low * high);
      if (this.#lives(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  #lives(capacitance_F: number): boolean {
    const alone = (slots: number, trigger_s: number, vStart_V: number): Simulation => {
      return new Simulation(scenarioOf(this.#class, { capacitance_F, vStart_V, slots, trigger_s }), this.#materials);
    };
    const { plan } = alone(1, LONG_s, 0).world;
    const slots = 1 + Math.ceil((plan.ready_us * 1e-6) / plan.slot_s);
    const { storage } = profilesOf(scenarioOf(this.#class, { capacitance_F, vStart_V: 0, slots, trigger_s: LONG_s }));
    // A round has to fit into a period, and the station has to start within it.
    const trigger_s = 1.1 * (plan.round_s + slots * plan.slot_s) + 2 * this.#startup_s;
    const on_s = trigger_s - this.#startup_s - EARLY_s;
    // C (V_on^2 - V_start^2) / 2 = P t
    const vStart_V = Math.sqrt(storage.vOn_V.value ** 2 - (2 * HARVEST_W * on_s) / capacitance_F);
    const simulation = alone(slots, trigger_s, vStart_V);
    while (simulation.advance(2 * trigger_s));
    const [{ tally }] = simulation.world.stations;
    if (tally.m1Heard === 0 && tally.deaths === 0) throw new Error("a station that did not die missed its trigger");
    return tally.confirmed === 1;
  }
}

interface Wanted {
  readonly capacitance_F: number;
  readonly vStart_V: number;
  readonly slots: number;
  readonly trigger_s: number;
}

function scenarioOf({ mcu, radio, storage }: Class, { capacitance_F, vStart_V, slots, trigger_s }: Wanted): Scenario {
  const scenario = checkScenario(
    {
      duration_s: 2 * trigger_s,
      stations: { count: 1, mcu, radio, storage, vStart_V },
      override: { storage: { capacitance_F } },
      harvest: { source: "constant", constant: { power_W: HARVEST_W } },
      ap: { to: "each", trigger_period_s: trigger_s, slots },
      what_if: true,
    },
    "one life",
  );
  // No scenario can say that a capacitor does not leak; in these milliseconds it is as if it did not.
  return {
    ...scenario,
    override: { ...scenario.override, storage: { capacitance_F, leak_Ohm: Number.POSITIVE_INFINITY } },
  };
}
