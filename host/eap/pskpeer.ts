/** The peer of EAP-PSK (RFC 4764): what a station is before the server, and what real servers are tried with. */

import type { Malformed } from "../wire/malformed.ts";
import { checkOctets, equalOctets } from "../wire/octets.ts";
import { EAP_CODE, EAP_TYPE, emitEap, parseEap } from "./packet.ts";
import { isSuccess, openChannel, RESULT, sealMessage } from "./pskchannel.ts";
import {
  longTermKeys,
  macP,
  macS,
  type PskCrypto,
  type PskLongTermKeys,
  type PskParties,
  sessionKeys,
} from "./pskkeys.ts";
import { emitPsk, PSK_IDENTITY_MAX_OCTETS, type PskMessage, parsePsk, RAND_OCTETS } from "./pskmessages.ts";

export type PskPeerRefusal = Malformed | "wrong phase" | "wrong RAND_S" | "wrong MAC_S" | "bad PCHANNEL";

export type PskPeerAnswer =
  | { readonly response: Uint8Array }
  /** The conversation is over. */
  | { readonly ended: "success" | "failure" }
  /** Dropped: the packet changed nothing. */
  | { readonly refused: PskPeerRefusal };

export interface EapPskPeerOptions {
  readonly crypto: PskCrypto;
  /** ID_P, and what an Identity Request is answered with; 0 to 966 octets. */
  readonly identity: Uint8Array;
  /** 16 octets. */
  readonly psk: Uint8Array;
}

type First = Extract<PskMessage, { t: "first" }>;
type Third = Extract<PskMessage, { t: "third" }>;

export class EapPskPeer {
  readonly #crypto: PskCrypto;
  readonly #identity: Uint8Array;
  readonly #keys: PskLongTermKeys;
  /** The last Request that was answered, and its answer (RFC 3748, 4.1: one that comes again is answered as before). */
  #last: { readonly request: Uint8Array; readonly response: Uint8Array } | undefined;
  #parties: PskParties | undefined;
  #isAuthenticated = false;
  /** 64 octets each, as soon as the server has proven itself. */
  msk: Uint8Array | undefined;
  emsk: Uint8Array | undefined;

  /** @throws RangeError for a key or an identity of a wrong length. */
  constructor({ crypto, identity, psk }: EapPskPeerOptions) {
    checkOctets("identity", identity, 0, PSK_IDENTITY_MAX_OCTETS);
    this.#crypto = crypto;
    this.#identity = identity.slice();
    this.#keys = longTermKeys(crypto, psk);
  }

  /** An EAP packet of the server, of whatever octets. */
  receive(octets: Uint8Array): PskPeerAnswer {
    const packet = parseEap(octets);
    if (typeof packet === "string") return { refused: packet };
    if (!("type" in packet)) {
      if (packet.code === EAP_CODE.failure) return { ended: "failure" };
      return this.#isAuthenticated ? { ended: "success" } : { refused: "wrong phase" };
    }
    if (packet.code !== EAP_CODE.request) return { refused: "bad type" };
    if (this.#last && equalOctets(octets, this.#last.request)) return { response: this.#last.response.slice() };
    const answer = this.#request(packet, octets);
    if ("response" in answer) this.#last = { request: octets.slice(), response: answer.response.slice() };
    return answer;
  }

  #request(
    { identifier, type, data }: { readonly identifier: number; readonly type: number; readonly data: Uint8Array },
    octets: Uint8Array,
  ): PskPeerAnswer {
    const respond = (type: number, data: Uint8Array): PskPeerAnswer => ({
      response: emitEap({ code: EAP_CODE.response, identifier, type, data }),
    });
    if (type === EAP_TYPE.identity) return respond(type, this.#identity);
    if (type === EAP_TYPE.notification) return respond(type, new Uint8Array(0));
    if (type !== EAP_TYPE.psk) return respond(EAP_TYPE.nak, Uint8Array.of(EAP_TYPE.psk));
    const message = parsePsk(data);
    if (typeof message === "string") return { refused: message };
    if (message.t === "first") return respond(type, this.#second(message));
    if (message.t !== "third") return { refused: "bad type" };
    return this.#third(message, identifier, octets);
  }

  #second({ randS, idS }: First): Uint8Array {
    const parties = { idS, idP: this.#identity, randS, randP: this.#crypto.randomBytes(RAND_OCTETS) };
    this.#parties = parties;
    this.#isAuthenticated = false;
    const { randP, idP } = parties;
    return emitPsk({ t: "second", randS, randP, macP: macP(this.#crypto, this.#keys.ak, parties), idP });
  }

  /** Assumption: whatever N the server begins with is taken, as the TEK is new in every conversation. */
  #third({ randS, macS: given, channel }: Third, identifier: number, octets: Uint8Array): PskPeerAnswer {
    const parties = this.#parties;
    if (parties === undefined || this.#isAuthenticated) return { refused: "wrong phase" };
    if (!equalOctets(randS, parties.randS)) return { refused: "wrong RAND_S" };
    if (!this.#crypto.equal(given, macS(this.#crypto, this.#keys.ak, parties))) return { refused: "wrong MAC_S" };
    const { tek, msk, emsk } = sessionKeys(this.#crypto, this.#keys.kdk, parties.randP);
    const opened = openChannel(this.#crypto, tek, octets, channel);
    if (opened === null) return { refused: "bad PCHANNEL" };
    const isDone = isSuccess(opened.content);
    const fourth = { t: "fourth", randS } as const;
    const result = isDone ? RESULT.success : RESULT.failure;
    const response = sealMessage(this.#crypto, tek, identifier, fourth, opened.n + 1, result);
    tek.fill(0);
    this.#isAuthenticated = isDone;
    if (isDone) {
      this.msk = msk;
      this.emsk = emsk;
    }
    return { response };
  }
}
