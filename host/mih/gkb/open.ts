/** A device's side of a group key block. Nothing of a block is used before all of it has been checked (003-C17). */

import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { type BadBlock, partsOf, readBlock } from "./block.ts";
import { type DeviceKeys, pathTo } from "./keytree.ts";
import { signedMessage, type Verify } from "./signature.ts";
import { verifyCodeOf } from "./verifycode.ts";

export interface OpenOptions {
  readonly crypto: Pick<RsnCrypto, "hmac" | "aesUnwrap" | "equal">;
  readonly deviceKeys: DeviceKeys;
  /** Of the group manager. */
  readonly verify: Verify;
  /** Sequence number of the newest block of that manager that was opened; undefined: none yet. Kept by the caller. */
  readonly last: number | undefined;
}

/** "old": not newer than the last one. "not a member": it names no node above the leaf. */
export type OpenBlockRefusal =
  | BadBlock
  | "bad depth"
  | "old"
  | "bad signature"
  | "not a member"
  | "bad key data"
  | "bad verify code";

export interface OpenedGroupKey {
  /** 16 octets, the caller's to wipe. */
  readonly mgk: Uint8Array;
  readonly groupId: Uint8Array;
  /** To be kept before the key is used. */
  readonly sequence: number;
}

/** Of whatever octets; never throws because of them. */
export function openGroupKeyBlock(
  { crypto, deviceKeys: { leaf, keys }, verify, last }: OpenOptions,
  octets: Uint8Array,
): OpenedGroupKey | OpenBlockRefusal {
  const block = readBlock(octets);
  if (typeof block === "string") return block;
  const { groupId, sequence, depth, cover, verifyCode, signature } = block;
  if (depth !== keys.length) return "bad depth";
  if (last !== undefined && sequence <= last) return "old";
  const { covered, signed } = partsOf(octets);
  if (!verify(signedMessage(signed), signature)) return "bad signature";
  const path = pathTo(leaf, depth);
  const node = cover.find(({ level, index }) => path[level - 1].index === index);
  if (node === undefined) return "not a member";
  const mgk = crypto.aesUnwrap(keys[node.level - 1], node.groupKeyData);
  if (mgk === null) return "bad key data";
  if (crypto.equal(verifyCodeOf(crypto, mgk, covered), verifyCode)) return { mgk, groupId, sequence };
  mgk.fill(0);
  return "bad verify code";
}
