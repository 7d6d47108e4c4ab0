/*
 * NVM that is not what the device left there: bits turned over, an image put back, parts of two images put together, the
 * image of one station in a second one. No rule promises that this is harmless: what breaks is stated here with its reason,
 * and the witness has to see exactly that.
 */
import { encodeRecord } from "../keys/record.ts";
import { regionOf } from "../observer/nvmrules.ts";
import type { Violation, WitnessedRule } from "../observer/witness.ts";
import { Body } from "./body.ts";
import { constantNoise, freshNoise, type Noise } from "./noise.ts";
import { settle } from "./settle.ts";
import type { Stage } from "./story.ts";
import { variantNamed } from "./variant.ts";
import { SPA, World } from "./world.ts";

interface Damage {
  readonly name: string;
  readonly says: string;
  readonly breaks: readonly WitnessedRule[];
  readonly because: string;
  /** How often it is done, each time a little differently; 1 if left out. */
  readonly times?: number;
  readonly noise?: (label: string) => Noise;
  /** Does it to a new world, up to the honest end. Returns undefined where this time is another row's. */
  happen(world: World, time: number): boolean | undefined;
}

export interface DamageResult {
  readonly name: string;
  readonly says: string;
  readonly because: string;
  readonly stated: readonly WitnessedRule[];
  readonly seen: readonly WitnessedRule[];
  readonly runs: number;
  /** Runs in which it was not exactly the stated rules that broke, and the first of them in words. */
  readonly wrong: number;
  readonly first?: string;
}

const HEAD_END = 16;
const CELLS = { from: 16, end: 32 } as const;
const SLOTS = [
  { from: 32, end: 104 },
  { from: 104, end: 176 },
] as const;
const CACHE = { from: 176, end: 268 } as const;
const BITS = 8 * 268;

/** An exchange in a power cycle of its own: the image that it leaves. */
function live(world: World): Uint8Array {
  world.die();
  world.boot();
  world.exchange();
  world.die();
  return world.device.nvm.octets.slice();
}

function update(world: World): Uint8Array {
  world.startUpdate();
  return live(world);
}

function put(world: World, from: Uint8Array, { from: at, end }: { from: number; end: number }): void {
  world.device.nvm.octets.set(from.subarray(at, end), at);
}

/** Flips bit `time` of the record if it is in that region. */
function flip(world: World, time: number, isIn: (offset: number) => boolean): boolean | undefined {
  const offset = time >> 3;
  if (!isIn(offset)) return undefined;
  world.device.nvm.octets[offset] ^= 1 << (time & 7);
  return true;
}

export const DAMAGES: readonly Damage[] = [
  {
    name: "a bit of the head turns over",
    says: "each of its 128 bits",
    breaks: ["AMP-R7"],
    because: "a head whose CRC is wrong is no record of this device: amp_boot answers NVM failed for ever",
    times: BITS,
    happen(world, time) {
      live(world);
      return flip(world, time, (offset) => offset < HEAD_END);
    },
  },
  {
    name: "a bit of the only root turns over",
    says: "each of its 576 bits",
    breaks: ["AMP-R7", "section 6"],
    because: "a device without a valid root has nothing to prove itself with: it has to be provisioned again",
    times: BITS,
    happen(world, time) {
      live(world);
      return flip(world, time, (offset) => regionOf(offset) === "root slot A");
    },
  },
  {
    name: "any other bit turns over",
    says: "each bit of the cells, the empty slot and the cache",
    breaks: [],
    because: "the older cell and fresh noise, a wipe, a PMK derived anew stand in for them",
    times: BITS,
    happen(world, time) {
      live(world);
      return flip(world, time, (offset) => offset >= CELLS.from && regionOf(offset) !== "root slot A");
    },
  },
  {
    name: "a bit of either root turns over while an update is not proven",
    says: "each of 1,152 bits",
    breaks: [],
    because: "device and key service share both generations until the proof: the other root stands in for it",
    times: BITS,
    happen(world, time) {
      world.startUpdate();
      world.boot();
      world.read();
      const m2 = world.hears(world.trigger())?.frame;
      const m3 = m2 && world.sends(m2);
      if (m3) world.hears(m3);
      world.die();
      return flip(world, time, (offset) => offset >= SLOTS[0].from && offset < SLOTS[1].end);
    },
  },
  {
    name: "the newest counter cell is lost, noise constant",
    says: "its complement turns over",
    breaks: ["AMP-R2"],
    because: "counter and noise fail together: the counter falls back to a value that was used with that noise",
    noise: constantNoise,
    happen(world) {
      live(world);
      world.device.nvm.octets[28] ^= 1;
      return true;
    },
  },
  {
    name: "an image is put back one life",
    says: "good noise",
    breaks: [],
    because: "the counter repeats, the noise does not",
    happen(world) {
      const image = live(world);
      live(world);
      world.device.nvm.octets.set(image);
      return true;
    },
  },
  {
    name: "an image is put back one life, noise constant",
    says: "counter and noise are those of a life before",
    breaks: ["AMP-R2"],
    because: "whoever can write the NVM sets the counter back, and nothing else keeps the SNonces apart",
    noise: constantNoise,
    happen(world) {
      const image = live(world);
      live(world);
      world.device.nvm.octets.set(image);
      return true;
    },
  },
  {
    name: "an image is put back behind a proven update",
    says: "the root is one that the key service has dropped",
    breaks: ["AMP-R7", "section 6"],
    because: "the key service drops g on the proof of g+1: a device that forgets g+1 shares nothing with it any more",
    happen(world) {
      const image = live(world);
      update(world);
      world.device.nvm.octets.set(image);
      return true;
    },
  },
  {
    name: "roots of two images that are no neighbours",
    says: "generation 0 and generation 2",
    breaks: ["AMP-R7", "section 6"],
    because: "which of them is the newest cannot be told: amp_boot answers NVM failed",
    happen(world) {
      const old = live(world);
      update(world);
      update(world);
      world.device.nvm.octets.set(old.subarray(SLOTS[0].from, SLOTS[0].end), SLOTS[1].from);
      return true;
    },
  },
  {
    name: "cells of an older image, noise constant",
    says: "everything else is of now",
    breaks: ["AMP-R2"],
    because: "as an image that is put back",
    noise: constantNoise,
    happen(world) {
      const image = live(world);
      live(world);
      put(world, image, CELLS);
      return true;
    },
  },
  {
    name: "the cache entry of another device",
    says: "of the same AP, Modifier and generation",
    breaks: ["AMP-R1", "AMP-R7"],
    because: "its CRC is no MIC: the device answers under a PMK that is not its own, and goes on doing so",
    happen(world) {
      live(world);
      put(world, strangersImage(world), CACHE);
      return true;
    },
  },
  {
    name: "the root of another device",
    says: "valid, of the same generation",
    breaks: ["AMP-R1", "AMP-R7", "section 6"],
    because: "its CRC is no MIC: the device is the other one with this one's address",
    happen(world) {
      live(world);
      put(world, strangersImage(world), SLOTS[0]);
      put(world, new Uint8Array(268), CACHE);
      return true;
    },
  },
  {
    name: "an image cloned to a second station, which answers first",
    says: "each has its own noise",
    breaks: ["AMP-R3"],
    because: "the clone is the device as far as any key can tell: its readings are taken in the device's name",
    happen: (world) => cloned(world, freshNoise("the clone")),
  },
  {
    name: "an image cloned to a second station, noise constant in both",
    says: "and both answer one M1",
    breaks: ["AMP-R1", "AMP-R2", "AMP-R3"],
    because: "both count alike and draw alike: one SNonce, one PTK, two readings under PN 1",
    noise: constantNoise,
    happen: (world) => cloned(world, world.device.noise),
  },
];

