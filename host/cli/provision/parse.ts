import { BACKSCATTER_SENTENCE } from "../../keys/class.ts";
import { COUNTER_MAX } from "../../keys/record.ts";
import { UsageError } from "../verb.ts";

/** Refuses every class but active-tx, a backscatter device in the draft's words (002-A12). */
export function checkClass(name: string): void {
  if (name === "active-tx") return;
  if (name === "backscatter") {
    throw new UsageError(
      `--class backscatter is refused, as 3.5.1 has it: "${BACKSCATTER_SENTENCE}"; only --class active-tx can be provisioned`,
    );
  }
  throw new UsageError(
    `--class ${JSON.stringify(name)} is no class of an AMP device: they are active-tx and backscatter (which is refused)`,
  );
}

/** 02:c0:ff:ee:00:01, with colons, hyphens or nothing between the octets. */
export function parseSpa(text: string): Uint8Array {
  const octets = /^([0-9a-f]{2})([:-]?)([0-9a-f]{2}\2){4}[0-9a-f]{2}$/i.test(text)
    ? Buffer.from(text.replace(/[:-]/g, ""), "hex")
    : undefined;
  if (!octets) {
    throw new UsageError(`--spa ${JSON.stringify(text)} is not an address: six octets in hex, like 02:c0:ff:ee:00:01`);
  }
  if (octets[0] & 0x01) {
    throw new UsageError(`--spa ${text} is a group address: a device's first octet is even, like 02:c0:ff:ee:00:01`);
  }
  return new Uint8Array(octets);
}

/** A whole decimal number that the boot counter can hold. */
export function parseCounter(text: string): number {
  const counter = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(counter <= COUNTER_MAX)) {
    throw new UsageError(`--counter ${JSON.stringify(text)} is not a whole number from 0 to ${COUNTER_MAX}`);
  }
  return counter;
}
