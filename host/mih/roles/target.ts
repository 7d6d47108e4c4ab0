/**
 * A PoS as the target of a handover (TPoS): it is given K, or told that one is coming, before the MN is there; then the MN
 * talks to it directly, and with MIS_MN_HO_Complete it becomes the PoS that serves it.
 *
 *     N2N request, K ──────────> association and PMK at once
 *     N2N request, no K ───────> Nonce-N, and then the group manager's push brings K
 */

import { equalOctets } from "../../wire/octets.ts";
import { groupIdOf } from "../gkb/groupid.ts";
import { type Ciphersuite, isCiphersuite } from "../keys/ciphersuites.ts";
import { distributionKey } from "../keys/keys.ts";
import type { Asker } from "../misf.ts";
import type { SecurityAssociation } from "../sa/association.ts";
import { derivedAssociation } from "../sa/derived.ts";
import { ID_TYPE, isSameSaid, type Said, type SaOrigin } from "../sa/said.ts";
import { ORIGIN_OF, type Scheme } from "../schemes/scheme.ts";
import { masked } from "../schemes/xor.ts";
import type { LinkLayer } from "../services/local.ts";
import type { BodyOf } from "../wire/message.ts";
import {
  N2N_REQUEST,
  N2N_RESPONSE,
  type N2nRequest,
  type N2nResponse,
  PUSH_REQUEST,
  PUSH_RESPONSE,
} from "../wire/messages.ts";
import { checkN2nRequest } from "../wire/rules.ts";
import { NONCE_OCTETS } from "../wire/types.ts";
import { isSameLink, type LinkId, STATUS } from "../wire/values.ts";
import type { Introduction } from "./associating.ts";
import type { GroupMember } from "./groupmember.ts";
import type { Member } from "./member.ts";

/** Told of a handover and not given a key within that time: forgotten. */
const AWAITED_s = 60;
/** Of all MNs at one time; the oldest makes room. */
const AWAITED_MAX = 1024;

export interface TargetOptions {
  readonly member: Member;
  readonly scheme: Scheme;
  /** May that PoS send MNs here (003-M5)? */
  readonly isPartner: (pos: string) => boolean;
  /** May this one come from there? Not a PoS in an MN's name, nor an MN that is served here already. */
  readonly mayCome: (mn: string, from: string) => boolean;
  /** Those of this PoS's own authenticators. */
  readonly links: readonly LinkId[];
  /** No key lives longer here, whatever its distributor says, s. */
  readonly keyLifetime_s: number;
  /** MISF ID of the group manager, and what opens its blocks. */
  readonly group?: { readonly manager: string; readonly member: GroupMember };
  readonly linkLayer: LinkLayer;
}

/** What is known of an MN that is to come. */
interface Expected {
  readonly mn: string;
  readonly mnLink: LinkId;
  readonly poaLink: LinkId;
  readonly spos: string;
  readonly ciphersuite: Ciphersuite;
  readonly nonceT: Uint8Array;
  readonly nonceN: Uint8Array;
  readonly expires_ms: number;
  /** Of the association that came of its key; undefined: there is none yet. */
  readonly said: Said | undefined;
}

/** A PMK that the link layer has of an MN, by the association that came of the same K. */
interface Held {
  readonly poaLink: LinkId;
  readonly said: Said;
  /** The MN has shown that it has K itself. */
  isCompleted: boolean;
}

export class Target {
  readonly #options: TargetOptions;
  /** By MN and the PoS that sends it: nobody's word takes the place of another's. */
  readonly #expected = new Map<string, Expected>();
  /** By MN, one a link. */
  readonly #held = new Map<string, readonly Held[]>();

