/** The peer's side of EAP-PSK (RFC 4764), as a method. */

import type { Malformed } from "../wire/malformed.ts";
import { checkOctets, concat, equalOctets } from "../wire/octets.ts";
import type { EapMethod, MethodRequest, MethodStep } from "./method.ts";
import { EAP_HEADER_OCTETS, EAP_TYPE } from "./packet.ts";
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

export type PskRefusal = Malformed | "wrong phase" | "wrong RAND_S" | "wrong MAC_S" | "bad PCHANNEL";

export interface EapPskMethodOptions {
  readonly crypto: PskCrypto;
  /** ID_P; 0 to 966 octets. */
  readonly identity: Uint8Array;
  /** 16 octets. */
  readonly psk: Uint8Array;
}

type First = Extract<PskMessage, { t: "first" }>;
type Third = Extract<PskMessage, { t: "third" }>;

const refused = (reason: PskRefusal): MethodStep => ({ refused: reason });

export class EapPskMethod implements EapMethod<MethodStep> {
  readonly type = EAP_TYPE.psk;
  readonly name = "EAP-PSK";
  readonly #crypto: PskCrypto;
  readonly #identity: Uint8Array;
  readonly #keys: PskLongTermKeys;
  #parties: PskParties | undefined;

  /** @throws RangeError for a key or an identity of a wrong length. */
  constructor({ crypto, identity, psk }: EapPskMethodOptions) {
    checkOctets("identity", identity, 0, PSK_IDENTITY_MAX_OCTETS);
    this.#crypto = crypto;
    this.#identity = identity.slice();
    this.#keys = longTermKeys(crypto, psk);
  }

  receive({ identifier, data, packet }: MethodRequest): MethodStep {
    const message = parsePsk(data);
    if (typeof message === "string") return refused(message);
    if (message.t === "first") return { data: this.#second(message) };
    if (message.t !== "third") return refused("bad type");
    return this.#third(message, identifier, packet);
  }

  close(): void {
    this.#keys.ak.fill(0);
    this.#keys.kdk.fill(0);
  }

  #second({ randS, idS }: First): Uint8Array {
    const parties = { idS, idP: this.#identity, randS, randP: this.#crypto.randomBytes(RAND_OCTETS) };
    this.#parties = parties;
    const { randP, idP } = parties;
    return emitPsk({ t: "second", randS, randP, macP: macP(this.#crypto, this.#keys.ak, parties), idP });
  }

  /** Assumption: whatever N the server begins with is taken, as the TEK is new in every conversation. */
  #third({ randS, macS: given, channel }: Third, identifier: number, packet: Uint8Array): MethodStep {
    const parties = this.#parties;
    if (parties === undefined) return refused("wrong phase");
    if (!equalOctets(randS, parties.randS)) return refused("wrong RAND_S");
    if (!this.#crypto.equal(given, macS(this.#crypto, this.#keys.ak, parties))) return refused("wrong MAC_S");
    const { tek, msk, emsk } = sessionKeys(this.#crypto, this.#keys.kdk, parties.randP);
    const opened = openChannel(this.#crypto, tek, packet, channel);
    if (opened === null) return refused("bad PCHANNEL");
    const isDone = isSuccess(opened.content);
    const fourth = { t: "fourth", randS } as const;
    const result = isDone ? RESULT.success : RESULT.failure;
    const response = sealMessage(this.#crypto, tek, identifier, fourth, opened.n + 1, result);
    tek.fill(0);
    const data = response.slice(EAP_HEADER_OCTETS + 1);
    if (!isDone) {
      for (const key of [msk, emsk]) key.fill(0);
      return { failed: "the server says DONE_FAILURE", data };
    }
    // RFC 5247, appendix A: Type ‖ RAND_P ‖ RAND_S.
    const sessionId = concat(Uint8Array.of(this.type), parties.randP, parties.randS);
    const keys = { method: this.name, msk, emsk, sessionId, serverIdentity: parties.idS };
    // R of the third and of the fourth message, RFC 4764, 3.3.
    return { data, done: { result: keys, isProtected: true } };
  }
}
