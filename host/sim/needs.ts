/*
 * What one exchange takes, from power-up to its verified M3: found by running it, on a storage without end, without
 * harvest, and adding up what was drawn. Waiting for a trigger is not in it; waiting for a slot and for the M3 is.
 *
 *     charge = C (V_on^2 - V_off^2) / 2      C needed = 2 E / (V_on^2 - V_off^2)
 *
 * A station keeps nothing of an exchange that it did not finish, so what does not fit in one life never gets done.
 */
import { valuesOf } from "../energy/profiles/profile.ts";
import { capacitanceFor_F, usableEnergy_J } from "../energy/storage.ts";
import type { Ledger } from "./ledger.ts";
import type { Source } from "./loads.ts";
import { KNOWN_PROFILES, type Profiles, profilesOf } from "./profiles.ts";
import { checkScenario } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";
import { Simulation } from "./simulation.ts";
import { type Energy, withBand } from "./tolerance.ts";
import type { Materials } from "./world.ts";

/** What one exchange takes on one MCU, beside what a charge of the storage gives. */
export interface Need {
  readonly mcu: string;
  /** The first exchange with an AP: the PMK is derived. */
  readonly cold: Energy;
  /** A later one, in a life of its own: the PMK is cached. Without a Modifier, the same. */
  readonly warm: Energy;
  /** From V_on to V_off. */
  readonly charge_J: number;
  /** Cold, in charges. */
  readonly charges: number;
  readonly fitsInOneLife: boolean;
  /** The same with the exchange's band: it fits at its most, at its least only, or not even then. */
  readonly onOneCharge: "yes" | "perhaps" | "no";
  /** The least that does it in one life, cold, between the storage's voltages. */
  readonly capacitance_F: number;
  /** From power-up to the verified M3, cold, with the wait for a slot. */
  readonly time_s: number;
}

/** Of which MCU profiles needs are told: of all, or of the scenario's own. */
export type NeedsOf = "all" | "own" | "none";

/** For each MCU profile asked for, the scenario's own first; none for one on which no slot can be met, or a module whose M2 no AP takes. */
export function needsOf(scenario: Scenario, materials: Materials, of: NeedsOf = "all"): Need[] {
  const own = scenario.stations.mcu;
  const others = of === "all" ? Object.keys(KNOWN_PROFILES.mcu).filter((name) => name !== own) : [];
  const names = of === "none" ? [] : [own, ...others];
  return names.flatMap((mcu) => {
    const { override, stations } = scenario;
    // The scenario's numbers are those of its own MCU.
    const numbers = mcu === own ? override : { ...override, mcu: {} };
    return needOf({ ...scenario, stations: { ...stations, mcu }, override: numbers }, materials) ?? [];
  });
}

function needOf(scenario: Scenario, materials: Materials): Need | undefined {
  const profiles = profilesOf(scenario, materials.converter);
  const storage = valuesOf(profiles.storage);
  const { crypto, module, converter, isRoaming } = materials;
  // The storage is the scenario's own, so that it can be made endless.
  const bare = { crypto, module, isRoaming, converter: converter && { ...converter, capacitor: undefined } };
  const first = oneExchange(scenario, profiles, bare);
  const later = first && oneExchange(scenario, profiles, { ...bare, images: [first.image] });
  if (!first || !later) return undefined;
  const cold = withBand(drawn(first.ledger), profiles);
  const warm = withBand(drawn(later.ledger), profiles);
  const charge_J = usableEnergy_J(storage);
  return {
    mcu: scenario.stations.mcu,
    cold,
    warm,
    charge_J,
    charges: cold.e_J / charge_J,
    fitsInOneLife: cold.e_J <= charge_J,
    onOneCharge: cold.high_J <= charge_J ? "yes" : cold.low_J <= charge_J ? "perhaps" : "no",
    capacitance_F: capacitanceFor_F(cold.e_J, storage),
    time_s: first.time_s,
  };
}

interface Exchange {
  readonly ledger: Ledger;
  /** NVM after it. */
  readonly image: Uint8Array;
  readonly time_s: number;
}

const NO_SUPERVISOR = { vOn_V: null, vOff_V: null, brownout_V: null, brownoutDrain_A: null };
/** As much storage as no exchange empties. */
const ENDLESS_F = 1;
/** Slots that a trigger has room for. */
const SLOTS_MAX = 255;

/** A station that is on from t = 0, an AP that triggers it once, and nothing between them. undefined: it came to no M3. */
function oneExchange(scenario: Scenario, profiles: Profiles, materials: Materials): Exchange | undefined {
  const boot_s = profiles.mcu.boot_s.value;
  const alone = (slots: number, trigger_s: number): Scenario => ({
    ...scenario,
    // The one trigger comes at the end of its period; another would come when the run is over.
    duration_s: 2 * trigger_s,
    stations: { ...scenario.stations, count: 1, data_frames: 0, vStart_V: profiles.storage.vOn_V.value },
    override: {
      ...scenario.override,
      storage: { ...scenario.override.storage, capacitance_F: ENDLESS_F, leak_Ohm: Number.POSITIVE_INFINITY },
    },
    harvest: { ...scenario.harvest, source: "constant", scale: 1, constant: { power_W: 0 } },
    // Loads go through the converter as ever; its source gives nothing, at any voltage, and nobody looks away.
    converter: scenario.converter && { ...scenario.converter, source_V: 1 },
    supervisor: (scenario.converter || scenario.supervisor) && {
      ...NO_SUPERVISOR,
      ...scenario.supervisor,
      check_ms: 0,
    },
    ap: {
      ...scenario.ap,
      to: "each",
      trigger_period_s: trigger_s,
      repeats: 0,
      root_update_every_s: 0,
      slot_us: "auto",
      slots,
    },
    air: checkScenario({}, "quiet air").air,
  });
  const { plan } = new Simulation(alone(1, LONG_s), materials).world;
  // The first slot that it can meet is the last there is: nothing is slept through behind it.
  const slots = 1 + Math.ceil((plan.ready_us * 1e-6) / plan.slot_s);
  if (slots > SLOTS_MAX) return undefined;
  // By then it has booted, and a round fits into what is left.
  const trigger_s = 1 + 2 * boot_s + plan.round_s + slots * plan.slot_s;
  const simulation = new Simulation(alone(slots, trigger_s), materials);
  simulation.advance(2 * trigger_s);
  const [station] = simulation.world.stations;
  if (station.tally.confirmed === 0) return undefined;
  const time_s = boot_s + station.tally.waited_s - trigger_s;
  return { ledger: station.supply.ledger, image: station.nvm.octets.slice(), time_s };
}

/** Longer than any round with one slot. */
const LONG_s = 1000;

/** All that an exchange draws from a source: listening before the trigger and behind the last slot is left out. */
function drawn(ledger: Ledger): (source: Source) => number {
  return (source) => ledger.ofSource(source) - ledger.of("listen", source);
}
