/**
 * A group key block (IEEE 802.21d): a master group key (MGK) for the devices below certain nodes of the key tree.
 *
 *     version(1) = 1 ‖ groupId(8) ‖ BE64 sequence ‖ depth(1) ‖ BE16 n
 *       ‖ n × { level(1) ‖ BE16 index ‖ GroupKeyData(24) = AES-KW(node key, MGK) }
 *       ‖ verify code(16) ‖ signature(64)
 *
 *     verify code = first 128 bits of HMAC-SHA-256(PRF(MGK, "MIS verify"), all before it)
 *     signature   = Ed25519 of the group manager over "MIS group key block" ‖ all before it
 *
 * Assumption: fields and order are ours. The standard wraps the MGK in AES-ECB; key wrap (RFC 3394) tells a wrong key by
 * itself. A cover stands in the order of its leaves, so that no group has two ways to be written.
 */

import { be16, checkNumber, checkOctets, concat, readBe16 } from "../../wire/octets.ts";
import { emitSequence, readSequence, SEQUENCE_MAX, SEQUENCE_OCTETS } from "../sa/sequence.ts";
import { TREE_DEPTH, type TreeNode } from "./keytree.ts";
import { isInOrder } from "./subtree.ts";

export const GROUP_ID_OCTETS = 8;
export const GROUP_KEY_DATA_OCTETS = 24;
export const VERIFY_CODE_OCTETS = 16;
/** RFC 8032, 5.1.6. */
export const SIGNATURE_OCTETS = 64;
/** What fits into one MIS message of 65,535 octets. */
export const COVER_MAX = 2048;

const VERSION = 1;
const HEAD_OCTETS = 1 + GROUP_ID_OCTETS + SEQUENCE_OCTETS + 1 + 2;
const NODE_OCTETS = 1 + 2 + GROUP_KEY_DATA_OCTETS;
const TAIL_OCTETS = VERIFY_CODE_OCTETS + SIGNATURE_OCTETS;

/** A node of the cover, and the MGK under its key. */
export interface CoveredNode extends TreeNode {
  /** 24 octets. */
  readonly groupKeyData: Uint8Array;
}

export interface GroupKeyBlock {
  /** 8 octets. */
  readonly groupId: Uint8Array;
  /** Of its group manager: each block's is greater than all before. 0 to 2^53 - 1. */
  readonly sequence: number;
  readonly depth: number;
  readonly cover: readonly CoveredNode[];
  /** 16 octets. */
  readonly verifyCode: Uint8Array;
  /** 64 octets. */
  readonly signature: Uint8Array;
}

export type BadBlock = "bad length" | "bad version" | "bad sequence" | "bad depth" | "bad cover";

/** All before the verify code. @throws RangeError for what has no place in the fields. */
export function emitCovered({ groupId, sequence, depth, cover }: Omit<GroupKeyBlock, "verifyCode" | "signature">) {
  checkOctets("groupId", groupId, GROUP_ID_OCTETS);
  checkNumber("sequence", sequence, 0, SEQUENCE_MAX);
  checkNumber("depth", depth, 1, TREE_DEPTH);
  checkNumber("nodes of the cover", cover.length, 1, COVER_MAX);
  const nodes = cover.map(({ level, index, groupKeyData }) => {
    checkOctets("groupKeyData", groupKeyData, GROUP_KEY_DATA_OCTETS);
    return concat(Uint8Array.of(level), be16(index), groupKeyData);
  });
  const head = [Uint8Array.of(VERSION), groupId, emitSequence(sequence), Uint8Array.of(depth), be16(cover.length)];
  return concat(...head, ...nodes);
}

/** The whole block. @throws RangeError for what has no place in the fields. */
export function emitBlock(block: GroupKeyBlock): Uint8Array {
  checkOctets("verifyCode", block.verifyCode, VERIFY_CODE_OCTETS);
  checkOctets("signature", block.signature, SIGNATURE_OCTETS);
  return concat(emitCovered(block), block.verifyCode, block.signature);
}

/** The inverse, of whatever octets; never throws. What it answers with says nothing yet about who made the block. */
export function readBlock(octets: Uint8Array): GroupKeyBlock | BadBlock {
  if (octets.length < HEAD_OCTETS + TAIL_OCTETS) return "bad length";
  if (octets[0] !== VERSION) return "bad version";
  const sequence = readSequence(octets, 1 + GROUP_ID_OCTETS);
  if (sequence === undefined) return "bad sequence";
  const depth = octets[HEAD_OCTETS - 3];
  if (depth < 1 || depth > TREE_DEPTH) return "bad depth";
  const count = readBe16(octets, HEAD_OCTETS - 2);
  if (octets.length !== HEAD_OCTETS + count * NODE_OCTETS + TAIL_OCTETS) return "bad length";
  const cover = Array.from({ length: count }, (_, i) => readNode(octets, HEAD_OCTETS + i * NODE_OCTETS));
  const isCover = count >= 1 && count <= COVER_MAX && cover.every((node) => isNode(node, depth));
  if (!isCover || !isInOrder(cover, depth)) return "bad cover";
  return {
    groupId: octets.slice(1, 1 + GROUP_ID_OCTETS),
    sequence,
    depth,
    cover,
    verifyCode: octets.slice(-TAIL_OCTETS, -SIGNATURE_OCTETS),
    signature: octets.slice(-SIGNATURE_OCTETS),
  };
}

/** Of a block that readBlock has read: what the verify code covers, and what the signature covers. */
export function partsOf(octets: Uint8Array): { readonly covered: Uint8Array; readonly signed: Uint8Array } {
  return { covered: octets.slice(0, -TAIL_OCTETS), signed: octets.slice(0, -SIGNATURE_OCTETS) };
}

/**
 * What to hand on to a station that holds its leaf key only: AES-KW(leaf key, MGK), 24 octets. undefined: the block does not
 * name that leaf itself. It says nothing of its age and has no signature: whoever hands it on must be believed in that.
 */
export function wrappedFor(octets: Uint8Array, leaf: number): Uint8Array | undefined {
  const block = readBlock(octets);
  if (typeof block === "string") return undefined;
  const isLeaf = ({ level, index }: CoveredNode): boolean => level === block.depth && index === leaf;
  return block.cover.find(isLeaf)?.groupKeyData.slice();
}

function readNode(octets: Uint8Array, at: number): CoveredNode {
  return { level: octets[at], index: readBe16(octets, at + 1), groupKeyData: octets.slice(at + 3, at + NODE_OCTETS) };
}

function isNode({ level, index }: TreeNode, depth: number): boolean {
  return level >= 1 && level <= depth && index < 2 ** level;
}
