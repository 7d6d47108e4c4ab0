/*
 * PMK and PTK, PROTOCOL.md 1. Assumption: the draft leaves open the KDF, its labels, the Modifier and direct mode; AMP's
 * own labels keep its keys apart from those of RSN. Roots and PMKs are never held as such, only as the midstates of the HMAC that they are
 * the key of.
 */
import { ROAMING } from "../build";
import { copy } from "../bytes";
import { prepare } from "../crypto/hmac";
import { derive, open } from "../crypto/kdf";
import { put, reorder } from "../crypto/message";
import { modifier, modifierLength, sessionNonce } from "../frame/binding";
import { A_NONCE, AA, BODY, MODIFIER_SIZE } from "../frame/fields";
import { DIGEST, KCK, SPA, TRIGGER, TX } from "../layout";
import { dropEntry, isCached, MIDSTATES_SIZE, PMK } from "./cache";
import { isHandedOver } from "./handover";
import { ROOT } from "./record";
import { Session } from "./session";

/** "AMP PMK" and "AMP PTK", first octet lowest. */
const LABEL_PMK: u64 = 0x4b4d5020504d41;
const LABEL_PTK: u64 = 0x4b545020504d41;
const LABEL_SIZE: usize = 7;

/**
 * Puts Min(a, b) ‖ Max(a, b), `size` octets each, as unsigned integers with the first octet most significant.
 * Addresses and nonces are public: both go over the air in clear.
 */
function putSorted(a: usize, b: usize, size: usize): void {
  let i: usize = 0;
  let order: i32;
  do {
    order = (load<u8>(a + i) as i32) - (load<u8>(b + i) as i32);
    ++i;
  } while (!order && i < size);
  put(order > 0 ? b : a, size as i32);
  put(order > 0 ? a : b, size as i32);
}

/**
 * The midstates of the session's PMK, from the root in SLOT:
 *   PMK = KDF-256(root, "AMP PMK", Modifier ‖ AA ‖ SPA), or root in direct mode.
 */
function pairwiseMasterKey(): usize {
  if (modifierLength() && ((ROAMING && isHandedOver()) || isCached())) {
    reorder(PMK, MIDSTATES_SIZE);
    return PMK;
  }
  reorder(ROOT, MIDSTATES_SIZE);
  if (!modifierLength()) return ROOT;
  dropEntry();
  open(LABEL_PMK, LABEL_SIZE);
  put(modifier(), MODIFIER_SIZE);
  put(TRIGGER + AA, 6);
  put(SPA, 6);
  derive(ROOT);
  prepare(PMK);
  return PMK;
}

/**
 * Makes the session's keys, SNonce at TX:
 *   PTK = KDF-256(PMK, "AMP PTK", Min(AA,SPA) ‖ Max(AA,SPA) ‖ Min(ANonce,SNonce) ‖ Max(ANonce,SNonce))
 *   KCK = L(PTK, 0, 128), TK = L(PTK, 128, 128)
 */
export function makeKeys(): void {
  Session.cacheMissed = false;
  const pmk = pairwiseMasterKey();
  open(LABEL_PTK, LABEL_SIZE);
  putSorted(TRIGGER + AA, SPA, 6);
  putSorted(TRIGGER + A_NONCE, TX + BODY, sessionNonce());
  derive(pmk);
  reorder(DIGEST, 32);
  copy(KCK, DIGEST, 32);
  if (!Session.cacheMissed) dropEntry();
}
