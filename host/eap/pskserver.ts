/**
 * The server of EAP-PSK (RFC 4764): it authenticates stations by a key of 16 octets that each shares with it, and hands the
 * MSK over. From outside an identity that nobody has looks as a wrong key does.
 */

import { checkOctets, equalOctets } from "../wire/octets.ts";
import type { EapBackend, EapConversation, EapStep } from "./backend.ts";
import { EAP_CODE, EAP_TYPE, emitEap, parseEap } from "./packet.ts";
import { isSuccess, openChannel, RESULT, sealMessage } from "./pskchannel.ts";
import {
  EAP_PSK_KEY_OCTETS,
  longTermKeys,
  macP,
  macS,
  type PskCrypto,
  type PskSessionKeys,
  sessionKeys,
} from "./pskkeys.ts";
import { emitPsk, PSK_IDENTITY_MAX_OCTETS, type PskMessage, parsePsk, RAND_OCTETS } from "./pskmessages.ts";

/** N of the third message; the fourth has the next one (section 3.3). */
const FIRST_N = 0;
/** Assumption: RFC 3748 leaves open how long a server bears with Responses that answer nothing. */
const STRAY_MAX = 8;

/** Why a conversation ended, for whoever keeps count; the station only learns that it failed. */
export type PskOutcome =
  | "success"
  | "Nak"
  | "unknown identity"
  | "wrong MAC_P"
  | "bad PCHANNEL"
  | "the peer's failure"
  | "stray";

export interface EapPskServerOptions {
  readonly crypto: PskCrypto;
  /** ID_S, 0 to 966 octets. The wasm station takes 64. */
  readonly idS: Uint8Array;
  /** The key of ID_P, 16 octets, or undefined. It stays the caller's. */
  readonly keyOf: (idP: Uint8Array) => Uint8Array | undefined;
  /** Told once for every conversation that ends. */
  readonly onOutcome?: (outcome: PskOutcome, idP: Uint8Array | undefined) => void;
}

export class EapPskServer implements EapBackend {
  readonly #options: EapPskServerOptions;

  /** @throws RangeError for an ID_S that is too long. */
  constructor(options: EapPskServerOptions) {
    checkOctets("idS", options.idS, 0, PSK_IDENTITY_MAX_OCTETS);
    this.#options = { ...options, idS: options.idS.slice() };
  }

  begin(): PskConversation {
    return new PskConversation(this.#options);
  }
}

type Second = Extract<PskMessage, { t: "second" }>;
type Fourth = Extract<PskMessage, { t: "fourth" }>;

export class PskConversation implements EapConversation {
  readonly #options: EapPskServerOptions;
  readonly #randS: Uint8Array;
  /** What the peer has to answer now; undefined: nothing was asked yet. */
  #request: Uint8Array | undefined;
  #awaits: "second" | "fourth" | "nothing" = "second";
  #idP: Uint8Array | undefined;
  #keys: PskSessionKeys | undefined;
  #strays = 0;

  constructor(options: EapPskServerOptions) {
    this.#options = options;
    this.#randS = options.crypto.randomBytes(RAND_OCTETS);
  }

