/*
 * SeNAA: one datagram from whoever is on the network, to a PAA with TLS or without. It is read or it is refused, and never
 * throws. What is read is the same when it is written and read again; Msg-Checksum is the same with the T flag; what is inside
 * of TLS, too, is read or refused. The end that hears it twice hands it up once, and sends nobody much more than it was sent.
 */
import type { Link } from "../datagrams/link.ts";
import { type Asked, Transactions } from "../senaa/transport/transactions.ts";
import { TIMING } from "../senaa/wire/dictionary.ts";
import type { Fields } from "../senaa/wire/fields.ts";
import { retransmitted } from "../senaa/wire/header.ts";
import {
  emitInner,
  emitMessage,
  emitPlain,
  emitRefusal,
  type Message,
  readInner,
  readMessage,
  type Way,
} from "../senaa/wire/message.ts";
import { type AnySpec, CHALLENGE, CLA, CLR, MESSAGES, SCA, SCR, type Spec } from "../senaa/wire/messages.ts";
import { isRefusal } from "../senaa/wire/refusal.ts";
import { concat, equalOctets } from "../wire/octets.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import type { Finding } from "./target.ts";

/** One octet says with TLS or without, and whose list what is inside of TLS has; the others are the datagram. */
const HEAD_octets = 1;
const INPUT_MAX_octets = 2048;
/** Of an error answer, beside what it repeats of the request: Result-Code, and heads of Session-Id and Failed-AVP. */
const ANSWER_MORE_MAX_octets = 160;
const IDS = { hopByHop: 1, endToEnd: 2 };
const SESSION = "paa;1";

type LooseSpec = Spec<string, Fields, Fields, Fields>;
type Reader = (octets: Uint8Array, way: Way) => ReturnType<typeof readMessage>;

/** `read`: in place of the reader that is fuzzed. */
export function senaaTarget(read: Reader = readMessage): OctetTarget {
  return new OctetTarget({
    name: "senaa",
    seeds: seeds(),
    words: [new TextEncoder().encode(SESSION), Uint8Array.of(0, 0, 1, 7, 0x40, 0, 0, 13)],
    max: INPUT_MAX_octets,
    isText: false,
    probe: (input) => {
      try {
        return probeOf(input, read);
      } catch (error) {
        const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error);
        const message = thrown.split("\n").slice(0, 3).join(" ").replaceAll(/\s+/g, " ");
        return { kind: "thrown", finding: { rule: "exception", message } };
      }
    },
    change: (input) => mended(input),
  });
}

function probeOf(input: Uint8Array, read: Reader): Probe {
  const way: Way = (input[0] ?? 0) % 2 === 0 ? "tls" : "plain";
  const datagram = input.slice(HEAD_octets);
  const spec = MESSAGES[(input[0] >>> 1) % MESSAGES.length] as LooseSpec;
  const inner = readInner(spec, datagram.slice(20));
  const finding = heardTwice(datagram, way) ?? innerAgain(spec, inner);
  const inside = isRefusal(inner) ? `${inner.refusal} ${inner.of}` : "read";
  const message = read(datagram, way);
  if (isRefusal(message)) {
    const what = `${way} ${message.refusal} ${message.of}`;
    return {
      kind: `${what}; ${spec.name} inside: ${inside}`,
      finding: finding ?? refusedAgain(message, way),
      calls: 3,
    };
  }
  return {
    kind: `${way} ${message.name}; ${inside}`,
    finding: finding ?? readAgain(message, datagram, read),
    calls: 4,
  };
}

/** What was taken says the same when it is written and read again. */
function readAgain(message: Message, datagram: Uint8Array, read: Reader): Finding | undefined {
  const { name, way, header, body } = message;
  const spec = [...MESSAGES, CHALLENGE].find((one) => one.name === name) as LooseSpec | undefined;
  const written =
    spec === undefined
      ? emitRefusal(header, body as Parameters<typeof emitRefusal>[1])
      : (way === "tls" ? emitMessage : emitPlain)(spec, header, body as object);
  const again = read(written, way);
  if (isRefusal(again) || again.name !== name || textOf(again.body) !== textOf(body)) {
    return { rule: "again", message: `${name} is not the same when it is written and read again` };
  }
  if (!header.isRequest) return undefined;
  const repeated = read(retransmitted(datagram), way);
  const isSame = !isRefusal(repeated) && repeated.name === name && textOf(repeated.body) === textOf(body);
  return isSame ? undefined : { rule: "T flag", message: `${name} is another message with the T flag` };
}

