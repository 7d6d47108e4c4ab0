/**
 * EAP-PSK (RFC 4764) between two MISFs. The initiator is the peer: it begins with an empty payload, as EAPOL-Start does, and the
 * responder is the server, which asks for the identity; EAP Success ends it.
 *
 * Assumption: whatever RFC 3748 would drop in silence ends the conversation: the messages around it are numbered and repeated,
 * so a payload that does not fit is not a stray one, and whoever began hears why.
 */

import { EAP_CODE, EAP_TYPE, emitEap } from "../../eap/packet.ts";
import { EapPeer } from "../../eap/peer.ts";
import type { PskCrypto } from "../../eap/pskkeys.ts";
import { EapPskMethod } from "../../eap/pskmethod.ts";
import { EapPskServer, type PskConversation } from "../../eap/pskserver.ts";
import { bounded, type Conversation, type Step } from "./conversation.ts";

export interface EapInitiatorOptions {
  readonly crypto: PskCrypto;
  /** ID_P: this end's MISF ID. */
  readonly identity: string;
  /** 16 octets, shared with the responder. */
  readonly psk: Uint8Array;
}

export interface EapResponderOptions {
  readonly crypto: PskCrypto;
  /** ID_S: this end's MISF ID. */
  readonly identity: string;
  /** The key, 16 octets, shared with that initiator; undefined: it is not known. It stays the caller's. */
  readonly keyOf: (identity: string) => Uint8Array | undefined;
}

/** @throws RangeError for a key not of 16 octets, or an identity above 966. */
export function eapInitiator(options: EapInitiatorOptions): Conversation {
  return bounded(new EapInitiator(options));
}

/** @throws RangeError for an identity above 966 octets. */
export function eapResponder(options: EapResponderOptions): Conversation {
  return bounded(new EapResponder(options));
}

class EapInitiator implements Conversation {
  readonly #peer: EapPeer;

  constructor({ crypto, identity: name, psk }: EapInitiatorOptions) {
    const identity = new TextEncoder().encode(name);
    this.#peer = new EapPeer({ identity, methods: [new EapPskMethod({ crypto, identity, psk })] });
  }

  async begin(): Promise<Uint8Array> {
    return new Uint8Array();
  }

  async next(payload: Uint8Array): Promise<Step> {
    const answer = await this.#peer.receive(payload);
    if ("refused" in answer) return { kind: "failed", reason: `EAP: ${answer.refused}` };
    if ("response" in answer) return { kind: "send", payload: answer.response };
    if (answer.ended === "failure") {
      return { kind: "failed", reason: "EAP: the responder does not authenticate this end" };
    }
    const { msk, serverIdentity } = answer.result;
    return { kind: "done", msk: msk.slice(), identity: serverIdentity && textOf(serverIdentity) };
  }

  close(): void {
    this.#peer.result?.msk.fill(0);
    this.#peer.result?.emsk.fill(0);
    this.#peer.close();
  }
}

class EapResponder implements Conversation {
  /** undefined: closed. It has no way to wipe its keys before it has come to an end. */
  #server: PskConversation | undefined;
  readonly #identityRequest: Uint8Array;
  #outcome: string | undefined;
  #isAnswered = false;

  constructor({ crypto, identity, keyOf }: EapResponderOptions) {
    const [identifier] = crypto.randomBytes(1);
    const nothing = new Uint8Array();
    this.#identityRequest = emitEap({ code: EAP_CODE.request, identifier, type: EAP_TYPE.identity, data: nothing });
    this.#server = new EapPskServer({
      crypto,
      idS: new TextEncoder().encode(identity),
      keyOf: (idP) => keyOf(textOf(idP)),
      onOutcome: (outcome) => {
        this.#outcome = outcome;
      },
    }).begin();
  }

  async begin(): Promise<Uint8Array> {
    return this.#identityRequest.slice();
  }

  async next(payload: Uint8Array): Promise<Step> {
    if (payload.length === 0 && !this.#isAnswered) return { kind: "send", payload: await this.begin() };
    if (this.#server === undefined) return { kind: "failed", reason: "EAP: closed" };
    this.#isAnswered = true;
    const { result, packet, msk, identity } = this.#server.receive(payload);
    if (result === "continue") return { kind: "send", payload: packet };
    if (msk === undefined) return { kind: "failed", reason: `EAP: ${this.#outcome}`, payload: packet };
    return { kind: "done", payload: packet, msk, identity: identity && textOf(identity) };
  }

  close(): void {
    this.#server = undefined;
  }
}

/** Octet by octet: no two identities have one text. */
function textOf(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}
