/** The KEKs of these tests. */
import { Kek } from "../../../host/keys/store/kek.ts";
import { KEK_OCTET } from "./loadplan.ts";

export const KEK = new Kek(new Uint8Array(32).fill(KEK_OCTET));
export const OTHER_KEK = new Kek(new Uint8Array(32).fill(KEK_OCTET + 1));
