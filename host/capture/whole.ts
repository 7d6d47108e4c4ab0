/** How long a frame was meant to be, of which only the first octets went on the air. */

import { ACK_OCTETS } from "../wire/ack.ts";
import { typeOf } from "../wire/fc.ts";
import { FRAME_MIN_OCTETS, MAC, OVERHEAD_OCTETS } from "../wire/mac.ts";
import { readLe16 } from "../wire/octets.ts";
import { readTdc } from "../wire/tdc.ts";

export interface Whole {
  readonly octets: number;
  /** false: too little is there to tell, and `octets` is the least that a frame has. */
  readonly isTold: boolean;
}

/** As TDC tells it, 8 to 71 octets; 4 of an Ack. */
export function wholeOf(octets: Uint8Array): Whole {
  if (octets.length > 0 && typeOf(octets[MAC.fc]) === "Ack") return { octets: ACK_OCTETS, isTold: true };
  if (octets.length < MAC.body) return { octets: FRAME_MIN_OCTETS, isTold: false };
  return { octets: OVERHEAD_OCTETS + readTdc(readLe16(octets, MAC.tdc)).bodyLength, isTold: true };
}
