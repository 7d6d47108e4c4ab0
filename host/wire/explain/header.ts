/** What stands around the body of every frame, told field by field: FC, ID, TDC, FCS; and the whole of an Ack. */

import { FC, FC_FIELDS, type FrameType, typeOf } from "../fc.ts";
import { ackCrcOf, FCS_OCTETS, fcsOf } from "../fcs.ts";
import { BROADCAST_ID } from "../mac.ts";
import { le16, readLe16, toHex } from "../octets.ts";
import { profileOf } from "../profile.ts";
import { readTdc, reservedInTdc, TDC_FIELDS, type Tdc } from "../tdc.ts";
import { hexNumber, octetCount, type Rows } from "./row.ts";

/** A frame's name in the page and in the exchange. */
export const TITLES: Readonly<Record<FrameType, string>> = {
  Trigger: "Trigger (M1)",
  Response: "Response (M2)",
  Confirm: "Confirm (M3)",
  Data: "Data",
  Ack: "Ack",
};

/** Takes FC and tells which type it names. */
export function tellFc(rows: Rows): FrameType | undefined {
  const octet = rows.take("FC", 1, ([fc]) => ({ value: `0x${toHex(Uint8Array.of(fc))}`, meaning: "frame control" }));
  if (octet === undefined) return undefined;
  const type = typeOf(octet[0]);
  const isProtected = type !== undefined && (FC[type] & (1 << FC_FIELDS.protected.at)) !== 0;
  rows.parts("FC", octet[0], FC_FIELDS, {
    type: ["Type", (value) => (type ? TITLES[type] : `no frame has type ${value}`)],
    protected: [
      "Protected",
      (value) => {
        if (type !== undefined && (value === 1) !== isProtected) return `reserved: a ${type} sends ${1 - value}`;
        return value === 1 ? "the body ends in a MIC" : "no MIC";
      },
    ],
    reserved: ["reserved", reserved],
  });
  return type;
}

/** Takes ID; `own` is the one that a known device has. */
export function tellId(rows: Rows, own: number | undefined): void {
  rows.take("ID", 2, (octets) => {
    const id = readLe16(octets, 0);
    const whose =
      own === undefined ? "short identifier of the device" : id === own ? "fits the SPA" : "not of that SPA";
    return { value: hexNumber(id), meaning: id === BROADCAST_ID ? "every device: for a Trigger only" : whose };
  });
}

/** Takes TDC; undefined if it is cut off. */
export function tellTdc(rows: Rows, type: FrameType | undefined): Tdc | undefined {
  const octets = rows.take("TDC", 2, (tdc) => ({
    value: hexNumber(readLe16(tdc, 0)),
    meaning: "type dependent control",
  }));
  if (octets === undefined) return undefined;
  const word = readLe16(octets, 0);
  const zeros = type === undefined ? [] : reservedInTdc(type, word);
  const unless = (name: keyof typeof TDC_FIELDS, meaning: string): string =>
    zeros.includes(name) ? `reserved here: a ${type} sends 0` : meaning;
  rows.parts("TDC", word, TDC_FIELDS, {
    length: ["Length", (value) => `body of ${octetCount(value + 1)}`],
    encrypted: ["Encrypted", (value) => unless("encrypted", value ? "payload encrypted with TK" : "all in clear")],
    modifier: [
      "Modifier present",
      (value) => unless("modifier", value ? "a Modifier follows the ANonce" : type === "Trigger" ? "direct mode" : ""),
    ],
    generation: ["Generation", () => `root generation mod 4${type === "Trigger" ? ", the newest at the AP" : ""}`],
    profile: ["Profile", profileMeaning],
    command: ["Command", (value) => unless("command", value ? "the payload is a command" : "")],
    reserved: ["reserved", reserved],
  });
  return readTdc(word);
}

/** Takes the FCS, which stands over the `before` octets of `frame`. */
export function tellFcs(rows: Rows, frame: Uint8Array): void {
  const before = frame.length - FCS_OCTETS;
  rows.take("FCS", FCS_OCTETS, (octets) => ({
    value: hexNumber(readLe16(octets, 0)),
    meaning: readLe16(octets, 0) === fcsOf(frame, before) ? "right" : `wrong: ${toHex(rightFcs(frame))} would be right`,
  }));
}

/** The two octets that would be a right FCS at the end of these. */
export function rightFcs(frame: Uint8Array): Uint8Array {
  return le16(fcsOf(frame, frame.length - FCS_OCTETS));
}

/** Takes the CRC-8 of an Ack. */
export function tellAckCrc(rows: Rows, frame: Uint8Array): void {
  rows.take("CRC-8", 1, ([crc]) => ({
    meaning: crc === ackCrcOf(frame) ? "right" : `wrong: ${toHex(Uint8Array.of(ackCrcOf(frame)))} would be right`,
  }));
}

/** What bits say that are sent as 0. */
function reserved(value: number): string {
  return value === 0 ? "as sent" : "not 0: a frame with it is dropped";
}

function profileMeaning(number: number): string {
  const profile = profileOf(number);
  if (profile === undefined) return "no profile: a frame with it is dropped";
  return `${profile.name}: nonces of ${profile.N} octets, MIC of ${profile.M}`;
}
