/** The body of a frame, told field by field, whatever its length turns out to be. */

import type { FrameType } from "../fc.ts";
import { readBe16, readLe16 } from "../octets.ts";
import { PN_OCTETS, type Profile, profileOf } from "../profile.ts";
import type { Tdc } from "../tdc.ts";
import { ADDRESS_OCTETS, GROUP_BIT, MODIFIER_OCTETS } from "../trigger.ts";
import { ACCESS, ACCESS_FIELDS, SLOT_UNIT_us, TRIGGER_INFO_OCTETS, UL_RATES_kbps } from "../triggerinfo.ts";
import { address, octetCount, type Rows, textOrHex } from "./row.ts";

/** Takes what is left: the body of a frame of this type, or octets that nothing can be said of. */
export function tellBody(rows: Rows, type: FrameType | undefined, tdc: Tdc): void {
  const profile = profileOf(tdc.profile);
  if (type === undefined || profile === undefined) {
    rows.take("body", rows.left, () => ({ meaning: `not told apart: ${type ? "no such profile" : "no such type"}` }));
    return;
  }
  if (type === "Trigger") {
    tellTrigger(rows, tdc, profile);
    return;
  }
  if (type === "Response") rows.take("SNonce", profile.N, () => ({ meaning: "drawn by the device for this exchange" }));
  else rows.take("PN", PN_OCTETS, (octets) => ({ value: `${readBe16(octets, 0)}`, meaning: "packet number" }));
  tellProtected(rows, tdc, profile);
}

function tellTrigger(rows: Rows, tdc: Tdc, profile: Profile): void {
  tellTriggerInfo(rows);
  rows.take("AA", ADDRESS_OCTETS, (aa) => ({
    value: address(aa),
    meaning: aa[0] & GROUP_BIT ? "a group address: no AP has one" : "the AP's address",
  }));
  rows.take("ANonce", profile.N, () => ({ meaning: "drawn by the AP for this trigger" }));
  if (tdc.modifier) rows.take("Modifier", MODIFIER_OCTETS, () => ({ meaning: "makes this AP's PMK out of the root" }));
  rows.take("DL data", rows.left, (data) => ({ meaning: `${textOrHex(data)}, not to be acted on before the M3` }));
}

/** One row for all six octets, then their parts. */
function tellTriggerInfo(rows: Rows): void {
  const of = "TriggerInfo";
  rows.head(of, TRIGGER_INFO_OCTETS, "who may answer, and when");
  rows.take("Session ID", 1, ([id]) => ({ value: `${id}`, meaning: "" }), of);
  const access = rows.take("access octet", 1, () => ({ meaning: "" }), of);
  if (access !== undefined) {
    rows.parts(of, access[0], ACCESS_FIELDS, {
      acwe: ["ACWE", (value) => `ABOC drawn from 0..${2 ** value - 1}`],
      ulRate: ["UL rate", (value) => (value < UL_RATES_kbps.length ? `${UL_RATES_kbps[value]} kb/s` : "reserved")],
      access: ["access", accessMeaning],
    });
  }
  rows.take("slots", 1, ([slots]) => ({ value: `${slots}`, meaning: slots === 0 ? "reserved: none" : "" }), of);
  rows.take("Slot Duration", 2, slotDuration, of);
  rows.take("zero", 1, ([octet]) => ({ value: `${octet}`, meaning: octet === 0 ? "" : "reserved: not 0" }), of);
}

function slotDuration(octets: Uint8Array): { value: string; meaning: string } {
  const duration_4us = readLe16(octets, 0);
  return { value: `${duration_4us}`, meaning: `${duration_4us * SLOT_UNIT_us} us` };
}

function accessMeaning(value: number): string {
  if (value === ACCESS.randomSlots) return "random slots";
  return value === ACCESS.thisStationOnly ? "this station only" : "reserved";
}

/** payload ‖ MIC(M), the last fields of a protected frame. */
function tellProtected(rows: Rows, { encrypted }: Tdc, { M }: Profile): void {
  const payload = Math.max(0, rows.left - M);
  rows.take(encrypted ? "ciphertext" : "payload", payload, (octets) => ({
    meaning: encrypted ? `${octetCount(octets.length)} under TK` : textOrHex(octets),
  }));
  rows.take("MIC", M, () => ({ meaning: `${encrypted ? "CCM, under TK" : "CMAC, under KCK"}` }));
}
