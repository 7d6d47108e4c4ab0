/** M1 behind the checks of its octets: an M2 by every way to its keys, and everything that keeps it from coming. */
import assert from "node:assert/strict";
import { CACHE, CELLS, COUNTER_MAX, cellOctets, SLOTS } from "../../twin/record.ts";
import type { Bed, Part } from "../bed.ts";
import { CLEAR } from "../hand.ts";
import { type Case, type StateNumber, withModifier } from "./case.ts";

export const partOf = ({ offset, length }: { readonly offset: number; readonly length: number }): Part => {
  return { from: offset, end: offset + length };
};
export const [SLOT_A, SLOT_B] = SLOTS.map(partOf);
export const CACHE_PART = partOf(CACHE);
const CELLS_PART: Part = { from: CELLS[0].offset, end: CELLS[1].offset + CELLS[1].length };

/** SNonces of one power cycle (AMP-R2). */
const SNONCES_MAX = 0x10000;

/** A new M1 that is answered. */
function answered(state: StateNumber, path: string, prepare: (bed: Bed) => void, only?: Case["only"]): Case {
  const play = (bed: Bed): void => {
    bed.reach(state);
    prepare(bed);
    bed.newM1();
  };
  return { call: "amp_receive", state, answer: "> 0", path: `M1, ${path}`, only, play };
}

/** A new M1 that is refused. */
function refused(state: StateNumber, answer: Case["answer"], path: string, prepare: (bed: Bed) => void): Case {
  const play = (bed: Bed): void => {
    bed.reach(state);
    prepare(bed);
    bed.receive(bed.trigger());
  };
  return { call: "amp_receive", state, answer, path: `M1, ${path}`, play };
}

const NOTHING = (): void => undefined;

/** Another reading than the one that reach() sets. */
const inClear = (bed: Bed): unknown => bed.setPayload(bed.secrets.readings[1], 0);

const FIRST: readonly Case[] = [
  answered(1, "the first of the power cycle", NOTHING),
  answered(1, "the reading in clear", inClear),
  answered(1, "no reading", (bed) => bed.setPayload(new Uint8Array(0), 0)),
  answered(1, "the check field of the counter cannot be read", (bed) => bed.fail("read", 1, CELLS_PART)),
  ...[0, 1].map((n) => answered(1, `write ${n} of the counter fails`, (bed) => bed.fail("write", n, CELLS_PART))),
  answered(1, "the counter is at its end", (bed) => bed.nvm.octets.set(cellOctets(COUNTER_MAX), CELLS[0].offset)),
  answered(1, "no cell is valid", (bed) => bed.nvm.octets.fill(0, CELLS_PART.from, CELLS_PART.end)),
  answered(1, "cell 1 is the greater", (bed) => bed.nvm.octets.set(cellOctets(0), CELLS[1].offset)),
  answered(1, "the cache cannot be read", (bed) => bed.fail("read", 0, CACHE_PART), withModifier),
  answered(1, "the PMK is in the cache", hit, withModifier),
  answered(1, "the PMK in the cache is torn", torn, withModifier),
  refused(1, "NVM failed", "the slot cannot be read", (bed) => bed.fail("read", 0, SLOT_A)),
  refused(1, "NVM failed", "the cells cannot be read", (bed) => bed.fail("read", 0, CELLS_PART)),
  refused(1, "entropy failed", "an octet is repeated", (bed) => bed.round.draws.unshift(bed.round.unhealthy)),
  refused(1, "entropy failed", "an octet comes too often", (bed) => bed.round.draws.unshift(bed.round.lopsided)),
  refused(1, "entropy failed", "the source fails", (bed) => bed.round.draws.unshift(null)),
];

/** The cache holds the PMK, as the M3 of the power cycle before has left it. */
function hit(bed: Bed): void {
  bed.newM1();
  assert.equal(bed.receive(bed.m3(bed.secrets.payloads[1], CLEAR)), 0);
  assert.equal(bed.call("amp_boot"), 0);
  assert.equal(bed.setPayload(bed.secrets.readings[0], 1), 0);
}

/** An octet of a midstate is another than was written. */
function torn(bed: Bed): void {
  hit(bed);
  bed.nvm.octets[CACHE.offset + 40] ^= 0x80;
}

const LATER: readonly Case[] = ([2, 3] as const).flatMap((state) => [
  answered(state, "ends the session before", NOTHING),
  answered(state, "ends the session before, the reading in clear", inClear),
  answered(state, "the cache cannot be read", (bed) => bed.fail("read", 0, CACHE_PART), withModifier),
  refused(state, "NVM failed", "the slot cannot be read", (bed) => bed.fail("read", 0, SLOT_A)),
  refused(state, "PN exhausted", "the last SNonce is used up", (bed) => {
    bed.exhaust(() => bed.newM1(), SNONCES_MAX);
    if (state === 3) assert.equal(bed.receive(bed.m3(bed.secrets.payloads[0])), 0);
  }),
]);

const TOO_LONG: readonly Case[] = ([1, 2, 3] as const).map((state) =>
  refused(state, "payload too long", "the reading has no room", (bed) => bed.setPayload(bed.secrets.readings[2], 1)),
);

const AGAIN: readonly Case[] = [
  {
    ...{ call: "amp_receive", state: 2, answer: "> 0", path: "the same M1, the kept M2" },
    play(bed) {
      bed.reach(2);
      bed.receive(bed.m1);
    },
  },
  {
    ...{ call: "amp_receive", state: 2, answer: "> 0", path: "the same M1, its M2 was dropped" },
    play(bed) {
      bed.reach(2);
      bed.setPayload(bed.secrets.readings[1], 1);
      bed.newM1(bed.m1);
    },
  },
  {
    ...{ call: "amp_receive", state: 3, answer: "0", path: "the same M1" },
    play(bed) {
      bed.reach(3);
      bed.receive(bed.m1);
    },
  },
];

export const TRIGGERS: readonly Case[] = [...FIRST, ...LATER, ...TOO_LONG, ...AGAIN];
