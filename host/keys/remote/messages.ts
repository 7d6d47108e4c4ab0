/**
 * What a key service and an AP say to each other where they are two processes (docs/KEYS.md). Numbers are big-endian.
 *
 *     message = length(2) of what follows ‖ kind(1) ‖ body
 *
 *     from the service                                             from the AP
 *     assign   number(4) ‖ Modifier(8, or none: direct mode)       hello    version(1) ‖ AA(6)
 *     hold     number(4) ‖ SPA(6) ‖ up to 2 times                  done     number(4), of assign, hold or begin
 *              (generation(1) ‖ PMK(32))                           answer   question(4) ‖ SPA(6) ‖ generation(1) ‖ proof(8)
 *     begin    number(4)                                           missing  SPA(6) ‖ generation mod 4(1)
 *     tell     SPA(6) ‖ up to 2 times
 *              (generation(1) ‖ length(1) ‖ command)
 *     verdict  question(4) ‖ is it a proof(1)                      both
 *     refused  why, in UTF-8(1-200)                                alive    nothing
 *
 * A message that is none is refused with its reason, never thrown: whoever sent it is not spoken to any more.
 */

import { UPDATE_OCTETS } from "../../wire/command.ts";
import { concat } from "../../wire/octets.ts";
import { ADDRESS_OCTETS, MODIFIER_OCTETS } from "../../wire/trigger.ts";
import type { Command, Grant } from "../link.ts";
import { emitPmks, readPmks } from "../pmkoctets.ts";
import { RecordReader } from "../store/reader.ts";

export const LINK_VERSION = 1;

const KINDS = {
  hello: 0x01,
  done: 0x02,
  answer: 0x03,
  missing: 0x04,
  assign: 0x11,
  hold: 0x12,
  begin: 0x13,
  tell: 0x14,
  verdict: 0x15,
  refused: 0x16,
  alive: 0x20,
} as const;
type Kind = keyof typeof KINDS;
const NAMES = new Map<number, Kind>(Object.entries(KINDS).map(([name, octet]) => [octet, name as Kind]));

export type FromService =
  | { readonly kind: "assign"; readonly number: number; readonly modifier: Uint8Array | undefined }
  | { readonly kind: "hold"; readonly number: number; readonly grant: Grant }
  | { readonly kind: "begin"; readonly number: number }
  | { readonly kind: "tell"; readonly spa: Uint8Array; readonly commands: readonly Command[] }
  | { readonly kind: "verdict"; readonly question: number; readonly isProof: boolean }
  | { readonly kind: "refused"; readonly why: string };

export type FromAp =
  | { readonly kind: "hello"; readonly version: number; readonly aa: Uint8Array }
  | { readonly kind: "done"; readonly number: number }
  | {
      readonly kind: "answer";
      readonly question: number;
      readonly spa: Uint8Array;
      readonly generation: number;
      readonly proof: Uint8Array;
    }
  | { readonly kind: "missing"; readonly spa: Uint8Array; readonly generation: number };

export type Message = FromService | FromAp | { readonly kind: "alive" };

const LENGTH_OCTETS = 2;
const PROOF_OCTETS = 8;
const COMMANDS_MAX = 2;
const WHY_MAX = 200;

/** The longest, without its length. */
export const MESSAGE_MAX_OCTETS = 1 + WHY_MAX;

/** All octets of a message, its length before it. */
export function emitMessage(message: Message): Uint8Array {
  const body = bodyOf(message);
  const length = 1 + body.length;
  const octets = concat(Uint8Array.of(length >>> 8, length & 0xff, KINDS[message.kind]), body);
  body.fill(0);
  return octets;
}

function bodyOf(message: Message): Uint8Array {
  switch (message.kind) {
    case "hello":
      return concat(Uint8Array.of(message.version), message.aa);
    case "done":
    case "begin":
      return be32(message.number);
    case "answer":
      return concat(be32(message.question), message.spa, Uint8Array.of(message.generation), message.proof);
    case "missing":
      return concat(message.spa, Uint8Array.of(message.generation));
    case "assign":
      return concat(be32(message.number), message.modifier ?? new Uint8Array(0));
    case "hold": {
      const { spa, pmks } = message.grant;
      const octets = emitPmks(pmks);
      const body = concat(be32(message.number), spa, octets);
      octets.fill(0);
      return body;
    }
    case "tell":
      return concat(
        message.spa,
        ...message.commands.flatMap(({ generation, octets }) => [Uint8Array.of(generation, octets.length), octets]),
      );
    case "verdict":
      return concat(be32(message.question), Uint8Array.of(message.isProof ? 1 : 0));
    case "refused":
      return cutText(message.why);
    case "alive":
      return new Uint8Array(0);
  }
}

