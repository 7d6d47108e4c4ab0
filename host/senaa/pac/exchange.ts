/**
 * One flight of TLS to the PAA and its flight back, in as many messages as both take (004-D16):
 *
 *     request, part ──>  <── answer, empty          while this end's flight has parts
 *     request, last ──>  <── answer, part
 *     request, empty ─>  <── answer, part           while the other end's has
 *
 * An SCR is the first message alone: what belongs to its flight and comes behind it goes in CSARs, which have the Session-Id.
 */

import type { TlsFlight } from "../../tlspipe/end.ts";
import { LAST_TRANSMISSIONS, type Patience } from "../transport/requests.ts";
import type { Transactions } from "../transport/transactions.ts";
import { outsideOf } from "../wire/checksum.ts";
import { type Chunk, chunksOf, FLIGHT_OCTETS_MAX, FlightReader } from "../wire/chunks.ts";
import { CHUNK_OCTETS_MAX } from "../wire/dictionary.ts";
import { emitMessage, type TlsMessage } from "../wire/message.ts";
import { type CLR, CSAR, SCR, type SSTR } from "../wire/messages.ts";

/** Parts of two flights. */
const ROUNDS_MAX = 2 * Math.ceil(FLIGHT_OCTETS_MAX / CHUNK_OCTETS_MAX);

export type Exchanged =
  | {
      readonly kind: "flight";
      readonly octets: Uint8Array;
      /** Of the answer that brought the first part of it: what Msg-Checksum is made of. */
      readonly outside: Uint8Array;
      readonly from: string;
      readonly sessionId: string;
    }
  /** 004-D13. */
  | { readonly kind: "challenge"; readonly cookie: Uint8Array; readonly from: string }
  | { readonly kind: "refusal"; readonly resultCode: number; readonly errorMessage?: string; readonly from: string }
  | { readonly kind: "failure"; readonly reason: string };

export interface Asking {
  readonly transactions: Transactions;
  readonly to: string;
  readonly patience?: Patience;
}

type InSession = typeof CSAR | typeof CLR | typeof SSTR;
const ANSWER = { SCR: "SCA", CSAR: "CSAA", CLR: "CLA", SSTR: "SSTA" } as const;

/** The first: its ClientHello. */
export async function asksFirst(
  asking: Asking,
  { userName, cookie }: { readonly userName: string; readonly cookie?: Uint8Array },
  flight: Uint8Array,
): Promise<Exchanged> {
  const [head, ...rest] = chunksOf(flight);
  const ids = asking.transactions.nextIds();
  const answered = await asks(asking, emitMessage(SCR, ids, { userName, cookie, ...head }));
  if ("kind" in answered) return answered;
  if (answered.name !== "SCA") return wrong(answered.name);
  const { sessionId } = answered.body;
  // From here on the PaC asks who has answered (004-S9).
  const direct = { ...asking, to: answered.from, patience: { ...asking.patience, isRelayed: false } };
  return follows(direct, CSAR, sessionId, rest, answered);
}

/** In a session. `flightOf`: the flight, by what stands outside of TLS in its first message. */
export async function asksInSession(
  asking: Asking,
  spec: InSession,
  sessionId: string,
  flightOf: (outside: Uint8Array) => Promise<Uint8Array> | Uint8Array,
): Promise<Exchanged> {
  const ids = asking.transactions.nextIds();
  // All of them have the same list outside of TLS.
  const outer = spec as typeof CSAR;
  const flight = await flightOf(outsideOf(outer, ids, { sessionId }));
  const [head, ...rest] = chunksOf(flight);
  const answered = await asks(asking, emitMessage(outer, ids, { sessionId, ...head }));
  if ("kind" in answered) return answered;
  if (answered.name !== ANSWER[spec.name]) return wrong(answered.name);
  return follows(asking, spec, sessionId, rest, answered);
}

/** What TLS says last, before it is torn down (004-S13): an alert, or close_notify. The answer to it says nothing more. */
export async function saysLast(asking: Asking, sessionId: string, octets: Uint8Array): Promise<void> {
  const [head] = chunksOf(octets);
  const patience = { ...asking.patience, transmissions: LAST_TRANSMISSIONS };
  await asks({ ...asking, patience }, emitMessage(CSAR, asking.transactions.nextIds(), { sessionId, ...head }));
}

/** The reason of a TLS that has failed, for a person; the PAA knows it, too. */
export async function failed(asking: Asking, sessionId: string, { octets, failure }: TlsFlight): Promise<string> {
  if (octets.length > 0) await saysLast(asking, sessionId, octets);
  return `TLS with the network failed: ${failure ?? "the PAA has ended it"}`;
}

type Answer = TlsMessage & { readonly from: string };

/** The other parts of this end's flight, and then those of the other's. */
async function follows(
  asking: Asking,
  spec: InSession,
  sessionId: string,
  rest: readonly Chunk[],
  first: Answer,
): Promise<Exchanged> {
  const reader = new FlightReader();
  let answer = first;
  let outside: Uint8Array | undefined;
  for (let round = 0; round <= ROUNDS_MAX; round++) {
    const { tls, tlsMore, sessionId: named } = answer.body as Chunk & { readonly sessionId: string };
    if (named !== sessionId) return { kind: "failure", reason: "the answer is of another session" };
    const part = rest.at(round);
    if (part === undefined) {
      outside ??= answer.outside;
      const flight = reader.take({ tls, tlsMore });
      if (flight === "too long") return { kind: "failure", reason: "the other end's flight is too long" };
      if (flight !== "more") return { kind: "flight", octets: flight, outside, from: answer.from, sessionId };
    } else if (tls.length > 0) {
      return { kind: "failure", reason: "the other end answered before it had heard all" };
    }
    const chunk = part ?? { tls: new Uint8Array() };
    const ids = asking.transactions.nextIds();
    const answered = await asks(asking, emitMessage(spec as typeof CSAR, ids, { sessionId, ...chunk }));
    if ("kind" in answered) return answered;
    if (answered.name !== ANSWER[spec.name]) return wrong(answered.name);
    answer = answered;
  }
  return { kind: "failure", reason: "the other end's flight does not come to an end" };
}

async function asks(
  { transactions, to, patience }: Asking,
  datagram: Uint8Array,
): Promise<Answer | Exclude<Exchanged, { readonly kind: "flight" }>> {
  const outcome = await transactions.request(to, datagram, patience);
  if ("failure" in outcome) return { kind: "failure", reason: outcome.failure };
  const { message, from } = outcome;
  if (message.way !== "tls") return wrong(message.name);
  if (message.name === "refusal") {
    const { resultCode, errorMessage } = message.body;
    return { kind: "refusal", resultCode, errorMessage, from };
  }
  if (message.name === "SCA challenge") return { kind: "challenge", cookie: message.body.cookie, from };
  return { ...message, from };
}

function wrong(name: string): { readonly kind: "failure"; readonly reason: string } {
  return { kind: "failure", reason: `${name} is no answer to that` };
}
