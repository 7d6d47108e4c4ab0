/*
 * An EAP peer with EAP-PSK and EAP-pwd: one packet from whoever is on the way, at any point of a conversation with a server that
 * has the same secret. What is refused changes nothing: the conversation comes to its end as it would have. Whatever it was,
 * the peer has no keys but the server's, and none before it is authenticated.
 */

import { nodeCrypto } from "../crypto/node.ts";
import type { EapStep } from "../eap/backend.ts";
import type { EapPeerAnswer } from "../eap/layer.ts";
import { EAP_CODE, EAP_TYPE, emitEap, parseEap } from "../eap/packet.ts";
import { EapPeer } from "../eap/peer.ts";
import { EapPskMethod } from "../eap/pskmethod.ts";
import { EapPskServer } from "../eap/pskserver.ts";
import {
  drawCommit,
  elementOf,
  emitElement,
  emitScalar,
  type PwdCrypto,
  passwordElement,
  scalarOf,
  sharedSecret,
} from "../eap/pwdgroup.ts";
import { confirmOf, pwdKeys } from "../eap/pwdkeys.ts";
import { CIPHERSUITE, emitPwdId, PWD_EXCHANGE, type PwdCommit, parsePwdCommit } from "../eap/pwdmessages.ts";
import { EapPwdMethod } from "../eap/pwdmethod.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import { streamsOf } from "../sim/streams.ts";
import { concat, equalOctets, toHex } from "../wire/octets.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";

/** One octet says with which method, one before which packet; the others are the packet. */
const HEAD_octets = 2;
const PACKET_MAX_octets = 400;
const METHODS = ["EAP-PSK", "EAP-pwd"] as const;
type Name = (typeof METHODS)[number];

const IDENTITY = new TextEncoder().encode("station");
const ID_S = new TextEncoder().encode("ampcore");
const SECRET = new Uint8Array(16).fill(0x2b);
const TOKEN = Uint8Array.of(1, 2, 3, 4);

interface Played {
  /** The server's packets. */
  readonly packets: readonly Uint8Array[];
  readonly answer?: EapPeerAnswer;
  /** Both ends have them, and they are the same; or none; or apart. */
  readonly keys: "same" | "none" | "apart";
}

interface Server {
  receive(response: Uint8Array): EapStep;
}

type Element = NonNullable<ReturnType<typeof passwordElement>>;

/** @throws Error when an honest conversation does not come to its end. */
export async function eapPeerTarget(): Promise<OctetTarget> {
  const seeds: Uint8Array[] = [];
  for (const [i, name] of METHODS.entries()) {
    const { packets, keys } = await play(name);
    if (keys !== "same") throw new Error(`An honest ${name} has no keys, so there is nothing to fuzz.`);
    seeds.push(...packets.map((packet, at) => concat(Uint8Array.of(i, at), packet)));
  }
  const max = PACKET_MAX_octets + HEAD_octets;
  return new OctetTarget({ name: "eap", seeds, words: [IDENTITY, ID_S, TOKEN], max, isText: false, probe: probeOf });
}

