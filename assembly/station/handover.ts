/*
 * The AP that is to come next, PROTOCOL.md 9: told by the one that serves, in the command of an M3. Of the roaming build only.
 * Assumption: neither the draft nor IEEE 802.21 says how a station without an 802.21 stack learns the key of its next AP;
 * command, entry and labels are this profile's.
 *
 *   HANDOVER          0x04 ‖ AA_T(6) ‖ K(32)
 *   HANDOVER WRAPPED  0x05 ‖ AA_T(6) ‖ C(24), C the key wrap of RFC 3394 of K(16) under DK
 *   answer            0x84 ‖ name(8)
 *
 *   DK    = first 16 octets of KDF-256(root_g, "AMP device key", SPA)
 *   PMK_T = KDF-256(K, "AMP handover PMK", AA_T ‖ SPA)
 *   name  = first 8 octets of KDF-256(K, "AMP handover name", AA_T ‖ SPA)
 */
import { copy, differ, setBlock } from "../bytes";
import { prepare } from "../crypto/hmac";
import { derive, open } from "../crypto/kdf";
import { Cursor, put, reorder } from "../crypto/message";
import { unwrap } from "../crypto/unwrap";
import { nvmRead } from "../env";
import { Binding } from "../frame/binding";
import { crc32 } from "../frame/crc";
import { AA } from "../frame/fields";
import { sealData } from "../frame/uplink";
import {
  CACHE_AA,
  CACHE_BODY,
  CACHE_MODIFIER,
  DIGEST,
  ENTRY,
  MESSAGE,
  NVM_HANDOVER,
  RECEIVED,
  SLOT,
  SPA,
  TRIGGER,
} from "../layout";
import { BAD_COMMAND, NVM_FAILED } from "../status";
import { dropEntry, isOfSession, MIDSTATES_SIZE, PMK } from "./cache";
import { commit, ROOT, readNewest } from "./record";
import { Session } from "./session";

const HANDOVER: i32 = 0x04;
const HANDOVER_SIZE: i32 = 39;
const WRAPPED: i32 = 0x05;
const WRAPPED_SIZE: i32 = 31;
const ANSWER: i32 = 0x84;
const ANSWER_SIZE: i32 = 9;

const AA_T: usize = RECEIVED + 1;
const K: usize = RECEIVED + 7;
/** Blocks of 8 octets that are wrapped. */
const WRAPPED_BLOCKS: i32 = 2;

const ENTRY_SIZE: i32 = CACHE_BODY + 4;

/** The labels, first octet lowest: what both handover labels begin with, and what follows in each. */
const AMP_HAND: u64 = 0x646e616820504d41;
const OVER_PMK: u64 = 0x4b4d50207265766f;
const OVER_NAM: u64 = 0x6d616e207265766f; // "e" stands behind it
const AMP_DEVI: u64 = 0x6976656420504d41;
const CE_KEY: u64 = 0x79656b206563; // "ce key"

/** ENTRY := the handover entry. Whether it holds the PMK of the session's generation, AA and Modifier. */
export function isHandedOver(): bool {
  return !nvmRead(NVM_HANDOVER, ENTRY, ENTRY_SIZE) && isOfSession();
}

/** Whether the command of `size` octets at RECEIVED is one of the two, and names an AP that can be the next one. */
export function isHandover(size: i32): i32 {
  const opcode: i32 = load<u8>(RECEIVED);
  const isKnown =
    (i32(size == HANDOVER_SIZE) & i32(opcode == HANDOVER)) | (i32(size == WRAPPED_SIZE) & i32(opcode == WRAPPED));
  // As for an M1, and the AP that serves is not the next.
  const isNext = ~load<u8>(AA_T) & i32(differ(AA_T, SPA, 6) != 0) & i32(differ(AA_T, TRIGGER + AA, 6) != 0);
  return isKnown & isNext;
}

/** DIGEST := K out of its wrapping, zeros behind it, as HMAC fills up a key. 0, or a status. */
function openKey(): i32 {
  if (!readNewest()) return NVM_FAILED;
  if (load<u8>(SLOT) != Binding.generation) return BAD_COMMAND;
  reorder(ROOT, MIDSTATES_SIZE);
  open(AMP_DEVI, 8);
  store<u64>(Cursor.at, CE_KEY);
  Cursor.at += 6;
  put(SPA, 6);
  derive(ROOT);
  reorder(DIGEST, 16);
  if (unwrap(DIGEST, K, WRAPPED_BLOCKS)) return BAD_COMMAND;
  setBlock(DIGEST, K + 8);
  store<u64>(DIGEST, 0, 16);
  store<u64>(DIGEST, 0, 24);
  return 0;
}

/** DIGEST := KDF-256(K, "AMP hand" ‖ `label` ‖ "e", AA_T ‖ SPA), `size` octets of `label` ‖ "e"; K's midstates stand at ROOT. */
function deriveFor(label: u64, size: usize): void {
  open(AMP_HAND, 8);
  store<u64>(Cursor.at, label);
  store<u8>(Cursor.at, 0x65, 8);
  Cursor.at += size;
  put(AA_T, 6);
  put(SPA, 6);
  derive(ROOT);
}

/** ENTRY, which is all zeros behind the housekeeping of an M3, := the entry that K, the key in DIGEST, makes for AA_T. */
function makeEntry(): void {
  reorder(DIGEST, 32);
  // The root that stood there has done its part.
  prepare(ROOT);
  store<u16>(ENTRY, Binding.generation);
  copy(ENTRY + CACHE_AA, AA_T, 6);
  deriveFor(OVER_NAM, 9);
  reorder(DIGEST, 8);
  store<u64>(ENTRY + CACHE_MODIFIER, load<u64>(DIGEST));
  deriveFor(OVER_PMK, 8);
  prepare(PMK);
  reorder(PMK, MIDSTATES_SIZE);
  store<u32>(ENTRY + CACHE_BODY, crc32(ENTRY, CACHE_BODY));
}

/** Whether NVM does not hold what stands at ENTRY, or cannot be read. */
function isUnlike(): bool {
  return nvmRead(NVM_HANDOVER, MESSAGE, ENTRY_SIZE) || differ(MESSAGE, ENTRY, ENTRY_SIZE);
}

/** Executes the command at RECEIVED, which isHandover. Octets of the answer, or a status. */
export function handover(): i32 {
  if (load<u8>(RECEIVED) == HANDOVER) copy(DIGEST, K, 32);
  else {
    const failed = openKey();
    if (failed) return failed;
  }
  makeEntry();
  // The same command again finds its entry, and costs no write.
  const failed = isUnlike() && (commit(NVM_HANDOVER, ENTRY, CACHE_BODY) || isUnlike());
  store<u8>(RECEIVED, ANSWER);
  store<u64>(RECEIVED, load<u64>(ENTRY + CACHE_MODIFIER), 1);
  dropEntry();
  return failed ? NVM_FAILED : sealData(RECEIVED, ANSWER_SIZE, true, ++Session.ulPn);
}