  constructor(options: TargetOptions) {
    this.#options = options;
    const { misf } = options.member;
    misf.answers([N2N_REQUEST, N2N_RESPONSE], (body, asker) => this.#announced(body, asker));
    misf.answers([PUSH_REQUEST, PUSH_RESPONSE], (body, asker) => this.#pushed(body, asker));
  }

  /** Where an MN comes from that has that association here. */
  sposOf(mn: string, said: Said): string | undefined {
    return this.#expectedOf(mn).find((one) => one.said && isSameSaid(one.said, said))?.spos;
  }

  async #announced(body: N2nRequest, asker: Asker): Promise<N2nResponse> {
    const { member, scheme, isPartner, group } = this.#options;
    const isMasked = scheme === "xor";
    const mnId = body.mnId;
    if (!isPartner(asker.id) || (asker.sa === undefined && !isMasked)) {
      member.tell(`${asker.id} is no PoS that may send MNs here`);
      return { mnId, status: STATUS.authorizationFailure };
    }
    const broken = checkN2nRequest(body, { isProtected: asker.sa !== undefined, isMasked });
    if (broken !== undefined) {
      member.tell(`${asker.id} broke a rule: ${broken}`);
      return { mnId, status: body.key && !asker.sa ? STATUS.authorizationFailure : STATUS.rejected };
    }
    const { ciphersuite, nonceT, targetLink, mnLink, key } = body;
    const isOwn = targetLink === undefined || this.#options.links.some((link) => isSameLink(link, targetLink));
    if (!isOwn || (mnId !== undefined && !this.#options.mayCome(mnId, asker.id))) {
      member.tell(`${asker.id} sends ${mnId ?? "somebody"}, who cannot come here from there`);
      return { mnId, status: STATUS.rejected };
    }
    const answered = { mnId, llInformation: await this.#relayed(body, asker.id) };
    if (ciphersuite === undefined) return { ...answered, status: STATUS.success };
    if (!isCiphersuite(ciphersuite) || !nonceT || !mnId || !targetLink || !mnLink) {
      return { ...answered, status: STATUS.rejected };
    }
    // A scheme that is not this PoS's is not fallen back to.
    if ((key === undefined) !== (scheme === "21d") || (scheme === "21d" && group === undefined)) {
      return { ...answered, status: STATUS.rejected };
    }
    const nonceN = body.nonceN ?? member.crypto.randomBytes(NONCE_OCTETS);
    const lifetime_s = body.lifetime ?? AWAITED_s;
    const expires_ms = this.#endOf(lifetime_s);
    const base = { mn: mnId, mnLink, poaLink: targetLink, spos: asker.id, ciphersuite, nonceT, nonceN, expires_ms };
    const expected: Expected = { ...base, said: undefined };
    if (key === undefined) {
      this.#expect(expected);
      return { ...answered, nonceN, status: STATUS.success };
    }
    const k = isMasked ? this.#unmasked(key, expected) : key.slice();
    const isInstalled = k !== undefined && this.#keyed(expected, k, ORIGIN_OF[scheme]);
    k?.fill(0);
    return { ...answered, status: isInstalled ? STATUS.success : STATUS.authorizationFailure };
  }

  #relayed(
    { llInformation, mnId, targetLink }: N2nRequest,
    from: string,
  ): Promise<Uint8Array | undefined> | Uint8Array | undefined {
    if (!llInformation || mnId === undefined || targetLink === undefined) return undefined;
    // Of an MN that one PoS has prepared, another one has nothing to say.
    if (this.#expectedOf(mnId).some(({ spos, said }) => said && spos !== from)) return undefined;
    return this.#options.linkLayer.deliver(mnId, targetLink, llInformation);
  }

  /** K xor PRF_stpos(...), under what this end has with the SPoS. */
  #unmasked(key: Uint8Array, { mn, spos, nonceT, nonceN }: Expected): Uint8Array | undefined {
    const { id, crypto, associations } = this.#options.member;
    const sa = associations.ofPeer(spos);
    if (sa === undefined) return undefined;
    const miak = sa.miak;
    const distribution = distributionKey(crypto, miak, { distributor: spos, receiver: id });
    const k = masked(crypto, distribution, key, { name: mn, nonceT, nonceN });
    miak.fill(0);
    distribution.fill(0);
    return k;
  }

  async #pushed(body: BodyOf<typeof PUSH_REQUEST>, asker: Asker): Promise<BodyOf<typeof PUSH_RESPONSE> | undefined> {
    const { member, group } = this.#options;
    const { groupId } = body;
    if (!group || asker.id !== group.manager || asker.sa === undefined) {
      member.tell(`${asker.id} is no group manager of this PoS`);
      return { groupId, status: STATUS.authorizationFailure };
    }
    const expected = this.#expectedOf(body.mnId).find(({ nonceT }) => equalOctets(nonceT, body.nonceT));
    if (!expected) return { groupId, status: STATUS.rejected };
    // The same push once more, as the answer to the first one was lost with a process.
    if (expected.said) return { groupId, status: STATUS.success };
    const named = groupIdOf(member.crypto, { mn: body.mnId, tpos: member.id, nonceT: body.nonceT });
    const opened = group.member.open(body.groupKeyBlock, named);
    if (typeof opened === "string") {
      member.tell(`a group key block of ${asker.id} is refused: ${opened}`);
      return { groupId, status: STATUS.authorizationFailure };
    }
    const isInstalled = this.#keyed({ ...expected, expires_ms: this.#endOf(body.lifetime) }, opened, "gkb");
    opened.fill(0);
    return { groupId, status: isInstalled ? STATUS.success : STATUS.rejected };
  }

  #endOf(lifetime_s: number): number {
    const { member, keyLifetime_s } = this.#options;
    return member.clock.now_ms() + 1000 * Math.min(lifetime_s, keyLifetime_s);
  }

