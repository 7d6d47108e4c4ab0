/*
 * NVM that is not what the device left there: bits turned over, an image put back, parts of two images put together, the
 * image of one station in a second one. No rule promises that this is harmless: what breaks is stated here with its reason,
 * and the witness has to see exactly that.
 */
import type { WitnessedRule } from "../observer/witness.ts";
import { constantNoise, type Noise } from "./noise.ts";
import { CACHE, CELLS, cloneAnswers, type Life, type Region, SLOTS, strangersImage } from "./tamper.ts";
import type { Variant } from "./variant.ts";
import type { World } from "./world.ts";

/** What is at hand when the damage is done. */
interface Scene {
  readonly world: World;
  /** The device's record; power is off. */
  readonly octets: Uint8Array;
  /** What each of the lives left. */
  readonly images: readonly Uint8Array[];
  /** How often it was done before. */
  readonly time: number;
}

export interface Damage {
  readonly name: string;
  readonly says: string;
  readonly kind: "flip" | "rollback" | "splice" | "clone";
  /** Power cycles before it. */
  readonly lives: readonly Life[];
  /** How often it is done, each time in another place; 1 if left out. */
  readonly times?: number;
  readonly noise?: (label: string) => Noise;
  readonly isFor?: (variant: Variant) => boolean;
  readonly change: (scene: Scene) => void;
  readonly breaks: readonly WitnessedRule[];
  readonly because: string;
}

/** One bit after the other of these regions. */
function flips(...regions: readonly Region[]): Pick<Damage, "kind" | "times" | "change"> {
  const offsets = regions.flatMap(({ from, end }) => Array.from({ length: end - from }, (_, i) => from + i));
  return {
    kind: "flip",
    times: 8 * offsets.length,
    change: ({ octets, time }) => {
      octets[offsets[time >> 3]] ^= 1 << (time & 7);
    },
  };
}

/** These regions as the first life left them; all of the record if none is named. */
function older(...regions: readonly Region[]): Damage["change"] {
  return ({ octets, images: [image] }) => {
    if (regions.length === 0) octets.set(image);
    for (const { from, end } of regions) octets.set(image.subarray(from, end), from);
  };
}

const isCached = ({ keying }: Variant): boolean => keying === "cached";
const isKeyed = ({ keying }: Variant): boolean => keying !== "direct";

