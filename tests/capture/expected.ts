/** What host/wire says of a captured frame, in the fields of the dissector. */

import { readBits } from "../../host/wire/bits.ts";
import { checkDownlink, checkUplink, type Refusal } from "../../host/wire/check.ts";
import { FC_FIELDS, typeOf } from "../../host/wire/fc.ts";
import { ackCrcOf } from "../../host/wire/fcs.ts";
import { bodyMinOctets, type Frame, readFrame } from "../../host/wire/frame.ts";
import { MacView } from "../../host/wire/mac.ts";
import { readBe16, readLe16 } from "../../host/wire/octets.ts";
import { profileOf } from "../../host/wire/profile.ts";
import { checkPn } from "../../host/wire/session.ts";
import { readTdc, TDC_FIELDS } from "../../host/wire/tdc.ts";
import { toHex } from "../support/hex.ts";
import type { ReadPacket } from "./read.ts";

/** All fields that a frame's own octets fill, and what of them is generated. */
export const FIELDS = [
  ...["fc", "fc.type", "fc.protected", "fc.reserved", "id", "tdc", "tdc.length", "tdc.encrypted", "tdc.modifier"],
  ...["tdc.generation", "tdc.profile", "tdc.command", "tdc.reserved", "info", "info.session_id", "info.acwe"],
  ...["info.ul_rate", "info.access", "info.slots", "info.slot_duration", "info.zero", "aa", "anonce", "modifier"],
  ...["dl_data", "snonce", "pn", "payload", "mic", "fcs", "ack_crc", "fcs.good", "refusal", "refusal.check"],
  ...["cut", "cut.missing", "direction"],
].map((name) => `ampbp.${name}`);

/** By field: a number, a truth, hex digits or a text; a field that is not named here the frame does not have. */
export type Expected = Record<string, string | number | boolean>;

/** Of a frame that is all there, or too short for a TDC to tell; of one that is cut, without the fields of its body. */
export function expectedOf({ octets, whole_octets, direction }: ReadPacket): Expected {
  const missing = whole_octets - octets.length;
  const refusal = refusalOf(octets, direction);
  return named({
    direction,
    cut: missing > 0,
    ...(missing > 0 && { "cut.missing": missing }),
    ...(refusal && { refusal: refusal.status, "refusal.check": refusal.check }),
    ...headerOf(octets),
    ...(missing === 0 && { ...tailOf(octets), ...bodyOf(octets) }),
  });
}

/** Does the whole frame have a body that a codec can read, whatever else is wrong with it? */
export function isReadable(octets: Uint8Array): boolean {
  return readableOf(octets) !== undefined;
}

/**
 * Of a frame that is cut: the fields of its body as they would be with zeros behind what is there. The dissector has
 * those of them that are all there.
 */
export function expectedOfCut({ octets, whole_octets }: ReadPacket): Expected {
  const padded = new Uint8Array(whole_octets);
  padded.set(octets);
  return named(octets.length < 5 ? {} : bodyOf(padded));
}

function named(values: Expected): Expected {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`ampbp.${name}`, value]));
}

function refusalOf(octets: Uint8Array, direction: "up" | "down"): Refusal | undefined {
  const { refusal, frame } = direction === "up" ? checkUplink(octets) : checkDownlink(octets);
  if (refusal) return refusal;
  return frame.type === "Confirm" || frame.type === "Data" ? checkPn(frame) : undefined;
}

function headerOf(octets: Uint8Array): Expected {
  const values: Expected = {};
  if (octets.length >= 1) {
    values.fc = octets[0];
    values["fc.type"] = readBits(octets[0], FC_FIELDS.type);
    values["fc.protected"] = readBits(octets[0], FC_FIELDS.protected) === 1;
    values["fc.reserved"] = readBits(octets[0], FC_FIELDS.reserved);
  }
  if (octets.length >= 3) values.id = readLe16(octets, 1);
  if (octets.length >= 5 && typeOf(octets[0]) !== "Ack") values.tdc = readLe16(octets, 3);
  return values;
}

/** TDC's parts and the check sequence. */
function tailOf(octets: Uint8Array): Expected {
  if (octets.length > 3 && typeOf(octets[0]) === "Ack") {
    return { ack_crc: octets[3], "fcs.good": octets[3] === ackCrcOf(octets) };
  }
  if (octets.length < 7 || typeOf(octets[0]) === "Ack") return {};
  const { tdc, fcs, rightFcs } = new MacView(octets);
  const part = (name: keyof typeof TDC_FIELDS): number => readBits(tdc, TDC_FIELDS[name]);
  return {
    "tdc.length": part("length"),
    "tdc.encrypted": part("encrypted") === 1,
    "tdc.modifier": part("modifier") === 1,
    "tdc.generation": part("generation"),
    "tdc.profile": part("profile"),
    "tdc.command": part("command") === 1,
    "tdc.reserved": part("reserved"),
    fcs,
    "fcs.good": fcs === rightFcs,
  };
}

function readableOf(octets: Uint8Array): Frame | undefined {
  const type = octets.length > 0 ? typeOf(octets[0]) : undefined;
  if (type === undefined || type === "Ack" || octets.length < 8) return undefined;
  const mac = new MacView(octets);
  const tdc = readTdc(mac.tdc);
  const profile = profileOf(tdc.profile);
  if (!profile || mac.bodyLength < bodyMinOctets(type, tdc, profile)) return undefined;
  return readFrame(type, mac, tdc, profile);
}

function bodyOf(octets: Uint8Array): Expected {
  const frame = readableOf(octets);
  if (frame === undefined || frame.type === "Ack") return {};
  if (frame.type !== "Trigger") {
    const own: Expected = frame.type === "Response" ? { snonce: toHex(frame.sNonce) } : { pn: readBe16(octets, 5) };
    return { ...own, ...unlessEmpty("payload", frame.payload), mic: toHex(frame.mic) };
  }
  const { info, aa, aNonce, modifier, dlData } = frame;
  return {
    info: toHex(octets.subarray(5, 11)),
    "info.session_id": info.sessionId,
    "info.acwe": info.acwe,
    "info.ul_rate": info.ulRate,
    "info.access": info.access,
    "info.slots": info.slots,
    "info.slot_duration": info.slotDuration_4us,
    "info.zero": octets[10],
    aa: toHex(aa),
    anonce: toHex(aNonce),
    ...(modifier && { modifier: toHex(modifier) }),
    ...unlessEmpty("dl_data", dlData),
  };
}

/** Fields of no octets are not shown. */
function unlessEmpty(name: string, octets: Uint8Array): Expected {
  return octets.length > 0 ? { [name]: toHex(octets) } : {};
}

/** Is what tshark prints of a field that value? */
export function isSame(printed: string, value: string | number | boolean): boolean {
  if (typeof value === "number") return Number(printed) === value;
  if (typeof value === "boolean") return (value ? ["1", "True"] : ["0", "False"]).includes(printed);
  return printed === value || printed.replaceAll(":", "") === value;
}
