/**
 * Downlink frames and situations that fail checks of PROTOCOL 4a on purpose: a draft starts right, and every fault
 * spoils it so that just one more check fails. Two faults of one draft do not undo each other.
 */
import type { StatusName } from "../../host/device/abi.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { concat } from "../twin/bytes.ts";
import { ackFrame, FC, idOf, withFcs } from "../twin/frames.ts";
import { CELLS, SLOTS } from "../twin/record.ts";
import { numberedFrame, type Session } from "../twin/session.ts";
import { COMPACT, labelled, SPA, WIDE } from "../vectors/world.ts";

type FrameType = "trigger" | "confirm" | "data" | "ack";

/** What the draft's frame is, and the situation that it comes in. */
interface Draft {
  /** The situation. */
  isBooted: boolean;
  state: 1 | 2 | 3;
  reading_octets: number;
  isSlotReadable: boolean;
  areCellsReadable: boolean;
  entropyWorks: boolean;
  /** What a Confirm or Data is sealed with, and whether its MIC is right. */
  profile: typeof COMPACT;
  generationAhead: number;
  pn: number;
  payload: Uint8Array;
  isCommand: boolean;
  isMicGood: boolean;
  /** Changes to the octets from FC to the last one of the body; body length in octets, null: as it comes. */
  readonly edits: ((octets: Uint8Array) => void)[];
  body_octets: number | null;
  isFcsGood: boolean;
  /** Octets of the frame as it is handed in, null: all of it. */
  frame_octets: number | null;
}

/** A way to fail one check. */
export interface Fault {
  readonly check: string;
  readonly status: StatusName;
  readonly spoil: (draft: Draft) => void;
}

function goodDraft(type: FrameType): Draft {
  return {
    isBooted: true,
    state: type === "data" ? 3 : type === "confirm" ? 2 : 1,
    reading_octets: 0,
    isSlotReadable: true,
    areCellsReadable: true,
    entropyWorks: true,
    profile: COMPACT,
    generationAhead: 0,
    pn: type === "data" ? 2 : 1,
    payload: Uint8Array.of(0x02),
    isCommand: type === "confirm",
    isMicGood: true,
    edits: [],
    body_octets: null,
    isFcsGood: true,
    frame_octets: null,
  };
}

const fault = (check: string, status: StatusName, spoil: (draft: Draft) => void): Fault => ({ check, status, spoil });
const edit = (at: number, change: (octet: number) => number) => (draft: Draft) => {
  draft.edits.push((octets) => {
    octets[at] = change(octets[at]);
  });
};

const NOT_BOOTED = fault("not booted", "not booted", (draft) => (draft.isBooted = false));
const TOO_LONG = fault("too long", "too long", (draft) => (draft.frame_octets = 72));
const NOT_FOR_ME = fault(
  "not for me",
  "not for me",
  edit(1, (octet) => octet ^ 1),
);
const BAD_FCS = fault("bad FCS", "bad FCS", (draft) => (draft.isFcsGood = false));

/** The checks that every frame but an Ack passes first. TDC bit 15 is reserved everywhere; type 9 is a Response. */
const COMMON: readonly Fault[] = [
  NOT_BOOTED,
  fault("too short", "too short", (draft) => (draft.frame_octets = 7)),
  TOO_LONG,
  NOT_FOR_ME,
  fault(
    "bad type",
    "bad type",
    edit(0, () => FC.response),
  ),
  BAD_FCS,
  fault(
    "reserved bits",
    "reserved bits",
    edit(4, (octet) => octet | 0x80),
  ),
  fault(
    "bad length (TDC)",
    "bad length",
    edit(3, (octet) => octet ^ 1),
  ),
  fault(
    "bad profile",
    "bad profile",
    edit(4, (octet) => octet & ~0x1c),
  ),
  fault("bad length (minimum)", "bad length", (draft) => (draft.body_octets = 9)),
];

