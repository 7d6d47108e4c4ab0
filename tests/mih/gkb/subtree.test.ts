/** Key trees and complete subtrees: who has which key, and the fewest nodes that name a group. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { KeyTree, pathTo, type TreeNode } from "../../../host/mih/gkb/keytree.ts";
import { completeSubtree, isBelow, isInOrder } from "../../../host/mih/gkb/subtree.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { randomOf, SECRET, treeOf } from "./bed.ts";

const leavesBelow = (cover: readonly TreeNode[], depth: number): number[] =>
  cover.flatMap(({ level, index }) => {
    const width = 2 ** (depth - level);
    return Array.from({ length: width }, (_, i) => index * width + i);
  });

/** How many nodes it takes, counted from the root downwards; the root itself has no key. */
function fewest(members: ReadonlySet<number>, depth: number, level = 0, index = 0): number {
  const width = 2 ** (depth - level);
  let inside = 0;
  for (let leaf = index * width; leaf < (index + 1) * width; leaf++) if (members.has(leaf)) inside++;
  if (inside === 0) return 0;
  if (inside === width && level > 0) return 1;
  return fewest(members, depth, level + 1, 2 * index) + fewest(members, depth, level + 1, 2 * index + 1);
}

test("802.21d: of all 256 groups of 8 leaves the cover is exact, and no other 2^14 sets of nodes have a smaller one", () => {
  const depth = 3;
  const nodes = [1, 2, 3].flatMap((level) => Array.from({ length: 2 ** level }, (_, index) => ({ level, index })));
  const maskOf = (node: TreeNode): number => leavesBelow([node], depth).reduce((mask, leaf) => mask | (1 << leaf), 0);
  const best = new Array<number>(256).fill(Number.POSITIVE_INFINITY);
  for (let set = 0; set < 2 ** nodes.length; set++) {
    let [mask, count] = [0, 0];
    for (let rest = set; rest > 0; rest &= rest - 1) {
      mask |= maskOf(nodes[31 - Math.clz32(rest & -rest)]);
      count++;
    }
    best[mask] = Math.min(best[mask], count);
  }
  for (let mask = 0; mask < 256; mask++) {
    const members = Array.from({ length: 8 }, (_, leaf) => leaf).filter((leaf) => mask & (1 << leaf));
    const cover = completeSubtree(members, depth);
    assert.deepEqual(leavesBelow(cover, depth), members, `exactly the leaves of ${mask.toString(2)}`);
    assert.equal(cover.length, best[mask], `as few nodes as can be for ${mask.toString(2)}`);
    assert.ok(isInOrder(cover, depth), "in the order of the leaves");
  }
});

test("802.21d: random groups of 65,536 leaves, thin, thick and in runs: exact, and as few nodes as counted from the root", () => {
  const random = randomOf(1);
  for (let round = 0; round < 24; round++) {
    const members = new Set<number>();
    for (let run = 0; run < 1 + random(40); run++) {
      const [start, length] = [random(65536), 1 + random(round % 3 === 0 ? 3000 : 5)];
      for (let leaf = start; leaf < Math.min(65536, start + length); leaf++) members.add(leaf);
    }
    const cover = completeSubtree(members, 16);
    assert.deepEqual(
      leavesBelow(cover, 16),
      [...members].sort((a, b) => a - b),
    );
    assert.equal(cover.length, fewest(members, 16));
    const leaf = random(65536);
    assert.equal(cover.filter((node) => isBelow(leaf, node, 16)).length, members.has(leaf) ? 1 : 0);
  }
});

test("everybody is two nodes, as the root has no key; nobody is none; a leaf that is not there is a mistake", () => {
  const everybody = Array.from({ length: 16 }, (_, leaf) => leaf);
  assert.deepEqual(completeSubtree(everybody, 4), [
    { level: 1, index: 0 },
    { level: 1, index: 1 },
  ]);
  assert.deepEqual(completeSubtree([], 16), []);
  assert.deepEqual(completeSubtree([5, 5, 5], 16), [{ level: 16, index: 5 }]);
  for (const leaf of [-1, 65536, 1.5]) assert.throws(() => completeSubtree([leaf], 16), { name: "RangeError" });
});

