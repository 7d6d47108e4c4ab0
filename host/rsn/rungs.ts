/** What goes over the air between an RSN station and its AP, by name: which of the four phases of clause 5.9.3.1 a frame is of. */

import { EAP_CODE, EAP_TYPE, parseEap } from "../eap/packet.ts";
import { parsePsk } from "../eap/pskmessages.ts";
import type { RsnAp } from "./ap/rsnap.ts";
import { EAPOL_TYPE, parseEapol } from "./frames/eapol.ts";
import { INFO, parseEapolKey } from "./frames/eapolkey.ts";
import { ETHERTYPE, parseMsdu } from "./frames/llc.ts";
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

export interface Adopting {
  readonly station: RsnPeer;
  readonly ap: RsnAp;
  readonly desk: RootDesk;
  readonly spa: Uint8Array;
  readonly now_s: number;
}

/** Behind a port that has opened: the words of the key service and the device about a root, each put on the air by `put`. */
export function adopts({ station, ap, desk, spa, now_s }: Adopting, put: (rung: Rung) => void) {
  const refused: { name: string; status: number }[] = [];
  const phase = "a root for the AMP station";
  for (let command = desk.begin(spa), name = "PROVE"; command; name = "ADOPT") {
    put({ phase, name, isUp: false, isProtected: true, octets: command });
    const { status, frame: answer } = station.receive(command);
    if (status !== 0) refused.push({ name, status });
    if (answer) {
      put({ phase, name: name === "PROVE" ? "its answer" : "proof", isUp: true, isProtected: true, octets: answer });
    }
    const { msdu } = answer ? ap.receive(answer, now_s) : {};
    const next = msdu && desk.receive(msdu);
    command = next === "other" ? undefined : next;
  }
  return refused;
}

/** `isKeyed`: the 4-way handshake is over, so a protected frame that is no Data for the user is a group message. */
export function named(octets: Uint8Array, isKeyed: boolean): Pick<Rung, "phase" | "name" | "isProtected"> {
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
