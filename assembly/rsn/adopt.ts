/*
 * A root for the AMP station, RSN.md 9: the PMK of this association, which came of EAP, becomes one of the AMP record's, when
 * the key service says so. What is asked and answered goes in protected MSDUs of their own EtherType.
 *
 *   PROVE   0x02                            the proof of the newest root, or that there is none
 *   ADOPT   0x03 ‖ generation(1) ‖ T(8)     T = first 8 octets of KDF-256(PMK, "AMP root auth", generation ‖ SPA)
 *   PROOF   0x81 ‖ generation(1) ‖ proof(8) proof = first 8 octets of KDF-256(root, "AMP root proof", generation ‖ SPA)
 *   NONE    0x80
 */
import { copy, copyExact, differ, wipe } from "../bytes";
import { prepare } from "../crypto/hmac";
import { derive, open } from "../crypto/kdf";
import { Cursor, put, reorder } from "../crypto/message";
import { nvmRead, nvmWrite } from "../env";
import { crc16, crc32 } from "../frame/crc";
import { commit, isWhole } from "../station/record";
import { AMP_ROOT, AUTH, KEY_PROOF, PROOF, PROOF_SIZE, PROVE } from "../station/rootlabels";
import { PN_MAX, seal, TEXT } from "./ccmp";
import { DIGEST, MATERIAL, MESSAGE, MIDSTATES, PMKSA_PMK, SLOT, SPA } from "./layout";
import { isEapAkm, readPmksa } from "./record";
import { LLC_SIZE } from "./reply";
import { Session } from "./session";
import { BAD_KEY_DATA, BAD_TYPE, NVM_FAILED, PN_EXHAUSTED, WRONG_STATE } from "./status";

/** LLC/SNAP of IEEE Std 802 local experimental EtherType 2, 88 B6. */
export const LLC_ROOT: u64 = 0xb68800000003aaaa;

const ADOPT: i32 = 0x03;
const NONE: i32 = 0x80;
const ADOPT_SIZE: i32 = 10;

/** The AMP record (PROTOCOL.md section 7) begins here in NVM. */
const AMP: i32 = 256;
const HEAD_SIZE: i32 = 16;
const SLOT_A: i32 = AMP + 32;
const SLOT_B: i32 = AMP + 104;
/** The PMK cache, and its octets before the check field. */
const CACHE: i32 = AMP + 176;
const CACHE_BODY: i32 = 88;
const SLOT_BODY: i32 = 68;
const SLOT_KEY: usize = 4;
const KEY_SIZE: i32 = 64;

/** "AMP1" ‖ 1 ‖ 0, LE. */
const MAGIC: u32 = 0x31504d41;
const VERSION: u32 = 1;

class Found {
  /** Offset of the newest valid slot, 0: there is none; its generation. */
  static newest: i32 = 0;
  static generation: i32 = 0;
}

/** Whether the head of the AMP record is this station's. */
function isOwn(): bool {
  if (nvmRead(AMP, MESSAGE, HEAD_SIZE)) return false;
  return !(
    i32(load<u32>(MESSAGE) != MAGIC) |
    i32(load<u16>(MESSAGE, 4) != VERSION) |
    i32(load<u16>(MESSAGE, 14) != crc16(MESSAGE, 14)) |
    (differ(MESSAGE + 6, SPA, 6) as i32)
  );
}

/** MATERIAL := the slot at `offset`. Its generation, -1 if it is not valid, -2 if it is not readable. */
function read(offset: i32): i32 {
  if (nvmRead(offset, MATERIAL, SLOT_BODY + 4)) return -2;
  return isWhole(MATERIAL, SLOT_BODY) ? load<u8>(MATERIAL) : -1;
}

/** Finds the newest slot: X is newer than Y when gen X - gen Y = 1 modulo 256. False: not readable, or no neighbours. */
function find(): bool {
  const a = read(SLOT_A);
  const b = read(SLOT_B);
  Found.newest = 0;
  if (a < -1 || b < -1) return false;
  if ((a & b) < 0) return true;
  const isB = b >= 0 && (a < 0 || ((b - a) & 255) == 1);
  if (!isB && b >= 0 && ((a - b) & 255) != 1) return false;
  Found.newest = isB ? SLOT_B : SLOT_A;
  Found.generation = isB ? b : a;
  return true;
}