test("covers that are out of order, or where one node is below another, are known as such", () => {
  const node = (level: number, index: number): TreeNode => ({ level, index });
  assert.ok(isInOrder([node(4, 0), node(4, 1), node(1, 1)], 4), "leaves 0, 1 and 8 to 15");
  for (const cover of [
    [node(4, 1), node(4, 0)],
    [node(4, 1), node(4, 1)],
    [node(1, 0), node(4, 3)],
    [node(4, 3), node(1, 0)],
  ]) {
    assert.ok(!isInOrder(cover, 4), JSON.stringify(cover));
  }
});

test("003-C16: a device has the 16 keys above its leaf, not the root's, each as another HMAC makes it of the secret", () => {
  const leaf = 0xabcd;
  const { keys } = treeOf().deviceKeysOf(leaf);
  assert.equal(keys.length, 16);
  for (const [i, key] of keys.entries()) {
    const index = (leaf >> (15 - i)).toString(16).padStart(4, "0");
    const level = (i + 1).toString(16).padStart(2, "0");
    const message = concat(new TextEncoder().encode("MIS node"), hex(`00000001 0001${level} 0002${index} 00000080`));
    assert.equal(toHex(key), toHex(hmac(sha256, SECRET, message)).slice(0, 32), `level ${i + 1}`);
  }
  assert.deepEqual(pathTo(leaf, 16)[15], { level: 16, index: leaf });
});

test("two devices share the keys of the nodes above both, and no others", () => {
  const tree = treeOf();
  const keysOf = (leaf: number): string[] => tree.deviceKeysOf(leaf).keys.map(toHex);
  const mine = keysOf(0b1010_0000_0000_0000);
  for (const [leaf, shared] of [
    [0b1010_0000_0000_0001, 15],
    [0b1011_0000_0000_0000, 3],
    [0b0010_0000_0000_0000, 0],
  ] as const) {
    const others = keysOf(leaf);
    assert.equal(mine.filter((key) => others.includes(key)).length, shared, `leaf ${leaf}`);
    assert.deepEqual(mine.slice(0, shared), others.slice(0, shared), "those of the top");
  }
});

test("a station that holds its leaf key only: its key is from outside, and nobody gets a key beside it", () => {
  const tree = treeOf();
  const key = crypto.randomBytes(16);
  tree.adopt(6, key);
  assert.deepEqual(tree.nodeKey({ level: 16, index: 6 }), key);
  assert.deepEqual(
    [tree.isLeafOnly(6), tree.isFree(7), tree.isFree(6), tree.isLeafOnly(7)],
    [true, true, false, false],
  );
  assert.throws(() => tree.deviceKeysOf(7), { name: "RangeError", message: /^leaf: 7 stays free/ });
  assert.throws(() => tree.deviceKeysOf(6), { name: "RangeError", message: /^leaf: 6 holds its leaf key only/ });
  assert.throws(() => tree.adopt(7, key), { name: "RangeError", message: /^leaf: 7 stays free/ });
  assert.equal(tree.deviceKeysOf(5).keys.length, 16);
});

test("secrets, depths, nodes and leaves that are none are the caller's mistake", () => {
  const tree = treeOf(4);
  for (const call of [
    () => new KeyTree(crypto, SECRET.slice(1)),
    () => new KeyTree(crypto, SECRET, 0),
    () => new KeyTree(crypto, SECRET, 17),
    () => tree.nodeKey({ level: 0, index: 0 }),
    () => tree.nodeKey({ level: 5, index: 0 }),
    () => tree.nodeKey({ level: 2, index: 4 }),
    () => tree.deviceKeysOf(16),
    () => tree.adopt(16, SECRET.slice(16)),
    () => tree.adopt(1, SECRET),
  ]) {
    assert.throws(call, { name: "RangeError" });
  }
});
