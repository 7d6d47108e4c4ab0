/** The key-encryption keys of these tests. */
import { Kek } from "../../../host/keys/store/kek.ts";

export const KEK: Kek = new Kek(new Uint8Array(32).fill(0x4b));
export const OTHER_KEK: Kek = new Kek(new Uint8Array(32).fill(0x4c));
