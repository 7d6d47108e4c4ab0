import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { pathTo } from "../../../host/mih/gkb/keytree.ts";
import { emitPresence, presenceIn } from "../../../host/mih/gkb/presence.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { treeOf } from "./bed.ts";

const LEAF = 0x1234;
const HERE = { mn: "mn@home.example", pos: "pos-a@home.example" };

const leafKeyOf = (leaf: number): Uint8Array => {
  const tree = treeOf();
  return tree.nodeKey(pathTo(leaf, tree.depth)[tree.depth - 1]);
};

test("003-C15: a proof of presence is of one device, one MN and one PoS, and tells its number", () => {
  const key = leafKeyOf(LEAF);
  const proof = emitPresence(crypto, key, HERE, 2 ** 48 - 1);
  assert.equal(presenceIn(crypto, key, HERE, proof), 2 ** 48 - 1, "as it was made");
  assert.equal(presenceIn(crypto, leafKeyOf(LEAF ^ 1), HERE, proof), undefined, "of another device");
  assert.equal(presenceIn(crypto, key, { ...HERE, mn: "other@home.example" }, proof), undefined, "of another MN");
  assert.equal(presenceIn(crypto, key, { ...HERE, pos: "pos-b@home.example" }, proof), undefined, "at another PoS");
  // 003-C9: the same characters, cut elsewhere.
  assert.equal(
    presenceIn(crypto, key, { mn: `${HERE.mn}p`, pos: HERE.pos.slice(1) }, proof),
    undefined,
    "cut elsewhere",
  );
  assert.throws(() => emitPresence(crypto, key, HERE, 2 ** 48), RangeError, "49 bits");
});

test("no octets are a proof but its own: flips, cuts and noise are none, and none throws", () => {
  const key = leafKeyOf(LEAF);
  const proof = emitPresence(crypto, key, HERE, 77);
  for (let bit = 0; bit < 8 * proof.length; bit++) {
    const flipped = proof.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(presenceIn(crypto, key, HERE, flipped), undefined, `bit ${bit}`);
  }
  for (let length = 0; length < proof.length; length++) {
    assert.equal(presenceIn(crypto, key, HERE, proof.slice(0, length)), undefined, `${length} octets`);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => presenceIn(crypto, key, HERE, noise) === undefined),
  );
});
