/*
 * The ABI of the RSN station, all of it (RSN.md 3). Plain MVP WebAssembly, all parameters i32. A negative answer is a
 * status (status.ts); no input traps.
 */
import { copyExact, wipe } from "../bytes";
import { data, send } from "./data";
import { HEADER_SIZE } from "./frames/mac";
import { management, start } from "./join";
import { PAYLOAD, RECEIVED, RX, RX_SIZE, SCRATCH, SCRATCH_AND_RX_SIZE, SCRATCH_SIZE, TX } from "./layout";
import { boot } from "./record";
import { OFF, Session } from "./session";
import { BAD_TYPE, NOT_BOOTED, TOO_LONG, TOO_SHORT } from "./status";

// @ts-ignore: the compiler defines both.
export { __data_end, __heap_base };

/** Frame Control: protocol version and type. */
const FC_TYPE: u32 = 0x0f;
const MANAGEMENT: u32 = 0x00;
const DATA: u32 = 0x08;

/** Address of the 512 octets that received MPDUs are put to; what stands there is gone when rsn_receive has returned. */
export function rsn_rx_buffer(): usize {
  return RX;
}

/** Address of the 320 octets that MPDUs to send stand at; the host only reads them. */
export function rsn_tx_buffer(): usize {
  return TX;
}

/** Address of the 112 octets that MSDUs change hands at. */
export function rsn_payload_buffer(): usize {
  return PAYLOAD;
}

/** After every power-up. 0, or a status. */
export function rsn_boot(): i32 {
  return boot();
}

/** Begins a session with the BSS that is known. Octets of an Authentication frame at the tx buffer, or a status. */
export function rsn_start(): i32 {
  return Session.state == OFF ? NOT_BOOTED : start();
}

/** An MPDU of `length` octets stands in the rx buffer. Octets to send from the tx buffer, 0, or a status. */
export function rsn_receive(length: i32): i32 {
  if (Session.state == OFF) return NOT_BOOTED;
  if (length < HEADER_SIZE) return TOO_SHORT;
  if (length > RX_SIZE) return TOO_LONG;
  const type: u32 = load<u8>(RX) & FC_TYPE;
  if (type == MANAGEMENT) return management(length);
  if (type != DATA) return BAD_TYPE;
  const answer = data(length);
  wipe(SCRATCH, SCRATCH_AND_RX_SIZE);
  return answer;
}

/** An MSDU of `length` octets stands in the payload buffer. Octets of the MPDU at the tx buffer, or a status. */
export function rsn_send(length: i32): i32 {
  if (Session.state == OFF) return NOT_BOOTED;
  const answer = send(length);
  wipe(SCRATCH, SCRATCH_SIZE);
  return answer;
}

/** Copies the MSDU of the last protected frame taken to the payload buffer. Its length, 0 if there is none. */
export function rsn_received(): i32 {
  return copyExact(PAYLOAD, RECEIVED, Session.received);
}

/** 0 off, 1 idle, 2 BSS known, 3 authenticating, 4 associating, 5 associated, 6 4-way handshake, 7 keyed, 8 port open. */
export function rsn_state(): i32 {
  return Session.state;
}