/** The octets behind a length; a text: why they are no message. */
export function readMessage(octets: Uint8Array): Message | string {
  const kind = NAMES.get(octets[0]);
  if (kind === undefined) return "a kind that there is not";
  try {
    const reader = new RecordReader(octets.subarray(1));
    const message = read(kind, reader);
    reader.end();
    return message;
  } catch (error) {
    if (error instanceof RangeError) return `${kind}: ${error.message}`;
    throw error;
  }
}

function read(kind: Kind, reader: RecordReader): Message {
  switch (kind) {
    case "hello":
      return { kind, version: reader.octet(), aa: reader.take(ADDRESS_OCTETS) };
    case "done":
    case "begin":
      return { kind, number: number32(reader) };
    case "answer":
      return {
        kind,
        question: number32(reader),
        spa: reader.take(ADDRESS_OCTETS),
        generation: reader.octet(),
        proof: reader.take(PROOF_OCTETS),
      };
    case "missing":
      return { kind, spa: reader.take(ADDRESS_OCTETS), generation: below(reader.octet(), 4, "generation mod 4") };
    case "assign": {
      const number = number32(reader);
      return { kind, number, modifier: reader.left > 0 ? reader.take(MODIFIER_OCTETS) : undefined };
    }
    case "hold":
      return { kind, number: number32(reader), grant: { spa: reader.take(ADDRESS_OCTETS), pmks: readPmks(reader) } };
    case "tell":
      return { kind, spa: reader.take(ADDRESS_OCTETS), commands: commandsOf(reader) };
    case "verdict":
      return { kind, question: number32(reader), isProof: below(reader.octet(), 2, "verdict") === 1 };
    case "refused": {
      const length = below(reader.left, WHY_MAX + 1, "length of the reason");
      if (length === 0) throw new RangeError("no reason");
      return { kind, why: textOf(reader.take(length)) };
    }
    case "alive":
      return { kind };
  }
}

function commandsOf(reader: RecordReader): Command[] {
  const commands: Command[] = [];
  while (reader.left > 0) {
    below(commands.length, COMMANDS_MAX, "commands before this one");
    const generation = reader.octet();
    const length = below(reader.octet(), UPDATE_OCTETS + 1, "length of a command");
    if (length === 0) throw new RangeError("a command of no octet");
    commands.push({ generation, octets: reader.take(length) });
  }
  return commands;
}

/** As many whole characters as there is room for. */
function cutText(text: string): Uint8Array {
  const octets = new Uint8Array(WHY_MAX);
  return octets.subarray(0, new TextEncoder().encodeInto(text, octets).written);
}

function textOf(octets: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new RangeError("the reason is no UTF-8");
  }
}

function below(value: number, limit: number, what: string): number {
  if (value < limit) return value;
  throw new RangeError(`${what} is ${value}, where less than ${limit} is expected`);
}

function number32(reader: RecordReader): number {
  return new DataView(reader.take(4).buffer).getUint32(0);
}

function be32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value);
  return octets;
}

/** Octets that come in as they like, cut into messages: never more is kept than the longest message has. */
export class MessageStream {
  #rest: Uint8Array = new Uint8Array(0);

  /** Hands out each message that is complete; a text: why the octets are none, and then nothing more is. */
  push(chunk: Uint8Array, take: (message: Message) => void): string | undefined {
    const octets = concat(this.#rest, chunk);
    let at = 0;
    while (octets.length - at >= LENGTH_OCTETS) {
      const length = (octets[at] << 8) | octets[at + 1];
      if (length < 1 || length > MESSAGE_MAX_OCTETS) return `a length of ${length} octets`;
      const end = at + LENGTH_OCTETS + length;
      if (end > octets.length) break;
      const message = readMessage(octets.subarray(at + LENGTH_OCTETS, end));
      if (typeof message === "string") return message;
      at = end;
      take(message);
    }
    this.#rest.fill(0);
    this.#rest = octets.slice(at);
    octets.fill(0);
    return undefined;
  }
}
