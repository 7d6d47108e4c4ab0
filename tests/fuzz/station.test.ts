/** The fuzzer over the shipped modules: its short form, what it is sure of, and errors that it has to find. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadStation } from "../../host/device/load.ts";
import { breaks, costs, minimise } from "../../host/fuzz/minimise.ts";
import { layoutAt } from "../../host/fuzz/station/layout.ts";
import { COST_MAX, Player } from "../../host/fuzz/station/player.ts";
import { SEEDS } from "../../host/fuzz/station/seeds.ts";
import { receiveStep, type Sequence, step } from "../../host/fuzz/station/step.ts";
import { StationTarget } from "../../host/fuzz/station/target.ts";
import { DEVICES } from "../support/device.ts";
import { layoutNumber, ramOf } from "../support/devicelayout.ts";
import { repeated } from "../support/devicerounds.ts";
import { fuzzed, told } from "./fuzzing.ts";
import { type Condition, planted, TRAPS, writes } from "./planted.ts";

const RUNS = repeated(600);
/** Of all edges; the others take 65,535 frames of one session, or memory that is not as the module left it. */
const COVERED = 0.95;

const NO_HOST = { entropy: () => false, nvmRead: () => false, nvmWrite: () => false };
const [release] = DEVICES;
const idle = loadStation(release.module, NO_HOST);
const RX = idle.exports.amp_rx_buffer();

for (const { name: build, octets } of DEVICES) {
  test(`${build}: ${RUNS} sequences break no property and reach ${100 * COVERED} % of all edges`, async (t) => {
    const target = new StationTarget(octets);
    const fuzzer = await fuzzed(target, RUNS);
    assert.equal(told(target, fuzzer), "");
    const { covered, of = 0 } = target.coverage();
    const worst = fuzzer.costliest?.cost ?? 0;
    t.diagnostic(`${covered} of ${of} edges, ${fuzzer.calls} calls, the costliest ${worst} instructions`);
    assert.ok(covered >= COVERED * of, `${covered} of ${of}`);
    assert.ok(worst > 50_000 && worst < COST_MAX, `${worst}`);
  });
}

test("the exchanges that it starts from come to their end: M2, M3 and Data of every profile are answered with frames", () => {
  const player = new Player(release.octets);
  for (const sequence of SEEDS.slice(0, 6)) {
    const { finding, answers } = player.play(sequence);
    assert.equal(finding, undefined);
    // boot, payload, M1, M3, trigger data, Data, received, send
    const [, , m2, m3, triggerData, data, received, sent] = answers;
    assert.deepEqual([m3, triggerData, data, received], [0, 5, 0, 5]);
    assert.ok(m2 >= 37 && sent >= 20, `${answers}`);
  }
});

test("the same seed and number of runs give the same corpus, figures and costliest input", async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(async () => {
      const target = new StationTarget(release.octets);
      const { corpus, calls, costliest } = await fuzzed(target, 300, { seed: 7 });
      return {
        corpus: corpus.map((input) => target.encode(input)),
        calls,
        cost: costliest?.cost,
        ...target.coverage(),
      };
    }),
  );
  assert.deepEqual(one, two);
  const other = await fuzzed(new StationTarget(release.octets), 300, { seed: 8 });
  assert.notEqual(other.calls, one.calls);
});

test("what a refused call may change lies where assembly/layout.ts draws it", () => {
  const { scratch, entropy, rx } = layoutAt(RX);
  const ram = ramOf(idle);
  assert.deepEqual(scratch, { from: ram.from, end: ram.from + layoutNumber("SCRATCH_SIZE") });
  assert.deepEqual([entropy.from - ram.from, entropy.end - entropy.from, rx.end - rx.from], [584, 32, 72]);
});

/** A Trigger, its Number of Slots, and the last octet of TriggerInfo, which is always 0: no AP sends them so. */
const RARE: readonly Condition[] = [
  { at: 0, value: 0x08 },
  { at: 7, value: 0xfe },
  { at: 10, value: 0x40 },
];

test("a trap planted behind a rare combination of fields is found, and minimised to one call", async (t) => {
  const target = new StationTarget(planted(release.octets, "amp_receive", RX, RARE, TRAPS));
  const fuzzer = await fuzzed(target, 40_000, { seed: 5 });
  const [first] = fuzzer.found;
  assert.ok(first, `not found in ${fuzzer.executions} executions`);
  t.diagnostic(`found by execution ${first.execution}`);
  assert.equal(first.finding.rule, "trap");
  const { input, outcome, tries } = await minimise(target, first.input, breaks(first.finding));
  t.diagnostic(`${first.input.length} steps became ${input.length} in ${tries} tries`);
  assert.equal(outcome.finding?.rule, "trap");
  // A receive of that frame, or whatever makes one: not even a boot is left.
  assert.equal(input.length, 1, target.describe(input).join("\n"));
  // The shipped module does nothing of the kind with the same input.
  assert.equal(new StationTarget(release.octets).run(input).finding, undefined);
});

/** Any refused Data frame of a device that has no session. */
const ANY_DATA: readonly Condition[] = [{ at: 0, value: 0x1b }];
const DATA: Sequence = [step("boot"), receiveStep(Uint8Array.of(0x1b, 0, 0, 0, 0, 0, 0, 0))];

test("an octet of the session written in a refused call is found: AMP-R4", () => {
  for (const at of [600 - 912, 1056 - 912]) {
    const { finding } = new Player(planted(release.octets, "amp_receive", RX, ANY_DATA, writes(RX + at))).play(DATA);
    assert.equal(finding?.rule, "unchanged", `${at}`);
  }
  // Scratch memory is within the call, and the rx buffer is the host's.
  for (const at of [100 - 912, 10]) {
    const { finding } = new Player(planted(release.octets, "amp_receive", RX, ANY_DATA, writes(RX + at))).play(DATA);
    assert.equal(finding, undefined);
  }
});

test("an octet written beyond __heap_base is found", () => {
  for (const address of [idle.exports.__heap_base.value, 0x7fff, 0xffff]) {
    const { finding } = new Player(planted(release.octets, "amp_receive", RX, ANY_DATA, writes(address))).play(DATA);
    assert.equal(finding?.rule, "memory");
  }
});

test("the costliest input is minimised without becoming cheaper", async () => {
  const target = new StationTarget(release.octets);
  const { costliest } = await fuzzed(target, 200);
  assert.ok(costliest, "calls cost something");
  const { input, outcome } = await minimise(target, costliest.input, costs(costliest.cost));
  assert.ok(outcome.cost >= costliest.cost && input.length <= costliest.input.length, `${outcome.cost}`);
});
