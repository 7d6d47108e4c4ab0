/*
 * What every attack is made with: the module, one station's parts, and how thorough to be. The protocol's side runs in
 * the worlds of the explorer, whose witness knows all keys; energy is drawn from a supply without end (victim.ts) or
 * simulated.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { createPortableCrypto } from "../crypto/portable.ts";
import { Silicon } from "../device/silicon.ts";
import { Machine } from "../explore/machine.ts";
import { variantNamed } from "../explore/variant.ts";
import { HONEST, World, type WorldOptions } from "../explore/world.ts";
import { type Plan, planOf } from "../sim/plan.ts";
import { type Profiles, profilesOf } from "../sim/profiles.ts";
import { withSettings } from "../sim/scenario/read.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { Simulation } from "../sim/simulation.ts";
import { type Streams, streamsOf } from "../sim/streams.ts";
import { checkClass, type Materials } from "../sim/world.ts";

export interface KitOptions {
  /** Whose stations, trigger and harvest are attacked. */
  readonly scenario: Scenario;
  readonly module: Materials["module"];
  readonly isShort: boolean;
}

export class Kit {
  readonly scenario: Scenario;
  readonly module: Materials["module"];
  readonly isShort: boolean;
  readonly profiles: Profiles;
  readonly silicon: Silicon;
  readonly plan: Plan;
  readonly streams: Streams;
  #machine: Machine | undefined;

  /** @throws ScenarioError or EnergyError, each one sentence, for a scenario that does not fit together. */
  constructor({ scenario, module, isShort }: KitOptions) {
    this.scenario = scenario;
    this.module = module;
    this.isShort = isShort;
    this.profiles = profilesOf(scenario);
    checkClass(scenario, this.profiles);
    this.silicon = siliconFor(module, this.profiles);
    this.plan = planOf(scenario, this.profiles, this.silicon);
    this.streams = streamsOf(nodeCrypto, scenario.seed);
  }

  /** As many as in the long form, or fewer. */
  times(long: number, short: number): number {
    return this.isShort ? short : long;
  }

  /** The scenario's profile and mode; the PMK is derived. */
  get variant(): string {
    const { ap, stations } = this.scenario;
    return `${ap.profile}-${stations.encrypt ? "ccm" : "mic"}-cold`;
  }

  /** A device, its APs and its key service, with a witness. `variant`: as host/explore/variant.ts names it. */
  world(variant = this.variant, options: Partial<WorldOptions> = {}): World {
    const named = variantNamed(variant);
    if (!named) throw new RangeError(`variant: ${variant} is none`);
    // Stations of one machine take turns; an attack has one at a time.
    this.#machine ??= new Machine(this.module.octets);
    return new World({ ...HONEST, machine: this.#machine, variant: named, seed: this.scenario.seed, ...options });
  }

  /** node:crypto, with random octets that are the same in every run. */
  crypto(name: string): Crypto {
    const stream = this.streams(name);
    return { ...nodeCrypto, randomBytes: (length) => stream.fill(new Uint8Array(length)) };
  }

  /** The scenario with single values put in, run to its end. */
  simulate(settings: Readonly<Record<string, unknown>>, module = this.module): Simulation {
    const scenario = withSettings(this.scenario, new Map(Object.entries(settings)), "attack");
    const simulation = new Simulation(scenario, { crypto: createPortableCrypto(), module });
    while (simulation.advance(scenario.duration_s));
    return simulation;
  }
}

/** A module on an MCU; it meters as the simulator's does. */
export function siliconFor({ octets, names }: Materials["module"], { mcu }: Profiles): Silicon {
  return new Silicon(octets, { weights: mcu.weights, names });
}
