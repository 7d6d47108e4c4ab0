/** The targets "rsn" and "preauth" find what they are there to find: planted errors of the RSN station and of the AP. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule } from "../../host/build/build.ts";
import { preauthTarget } from "../../host/fuzz/preauth.ts";
import { rsnTarget } from "../../host/fuzz/rsn.ts";
import { PreAuthenticator } from "../../host/rsn/ap/preauth.ts";
import { RsnAp } from "../../host/rsn/ap/rsnap.ts";
import { PreauthClient } from "../../host/rsn/station/preauthclient.ts";
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

test("an AP that does not count what it drops off the wire is found", async (t) => {
  const receive = PreAuthenticator.prototype.receive;
  t.mock.method(
    PreAuthenticator.prototype,
    "receive",
    function (this: PreAuthenticator, frame: Uint8Array, now_s: number) {
      const { refused, ...outcome } = receive.call(this, frame, now_s);
      return refused === "bad length" ? outcome : { ...outcome, refused };
    },
  );
  const target = preauthTarget();
  const fuzzer = await fuzzed(target, RUNS);
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["counter"],
    told(target, fuzzer),
  );
});

test("a station's agent that gives up for a frame that it refuses is found", async (t) => {
  const receive = PreauthClient.prototype.receive;
  t.mock.method(PreauthClient.prototype, "receive", function (this: PreauthClient, frame: Uint8Array, now_s: number) {
    const step = receive.call(this, frame, now_s);
    if ("refused" in step && step.refused === "bad type") for (let i = 0; i < 3; i++) this.advance(1e9 * (i + 1));
    return step;
  });
  const target = preauthTarget();
  const fuzzer = await fuzzed(target, RUNS);
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["state"],
    told(target, fuzzer),
  );
});