export const DAMAGES: readonly Damage[] = [
  {
    name: "a bit of the head turns over",
    says: "each of its 128 bits",
    ...flips({ from: 0, end: CELLS.from }),
    lives: ["exchange"],
    breaks: ["AMP-R7"],
    because: "a head whose CRC is wrong is no record of this device: amp_boot answers NVM failed for ever",
  },
  {
    name: "a bit of the only root turns over",
    says: "each of its 576 bits",
    ...flips(SLOTS[0]),
    lives: ["exchange"],
    breaks: ["AMP-R7", "section 6"],
    because: "a device without a valid root has nothing to prove itself with: it has to be provisioned again",
  },
  {
    name: "any other bit turns over",
    says: "each bit of the cells, the empty slot and the cache",
    ...flips(CELLS, SLOTS[1], CACHE),
    lives: ["exchange"],
    breaks: [],
    because: "the older cell and fresh noise, a wipe, a PMK derived anew stand in for them",
  },
  {
    name: "a bit of either root turns over while an update is not proven",
    says: "each of 1,152 bits",
    ...flips(...SLOTS),
    lives: ["unproven"],
    breaks: [],
    because: "device and key service share both generations until the proof: the other root stands in for it",
  },
  {
    name: "the newest counter cell is lost, noise constant",
    says: "its complement turns over",
    kind: "flip",
    lives: ["exchange"],
    noise: constantNoise,
    change: ({ octets }) => {
      octets[28] ^= 1;
    },
    breaks: ["AMP-R2"],
    because: "counter and noise fail together: the counter falls back to a value that was used with that noise",
  },
  {
    name: "an image is put back one life",
    says: "good noise",
    kind: "rollback",
    lives: ["exchange", "exchange"],
    change: older(),
    breaks: [],
    because: "the counter repeats, the noise does not",
  },
  {
    name: "an image is put back one life, noise constant",
    says: "counter and noise are those of a life before",
    kind: "rollback",
    lives: ["exchange", "exchange"],
    noise: constantNoise,
    change: older(),
    breaks: ["AMP-R2"],
    because: "whoever can write the NVM sets the counter back, and nothing else keeps the SNonces apart",
  },
  {
    name: "an image is put back behind an update that is not proven",
    says: "the key service still has the root before",
    kind: "rollback",
    lives: ["exchange", "unproven"],
    change: older(),
    breaks: [],
    because: "the key service keeps g until g+1 is proven, and makes the same update again",
  },
  {
    name: "an image is put back behind a proven update",
    says: "the root is one that the key service has dropped",
    kind: "rollback",
    lives: ["exchange", "update"],
    change: older(),
    breaks: ["AMP-R7", "section 6"],
    because: "the key service drops g on the proof of g+1: a device that forgets g+1 shares nothing with it any more",
  },
  {
    name: "roots of two images that are no neighbours",
    says: "generation 0 and generation 2",
    kind: "splice",
    lives: ["exchange", "update", "update"],
    change: ({ octets, images: [image] }) => octets.set(image.subarray(SLOTS[0].from, SLOTS[0].end), SLOTS[1].from),
    breaks: ["AMP-R7", "section 6"],
    because: "which of them is the newest cannot be told: amp_boot answers NVM failed",
  },
  {
    name: "cells of an older image, noise constant",
    says: "everything else is of now",
    kind: "splice",
    lives: ["exchange", "exchange"],
    noise: constantNoise,
    change: older(CELLS),
    breaks: ["AMP-R2"],
    because: "as an image that is put back",
  },
  {
    name: "the cache of an image from before an update",
    says: "everything else is of now",
    kind: "splice",
    isFor: isKeyed,
    lives: ["exchange", "update"],
    change: older(CACHE),
    breaks: [],
    because: "an entry is used for the generation that it names only, and is wiped as one of another",
  },
  {
    name: "the cache entry of another device",
    says: "of the same AP, Modifier and generation",
    kind: "splice",
    isFor: isCached,
    lives: ["exchange"],
    change: ({ world, octets }) => {
      octets.set(strangersImage(world).subarray(CACHE.from, CACHE.end), CACHE.from);
    },
    breaks: ["AMP-R1", "AMP-R7"],
    because: "its CRC is no MIC: the device answers under a PMK that is not its own, and goes on doing so",
  },
  {
    name: "the root of another device",
    says: "valid, of the same generation",
    kind: "splice",
    lives: ["exchange"],
    change: ({ world, octets }) => {
      octets.set(strangersImage(world).subarray(SLOTS[0].from, SLOTS[0].end), SLOTS[0].from);
      octets.fill(0, CACHE.from, CACHE.end);
    },
    breaks: ["AMP-R1", "AMP-R7", "section 6"],
    because: "its CRC is no MIC: the device is the other one with this one's address",
  },
  {
    name: "an image cloned to a second station, which answers first",
    says: "each has its own noise",
    kind: "clone",
    lives: ["exchange"],
    change: ({ world }) => cloneAnswers(world, "own noise"),
    breaks: ["AMP-R3"],
    because: "the clone is the device as far as any key can tell: its readings are taken in the device's name",
  },
  {
    name: "an image cloned to a second station, noise constant in both",
    says: "and both answer one M1",
    kind: "clone",
    lives: ["exchange"],
    noise: constantNoise,
    change: ({ world }) => cloneAnswers(world, "the same noise"),
    breaks: ["AMP-R1", "AMP-R2", "AMP-R3"],
    because: "both count alike and draw alike: one SNonce, one PTK, two readings under PN 1",
  },
];
