/** The end that answers who begins an association (associating.ts). */

import { type Ciphersuite, isCiphersuite } from "../keys/ciphersuites.ts";
import { sessionKeys } from "../keys/keys.ts";
import type { Asker } from "../misf.ts";
import { auth, isAuth } from "../sa/auth.ts";
import type { Conversation } from "../sa/conversation.ts";
import { emitSaid, ID_TYPE, SAID_VALUE_OCTETS } from "../sa/said.ts";
import { AUTH_REQUEST, AUTH_RESPONSE } from "../wire/messages.ts";
import { NONCE_OCTETS } from "../wire/types.ts";
import { type LinkId, STATUS } from "../wire/values.ts";
import {
  type AssociatingOptions,
  type AuthMethod,
  type AuthRequest,
  type AuthResponse,
  type Introduction,
  put,
  Transcript,
} from "./associating.ts";

/** Of others, under way at one time, and of those who say the same name; who has come least far makes room. */
const PENDING_MAX = 1024;
const PENDING_OF_NAME_MAX = 16;

/** An authentication that somebody else began. */
interface Pending {
  readonly method: number;
  readonly conversation: Conversation;
  readonly transcript: Transcript;
  readonly links: readonly LinkId[];
  readonly nonceT: Uint8Array;
  readonly nonceN: Uint8Array;
  readonly ciphersuite: Ciphersuite;
  msk: Uint8Array | undefined;
  /** A step of the conversation is under way. */
  isBusy: boolean;
  /** Messages of the other end that were taken. */
  rounds: number;
}

export interface AnsweringOptions extends AssociatingOptions {
  /** A conversation that proves that the other end is `peer`; undefined: nobody of that name is let in by that method. */
  readonly conversationFor: (method: AuthMethod, peer: string) => Conversation | undefined;
  readonly associated: (asker: Asker, introduction: Introduction) => void;
}

/** The other end of it. */
export class Associator {
  readonly #options: AnsweringOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: AnsweringOptions) {
    this.#options = options;
    options.misf.answers([AUTH_REQUEST, AUTH_RESPONSE], (body, asker) => this.#answer(body, asker));
  }

  close(): void {
    for (const key of [...this.#pending.keys()]) this.#forget(key);
  }

  async #answer(body: AuthRequest, asker: Asker): Promise<AuthResponse> {
    const key = `${asker.id} ${asker.address}`;
    const isFirst = body.nonceT !== undefined;
    const pending = isFirst ? this.#begin(key, body, asker) : this.#pending.get(key);
    // Who sends the next before the last was answered did not begin it, or does not wait for what it begins.
    if (pending === undefined || pending.method !== body.method || pending.isBusy) return { status: STATUS.rejected };
    const { transcript, conversation, nonceT, nonceN, ciphersuite } = pending;
    transcript.asked(body);
    pending.rounds++;
    let payload: Uint8Array | undefined;
    if (body.payload && pending.msk === undefined) {
      pending.isBusy = true;
      const step = await conversation.next(body.payload);
      pending.isBusy = false;
      if (this.#pending.get(key) !== pending) {
        // Given up meanwhile, or begun anew.
        if (step.kind === "done") step.msk.fill(0);
        return { status: STATUS.rejected };
      }
      payload = step.payload;
      if (step.kind === "failed") {
        this.#forget(key);
        return { status: STATUS.authorizationFailure, payload };
      }
      if (step.kind === "done" && step.identity !== asker.id) {
        step.msk.fill(0);
        this.#forget(key);
        return { status: STATUS.authorizationFailure };
      }
      if (step.kind === "done") pending.msk = step.msk;
    }
    if (body.auth === undefined) {
      const answer = { status: STATUS.success, payload, ...(isFirst ? { nonceN, ciphersuite } : {}) };
      transcript.answered(answer);
      return answer;
    }
    const { crypto, clock, associations, lifetime_s, associated } = this.#options;
    const keys = pending.msk && sessionKeys(crypto, pending.msk, { nonceT, nonceN, ciphersuite });
    const isRight = keys && isAuth(crypto, keys.miak, transcript.hash, "initiator", body.auth);
    this.#forget(key);
    if (!isRight) return { status: STATUS.authorizationFailure };
    const saidValue = crypto.randomBytes(SAID_VALUE_OCTETS);
    const association = put(associations, {
      crypto,
      saidValue,
      origin: pending.method === ID_TYPE.tls ? "tls" : "eap",
      peer: asker.id,
      isInitiator: false,
      keys,
      ciphersuite,
      expires_ms: clock.now_ms() + 1000 * lifetime_s,
      now_ms: () => clock.now_ms(),
    });
    if (typeof association === "string") return { status: STATUS.rejected };
    const answer = { status: STATUS.success, payload, said: emitSaid(association.said), lifetime: lifetime_s };
    transcript.answered(answer);
    const { miak } = association;
    const tag = auth(crypto, miak, transcript.hash, "responder");
    miak.fill(0);
    associated(asker, { links: pending.links, presence: body.presence });
    return { ...answer, auth: tag };
  }

  /** Whoever begins again has given up what was under way. */
  #begin(key: string, body: AuthRequest, asker: Asker): Pending | undefined {
    const { crypto, conversationFor } = this.#options;
    this.#forget(key);
    const method = body.method === ID_TYPE.tls ? "tls" : body.method === ID_TYPE.eap ? "eap" : undefined;
    const { nonceT, ciphersuite, links = [] } = body;
    if (method === undefined || nonceT === undefined || ciphersuite === undefined || !isCiphersuite(ciphersuite)) {
      return undefined;
    }
    const conversation = conversationFor(method, asker.id);
    if (conversation === undefined) return undefined;
    const ofName = [...this.#pending].filter(([other]) => other.startsWith(`${asker.id} `));
    if (ofName.length >= PENDING_OF_NAME_MAX) this.#forget(leastFar(ofName));
    else if (this.#pending.size >= PENDING_MAX) this.#forget(leastFar([...this.#pending]));
    const pending: Pending = {
      method: body.method,
      conversation,
      transcript: new Transcript(crypto),
      links,
      nonceT,
      nonceN: crypto.randomBytes(NONCE_OCTETS),
      ciphersuite,
      msk: undefined,
      isBusy: false,
      rounds: 0,
    };
    this.#pending.set(key, pending);
    return pending;
  }

  #forget(key: string): void {
    const pending = this.#pending.get(key);
    pending?.msk?.fill(0);
    pending?.conversation.close();
    this.#pending.delete(key);
  }
}

/** Who spoofs addresses gets no second message in, so he gives way to who does; of equals the oldest goes. */
function leastFar(pendings: readonly (readonly [key: string, pending: Pending])[]): string {
  return pendings.reduce((least, one) => (one[1].rounds < least[1].rounds ? one : least))[0];
}
