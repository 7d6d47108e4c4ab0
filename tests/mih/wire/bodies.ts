/** Random bodies of every message, by what each of its TLVs may hold. */

import fc from "fast-check";
import type { AnyMessage } from "../../../host/mih/wire/message.ts";
import { EXCHANGES } from "../../../host/mih/wire/messages.ts";
import type { Pdu } from "../../../host/mih/wire/pdu.ts";
import { type Codec, LINK_TYPE, type LinkId, linkId, linkIds, misfId } from "../../../host/mih/wire/values.ts";

export const octets = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max });
export const misfIds = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 253 })
  .map((codes) => String.fromCharCode(...codes));

export const links: fc.Arbitrary<LinkId> = fc.oneof(
  linkOf("MAC", LINK_TYPE.ieee80211, octets(6)),
  linkOf("3G cell", LINK_TYPE.umts, octets(7)),
  linkOf("other", LINK_TYPE.ieee80216, octets(1, 127)),
);

function linkOf(kind: LinkId["address"]["kind"], type: number, address: fc.Arbitrary<Uint8Array>) {
  return address.map((own): LinkId => ({ type, address: { kind, octets: own } }));
}

/** Lengths of values and their length fields, by hand from the three cases of IEEE 802.21-2008 8.5.1. */
export const LENGTHS = [
  [0, "00"],
  [1, "01"],
  [127, "7f"],
  [128, "80"],
  [129, "8101"],
  [255, "817f"],
  [256, "8180"],
  [300, "81ac"],
  [383, "81ff"],
  [384, "820100"],
  [600, "8201d8"],
  [65_535, "82ff7f"],
] as const;

const SOME_LENGTHS = [0, 1, 2, 4, 6, 8, 9, 16, 22, 32, 127, 128, 129, 255, 256, 300, 383, 384, 600];

/** Any value of a TLV: where it is no text and no link, what the codec reads out of random octets of a length it takes. */
function valuesOf(codec: Codec<unknown>): fc.Arbitrary<unknown> {
  if (codec === misfId) return misfIds;
  if (codec === linkId) return links;
  if (codec === linkIds) return fc.array(links, { maxLength: 4 });
  const lengths = SOME_LENGTHS.filter((length) => codec.read(new Uint8Array(length)) !== undefined);
  return fc.constantFrom(...lengths).chain((length) => octets(length).map((own) => codec.read(own)));
}

/** Every message, requests and responses. */
export const MESSAGES: readonly AnyMessage[] = EXCHANGES.flat();

export function bodyOf({ fields }: AnyMessage): fc.Arbitrary<Record<string, unknown>> {
  const requiredKeys = Object.keys(fields).filter((key) => fields[key].isRequired);
  return fc.record(valuesByKey(fields), { requiredKeys, noNullPrototype: true });
}

/** With everything that it may have. */
export function fullBodyOf({ fields }: AnyMessage): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(valuesByKey(fields), { noNullPrototype: true });
}

function valuesByKey(fields: AnyMessage["fields"]): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([key, { tlv }]) => [key, valuesOf(tlv.codec)]));
}

export const headers = fc.record(
  {
    ackReq: fc.boolean(),
    ackRsp: fc.boolean(),
    uir: fc.boolean(),
    more: fc.constant(false),
    fragment: fc.constant(0),
    sid: fc.integer({ min: 0, max: 15 }),
    opcode: fc.integer({ min: 0, max: 3 }),
    aid: fc.integer({ min: 0, max: 1023 }),
    tid: fc.integer({ min: 0, max: 4095 }),
  },
  { noNullPrototype: true },
);

/** A message as `emitPdu` takes it: in clear with these service TLVs, or protected with any octets. */
export function pdus(service: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Pdu> {
  const ends = { header: headers, source: misfIds, destination: misfIds };
  const protection = fc.record({ said: octets(9), security: octets(1, 300) }, { noNullPrototype: true });
  return fc.oneof(
    fc.record({ ...ends, service }, { noNullPrototype: true }),
    fc.record({ ...ends, protection }, { noNullPrototype: true }),
  );
}
