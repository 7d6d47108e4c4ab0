/*
 * What the station makes of its noise: SNonce, RSN.md 4, as the AMP station makes its own (PROTOCOL.md R2), and RAND_P.
 */
import { reorder } from "../crypto/message";
import { Cycle, drawSNonce } from "../station/snonce";
import { DIGEST } from "./layout";
import { PN_EXHAUSTED } from "./status";

/** Nonces of one power cycle. */
const NONCES_MAX: i32 = 0x10000;

/** DIGEST := 32 octets that no one has seen before. Answers 0, or a status with nothing spent. */
export function drawNonce(): i32 {
  if (Cycle.counter && Cycle.sNonces == NONCES_MAX) return PN_EXHAUSTED;
  const failed = drawSNonce();
  if (!failed) reorder(DIGEST, 32);
  return failed;
}
