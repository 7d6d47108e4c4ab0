/*
 * The meter against the core: conversations are held with the emulated station and, octet for octet the same, with the
 * metered one; prices of opcodes are fitted on every second of them, and tried on the others, whose lengths, profiles and
 * modes are not the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Nvm } from "../device/nvm.ts";
import type { Phase } from "../device/phase.ts";
import { M4_CYCLES } from "../energy/profiles/weights.ts";
import { FUEL_PER_CYCLE } from "../sim/supply.ts";
import { ClassMeter } from "./classes.ts";
import { type Topic, topicText } from "./conversation.ts";
import { Emulated } from "./emulated.ts";
import type { Firmware } from "./firmware.ts";
import { fitted, inUnits, type Prices, priced, type Sample } from "./fit.ts";
import { instructionsOf } from "./phases.ts";
import { Scene } from "./scene.ts";

/** One phase of one call of a conversation. */
interface PhaseSample extends Sample {
  readonly phase: Phase;
}

export interface Conversation {
  readonly topic: string;
  readonly samples: readonly PhaseSample[];
  /** Of the imports, which no price covers. */
  readonly imports: number;
}

/** How far the prices are from the counts, as a part of the counts: 0.01 is one per cent too many. */
export interface Deviation {
  readonly conversations: number;
  /** Of all instructions together, and of the conversation that is farthest off. */
  readonly total: number;
  readonly worst: number;
  readonly phases: Readonly<
    Partial<Record<Phase, { readonly total: number; readonly worst: number; readonly instructions: number }>>
  >;
}

/** Fuel is counted in sixteenths of a cycle, and a cycle is 1 / M4_CYCLES of an instruction. */
const FUEL_instructions = 1 / (FUEL_PER_CYCLE * M4_CYCLES);

export interface Calibration {
  /** Whole units of fuel each, as the meter takes them. */
  readonly prices: Prices;
  /** By module: of the conversations that the prices were fitted on, and of the others. */
  readonly fitted: Readonly<Record<string, Deviation>>;
  readonly others: Readonly<Record<string, Deviation>>;
}

/** One price list for all the modules, whose conversations stand under their names. */
export function calibrated(held: Readonly<Record<string, readonly Conversation[]>>): Calibration {
  const half = (rest: number): [name: string, conversations: Conversation[]][] =>
    Object.entries(held).map(([name, all]) => [name, all.filter((_, i) => i % 2 === rest)]);
  const samples = half(0).flatMap(([, conversations]) => conversations.flatMap((one) => one.samples));
  const prices = inUnits(fitted(samples), samples, FUEL_instructions);
  const errors = (rest: number): Record<string, Deviation> =>
    Object.fromEntries(half(rest).map(([name, conversations]) => [name, errorOf(conversations, prices)]));
  return { prices, fitted: errors(0), others: errors(1) };
}

/** Holds a conversation about each topic on that firmware, and counts it on both sides. */
export async function conversations(
  {
    firmware,
    module,
    names,
  }: { readonly firmware: Firmware; readonly module: Uint8Array; readonly names?: readonly string[] },
  topics: readonly Topic[],
): Promise<Conversation[]> {
  const meter = new ClassMeter(module, names);
  const held: Conversation[] = [];
  for (const [seed, topic] of topics.entries()) {
    const scene = new Scene(module, topic, seed);
    const folder = mkdtempSync(join(tmpdir(), "ampcore-mcu-"));
    try {
      const { end, image } = await scene.begin();
      writeFileSync(join(folder, "nvm.bin"), image);
      const station = new Emulated({ firmware, folder, entropy: scene.entropy() });
      const turns = await end.converse(station, topic);
      const counted = instructionsOf(station, turns, names !== undefined);
      await station.off();
      const executed = await meter.counts(
        { nvm: () => new Nvm(image), entropy: () => scene.entropy() },
        async (talker) => (await scene.begin()).end.converse(talker, topic),
      );
      const samples = counted.flatMap(({ imports: _, ...phases }, call) =>
        Object.entries(phases).map(([phase, instructions]) => {
          return { phase: phase as Phase, instructions, counts: executed[call][phase as Phase] ?? {} };
        }),
      );
      held.push({
        topic: topicText(topic),
        samples,
        imports: counted.reduce((sum, { imports = 0 }) => sum + imports, 0),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return held;
}

function errorOf(held: readonly Conversation[], prices: Prices): Deviation {
  const phases = new Map<Phase, PhaseSample[]>();
  for (const sample of held.flatMap(({ samples }) => samples)) {
    phases.set(sample.phase, [...(phases.get(sample.phase) ?? []), sample]);
  }
  const each = held.map(({ samples }) => offOf(samples, prices));
  return {
    conversations: held.length,
    total: offOf(
      held.flatMap(({ samples }) => samples),
      prices,
    ),
    worst: farthest(each),
    phases: Object.fromEntries(
      [...phases].map(([phase, samples]) => {
        const instructions = samples.reduce((sum, sample) => sum + sample.instructions, 0);
        const worst = farthest(samples.map((sample) => offOf([sample], prices)));
        return [phase, { total: offOf(samples, prices), worst, instructions }];
      }),
    ),
  };
}

function offOf(samples: readonly Sample[], prices: Prices): number {
  const said = samples.reduce((sum, { counts }) => sum + priced(counts, prices), 0);
  return said / samples.reduce((sum, { instructions }) => sum + instructions, 0) - 1;
}

function farthest(values: readonly number[]): number {
  return values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
}
