/*
 * The primitives that the RSN station adds to the AMP station's, made by the station's own functions, for tests from
 * outside: octets in, octets out, as the standards print them.
 */
import { encrypt as cipher } from "../../../assembly/crypto/aes";
import { eax as channel } from "../../../assembly/crypto/eax";
import { hmacSha1, prepareSha1, prf384 } from "../../../assembly/crypto/hmacsha1";
import { begin, put } from "../../../assembly/crypto/message";
import { sha1 as digestOf, initialSha1 } from "../../../assembly/crypto/sha1";
import { unwrap } from "../../../assembly/crypto/unwrap";
import { open, packetNumber, seal, TEXT } from "../../../assembly/rsn/ccmp";
import {
  A_NONCE,
  AA,
  DIGEST,
  KCK,
  LANE_1,
  LANES,
  MATERIAL,
  MIDSTATES,
  RX,
  S_NONCE,
  SPA,
  TK,
  TX,
} from "../../../assembly/rsn/layout";
import { makePmkid, makePtk } from "../../../assembly/rsn/ptk";
import { Record } from "../../../assembly/rsn/record";
import { Session } from "../../../assembly/rsn/session";

export { unwrap };

/** Room for what a function is given, 512 octets, and for keys, 64. */
export const input: usize = RX;
export const key: usize = MATERIAL;
export const digest: usize = DIGEST;
export const lane0: usize = LANES;
export const lane1: usize = LANE_1;
export const aa: usize = AA;
export const spa: usize = SPA;
export const aNonce: usize = A_NONCE;
export const sNonce: usize = S_NONCE;
export const ptk: usize = KCK;
export const tk: usize = TK;
export const tx: usize = TX;
export const text: usize = TEXT;

/** DIGEST := SHA-1 of the `length` octets at `source`. */
export function sha1(source: usize, length: i32): void {
  initialSha1(MIDSTATES);
  digestOf(MIDSTATES, source, length, 0);
}

/** DIGEST := HMAC-SHA-1 under the `keyLength` octets at `key`. */
export function hmac(keyLength: i32, source: usize, length: i32): void {
  prepareSha1(key, keyLength, MIDSTATES);
  hmacSha1(MIDSTATES, source, length, 64);
}

/** ptk := PRF-384 under the 32 octets at `key` of the `length` octets at `source`, A ‖ 0 ‖ B. */
export function prf(source: usize, length: i32): void {
  prepareSha1(key, 32, MIDSTATES);
  begin();
  put(source, length);
  prf384(MIDSTATES, KCK);
}

/** ptk := the PTK of an AKM, and DIGEST := its PMKID, of the PMK at `key`. */
export function derive(akm: i32): void {
  Record.akm = akm;
  makePtk(key);
}
export function pmkid(akm: i32): void {
  Record.akm = akm;
  makePmkid(key);
}

/** Makes the key schedule of the key in lane 1; then deciphers both lanes. */
export function schedule(): void {
  cipher(true);
}
export function decrypt(): void {
  cipher<i32>(false);
}

/** EAX under the key at `key` with the nonce behind it; the tag at `key` + 32. */
export function eax(header: usize, headerLength: i32, source: usize, length: i32, isOpened: bool): void {
  channel(key, key + 16, header, headerLength, source, length, isOpened, key + 32);
}

/** CCMP: whether the MPDU of `length` octets at `input` opens under TK; its MSDU is at `text`, its PN `pn`. */
export function openMpdu(length: i32): bool {
  return open(TK, length);
}
export function pn(): u64 {
  return packetNumber();
}

/** CCMP: the MPDU at `tx` of the MSDU of `length` octets at `text`, under TK, behind PN `last`. Its octets. */
export function sealMsdu(length: i32, last: u64): i32 {
  Session.txPn = last;
  return seal(length);
}
