/*
 * Protection of one frame, PROTOCOL.md 3: the nonce as CCMP builds it, the AAD that binds the exchange, and the two
 * modes, encrypted (AES-128-CCM under TK) and MIC only (AES-128-CMAC under KCK).
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
import { BLOCKS, KCK, SPA, TK, TRIGGER } from "../layout";
import { Binding } from "./binding";
import { AA, FC_DATA, TDC, TDC_ENCRYPTED } from "./fields";

const AAD: usize = BLOCKS + 18;

/** AAD = FC ‖ TDC of this frame, and for M2 and M3 also FC ‖ TDC ‖ TriggerInfo ‖ DL data of their M1. */
function buildAad(frame: usize): usize {
  store<u8>(AAD, load<u8>(frame));
  store<u16>(AAD + 1, load<u16>(frame, TDC));
  if (load<u8>(frame) == FC_DATA) return AAD + 3;
  store<u8>(AAD + 3, load<u8>(TRIGGER));
  store<u64>(AAD + 4, load<u64>(TRIGGER + TDC));
  copy(AAD + 12, Binding.dlData, Binding.dlLength);
  return AAD + 12 + Binding.dlLength;
}

/**
 * Seals (or, with `open`, opens: the AP transmitted it) the `length` octets at `payload` of the frame at `frame`, whose
 * FC and TDC are in place. Answers where the result stands; the full MIC stands at LANES. What was opened is not to be
 * used before that MIC was compared with the frame's.
 */
export function protect(frame: usize, payload: usize, length: i32, pn: i32, open: bool): usize {
  const encrypted = load<u8>(frame, TDC) & TDC_ENCRYPTED;
  wipe(BLOCKS, 144);
  // nonce = flags(0) ‖ A2 ‖ BE48(PN)
  const nonce = encrypted ? BLOCKS + 1 : BLOCKS + 3;
  copy(nonce + 1, open ? TRIGGER + AA : SPA, 6);
  store<u16>(nonce, bswap<u16>(pn as u16), 11);
  let text = buildAad(frame);
  const aadLength = (text - AAD) as i32;
  if (encrypted) {
    // B0 flags: Adata, (M - 2) / 2, L - 1.
    store<u8>(BLOCKS, 0x40 | ((Binding.micSize - 2) << 2) | 1);
    store<u8>(BLOCKS + 15, length);
    store<u8>(BLOCKS + 17, aadLength);
    text = ((text + 15 - BLOCKS) & ~15) + BLOCKS;
    copy(text, payload, length);
    ccm(TK, text, length, open);
  } else {
    store<u8>(BLOCKS + 16, aadLength);
    copy(text, payload, length);
    cmac(KCK, nonce, 15 + aadLength + length);
  }
  return text;
}
