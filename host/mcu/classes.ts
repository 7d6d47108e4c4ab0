/*
 * What the module executes in a conversation, by phase and class of opcodes: the meter run with one unit of fuel for every
 * opcode, and once more for each class with two for its own. The difference is how many of that class there were.
 */
import { FULL } from "../device/meter.ts";
import type { Nvm } from "../device/nvm.ts";
import type { Phase } from "../device/phase.ts";
import type { Power } from "../device/powered.ts";
import { OPCODE_CLASSES, type OpcodeClass } from "../device/rewrite/opcodes.ts";
import { Device } from "../device/runner.ts";
import { Silicon } from "../device/silicon.ts";
import { ONE_EACH } from "../device/weights.ts";
import type { Talker } from "./conversation.ts";
import { talking } from "./talking.ts";

export type ClassCounts = Partial<Record<OpcodeClass, number>>;
export type PhaseCounts = Partial<Record<Phase, ClassCounts>>;

/** Classes that a station has any of. */
export const COUNTED: readonly OpcodeClass[] = OPCODE_CLASSES.filter(
  (name) => name !== "structure" && name !== "float",
);

export class ClassMeter {
  readonly #all: Silicon;
  readonly #silicons: ReadonlyMap<OpcodeClass, Silicon>;

  constructor(module: Uint8Array, names?: readonly string[]) {
    this.#all = new Silicon(module, { weights: ONE_EACH, names });
    this.#silicons = new Map(
      COUNTED.map((one) => [one, new Silicon(module, { weights: { ...ONE_EACH, [one]: 2 }, names })]),
    );
  }

  /**
   * What a power cycle executes, for each call of `talk` in its order. `talk` is run again and again, each time over a
   * fresh copy of NVM and noise.
   */
  async counts(power: Source, talk: (station: Talker) => Promise<unknown>): Promise<PhaseCounts[]> {
    const all = await spentOn(this.#all, power, talk);
    const calls: Record<string, Record<string, number>>[] = all.map(() => ({}));
    for (const [one, silicon] of this.#silicons) {
      for (const [i, spent] of (await spentOn(silicon, power, talk)).entries()) {
        for (const [phase, fuel] of spent) {
          calls[i][phase] ??= {};
          calls[i][phase][one] = fuel - (all[i].get(phase) ?? 0);
        }
      }
    }
    return calls;
  }
}

/** What a power cycle starts from; made anew for each. */
interface Source {
  readonly nvm: () => Nvm;
  readonly entropy: () => (into: Uint8Array) => boolean;
}

async function spentOn(
  silicon: Silicon,
  { nvm, entropy }: Source,
  talk: (station: Talker) => Promise<unknown>,
): Promise<readonly Map<Phase, number>[]> {
  const ledger = new Ledger();
  const device = new Device(silicon, { nvm: nvm(), power: ledger, entropy: entropy(), ram: "lost", random: () => 0 });
  device.powerUp();
  await talk(talking(device, () => ledger.next()));
  return ledger.calls;
}

/** Power without end, that writes down what ran. */
class Ledger implements Power {
  readonly calls: Map<Phase, number>[] = [];

  next(): void {
    this.calls.push(new Map());
  }

  fuel(): number {
    return FULL;
  }

  ran(fuel: number, phase: Phase): void {
    const spent = this.calls[this.calls.length - 1];
    spent.set(phase, (spent.get(phase) ?? 0) + fuel);
  }

  died(): void {}

  entropy(): boolean {
    return true;
  }

  nvmRead(): boolean {
    return true;
  }

  nvmWrite(octets: number): number {
    return octets;
  }
}
