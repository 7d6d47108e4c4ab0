/** What a PAA answers to the requests of one session: one after the other, each flight whole before anything is done with it. */

import type { Crypto } from "../../crypto/crypto.ts";
import type { TlsEnd, TlsFlight } from "../../tlspipe/end.ts";
import { concat } from "../../wire/octets.ts";
import { sealedOf, unsealed } from "../session/sealed.ts";
import type { ClaBody } from "../session/user.ts";
import type { Asked } from "../transport/transactions.ts";
import { outsideOf } from "../wire/checksum.ts";
import type { Chunk } from "../wire/chunks.ts";
import { RESULT } from "../wire/codes.ts";
import { emitMessage } from "../wire/message.ts";
import { CLA, CLR, CSAA, CSAR, SCA, SSTA, SSTR } from "../wire/messages.ts";
import { CONTENT, readRecords, type TlsRecord } from "../wire/records.ts";
import type { Authenticator } from "./authenticator.ts";
import { type DeviceAuthenticator, DevicesBehind } from "./behind.ts";
import { admits, type EnforcementPoint, type Grant, takesBack } from "./enforcement.ts";
import { Phase2 } from "./phase2.ts";
import type { Session } from "./session.ts";

export interface Answering {
  readonly crypto: Crypto;
  readonly authenticator: Authenticator | undefined;
  readonly enforcement: EnforcementPoint;
  readonly devices: DeviceAuthenticator | undefined;
  readonly isAddressed: boolean;
  readonly lifetime_s: number;
  readonly grace_s: number;
  /** How long an authentication may take, of a user and of a device behind one. */
  readonly authentication_s: number;
  readonly now_s: () => number;
  readonly newEnd: () => TlsEnd;
  readonly secured: (session: Session) => void;
  /** Its user is in, or still is. */
  readonly opened: (session: Session) => void;
  readonly ended: (session: Session, reason: string) => void;
  readonly isThere: (session: Session) => boolean;
  readonly tell: (event: string) => void;
}

const ANSWER = { SCR: SCA, CSAR: CSAA, CLR: CLA, SSTR: SSTA } as const;
type Name = keyof typeof ANSWER;

/** TLS octets to answer with; `over`: why nothing follows them. */
interface Said {
  readonly octets: Uint8Array;
  readonly over?: string;
}

export async function answers(paa: Answering, session: Session, asked: Asked): Promise<void> {
  const { message } = asked;
  const name = message.name as Name;
  // It did not wait for its answer: what it wants now would come into the middle of what goes on.
  if (session.isBusy || message.way !== "tls") return asked.ignore();
  session.isBusy = true;
  try {
    const chunk = message.body as Chunk;
    // What belongs to the flight of an SCR and comes behind it is in CSARs.
    const taken = session.takes(name === "SCR" ? "CSAR" : name, chunk, message.outside);
    if (typeof taken === "string") {
      asked.refuse(RESULT.unableToComply);
      paa.ended(session, taken);
      return;
    }
    if (!("flight" in taken)) {
      replies(paa, session, asked, name, taken);
      return;
    }
    if (session.over !== undefined) return asked.refuse(RESULT.unableToComply);
    const said = await says(paa, session, asked, name, taken);
    if (!paa.isThere(session)) return asked.ignore();
    if (said === "out of place") return asked.refuse(RESULT.unableToComply);
    session.over = said.over;
    replies(paa, session, asked, name, session.sends(said.octets));
  } catch (error) {
    // Of whoever authenticates, or keeps the gate: this stream has a hole, and the other sessions go on.
    asked.refuse(RESULT.unableToComply);
    paa.ended(session, `it could not be answered: ${(error as Error).message}`);
  } finally {
    session.isBusy = false;
  }
}

/** With the last part of the last flight the session has ended. */
function replies(paa: Answering, session: Session, asked: Asked, name: Name, chunk: Chunk): void {
  const { id: sessionId, over, isSending } = session;
  asked.answer(emitMessage(ANSWER[name] as typeof CSAA, asked.message.header, { sessionId, ...chunk }));
  if (over !== undefined && !isSending) paa.ended(session, over);
}

interface Flight {
  readonly flight: Uint8Array;
  readonly outside: Uint8Array;
}

