/** A group manager, its tree, and blocks of it. */

import { type DeviceKeys, KeyTree } from "../../../host/mih/gkb/keytree.ts";
import { makeGroupKeyBlock } from "../../../host/mih/gkb/make.ts";
import { type OpenBlockRefusal, type OpenedGroupKey, openGroupKeyBlock } from "../../../host/mih/gkb/open.ts";
import { makeManagerKeys, signer, verifier } from "../../../host/mih/gkb/signature.node.ts";
import type { Verify } from "../../../host/mih/gkb/signature.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { hex } from "../../support/hex.ts";

export const SECRET = new Uint8Array(32).fill(0x5e);
export const GROUP_ID = hex("6d6e2b7470000001");
export const MANAGER = makeManagerKeys();
export const sign = signer(MANAGER.privateKey);
export const verify = verifier(MANAGER.publicKey);

export const treeOf = (depth?: number): KeyTree => new KeyTree(crypto, SECRET, depth);

/** Of those leaves; sequence number 7 unless given. */
export function blockOf(
  tree: KeyTree,
  members: readonly number[],
  { excluded = [], sequence = 7 }: { readonly excluded?: readonly number[]; readonly sequence?: number } = {},
): ReturnType<typeof makeGroupKeyBlock> {
  return makeGroupKeyBlock({ crypto, tree, groupId: GROUP_ID, sequence, members, excluded, sign });
}

/** Opens it as a device that has opened nothing yet, and believes the manager. */
export function openedBy(
  deviceKeys: DeviceKeys,
  octets: Uint8Array,
  { last, believes = verify }: { readonly last?: number; readonly believes?: Verify } = {},
): OpenedGroupKey | OpenBlockRefusal {
  return openGroupKeyBlock({ crypto, deviceKeys, verify: believes, last }, octets);
}

/** A number below `below`, of a small generator that gives the same in every run. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
