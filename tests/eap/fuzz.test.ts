/** The fuzz target of the EAP peer, in short, and that it finds what is wrong. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EapPeer } from "../../host/eap/peer.ts";
import { EapPskMethod } from "../../host/eap/pskmethod.ts";
import { eapPeerTarget } from "../../host/fuzz/eappeer.ts";
import { fuzzed, told } from "../fuzz/fuzzing.ts";

const RUNS = 40;

test(`eap: ${RUNS} inputs break no property`, async () => {
  const target = await eapPeerTarget();
  const fuzzer = await fuzzed(target, RUNS);
  assert.equal(told(target, fuzzer), "");
  const { covered, unit } = target.coverage();
  assert.ok(covered >= 12, `${covered} ${unit}`);
});

test("a peer that gives up for a packet that it refuses is found", async (t) => {
  const receive = EapPeer.prototype.receive;
  t.mock.method(EapPeer.prototype, "receive", async function (this: EapPeer, octets: Uint8Array) {
    const answer = await receive.call(this, octets);
    if ("refused" in answer) this.close();
    return answer;
  });
  const target = await eapPeerTarget();
  const fuzzer = await fuzzed(target, RUNS);
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["state"],
    told(target, fuzzer),
  );
});

test("a peer with keys that the server has not is found", async (t) => {
  const receive = EapPskMethod.prototype.receive;
  let conversations = 0;
  t.mock.method(EapPskMethod.prototype, "receive", function (this: EapPskMethod, ...args: Parameters<typeof receive>) {
    const step = receive.apply(this, args);
    if ("done" in step && step.done) {
      conversations++;
      if (conversations > 1) step.done.result.msk[0] ^= 1;
    }
    return step;
  });
  const target = await eapPeerTarget();
  const fuzzer = await fuzzed(target, RUNS);
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["keys"],
    told(target, fuzzer),
  );
});