async function probeOf(input: Uint8Array): Promise<Probe> {
  const name = METHODS[(input[0] ?? 0) % METHODS.length];
  const when = (input[1] ?? 0) % 6;
  try {
    const { answer, keys, packets } = await play(name, { when, packet: input.slice(HEAD_octets) });
    const outcome = answer === undefined ? "none" : Object.entries(answer)[0];
    const said = typeof outcome === "string" ? outcome : outcome[0] === "response" ? "response" : outcome.join(" ");
    const kind = `${name} ${"ABCDEF"[when]} ${said} ${keys}`;
    const finding = (rule: string, message: string): Probe => ({ kind, finding: { rule, message } });
    if (keys === "apart") return finding("keys", `${name}: the peer has keys that are not the server's`);
    if (answer && "refused" in answer && keys !== "same") {
      return finding("state", `${name}: after a packet that was refused (${answer.refused}) there are no keys`);
    }
    return { kind, calls: packets.length };
  } catch (error) {
    const message = `${name} threw ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "thrown", finding: { rule: "exception", message } };
  }
}

/** A conversation, the same each time, but for what comes from outside. */
async function play(name: Name, outside?: { readonly when: number; readonly packet: Uint8Array }): Promise<Played> {
  const streams = streamsOf(nodeCrypto, 0);
  const cryptoOf = (name: string) => {
    const stream = streams(name);
    return { ...nodeRsnCrypto, randomBytes: (size: number) => stream.fill(new Uint8Array(size)) };
  };
  const [ofPeer, ofServer] = [cryptoOf("peer"), cryptoOf("server")];
  const method =
    name === "EAP-PSK"
      ? new EapPskMethod({ crypto: ofPeer, identity: IDENTITY, psk: SECRET })
      : new EapPwdMethod({ crypto: ofPeer, identity: IDENTITY, password: SECRET });
  const peer = new EapPeer({ identity: IDENTITY, methods: [method] });
  const server: Server =
    name === "EAP-PSK"
      ? new EapPskServer({ crypto: ofServer, idS: ID_S, keyOf: () => SECRET }).begin()
      : new PwdServer(ofServer);
  const nothing = new Uint8Array();
  const identity = emitEap({ code: EAP_CODE.request, identifier: 1, type: EAP_TYPE.identity, data: nothing });
  const packets: Uint8Array[] = [];
  let answer: EapPeerAnswer | undefined;
  let own: Uint8Array | undefined;
  let step: EapStep = { result: "continue", packet: identity };
  const take = (answer: EapPeerAnswer): void => {
    if ("ended" in answer && answer.ended === "success") own = answer.result.msk.slice();
  };
  for (;;) {
    if (packets.length === outside?.when) {
      answer = await peer.receive(outside.packet);
      take(answer);
    }
    packets.push(step.packet);
    const answered = await peer.receive(step.packet);
    take(answered);
    if (!("response" in answered) || step.result !== "continue") break;
    step = server.receive(answered.response);
  }
  const isSame = own !== undefined && step.msk !== undefined && equalOctets(own, step.msk);
  return { packets, answer, keys: own === undefined ? "none" : isSame ? "same" : "apart" };
}

/** A server of EAP-pwd for one honest conversation: it believes what it hears, and says Failure to what it cannot read. */
class PwdServer implements Server {
  readonly #crypto: PwdCrypto;
  readonly #own: ReturnType<typeof drawCommit>;
  readonly #pwe: Element;
  #exchange = 0;
  #theirs: PwdCommit | undefined;
  #k: Uint8Array = new Uint8Array();

  /** The same for every conversation, and most of what one costs. */
  static #passwordElement: Element | undefined;

  /** @throws Error when the password has no element. */
  constructor(crypto: PwdCrypto) {
    PwdServer.#passwordElement ??= passwordElement(nodeCrypto, {
      token: TOKEN,
      idP: IDENTITY,
      idS: ID_S,
      password: SECRET,
    });
    const pwe = PwdServer.#passwordElement;
    if (pwe === undefined) throw new Error("the password has no element");
    this.#crypto = crypto;
    this.#pwe = pwe;
    this.#own = drawCommit(crypto, pwe);
  }

  receive(response: Uint8Array): EapStep {
    const packet = parseEap(response);
    const identifier = response[1];
    if (typeof packet === "string" || !("type" in packet)) throw new Error("the peer's Response is none");
    const { element, scalar } = this.#own;
    const ours = { element: emitElement(element), scalar: emitScalar(scalar) };
    if (packet.type !== EAP_TYPE.identity && packet.type !== EAP_TYPE.pwd) return this.#failure(identifier);
    this.#exchange++;
    switch (this.#exchange) {
      case PWD_EXCHANGE.id:
        return this.#ask(identifier, emitPwdId({ ciphersuite: CIPHERSUITE, token: TOKEN, prep: 0, identity: ID_S }));
      case PWD_EXCHANGE.commit:
        return this.#ask(identifier, concat(ours.element, ours.scalar));
      case PWD_EXCHANGE.confirm:
        return this.#heard(packet.data.slice(1))
          ? this.#ask(identifier, confirmOf(this.#crypto, this.#k, ours, this.#theirs as PwdCommit))
          : this.#failure(identifier);
      default:
        return this.#end(identifier, packet.data.slice(1), ours);
    }
  }

  #heard(commit: Uint8Array): boolean {
    const theirs = parsePwdCommit(commit);
    if (typeof theirs === "string") return false;
    const [element, scalar] = [elementOf(theirs.element), scalarOf(theirs.scalar)];
    const k = element && scalar && sharedSecret(this.#pwe, this.#own.rand, scalar, element);
    this.#theirs = theirs;
    this.#k = k || this.#k;
    return Boolean(k);
  }

  #end(identifier: number, confirm: Uint8Array, ours: PwdCommit): EapStep {
    const theirs = this.#theirs as PwdCommit;
    const wanted = confirmOf(this.#crypto, this.#k, theirs, ours);
    if (toHex(confirm) !== toHex(wanted)) return this.#failure(identifier);
    const confirms = { peer: wanted, server: confirmOf(this.#crypto, this.#k, ours, theirs) };
    const { msk } = pwdKeys(this.#crypto, this.#k, { peer: theirs.scalar, server: ours.scalar }, confirms);
    return { result: "success", packet: emitEap({ code: EAP_CODE.success, identifier }), msk };
  }

  #ask(identifier: number, message: Uint8Array): EapStep {
    const data = concat(Uint8Array.of(this.#exchange), message);
    const next = (identifier + 1) & 0xff;
    return {
      result: "continue",
      packet: emitEap({ code: EAP_CODE.request, identifier: next, type: EAP_TYPE.pwd, data }),
    };
  }

  #failure(identifier: number): EapStep {
    return { result: "failure", packet: emitEap({ code: EAP_CODE.failure, identifier }) };
  }
}
