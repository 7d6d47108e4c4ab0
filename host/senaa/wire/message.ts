/** Whole messages: a list of messages.ts behind a header, and back. */

import { concat } from "../../wire/octets.ts";
import { type Avp, isSameAvp, readAvps } from "./avp.ts";
import { isProtocolError, RESULT } from "./codes.ts";
import { APPLICATION, AVP } from "./dictionary.ts";
import { type Body, badValue, emitFields, type Fields, readFields } from "./fields.ts";
import { emitHeader, HEADER_OCTETS, type Header, type Ids, readHeader } from "./header.ts";
import { type AnySpec, CHALLENGE, isPlain, MESSAGES, REFUSED, SCA, type Spec } from "./messages.ts";
import { isRefusal, type Refusal } from "./refusal.ts";

/** With TLS, or on the ports where it is left out. */
export type Way = "tls" | "plain";

interface Read<N, B> {
  readonly name: N;
  readonly way: Way;
  readonly header: Header;
  readonly body: B;
  /** What Msg-Checksum is made of: checksum.ts. */
  readonly outside: Uint8Array;
}
type OuterOf<S> = S extends Spec<infer N, infer O, infer _I, infer _P> ? Read<N, Body<O>> & { way: "tls" } : never;
type PlainOf<S> =
  S extends Spec<infer N, infer _O, infer _I, infer P>
    ? keyof P extends never
      ? never
      : Read<N, Body<P>> & { way: "plain" }
    : never;

/** Told apart by way and name. */
export type TlsMessage = OuterOf<AnySpec>;
export type PlainMessage = PlainOf<AnySpec>;
export type Message = TlsMessage | PlainMessage;

/** What came in is no message; the header, if there is one, is what an error answer needs. */
export interface Unreadable extends Refusal {
  readonly header?: Header;
  readonly sessionId?: string;
}

/** Of a request or an answer, without the flags that say how it travels. Assumption: all have the P flag (004-D6). */
export function headerOf({ command, isRequest }: Pick<AnySpec, "command" | "isRequest">, ids: Ids): Header {
  const { hopByHop, endToEnd } = ids;
  const flags = { isRequest, isProxiable: true, isError: false, isRetransmitted: false };
  return { ...flags, command, application: APPLICATION, hopByHop, endToEnd };
}

/** One that carries TLS. @throws RangeError for what no message holds. */
export function emitMessage<N extends string, O extends Fields, I extends Fields, P extends Fields>(
  spec: Spec<N, O, I, P>,
  ids: Ids,
  body: Body<O>,
): Uint8Array {
  return framed(headerOf(spec, ids), emitFields(spec.outer, body));
}

/** One without TLS. @throws RangeError for what no message holds, and a message that is of TLS alone. */
export function emitPlain<N extends string, O extends Fields, I extends Fields, P extends Fields>(
  spec: Spec<N, O, I, P>,
  ids: Ids,
  body: Body<P>,
): Uint8Array {
  if (Object.keys(spec.plain).length === 0) throw new RangeError(`message: ${spec.name} is of TLS alone`);
  return framed(headerOf(spec, ids), emitFields(spec.plain, body));
}

/** The error answer to that request: the E flag is of protocol errors alone (RFC 6733 7.1.3). */
export function emitRefusal(request: Header, body: Body<(typeof REFUSED)["outer"]>): Uint8Array {
  const answer = {
    ...request,
    isRequest: false,
    isRetransmitted: false,
    isError: isProtocolError(body.resultCode),
  };
  return framed(answer, emitFields(REFUSED.outer, body));
}

/** The list of AVPs that goes through TLS. @throws RangeError for what it does not hold. */
export function emitInner<N extends string, O extends Fields, I extends Fields, P extends Fields>(
  { inner }: Spec<N, O, I, P>,
  body: Body<I>,
): Uint8Array {
  return emitFields(inner, body);
}

/** What came through TLS with that message, whole. */
export function readInner<N extends string, O extends Fields, I extends Fields, P extends Fields>(
  { inner }: Spec<N, O, I, P>,
  octets: Uint8Array,
): Body<I> | Refusal {
  const avps = readAvps(octets);
  return isRefusal(avps) ? avps : readFields(inner, avps);
}

