/** Messages as lists of TLVs that each must or may have: what a message is, written and read by that list alone. */

import { concat } from "../../wire/octets.ts";
import { messageId } from "./header.ts";
import { emitTlv, readTlvs } from "./tlv.ts";
import type { TlvType } from "./types.ts";

export interface Field<T, Required extends boolean> {
  readonly tlv: TlvType<T>;
  readonly isRequired: Required;
}

export function must<T>(tlv: TlvType<T>): Field<T, true> {
  return { tlv, isRequired: true };
}

export function may<T>(tlv: TlvType<T>): Field<T, false> {
  return { tlv, isRequired: false };
}

// biome-ignore lint/suspicious/noExplicitAny: a list of fields whose values are of many types; Body has each one's own.
type Fields = Readonly<Record<string, Field<any, boolean>>>;
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
type RequiredKeys<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer _, true> ? K : never }[keyof F];

/** The service specific part of a message, by the names of its list. */
export type Body<F extends Fields> = { readonly [K in RequiredKeys<F>]: ValueOf<F[K]> } & {
  readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: ValueOf<F[K]>;
};

export interface Message<F extends Fields> {
  /** As the clause calls it. */
  readonly name: string;
  readonly sid: number;
  readonly opcode: number;
  readonly aid: number;
  readonly id: number;
  readonly fields: F;
}

/** Of a `Message`, its Body. */
export type BodyOf<M> = M extends Message<infer F> ? Body<F> : never;

/** What every message is, whatever it holds. */
export type AnyMessage = Message<Fields>;

export function message<F extends Fields>(
  name: string,
  ids: { readonly sid: number; readonly opcode: number; readonly aid: number },
  fields: F,
): Message<F> {
  return { name, ...ids, id: messageId(ids), fields };
}

/** The service specific TLVs, in the order of the list. @throws RangeError for a value that its TLV does not hold. */
export function emitService<F extends Fields>({ name, fields }: Message<F>, body: Body<F>): Uint8Array {
  const values = body as Readonly<Record<string, unknown>>;
  const parts = Object.entries(fields).flatMap(([key, { tlv, isRequired }]) => {
    const value = values[key];
    if (value !== undefined) return [emitTlv(tlv.type, tlv.codec.emit(value))];
    if (isRequired) throw new RangeError(`${key}: ${name} has no ${tlv.name}`);
    return [];
  });
  return concat(...parts);
}

/** Why it is not that message, or "name of a TLV" with what is wrong with it. */
export interface BadService {
  readonly refusal: "bad TLV" | "missing TLV" | "repeated TLV";
  /** The TLV's name. */
  readonly of: string;
}

/**
 * Reads what the list names, wherever it stands; a type that it does not name is passed over (P802.21m draft, 8.5.1).
 * Whether what is there goes together is asked elsewhere (rules.ts).
 */
export function readService<F extends Fields>({ fields }: Message<F>, octets: Uint8Array): Body<F> | BadService {
  const tlvs = readTlvs(octets);
  if (tlvs === undefined) return { refusal: "bad TLV", of: "the last TLV" };
  const values: Record<string, unknown> = {};
  for (const [key, { tlv, isRequired }] of Object.entries(fields)) {
    const own = tlvs.filter(({ type }) => type === tlv.type);
    if (own.length > 1) return { refusal: "repeated TLV", of: tlv.name };
    if (own.length === 0) {
      if (isRequired) return { refusal: "missing TLV", of: tlv.name };
      continue;
    }
    const value = tlv.codec.read(own[0].value);
    if (value === undefined) return { refusal: "bad TLV", of: tlv.name };
    values[key] = value;
  }
  return values as Body<F>;
}

export function isBadService(read: object): read is BadService {
  return "refusal" in read;
}
