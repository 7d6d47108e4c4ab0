/*
 * What a verified M3 sets off: the housekeeping of PROTOCOL.md 4a, and its command, section 6. Assumption: the draft
 * says that a PMK is updated by a low-complexity secure method, and leaves the method open.
 *
 *   T        = first 8 octets of KDF-256(root_g, "AMP root auth", Modifier' ‖ generation ‖ SPA)
 *   root_g+1 = KDF-256(root_g, "AMP root update", Modifier' ‖ generation ‖ SPA)
 *   proof    = first 8 octets of KDF-256(root_g+1, "AMP root proof", generation ‖ SPA)
 */
import { ROAMING } from "../build";
import { differ, wipe } from "../bytes";
import { prepare } from "../crypto/hmac";
import { derive, open } from "../crypto/kdf";
import { Cursor, put, reorder } from "../crypto/message";
import { Binding } from "../frame/binding";
import { crc32 } from "../frame/crc";
import { sealData } from "../frame/uplink";
import {
  CACHE_BODY,
  DIGEST,
  ENTRY,
  NVM_CACHE,
  NVM_HANDOVER,
  RECEIVED,
  SLOT,
  SLOT_BODY,
  SLOT_MIDSTATES,
  SPA,
} from "../layout";
import { BAD_COMMAND, NVM_FAILED } from "../status";
import { dropEntry, fill, MIDSTATES_SIZE, tidy } from "./cache";
import { handover, isHandover } from "./handover";
import { commit, otherSlot, ROOT, Root, readNewest, readSlot } from "./record";
import { AMP_ROOT, AUTH, KEY_PROOF, PROOF, PROOF_SIZE, PROVE } from "./rootlabels";
import { Session } from "./session";

const UPDATE: i32 = 0x01;

/** UPDATE ‖ generation(1) ‖ Modifier'(16) ‖ T(8) at RECEIVED. */
const UPDATE_SIZE: i32 = 26;
const GENERATION: usize = RECEIVED + 1;
const MODIFIER: usize = RECEIVED + 2;
const T: usize = RECEIVED + 18;

/** The third label's end. */
const NEXT: u64 = 0x65746164707520; // " update"

/** Starts a KDF input "AMP root" ‖ `label`, which is `size` octets. */
function openRoot(label: u64, size: usize): void {
  open(AMP_ROOT, 8);
  store<u64>(Cursor.at, label);
  Cursor.at += size;
}

/** DIGEST := KDF-256(root in SLOT, what was put, generation ‖ SPA), as octets; the generation stands at RECEIVED. */
function deriveFrom(): void {
  put(GENERATION, 1);
  put(SPA, 6);
  derive(ROOT);
}

/** DIGEST := what `label` makes of the UPDATE at RECEIVED and the root in SLOT. */
function deriveUpdate(label: u64, size: usize): void {
  openRoot(label, size);
  put(MODIFIER, 16);
  deriveFrom();
}

/** 0 if the UPDATE at RECEIVED was made by the key service; leaves the root in SLOT. */
function authenticate(): i32 {
  if (!readNewest()) return NVM_FAILED;
  reorder(ROOT, MIDSTATES_SIZE);
  deriveUpdate(AUTH, 5);
  reorder(DIGEST, 8);
  return differ(DIGEST, T, 8) ? BAD_COMMAND : 0;
}

/** Writes the next root, made of the one in SLOT, to the other slot, and reads it back to SLOT. False if it is not good. */
function install(): bool {
  const slot = otherSlot();
  deriveUpdate(NEXT, 7);
  prepare(ENTRY + SLOT_MIDSTATES);
  reorder(ENTRY + SLOT_MIDSTATES, MIDSTATES_SIZE);
  store<u32>(ENTRY, load<u8>(GENERATION));
  store<u32>(ENTRY + SLOT_BODY, crc32(ENTRY, SLOT_BODY));
  const failed = commit(slot, ENTRY, SLOT_BODY);
  dropEntry();
  // Whatever stands there after a failure: the next M1 looks which slot is the newest then.
  Root.newest = failed || readSlot(slot) < 0 ? 0 : slot;
  return Root.newest != 0;
}

/** The answer to UPDATE and PROVE: a Data frame 0x81 ‖ generation ‖ proof(8), of the newest root, which is in SLOT. */
function prove(): i32 {
  reorder(ROOT, MIDSTATES_SIZE);
  store<u8>(RECEIVED, PROOF);
  store<u8>(GENERATION, load<u8>(SLOT));
  openRoot(KEY_PROOF, 6);
  deriveFrom();
  reorder(DIGEST, 8);
  store<u64>(MODIFIER, load<u64>(DIGEST));
  return sealData(RECEIVED, PROOF_SIZE, true, ++Session.ulPn);
}

/**
 * Everything behind the MIC of an M3. `command`: octets of command at RECEIVED, or -1 for none.
 * Answers the octets to send, 0, or the status of the command; the session is secure whatever becomes of it.
 */
export function afterConfirm(command: i32): i32 {
  const opcode: i32 = load<u8>(RECEIVED);
  const isUpdate = i32(command == UPDATE_SIZE) & i32(opcode == UPDATE);
  const ahead = (load<u8>(GENERATION) - Binding.generation) & 255;
  const isNext = isUpdate & i32(ahead == 1);
  const isNextAp = ROAMING ? isHandover(command) : 0;
  let answer = 0;
  if (isNext) {
    answer = authenticate();
  } else if (command >= 0) {
    // An UPDATE to the generation that is the newest already asks for its proof again.
    const isProve = (isUpdate & i32(!ahead)) | (i32(command == 1) & i32(opcode == PROVE));
    if (!(isProve | isNextAp)) answer = BAD_COMMAND;
  }

  // The session's generation is the newest: only an UPDATE changes that, and none came before M3. So the slot beside
  // it has had its day, unless an UPDATE is about to overwrite it.
  if (i32(!isNext) | answer) tidy(otherSlot(), SLOT_BODY, -1);
  tidy(NVM_CACHE, CACHE_BODY, Binding.generation);
  if (ROAMING) tidy(NVM_HANDOVER, CACHE_BODY, Binding.generation);
  fill();

  if (command < 0) return 0;
  Session.receivedLength = 0;
  if (ROAMING && isNextAp) answer = handover();
  else if (!answer) answer = (isNext ? install() : readNewest()) ? prove() : NVM_FAILED;
  wipe(RECEIVED, 64);
  return answer;
}
