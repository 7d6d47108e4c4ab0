/** Lost frames and torn NVM writes between twin station and twin AP: PROTOCOL 6 and 7, and AMP-R2, AMP-R7. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { unhex } from "./bytes.ts";
import type { PowerCut } from "./host.ts";
import { Life, type LifeOptions, seededRandom } from "./life.ts";

const MODIFIER = unhex("a0a1a2a3a4a5a6a7");

/** Octets written in a life without any fault. */
function writtenIn(options: LifeOptions): number {
  const life = new Life(options);
  life.live();
  life.assertSettled();
  return life.host.written_octets;
}

/** What the octet in flight may become. The new value is the cut one octet later. */
const IN_FLIGHT: readonly [name: string, value: PowerCut["inFlight"]][] = [
  ["old", (before) => before],
  ["00", () => 0x00],
  ["FF", () => 0xff],
  ["the new one's complement", (_, after) => after ^ 0xff],
];

/** A life whose power fails once, after that many octets; it must get where every life gets. */
function liveWithCut(options: LifeOptions, after_octets: number, variant: number): void {
  const [name, inFlight] = IN_FLIGHT[variant];
  const life = new Life(options);
  life.host.powerCut = { after_octets, inFlight };
  try {
    life.live();
    life.assertSettled();
  } catch (error) {
    throw new Error(`octet ${after_octets} of the life, in flight: ${name}`, { cause: error });
  }
  assert.equal(life.host.powerCut, null, "the power did fail");
}

test("AMP-R2, AMP-R7: power fails at every octet of every NVM write up to a proven update, in flight old, 00, FF, other", () => {
  const options = { modifier: MODIFIER, updates: 1 };
  const written_octets = writtenIn(options);
  // Counter 8 + 12 + 12, cache 92, new slot 72, old slot wiped 4 + 68, cache wiped 4 + 88, cache 92.
  assert.equal(written_octets, 452);
  for (let after_octets = 0; after_octets < written_octets; after_octets++) {
    IN_FLIGHT.forEach((_, variant) => {
      liveWithCut(options, after_octets, variant);
    });
  }
});

for (const [mode, modifier] of [["Modifier", MODIFIER] as const, ["direct", null] as const]) {
  test(`AMP-R2, AMP-R7: power fails at every octet of every NVM write of two updates, ${mode}`, () => {
    const options = { modifier, updates: 2 };
    const written_octets = writtenIn(options);
    for (let after_octets = 0; after_octets < written_octets; after_octets++) {
      liveWithCut(options, after_octets, after_octets % IN_FLIGHT.length);
    }
  });
}

test("AMP-R7: any two of the first thirty frames of a life are lost", () => {
  for (let first = 0; first < 30; first++) {
    for (let second = first; second < 30; second++) {
      let frame = -1;
      const loses = (): boolean => {
        frame++;
        return frame === first || frame === second;
      };
      const life = new Life({ modifier: MODIFIER, updates: 2, loses });
      life.live();
      life.assertSettled();
    }
  }
});

test("AMP-R2, AMP-R7: frames lost and power cut again and again, 150 seeds", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed);
    // The cuts stop after a while, or a record write could be cut for ever; the losses go on.
    let cuts = 12;
    const loses = (): boolean => {
      if (cuts > 0 && life.host.powerCut === null && random() < 0.4) {
        cuts--;
        const value = Math.floor(256 * random());
        life.host.powerCut = { after_octets: Math.floor(200 * random()), inFlight: () => value };
      }
      if (random() < 0.1) life.powerLoss();
      return random() < 0.15;
    };
    const life: Life = new Life({ modifier: seed % 3 === 0 ? null : MODIFIER, updates: 2, loses });
    try {
      life.live();
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
    assert.equal(life.proven, 2);
  }
});
