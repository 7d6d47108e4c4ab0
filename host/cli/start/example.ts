import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../build/build.ts";

/** Where the worked exchange is committed, relative to the repository. */
export const EXAMPLE_FILE = "tests/vectors/amp/example.json";

/** One worked exchange of the profile: what goes in, and what must come out. */
export interface Example {
  readonly spa: Uint8Array;
  readonly psk: Uint8Array;
  /** What the noise source says. */
  readonly entropy: Uint8Array;
  /** The record as it leaves manufacture. */
  readonly nvm: Uint8Array;
  readonly reading: Uint8Array;
  readonly m1: Uint8Array;
  readonly dlData: Uint8Array;
  /** Encrypted, as everything below. */
  readonly m2: Uint8Array;
  readonly m3: Uint8Array;
  readonly m3Payload: Uint8Array;
  /** Data up, the second frame of its direction. */
  readonly dataUp: Uint8Array;
  readonly dataPayload: Uint8Array;
}

export function readExample(): Example {
  const file = JSON.parse(readFileSync(join(ROOT, EXAMPLE_FILE), "utf8"));
  const octets = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, "hex"));
  return {
    spa: octets(file.spa),
    psk: octets(file.psk),
    entropy: octets(file.entropy),
    nvm: octets(file.nvmProvisioned),
    reading: octets(file.reading),
    m1: octets(file.m1),
    dlData: octets(file.dlData),
    m2: octets(file.ccm.m2),
    m3: octets(file.ccm.m3),
    m3Payload: octets(file.m3Payload),
    dataUp: octets(file.ccm.dataUlPn2),
    dataPayload: octets(file.dataPayload),
  };
}