function says(
  paa: Answering,
  session: Session,
  asked: Asked,
  name: Name,
  heard: Flight,
): Promise<Said | "out of place"> | "out of place" {
  if (name === "CLR") {
    if (session.phase === "secured") return authenticates(paa, session, asked, heard);
    return session.phase === "open" && !session.next ? carries(paa, session, asked, heard) : "out of place";
  }
  if (name === "SSTR") return session.phase === "handshake" ? "out of place" : logsOut(paa, session, asked, heard);
  if (session.phase === "handshake") return handshakes(paa, session, asked, heard);
  if (session.next) return resumed(paa, session, asked, session.next, heard);
  const records = readRecords(heard.flight) ?? [];
  if (!records.some(({ type }) => type === CONTENT.handshake)) return alerted(session, heard);
  return session.phase === "open" ? resumes(paa, session, records, heard) : "out of place";
}

/** 004-S13: what the PaC's TLS has to say of itself, which is that it has ended, or nothing that belongs here. */
async function alerted({ end }: Session, { flight }: Flight): Promise<Said> {
  const { octets, failure, isEnded } = await end.receive(flight);
  if (isEnded) return { octets: concat(octets, (await end.end()).octets), over: "the PaC has ended its TLS" };
  return { octets, over: `TLS has failed: ${failure ?? "it carried what nobody asked for"}` };
}

/** Why nothing more can come of that TLS, if nothing can. */
function failureOf({ failure, isEnded }: TlsFlight): string | undefined {
  return failure !== undefined || isEnded ? `TLS has failed: ${failure ?? "the PaC has ended it"}` : undefined;
}

/** Figure 2a. */
async function handshakes(paa: Answering, session: Session, asked: Asked, heard: Flight): Promise<Said> {
  const { end } = session;
  const flight = await end.receive(heard.flight);
  const { octets } = flight;
  const over = failureOf(flight);
  if (over !== undefined) return { octets, over };
  if (!end.isSecure) return { octets };
  if (end.refusal !== undefined) return refuses(paa, session, asked, octets, end.refusal);
  session.phase = "secured";
  paa.secured(session);
  return { octets };
}

/** TLS is there, and who it is with is not believed: it is told so inside of it. */
async function refuses(
  { crypto }: Answering,
  { id: sessionId, end }: Session,
  asked: Asked,
  before: Uint8Array,
  why: string,
): Promise<Said> {
  const outside = outsideOf(CSAA, asked.message.header, { sessionId });
  const said = await end.write(sealedOf(crypto, CSAA, outside, { resultCode: RESULT.authenticationRejected }));
  const closed = await end.end();
  return { octets: concat(before, said.octets, closed.octets), over: `the certificate is not believed: ${why}` };
}

/** Figure 2b: a record of the TLS of before, and a new ClientHello (004-D2). */
async function resumes(
  paa: Answering,
  session: Session,
  [first, ...rest]: readonly TlsRecord[],
  { outside }: Flight,
): Promise<Said | "out of place"> {
  const { crypto } = paa;
  // Nothing is spent on a ClientHello that the TLS of before has not said.
  if (first?.type !== CONTENT.applicationData || rest[0]?.type !== CONTENT.handshake) return "out of place";
  const old = await session.end.receive(first.octets);
  const body = unsealed(crypto, CSAR, outside, old.data);
  if (typeof body === "string") return { octets: old.octets, over: old.failure ?? body };
  session.next = paa.newEnd();
  const { octets, failure } = await session.next.receive(concat(...rest.map((record) => record.octets)));
  return failure === undefined ? { octets } : { octets, over: `TLS has failed: ${failure}` };
}

/** The end of it: the new TLS is the session's. */
async function resumed(paa: Answering, session: Session, asked: Asked, next: TlsEnd, heard: Flight): Promise<Said> {
  const { crypto } = paa;
  const { id: sessionId, end } = session;
  const flight = await next.receive(heard.flight);
  const { octets, data } = flight;
  const over = failureOf(flight);
  if (over !== undefined) return { octets, over };
  // A PaC that resumes nothing knows that TLS is there when it has this end's Finished, and speaks then.
  if (!next.isSecure || data.length === 0) return { octets };
  const body = unsealed(crypto, CSAR, heard.outside, data);
  if (typeof body === "string") return { octets, over: body };
  const { peerName } = end;
  end.close();
  session.end = next;
  session.next = undefined;
  if (next.refusal !== undefined || next.peerName !== peerName) {
    return refuses(paa, session, asked, octets, next.refusal ?? "it is of another user");
  }
  const outside = outsideOf(CSAA, asked.message.header, { sessionId });
  const said = await next.write(sealedOf(crypto, CSAA, outside, { resultCode: RESULT.success }));
  paa.opened(session);
  return { octets: concat(octets, said.octets) };
}

