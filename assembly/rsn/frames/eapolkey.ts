/*
 * EAPOL-Key PDUs, IEEE 802.11-2020 12.7.2, behind the header of IEEE 802.1X-2020 11.3:
 *
 *      0 1 2     4 5    7         9         17      49   65    73         81       97            99
 *   ┌───┬─┬─────┬─┬────┬─────────┬─────────┬───────┬────┬─────┬──────────┬────────┬─────────────┬──────────┐
 *   │ver│3│ len │2│info│key len 2│counter 8│nonce32│IV16│RSC 8│reserved 8│ MIC 16 │data length 2│ key data │
 *   └───┴─┴─────┴─┴────┴─────────┴─────────┴───────┴────┴─────┴──────────┴────────┴─────────────┴──────────┘
 *
 * Numbers have their most significant octet first.
 */
import { copyExact, differ, wipe } from "../../bytes";
import { cmac } from "../../crypto/cmac";
import { hmacSha1, prepareSha1 } from "../../crypto/hmacsha1";
import { DIGEST, KCK, LANES, MATERIAL, MIDSTATES, TX } from "../layout";
import { isSha1Akm } from "../record";

export const DESCRIPTOR: usize = 4;
export const INFO: usize = 5;
export const COUNTER: usize = 9;
export const NONCE: usize = 17;
export const RSC: usize = 65;
export const MIC: usize = 81;
export const DATA_LENGTH: usize = 97;
export const KEY_DATA: usize = 99;
/** Octets of the body without key data. */
export const FIXED_SIZE: i32 = 95;
/** Descriptor type, table 12-8. */
export const RSN_KEY: i32 = 2;

/** Key Information, 12.7.2: the bits 0 to 2 are the descriptor version. */
export const VERSION: i32 = 0x0007;
/** Pairwise ‖ ack; with install, MIC, secure and encrypted; the group's without pairwise and install. */
export const M1: i32 = 0x0088;
export const M3: i32 = 0x13c8;
export const G1: i32 = 0x1380;
/** The answers: pairwise ‖ MIC; and secure; the group's without pairwise. */
export const M2: i32 = 0x0108;
export const M4: i32 = 0x0308;
export const G2: i32 = 0x0300;

/** An EAPOL PDU at TX, behind header and LLC/SNAP. */
export const OUT: usize = TX + 32;
/** EAPOL version 2 (IEEE 802.1X-2004), type 3. */
const KEY_HEADER: u32 = 0x0302;
const MIC_SIZE: i32 = 16;

/** The descriptor version of the record's AKM: HMAC-SHA-1-128, or AES-128-CMAC; both with AES key wrap. */
export function descriptorVersion(): i32 {
  return isSha1Akm() ? 2 : 3;
}

/** The replay counter of the PDU. */
export function counterOf(pdu: usize): u64 {
  return bswap<u64>(load<u64>(pdu, COUNTER));
}

/** Where the MIC under KCK of the `length` octets at `pdu` stands; the MIC field, and 16 octets behind the PDU, become 0. */
function makeMic(pdu: usize, length: i32): usize {
  store<u64>(pdu, 0, MIC);
  store<u64>(pdu, 0, MIC + 8);
  if (isSha1Akm()) {
    prepareSha1(KCK, 16, MIDSTATES);
    hmacSha1(MIDSTATES, pdu, length, 64);
    return DIGEST;
  }
  store<u64>(pdu + length, 0);
  store<u64>(pdu + length, 0, 8);
  cmac(KCK, pdu, length);
  return LANES;
}

/** Whether the MIC of the PDU of `length` octets is right; the field is 0 afterwards. */
export function isAuthentic(pdu: usize, length: i32): bool {
  copyExact(MATERIAL, pdu + MIC, MIC_SIZE);
  return !differ(makeMic(pdu, length), MATERIAL, MIC_SIZE);
}

/**
 * The answer to the PDU at `pdu`, at OUT and with its MIC: its counter, the nonce at `nonce` if that is not 0, and `size`
 * octets of key data from `keyData`. Answers its octets.
 */
export function answer(pdu: usize, info: i32, nonce: usize, keyData: usize, size: i32): i32 {
  wipe(OUT, 96);
  store<u32>(OUT, KEY_HEADER | ((bswap<u16>((FIXED_SIZE + size) as u16) as u32) << 16));
  store<u8>(OUT, RSN_KEY, DESCRIPTOR);
  store<u16>(OUT, bswap<u16>((info | descriptorVersion()) as u16), INFO);
  store<u64>(OUT, load<u64>(pdu, COUNTER), COUNTER);
  if (nonce) copyExact(OUT + NONCE, nonce, 32);
  store<u16>(OUT, bswap<u16>(size as u16), DATA_LENGTH);
  copyExact(OUT + KEY_DATA, keyData, size);
  const length = FIXED_SIZE + 4 + size;
  copyExact(OUT + MIC, makeMic(OUT, length), MIC_SIZE);
  return length;
}
