/** The reason of a refusal in a sentence, with the numbers that make it one: for a reader, never for a decision. */

import { ACK_OCTETS } from "../ack.ts";
import type { CheckName, Listener, Refusal } from "../check.ts";
import { FC, FC_FIELDS, type FrameType, type Side, typeOf } from "../fc.ts";
import { ackCrcOf } from "../fcs.ts";
import { type BodyType, bodyMinOctets } from "../frame.ts";
import { BROADCAST_ID, FRAME_MAX_OCTETS, FRAME_MIN_OCTETS, MAC, MacView } from "../mac.ts";
import { readBe16, readLe16, toHex } from "../octets.ts";
import { PROFILES, profileOf } from "../profile.ts";
import type { SessionFacts } from "../session.ts";
import { readTdc, reservedInTdc, TDC_FIELDS } from "../tdc.ts";
import { GROUP_BIT, TRIGGER } from "../trigger.ts";
import { reservedInTriggerInfo } from "../triggerinfo.ts";
import { rightFcs } from "./header.ts";
import { address, hexNumber, octetCount } from "./row.ts";

/** What the refusing side knew. */
export interface Refuser {
  readonly side: Side;
  readonly device?: Listener;
  /** Of the session that the frame claims to belong to. */
  readonly session?: Pick<SessionFacts, "profile"> & Partial<SessionFacts>;
}

/** Why `octets` were refused: they are those that the refusal is about. */
export function whyRefused({ check }: Refusal, octets: Uint8Array, refuser: Refuser): string {
  return WHY[check](octets, refuser, octets.length > 0 ? typeOf(octets[MAC.fc]) : undefined);
}

type Why = (octets: Uint8Array, refuser: Refuser, type: FrameType | undefined) => string;

const WHY: Readonly<Record<CheckName, Why>> = {
  "length of the frame": ({ length }, _, type) => {
    if (type === "Ack") return `${octetCount(length)}, where an Ack has ${ACK_OCTETS}`;
    return `${octetCount(length)}, where a frame has ${FRAME_MIN_OCTETS} to ${FRAME_MAX_OCTETS}`;
  },

  ID: (octets, { side, device }) => {
    const id = readLe16(octets, MAC.id);
    if (id === BROADCAST_ID) return "ID 0xffff is for a Trigger only";
    const whose = device && `, where SPA ${address(device.spa)} gives ${hexNumber(device.id)}`;
    return `ID ${hexNumber(id)} is ${side === "device" ? "another device's" : "of no device that is served"}${whose ?? ""}`;
  },

  type: (octets, { side }, type) =>
    type === undefined
      ? `no frame has type ${octets[MAC.fc] & ((1 << FC_FIELDS.type.width) - 1)}`
      : `a ${type} never comes from ${side === "device" ? "an AP" : "a device"}`,

  FCS: (octets, _, type) =>
    type === "Ack"
      ? `the CRC-8 is ${toHex(octets.subarray(-1))}, FC and ID give ${toHex(Uint8Array.of(ackCrcOf(octets)))}`
      : `the FCS is ${toHex(octets.subarray(-2))}, the octets before it give ${toHex(rightFcs(octets))}`,

  "reserved bits": (octets, _, type) => {
    const isFcRight = octets[MAC.fc] === FC[type as FrameType];
    if (!isFcRight) return `FC is ${hexOctet(octets[MAC.fc])}, where a ${type} has ${hexOctet(FC[type as FrameType])}`;
    const names = reservedInTdc(type as FrameType, readLe16(octets, MAC.tdc));
    return `TDC ${names.map((name) => `${bitsOf(name)} (${name})`).join(" and ")} not 0 in a ${type}`;
  },

  "body length by TDC": (octets) => {
    const mac = new MacView(octets);
    return `TDC tells of a body of ${octetCount(readTdc(mac.tdc).bodyLength)}, the frame has ${mac.body.length}`;
  },

  profile: (octets) => {
    const known = PROFILES.map(({ number, name }) => `${number} (${name})`).join(", ");
    return `there is no profile ${readTdc(readLe16(octets, MAC.tdc)).profile}, only ${known}`;
  },

  "body length by type": (octets, _, type) => {
    const { body, tdc } = new MacView(octets);
    const profile = profileOf(readTdc(tdc).profile) ?? PROFILES[0];
    const min = bodyMinOctets(type as BodyType, readTdc(tdc), profile);
    return `a body of ${octetCount(body.length)}, where a ${profile.name} ${type} has ${min} or more`;
  },

  AA: (octets) => {
    const aa = octets.subarray(MAC.body + TRIGGER.aa, MAC.body + TRIGGER.aNonce);
    return `AA ${address(aa)} is ${aa[0] & GROUP_BIT ? "a group address" : "the device's own SPA"}`;
  },

  TriggerInfo: (octets) => {
    const found = reservedInTriggerInfo(octets.subarray(MAC.body + TRIGGER.info), readLe16(octets, MAC.id));
    return `reserved in TriggerInfo: ${found.join(", ")}`;
  },

  "session profile": (octets, { session }) => {
    const { profile } = readTdc(readLe16(octets, MAC.tdc));
    return `profile ${profile}, where the session has ${session?.profile.number} (${session?.profile.name})`;
  },

  "session generation": (octets, { session }) => {
    const { generation } = readTdc(readLe16(octets, MAC.tdc));
    return `generation ${generation} mod 4, where the session has ${session?.generation}`;
  },

  PN: (octets, _, type) => {
    const pn = readBe16(octets, MAC.body);
    return `PN ${pn}, where ${type === "Confirm" ? "a Confirm has 1" : "the first Data of a direction has 2 or more"}`;
  },
};

function hexOctet(octet: number): string {
  return `0x${toHex(Uint8Array.of(octet))}`;
}

/** "bit 6", "bits 14-15" */
function bitsOf(name: keyof typeof TDC_FIELDS): string {
  const { at, width } = TDC_FIELDS[name];
  return width === 1 ? `bit ${at}` : `bits ${at}-${at + width - 1}`;
}
