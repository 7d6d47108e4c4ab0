/*
 * An uplink frame at TX, PROTOCOL.md 2 and 3: Response (M2) and Data.
 */
import { copy } from "../bytes";
import { ID, LANES, TX } from "../layout";
import { Binding, sessionMic } from "./binding";
import { crc16 } from "./crc";
import { BODY, FC_DATA, FRAME_ID, OVERHEAD, PN, PN_SIZE, TDC, TDC_ENCRYPTED } from "./fields";
import { protect } from "./protect";

/**
 * Seals the `length` octets at `payload` as the frame `fc`. The `head` octets of the body before the payload (SNonce or
 * PN) stand at TX already. Answers the length of the frame.
 */
export function seal(fc: i32, head: i32, payload: usize, length: i32, encrypt: bool): i32 {
  const mic = sessionMic();
  const body = head + length + mic;
  let at = TX + BODY + head;
  store<u8>(TX, fc);
  store<u16>(TX, load<u16>(ID), FRAME_ID);
  store<u16>(TX, (body - 1) | (encrypt ? TDC_ENCRYPTED : 0) | Binding.tdc, TDC);
  copy(at, protect(TX, payload, length), length);
  at += length;
  copy(at, LANES, mic);
  store<u16>(at + mic, crc16(TX, body + (BODY as i32)));
  return body + OVERHEAD;
}

/** Seals a Data frame with the PN `pn`. */
export function sealData(payload: usize, length: i32, encrypt: bool, pn: i32): i32 {
  store<u16>(TX, bswap<u16>(pn as u16), PN);
  return seal(FC_DATA, PN_SIZE, payload, length, encrypt);
}
