/**
 * The checks of PROTOCOL.md section 4a that need neither key nor state, in the page's order: the first that fails is
 * the answer. The device's on what comes down; the AP's are the same on what comes up, as far as they have a meaning.
 */

import type { StatusName } from "../device/abi.ts";
import { ACK_CRC, ACK_OCTETS, type Ack } from "./ack.ts";
import { FC, type FrameType, SENT_BY, type Side, typeOf } from "./fc.ts";
import { ackCrcOf } from "./fcs.ts";
import { type BodyType, bodyMinOctets, type Frame, readFrame } from "./frame.ts";
import { BROADCAST_ID, FRAME_MAX_OCTETS, FRAME_MIN_OCTETS, MAC, MacView } from "./mac.ts";
import type { Confirm, Data } from "./numbered.ts";
import { readLe16 } from "./octets.ts";
import { type Profile, profileOf } from "./profile.ts";
import type { Response } from "./response.ts";
import { readTdc, reservedInTdc, type Tdc } from "./tdc.ts";
import { GROUP_BIT, TRIGGER, type Trigger } from "./trigger.ts";
import { readTriggerInfo, reservedInTriggerInfo } from "./triggerinfo.ts";

/** Which check refused: each names what it looks at, in the order in which they run; the last three need a session. */
export type CheckName =
  | "length of the frame"
  | "ID"
  | "type"
  | "FCS"
  | "reserved bits"
  | "body length by TDC"
  | "profile"
  | "body length by type"
  | "AA"
  | "TriggerInfo"
  | "session profile"
  | "session generation"
  | "PN";

/** Why a frame is dropped: the status of section 5, which an AP counts by its name, and the check that found it. */
export interface Refusal {
  readonly status: StatusName;
  readonly check: CheckName;
}

/** What becomes of a frame. */
export type Checked<F extends Frame> =
  | { readonly refusal: Refusal; readonly frame?: undefined }
  | { readonly refusal?: undefined; readonly frame: F };

export type DownlinkFrame = Trigger | Confirm | Data | Ack;
export type UplinkFrame = Response | Data | Ack;

/** Who listens on a device. */
export interface Listener {
  /** As id.ts makes it from the SPA. */
  readonly id: number;
  readonly spa: Uint8Array;
}

/** Checks any octets as `device` does; without it, as whichever device they are addressed to. Never throws. */
export function checkDownlink(octets: Uint8Array, device?: Listener): Checked<DownlinkFrame> {
  const passed = checkDown(octets, device);
  // SENT_BY.AP holds exactly the types of DownlinkFrame.
  return ("status" in passed ? { refusal: passed } : { frame: read(passed) }) as Checked<DownlinkFrame>;
}

/**
 * What the radio side of a station looks at of a trigger, whoever it is for, and what checkDownlink would find in it: no
 * octet string is read. undefined: it is none, or any device would refuse it.
 */
export function announcedIn(octets: Uint8Array): Pick<Trigger, "id" | "info"> | undefined {
  const passed = checkDown(octets, undefined);
  if ("status" in passed || passed.type !== "Trigger") return undefined;
  return { id: passed.mac.id, info: readTriggerInfo(octets, MAC.body + TRIGGER.info) };
}

/** Checks any octets as an AP does that serves devices of the IDs for which `serves` is true. Never throws. */
export function checkUplink(octets: Uint8Array, serves: (id: number) => boolean = () => true): Checked<UplinkFrame> {
  const passed = checkFrame(octets, "device", (id) => id !== BROADCAST_ID && serves(id));
  // SENT_BY.device holds exactly the types of UplinkFrame.
  return ("status" in passed ? { refusal: passed } : { frame: read(passed) }) as Checked<UplinkFrame>;
}

/** A frame that passed the checks, with all that it takes to read its fields. */
interface Passed {
  readonly type: BodyType;
  readonly mac: MacView;
  readonly tdc: Tdc;
  readonly profile: Profile;
}

function read(passed: Passed | Ack): Frame {
  return passed.type === "Ack" ? passed : readFrame(passed.type, passed.mac, passed.tdc, passed.profile);
}

function checkDown(octets: Uint8Array, device: Listener | undefined): Passed | Ack | Refusal {
  const isForMe = (id: number, type: FrameType | undefined): boolean =>
    id === BROADCAST_ID ? type === "Trigger" : device === undefined || id === device.id;
  const passed = checkFrame(octets, "AP", isForMe);
  if ("status" in passed || passed.type !== "Trigger") return passed;
  return checkTrigger(octets, passed.mac.id, device) ?? passed;
}

function checkFrame(
  octets: Uint8Array,
  sender: Side,
  isForMe: (id: number, type: FrameType | undefined) => boolean,
): Passed | Ack | Refusal {
  const type = octets.length > 0 ? typeOf(octets[MAC.fc]) : undefined;
  const isAck = type === "Ack";

  if (octets.length < (isAck ? ACK_OCTETS : FRAME_MIN_OCTETS)) return refuse("too short", "length of the frame");
  if (octets.length > (isAck ? ACK_OCTETS : FRAME_MAX_OCTETS)) return refuse("too long", "length of the frame");

  const id = readLe16(octets, MAC.id);
  if (!isForMe(id, type)) return refuse("not for me", "ID");
  if (type === undefined || !SENT_BY[sender].includes(type)) return refuse("bad type", "type");

  if (type === "Ack") {
    if (ackCrcOf(octets) !== octets[ACK_CRC]) return refuse("bad FCS", "FCS");
    return octets[MAC.fc] === FC.Ack ? { type, id } : refuse("reserved bits", "reserved bits");
  }
  const mac = new MacView(octets);
  if (mac.fcs !== mac.rightFcs) return refuse("bad FCS", "FCS");
  if (mac.fc !== FC[type] || reservedInTdc(type, mac.tdc).length > 0) return refuse("reserved bits", "reserved bits");

  const tdc = readTdc(mac.tdc);
  if (tdc.bodyLength !== mac.bodyLength) return refuse("bad length", "body length by TDC");
  const profile = profileOf(tdc.profile);
  if (profile === undefined) return refuse("bad profile", "profile");
  if (mac.bodyLength < bodyMinOctets(type, tdc, profile)) return refuse("bad length", "body length by type");
  return { type, mac, tdc, profile };
}

function refuse(status: StatusName, check: CheckName): Refusal {
  return { status, check };
}

/** The two checks that the table of 4a has for a Trigger before anything is done for it. */
function checkTrigger(octets: Uint8Array, id: number, device: Listener | undefined): Refusal | undefined {
  const aa = MAC.body + TRIGGER.aa;
  // A2 tells the directions apart, so no AP may have a device's address (section 3).
  const isOwn = device?.spa.every((octet, i) => octet === octets[aa + i]);
  if (isOwn || octets[aa] & GROUP_BIT) return refuse("not for me", "AA");
  const isReserved = reservedInTriggerInfo(octets, id, MAC.body + TRIGGER.info).length > 0;
  return isReserved ? refuse("reserved bits", "TriggerInfo") : undefined;
}
