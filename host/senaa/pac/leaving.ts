/** Logging out (figure 4): SSTR with a close_notify, which is the last that this end says in TLS. */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { sealedOf, unsealed } from "../session/sealed.ts";
import { RESULT, TERMINATION_CAUSE } from "../wire/codes.ts";
import { SSTA, SSTR } from "../wire/messages.ts";
import { type Asking, asksInSession } from "./exchange.ts";
import { reasonOf, type Secured } from "./phase1.ts";

export interface Leaving extends Asking {
  readonly crypto: Crypto;
  readonly session: Secured;
}

/** true: the PAA has ended the session, too, or did not know it any more. A string: why that is not sure. */
export async function leaves({ crypto, session, ...asking }: Leaving): Promise<true | string> {
  const { sessionId, end } = session;
  const answer = await asksInSession(asking, SSTR, sessionId, async (outside) => {
    const body = sealedOf(crypto, SSTR, outside, { terminationCause: TERMINATION_CAUSE.logout });
    const [said, closed] = [await end.write(body), await end.end()];
    return concat(said.octets, closed.octets);
  });
  if (answer.kind === "refusal" && answer.resultCode === RESULT.unknownSessionId) return true;
  if (answer.kind !== "flight") return reasonOf(answer);
  const flight = await end.receive(answer.octets);
  const body = unsealed(crypto, SSTA, answer.outside, flight.data);
  if (typeof body === "string") return flight.failure ?? body;
  return body.resultCode === RESULT.success ? true : `refused with ${body.resultCode}`;
}
