/** Phase 1: TLS with the PAA, anew (figure 2a) or once more (figure 2b). */

import type { Crypto } from "../../crypto/crypto.ts";
import { TlsEnd, type TlsEndOptions } from "../../tlspipe/end.ts";
import { concat } from "../../wire/octets.ts";
import { sealedOf, unsealed } from "../session/sealed.ts";
import { RESULT } from "../wire/codes.ts";
import { CSAA, CSAR } from "../wire/messages.ts";
import { realmOf } from "../wire/names.ts";
import { type Asking, asksFirst, asksInSession, type Exchanged, failed, saysLast } from "./exchange.ts";

/** A session whose network is known. */
export interface Secured {
  readonly sessionId: string;
  readonly end: TlsEnd;
  /** Who has answered, and is asked from now on. */
  readonly paa: string;
}

/** Flights of one handshake, both ways; a TLS that takes more is none that is known. */
const FLIGHTS_MAX = 6;
/** A PAA under load asks for its cookie; one that asks again and again has no use for it. */
const CHALLENGES_MAX = 2;

interface Handshake extends Omit<Asking, "patience"> {
  readonly crypto: Crypto;
  readonly isRelayed: boolean;
  readonly tls: Pick<TlsEndOptions, "ca" | "certificate" | "key" | "serverName" | "minVersion" | "maxVersion">;
  readonly userName: string;
}

/** A string: why the network is not believed, or did not answer. */
export async function handshakes({
  transactions,
  to,
  isRelayed,
  tls,
  userName,
  crypto,
}: Handshake): Promise<Secured | string> {
  const end = TlsEnd.client({ ...tls, isResumable: true });
  const fails = (reason: string): string => {
    end.close();
    return reason;
  };
  const hello = (await end.begin()).octets;
  let asking: Asking = { transactions, to, patience: { isRelayed } };
  let answer = await asksFirst(asking, { userName: realmOf(userName) }, hello);
  for (let i = 0; answer.kind === "challenge" && i < CHALLENGES_MAX; i++) {
    asking = { transactions, to: answer.from };
    answer = await asksFirst(asking, { userName: realmOf(userName), cookie: answer.cookie }, hello);
  }
  for (let i = 0; i < FLIGHTS_MAX; i++) {
    if (answer.kind !== "flight") return fails(reasonOf(answer));
    const { sessionId, from } = answer;
    const direct: Asking = { transactions, to: from };
    const flight = await end.receive(answer.octets);
    if (flight.data.length > 0) {
      // Before there is a user all that it has to say is that there will be none.
      const body = unsealed(crypto, CSAA, answer.outside, flight.data);
      return fails(typeof body === "string" ? body : `refused with ${body.resultCode}`);
    }
    if (flight.failure !== undefined || flight.isEnded) {
      return fails(await failed(direct, sessionId, flight));
    }
    if (end.isSecure && flight.octets.length === 0) {
      if (end.refusal === undefined) return { sessionId, end, paa: from };
      const { octets } = await end.end();
      await saysLast(direct, sessionId, octets);
      return fails(`the network's certificate is not believed: ${end.refusal}`);
    }
    answer = await asksInSession(direct, CSAR, sessionId, () => flight.octets);
  }
  return fails("the handshake does not come to its end");
}

interface Resumption extends Asking {
  readonly tls: Handshake["tls"];
  readonly crypto: Crypto;
  readonly session: Secured;
}

/**
 * The first CSAR holds a record of the TLS of before, with Msg-Checksum, and then the new ClientHello (004-D2): nobody else
 * can begin it. A string: why there is no new TLS.
 */
export async function resumes({
  tls,
  crypto,
  session,
  ...asking
}: Resumption): Promise<{ readonly end: TlsEnd } | string> {
  const { sessionId, end: old } = session;
  const end = TlsEnd.client({ ...tls, isResumable: true, session: old.session });
  const fails = (reason: string): string => {
    end.close();
    return reason;
  };
  let answer = await asksInSession(asking, CSAR, sessionId, async (outside) => {
    const record = await old.write(sealedOf(crypto, CSAR, outside, {}));
    return concat(record.octets, (await end.begin()).octets);
  });
  for (let i = 0; i < FLIGHTS_MAX; i++) {
    if (answer.kind !== "flight") return fails(reasonOf(answer));
    const flight = await end.receive(answer.octets);
    // Who is refused is told so, and then TLS ends.
    if (flight.data.length > 0) {
      const body = unsealed(crypto, CSAA, answer.outside, flight.data);
      if (typeof body === "string") return fails(body);
      if (body.resultCode !== RESULT.success) return fails(`refused with ${body.resultCode}`);
      return end.refusal === undefined ? { end } : fails(`the network's certificate is not believed: ${end.refusal}`);
    }
    if (flight.failure !== undefined || flight.isEnded) {
      return fails(await failed(asking, sessionId, flight));
    }
    answer = await asksInSession(asking, CSAR, sessionId, async (outside) => {
      if (!end.isSecure) return flight.octets;
      const record = await end.write(sealedOf(crypto, CSAR, outside, {}));
      return concat(flight.octets, record.octets);
    });
  }
  return fails("the handshake does not come to its end");
}

/** For a person. */
export function reasonOf(answer: Exclude<Exchanged, { readonly kind: "flight" }>): string {
  if (answer.kind === "challenge") return "the PAA asks for its cookie again and again";
  if (answer.kind === "failure") return answer.reason;
  const why = answer.errorMessage ?? MEANING.get(answer.resultCode);
  return `refused with ${answer.resultCode}${why ? `: ${why}` : ""}`;
}

/** Of refusals that come without a word of their own. */
const MEANING: ReadonlyMap<number, string> = new Map([
  [RESULT.tooBusy, "the PAA has too many sessions"],
  [RESULT.unknownSessionId, "the PAA knows no such session, or not from this address"],
  [RESULT.unableToComply, "the PAA did not expect that now"],
]);
