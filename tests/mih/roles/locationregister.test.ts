/** The register of a group manager by itself, with numbers and times that a scene does not come to. */

import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { KeyTree, pathTo } from "../../../host/mih/gkb/keytree.ts";
import { emitPresence } from "../../../host/mih/gkb/presence.ts";
import { SEQUENCE_PER_ms } from "../../../host/mih/roles/clocksequence.ts";
import { type Location, LocationRegister } from "../../../host/mih/roles/locationregister.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";

const [MN, STATION, A, B, C] = ["mn@x", "station@x", "a@x", "b@x", "c@x"];
const LEAVES = new Map([
  [MN, 0x1234],
  [STATION, 0x4000],
]);
const KEY_LIFETIME_s = 100;

function registerOf(locations?: ReadonlyMap<string, Location>) {
  const tree = new KeyTree(crypto, new Uint8Array(32).fill(1));
  tree.adopt(0x4000, new Uint8Array(16).fill(2));
  const kept = new Map(locations);
  const register = new LocationRegister({
    crypto,
    tree,
    leaves: LEAVES,
    keyLifetime_s: KEY_LIFETIME_s,
    locations,
    onMoved: (mn, location) => kept.set(mn, location),
  });
  const leafKey = tree.nodeKey(pathTo(0x1234, tree.depth)[tree.depth - 1]);
  const proof = (pos: string, at_ms: number): Uint8Array =>
    emitPresence(crypto, leafKey, { mn: MN, pos }, Math.floor(at_ms) * SEQUENCE_PER_ms);
  return { register, kept, proof };
}

test("003-C15: a proof counts if it is newer than every one before, also over a restart, and not of a clock far ahead", () => {
  const now_ms = Date.now();
  const first = registerOf();
  assert.ok(!first.register.isServedBy(MN, A), "nobody's word alone");
  assert.ok(!first.register.isServedBy(MN, A, first.proof(A, now_ms + 3_600_000)), "an hour ahead");
  assert.ok(first.register.isServedBy(MN, A, first.proof(A, now_ms)), "now");
  assert.ok(first.register.isServedBy(MN, A), "and then without one");
  assert.ok(first.register.isServedBy(MN, B, first.proof(B, now_ms + 1)), "it has moved on");
  assert.ok(!first.register.isServedBy(MN, A, first.proof(A, now_ms)), "the old one again");
  const again = registerOf(first.kept);
  assert.equal(again.register.servingOf(MN), B, "as it was kept");
  assert.ok(!again.register.isServedBy(MN, A, again.proof(A, now_ms)), "the old one after a restart");
  assert.ok(again.register.isServedBy(MN, A, again.proof(A, now_ms + 2)), "back by a new one");
});

test("003-C15: a station's candidates are those of its keys, as long as these live, and the one before may have it again", () => {
  mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  try {
    const begin = new Map([[STATION, { servedBy: A, goesTo: [], shown: 0 }]]);
    const { register, kept } = registerOf(begin);
    assert.ok(register.isServedBy(STATION, A) && !register.isServedBy(STATION, B), "at the beginning");
    register.goes(STATION, B);
    register.goes(STATION, C);
    assert.ok(register.isServedBy(STATION, B), "it has come to B");
    assert.ok(register.isServedBy(STATION, A), "or has not: A has it after all");
    assert.ok(register.isServedBy(STATION, C), "C was made a key for it, too");
    mock.timers.tick(1000 * KEY_LIFETIME_s + 1);
    for (const pos of [A, B]) assert.ok(!register.isServedBy(STATION, pos), `${pos} has no key of it any more`);
    assert.equal(registerOf(kept).register.servingOf(STATION), C, "as it was kept");
    assert.ok(!register.isServedBy("nobody@x", A), "of whom nobody knows a leaf");
  } finally {
    mock.timers.reset();
  }
});
