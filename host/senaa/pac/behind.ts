/** An AP that is in a network by SeNAA asks there who its stations are: to its RSN side it is whoever authenticates them. */

import type { Clock } from "../../datagrams/link.ts";
import type { EapBackend, EapConversation, EapStep } from "../../eap/backend.ts";
import { EAP_CODE, EAP_TYPE, emitEap, parseEap } from "../../eap/packet.ts";
import { toHex } from "../../wire/octets.ts";
import { RESULT } from "../wire/codes.ts";
import { DEVICE_ID_TYPE } from "../wire/deviceid.ts";
import type { Pac } from "./pac.ts";

/** User-Name of RFC 6733 is an NAI; an EAP identity that is longer is none. */
const IDENTITY_MAX_OCTETS = 253;

export interface CarriedOptions {
  readonly pac: Pac;
  /** The PaC's. */
  readonly clock: Clock;
  /** What the network said, later: for RsnAp.eapAnswer. */
  readonly onStep: (spa: Uint8Array, step: EapStep) => void;
}

export class CarriedEap implements EapBackend {
  readonly #options: CarriedOptions;
  /** By SPA: the answers to an earlier conversation are nobody's. */
  readonly #conversations = new Map<string, object>();

  constructor(options: CarriedOptions) {
    this.#options = options;
  }

  begin(spa: Uint8Array): EapConversation {
    const address = spa.slice();
    const key = toHex(address);
    let userName: string | undefined;
    let until_ms: number | undefined;
    const conversation: EapConversation = {
      receive: (response) => {
        const packet = parseEap(response);
        const isIdentity =
          typeof packet !== "string" && packet.code === EAP_CODE.response && packet.type === EAP_TYPE.identity;
        if (isIdentity && packet.data.length <= IDENTITY_MAX_OCTETS) userName = new TextDecoder().decode(packet.data);
        if (!userName) return failure(response[1] ?? 0);
        void this.#asks(address, userName, response, until_ms).then(({ left_ms, ...step }) => {
          if (this.#conversations.get(key) !== conversation) return;
          until_ms = left_ms === undefined ? undefined : this.#options.clock.now_ms() + left_ms;
          if (step.result !== "continue") this.#conversations.delete(key);
          this.#options.onStep(address, step);
        });
        return undefined;
      },
    };
    this.#conversations.set(key, conversation);
    return conversation;
  }

  async #asks(
    spa: Uint8Array,
    userName: string,
    response: Uint8Array,
    until_ms: number | undefined,
  ): Promise<EapStep & { readonly left_ms?: number }> {
    const deviceIds = [{ type: DEVICE_ID_TYPE.eui48, value: spa }];
    const answer = await this.#options.pac.asksFor({ userName, deviceIds, eap: response.slice() }, until_ms);
    if (typeof answer === "string") return failure(response[1] ?? 0);
    const { resultCode, eap, eapMasterSessionKey: msk, multiRoundTimeOut_s } = answer;
    if (resultCode === RESULT.multiRoundAuth && eap) {
      const left_ms = multiRoundTimeOut_s === undefined ? undefined : 1000 * multiRoundTimeOut_s;
      return { result: "continue", packet: eap, left_ms };
    }
    if (resultCode === RESULT.success && eap && msk) return { result: "success", packet: eap, msk };
    return failure(response[1] ?? 0);
  }
}

function failure(identifier: number): EapStep {
  return { result: "failure", packet: emitEap({ code: EAP_CODE.failure, identifier }) };
}
