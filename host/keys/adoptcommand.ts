/**
 * What a key service and a device say to each other in an RSN association about a root that EAP made (docs/RSN.md section
 * 9), in MSDUs of an EtherType of their own:
 *
 *     PROVE   0x02                            PROOF   0x81 ‖ generation(1) ‖ proof(8)
 *     ADOPT   0x03 ‖ generation(1) ‖ T(8)     NONE    0x80
 */

import { type Answer, emitCommand, readAnswer } from "../wire/command.ts";
import { checkNumber, checkOctets, concat } from "../wire/octets.ts";

const ADOPT = 0x03;
const NONE = 0x80;
const T_OCTETS = 8;

export const PROVE: Uint8Array = emitCommand({ command: "PROVE" });

export interface Adopt {
  /** 0..255. */
  readonly generation: number;
  /** 8 octets, which only who knows the new root can make. */
  readonly T: Uint8Array;
}

/** The payload; RangeError naming the field that does not fit. */
export function emitAdopt({ generation, T }: Adopt): Uint8Array {
  checkNumber("generation", generation, 0, 0xff);
  checkOctets("T", T, T_OCTETS);
  return concat(Uint8Array.of(ADOPT, generation), T);
}

/** What the device says of its newest root; undefined: nothing that can be understood. */
export function readRootAnswer(payload: Uint8Array): Answer | "none" | undefined {
  return payload.length === 1 && payload[0] === NONE ? "none" : readAnswer(payload);
}
