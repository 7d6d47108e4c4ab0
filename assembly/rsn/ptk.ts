/*
 * PTK and PMKID, RSN.md 4 (IEEE 802.11-2020, 12.7.1.2, 12.7.1.3 and 12.7.1.6.2).
 */
import { copy } from "../bytes";
import { hmac, prepare } from "../crypto/hmac";
import { hmacSha1, prepareSha1, prf384 } from "../crypto/hmacsha1";
import { iterate, iteration } from "../crypto/kdf";
import { begin, Cursor, put, reorder } from "../crypto/message";
import { A_NONCE, AA, DIGEST, KCK, MESSAGE, MIDSTATES, S_NONCE, SPA } from "./layout";
import { isSha1Akm } from "./record";

/** "Pairwise key expansion" and "PMK Name", first octet lowest. */
const PAIRWISE: u64 = 0x6573697772696150;
const KEY_EXP: u64 = 0x7078652079656b20;
const ANSION: u64 = 0x6e6f69736e61;
const LABEL_SIZE: usize = 22;
const PMK_NAME: u64 = 0x656d614e204b4d50;

/** MIDSTATES := those of the PMK at `pmk`. */
function prepareKey(pmk: usize): void {
  if (isSha1Akm()) {
    prepareSha1(pmk, 32, MIDSTATES);
    return;
  }
  copy(DIGEST, pmk, 32);
  reorder(DIGEST, 32);
  prepare(MIDSTATES);
}

function putLabel(): void {
  store<u64>(Cursor.at, PAIRWISE);
  store<u64>(Cursor.at, KEY_EXP, 8);
  store<u64>(Cursor.at, ANSION, 16);
  Cursor.at += LABEL_SIZE;
}

/** Puts Min(a, b) ‖ Max(a, b), `size` octets each, the first octet most significant. Both go over the air in clear. */
function putSorted(a: usize, b: usize, size: i32): void {
  let i: usize = 0;
  while (load<u8>(a + i) == load<u8>(b + i) && (i as i32) < size - 1) ++i;
  const isAscending = load<u8>(a + i) <= load<u8>(b + i);
  put(isAscending ? a : b, size);
  put(isAscending ? b : a, size);
}

/** Min(AA,SPA) ‖ Max(AA,SPA) ‖ Min(ANonce,SNonce) ‖ Max(ANonce,SNonce) */
function putContext(): void {
  putSorted(AA, SPA, 6);
  putSorted(A_NONCE, S_NONCE, 32);
}

/** PTK := what the PMK at `pmk`, the addresses and the nonces make. */
export function makePtk(pmk: usize): void {
  prepareKey(pmk);
  if (isSha1Akm()) {
    begin();
    putLabel();
    store<u8>(Cursor.at++, 0);
    putContext();
    prf384(MIDSTATES, KCK);
    return;
  }
  let i = 1;
  do {
    iteration(i);
    putLabel();
    putContext();
    iterate(MIDSTATES, 384);
    reorder(DIGEST, 32);
    copy(i == 1 ? KCK : KCK + 32, DIGEST, i == 1 ? 32 : 16);
    ++i;
  } while (i < 3);
}

/** DIGEST := the PMKID, in its first 16 octets, of the PMK at `pmk`. */
export function makePmkid(pmk: usize): void {
  prepareKey(pmk);
  begin();
  store<u64>(MESSAGE, PMK_NAME);
  Cursor.at += 8;
  put(AA, 6);
  put(SPA, 6);
  if (isSha1Akm()) {
    // The MAC takes its octets out of the first block before it writes there.
    hmacSha1(MIDSTATES, MESSAGE, 20, 64);
  } else {
    hmac(MIDSTATES);
    reorder(DIGEST, 32);
  }
}
