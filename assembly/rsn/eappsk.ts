/*
 * EAP-PSK, RFC 4764, as the peer; AES-128 is all it takes. Behind the EAP header's type:
 *
 *   1  flags 00 ‖ RAND_S(16) ‖ ID_S                       2  flags 40 ‖ RAND_S(16) ‖ RAND_P(16) ‖ MAC_P(16) ‖ ID_P
 *   3  flags 80 ‖ RAND_S(16) ‖ MAC_S(16) ‖ PCHANNEL       4  flags C0 ‖ RAND_S(16) ‖ PCHANNEL
 *
 *   AK, KDK         = E(PSK, E(PSK, 0) ^ 1), ... ^ 2                                                        3.1
 *   TEK, MSK[0..31] = E(KDK, E(KDK, RAND_P) ^ 1), ... ^ 2 ‖ ... ^ 3                                         3.2
 *   MAC_P           = CMAC(AK, ID_P ‖ ID_S ‖ RAND_S ‖ RAND_P), MAC_S = CMAC(AK, ID_S ‖ RAND_P)              5.1, 5.2
 *   PCHANNEL        = N(4) ‖ tag(16) ‖ EAX(TEK, 0(12) ‖ N, header: first 22 octets of the packet, R ‖ E ‖ 0) 3.3
 */
import { copy, copyExact, differ, setBlock, wipe } from "../bytes";
import { encrypt } from "../crypto/aes";
import { cmac } from "../crypto/cmac";
import { eax } from "../crypto/eax";
import { begin, Cursor, put } from "../crypto/message";
import { nvmRead } from "../env";
import { EAP_OUT, EAP_PSK, putResponse, TYPE_DATA } from "./frames/eappacket";
import {
  DIGEST,
  ID_S,
  ID_S_SIZE,
  LANE_1,
  LANES,
  MATERIAL,
  MESSAGE,
  NVM_IDENTITY,
  NVM_KEY,
  PMK,
  RAND_P,
  RAND_S,
} from "./layout";
import { drawNonce } from "./nonce";
import { Record } from "./record";
import { EAP_PMK, Session } from "./session";
import { BAD_LENGTH, EAP_REFUSED, NVM_FAILED } from "./status";

/** Flags: T, the number of the message less one, in bits 6 and 7. */
const SECOND: i32 = 0x40;
const THIRD: i32 = 0x80;
const FOURTH: i32 = 0xc0;
/** R = DONE_SUCCESS, no extension. */
const DONE_SUCCESS: i32 = 0x80;

/** Offsets in a packet, and octets of one. */
const FLAGS: usize = TYPE_DATA;
const AT_RAND_S: usize = 6;
const AT_ID_S: usize = 22;
const AT_MAC_P: usize = 38;
const AT_ID_P: usize = 54;
const AT_MAC_S: usize = 22;
const HEADER_SIZE: i32 = 22;
const THIRD_CHANNEL: usize = 38;
const FOURTH_CHANNEL: usize = 22;
/** N ‖ tag ‖ one octet. */
const TAG: usize = 4;
const RESULT: usize = 20;
const CHANNEL_SIZE: i32 = 21;

/** In MATERIAL: keys, then what is made under them. */
const AK: usize = MATERIAL;
const KDK: usize = MATERIAL + 16;
const TEK: usize = MATERIAL;
const NONCE: usize = MATERIAL + 16;
const MSK: usize = MATERIAL + 32;
const TAG_MADE: usize = MATERIAL + 64;
const RESULT_READ: usize = MATERIAL + 80;

/** target(32) := E(key, E(key, block) ^ 1) ‖ E(key, E(key, block) ^ 2); DIGEST := E(key, block), LANES ready for more. */
function expand(key: usize, block: usize, target: usize): void {
  setBlock(LANES, block);
  setBlock(LANE_1, key);
  encrypt(true);
  setBlock(DIGEST, LANES);
  setBlock(LANE_1, LANES);
  store<u8>(LANES, load<u8>(LANES, 15) ^ 1, 15);
  store<u8>(LANE_1, load<u8>(LANE_1, 15) ^ 2, 15);
  encrypt(false);
  copy(target, LANES, 32);
}

/** AK and KDK of the record's key. False: it cannot be read. */
function deriveKeys(): bool {
  if (nvmRead(NVM_KEY, KDK, 16)) return false;
  wipe(MESSAGE, 32);
  expand(KDK, MESSAGE, AK);
  return true;
}

