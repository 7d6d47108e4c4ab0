/*
 * A session of the RSN station with the RSN AP, from the Beacon to data under a second group key, as the list of what went
 * over the air: each frame with its name, and which of the four phases of clause 5.9.3.1 it belongs to.
 */

import { EAP_CODE, EAP_TYPE, parseEap } from "../eap/packet.ts";
import { parsePsk } from "../eap/pskmessages.ts";
import type { RsnAp } from "./ap/rsnap.ts";
import { EAPOL_TYPE, parseEapol } from "./frames/eapol.ts";
import { INFO, parseEapolKey } from "./frames/eapolkey.ts";
import { ETHERTYPE, emitMsdu, parseMsdu } from "./frames/llc.ts";
import { FLAG, type Mpdu, parseMpdu } from "./frames/mpdu.ts";
import type { RsnPeer } from "./peer.ts";
import type { RootDesk } from "./roots.ts";

/** The figures of the seed's clause 5.9.3.1, in their order. */
export const FIGURES = [
  "connection and negotiation",
  "802.1X EAP authentication",
  "unicast keys",
  "multicast keys",
] as const;
export type Phase =
  | (typeof FIGURES)[number]
  | "protected communication"
  | "a root for the AMP station"
  | "the end of the association";

export interface Rung {
  readonly phase: Phase;
  readonly isUp: boolean;
  readonly name: string;
  readonly isProtected: boolean;
  readonly octets: Uint8Array;
}

export interface Session {
  readonly rungs: readonly Rung[];
  /** What the station refused, and the AP, by reason. */
  readonly stationRefused: readonly { readonly name: string; readonly status: number }[];
  readonly apRefused: Readonly<Record<string, number>>;
  readonly isAuthorized: boolean;
  /** Data that arrived: at the AP, at the station. */
  readonly delivered: readonly string[];
}

export interface SessionOptions {
  readonly station: RsnPeer;
  readonly ap: RsnAp;
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  /** Called when a frame is on the air and before it arrives, with the count of frames before it. */
  readonly onAir?: (index: number, now_s: number) => void;
  /** Behind the open port the key service is heard first. */
  readonly desk?: RootDesk;
}

/** Longer than all retries of a handshake. */
const PATIENCE_s = 10;

/** Runs it; the station has been booted. Without keys that fit it ends where the AP gives up. */
export function session({ station, ap, aa, spa, onAir, desk }: SessionOptions): Session {
  const rungs: Rung[] = [];
  const stationRefused: { name: string; status: number }[] = [];
  const delivered: string[] = [];
  let now_s = 0;
  let isKeyed = false;
  const put = (rung: Rung): void => {
    rungs.push(rung);
    onAir?.(rungs.length - 1, now_s);
  };
  const rung = (octets: Uint8Array, isUp: boolean): Rung => {
    const made = { ...named(octets, isKeyed), isUp, octets };
    if (made.name === "M4") isKeyed = true;
    put(made);
    return made;
  };
  const down = (frames: readonly Uint8Array[]): void => {
    for (const frame of frames) {
      const { name } = rung(frame, false);
      const { status, frame: reply } = station.receive(frame);
      if (status !== 0) stationRefused.push({ name, status });
      if (name === "Data" && status === 0) delivered.push(textOf(station.received()));
      if (reply) up(reply);
    }
  };
  const up = (frame: Uint8Array): void => {
    rung(frame, true);
    const { frames, msdu } = ap.receive(frame, now_s);
    if (msdu) delivered.push(textOf(msdu.octets));
    down(frames);
  };
  down([ap.beacon(now_s)]);
  const { frame } = station.start();
  if (frame) up(frame);
  while (!ap.isAuthorized(spa) && ap.due_s <= PATIENCE_s) {
    now_s = Math.max(now_s, ap.due_s);
    down(ap.advance(now_s));
  }
  const isAuthorized = ap.isAuthorized(spa);
  for (let command = isAuthorized ? desk?.begin(spa) : undefined, name = "PROVE"; command; name = "ADOPT") {
    const phase = "a root for the AMP station";
    put({ phase, name, isUp: false, isProtected: true, octets: command });
    const { status, frame: answer } = station.receive(command);
    if (status !== 0) stationRefused.push({ name, status });
    if (answer)
      put({ phase, name: name === "PROVE" ? "its answer" : "proof", isUp: true, isProtected: true, octets: answer });
    const { msdu } = answer ? ap.receive(answer, now_s) : {};
    const next = msdu && desk?.receive(msdu);
    command = next === "other" ? undefined : next;
  }
  if (isAuthorized) {
    const reading = station.send(msduOf("reading")).frame;
    if (reading) up(reading);
    const answer = ap.send(spa, aa, msduOf("answer"));
    if (typeof answer !== "string") down([answer]);
    down(ap.rekey(now_s));
    const all = ap.broadcast(aa, msduOf("for all"));
    if (typeof all !== "string") down([all]);
  }
  return { rungs, stationRefused, apRefused: ap.refused, isAuthorized, delivered };
}

