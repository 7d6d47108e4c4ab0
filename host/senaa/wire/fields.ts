/**
 * Lists of AVPs, as the ABNF of RFC 6733 section 3.2 has them: < fixed >, { required }, [ optional ]; each at most once. What
 * a list is, is written and read by the list alone.
 */

import { concat } from "../../wire/octets.ts";
import { type Avp, type AvpId, emitAvp, failed, isSameAvp, nameOf } from "./avp.ts";
import { RESULT } from "./codes.ts";
import { type AvpType, KNOWN } from "./dictionary.ts";
import type { Refusal } from "./refusal.ts";

type Place = "first" | "last" | "anywhere";

export interface Field<T, Required extends boolean> {
  readonly avp: AvpType<T>;
  readonly isRequired: Required;
  readonly place: Place;
}

/** < AVP >, at the head. */
export function first<T>(avp: AvpType<T>): Field<T, true> {
  return { avp, isRequired: true, place: "first" };
}

/** { AVP } */
export function must<T>(avp: AvpType<T>): Field<T, true> {
  return { avp, isRequired: true, place: "anywhere" };
}

/** [ AVP ] */
export function may<T>(avp: AvpType<T>): Field<T, false> {
  return { avp, isRequired: false, place: "anywhere" };
}

/** { AVP } with nothing behind it. */
export function last<T>(avp: AvpType<T>): Field<T, true> {
  return { avp, isRequired: true, place: "last" };
}

// biome-ignore lint/suspicious/noExplicitAny: a list of fields whose values are of many types; Body has each one's own.
export type Fields = Readonly<Record<string, Field<any, boolean>>>;
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
type RequiredKeys<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer _, true> ? K : never }[keyof F];

/** Values by the names of the list. */
export type Body<F extends Fields> = { readonly [K in RequiredKeys<F>]: ValueOf<F[K]> } & {
  readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: ValueOf<F[K]>;
};

/** In the order of the list. @throws RangeError for a value that is missing, or that its AVP does not hold. */
export function emitFields<F extends Fields>(fields: F, body: Body<F>): Uint8Array {
  const values = body as Readonly<Record<string, unknown>>;
  const parts = Object.entries(fields).flatMap(([key, { avp, isRequired }]) => {
    const value = values[key];
    if (value !== undefined) return [emitAvp({ ...avp, data: avp.codec.emit(value) })];
    if (isRequired) throw new RangeError(`${key}: there is no ${avp.name}`);
    return [];
  });
  return concat(...parts);
}

/** An AVP that nobody knows is passed over unless it has the M flag (RFC 6733 4.1). Flags of known ones are not looked at. */
export function readFields<F extends Fields>(fields: F, avps: readonly Avp[]): Body<F> | Refusal {
  const entries = Object.entries(fields);
  for (const avp of avps) {
    if (entries.some(([, field]) => isSameAvp(field.avp, avp))) continue;
    const known = KNOWN.find((type) => isSameAvp(type, avp));
    if (known) return stray("AVP not allowed", RESULT.avpNotAllowed, known.name, avp);
    if (avp.isMandatory) return stray("unknown AVP", RESULT.avpUnsupported, nameOf(avp), avp);
  }
  const values: Record<string, unknown> = {};
  for (const [key, { avp: type, isRequired, place }] of entries) {
    const [own, second] = avps.filter((avp) => isSameAvp(type, avp));
    if (second) return stray("AVP occurs too many times", RESULT.avpOccursTooManyTimes, type.name, second);
    if (own === undefined) {
      if (isRequired) return missing(type);
      continue;
    }
    // Assumption: RFC 6733 has no code of its own for a wrong place; an AVP is missing from its place, or one is where none may be.
    if (place === "first" && avps[0] !== own) {
      return stray("Session-Id is not first", RESULT.missingAvp, type.name, own);
    }
    const behind = avps[avps.length - 1];
    if (place === "last" && behind !== own) {
      return stray("TLS-Payload is not last", RESULT.avpNotAllowed, nameOf(behind), behind);
    }
    const value = type.codec.read(own.data);
    if (value === undefined) return badValue(type.name, own);
    values[key] = value;
  }
  return values as Body<F>;
}

export function badValue(name: string, avp: Avp): Refusal {
  return stray("bad AVP value", RESULT.invalidAvpValue, name, avp);
}

/** RFC 6733 7.1.5, DIAMETER_MISSING_AVP: Failed-AVP has one of that code, with the least data, all zeros. */
function missing(type: AvpType<unknown> & AvpId): Refusal {
  const failedAvp = failed({ ...type, data: new Uint8Array(type.codec.min_octets) });
  return { refusal: "missing AVP", of: type.name, resultCode: RESULT.missingAvp, failedAvp };
}

function stray(refusal: Refusal["refusal"], resultCode: Refusal["resultCode"], of: string, avp: Avp): Refusal {
  return { refusal, of, resultCode, failedAvp: failed(avp) };
}
