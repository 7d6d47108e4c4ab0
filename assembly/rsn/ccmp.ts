/*
 * CCMP-128, IEEE 802.11-2020 12.5.3, in place at RX. BLOCKS lies one block before RX, so that the AAD's two blocks lie on
 * header and CCMP header, the addresses where they were, and the payload, TEXT, follows as CCM wants it:
 *
 *   RX      0    2        4          10         16         22   24 ......... 32
 *   MPDU    FC ‖ Duration ‖ A1 ‖      A2 ‖       A3 ‖      Seq ‖ CCMP header ‖ MSDU ‖ MIC(8)
 *   AAD     22 ‖ FC       ‖ A1 ‖      A2 ‖       A3 ‖      0   ‖ zeros       ‖ MSDU, zero-padded
 *
 *   nonce = flags(0) ‖ A2 ‖ PN, most significant octet first          12.5.3.3.4; L = 2, M = 8
 */
import { copy, copyExact, differ } from "../bytes";
import { ccm } from "../crypto/ccm";
import { ADDRESS_2, DATA, FRAGMENT, PROTECTED, putHeader, SEQUENCE, TO_DS } from "./frames/mac";
import { BLOCKS, LANES, MATERIAL, RX, TK, TX } from "./layout";
import { Session } from "./session";

/** Octets of the CCMP header and of the MIC. */
export const CCMP_HEADER: usize = 24;
const MIC_SIZE: i32 = 8;
/** The MSDU of a protected MPDU at RX, and the octets of such an MPDU that are not its MSDU. */
export const TEXT: usize = RX + 32;
export const OVERHEAD: i32 = 40;
/** 2^48 - 1 */
export const PN_MAX: u64 = 0xffffffffffff;

/** ExtIV: a PN of six octets. */
const EXT_IV: i32 = 0x20;
/** Subtype 4-6, Retry, Power Management and More Data are masked in the AAD's FC, and of Seq all but the fragment. */
const FC_MASK: i32 = 0xc78f;
/** B0 flags: Adata, (M - 2) / 2, L - 1. */
const FLAGS: i32 = 0x40 | (((MIC_SIZE - 2) >> 1) << 3) | 1;
const AAD_SIZE: i32 = 22;

/** Whether the key octet of the CCMP header at RX says that a PN follows. */
export function hasPn(): bool {
  return (load<u8>(RX, CCMP_HEADER + 3) & EXT_IV) != 0;
}

/** Key ID and PN of the CCMP header at RX: PN0 ‖ PN1 ‖ 0 ‖ key octet ‖ PN2 ... PN5. */
export function keyId(): i32 {
  return load<u8>(RX, CCMP_HEADER + 3) >>> 6;
}
export function packetNumber(): u64 {
  return load<u16>(RX, CCMP_HEADER) | ((load<u32>(RX, CCMP_HEADER + 4) as u64) << 16);
}

/** Seals or opens the `length` octets at TEXT under `key`; the header stands at RX. The MIC comes at LANES. */
function protect(key: usize, length: i32, pn: u64, open: bool): void {
  store<u8>(BLOCKS, FLAGS);
  store<u8>(BLOCKS, 0, 1);
  copyExact(BLOCKS + 2, RX + ADDRESS_2, 6);
  store<u64>(BLOCKS, bswap<u64>(pn << 16), 8);
  store<u16>(BLOCKS, bswap<u16>(length as u16), 14);
  store<u16>(RX, (load<u16>(RX) & FC_MASK) | PROTECTED, 2);
  store<u16>(RX, AAD_SIZE << 8);
  store<u16>(RX, load<u16>(RX, SEQUENCE) & FRAGMENT, SEQUENCE);
  store<u64>(RX, 0, CCMP_HEADER);
  store<u64>(TEXT + length, 0);
  store<u64>(TEXT + length, 0, 8);
  ccm(key, TEXT, length, open);
}

/**
 * Opens the MPDU of `length` octets, more than OVERHEAD, at RX: its MSDU stands at TEXT, its header is gone. False: the
 * MIC does not fit, and what stands there is not to be used.
 */
export function open(key: usize, length: i32): bool {
  const msdu = length - OVERHEAD;
  copy(MATERIAL, TEXT + msdu, MIC_SIZE);
  protect(key, msdu, packetNumber(), true);
  return !differ(LANES, MATERIAL, MIC_SIZE);
}

/** A protected MPDU at TX of the MSDU of `length` octets at TEXT, under the next PN. Answers its octets. */
export function seal(length: i32): i32 {
  const pn = ++Session.txPn;
  putHeader(DATA | TO_DS | PROTECTED);
  copy(RX, TX, 24);
  protect(TK, length, pn, false);
  store<u16>(TX, pn as u16, CCMP_HEADER);
  store<u16>(TX, EXT_IV << 8, CCMP_HEADER + 2);
  store<u32>(TX, (pn >>> 16) as u32, CCMP_HEADER + 4);
  copy(TX + 32, TEXT, length);
  copy(TX + 32 + length, LANES, MIC_SIZE);
  return length + OVERHEAD;
}
