/** Phase 2 at a PAA: one user's way from its first CLR to a verdict (figure 3). */

import type { Crypto } from "../../crypto/crypto.ts";
import type { EapStep } from "../../eap/backend.ts";
import { EAP_KEY_OCTETS } from "../../eap/method.ts";
import { EAP_CODE, EAP_TYPE, emitEap } from "../../eap/packet.ts";
import type { TlsEnd } from "../../tlspipe/end.ts";
import {
  type Bound,
  bindingOf,
  EXPORTED_OCTETS,
  EXPORTER_LABEL,
  isBinding,
  type SessionKeys,
  sessionKeys,
} from "../session/keys.ts";
import type { ClaBody, ClrBody } from "../session/user.ts";
import { RESULT } from "../wire/codes.ts";
import type { Authenticator, UserConversation } from "./authenticator.ts";
import { areSame, eui48Of, isFrom } from "./devices.node.ts";

export interface Phase2Options {
  readonly crypto: Crypto;
  readonly sessionId: string;
  readonly source: string;
  readonly end: TlsEnd;
  /** undefined: users have certificates, and nothing else is asked of them (004-S8). */
  readonly authenticator: Authenticator | undefined;
  /** Must one of the devices be the address that asks? */
  readonly isAddressed: boolean;
  /** How long the PaC has from now on, s (004-S16). */
  readonly left_s: () => number;
}

/** What is to be answered, and the user if it has proven to be the one. */
export interface Verdict {
  readonly answer: ClaBody;
  /** The keys are the receiver's to wipe. */
  readonly user?: Bound & { readonly keys: SessionKeys };
  /** Nothing can come of this session any more. */
  readonly isOver?: true;
}

export class Phase2 {
  readonly #options: Phase2Options;
  readonly #exported: Uint8Array;
  #bound: Bound | undefined;
  #conversation: UserConversation | undefined;
  /** EAP has succeeded, and the PaC has not shown its key yet. */
  #keys: SessionKeys | undefined;

  /** @throws RangeError before the handshake is over. */
  constructor(options: Phase2Options) {
    this.#options = options;
    this.#exported = options.end.exportKey(EXPORTED_OCTETS, EXPORTER_LABEL);
  }

  async next(body: ClrBody): Promise<Verdict> {
    const { userName, deviceIds } = body;
    const { source, isAddressed, authenticator } = this.#options;
    this.#bound ??= { userName, deviceIds };
    const bound = this.#bound;
    if (bound.userName !== userName || !areSame(bound.deviceIds, deviceIds)) {
      return over(RESULT.invalidAvpValue, "another user or device than before");
    }
    if (isAddressed && !isFrom(source, deviceIds)) {
      return over(RESULT.invalidAvpValue, "Device-Identifier is not where the request came from");
    }
    if (authenticator === undefined) return this.#byCertificate(bound);
    if (this.#keys) return this.#concludes(bound, this.#keys, body, undefined);
    this.#conversation ??= authenticator.begin(eui48Of(deviceIds));
    const step = await this.#conversation.next(body.eap ?? identityOf(userName));
    if (step.result === "failure") return over(RESULT.authenticationRejected, undefined, step.packet);
    if (step.result === "continue") return { answer: this.#again(step.packet) };
    const msk = provenKey(step, userName);
    if (typeof msk === "string") return over(RESULT.authenticationRejected, msk);
    const { crypto, sessionId } = this.#options;
    this.#keys = sessionKeys(crypto, { sessionId, exported: this.#exported, msk });
    msk.fill(0);
    return this.#concludes(bound, this.#keys, body, step.packet);
  }

  /** Forgets all; keys that it has given stay the receiver's. */
  close(): void {
    this.#exported.fill(0);
    this.#conversation?.close();
    this.#wipe();
  }

  #byCertificate(bound: Bound): Verdict {
    const { crypto, sessionId, end } = this.#options;
    if (end.peerName !== bound.userName)
      return over(RESULT.authenticationRejected, "the certificate is of another user");
    const keys = sessionKeys(crypto, { sessionId, exported: this.#exported });
    return { answer: { resultCode: RESULT.success }, user: { ...bound, keys } };
  }

  /** EAP has succeeded: is it this TLS that it was for (004-D14)? */
  #concludes(bound: Bound, keys: SessionKeys, { eapBinding }: ClrBody, eap: Uint8Array | undefined): Verdict {
    const { crypto } = this.#options;
    const own = bindingOf(crypto, keys.binding, "PAA", bound);
    // Not yet: the PaC's method is done with the Success that it is sent now, and then it has to show its key.
    if (eapBinding === undefined && eap !== undefined) return { answer: { ...this.#again(eap), eapBinding: own } };
    if (eapBinding === undefined || !isBinding(crypto, keys.binding, "PaC", bound, eapBinding)) {
      this.#wipe();
      return over(RESULT.authenticationRejected, "EAP was not made for this TLS");
    }
    const user = { ...bound, keys: { lsa: keys.lsa.slice(), binding: keys.binding.slice() } };
    this.#wipe();
    return { answer: { resultCode: RESULT.success, eap, eapBinding: own }, user };
  }

  #again(eap: Uint8Array): ClaBody {
    return { resultCode: RESULT.multiRoundAuth, eap, multiRoundTimeOut_s: wholeSeconds(this.#options.left_s()) };
  }

  #wipe(): void {
    this.#keys?.lsa.fill(0);
    this.#keys?.binding.fill(0);
    this.#keys = undefined;
  }
}

/** For Multi-Round-Time-Out, an Unsigned32: rounded up, as 0 would keep a PaC from asking that is in time. */
export function wholeSeconds(left_s: number): number {
  return Math.max(0, Math.ceil(left_s));
}

function over(resultCode: number, errorMessage?: string, eap?: Uint8Array): Verdict {
  return { answer: { resultCode, errorMessage, eap }, isOver: true };
}

/** MSK of an EAP that has succeeded as that user, 64 octets, the receiver's to wipe. A string: why there is none; it is wiped. */
export function provenKey({ msk, identity }: Pick<EapStep, "msk" | "identity">, userName: string): Uint8Array | string {
  // A server that does not say whom it has let in may have let in whoever was named inside of EAP.
  const isUser = identity !== undefined && new TextDecoder().decode(identity) === userName;
  if (isUser && msk?.length === EAP_KEY_OCTETS) return msk;
  msk?.fill(0);
  return isUser ? "EAP has made no key" : `EAP has proven ${identity ? "another user" : "nobody by name"}`;
}

/** Asked nothing yet, a server is told who it is (RFC 3748 2.1 leaves the Identity Request to whoever needs it). */
export function identityOf(userName: string): Uint8Array {
  const data = new TextEncoder().encode(userName);
  return emitEap({ code: EAP_CODE.response, identifier: 0, type: EAP_TYPE.identity, data });
}