/** The checks of 4a for each type, in the page's order. */
export const ORDER: Readonly<Record<FrameType, readonly Fault[]>> = {
  trigger: [
    ...COMMON,
    fault(
      "AA rule",
      "not for me",
      edit(11, (octet) => octet | 0x01),
    ),
    fault(
      "TriggerInfo",
      "reserved bits",
      edit(7, () => 0),
    ),
    fault("payload too long", "payload too long", (draft) => (draft.reading_octets = 41)),
    fault("NVM failed (slot)", "NVM failed", (draft) => (draft.isSlotReadable = false)),
    fault("NVM failed (counter)", "NVM failed", (draft) => (draft.areCellsReadable = false)),
    fault("entropy failed", "entropy failed", (draft) => (draft.entropyWorks = false)),
  ],
  confirm: [
    ...COMMON,
    fault("state 1", "no session", (draft) => (draft.state = 1)),
    fault("state 3", "replayed PN", (draft) => (draft.state = 3)),
    fault("profile as the session's", "bad profile", (draft) => (draft.profile = WIDE)),
    fault("generation as the session's", "no root of that generation", (draft) => (draft.generationAhead = 1)),
    fault("PN", "replayed PN", (draft) => (draft.pn = 2)),
    fault("MIC", "bad MIC", (draft) => (draft.isMicGood = false)),
    fault("command", "bad command", (draft) => (draft.payload = Uint8Array.of(0x03))),
  ],
  data: [
    ...COMMON,
    fault("state 2", "no session", (draft) => (draft.state = 2)),
    fault("profile as the session's", "bad profile", (draft) => (draft.profile = WIDE)),
    fault("generation as the session's", "no root of that generation", (draft) => (draft.generationAhead = 1)),
    fault("PN", "replayed PN", (draft) => (draft.pn = 1)),
    fault("MIC", "bad MIC", (draft) => (draft.isMicGood = false)),
  ],
  ack: [
    NOT_BOOTED,
    fault("too short", "too short", (draft) => (draft.frame_octets = 3)),
    fault("too long", "too long", (draft) => (draft.frame_octets = 5)),
    NOT_FOR_ME,
    BAD_FCS,
    fault(
      "reserved bits",
      "reserved bits",
      edit(0, (octet) => octet | 0x20),
    ),
  ],
};

/** Checks of which a frame can fail only one. */
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ["too short", "too long"],
  ["state 1", "state 3"],
];

export function canFailBoth(a: Fault, b: Fault): boolean {
  return !EXCLUSIVE.some(([x, y]) => a.check === x && b.check === y);
}

/** A station in the situation of a draft with these faults, and the draft's frame, not yet handed in. */
export function situation(
  module: WebAssembly.Module,
  type: FrameType,
  faults: readonly Fault[],
): { readonly scene: DeviceScene; readonly frame: Uint8Array } {
  const draft = goodDraft(type);
  for (const { spoil } of faults) spoil(draft);
  const scene = new DeviceScene(module);
  const session = inState(scene, draft.state);
  const reading = labelled("conformance, reading", draft.reading_octets);
  if (session === null) scene.station.setPayload(reading, false);
  const frame = framed(draft, unsealed(scene, type, draft, session));
  if (!draft.isBooted) scene.powerUp();
  const unreadable: number[] = [
    ...(draft.isSlotReadable ? [] : [SLOTS[0].offset]),
    ...(draft.areCellsReadable ? [] : [CELLS[0].offset]),
  ];
  scene.nvm.failRead = (offset) => unreadable.includes(offset);
  if (!draft.entropyWorks) scene.entropy = () => new Uint8Array(32).fill(0x5a); // stuck: it fails its test
  return { scene, frame };
}

/** What the station answers in that situation: the octets of its frame, 0 or a status. */
export function tried(module: WebAssembly.Module, type: FrameType, faults: readonly Fault[]): number {
  const { scene, frame } = situation(module, type, faults);
  const { status, frame: reply } = scene.station.receive(frame);
  return reply?.length ?? status;
}

/** The session of states 2 and 3. */
function inState(scene: DeviceScene, state: Draft["state"]): Session | null {
  scene.boot();
  if (state === 1) return null;
  return state === 2 ? scene.waiting().session : scene.secure().session;
}

/** The frame from FC to the last octet of its body. */
function unsealed(scene: DeviceScene, type: FrameType, draft: Draft, running: Session | null): Uint8Array {
  if (type === "ack") return ackFrame(idOf(SPA)).slice(0, -1);
  if (type === "trigger") return scene.m1().slice(0, -2);
  // In state 1 there is no key: the frame is one of a session that the power took.
  const session = running ?? new DeviceScene(scene.module).boot().waiting().session;
  const sealedAs = {
    ...session,
    profile: { ...session.profile, number: draft.profile.number },
    generation: session.generation + draft.generationAhead,
  };
  const mode = { encrypted: true, command: draft.isCommand };
  const fc = type === "data" ? FC.data : FC.confirm;
  const octets = numberedFrame(sealedAs, fc, session.aa, draft.pn, draft.payload, mode).frame.slice(0, -2);
  if (!draft.isMicGood) octets[octets.length - 1] ^= 1;
  return octets;
}

/** Edits, body length, check sequence, length. */
function framed(draft: Draft, octets: Uint8Array): Uint8Array {
  const { body_octets, frame_octets, isFcsGood, edits } = draft;
  const sized = body_octets === null ? octets : octets.slice(0, 5 + body_octets);
  if (body_octets !== null) sized[3] = (sized[3] & 0xc0) | (body_octets - 1);
  for (const change of edits) change(sized);
  const checked = withFcs(sized);
  // Of an Ack only the low octet of the CRC goes out.
  const whole = sized.length === 3 ? checked.slice(0, 4) : checked;
  if (!isFcsGood) whole[sized.length] ^= 1;
  return frame_octets === null ? whole : concat(whole, new Uint8Array(72)).slice(0, frame_octets);
}
