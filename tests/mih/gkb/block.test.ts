/** Group key blocks: who opens them, who does not, and what is no block. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { emitBlock, emitCovered, type GroupKeyBlock, readBlock, wrappedFor } from "../../../host/mih/gkb/block.ts";
import type { DeviceKeys } from "../../../host/mih/gkb/keytree.ts";
import { makeManagerKeys, signer, verifier } from "../../../host/mih/gkb/signature.node.ts";
import { signedMessage } from "../../../host/mih/gkb/signature.ts";
import { verifyCodeOf } from "../../../host/mih/gkb/verifycode.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { blockOf, GROUP_ID, MANAGER, openedBy, randomOf, sign, treeOf, verify } from "./bed.ts";

const SPOS = 5;

function blockIn(octets: Uint8Array): GroupKeyBlock {
  const block = readBlock(octets);
  if (typeof block === "string") throw new Error(block);
  return block;
}

/** All keys of that device on every wrapped key of the block. */
const triesOf = ({ keys }: DeviceKeys, { cover }: GroupKeyBlock): (Uint8Array | null)[] =>
  keys.flatMap((key) => cover.map(({ groupKeyData }) => crypto.aesUnwrap(key, groupKeyData)));

test("003-C14: MN and TPoS open the block, and the SPoS that relays it does not, with any key it has", () => {
  const tree = treeOf();
  const [mn, tpos] = [4, 40_000];
  const { octets, mgk } = blockOf(tree, [mn, tpos], { excluded: [SPOS] });
  for (const leaf of [mn, tpos]) {
    assert.deepEqual(openedBy(tree.deviceKeysOf(leaf), octets), { mgk, groupId: GROUP_ID, sequence: 7 });
  }
  const spos = tree.deviceKeysOf(SPOS);
  assert.equal(openedBy(spos, octets), "not a member");
  assert.ok(
    triesOf(spos, blockIn(octets)).every((key) => key === null),
    "no key of the SPoS unwraps anything",
  );
  assert.equal(blockIn(octets).cover.length, 2);
  assert.equal(octets.length, 20 + 2 * 27 + 80);
});

test("003-C14: a group that the SPoS is in, or whose cover would reach it, is not made", () => {
  const tree = treeOf(4);
  assert.throws(() => blockOf(tree, [4, SPOS], { excluded: [SPOS] }), {
    name: "RangeError",
    message: /^members: leaf 5 is excluded/,
  });
  const others = Array.from({ length: 16 }, (_, leaf) => leaf).filter((leaf) => leaf !== SPOS);
  assert.equal(openedBy(tree.deviceKeysOf(SPOS), blockOf(tree, others, { excluded: [SPOS] }).octets), "not a member");
  assert.throws(() => blockOf(tree, []), { name: "RangeError", message: /^nodes of the cover: 0/ });
});

test("802.21d, 003-C17: of random groups every member opens the block, and nobody else has a key for any of it", () => {
  const random = randomOf(7);
  for (let round = 0; round < 12; round++) {
    const depth = round < 8 ? 5 : 16;
    const tree = treeOf(depth);
    const members = [...new Set(Array.from({ length: 1 + random(12) }, () => random(2 ** depth)))];
    const { octets, mgk } = blockOf(tree, members);
    const block = blockIn(octets);
    for (const leaf of members) {
      const opened = openedBy(tree.deviceKeysOf(leaf), octets);
      assert.ok(typeof opened === "object" && toHex(opened.mgk) === toHex(mgk), `leaf ${leaf} of ${members}`);
    }
    const strangers = depth === 5 ? Array.from({ length: 32 }, (_, i) => i) : members.map((leaf) => leaf ^ 1);
    for (const leaf of strangers.filter((leaf) => !members.includes(leaf))) {
      const deviceKeys = tree.deviceKeysOf(leaf);
      assert.equal(openedBy(deviceKeys, octets), "not a member", `leaf ${leaf} beside ${members}`);
      assert.ok(
        triesOf(deviceKeys, block).every((key) => key === null),
        `leaf ${leaf} unwraps it`,
      );
    }
  }
});

test("003-C15: a device under a common node could make a block of its own; only the manager's signature stops it", () => {
  const tree = treeOf();
  const [victim, attacker] = [4, 20_000];
  // Both are below the first node of level 1, so both have its key.
  const node = { level: 1, index: 0 };
  const [shared] = tree.deviceKeysOf(attacker).keys;
  const mgk = crypto.randomBytes(16);
  const cover = [{ ...node, groupKeyData: crypto.aesWrap(shared, mgk) }];
  const covered = emitCovered({ groupId: GROUP_ID, sequence: 99, depth: 16, cover });
  const signed = concat(covered, verifyCodeOf(crypto, mgk, covered));
  const forged = concat(signed, signer(makeManagerKeys().privateKey)(signedMessage(signed)));

  const credulous = openedBy(tree.deviceKeysOf(victim), forged, { believes: () => true });
  assert.ok(typeof credulous === "object" && toHex(credulous.mgk) === toHex(mgk), "without the check it is taken");
  assert.equal(openedBy(tree.deviceKeysOf(victim), forged), "bad signature");
});

test("003-C17: a block with any bit changed opens for nobody, even for one who does not look at signatures", () => {
  const tree = treeOf();
  const member = tree.deviceKeysOf(4);
  const { octets } = blockOf(tree, [4, 40_000]);
  for (let bit = 0; bit < 8 * octets.length; bit += 3) {
    const damaged = octets.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(typeof openedBy(member, damaged), "string", `bit ${bit}`);
    if (bit < 8 * (octets.length - 64)) {
      assert.equal(typeof openedBy(member, damaged, { believes: () => true }), "string", `bit ${bit}, no signature`);
    }
  }
});

