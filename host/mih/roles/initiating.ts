/** The end that begins an association (associating.ts). */

import { CIPHERSUITE } from "../keys/ciphersuites.ts";
import { sessionKeys } from "../keys/keys.ts";
import type { Peer } from "../misf.ts";
import type { SecurityAssociation } from "../sa/association.ts";
import { auth, isAuth } from "../sa/auth.ts";
import type { Conversation } from "../sa/conversation.ts";
import { ID_TYPE, readSaid } from "../sa/said.ts";
import { AUTH_REQUEST, AUTH_RESPONSE } from "../wire/messages.ts";
import { NONCE_OCTETS } from "../wire/types.ts";
import { STATUS } from "../wire/values.ts";
import { type AssociatingOptions, type AuthMethod, type Introduction, put, Transcript } from "./associating.ts";

/** There and back; more of them is no authentication that is known here. */
const ROUNDS_MAX = 24;

export interface Associating {
  readonly method: AuthMethod;
  readonly conversation: Conversation;
  /** Of an MN. */
  readonly introduction?: Introduction;
}

/** One association with `peer`, begun here. A string: why there is none. */
export async function associate(
  { misf, crypto, clock, associations }: AssociatingOptions,
  peer: Peer,
  { method, conversation, introduction }: Associating,
): Promise<SecurityAssociation | string> {
  const transcript = new Transcript(crypto);
  const nonceT = crypto.randomBytes(NONCE_OCTETS);
  const ciphersuite = CIPHERSUITE.aesCcm16;
  let payload: Uint8Array | undefined = await conversation.begin();
  let nonceN: Uint8Array | undefined;
  let msk: Uint8Array | undefined;
  try {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const first = round === 0 ? { nonceT, ciphersuite, links: introduction?.links } : {};
      const keys = msk && nonceN ? sessionKeys(crypto, msk, { nonceT, nonceN, ciphersuite }) : undefined;
      const presence = keys && introduction?.presence;
      const asked = { method: ID_TYPE[method], payload, ...first, presence };
      transcript.asked(asked);
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