/** LANES := CMAC(AK, what was put). */
function macOfMessage(): void {
  store<u64>(Cursor.at, 0);
  store<u64>(Cursor.at, 0, 8);
  cmac(AK, MESSAGE, (Cursor.at - MESSAGE) as i32);
}

/** NONCE := 0(12) ‖ N, as it lies in a packet. */
function setNonce(n: u32): void {
  store<u64>(NONCE, 0);
  store<u64>(NONCE, (n as u64) << 32, 8);
}

/** The first message, `length` octets at `packet`. Octets of the second one, or a status. */
export function firstMessage(packet: usize, length: i32): i32 {
  const idS = length - (AT_ID_S as i32);
  if (idS < 0) return BAD_LENGTH;
  // Assumption: a server's name has 64 octets at most; RFC 4764 allows 966.
  if (idS > ID_S_SIZE) return EAP_REFUSED;
  const identifier: i32 = load<u8>(packet, 1);
  const isRepeated =
    Session.isEapPsk &&
    Session.eapId == identifier &&
    Session.idS == idS &&
    !differ(RAND_S, packet + AT_RAND_S, 16) &&
    (!idS || !differ(ID_S, packet + AT_ID_S, idS));
  if (nvmRead(NVM_IDENTITY, EAP_OUT + AT_ID_P, Record.identity) || !deriveKeys()) return NVM_FAILED;
  if (!isRepeated) {
    const failed = drawNonce();
    if (failed) return failed;
    setBlock(RAND_P, DIGEST);
    setBlock(RAND_S, packet + AT_RAND_S);
    Session.isEapPsk = true;
    Session.eapId = identifier;
    Session.idS = copyExact(ID_S, packet + AT_ID_S, idS);
  }
  const size = (AT_ID_P as i32) + Record.identity;
  putResponse(identifier, EAP_PSK, size);
  store<u8>(EAP_OUT, SECOND, FLAGS);
  copy(EAP_OUT + AT_RAND_S, RAND_S, 32);
  begin();
  put(EAP_OUT + AT_ID_P, Record.identity);
  put(ID_S, Session.idS);
  put(RAND_S, 32);
  macOfMessage();
  copyExact(EAP_OUT + AT_MAC_P, LANES, 16);
  return size;
}

/** The third message, `length` octets at `packet`. Octets of the fourth one, or a status. */
export function thirdMessage(packet: usize, length: i32): i32 {
  if (load<u8>(packet, FLAGS) != THIRD || !Session.isEapPsk) return EAP_REFUSED;
  if (length != (THIRD_CHANNEL as i32) + CHANNEL_SIZE) return BAD_LENGTH;
  if (differ(packet + AT_RAND_S, RAND_S, 16)) return EAP_REFUSED;
  if (!deriveKeys()) return NVM_FAILED;
  begin();
  put(ID_S, Session.idS);
  put(RAND_P, 16);
  macOfMessage();
  if (differ(packet + AT_MAC_S, LANES, 16)) return EAP_REFUSED;

  expand(KDK, RAND_P, TEK);
  // TEK ‖ MSK[0..15] stands on AK ‖ KDK; the key schedule is KDK's still.
  setBlock(MSK, NONCE);
  setBlock(LANES, DIGEST);
  store<u8>(LANES, load<u8>(LANES, 15) ^ 3, 15);
  encrypt(false);
  setBlock(MSK + 16, LANES);

  const channel = packet + THIRD_CHANNEL;
  setNonce(load<u32>(channel));
  store<u8>(RESULT_READ, load<u8>(channel, RESULT));
  eax(TEK, NONCE, packet, HEADER_SIZE, RESULT_READ, 1, true, TAG_MADE);
  if (differ(TAG_MADE, channel + TAG, 16) | (load<u8>(RESULT_READ) ^ DONE_SUCCESS)) return EAP_REFUSED;

  const size = (FOURTH_CHANNEL as i32) + CHANNEL_SIZE;
  const out = EAP_OUT + FOURTH_CHANNEL;
  putResponse(load<u8>(packet, 1), EAP_PSK, size);
  store<u8>(EAP_OUT, FOURTH, FLAGS);
  setBlock(EAP_OUT + AT_RAND_S, RAND_S);
  // The answer takes the next N.
  store<u32>(out, bswap<u32>(bswap<u32>(load<u32>(channel)) + 1));
  setNonce(load<u32>(out));
  store<u8>(out, DONE_SUCCESS, RESULT);
  eax(TEK, NONCE, EAP_OUT, HEADER_SIZE, out + RESULT, 1, false, out + TAG);
  copy(PMK, MSK, 32);
  Session.pmk = EAP_PMK;
  return size;
}