export function readMessage(octets: Uint8Array, way: "tls"): TlsMessage | Unreadable;
export function readMessage(octets: Uint8Array, way: "plain"): PlainMessage | Unreadable;
export function readMessage(octets: Uint8Array, way: Way): Message | Unreadable;
/** Of a whole datagram. */
export function readMessage(octets: Uint8Array, way: Way): Message | Unreadable {
  const head = readHeader(octets);
  if (head === undefined) return { refusal: "too short", resultCode: RESULT.invalidMessageLength };
  const { header, refusal } = head;
  if (refusal) return { ...refusal, header };
  const avps = readAvps(octets, HEADER_OCTETS);
  const session = isRefusal(avps) ? {} : { sessionId: sessionOf(avps) };
  const spec = specOf(header, isRefusal(avps) ? [] : avps, way);
  if (isRefusal(spec)) return { ...spec, ...session, header };
  if (isRefusal(avps)) return { ...avps, header };
  const body = readFields(way === "tls" ? spec.outer : spec.plain, avps);
  if (isRefusal(body)) return { ...body, ...session, header };
  const wrong = checkTogether(spec, header, avps, body);
  if (wrong) return { ...wrong, ...session, header };
  return { name: spec.name, way, header, body, outside: octetsOutside(octets, avps) } as Message;
}

/** Which message it claims to be. */
function specOf(header: Header, avps: readonly Avp[], way: Way): AnySpec | Refusal {
  if (header.application !== APPLICATION) {
    return { refusal: "wrong application", resultCode: RESULT.applicationUnsupported };
  }
  const spec = MESSAGES.find(({ command, isRequest }) => command === header.command && isRequest === header.isRequest);
  if (spec === undefined) return { refusal: "unknown command", resultCode: RESULT.commandUnsupported };
  const has = (type: { readonly code: number; readonly vendor: number }): boolean =>
    avps.some((avp) => isSameAvp(avp, type));
  if (header.isError) return REFUSED;
  const isBare = !header.isRequest && !has(AVP.tlsPayload);
  // Without TLS answers have a Result-Code, too; who could not read the request may not know its Session-Id.
  const isAnswer = way === "plain" && isPlain(spec) && has(AVP.sessionId);
  if (isBare && has(AVP.resultCode) && !isAnswer) return REFUSED;
  if (way === "tls") return isBare && spec === SCA && has(AVP.cookie) ? CHALLENGE : spec;
  return isPlain(spec) ? spec : { refusal: "unknown command", resultCode: RESULT.commandUnsupported };
}

/** What the lists alone do not say. */
function checkTogether(spec: AnySpec, header: Header, avps: readonly Avp[], body: object): Refusal | undefined {
  const values = body as { readonly resultCode?: number; readonly tls?: Uint8Array; readonly tlsMore?: true };
  const wrong = (type: { readonly name: string; readonly code: number; readonly vendor: number }) => {
    const avp = avps.find((one) => isSameAvp(one, type));
    return avp && badValue(type.name, avp);
  };
  const { resultCode = 0 } = values;
  // Nobody is let in by an answer that nothing protects.
  if (spec === REFUSED && (resultCode < 3000 || isProtocolError(resultCode) !== header.isError)) {
    return wrong(AVP.resultCode);
  }
  // Whoever says that more follows has said something; a first message without a ClientHello asks for nothing.
  const isEmpty = values.tls?.length === 0;
  return isEmpty && (values.tlsMore || spec.name === "SCR") ? wrong(AVP.tlsPayload) : undefined;
}

function sessionOf(avps: readonly Avp[]): string | undefined {
  const avp = avps.find((one) => isSameAvp(one, AVP.sessionId));
  return avp && AVP.sessionId.codec.read(avp.data);
}

/** All but TLS-Payload, which a list has last, and TLS-More. */
function octetsOutside(octets: Uint8Array, avps: readonly Avp[]): Uint8Array {
  const parts = [octets.subarray(0, HEADER_OCTETS)];
  let at = HEADER_OCTETS;
  for (const avp of avps) {
    const length = ((avp.vendor === 0 ? 8 : 12) + avp.data.length + 3) & ~3;
    if (!isSameAvp(avp, AVP.tlsPayload) && !isSameAvp(avp, AVP.tlsMore)) parts.push(octets.subarray(at, at + length));
    at += length;
  }
  return concat(...parts);
}

function framed(header: Header, avps: Uint8Array): Uint8Array {
  return concat(emitHeader(header, HEADER_OCTETS + avps.length), avps);
}
