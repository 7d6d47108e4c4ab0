/** The target "rsn" finds what it is there to find: planted errors of the RSN station and of the AP. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule } from "../../host/build/build.ts";
import { rsnTarget } from "../../host/fuzz/rsn.ts";
import { RsnAp } from "../../host/rsn/ap/rsnap.ts";
import { fuzzed, told } from "./fuzzing.ts";
import { planted, TRAPS, writes } from "./planted.ts";

const RUNS = 20_000;
const MODULE = await builtModule("rsn");
const { rsn_rx_buffer } = new WebAssembly.Instance(new WebAssembly.Module(MODULE), {
  env: { entropy: () => 0, nvmRead: () => 0, nvmWrite: () => 0 },
}).exports as { rsn_rx_buffer: () => number };
const RX = rsn_rx_buffer();
/** Of the memory map of assembly/rsn/layout.ts, where RX is at 800. */
const SPA = RX + 960;

test("a trap behind an EAPOL frame with the Retry flag is found", async () => {
  const conditions = [
    { at: 1, value: 0x0a },
    { at: 31, value: 0x8e },
  ];
  const target = rsnTarget(planted(MODULE, "rsn_receive", RX, conditions, TRAPS));
  const fuzzer = await fuzzed(target, RUNS);
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["exception"],
    told(target, fuzzer),
  );
});

test("an SPA that a refused frame overwrites is found by what comes behind it", async () => {
  const target = rsnTarget(planted(MODULE, "rsn_receive", RX, [{ at: 1, value: 0x40 }], writes(SPA)));
  const fuzzer = await fuzzed(target, RUNS);
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["state"],
    told(target, fuzzer),
  );
});

test("an AP that does not count what it drops is found", async (t) => {
  const receive = RsnAp.prototype.receive;
  t.mock.method(RsnAp.prototype, "receive", function (this: RsnAp, frame: Uint8Array, now_s: number) {
    const before = this.refused["too short"];
    const outcome = receive.call(this, frame, now_s);
    this.refused["too short"] = before;
    return outcome;
  });
  const target = rsnTarget(MODULE);
  const fuzzer = await fuzzed(target, RUNS);
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["counter"],
    told(target, fuzzer),
  );
});
