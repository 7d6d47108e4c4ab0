/*
 * The ways of this profile: security profiles, modes and keyings, with and without the M3 that confirms. The same
 * conversation is held by the metered module, for any weights, and by the firmware of a Cortex-M4.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AMP_SIFS, dlAirtime_us } from "../channel/airtime.ts";
import { slotDurationFor_4us } from "../channel/slots.ts";
import { Nvm } from "../device/nvm.ts";
import { Device } from "../device/runner.ts";
import { Silicon } from "../device/silicon.ts";
import { ONE_EACH, type Weights } from "../device/weights.ts";
import { fitting, KEYINGS, type Keying, type Topic, type Turn } from "../mcu/conversation.ts";
import { Emulated } from "../mcu/emulated.ts";
import type { Firmware } from "../mcu/firmware.ts";
import { instructionsOf } from "../mcu/phases.ts";
import { Scene } from "../mcu/scene.ts";
import { talking } from "../mcu/talking.ts";
import { PROFILES, type Profile } from "../wire/profile.ts";
import { SLOT_UNIT_us } from "../wire/triggerinfo.ts";
import { Recorder } from "./recorder.ts";
import type { Air, Step } from "./step.ts";
import type { Way } from "./way.ts";

const us = 1e-6;

export interface Materials {
  readonly module: Uint8Array;
  readonly names?: readonly string[];
  readonly air: Air;
  readonly reading_octets: number;
  /** Tables that steps will be asked with. */
  readonly weights: readonly Weights[];
  /** Left out: no instructions of the emulated core are counted. */
  readonly firmware?: Firmware;
  /** Of all nonces, keys and addresses; 1 if left out. */
  readonly seed?: number;
}

const KEYED: Readonly<Record<Keying, string>> = {
  cold: "PMK derived",
  cached: "PMK cached",
  direct: "direct mode",
};

/** One exchange: how it is named, what it is about, and whether the station waits for its M3. */
interface Case {
  readonly name: string;
  readonly topic: Topic;
  readonly isConfirmed: boolean;
}

/** Every profile, mode and keying with its M3 and without; one whose M3 brings a new root. */
function casesFor(reading_octets: number): Case[] {
  const about = (profile: Profile, encrypt: boolean, keying: Keying, update = false): Topic =>
    fitting({
      ...{ profile, encrypt, keying, reading_octets, update },
      ...{ trigger_octets: 0, confirm_octets: 0, data: false },
    });
  const cases: Case[] = [];
  for (const profile of PROFILES) {
    for (const encrypt of [true, false]) {
      for (const keying of KEYINGS) {
        const name = `AMP ${profile.name}, ${encrypt ? "CCM" : "MIC"}, ${KEYED[keying]}`;
        const topic = about(profile, encrypt, keying);
        cases.push({ name, topic, isConfirmed: true });
        cases.push({ name: `${name}, no M3`, topic, isConfirmed: false });
      }
    }
  }
  const [compact] = PROFILES;
  const topic = about(compact, true, "cold", true);
  cases.push({ name: `AMP ${compact.name}, CCM, ${KEYED.cold}, root update`, topic, isConfirmed: true });
  return cases;
}

/** All of them; `only` keeps those whose name it says yes to. */
export async function ampWays(materials: Materials, only: (name: string) => boolean = () => true): Promise<Way[]> {
  const ways: Way[] = [];
  for (const one of casesFor(materials.reading_octets)) if (only(one.name)) ways.push(await ampWay(one, materials));
  return ways;
}

/** Calls of a conversation before the hand-outs: boot, setPayload, M1, M3. */
const [M1, M3] = [2, 3];

/** A call, and what the device asked of its power in it. */
interface Recorded {
  readonly turn: Turn;
  readonly steps: readonly Step[];
}

