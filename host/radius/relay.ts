/**
 * An EapBackend whose server is behind RADIUS (RFC 3579, section 2): it hands EAP packets to and fro without reading more of
 * them than it must, and answers later, by `onStep`.
 */

import type { EapBackend, EapConversation, EapStep } from "../eap/backend.ts";
import { namedIn } from "../eap/named.ts";
import { EAP_CODE, EAP_HEADER_OCTETS, EAP_TYPE, emitEap, parseEap } from "../eap/packet.ts";
import { EAPOL_HEADER_OCTETS } from "../rsn/frames/eapol.ts";
import { LLC_OCTETS } from "../rsn/frames/llc.ts";
import { be16, checkNumber, checkOctets, toHex } from "../wire/octets.ts";
import type { RadiusAnswer, RadiusClient } from "./client.ts";
import { ATTRIBUTE, type Attribute, attributeOf, eapMessages, eapOf, RADIUS_CODE, VALUE_MAX_OCTETS } from "./packet.ts";

/** RFC 2865, 5.41: what the user is connected by. */
export const NAS_PORT_TYPE = { virtual: 5, wireless80211: 19 } as const;

/** How long the EAP packets may be that whoever stands behind the relay carries. */
export interface RelayLimits {
  /** Framed-MTU of RFC 2865, 5.12: 64 to 65,535. */
  readonly framedMtu: number;
  /** Of a Response: 1 to 3000 octets. */
  readonly responseMaxOctets: number;
}

/** RFC 2865, section 3: 4096 octets of packet, less what the other attributes have at most. */
const RESPONSE_LIMIT_OCTETS = 3000;
/**
 * Assumption: the longest EAP packet that a station is sent is what the rx buffer of docs/RSN.md has beside MPDU header,
 * LLC/SNAP and EAPOL: 512 - 24 - 8 - 4. EAP methods with fragments hold to it (RFC 3579, 2.4).
 */
const EAP_PACKET_OCTETS = 476;
/**
 * Of stations in 802.11. Deviation: Framed-MTU is less than what they take, as FreeRADIUS takes it for the data of a fragment of
 * EAP-TLS alone, without Code to Type(5), Flags(1) and TLS Message Length(4).
 *
 * What a station sends is not bound by what it can take: a Response is as long as an MSDU has room for behind LLC/SNAP and
 * EAPOL (IEEE Std 802.11-2020, Table 9-25: 2304), and RADIUS has room for that.
 */
const STATION_LIMITS: RelayLimits = {
  framedMtu: EAP_PACKET_OCTETS - 10,
  responseMaxOctets: 2304 - LLC_OCTETS - EAPOL_HEADER_OCTETS,
};
/** RFC 2865, 5.1 leaves the length to the attribute; an identity that is longer is none that RADIUS can carry. */
const USER_NAME_MAX_OCTETS = VALUE_MAX_OCTETS;

export interface RadiusRelayOptions {
  readonly client: RadiusClient;
  readonly aa: Uint8Array;
  /** Of a network in 802.11. */
  readonly ssid?: Uint8Array;
  /** One of RFC 2865, 5.41; 802.11's unless given. */
  readonly nasPortType?: number;
  /** NAS-Identifier: what the server knows this AP by, 1 to 253 octets of UTF-8. */
  readonly nasIdentifier: string;
  /** Those of stations in 802.11 unless given. */
  readonly limits?: RelayLimits;
  /** The AP's time. */
  readonly now_s: () => number;
  /** What the server answered: for RsnAp.eapAnswer. Called from within the client's receive() and advance() only. */
  readonly onStep: (spa: Uint8Array, step: EapStep) => void;
}

export class RadiusRelay implements EapBackend {
  readonly #options: Options;
  /** By SPA: a station has one conversation, and the answers to an earlier one are nobody's. */
  readonly #conversations = new Map<string, RelayedConversation>();

  /** @throws RangeError for a NAS-Identifier that no attribute has room for, or limits that RADIUS has not. */
  constructor(options: RadiusRelayOptions) {
    const limits = options.limits ?? STATION_LIMITS;
    checkOctets("nasIdentifier", new TextEncoder().encode(options.nasIdentifier), 1, VALUE_MAX_OCTETS);
    checkNumber("framedMtu", limits.framedMtu, 64, 0xffff);
    checkNumber("responseMaxOctets", limits.responseMaxOctets, 1, RESPONSE_LIMIT_OCTETS);
    this.#options = { ...options, limits };
  }

  begin(spa: Uint8Array): EapConversation {
    const key = toHex(spa);
    this.#conversations.get(key)?.abandon();
    const conversation = new RelayedConversation(this.#options, spa.slice(), () => {
      if (this.#conversations.get(key) === conversation) this.#conversations.delete(key);
    });
    this.#conversations.set(key, conversation);
    return conversation;
  }
}