function msduOf(text: string): Uint8Array {
  return emitMsdu({ etherType: ETHERTYPE.reading, data: new TextEncoder().encode(text) });
}

function textOf(msdu: Uint8Array): string {
  const parsed = parseMsdu(msdu);
  return typeof parsed === "string" ? "" : new TextDecoder().decode(parsed.data);
}

/** `isKeyed`: the 4-way handshake is over, so a protected frame that is no Data for the user is a group message. */
function named(octets: Uint8Array, isKeyed: boolean): Pick<Rung, "phase" | "name" | "isProtected"> {
  const mpdu = parseMpdu(octets);
  if (typeof mpdu === "string") return { phase: "protected communication", name: mpdu, isProtected: false };
  const isProtected = (mpdu.flags & FLAG.protected) !== 0;
  if (mpdu.kind === "Deauthentication" || mpdu.kind === "Disassociation")
    return { phase: "the end of the association", name: mpdu.kind, isProtected };
  if (mpdu.kind !== "Data") return { phase: "connection and negotiation", name: mpdu.kind, isProtected };
  const eapol = isProtected ? undefined : keyMessage(mpdu);
  if (eapol) return { ...eapol, isProtected };
  // Of protected frames only the length tells: a group message is some hundred octets of EAPOL-Key.
  const isGroup = isKeyed && mpdu.body.length > GROUP_MESSAGE_octets;
  return isGroup
    ? { phase: "multicast keys", name: (mpdu.flags & FLAG.toDs) !== 0 ? "group 2" : "group 1", isProtected }
    : { phase: "protected communication", name: "Data", isProtected };
}

/** CCMP header, LLC, EAPOL-Key without key data, MIC: nothing shorter is one. */
const GROUP_MESSAGE_octets = 8 + 8 + 99 + 8 - 1;

function keyMessage({ body }: Mpdu): { phase: Phase; name: string } | undefined {
  const msdu = parseMsdu(body);
  if (typeof msdu === "string" || msdu.etherType !== ETHERTYPE.eapol) return undefined;
  const eapol = parseEapol(msdu.data);
  if (typeof eapol === "string") return { phase: "802.1X EAP authentication", name: "EAPOL" };
  if (eapol.type !== EAPOL_TYPE.key) return { phase: "802.1X EAP authentication", name: eapName(eapol.body) };
  const key = parseEapolKey(eapol);
  if (typeof key === "string") return { phase: "unicast keys", name: "EAPOL-Key" };
  const has = (bit: number): boolean => (key.info & bit) !== 0;
  if (!has(INFO.pairwise)) return { phase: "multicast keys", name: has(INFO.ack) ? "group 1" : "group 2" };
  if (has(INFO.ack)) return { phase: "unicast keys", name: has(INFO.mic) ? "M3" : "M1" };
  return { phase: "unicast keys", name: has(INFO.secure) ? "M4" : "M2" };
}

function eapName(octets: Uint8Array): string {
  const packet = parseEap(octets);
  if (typeof packet === "string") return "EAP";
  if (packet.code === EAP_CODE.success) return "EAP-Success";
  if (!("type" in packet)) return "EAP-Failure";
  const side = packet.code === EAP_CODE.request ? "Request" : "Response";
  if (packet.type === EAP_TYPE.identity) return `EAP-${side}, Identity`;
  const psk = packet.type === EAP_TYPE.psk ? parsePsk(packet.data) : "bad type";
  return typeof psk === "string" ? `EAP-${side}` : `EAP-${side}, EAP-PSK ${psk.t}`;
}
