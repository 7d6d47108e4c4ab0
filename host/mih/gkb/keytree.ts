/**
 * The key tree of a group manager (IEEE 802.21d): a binary tree with a device at each leaf and a key at each node below the root.
 *
 *     node key = PRF(tree secret, "MIS node", level, index),  128 bits, level 1..depth, index 0..2^level - 1
 *
 * A device has the keys of all nodes above its leaf, its own among them, and so is in the subtree of each. The root has no
 * key: two blocks name everybody as well. Assumption: how a manager makes node keys is its own; made from one secret they need
 * no store.
 *
 * A station without a battery holds one key, that of its leaf, which comes from outside. Its sibling leaf stays free, so that
 * no group's cover ever names a node above the two.
 */

import { checkNumber, checkOctets } from "../../wire/octets.ts";
import { type PrfCrypto, prf } from "../keys/prf.ts";

/** Assumption: the depth is a constant of a system; 65,536 leaves. */
export const TREE_DEPTH = 16;
export const TREE_SECRET_OCTETS = 32;
export const NODE_KEY_OCTETS = 16;

/** Level 1 is below the root; the index is the path to it, its first step the highest of `level` bits. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** What a device is given once. */
export interface DeviceKeys {
  readonly leaf: number;
  /** Of the nodes above the leaf, level 1 first, the leaf last: as many as the tree is deep. 16 octets each. */
  readonly keys: readonly Uint8Array[];
}

export class KeyTree {
  readonly depth: number;
  readonly #crypto: PrfCrypto;
  readonly #secret: Uint8Array;
  /** Of the leaves that hold nothing else. */
  readonly #leafKeys = new Map<number, Uint8Array>();

  /** @throws RangeError for a secret not of 32 octets, or a depth not from 1 to 16. */
  constructor(crypto: PrfCrypto, secret: Uint8Array, depth = TREE_DEPTH) {
    checkOctets("secret", secret, TREE_SECRET_OCTETS);
    checkNumber("depth", depth, 1, TREE_DEPTH);
    this.#crypto = crypto;
    this.#secret = secret.slice();
    this.depth = depth;
  }

  /**
   * That leaf is a station's which holds its leaf key (16 octets) only, and the leaf beside it stays free. Called before
   * either was given to a device: the tree does not remember to whom it gave keys.
   * @throws RangeError for a leaf that is not there, or that has such a station beside it.
   */
  adopt(leaf: number, key: Uint8Array): void {
    checkLeaf(leaf, this.depth);
    checkOctets("key", key, NODE_KEY_OCTETS);
    if (this.isFree(leaf)) throw new RangeError(`leaf: ${leaf} stays free, as ${leaf ^ 1} holds its leaf key only`);
    this.#leafKeys.set(leaf, key.slice());
  }

  /** Does the station of that leaf hold its leaf key only? */
  isLeafOnly(leaf: number): boolean {
    return this.#leafKeys.has(leaf);
  }

  /** Must nobody have that leaf, as the one beside it holds its leaf key only? */
  isFree(leaf: number): boolean {
    return this.#leafKeys.has(leaf ^ 1);
  }

  /** The key of a node, 16 octets, the caller's to wipe. @throws RangeError for a node that is not there. */
  nodeKey({ level, index }: TreeNode): Uint8Array {
    checkNumber("level", level, 1, this.depth);
    checkNumber("index", index, 0, 2 ** level - 1);
    const given = level === this.depth ? this.#leafKeys.get(index) : undefined;
    if (given) return given.slice();
    const path = [Uint8Array.of(level), Uint8Array.of(index >>> 8, index & 0xff)];
    return prf(this.#crypto, this.#secret, "MIS node", path, NODE_KEY_OCTETS);
  }

  /** @throws RangeError for a leaf that is not there, stays free, or holds its leaf key only. */
  deviceKeysOf(leaf: number): DeviceKeys {
    checkLeaf(leaf, this.depth);
    if (this.isFree(leaf)) throw new RangeError(`leaf: ${leaf} stays free, as ${leaf ^ 1} holds its leaf key only`);
    if (this.isLeafOnly(leaf))
      throw new RangeError(`leaf: ${leaf} holds its leaf key only, and that came from outside`);
    return { leaf, keys: pathTo(leaf, this.depth).map((node) => this.nodeKey(node)) };
  }

  /** The secret and all leaf keys are zeros from now on. */
  wipe(): void {
    this.#secret.fill(0);
    for (const key of this.#leafKeys.values()) key.fill(0);
  }
}

/** The nodes above a leaf, level 1 first, the leaf itself last. */
export function pathTo(leaf: number, depth: number): TreeNode[] {
  return Array.from({ length: depth }, (_, i) => ({ level: i + 1, index: leaf >>> (depth - i - 1) }));
}

/** @throws RangeError unless the tree has such a leaf. */
export function checkLeaf(leaf: number, depth: number): void {
  checkNumber("leaf", leaf, 0, 2 ** depth - 1);
}