/** Figure 3. */
async function authenticates(paa: Answering, session: Session, asked: Asked, heard: Flight): Promise<Said> {
  const { crypto, enforcement, lifetime_s, grace_s } = paa;
  const { end, id: sessionId, source } = session;
  const flight = await end.receive(heard.flight);
  const { octets, data } = flight;
  const over = failureOf(flight);
  if (over !== undefined) return { octets, over };
  const body = unsealed(crypto, CLR, heard.outside, data);
  const answer = async (cla: ClaBody): Promise<Uint8Array> => {
    const outside = outsideOf(CLA, asked.message.header, { sessionId });
    return concat(octets, (await end.write(sealedOf(crypto, CLA, outside, cla))).octets);
  };
  if (typeof body === "string") {
    return { octets: await answer({ resultCode: RESULT.invalidAvpValue, errorMessage: body }), over: body };
  }
  const left_s = (): number => session.deadline_s - paa.now_s();
  session.phase2 ??= new Phase2({ ...paa, sessionId, source, end, left_s });
  const verdict = await session.phase2.next(body);
  const { user } = verdict;
  // Given up meanwhile: whoever ended the session has closed its TLS, too.
  if (!paa.isThere(session)) {
    wipe(user?.keys.lsa, user?.keys.binding);
    return { octets: new Uint8Array() };
  }
  if (user === undefined) {
    const { resultCode, errorMessage } = verdict.answer;
    const over = verdict.isOver
      ? `${body.userName} is refused with ${resultCode}: ${errorMessage ?? "by EAP"}`
      : undefined;
    return { octets: await answer(verdict.answer), over };
  }
  const { userName, deviceIds, keys } = user;
  keys.binding.fill(0);
  const grant = { sessionId, userName, deviceIds, lsa: keys.lsa };
  if (!(await admits(enforcement, grant))) {
    const cla = { resultCode: RESULT.authorizationRejected, errorMessage: "not for this network" };
    return { octets: await answer(cla), over: `${userName} is not for this network` };
  }
  if (!paa.isThere(session)) {
    takesBack(enforcement, grant, paa.tell);
    return { octets: new Uint8Array() };
  }
  session.grant = grant;
  session.phase = "open";
  session.phase2.close();
  session.phase2 = undefined;
  session.lifetime_s = Math.min(lifetime_s, body.authorizationLifetime_s ?? lifetime_s);
  paa.opened(session);
  const times = { authorizationLifetime_s: session.lifetime_s, authGracePeriod_s: grace_s };
  return { octets: await answer({ ...verdict.answer, ...times }) };
}

/** A device behind a PaC that is in. */
async function carries(paa: Answering, session: Session, asked: Asked, heard: Flight): Promise<Said> {
  const { end, id: sessionId } = session;
  const flight = await end.receive(heard.flight);
  const { octets, data } = flight;
  const over = failureOf(flight);
  if (over !== undefined) return { octets, over };
  const body = unsealed(paa.crypto, CLR, heard.outside, data);
  if (typeof body === "string") return { octets, over: body };
  session.behind ??= new DevicesBehind(paa.devices, paa.authentication_s, paa.now_s);
  const cla = await session.behind.next(body, session.grant as Grant);
  if (!paa.isThere(session)) {
    wipe(cla.eapMasterSessionKey);
    return { octets: new Uint8Array() };
  }
  const outside = outsideOf(CLA, asked.message.header, { sessionId });
  const said = await end.write(sealedOf(paa.crypto, CLA, outside, cla));
  wipe(cla.eapMasterSessionKey);
  return { octets: concat(octets, said.octets) };
}

/** Figure 4. */
async function logsOut({ crypto }: Answering, session: Session, asked: Asked, heard: Flight): Promise<Said> {
  const { end, id: sessionId } = session;
  const { octets, data, failure } = await end.receive(heard.flight);
  const body = unsealed(crypto, SSTR, heard.outside, data);
  if (typeof body === "string") return { octets, over: failure ?? body };
  const outside = outsideOf(SSTA, asked.message.header, { sessionId });
  const said = await end.write(sealedOf(crypto, SSTA, outside, { resultCode: RESULT.success }));
  const closed = await end.end();
  return { octets: concat(octets, said.octets, closed.octets), over: "has logged out" };
}

function wipe(...keys: readonly (Uint8Array | undefined)[]): void {
  for (const key of keys) key?.fill(0);
}
