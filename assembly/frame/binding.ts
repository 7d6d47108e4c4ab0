/*
 * What the session's M1 binds its frames to (PROTOCOL.md 3): set when M1 is taken, read by every frame behind it.
 * The octets themselves stand at TRIGGER.
 */
import { TRIGGER } from "../layout";
import { A_NONCE, micSize, modifierSize, nonceSize, TDC } from "./fields";

export class Binding {
  /** Octets of M1 at TRIGGER, FC to last body octet. */
  static length: i32 = 0;
  /** Generation of the root that the session's PTK is made from. */
  static generation: i32 = 0;
  /** The session's bits of a TDC: profile, and generation modulo 4. */
  static tdc: i32 = 0;
}

/** N and M of the session. */
export function sessionNonce(): i32 {
  return nonceSize(Binding.tdc);
}
export function sessionMic(): i32 {
  return micSize(Binding.tdc);
}

/** Where M1 has its Modifier, or would have. */
export function modifier(): usize {
  return TRIGGER + A_NONCE + sessionNonce();
}

/** Octets of Modifier in M1; none: the session is in direct mode. */
export function modifierLength(): i32 {
  return modifierSize(load<u8>(TRIGGER, TDC));
}

/** Where M1 has its DL data, and how many octets of it. */
export function dlData(): usize {
  return modifier() + modifierLength();
}
export function dlLength(): i32 {
  return (TRIGGER + Binding.length - dlData()) as i32;
}