async function ampWay({ name, topic, isConfirmed }: Case, materials: Materials): Promise<Way> {
  const { air, weights } = materials;
  const unit = await recorded(topic, materials, ONE_EACH);
  const lists = new Map<Weights, readonly Recorded[]>([[ONE_EACH, unit]]);
  for (const table of weights) lists.set(table, await recorded(topic, materials, table));
  const of = (table: Weights): readonly Recorded[] => {
    const calls = lists.get(table);
    if (!calls) throw new Error(`${name} was not counted with these weights`);
    return calls;
  };
  const calls = isConfirmed ? M3 + 1 : M1 + 1;
  const [m2, m3] = [unit[M1].turn.answer, unit[M3].turn.frame].map(lengthOf);
  const slot = { m2_octets: m2, ulRate_kbps: air.ulRate_kbps, m3_octets: m3, dlRate_kbps: air.dlRate_kbps };
  const steps = (table: Weights): Step[] => stepsOf(of(table).slice(0, calls), air);
  const frames = steps(ONE_EACH).filter(({ kind }) => kind === "rx" || kind === "tx");
  return {
    name,
    family: "AMP",
    steps,
    frames: frames.length,
    dl_octets: octetsOf(frames, "rx"),
    ul_octets: octetsOf(frames, "tx"),
    wasm: unit.slice(0, calls).reduce((sum, { steps }) => sum + fuelOf(steps), 0),
    m4: materials.firmware ? await emulated(topic, materials, materials.firmware, calls) : null,
    answer: (table) => of(table)[M1].steps,
    slot_s: slotDurationFor_4us({ ...slot, padding_us: air.padding_us }) * SLOT_UNIT_us * us,
  };
}

/** Holds the conversation with the module metered by those weights. */
async function recorded(topic: Topic, { module, names, seed = 1 }: Materials, weights: Weights): Promise<Recorded[]> {
  const scene = new Scene(module, topic, seed);
  const { end, image } = await scene.begin();
  const power = new Recorder();
  const options = { nvm: new Nvm(image), power, entropy: scene.entropy(), ram: "lost", random: () => 0 } as const;
  const device = new Device(siliconFor(module, weights, names), options);
  device.powerUp();
  const steps: (readonly Step[])[] = [];
  const turns = await end.converse(
    talking(device, () => steps.push(power.take())),
    topic,
  );
  steps.push(power.take());
  // What was taken before a call belongs to the one before it.
  return turns.map((turn, i) => ({ turn, steps: steps[i + 1] }));
}

const silicons = new WeakMap<Uint8Array, Map<Weights, Silicon>>();

/** Metering takes a while, and an instance serves any number of devices, one after the other. */
function siliconFor(module: Uint8Array, weights: Weights, names?: readonly string[]): Silicon {
  const own = silicons.get(module) ?? new Map<Weights, Silicon>();
  silicons.set(module, own);
  const silicon = own.get(weights) ?? new Silicon(module, { weights, names });
  own.set(weights, silicon);
  return silicon;
}

/** Instructions of the emulated core in the first calls of the same conversation. */
async function emulated(
  topic: Topic,
  { module, names, seed = 1 }: Materials,
  firmware: Firmware,
  calls: number,
): Promise<number> {
  const scene = new Scene(module, topic, seed);
  const folder = mkdtempSync(join(tmpdir(), "ampcore-handshake-"));
  try {
    const { end, image } = await scene.begin();
    writeFileSync(join(folder, "nvm.bin"), image);
    const station = new Emulated({ firmware, folder, entropy: scene.entropy() });
    const turns = await end.converse(station, topic);
    const counted = instructionsOf(station, turns, names !== undefined).slice(0, calls);
    await station.off();
    return counted.reduce(
      (sum, { imports: _, ...phases }) => sum + Object.values(phases).reduce((a, b) => a + b, 0),
      0,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The radio's part put between the calls. */
function stepsOf(calls: readonly Recorded[], air: Air): Step[] {
  return [
    { kind: "start" },
    ...calls.flatMap(({ turn: { call, frame, answer }, steps }): Step[] => {
      if (call !== "receive" || !frame) return [...steps];
      const rx: Step = { kind: "rx", octets: frame.length };
      if (!(answer instanceof Uint8Array)) return [rx, ...steps];
      // Behind an answer: one SIFS, and the preamble in which an AP that answers is heard.
      const wait_us = AMP_SIFS.value + dlAirtime_us(0, air.dlRate_kbps, 0);
      return [rx, ...steps, { kind: "tx", octets: answer.length }, { kind: "listen", t_s: wait_us * us }];
    }),
  ];
}

function fuelOf(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + (step.kind === "cpu" ? step.fuel : 0), 0);
}

function octetsOf(steps: readonly Step[], kind: "rx" | "tx"): number {
  return steps.reduce((sum, step) => sum + (step.kind === kind ? step.octets : 0), 0);
}

function lengthOf(octets: Uint8Array | number | undefined): number {
  if (!(octets instanceof Uint8Array)) throw new Error("an honest exchange came to no M3");
  return octets.length;
}