test("003-C17: octets that are no block are refused with a reason, at every length and of every kind", () => {
  const tree = treeOf();
  const member = tree.deviceKeysOf(4);
  const { octets } = blockOf(tree, [4, 40_000]);
  for (let length = 0; length < octets.length; length++) {
    assert.equal(readBlock(octets.slice(0, length)), "bad length", `${length} octets`);
  }
  assert.equal(readBlock(concat(octets, Uint8Array.of(0))), "bad length");
  const withOctets = (at: number, digits: string): Uint8Array => {
    const changed = octets.slice();
    changed.set(hex(digits), at);
    return changed;
  };
  const cases: [string, Uint8Array][] = [
    ["bad version", withOctets(0, "02")],
    ["bad sequence", withOctets(9, "00 20 00 00 00 00 00 00")],
    ["bad depth", withOctets(17, "00")],
    ["bad depth", withOctets(17, "11")],
    ["bad length", withOctets(18, "0003")],
    ["bad length", withOctets(18, "ffff")],
    ["bad cover", withOctets(20, "00")],
    ["bad cover", withOctets(20, "11")],
    ["bad cover", withOctets(20, "02 0004")],
    ["bad cover", withOctets(20, "10 9c40")],
    ["bad cover", concat(octets.slice(0, 18), hex("0000"), octets.slice(-80))],
  ];
  for (const [reason, changed] of cases) {
    assert.equal(readBlock(changed), reason, toHex(changed.slice(0, 24)));
    assert.equal(openedBy(member, changed), reason);
  }
  assert.deepEqual(emitBlock(blockIn(octets)), octets, "what is read is written as it was");
});

test("003-C17: a wrapped key under another node key, and a verify code of another key, are told apart and both refused", () => {
  const tree = treeOf();
  const member = tree.deviceKeysOf(4);
  const { octets, mgk } = blockOf(tree, [4, 40_000]);
  const block = blockIn(octets);
  const remade = (changes: Partial<GroupKeyBlock>): Uint8Array => {
    const signed = emitBlock({ ...block, ...changes }).slice(0, -64);
    return concat(signed, sign(signedMessage(signed)));
  };
  const [mine, other] = block.cover;
  const swapped = [
    { ...mine, groupKeyData: other.groupKeyData },
    { ...other, groupKeyData: mine.groupKeyData },
  ];
  assert.equal(openedBy(member, remade({ cover: swapped })), "bad key data");
  assert.equal(openedBy(member, remade({ verifyCode: new Uint8Array(16) })), "bad verify code");
  assert.equal(openedBy(member, remade({ groupId: new Uint8Array(8) })), "bad verify code");
  assert.deepEqual(openedBy(member, remade({})), { mgk, groupId: GROUP_ID, sequence: 7 });
});

test("003-C15: a block is opened once; an older one, and one of a tree of another depth, never", () => {
  const tree = treeOf();
  const member = tree.deviceKeysOf(4);
  const { octets } = blockOf(tree, [4], { sequence: 8 });
  for (const [last, isOld] of [
    [undefined, false],
    [7, false],
    [8, true],
    [9, true],
  ] as const) {
    assert.equal(openedBy(member, octets, { last }) === "old", isOld, `after ${last}`);
  }
  assert.equal(openedBy(treeOf(8).deviceKeysOf(4), octets), "bad depth");
});

test("a station that holds its leaf key only gets its own wrapped key out of every block that it is in", () => {
  const tree = treeOf();
  const leafKey = crypto.randomBytes(16);
  tree.adopt(6, leafKey);
  for (const members of [
    [6, 40_000],
    [6, 4, 5, 40_000],
    [6, ...Array.from({ length: 8 }, (_, i) => 8 + i)],
  ]) {
    const { octets, mgk } = blockOf(tree, members, { excluded: [1] });
    const wrapped = wrappedFor(octets, 6);
    assert.equal(wrapped?.length, 24);
    assert.deepEqual(wrapped && crypto.aesUnwrap(leafKey, wrapped), mgk, `with ${members}`);
  }
  assert.throws(() => blockOf(tree, [6, 7]), { name: "RangeError", message: /^members: leaf 7 stays free/ });
  assert.equal(wrappedFor(blockOf(tree, [40_000]).octets, 6), undefined, "it is not in it");
  assert.equal(wrappedFor(blockOf(tree, [8, 9]).octets, 8), undefined, "it is named by a node above it");
  assert.equal(wrappedFor(new Uint8Array(99), 6), undefined, "it is no block");
});

test("a signature is of one manager, one message and Ed25519, and keys that are none are a mistake", () => {
  const message = signedMessage(GROUP_ID);
  const signature = sign(message);
  assert.equal(signature.length, 64);
  assert.ok(verify(message, signature), "the right one");
  assert.ok(!verify(GROUP_ID, signature), "the same octets signed for another purpose");
  assert.ok(!verifier(makeManagerKeys().publicKey)(message, signature), "another manager");
  assert.ok(!verify(message, new Uint8Array(64)), "no signature");
  assert.ok(!verify(message, new Uint8Array(3)), "too short for one");
  for (const pem of ["", "-----BEGIN PUBLIC KEY-----", MANAGER.publicKey]) {
    assert.throws(() => signer(pem), { name: "RangeError", message: "privateKey: not an Ed25519 key in PEM" });
  }
  assert.throws(() => verifier("x"), { name: "RangeError", message: "publicKey: not an Ed25519 key in PEM" });
});
