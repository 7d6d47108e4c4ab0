/* The RSN station that lives on power (host/device/powered.ts): the calls of load.ts, and which phase each is of. */
import { SharedInstance } from "../../device/instance.ts";
import type { Phase } from "../../device/phase.ts";
import { Powered } from "../../device/powered.ts";
import type { Weights } from "../../device/weights.ts";
import { EAPOL_TYPE, parseEapol } from "../frames/eapol.ts";
import { ETHERTYPE, parseMsdu } from "../frames/llc.ts";
import { FLAG, parseMpdu } from "../frames/mpdu.ts";
import type { RsnAnswer } from "../peer.ts";
import { RSN_STATES } from "./abi.ts";
import { loadRsnStation, type RsnStation } from "./load.ts";

/** An RSN station module for any number of devices, metered: one instance for a module and an MCU. */
export function rsnSilicon(octets: Uint8Array, weights: Weights): SharedInstance<RsnStation> {
  const made = silicons.get(octets) ?? new Map<Weights, SharedInstance<RsnStation>>();
  silicons.set(octets, made);
  const silicon = made.get(weights) ?? new SharedInstance(octets, loadRsnStation, { weights });
  made.set(weights, silicon);
  return silicon;
}
const silicons = new WeakMap<Uint8Array, Map<Weights, SharedInstance<RsnStation>>>();

export class RsnDevice extends Powered<RsnStation> {
  /** 0 or a status. */
  boot(): number | undefined {
    return this.call("boot", "boot", (station) => station.boot());
  }

  start(): RsnAnswer | undefined {
    return this.call("start", "frame", (station) => station.start());
  }

  receive(mpdu: Uint8Array): RsnAnswer | undefined {
    return this.call("receive", phaseOf(mpdu, this.state()), (station) => station.receive(mpdu));
  }

  send(msdu: Uint8Array): RsnAnswer | undefined {
    return this.call("send", "data", (station) => station.send(msdu));
  }

  /** An index of abi.ts RSN_STATES, as an onlooker sees it: it costs the station nothing. */
  state(): number {
    return this.isOn ? this.look((station) => station.state) : 0;
  }
}

/**
 * What the computing on a frame is for: EAP comes to a PMK; of the EAPOL-Key frames the first that an associated station
 * gets is M1, which comes to a PTK, and all others are a handshake's later messages. What is protected shows nothing of itself.
 */
export function phaseOf(frame: Uint8Array, state: number): Phase {
  const mpdu = parseMpdu(frame);
  if (typeof mpdu === "string" || mpdu.kind !== "Data") return "frame";
  const msdu = mpdu.flags & FLAG.protected ? "bad type" : parseMsdu(mpdu.body);
  if (typeof msdu === "string" || msdu.etherType !== ETHERTYPE.eapol) return "data";
  const eapol = parseEapol(msdu.data);
  if (typeof eapol !== "string" && eapol.type === EAPOL_TYPE.eap) return "pmk";
  return RSN_STATES[state] === "associated" ? "ptk" : "m3";
}
