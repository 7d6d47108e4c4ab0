/*
 * The ABI of the AMP station, all of it (ARCHITECTURE.md). Plain MVP WebAssembly, all parameters i32.
 * A negative answer is a status (status.ts); no input traps.
 */
import { copyExact, wipe } from "./bytes";
import { dlData, dlLength, sessionMic } from "./frame/binding";
import { BODY_MAX, PN_SIZE } from "./frame/fields";
import { sealData } from "./frame/uplink";
import { PAYLOAD, READING, RECEIVED, RX, SCRATCH, SCRATCH_SIZE, TX } from "./layout";
import { boot } from "./station/boot";
import { receive } from "./station/exchange";
import { OFF, SECURE, Session } from "./station/session";
import { BAD_ARGUMENT, NO_SESSION, NOT_BOOTED, PAYLOAD_TOO_LONG, PN_EXHAUSTED } from "./status";

// @ts-ignore: the compiler defines both.
export { __data_end, __heap_base };

/** Octets of a reading, and the last packet number. */
const READING_MAX: u32 = 54;
const PN_MAX: i32 = 0xffff;
/** Octets at READING. */
const READING_ROOM: usize = 56;

/** Address of the 72 octets that downlink frames are put to. */
export function amp_rx_buffer(): usize {
  return RX;
}

/** Address of the 72 octets that uplink frames stand at; the host only reads them. */
export function amp_tx_buffer(): usize {
  return TX;
}

/** Address of the 64 octets that readings and DL payloads change hands at. */
export function amp_payload_buffer(): usize {
  return PAYLOAD;
}

/** After every power-up. 0, or a status. */
export function amp_boot(): i32 {
  return boot();
}

/** Takes the reading of `length` octets out of the payload buffer. 0, or a status and nothing changes. */
export function amp_set_payload(length: i32, encrypt: i32): i32 {
  if (Session.state == OFF) return NOT_BOOTED;
  if ((length as u32) > READING_MAX || (encrypt as u32) > 1) return BAD_ARGUMENT;
  let i: usize = READING_ROOM;
  do {
    i -= 8;
    store<u64>(i, 0, READING);
  } while (i);
  Session.readingLength = copyExact(READING, PAYLOAD, length);
  Session.encrypt = encrypt != 0;
  // R1: the M2 that was sent is not to be followed by another one under its keys.
  Session.keptM2 = 0;
  return 0;
}

/** A downlink frame of `length` octets stands in the rx buffer. Octets to send from the tx buffer, 0, or a status. */
export function amp_receive(length: i32): i32 {
  return Session.state == OFF ? NOT_BOOTED : receive(length);
}

/** A Data frame with the reading, in a secure session. Octets to send from the tx buffer, or a status. */
export function amp_send(): i32 {
  if (Session.state == OFF) return NOT_BOOTED;
  if (Session.state != SECURE) return NO_SESSION;
  if (Session.readingLength > BODY_MAX - PN_SIZE - sessionMic()) return PAYLOAD_TOO_LONG;
  if (Session.ulPn == PN_MAX) return PN_EXHAUSTED;
  const length = sealData(READING, Session.readingLength, Session.encrypt, ++Session.ulPn);
  wipe(SCRATCH, SCRATCH_SIZE);
  return length;
}

/** Copies the last authenticated DL payload to the payload buffer. Its length, 0 if there is none. */
export function amp_received(): i32 {
  if (Session.state != SECURE) return 0;
  return copyExact(PAYLOAD, RECEIVED, Session.receivedLength);
}

/** Copies the DL data of M1, confirmed by M3, to the payload buffer. Its length, 0 if there is none. */
export function amp_trigger_data(): i32 {
  if (Session.state != SECURE) return 0;
  return copyExact(PAYLOAD, dlData(), dlLength());
}

/** 0 off, 1 idle, 2 waiting for M3, 3 secure. */
export function amp_state(): i32 {
  return Session.state;
}
