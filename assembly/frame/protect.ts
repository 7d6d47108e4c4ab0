/*
 * Protection of one frame, PROTOCOL.md 3: the nonce as CCMP builds it, the AAD that binds the exchange, and the two
 * modes, encrypted (AES-128-CCM under TK) and MIC only (AES-128-CMAC under KCK).
 * Assumption: the draft leaves cipher, MIC, nonce and AAD open. Deviation: CCM computes plaintext before its tag is known;
 * it stays in BLOCKS, and is wiped with it unless the tag fits.
 *
 * One layout of BLOCKS serves both modes, as both start with the nonce and the length of the AAD:
 *
 *   offset   0      1 ........... 13  14  15    16  17    18 ......
 *   CCM      flags  nonce             length    len AAD   AAD, zero-padded ‖ payload, zero-padded
 *   CMAC                3 ............ nonce 15  len AAD   AAD ‖ payload
 */

import { copy, wipe } from "../bytes";
import { ccm } from "../crypto/ccm";
import { cmac } from "../crypto/cmac";
import { Cursor, put } from "../crypto/message";
import { BLOCKS, KCK, RX, SPA, SUBKEY, TK, TRIGGER } from "../layout";
import { dlData, dlLength, sessionMic } from "./binding";
import { AA, FC_DATA, FC_RESPONSE, FC_TRIGGER, PN, TDC, TDC_ENCRYPTED } from "./fields";

const AAD: usize = BLOCKS + 18;

/**
 * Seals (or, if it stands at RX, opens) the `length` octets at `payload` of the frame at `frame`, whose FC, TDC and PN
 * are in place. Answers where the result stands; the full MIC stands at LANES. What was opened is not to be used before
 * that MIC was compared with the frame's.
 */
export function protect(frame: usize, payload: usize, length: i32): usize {
  const fc: i32 = load<u8>(frame);
  const encrypted = load<u8>(frame, TDC) & TDC_ENCRYPTED;
  const open = frame == RX;
  wipe(SUBKEY, 160);

  // nonce = flags(0) ‖ A2 ‖ BE48(PN); an M2 does not carry its PN, which is 1.
  const nonce = encrypted ? BLOCKS + 1 : BLOCKS + 3;
  copy(nonce + 1, open ? TRIGGER + AA : SPA, 6);
  store<u32>(nonce, 0, 7);
  store<u16>(nonce, fc == FC_RESPONSE ? 0x100 : load<u16>(frame, PN), 11);

  // AAD = FC ‖ TDC of this frame, and for M2 and M3 also FC ‖ TDC ‖ TriggerInfo ‖ DL data of their M1.
  store<u8>(AAD, fc);
  store<u16>(AAD + 1, load<u16>(frame, TDC));
  Cursor.at = AAD + 3;
  if (fc != FC_DATA) {
    store<u8>(AAD + 3, FC_TRIGGER);
    store<u64>(AAD + 4, load<u64>(TRIGGER, TDC));
    Cursor.at = AAD + 12;
    put(dlData(), dlLength());
  }

  const aadLength = (Cursor.at - AAD) as i32;
  let text = Cursor.at;
  store<u32>(text, 0);
  // BLOCKS is a multiple of 16.
  if (encrypted) text = (text + 15) & ~15;
  copy(text, payload, length);
  store<u32>(text + length, 0);
  if (encrypted) {
    // B0 flags: Adata, (M - 2) / 2, L - 1.
    store<u8>(BLOCKS, 0x40 | ((sessionMic() - 2) << 2) | 1);
    store<u8>(BLOCKS, length, 15);
    store<u8>(BLOCKS, aadLength, 17);
    ccm(TK, text, length, open);
  } else {
    store<u8>(BLOCKS, aadLength, 16);
    cmac(KCK, nonce, (text + length - nonce) as i32);
  }
  return text;
}
