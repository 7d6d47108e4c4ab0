/* What is done to a frame on its way to the device. */
import { FCS_OCTETS, fcsOf } from "../../wire/fcs.ts";
import { putLe16 } from "../../wire/octets.ts";
import { STEP_OCTETS_MAX, type Tamper } from "./step.ts";

/** A copy of the frame, tampered with in this order. */
export function tampered(frame: Uint8Array, tampers: readonly Tamper[]): Uint8Array {
  return tampers.reduce(tamperedOnce, frame);
}

/** A copy whose last two octets are the FCS of those before; as it is when there are not so many. */
export function withRightFcs(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  const at = copy.length - FCS_OCTETS;
  if (at > 0) putLe16(copy, at, fcsOf(copy, at));
  return copy;
}

function tamperedOnce(frame: Uint8Array, { how, at, value }: Tamper): Uint8Array {
  if (how === "repair FCS") return withRightFcs(frame);
  if (how === "truncate") return frame.slice(0, at % (frame.length + 1));
  if (how === "append") return frame.length < STEP_OCTETS_MAX ? Uint8Array.of(...frame, value) : frame;
  const copy = frame.slice();
  if (copy.length === 0) return copy;
  if (how === "set") copy[at % copy.length] = value;
  else copy[at % copy.length] ^= value;
  return copy;
}
