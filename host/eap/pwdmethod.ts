/** The peer's side of EAP-pwd (RFC 5931), as a method. */

import { checkNumber, checkOctets, concat, equalOctets } from "../wire/octets.ts";
import { FRAGMENT_OCTETS, Fragments, Reassembly } from "./fragments.ts";
import type { EapMethod, MethodDone, MethodRequest, MethodStep } from "./method.ts";
import { EAP_TYPE } from "./packet.ts";
import {
  drawCommit,
  elementOf,
  emitElement,
  emitScalar,
  type PwdCrypto,
  passwordElement,
  scalarOf,
  sharedSecret,
} from "./pwdgroup.ts";
import { confirmOf, pwdKeys } from "./pwdkeys.ts";
import {
  CONFIRM_OCTETS,
  emitPwdId,
  isOfferTaken,
  PWD_EXCHANGE,
  PWD_IDENTITY_MAX_OCTETS,
  type PwdCommit,
  type PwdId,
  parsePwdCommit,
  parsePwdId,
} from "./pwdmessages.ts";

/** Assumption: 2 octets could say more, but no message that is taken here is longer. */
const FORMAT = { lengthOctets: 2, messageMax: 1024 } as const;
const EXCHANGE_MASK = 0x3f;

export interface EapPwdMethodOptions {
  readonly crypto: PwdCrypto;
  /** ID_P; 1 to 1000 octets. */
  readonly identity: Uint8Array;
  /** 1 to 255 octets, as they are: what the server has is those octets, too. */
  readonly password: Uint8Array;
  /** Octets of Type-Data in a Response; 1015 unless given. */
  readonly fragmentOctets?: number;
}

/** What has been said of both sides before Confirm. */
interface Committed {
  readonly k: Uint8Array;
  readonly peer: PwdCommit;
  readonly server: PwdCommit;
}

interface Outgoing {
  readonly exchange: number;
  readonly fragments: Fragments;
  readonly done?: MethodDone;
}

type Outcome = MethodStep | { readonly message: Uint8Array; readonly done?: MethodDone };

export class EapPwdMethod implements EapMethod<MethodStep> {
  readonly type = EAP_TYPE.pwd;
  readonly name = "EAP-pwd";
  readonly #options: EapPwdMethodOptions;
  readonly #password: Uint8Array;
  readonly #fragmentOctets: number;
  readonly #incoming = new Reassembly(FORMAT);
  #awaits: number = PWD_EXCHANGE.id;
  #offer: PwdId | undefined;
  #committed: Committed | undefined;
  #outgoing: Outgoing | undefined;

  /** @throws RangeError for an identity, a password or a fragment of a wrong length. */
  constructor(options: EapPwdMethodOptions) {
    checkOctets("identity", options.identity, 1, PWD_IDENTITY_MAX_OCTETS);
    checkOctets("password", options.password, 1, 255);
    this.#options = { ...options, identity: options.identity.slice() };
    this.#password = options.password.slice();
    this.#fragmentOctets = options.fragmentOctets ?? FRAGMENT_OCTETS;
    checkNumber("fragmentOctets", this.#fragmentOctets, 16, 0xffff);
  }

  receive({ data }: MethodRequest): MethodStep {
    if (data.length === 0) return { refused: "too short" };
    const [flags] = data;
    const exchange = flags & EXCHANGE_MASK;
    // An acknowledgement has nothing in it; its flags are not looked at, as FreeRADIUS 3.2 leaves there what its memory holds.
    if (this.#outgoing !== undefined) return data.length === 1 ? this.#next() : { refused: "not an acknowledgement" };
    if (exchange !== this.#awaits) return { refused: "wrong phase" };
    const taken = this.#incoming.take(flags, data.slice(1));
    if ("refused" in taken) return taken;
    if ("isPart" in taken) return { data: Uint8Array.of(exchange) };
    const outcome = this.#message(exchange, taken.message);
    if (!("message" in outcome)) return outcome;
    this.#awaits++;
    const fragments = new Fragments(outcome.message, FORMAT, this.#fragmentOctets);
    this.#outgoing = { exchange, fragments, done: outcome.done };
    return this.#next();
  }

  close(): void {
    this.#password.fill(0);
    this.#forget();
  }

  #message(exchange: number, message: Uint8Array): Outcome {
    if (exchange === PWD_EXCHANGE.id) return this.#id(message);
    return exchange === PWD_EXCHANGE.commit ? this.#commit(message) : this.#confirm(message);
  }

  /** 2.8.5.1: the offer is taken as it is, or not at all. */
  #id(message: Uint8Array): Outcome {
    const offer = parsePwdId(message);
    if (typeof offer === "string") return { refused: offer };
    if (!isOfferTaken(offer)) return { failed: "the server offers another group, function or preparation" };
    this.#offer = offer;
    return { message: emitPwdId({ ...offer, identity: this.#options.identity }) };
  }

  #commit(message: Uint8Array): Outcome {
    const server = parsePwdCommit(message);
    if (typeof server === "string") return { refused: server };
    const element = elementOf(server.element);
    const scalar = scalarOf(server.scalar);
    if (element === undefined || scalar === undefined) return { failed: "the server's element or scalar is none" };
    const { crypto, identity: idP } = this.#options;
    const { token, identity: idS } = this.#offer as PwdId;
    const pwe = passwordElement(crypto, { token, idP, idS, password: this.#password });
    if (pwe === undefined) return { failed: "the password has no element" };
    const own = drawCommit(crypto, pwe);
    const peer = { element: emitElement(own.element), scalar: emitScalar(own.scalar) };
    if (equalOctets(peer.element, server.element) || equalOctets(peer.scalar, server.scalar)) {
      return { failed: "the server's element or scalar is this end's" };
    }
    const k = sharedSecret(pwe, own.rand, scalar, element);
    if (k === undefined) return { failed: "the shared secret is infinity" };
    this.#committed = { k, peer, server };
    return { message: concat(peer.element, peer.scalar) };
  }

  /** 2.8.5.3: a wrong one ends it, so that a server has one guess at the password a conversation. */
  #confirm(message: Uint8Array): Outcome {
    if (message.length !== CONFIRM_OCTETS) return { refused: "bad length" };
    const { crypto } = this.#options;
    const { k, peer, server } = this.#committed as Committed;
    if (!crypto.equal(message, confirmOf(crypto, k, server, peer))) {
      this.#forget();
      return { failed: "wrong Confirm: the server has not the password" };
    }
    const confirm = confirmOf(crypto, k, peer, server);
    const scalars = { peer: peer.scalar, server: server.scalar };
    const keys = pwdKeys(crypto, k, scalars, { peer: confirm, server: message });
    this.#forget();
    const result = { method: this.name, ...keys, serverIdentity: (this.#offer as PwdId).identity };
    // The peer's Confirm comes last, and the server does not say inside of the method what it makes of it.
    return { message: confirm, done: { result, isProtected: false } };
  }

  #next(): MethodStep {
    const { exchange, fragments, done } = this.#outgoing as Outgoing;
    const data = fragments.next(exchange);
    if (!fragments.isOver) return { data };
    this.#outgoing = undefined;
    return { data, done };
  }

  #forget(): void {
    this.#committed?.k.fill(0);
    this.#committed = undefined;
  }
}
