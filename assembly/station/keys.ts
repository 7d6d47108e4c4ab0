/*
 * PMK and PTK, PROTOCOL.md 1. Roots and PMKs are never held as such, only as the midstates of the
 * HMAC that they are the key of.
 */
import { copy, swapWords } from "../bytes";
import { prepare } from "../crypto/hash";
import { derive, open } from "../crypto/kdf";
import { Binding } from "../frame/binding";
import { A_NONCE, AA, BODY } from "../frame/fields";
import { DIGEST, KCK, SPA, TRIGGER, TX } from "../layout";
import { dropEntry, isCached, MIDSTATES_SIZE, PMK } from "./cache";
import { ROOT } from "./record";
import { Session } from "./session";

/** "AMP PMK" and "AMP PTK", PROTOCOL.md 1, first octet lowest; the eighth is overwritten by what follows. */
const LABEL_PMK: u64 = 0x4b4d5020504d41;
const LABEL_PTK: u64 = 0x4b545020504d41;
const LABEL_SIZE: usize = 7;

/**
 * Min(a, b) ‖ Max(a, b) to `target`, `size` octets each, as unsigned integers with the first octet most significant,
 * with no branch on either. Answers the address behind. Up to two octets there and between are written and left to
 * what is written next, when `size` is 6.
 */
function minMax(target: usize, a: usize, b: usize, size: usize): usize {
  let borrow: u32 = 0;
  for (let i = size; i; ) {
    --i;
    borrow = ((load<u8>(a + i) as u32) - (load<u8>(b + i) as u32) - borrow) >>> 31;
  }
  // All ones if a < b.
  const keep = 0 - (borrow as u64);
  for (const end = a + size; a < end; a += 8) {
    const y = load<u64>(b);
    const swap = (load<u64>(a) ^ y) & keep;
    store<u64>(target, y ^ swap);
    store<u64>(target + size, load<u64>(a) ^ swap);
    b += 8;
    target += 8;
  }
  return target;
}

/**
 * The midstates of the session's PMK, from the root in SLOT, of the generation in Binding:
 *   PMK = KDF-256(root, "AMP PMK", Modifier ‖ AA ‖ SPA), or root in direct mode.
 */
function pairwiseMasterKey(): usize {
  if (!Binding.modifier || !isCached()) {
    swapWords(ROOT, MIDSTATES_SIZE);
    if (!Binding.modifier) return ROOT;
    const context = open() + LABEL_SIZE;
    store<u64>(context - LABEL_SIZE, LABEL_PMK);
    copy(context, Binding.modifier, 8);
    copy(context + 8, TRIGGER + AA, 6);
    copy(context + 14, SPA, 6);
    derive(ROOT, context + 20);
    prepare(PMK);
    Session.cacheMissed = true;
  } else {
    swapWords(PMK, MIDSTATES_SIZE);
  }
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
  const addresses = open() + LABEL_SIZE;
  store<u64>(addresses - LABEL_SIZE, LABEL_PTK);
  minMax(addresses, TRIGGER + AA, SPA, 6);
  derive(pmk, minMax(addresses + 12, TRIGGER + A_NONCE, TX + BODY, Binding.nonceSize) + Binding.nonceSize);
  swapWords(DIGEST, 32);
  copy(KCK, DIGEST, 32);
  if (!Session.cacheMissed) dropEntry();
}
