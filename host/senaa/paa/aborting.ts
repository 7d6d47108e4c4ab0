/** The PAA ends a session (figure 5). */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { sealedOf, unsealed } from "../session/sealed.ts";
import { LAST_TRANSMISSIONS, type Patience } from "../transport/requests.ts";
import type { Transactions } from "../transport/transactions.ts";
import { outsideOf } from "../wire/checksum.ts";
import { TERMINATION_CAUSE } from "../wire/codes.ts";
import { emitMessage } from "../wire/message.ts";
import { SASA, SASR } from "../wire/messages.ts";
import type { Session } from "./session.ts";

export interface Aborting {
  readonly transactions: Transactions;
  readonly crypto: Crypto;
  readonly session: Session;
  readonly cause: Cause;
}

/** For which a PAA ends a session. */
export type Cause = (typeof TERMINATION_CAUSE)["administrative" | "sessionTimeout"];

/** Whoever was waited for in vain is not waited for again. */
export function patienceFor(cause: Cause): Patience {
  return cause === TERMINATION_CAUSE.sessionTimeout ? { transmissions: LAST_TRANSMISSIONS } : {};
}

/** true: the PaC knows. A string: why it may not. */
export async function aborts({ transactions, crypto, session, cause }: Aborting): Promise<true | string> {
  const { id: sessionId, end, source } = session;
  if (!end.isSecure) return "there is no TLS to say it in";
  const ids = transactions.nextIds();
  const body = sealedOf(crypto, SASR, outsideOf(SASR, ids, { sessionId }), { terminationCause: cause });
  const [said, closed] = [await end.write(body), await end.end()];
  const tls = concat(said.octets, closed.octets);
  const outcome = await transactions.request(source, emitMessage(SASR, ids, { sessionId, tls }), patienceFor(cause));
  if ("failure" in outcome) return outcome.failure;
  const { message } = outcome;
  if (message.way !== "tls" || message.name !== "SASA") return `it answered with ${message.name}`;
  const flight = await end.receive(message.body.tls);
  const answer = unsealed(crypto, SASA, message.outside, flight.data);
  return typeof answer === "string" ? answer : true;
}