  /** Association and PMK, or neither. */
  #keyed(expected: Expected, k: Uint8Array, origin: SaOrigin): boolean {
    const { member, linkLayer } = this.#options;
    const { mn, mnLink, poaLink, nonceT, nonceN, ciphersuite, expires_ms } = expected;
    const { crypto, clock, associations } = member;
    const association = derivedAssociation({
      crypto,
      k,
      nonceT,
      nonceN,
      ciphersuite,
      origin,
      mn,
      tpos: member.id,
      end: "TPoS",
      expires_ms,
      now_ms: () => clock.now_ms(),
    });
    if (associations.put(association) !== undefined) {
      association.wipe();
      return false;
    }
    if (!linkLayer.install({ mn, mnLink, poaLink, k, origin, expires_ms })) {
      associations.drop(association.said);
      return false;
    }
    const others = this.#heldOf(mn).filter((one) => !isSameLink(one.poaLink, poaLink));
    const held = { poaLink, said: association.said, isCompleted: false };
    this.#held.set(mn, [...others, held]);
    this.#expect({ ...expected, said: association.said });
    member.at(expires_ms, () => this.#ended(mn, held));
    member.tell(`has a key for ${mn}, of ${origin}`);
    return true;
  }

  /** The key's time is over, unless its link has a newer one. */
  #ended(mn: string, held: Held): void {
    const { member } = this.#options;
    member.associations.expire();
    if (!this.#heldOf(mn).includes(held)) return;
    this.#drops(mn, [held]);
    member.tell(`the key for ${mn} has ended`);
  }

  /** The MN is here, and has shown that it has that association's K. */
  arrived(mn: string, said: Said): void {
    for (const expected of this.#expectedOf(mn)) this.#expected.delete(keyOf(expected));
    for (const held of this.#heldOf(mn)) if (isSameSaid(held.said, said)) held.isCompleted = true;
  }

  /** Is there a newer K for that MN than this association's, so that the PMK here is another than the MN's? */
  isOutdated(mn: string, { said }: SecurityAssociation): boolean {
    const newest = this.#heldOf(mn).at(-1);
    return newest !== undefined && said.idType === newest.said.idType && !isSameSaid(newest.said, said);
  }

  /**
   * The MN authenticates anew: it has no K any more, so its PMK ends here, too. One that shows no keys of its own speaks for a
   * station, which may have the PMK of a group key that nobody has completed with.
   */
  begunAnew(mn: string, { presence }: Introduction): void {
    const mayBeStation = presence === undefined;
    const lost = this.#heldOf(mn).filter(
      ({ said, isCompleted }) => !mayBeStation || isCompleted || said.idType !== ID_TYPE.gkb,
    );
    this.#drops(mn, lost);
  }

  #heldOf(mn: string): readonly Held[] {
    return this.#held.get(mn) ?? [];
  }

  #drops(mn: string, lost: readonly Held[]): void {
    const rest = this.#heldOf(mn).filter((held) => !lost.includes(held));
    if (rest.length > 0) this.#held.set(mn, rest);
    else this.#held.delete(mn);
    for (const { poaLink, said } of lost) {
      this.#options.linkLayer.remove(mn, poaLink);
      for (const one of this.#expectedOf(mn))
        if (one.said && isSameSaid(one.said, said)) this.#expected.delete(keyOf(one));
    }
  }

  #expectedOf(mn: string): Expected[] {
    return [...this.#expected.values()].filter((one) => one.mn === mn);
  }

  #expect(expected: Expected): void {
    this.#expected.delete(keyOf(expected));
    this.#expected.set(keyOf(expected), expected);
    if (this.#expected.size > AWAITED_MAX) this.#expected.delete(this.#expected.keys().next().value as string);
  }
}

function keyOf({ mn, spos }: Pick<Expected, "mn" | "spos">): string {
  return `${mn} ${spos}`;
}
