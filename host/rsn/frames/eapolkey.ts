/**
 * EAPOL-Key frames (IEEE Std 802.11-2020, 12.7.2), offsets in the EAPOL PDU; every number is BE:
 *
 *     4    5          7          9              17        49     65     73           81      97                99
 *     2    Info(2)    KeyLen(2)  Replay Ctr(8)  Nonce(32) IV(16) RSC(8) reserved(8)  MIC(16) Key Data Len(2)   Key Data
 */

import type { Malformed } from "../../wire/malformed.ts";
import { be16, checkOctets, concat, readBe16 } from "../../wire/octets.ts";
import { EAPOL_TYPE, type Eapol, emitEapol } from "./eapol.ts";

/** Of the RSN descriptor, the first octet of the body. */
const DESCRIPTOR_RSN = 2;

/** Offsets in the EAPOL PDU. */
const KEY = {
  descriptor: 4,
  info: 5,
  length: 7,
  replay: 9,
  nonce: 17,
  iv: 49,
  rsc: 65,
  mic: 81,
  dataLength: 97,
  data: 99,
};

export const NONCE_OCTETS = 32;
export const EAPOL_KEY_MIC_OCTETS = 16;

/** Key Information, Figure 12-35. */
export const INFO = {
  version: 0x0007,
  pairwise: 0x0008,
  install: 0x0040,
  ack: 0x0080,
  mic: 0x0100,
  secure: 0x0200,
  error: 0x0400,
  request: 0x0800,
  encrypted: 0x1000,
} as const;

export interface EapolKey {
  /** All 16 bits, of INFO. */
  readonly info: number;
  /** Octets of the key that is agreed on: 16 for CCMP, 0 where there is none. */
  readonly keyLength: number;
  readonly replayCounter: bigint;
  readonly nonce: Uint8Array;
  /** Receive sequence counter of the GTK: its PN of 6 octets, LE, and two zeros. */
  readonly rsc: Uint8Array;
  readonly mic: Uint8Array;
  /** As it stands in the frame: wrapped when INFO.encrypted is set. */
  readonly keyData: Uint8Array;
}

/** Of an EAPOL PDU. "bad type": not EAPOL-Key, or not the RSN descriptor. */
export function parseEapolKey({ type, pdu }: Eapol): EapolKey | Malformed {
  if (type !== EAPOL_TYPE.key) return "bad type";
  if (pdu.length < KEY.data) return "too short";
  if (pdu[KEY.descriptor] !== DESCRIPTOR_RSN) return "bad type";
  if (pdu.length !== KEY.data + readBe16(pdu, KEY.dataLength)) return "bad length";
  return {
    info: readBe16(pdu, KEY.info),
    keyLength: readBe16(pdu, KEY.length),
    replayCounter: new DataView(pdu.buffer, pdu.byteOffset).getBigUint64(KEY.replay),
    nonce: pdu.slice(KEY.nonce, KEY.iv),
    rsc: pdu.slice(KEY.rsc, KEY.rsc + 8),
    mic: pdu.slice(KEY.mic, KEY.dataLength),
    keyData: pdu.slice(KEY.data),
  };
}

/** The EAPOL PDU; the EAPOL-Key IV is zero, as it is with AES. */
export function emitEapolKey({ info, keyLength, replayCounter, nonce, rsc, mic, keyData }: EapolKey): Uint8Array {
  checkOctets("nonce", nonce, NONCE_OCTETS);
  checkOctets("rsc", rsc, 8);
  checkOctets("mic", mic, EAPOL_KEY_MIC_OCTETS);
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, replayCounter);
  const fixed = concat(Uint8Array.of(DESCRIPTOR_RSN), be16(info), be16(keyLength), counter, nonce, new Uint8Array(16));
  return emitEapol(EAPOL_TYPE.key, concat(fixed, rsc, new Uint8Array(8), mic, be16(keyData.length), keyData));
}

/** A PDU with that MIC in it, or with zeros: what the MIC is computed over (12.7.2). */
export function withMic(pdu: Uint8Array, mic: Uint8Array = new Uint8Array(EAPOL_KEY_MIC_OCTETS)): Uint8Array {
  const changed = pdu.slice();
  changed.set(mic, KEY.mic);
  return changed;
}
