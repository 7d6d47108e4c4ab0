/** What `bench questions` commits beside counts, reckoned by hand: airtimes, slots, clocks, chances; and where labels go. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type HardwareData, workOf } from "../../bench/questions/hardware.ts";
import { type Kind, nvmTime_s, WINDOW_s } from "../../bench/questions/m2work.ts";
import { type MicData, mic } from "../../bench/questions/mic.ts";
import { type NoncesData, repeatedIn } from "../../bench/questions/nonces.ts";
import type { QuestionsResult } from "../../bench/questions/result.ts";
import type { SlotData, Work } from "../../bench/questions/slot.ts";
import { clearOf } from "../../bench/questions/svg/dots.ts";
import { committedResult } from "../../host/bench/results.ts";
import { NVMS } from "../../host/energy/profiles/nvms.ts";

const { data } = committedResult("questions") as QuestionsResult;
const slot = data.slot as SlotData;
const us = 1e-6;

function near(value: number, byHand: number, what: string): void {
  assert.ok(Math.abs(value / byHand - 1) < 1e-9, `${what}: ${value}, by hand ${byHand}`);
}

function workIn({ works }: SlotData, of: Kind): Work {
  const work = works.find(({ kind }) => kind === of);
  assert.ok(work, `a row of ${of}`);
  return work;
}

/** Root slot 72, counter cells 16 and their check field read back 4, 8 or 12 written, cache 92: octets of FRAM, 125 ns each. */
const BY_HAND: Readonly<Record<Kind, { readonly phases: readonly string[]; readonly octets: number }>> = {
  cold: { phases: ["frame", "snonce", "pmk", "ptk", "mic"], octets: 72 + 16 + 4 + 8 + 92 },
  cached: { phases: ["frame", "snonce", "pmk", "ptk", "mic"], octets: 72 + 16 + 4 + 12 + 92 },
  direct: { phases: ["frame", "snonce", "ptk", "mic"], octets: 72 + 16 + 4 + 8 },
  ready: { phases: ["frame", "pmk", "ptk", "mic"], octets: 72 + 92 },
  directReady: { phases: ["frame", "ptk", "mic"], octets: 72 },
  guessed: { phases: ["frame", "ptk", "mic"], octets: 72 },
};

test("the clock of each M2 is its cycles in 36 us of padding and 10 us of SIFS less its NVM", () => {
  near(WINDOW_s, 46 * us, "the window");
  for (const [kind, { phases, octets }] of Object.entries(BY_HAND)) {
    const work = workIn(slot, kind as Kind);
    assert.deepEqual(Object.keys(work.phases).sort(), [...phases].sort(), kind);
    const instructions = phases.reduce((sum, phase) => sum + work.phases[phase], 0);
    const byHand_Hz = (1.25 * instructions) / (36 * us + 10 * us - octets * 0.125 * us);
    assert.equal(work.instructions, instructions, `${kind}: instructions`);
    assert.equal(work.nvmRead_octets + work.nvmWritten_octets, octets, `${kind}: octets of NVM`);
    near(work.nvm_s, octets * 0.125 * us, `${kind}: NVM`);
    near(work.clock_Hz, byHand_Hz, `${kind}: clock`);
    near(work.clockLow_Hz, byHand_Hz / 1.25, `${kind}: one cycle an instruction`);
    near(work.clockHigh_Hz, (byHand_Hz / 1.25) * 1.6, `${kind}: 1.6 cycles an instruction`);
  }
});

test("only what needs nothing of M1 is made before it: the SNonce, and the PMK in direct mode or on a guess", () => {
  const [cold, ready, guessed] = (["cold", "ready", "guessed"] as const).map((kind) => workIn(slot, kind));
  assert.equal(ready.instructions, cold.instructions - cold.phases.snonce);
  assert.equal(ready.phases.pmk, cold.phases.pmk, "the PMK waits for Modifier and AA");
  assert.equal(guessed.phases.pmk, undefined, "on a guess it does not");
  assert.equal(ready.nvmWritten_octets, 0, "the counter is raised before");
});

