/** What the process that is killed and the one that looks at what is left agree on. */
import { createHash } from "node:crypto";
import { join } from "node:path";

export const AAS: readonly Uint8Array[] = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)];
/** Each of the KEK's. */
export const KEK_OCTET = 0x4b;

export function spaOf(n: number): Uint8Array {
  return Uint8Array.of(2, 0xc0, 0xff, 0xee, n >> 8, n & 0xff);
}

/** Any 32 octets that both know. */
export function pskOf(spa: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update("PSK in these tests").update(spa).digest());
}

export function nvmFile(folder: string, n: number): string {
  return join(folder, `nvm-${n}`);
}