/** What is refused is answered with a message that the other end can read. */
function refusedAgain(refusal: Extract<ReturnType<Reader>, { refusal: string }>, way: Way): Finding | undefined {
  const { header } = refusal;
  if (!header?.isRequest) return undefined;
  const answer = readMessage(emitRefusal(header, refusal), way);
  const isOther = isRefusal(answer) && ["wrong application", "unknown command"].includes(answer.refusal);
  // Without TLS an answer of a known command is that answer, with its Result-Code.
  if (isOther || (!isRefusal(answer) && !answer.header.isRequest)) return undefined;
  return { rule: "refusal", message: `the error answer to ${refusal.refusal} is none` };
}

function innerAgain(spec: LooseSpec, inner: object): Finding | undefined {
  if (isRefusal(inner)) return undefined;
  const again = readInner(spec, emitInner(spec, inner));
  if (textOf(again) === textOf(inner)) return undefined;
  return { rule: "again", message: `what is inside of ${spec.name} is not the same when it is written and read again` };
}

/** A PAA that hears the same datagram twice, and answers nobody. */
function heardTwice(datagram: Uint8Array, way: Way): Finding | undefined {
  const sent: Uint8Array[] = [];
  let hear: Parameters<Link["listen"]>[0] = () => {};
  const link: Link = {
    address: "paa",
    send: (_to, octets) => sent.push(octets),
    listen: (heard) => {
      hear = heard;
    },
    close: () => {},
  };
  const clock = { now_ms: () => 0, after: () => () => {} };
  const asked: Asked[] = [];
  const paa = new Transactions({
    ...{ link, clock, way, timing: TIMING, random32: () => 5 },
    asked: (one) => asked.push(one),
  });
  hear("pac", datagram.slice());
  hear("pac", datagram.slice());
  paa.close();
  if (asked.length > 1) return { rule: "twice", message: "a request that comes twice is handed up twice" };
  const isLong = sent.some(({ length }) => length > datagram.length + ANSWER_MORE_MAX_octets);
  if (isLong || sent.length > 2) return { rule: "amplified", message: `${sent.length} answers, one is too long` };
  return undefined;
}

function textOf(body: object): string {
  return JSON.stringify(body, (_key, value) => (value instanceof Uint8Array ? [...value] : value));
}

/** The length in the header mended, so that what is behind it is looked at. */
function mended(input: Uint8Array): Uint8Array {
  const length = (input.length - HEAD_octets) & ~3;
  if (length < 4) return concat(input, new Uint8Array(8));
  const octets = input.slice(0, HEAD_octets + length);
  octets.set([1, length >>> 16, (length >>> 8) & 0xff, length & 0xff], HEAD_octets);
  return equalOctets(octets, input) ? concat(input, new Uint8Array(4)) : octets;
}

/** One of each kind, with TLS and without. */
function seeds(): Uint8Array[] {
  const tls = Uint8Array.of(22, 3, 3, 0, 1, 1);
  const names = { userName: "@example.org", deviceIds: [{ type: 1, value: new Uint8Array(6) }] };
  const withTls = ([CLR, CLA, SCA] as const).map((spec) =>
    emitMessage(spec as unknown as LooseSpec, IDS, { sessionId: SESSION, tlsMore: true, tls }),
  );
  const inner = emitInner(CLR, { msgChecksum: new Uint8Array(16), ...names, eap: new Uint8Array(5) });
  const [clr] = withTls;
  return [
    concat(Uint8Array.of(0), emitMessage(SCR, IDS, { userName: "@example.org", cookie: new Uint8Array(8), tls })),
    ...withTls.map((datagram) => concat(Uint8Array.of(0), datagram)),
    concat(Uint8Array.of(0), emitMessage(CHALLENGE, IDS, { cookie: new Uint8Array(16) })),
    concat(Uint8Array.of(2 * MESSAGES.indexOf(CLR)), clr.slice(0, 20), inner),
    concat(Uint8Array.of(1), emitPlain(CLR, IDS, { sessionId: SESSION, ...names })),
    concat(Uint8Array.of(1), emitPlain(CLA, IDS, { sessionId: SESSION, resultCode: 2001, eap: new Uint8Array(4) })),
    ...MESSAGES.filter((spec: AnySpec) => spec.command < 300 && spec.isRequest).map(({ command }) =>
      concat(Uint8Array.of(1), sessionEnd(command)),
    ),
  ];
}

function sessionEnd(command: number): Uint8Array {
  const spec = MESSAGES.find((one) => one.command === command && one.isRequest) as unknown as LooseSpec;
  return emitPlain(spec, IDS, { sessionId: SESSION, terminationCause: command === 275 ? 1 : 4 });
}
