/**
 * The checks of PROTOCOL.md section 4a that need neither key nor state, in the page's order: the first that fails is
 * the answer. The device's on what comes down; the AP's are the same on what comes up, as far as they have a meaning.
 */

import type { StatusName } from "../device/abi.ts";
import { ACK_CRC, ACK_OCTETS, type Ack } from "./ack.ts";
import { FC, type FrameType, SENT_BY, type Side, typeOf } from "./fc.ts";
import { ackCrcOf } from "./fcs.ts";
import { type BodyFrame, bodyMinOctets, type Frame, readFrame } from "./frame.ts";
import { BROADCAST_ID, FRAME_MAX_OCTETS, FRAME_MIN_OCTETS, MAC, MacView } from "./mac.ts";
import type { Confirm, Data } from "./numbered.ts";
import { compareOctets, readLe16 } from "./octets.ts";
import { profileOf } from "./profile.ts";
import type { Response } from "./response.ts";
import { readTdc, reservedInTdc } from "./tdc.ts";
import { GROUP_BIT, TRIGGER, type Trigger } from "./trigger.ts";
import { reservedInTriggerInfo } from "./triggerinfo.ts";

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
  const isForMe = (id: number, type: FrameType | undefined): boolean =>
    id === BROADCAST_ID ? type === "Trigger" : device === undefined || id === device.id;
  const checked = checkFrame(octets, "AP", isForMe);
  if (checked.frame?.type === "Trigger") {
    const refusal = checkTrigger(octets, checked.frame, device);
    if (refusal) return { refusal };
  }
  // SENT_BY.AP holds exactly the types of DownlinkFrame.
  return checked as Checked<DownlinkFrame>;
}

/** Checks any octets as an AP does that serves devices of the IDs for which `serves` is true. Never throws. */
export function checkUplink(octets: Uint8Array, serves: (id: number) => boolean = () => true): Checked<UplinkFrame> {
  // SENT_BY.device holds exactly the types of UplinkFrame.
  return checkFrame(octets, "device", (id) => id !== BROADCAST_ID && serves(id)) as Checked<UplinkFrame>;
}

function checkFrame(
  octets: Uint8Array,
  sender: Side,
  isForMe: (id: number, type: FrameType | undefined) => boolean,
): Checked<Frame> {
  const type = octets.length > 0 ? typeOf(octets[MAC.fc]) : undefined;
  const isAck = type === "Ack";
  const refuse = (status: StatusName, check: CheckName): Checked<Frame> => ({ refusal: { status, check } });

  if (octets.length < (isAck ? ACK_OCTETS : FRAME_MIN_OCTETS)) return refuse("too short", "length of the frame");
  if (octets.length > (isAck ? ACK_OCTETS : FRAME_MAX_OCTETS)) return refuse("too long", "length of the frame");

  const id = readLe16(octets, MAC.id);
  if (!isForMe(id, type)) return refuse("not for me", "ID");
  if (type === undefined || !SENT_BY[sender].includes(type)) return refuse("bad type", "type");

  if (type === "Ack") {
    if (ackCrcOf(octets) !== octets[ACK_CRC]) return refuse("bad FCS", "FCS");
    return octets[MAC.fc] === FC.Ack ? { frame: { type, id } } : refuse("reserved bits", "reserved bits");
  }
  const mac = new MacView(octets);
  if (mac.fcs !== mac.rightFcs) return refuse("bad FCS", "FCS");
  if (mac.fc !== FC[type] || reservedInTdc(type, mac.tdc).length > 0) return refuse("reserved bits", "reserved bits");

  const tdc = readTdc(mac.tdc);
  if (tdc.bodyLength !== mac.body.length) return refuse("bad length", "body length by TDC");
  const profile = profileOf(tdc.profile);
  if (profile === undefined) return refuse("bad profile", "profile");
  if (mac.body.length < bodyMinOctets(type, tdc, profile)) return refuse("bad length", "body length by type");
  const frame: BodyFrame = readFrame(type, mac, tdc, profile);
  return { frame };
}

/** The two checks that the table of 4a has for a Trigger before anything is done for it. */
function checkTrigger(octets: Uint8Array, { id, aa }: Trigger, device: Listener | undefined): Refusal | undefined {
  // A2 tells the directions apart, so no AP may have a device's address (section 3).
  const isOwn = device !== undefined && compareOctets(aa, device.spa) === 0;
  if (isOwn || aa[0] & GROUP_BIT) return { status: "not for me", check: "AA" };
  const info = octets.subarray(MAC.body + TRIGGER.info);
  if (reservedInTriggerInfo(info, id).length > 0) return { status: "reserved bits", check: "TriggerInfo" };
  return undefined;
}