/** The image of a device of the same key service, AP and Modifier, with another SPA and PSK, behind one exchange. */
function strangersImage(world: World): Uint8Array {
  const { machine } = world.options;
  world.device.leave();
  const other = new World({ ...world.options, psk: new Uint8Array(32).fill(0x5a) });
  other.device.nvm.octets.set(encodeRecord({ spa: SPA, psk: other.psk, counter: 0 }));
  const image = live(other);
  machine.powerUp("lost");
  world.device.enter();
  return image;
}

function cloned(world: World, noise: Noise): true {
  const image = live(world);
  const { device, options, witness } = world;
  const clone = new Body(options.machine, witness, image, noise, 1);
  world.boot();
  world.read();
  device.leave();
  clone.enter();
  clone.boot("lost");
  clone.call({ kind: "setPayload", reading: Uint8Array.of(0xc1, 0x0e), encrypt: options.variant.mode === "ccm" });
  const m1 = world.trigger();
  const m2 = clone.call({ kind: "receive", frame: m1 })?.frame;
  clone.leave();
  device.enter();
  if (m2) {
    witness.sentUp(m2, 1);
    world.reaches(m2);
  }
  const own = world.hears(m1)?.frame;
  if (own) world.sends(own);
  world.die();
  return true;
}

/** Every `stride`-th time of it. */
export function runDamage(
  stage: Stage,
  { name, seed, stride }: { name: string; seed: number; stride: number },
): DamageResult {
  const damage = DAMAGES.find((candidate) => candidate.name === name);
  const variant = variantNamed("compact-ccm-cold");
  if (!damage || !variant) throw new RangeError(`no such damage: ${name}`);
  const { says, because, breaks, times = 1, noise = freshNoise } = damage;
  const seen = new Set<WitnessedRule>();
  let [runs, wrong] = [0, 0];
  let first: string | undefined;
  for (let time = 0; time < times; time += times > 1 ? stride : 1) {
    const world = new World({ ...stage, variant, seed, noise: noise(`seed ${seed}`) });
    if (!damage.happen(world, time)) continue;
    runs++;
    settle(world);
    const { violations } = world.witness;
    for (const { rule } of violations) seen.add(rule);
    if (isExactly(violations, breaks)) continue;
    wrong++;
    first ??= `time ${time}: ${violations.map(({ rule, what }) => `${rule}: ${what}`).join("; ") || "nothing broke"}`;
  }
  return { name, says, because, stated: breaks, seen: [...seen].sort(), runs, wrong, first };
}

function isExactly(violations: readonly Violation[], stated: readonly WitnessedRule[]): boolean {
  const seen = new Set(violations.map(({ rule }) => rule));
  return seen.size === stated.length && stated.every((rule) => seen.has(rule));
}
