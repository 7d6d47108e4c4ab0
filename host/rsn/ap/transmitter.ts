/** The MPDUs that an AP sends: its address, its sequence numbers, and the bodies of its Management frames. */

import { type ReasonCode, STATUS, type StatusCode } from "../frames/codes.ts";
import { ELEMENT } from "../frames/elements.ts";
import {
  type Authentication,
  CAPABILITIES_PRIVATE_ESS,
  emitAssociationResponse,
  emitAuthentication,
  emitBeacon,
  emitReason,
} from "../frames/management.ts";
import { broadcastAddress, emitMpdu, FLAG, type Kind, type Mpdu } from "../frames/mpdu.ts";

/** 100 TU of 1024 us, what APs have (9.4.1.3). */
const BEACON_INTERVAL_TU = 100;
export const BEACON_INTERVAL_s = 0.1024;
/** 9.4.2.3: 1, 2, 5.5 and 11 Mb/s, all basic. Assumption: nobody chooses an AP, or a station, by its rates here. */
const SUPPORTED_RATES = { id: ELEMENT.supportedRates, information: Uint8Array.of(0x82, 0x84, 0x8b, 0x96) };

const RESPONSE_TO = {
  "Association Request": "Association Response",
  "Reassociation Request": "Reassociation Response",
} as const;
export type AssociationKind = keyof typeof RESPONSE_TO;

export class Transmitter {
  readonly #aa: Uint8Array;
  readonly #ssid: Uint8Array;
  readonly #rsne: Uint8Array;
  #sequence = 0;

  /** `rsne`: the information of the Beacon's. */
  constructor(aa: Uint8Array, ssid: Uint8Array, rsne: Uint8Array) {
    this.#aa = aa;
    this.#ssid = ssid;
    this.#rsne = rsne;
  }

  /** A Beacon; `to` a station, a Probe Response. */
  beacon(now_s: number, to?: Uint8Array): Uint8Array {
    const body = emitBeacon({
      timestamp_us: BigInt(Math.max(0, Math.round(now_s * 1e6))),
      interval_TU: BEACON_INTERVAL_TU,
      capabilities: CAPABILITIES_PRIVATE_ESS,
      elements: [
        { id: ELEMENT.ssid, information: this.#ssid },
        SUPPORTED_RATES,
        { id: ELEMENT.rsn, information: this.#rsne },
      ],
    });
    return this.#management(to ? "Probe Response" : "Beacon", to ?? broadcastAddress(), body);
  }

  authentication(spa: Uint8Array, frame: Authentication): Uint8Array {
    return this.#management("Authentication", spa, emitAuthentication(frame));
  }

  /** `kind`: the request's. `aid`: 1..2007; left out of a response that refuses. */
  associationResponse(kind: AssociationKind, spa: Uint8Array, status: StatusCode, aid: number): Uint8Array {
    const granted = status === STATUS.SUCCESS ? aid : 0;
    const response = { capabilities: CAPABILITIES_PRIVATE_ESS, status, aid: granted, elements: [SUPPORTED_RATES] };
    return this.#management(RESPONSE_TO[kind], spa, emitAssociationResponse(response));
  }

  deauthentication(spa: Uint8Array, reason: ReasonCode): Uint8Array {
    return this.#management("Deauthentication", spa, emitReason(reason));
  }

  /** A Data frame in clear, to a station or to all. */
  data(da: Uint8Array, sa: Uint8Array, msdu: Uint8Array): Mpdu {
    const sequence = this.#nextSequence();
    return { kind: "Data", flags: FLAG.fromDs, a1: da, a2: this.#aa, a3: sa, sequence, body: msdu };
  }

  #management(kind: Kind, to: Uint8Array, body: Uint8Array): Uint8Array {
    return emitMpdu({ kind, flags: 0, a1: to, a2: this.#aa, a3: this.#aa, sequence: this.#nextSequence(), body });
  }

  /** Sequence number in bits 4 to 15, 9.2.4.4. */
  #nextSequence(): number {
    this.#sequence = (this.#sequence + 0x10) & 0xfff0;
    return this.#sequence;
  }
}