/** With limits. */
type Options = RadiusRelayOptions & Required<Pick<RadiusRelayOptions, "limits">>;

class RelayedConversation implements EapConversation {
  readonly #options: Options;
  readonly #spa: Uint8Array;
  readonly #onEnd: () => void;
  #userName: Uint8Array = new Uint8Array(0);
  /** Inside of the method. */
  #named: Uint8Array | undefined;
  #state: Uint8Array | undefined;
  #takeBack: (() => void) | undefined;
  #isOver = false;

  constructor(options: Options, spa: Uint8Array, onEnd: () => void) {
    this.#options = options;
    this.#spa = spa;
    this.#onEnd = onEnd;
  }

  /** A Response of the station. Only what cannot be sent at all is answered at once, with failure. */
  receive(octets: Uint8Array): EapStep | undefined {
    const packet = parseEap(octets);
    const identifier = octets[1] ?? 0;
    if (this.#isOver || typeof packet === "string" || packet.code !== EAP_CODE.response) return this.#fail(identifier);
    if (packet.type === EAP_TYPE.identity) this.#userName = packet.data;
    else this.#named = namedIn(packet.type, packet.data) ?? this.#named;
    if (this.#userName.length > USER_NAME_MAX_OCTETS || octets.length > this.#options.limits.responseMaxOctets) {
      return this.#fail(identifier);
    }
    this.#takeBack?.();
    const { client, now_s, onStep } = this.#options;
    const asked = client.request(this.#attributes(octets), now_s(), (answer) => {
      this.#takeBack = undefined;
      onStep(this.#spa, this.#stepOf(answer, identifier));
    });
    if (asked === "busy") return this.#fail(identifier);
    this.#takeBack = asked;
    return undefined;
  }

  /** The station has begun again: nothing that still comes is for it. */
  abandon(): void {
    this.#isOver = true;
    this.#takeBack?.();
  }

  #attributes(packet: Uint8Array): Attribute[] {
    const { aa, ssid, nasIdentifier, limits, nasPortType = NAS_PORT_TYPE.wireless80211 } = this.#options;
    const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
    // RFC 3580, 3.20: the address, and the name of the network behind a colon.
    const called = ssid ? Uint8Array.of(...utf8(`${dashed(aa)}:`), ...ssid) : utf8(dashed(aa));
    const attributes: Attribute[] = [
      { type: ATTRIBUTE.nasIdentifier, value: utf8(nasIdentifier) },
      { type: ATTRIBUTE.nasPortType, value: Uint8Array.of(0, 0, 0, nasPortType) },
      { type: ATTRIBUTE.framedMtu, value: Uint8Array.of(0, 0, ...be16(limits.framedMtu)) },
      { type: ATTRIBUTE.calledStationId, value: called },
      { type: ATTRIBUTE.callingStationId, value: utf8(dashed(this.#spa)) },
    ];
    // RFC 2865, 5.1: an empty one is none.
    if (this.#userName.length > 0) attributes.unshift({ type: ATTRIBUTE.userName, value: this.#userName });
    if (this.#state) attributes.push({ type: ATTRIBUTE.state, value: this.#state });
    return [...attributes, ...eapMessages(packet)];
  }

  /** RFC 3579, 2.6.3: what contradicts itself is a failure. */
  #stepOf(answer: RadiusAnswer | undefined, identifier: number): EapStep {
    const octets = answer && eapOf(answer.attributes);
    const packet = octets && parseEap(octets);
    const code = typeof packet === "object" ? packet.code : undefined;
    if (answer?.code === RADIUS_CODE.accessChallenge && octets && code === EAP_CODE.request) {
      this.#state = attributeOf(answer.attributes, ATTRIBUTE.state);
      return { result: "continue", packet: octets };
    }
    if (answer?.code === RADIUS_CODE.accessAccept && octets && code === EAP_CODE.success && answer.msk) {
      this.#end();
      // RFC 2865, 5.1: else the server's own word on whom it has let in, where it has one; else whom it was asked for.
      const identity = this.#named ?? attributeOf(answer.attributes, ATTRIBUTE.userName) ?? this.#userName;
      return { result: "success", packet: octets.slice(0, EAP_HEADER_OCTETS), msk: answer.msk, identity };
    }
    return this.#fail(identifier);
  }

  #fail(identifier: number): EapStep {
    this.#end();
    return { result: "failure", packet: emitEap({ code: EAP_CODE.failure, identifier }) };
  }

  #end(): void {
    this.#isOver = true;
    this.#onEnd();
  }
}

/** RFC 3580, 3.20: upper case, dashes between. */
function dashed(address: Uint8Array): string {
  return (toHex(address).toUpperCase().match(/../g) ?? []).join("-");
}
