/** An explanation for a program: octets as lower case hex, numbers as numbers, what does not apply as null. */

import { STATUS } from "../../device/abi.ts";
import { toHex } from "../octets.ts";
import type { Explanation, Verdict } from "./explain.ts";
import type { Row } from "./row.ts";

/** The value of one frame's explanation, ready for JSON.stringify. */
export function explanationJson({ octets, type, verdicts, rows, opening, payloadRows }: Explanation) {
  return {
    frame: toHex(octets),
    type: type ?? null,
    direction: verdicts.length === 1 ? DIRECTIONS[verdicts[0].by] : null,
    taken: verdicts.some(({ taken }) => taken),
    verdicts: verdicts.map(verdictJson),
    fields: rows.map(rowJson),
    mic: opening
      ? {
          verified: opening.outcome === "verified",
          sender: opening.sender,
          nonce: toHex(opening.nonce),
          aad: toHex(opening.aad),
        }
      : null,
    payload: opening?.outcome === "verified" ? toHex(opening.payload) : null,
    payloadFields: payloadRows.map(rowJson),
  };
}

/** By who receives. */
export const DIRECTIONS = { device: "down", AP: "up" } as const;

/** An AP counts reasons by their name; the number is what a device's amp_receive returns. */
function verdictJson({ by, taken, status, check, why }: Verdict) {
  const number = by === "device" && status ? STATUS[status] : null;
  return { by, taken, status: status ?? null, number, check: check ?? null, why };
}

function rowJson({ offset, octets, of, bits, field, value, meaning }: Row) {
  return { offset, octets: toHex(octets), of: of ?? null, bits: bits ?? null, field, value, meaning };
}
