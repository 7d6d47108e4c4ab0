/** The PAA ends a session (figure 5). */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { sealedOf, unsealed } from "../session/sealed.ts";
import type { Patience } from "../transport/requests.ts";
import type { Transactions } from "../transport/transactions.ts";
import { outsideOf } from "../wire/checksum.ts";
import { emitMessage } from "../wire/message.ts";
import { SASA, SASR } from "../wire/messages.ts";
import type { Session } from "./session.ts";

export interface Aborting {
  readonly transactions: Transactions;
  readonly crypto: Crypto;
  readonly session: Session;
  readonly cause: number;
  readonly patience: Patience;
}

/** true: the PaC knows. A string: why it may not. */
export async function aborts({ transactions, crypto, session, cause, patience }: Aborting): Promise<true | string> {
  const { id: sessionId, end, source } = session;
  if (!end.isSecure) return "there is no TLS to say it in";
  const ids = transactions.nextIds();
  const body = sealedOf(crypto, SASR, outsideOf(SASR, ids, { sessionId }), { terminationCause: cause });
  const [said, closed] = [await end.write(body), await end.end()];
  const tls = concat(said.octets, closed.octets);
  const outcome = await transactions.request(source, emitMessage(SASR, ids, { sessionId, tls }), patience);
  if ("failure" in outcome) return outcome.failure;
  const { message } = outcome;
  if (message.way !== "tls" || message.name !== "SASA") return `it answered with ${message.name}`;
  const flight = await end.receive(message.body.tls);
  const answer = unsealed(crypto, SASA, message.outside, flight.data);
  return typeof answer === "string" ? answer : true;
}
