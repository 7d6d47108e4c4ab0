/**
 * How two entities come to a security association of their own (802.21a; 003-M4, 003-M8): an authentication goes back and
 * forth inside MIS_Auth until both have an MSK, and then each shows the other its tag over all that was said.
 *
 *     initiator ── method, EAP or TLS octets [, Nonce-T, c, links] ──> responder
 *               <── Status, EAP or TLS octets [, Nonce-N, c] ────────
 *               ── ... AUTH_i ──>
 *               <── Status, SAID, KeyLifeTime, AUTH_r ──
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { CIPHERSUITE, type Ciphersuite, isCiphersuite } from "../keys/ciphersuites.ts";
import { sessionKeys } from "../keys/keys.ts";
import type { Asker, Misf, Peer } from "../misf.ts";
import { SecurityAssociation } from "../sa/association.ts";
import { auth, isAuth } from "../sa/auth.ts";
import type { Conversation } from "../sa/conversation.ts";
import { emitSaid, ID_TYPE, readSaid, SAID_VALUE_OCTETS } from "../sa/said.ts";
import type { SaTable } from "../sa/table.ts";
import type { Clock } from "../transport/link.ts";
import { type BodyOf, emitService } from "../wire/message.ts";
import { AUTH_REQUEST, AUTH_RESPONSE } from "../wire/messages.ts";
import { NONCE_OCTETS } from "../wire/types.ts";
import { type LinkId, STATUS } from "../wire/values.ts";

export type AuthMethod = "tls" | "eap";

/** There and back; more of them is no authentication that is known here. */
const ROUNDS_MAX = 24;
/** Of others, under way at one time; the oldest makes room. */
const PENDING_MAX = 64;

type AuthRequest = BodyOf<typeof AUTH_REQUEST>;
type AuthResponse = BodyOf<typeof AUTH_RESPONSE>;

export interface AssociatingOptions {
  readonly misf: Misf;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly associations: SaTable;
  /** Of what this end answers, s. */
  readonly lifetime_s: number;
}

/** What both have said, with nothing of what proves it. */
class Transcript {
  readonly #crypto: Crypto;
  #octets: Uint8Array = new Uint8Array();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  asked({ auth: _, ...body }: AuthRequest): void {
    this.#octets = concat(this.#octets, emitService(AUTH_REQUEST, body));
  }

  answered({ auth: _, ...body }: AuthResponse): void {
    this.#octets = concat(this.#octets, emitService(AUTH_RESPONSE, body));
  }

  get hash(): Uint8Array {
    return this.#crypto.sha256(this.#octets);
  }
}

/** One association with `peer`, begun here. A string: why there is none. */
export async function associate(
  { misf, crypto, clock, associations }: AssociatingOptions,
  peer: Peer,
  { method, conversation, links }: { method: AuthMethod; conversation: Conversation; links?: readonly LinkId[] },
): Promise<SecurityAssociation | string> {
  const transcript = new Transcript(crypto);
  const nonceT = crypto.randomBytes(NONCE_OCTETS);
  const ciphersuite = CIPHERSUITE.aesCcm16;
  let payload: Uint8Array | undefined = await conversation.begin();
  let nonceN: Uint8Array | undefined;
  let msk: Uint8Array | undefined;
  try {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const first = round === 0 ? { nonceT, ciphersuite, links } : {};
      const asked = { method: ID_TYPE[method], payload, ...first };
      transcript.asked(asked);
      const keys = msk && nonceN ? sessionKeys(crypto, msk, { nonceT, nonceN, ciphersuite }) : undefined;
      const tag = keys && auth(crypto, keys.miak, transcript.hash, "initiator");
      const outcome = await misf.asks(peer, [AUTH_REQUEST, AUTH_RESPONSE], { ...asked, auth: tag });
      if (outcome.kind !== "answer") return "nobody answered";
      const { body } = outcome;
      transcript.answered(body);
      if (keys) {
        const said = body.said && readSaid(body.said);
        const isRight =
          said && body.lifetime && body.auth && isAuth(crypto, keys.miak, transcript.hash, "responder", body.auth);
        if (body.status !== STATUS.success || !isRight || said.idType !== ID_TYPE[method]) {
          return "the other end did not prove that it has the key";
        }
        return put(associations, {
          crypto,
          saidValue: said.value,
          origin: method,
          peer: peer.id,
          isInitiator: true,
          keys,
          ciphersuite,
          expires_ms: clock.now_ms() + 1000 * (body.lifetime ?? 0),
          now_ms: () => clock.now_ms(),
        });
      }
      if (round === 0) nonceN = body.nonceN;
      if (
        body.status === STATUS.success &&
        (nonceN === undefined || (round === 0 && body.ciphersuite !== ciphersuite))
      ) {
        return "the other end left out its nonce, or chose another ciphersuite";
      }
      const step = await conversation.next(body.payload ?? new Uint8Array());
      if (step.kind === "failed") {
        // The other end is told why, as far as that is told; its answer to it says nothing more.
        if (step.payload && body.status === STATUS.success) {
          await misf.asks(peer, [AUTH_REQUEST, AUTH_RESPONSE], { method: ID_TYPE[method], payload: step.payload });
        }
        return step.reason;
      }
      if (body.status !== STATUS.success) return "the other end refused";
      payload = step.payload;
      if (step.kind === "done") {
        msk = step.msk;
        if (step.identity !== peer.id) return `the other end is ${step.identity ?? "somebody"}, not ${peer.id}`;
      }
    }
    return "the authentication did not come to an end";
  } finally {
    msk?.fill(0);
    conversation.close();
  }
}

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
}

export interface AnsweringOptions extends AssociatingOptions {
  /** A conversation that proves that the other end is `peer`; undefined: nobody of that name is let in by that method. */
  readonly conversationFor: (method: AuthMethod, peer: string) => Conversation | undefined;
  readonly associated: (asker: Asker, links: readonly LinkId[], association: SecurityAssociation) => void;
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
    if (pending === undefined || pending.method !== body.method) return { status: STATUS.rejected };
    const { transcript, conversation, nonceT, nonceN, ciphersuite } = pending;
    transcript.asked(body);
    let payload: Uint8Array | undefined;
    if (body.payload && pending.msk === undefined) {
      const step = await conversation.next(body.payload);
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
    const tag = auth(crypto, association.miak, transcript.hash, "responder");
    associated(asker, pending.links, association);
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
    if (this.#pending.size >= PENDING_MAX) this.#forget(this.#pending.keys().next().value as string);
    const pending: Pending = {
      method: body.method,
      conversation,
      transcript: new Transcript(crypto),
      links,
      nonceT,
      nonceN: crypto.randomBytes(NONCE_OCTETS),
      ciphersuite,
      msk: undefined,
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

/** Owned by the table from now on; the keys are wiped. */
function put(
  associations: SaTable,
  options: ConstructorParameters<typeof SecurityAssociation>[0],
): SecurityAssociation | string {
  const association = new SecurityAssociation(options);
  options.keys.miak.fill(0);
  options.keys.miek.fill(0);
  const refusal = associations.put(association);
  return refusal === undefined ? association : `there is no place for the association: ${refusal}`;
}