  receive(octets: Uint8Array): EapStep {
    const packet = parseEap(octets);
    const identifier = octets[1] ?? 0;
    if (this.#awaits === "nothing") return failure(identifier);
    if (typeof packet === "string" || packet.code !== EAP_CODE.response) return this.#stray(identifier);
    if (this.#request === undefined) return this.#first(packet.identifier, packet.type);
    if (packet.identifier !== this.#request[1]) return this.#stray(identifier);
    if (packet.type === EAP_TYPE.nak) return this.#end("Nak", identifier);
    const message = packet.type === EAP_TYPE.psk ? parsePsk(packet.data) : "bad type";
    if (typeof message === "string" || !equalOctets(message.randS, this.#randS)) return this.#stray(identifier);
    if (message.t === "second" && this.#awaits === "second") return this.#second(message, identifier);
    if (message.t === "fourth" && this.#awaits === "fourth") return this.#fourth(message, octets, identifier);
    return this.#stray(identifier);
  }

  /** The identity was asked for by whoever began EAP; ID_P, which is proven, is the one that counts (section 4.1). */
  #first(identifier: number, type: number): EapStep {
    if (type !== EAP_TYPE.identity) return this.#stray(identifier);
    const data = emitPsk({ t: "first", randS: this.#randS, idS: this.#options.idS });
    const next = (identifier + 1) & 0xff;
    return this.#ask(emitEap({ code: EAP_CODE.request, identifier: next, type: EAP_TYPE.psk, data }));
  }

  #second({ idP, randP, macP: given }: Second, identifier: number): EapStep {
    const { crypto, idS, keyOf } = this.#options;
    const key = keyOf(idP);
    const { ak, kdk } = longTermKeys(crypto, key ?? crypto.randomBytes(EAP_PSK_KEY_OCTETS));
    const parties = { idS, idP, randS: this.#randS, randP };
    this.#idP = idP;
    const isRight = crypto.equal(given, macP(crypto, ak, parties));
    const third = key !== undefined && isRight ? this.#third(kdk, randP, macS(crypto, ak, parties), identifier) : null;
    ak.fill(0);
    kdk.fill(0);
    if (third) return this.#ask(third);
    return this.#end(key === undefined ? "unknown identity" : "wrong MAC_P", identifier);
  }

  /** The third message, under keys that the fourth is waited for with. */
  #third(kdk: Uint8Array, randP: Uint8Array, mac: Uint8Array, identifier: number): Uint8Array {
    const { crypto } = this.#options;
    const keys = sessionKeys(crypto, kdk, randP);
    this.#keys = keys;
    this.#awaits = "fourth";
    const third = { t: "third", randS: this.#randS, macS: mac } as const;
    return sealMessage(crypto, keys.tek, (identifier + 1) & 0xff, third, FIRST_N, RESULT.success);
  }

  /** Assumption: no extension, so that anything but the peer's own success ends in failure. */
  #fourth({ channel }: Fourth, octets: Uint8Array, identifier: number): EapStep {
    const keys = this.#keys as PskSessionKeys;
    const opened = openChannel(this.#options.crypto, keys.tek, octets, channel);
    if (opened === null || opened.n !== FIRST_N + 1) return this.#end("bad PCHANNEL", identifier);
    if (!isSuccess(opened.content)) return this.#end("the peer's failure", identifier);
    const msk = keys.msk.slice();
    this.#end("success", identifier);
    return { result: "success", packet: emitEap({ code: EAP_CODE.success, identifier }), msk, identity: this.#idP };
  }

  #ask(request: Uint8Array): EapStep {
    this.#request = request;
    return { result: "continue", packet: request.slice() };
  }

  /**
   * What answers nothing would be dropped by RFC 3748, section 4.2. Assumption: as the authenticator's side waits for an
   * answer to each Response, it gets the same Request again, a few times.
   */
  #stray(identifier: number): EapStep {
    this.#strays++;
    if (this.#request === undefined || this.#strays > STRAY_MAX) return this.#end("stray", identifier);
    return this.#ask(this.#request);
  }

  /** Wipes the keys; nothing is answered but with Failure from now on. */
  #end(outcome: PskOutcome, identifier: number): EapStep {
    this.#awaits = "nothing";
    for (const key of Object.values(this.#keys ?? {})) key.fill(0);
    this.#keys = undefined;
    this.#options.onOutcome?.(outcome, this.#idP);
    return failure(identifier);
  }
}

/** RFC 3748, section 4.2: it has the Identifier of the Response. */
function failure(identifier: number): EapStep {
  return { result: "failure", packet: emitEap({ code: EAP_CODE.failure, identifier }) };
}
