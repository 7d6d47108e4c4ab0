/**
 * What an information base says of authenticators (001-P6), and the choice of a target from it (003-M9). An entry goes on the
 * air as TLVs behind their count of octets, a list of them behind theirs. Assumption: the information elements of 802.21 have
 * none for authenticators.
 */

import { be16, concat, readBe16 } from "../../wire/octets.ts";
import { emitTlv, readTlvs } from "../wire/tlv.ts";
import { TLV } from "../wire/types.ts";
import { isSameLink, type LinkId, linkId, misfId, octetString } from "../wire/values.ts";

/** How one may authenticate at a link. */
export const METHODS = ["EAP-PSK", "EAP-TLS", "AMP handover key", "UMTS AKA"] as const;
export type Method = (typeof METHODS)[number];

/** An authenticator: where it is, who speaks for it, and what it takes. */
export interface Authenticator {
  readonly link: LinkId;
  /** MISF ID of its PoS. */
  readonly pos: string;
  /** Its mobility domain, a realm. */
  readonly domain: string;
  readonly methods: readonly Method[];
}

/** Of an entry, beside TLV.link, TLV.tposId and TLV.nai. */
const METHODS_TLV = 118;
const methodsCodec = octetString(1, METHODS.length);

export function emitAuthenticators(authenticators: readonly Authenticator[]): Uint8Array {
  const entries = authenticators.map(({ link, pos, domain, methods }) => {
    const numbers = Uint8Array.from(methods, (method) => METHODS.indexOf(method));
    const entry = concat(
      emitTlv(TLV.link.type, linkId.emit(link)),
      emitTlv(TLV.tposId.type, misfId.emit(pos)),
      emitTlv(TLV.nai.type, misfId.emit(domain)),
      emitTlv(METHODS_TLV, methodsCodec.emit(numbers)),
    );
    return concat(be16(entry.length), entry);
  });
  return concat(be16(entries.length), ...entries);
}

/** undefined: octets that are no such list. */
export function readAuthenticators(octets: Uint8Array): Authenticator[] | undefined {
  if (octets.length < 2) return undefined;
  const authenticators: Authenticator[] = [];
  let at = 2;
  for (let count = readBe16(octets, 0); count > 0; count--) {
    if (at + 2 > octets.length) return undefined;
    const end = at + 2 + readBe16(octets, at);
    const entry = end > octets.length ? undefined : readEntry(octets.subarray(at + 2, end));
    if (entry === undefined) return undefined;
    authenticators.push(entry);
    at = end;
  }
  return at === octets.length ? authenticators : undefined;
}

function readEntry(octets: Uint8Array): Authenticator | undefined {
  const tlvs = readTlvs(octets);
  const octetsOf = (type: number): Uint8Array => tlvs?.find((tlv) => tlv.type === type)?.value ?? new Uint8Array();
  const link = linkId.read(octetsOf(TLV.link.type));
  const pos = misfId.read(octetsOf(TLV.tposId.type));
  const domain = misfId.read(octetsOf(TLV.nai.type));
  const methods = Array.from(methodsCodec.read(octetsOf(METHODS_TLV)) ?? [], (number) => METHODS[number]);
  if (link === undefined || pos === undefined || domain === undefined) return undefined;
  return methods.length === 0 || methods.includes(undefined as never) ? undefined : { link, pos, domain, methods };
}

/** What a PoS knows when it chooses. */
export interface Wish {
  /** What the MN named: the target, its PoS, links that it hears. */
  readonly targetLink?: LinkId;
  readonly tposId?: string;
  readonly candidateLinks?: readonly LinkId[];
  /** Link types that the MN has interfaces for. */
  readonly linkTypes: ReadonlySet<number>;
  /** Of the PoS that chooses: a target of its own is no handover. */
  readonly self: string;
  /** Has the PoS an association with that one? Such are taken first. */
  readonly isAssociated: (pos: string) => boolean;
}

/** The best authenticator for it; undefined: none will do. What the MN named is never replaced by something else. */
export function select(base: readonly Authenticator[], wish: Wish): Authenticator | undefined {
  const { targetLink, tposId, candidateLinks, linkTypes, self, isAssociated } = wish;
  const fits = base.filter(
    ({ link, pos }) =>
      pos !== self &&
      linkTypes.has(link.type) &&
      (tposId === undefined || pos === tposId) &&
      (targetLink === undefined || isSameLink(link, targetLink)) &&
      (targetLink !== undefined || !candidateLinks || candidateLinks.some((one) => isSameLink(one, link))),
  );
  return fits.find(({ pos }) => isAssociated(pos)) ?? fits[0];
}
