/** The group manager's side: a group key block for certain leaves of its tree, never for the PoS that relays it (003-C14). */

import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { emitCovered } from "./block.ts";
import type { KeyTree } from "./keytree.ts";
import { type Sign, signedMessage } from "./signature.ts";
import { completeSubtree, isBelow } from "./subtree.ts";
import { MGK_OCTETS, verifyCodeOf } from "./verifycode.ts";

export interface GroupKeyOptions {
  readonly crypto: Pick<RsnCrypto, "hmac" | "aesWrap" | "randomBytes">;
  readonly tree: KeyTree;
  /** 8 octets. */
  readonly groupId: Uint8Array;
  /** Greater than that of every block this manager made before. */
  readonly sequence: number;
  /** Leaves. */
  readonly members: Iterable<number>;
  /** Leaves that must not learn the key, whatever else is asked for: that of the SPoS. */
  readonly excluded: readonly number[];
  readonly sign: Sign;
}

export interface MadeGroupKey {
  readonly octets: Uint8Array;
  /** 16 octets, the caller's to wipe. */
  readonly mgk: Uint8Array;
}

/**
 * @throws RangeError when there are no members, a member is excluded (003-C14) or a leaf that stays free, or a field is too
 * large for the block.
 */
export function makeGroupKeyBlock(options: GroupKeyOptions): MadeGroupKey {
  const { crypto, tree, groupId, sequence, excluded, sign } = options;
  const members = [...options.members];
  const nodes = completeSubtree(members, tree.depth);
  for (const leaf of members) {
    if (tree.isFree(leaf))
      throw new RangeError(`members: leaf ${leaf} stays free, as the one beside it has one key only`);
  }
  for (const leaf of excluded) {
    if (nodes.some((node) => isBelow(leaf, node, tree.depth))) {
      throw new RangeError(`members: leaf ${leaf} is excluded, and must not learn the group's key`);
    }
  }
  const mgk = crypto.randomBytes(MGK_OCTETS);
  const cover = nodes.map((node) => {
    const key = tree.nodeKey(node);
    const groupKeyData = crypto.aesWrap(key, mgk);
    key.fill(0);
    return { ...node, groupKeyData };
  });
  const covered = emitCovered({ groupId, sequence, depth: tree.depth, cover });
  const signed = concat(covered, verifyCodeOf(crypto, mgk, covered));
  return { octets: concat(signed, sign(signedMessage(signed))), mgk };
}