/** DIGEST := first 8 octets of KDF-256(key with these midstates, "AMP root" ‖ `label`, generation ‖ SPA). */
function deriveRoot(midstates: usize, label: u64, size: usize, generation: usize): void {
  open(AMP_ROOT, 8);
  store<u64>(Cursor.at, label);
  Cursor.at += size;
  put(generation, 1);
  put(SPA, 6);
  derive(midstates);
  reorder(DIGEST, 8);
}

/** A protected MPDU of the `length` octets behind the LLC at TEXT. */
function say(length: i32): i32 {
  store<u64>(TEXT, LLC_ROOT);
  return seal(LLC_SIZE + length);
}

/** PROOF of the newest slot, or NONE. */
function prove(): i32 {
  const answer = TEXT + LLC_SIZE;
  if (!Found.newest) {
    store<u8>(answer, NONE);
    return say(1);
  }
  if (read(Found.newest) < 0) return NVM_FAILED;
  copy(MIDSTATES, MATERIAL + SLOT_KEY, KEY_SIZE);
  reorder(MIDSTATES, KEY_SIZE);
  store<u8>(answer, PROOF);
  store<u8>(answer, load<u8>(MATERIAL), 1);
  deriveRoot(MIDSTATES, KEY_PROOF, 6, answer + 1);
  copyExact(answer + 2, DIGEST, 8);
  return say(PROOF_SIZE);
}

/** Writes the PMK, if T at `command` was made with it, as a root of the generation that it names. 0, or a status. */
function adopt(command: usize): i32 {
  if (!readPmksa()) return NVM_FAILED;
  copy(DIGEST, SLOT + PMKSA_PMK, 32);
  reorder(DIGEST, 32);
  prepare(MIDSTATES);
  deriveRoot(MIDSTATES, AUTH, 5, command + 1);
  if (differ(DIGEST, command + 2, 8)) return BAD_KEY_DATA;
  // A cached PMK of a root that had this generation long ago would be taken for one of this root.
  if (nvmRead(CACHE + CACHE_BODY, MESSAGE, 4)) return NVM_FAILED;
  wipe(MATERIAL, 96);
  if (load<u32>(MESSAGE) && (nvmWrite(CACHE + CACHE_BODY, MATERIAL, 4) || nvmWrite(CACHE, MATERIAL, CACHE_BODY))) {
    return NVM_FAILED;
  }
  store<u32>(MATERIAL, load<u8>(command, 1));
  copy(MATERIAL + SLOT_KEY, MIDSTATES, KEY_SIZE);
  reorder(MATERIAL + SLOT_KEY, KEY_SIZE);
  store<u32>(MATERIAL + SLOT_BODY, crc32(MATERIAL, SLOT_BODY));
  const slot = Found.newest == SLOT_A ? SLOT_B : SLOT_A;
  if (commit(slot, MATERIAL, SLOT_BODY) || read(slot) < 0) return NVM_FAILED;
  Found.newest = slot;
  return 0;
}

/** A command of `length` octets at `command`, out of a frame under the pairwise key. Octets of the answer, or a status. */
export function rootCommand(command: usize, length: i32): i32 {
  if (!isEapAkm()) return WRONG_STATE;
  const opcode: i32 = load<u8>(command);
  const isAdopt = i32(length == ADOPT_SIZE) & i32(opcode == ADOPT);
  if (!(isAdopt | (i32(length == 1) & i32(opcode == PROVE)))) return BAD_TYPE;
  if (Session.txPn == PN_MAX) return PN_EXHAUSTED;
  if (!isOwn() || !find()) return NVM_FAILED;
  const ahead = (load<u8>(command, 1) - Found.generation) & 255;
  // One of the generation that is the newest already asks for its proof again.
  if (isAdopt & i32(!Found.newest || ahead != 0)) {
    if (Found.newest && ahead != 1) return BAD_KEY_DATA;
    const failed = adopt(command);
    if (failed) return failed;
  }
  return prove();
}