test("the time of the default parts, the entropy and the slots are what hand arithmetic gives", () => {
  const cold = workIn(slot, "cold");
  near(slot.default.t_s, (1.25 * cold.instructions) / 128e6 + 192 * 0.125 * us, "nrf54l15 at 128 MHz");
  const entropy = slot.entropy.find(({ mcu }) => mcu === "nrf54l15");
  assert.equal(entropy?.octets, 32);
  near(entropy?.t_s ?? 0, (128 + 32 * 122) * us, "entropy on nrf54l15");
  // M2 of 47 octets behind 12 us of sync, SIFS, M3 of 17 behind 128 us, 36 of padding, 6 of extension, SIFS; units of 4 us.
  const slot_us = 4 * Math.ceil((12 + 47 * 8 + 10 + (32 + 80 + 16 + 17 * 8 + 36 + 6) + 10) / 4);
  near(slot.slots[1].slot_s, slot_us * us, "a slot at 1 Mb/s up");
  near(slot.extension_s, 6 * us, "the signal extension");
  const times = { readOctet_s: { value: 2 }, writeOctet_s: { value: 3 } };
  const nvm = { ...NVMS.fram, ...times } as typeof NVMS.fram;
  assert.equal(nvmTime_s({ nvmRead_octets: 5, nvmWritten_octets: 7 }, { nvm }), 5 * 2 + 7 * 3);
});

test("an engine's M2 is that of the emulated core less what the engine saves", () => {
  const kinds = { cold: 1000, ready: 900, guessed: 800 };
  const given = { m4: kinds, nvm_s: { cold: 6 * us, ready: 4 * us, guessed: 2 * us } };
  const { cycles, clock_Hz } = workOf(given, { saved: { cold: 250, ready: 200, guessed: 100 } }, "cold");
  assert.equal(cycles, 1.25 * 1000 - 250);
  near(clock_Hz, 1000 / (40 * us), "1000 cycles in 40 us");
  assert.throws(() => workOf({ ...given, m4: null }, { saved: kinds }, "cold"), /needs the firmware of a Cortex-M4/);
});

test("in software the questions of the slot and of the hardware have the same clocks", () => {
  const answers = data.hardware as HardwareData;
  for (const kind of ["cold", "ready", "guessed"] as const) {
    near(workOf(answers, answers.answers[0], kind).clock_Hz, workIn(slot, kind).clock_Hz, kind);
  }
});

test("airtimes of M1 and M2 with each length of nonces are what hand arithmetic gives", () => {
  const { rows } = data.nonces as NoncesData;
  for (const { N, airtimes } of rows) {
    const m1_us = 32 + 80 + 16 + 8 * (7 + 6 + 6 + N + 8) + 36 + 6;
    const m2_octets = 7 + N + 16 + 8;
    const byHand_us = [48 + 32 * m2_octets, 12 + 8 * m2_octets, 6 + 2 * m2_octets].map((m2_us) => m1_us + m2_us);
    for (const [i, { airtime_s }] of airtimes.entries()) near(airtime_s, byHand_us[i] * us, `N ${N}, rate ${i}`);
  }
});

test("a year of triggers every 25 ms holds an ANonce of N octets twice with n^2 / 2^(8 N + 1)", () => {
  const { rows, triggerPeriod_s } = data.nonces as NoncesData;
  assert.equal(triggerPeriod_s, 0.025);
  const triggers = 365.25 * 24 * 3600 * 40;
  for (const { N, repeated } of rows) near(repeated, (triggers * triggers) / 2 / 256 ** N, `N ${N}`);
  assert.deepEqual([repeatedIn(8, 1), repeatedIn(100, 1)], [0.125, 1]);
  // All pairs among 8 draws of 256, which the bound is a little above.
  let none = 1;
  for (let k = 0; k < 8; k++) none *= 1 - k / 256;
  assert.ok(repeatedIn(8, 1) > 1 - none && repeatedIn(8, 1) < 1.3 * (1 - none), `${1 - none} exactly`);
});

test("the page of the MIC splits the joules that a longer one adds, and loses none", () => {
  const { addedByPhase_J, costs } = data.mic as MicData;
  const [short, long] = costs.map(({ energies }) => energies.find(({ mcu }) => mcu === "nrf54l15")?.e_J ?? 0);
  const sum = Object.values(addedByPhase_J).reduce((all, one) => all + one, 0);
  assert.ok(Math.abs(sum / (long - short) - 1) < 1e-6, `${sum} J by phase, ${long - short} J in all`);
  const changed = structuredClone(data.mic) as { addedByPhase_J: Record<string, number> };
  changed.addedByPhase_J.tx *= 2;
  const told = (one: MicData): string => JSON.stringify(mic.page(one).parts.slice(1));
  assert.notEqual(told(changed as never), told(data.mic as MicData), "the words are made of the numbers");
});

test("a label stands clear of every guide, and no further on than it has to", () => {
  assert.equal(clearOf([], 100, 40), 100);
  assert.equal(clearOf([50, 200], 100, 40), 100);
  assert.equal(clearOf([120], 100, 40), 129);
  assert.equal(clearOf([160, 120], 100, 40), 169, "nor does it flee from one guide onto the next");
});
