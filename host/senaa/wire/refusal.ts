/** Why a message is not one: what a reader answers in place of it, and all that the error answer to it says. */

import type { RESULT } from "./codes.ts";

export type Why =
  | "too short"
  | "bad version"
  | "bad message length"
  | "bad header bits"
  | "wrong application"
  | "unknown command"
  | "bad AVP bits"
  | "bad AVP length"
  | "bad padding"
  | "unknown AVP"
  | "AVP not allowed"
  | "AVP occurs too many times"
  | "missing AVP"
  | "Session-Id is not first"
  | "TLS-Payload is not last"
  | "bad AVP value";

export interface Refusal {
  readonly refusal: Why;
  /** The AVP's name, or its number. */
  readonly of?: string;
  /** RFC 6733 7.1. */
  readonly resultCode: (typeof RESULT)[keyof typeof RESULT];
  /** One AVP, whole: what Failed-AVP holds (RFC 6733 7.5). */
  readonly failedAvp?: Uint8Array;
}

export function isRefusal(read: object): read is Refusal {
  return "refusal" in read;
}
