/*
 * What the session's M1 binds its frames to (PROTOCOL.md 3): set when M1 is taken, read by every frame behind it.
 * The octets themselves stand at TRIGGER.
 */
import { TRIGGER } from "../layout";
import { A_NONCE, micSize, nonceSize, profileOf, TDC, TDC_MODIFIER } from "./fields";

export class Binding {
  /** Octets of M1 at TRIGGER, FC to last body octet. */
  static length: i32 = 0;
  /** Security profile, 1 to 3, and its N and M. */
  static profile: i32 = 0;
  static nonceSize: i32 = 0;
  static micSize: i32 = 0;
  /** The Modifier, 0 in direct mode. */
  static modifier: usize = 0;
  /** DL data of M1. */
  static dlData: usize = 0;
  static dlLength: i32 = 0;
  /** Generation of the root that the session's PTK is made from. */
  static generation: i32 = 0;
}

/** Takes the M1 of `length` octets that stands at TRIGGER. */
export function bind(length: i32): void {
  const tdc = load<u16>(TRIGGER, TDC);
  Binding.length = length;
  Binding.profile = profileOf(tdc);
  Binding.nonceSize = nonceSize(Binding.profile);
  Binding.micSize = micSize(Binding.profile);
  Binding.modifier = 0;
  Binding.dlData = TRIGGER + A_NONCE + Binding.nonceSize;
  if (tdc & TDC_MODIFIER) {
    Binding.modifier = Binding.dlData;
    Binding.dlData += 8;
  }
  Binding.dlLength = (TRIGGER + length - Binding.dlData) as i32;
}
