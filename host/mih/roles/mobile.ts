/**
 * A mobile node (MN): what a phone does for itself, and what an AP does for a battery-less station. It prepares a handover with
 * the PoS that serves it, talks to the target directly as soon as both have K, and completes it there.
 */

import { equalOctets } from "../../wire/octets.ts";
import { readBlock, wrappedFor } from "../gkb/block.ts";
import { groupIdOf } from "../gkb/groupid.ts";
import { CIPHERSUITE } from "../keys/ciphersuites.ts";
import { distributionKey } from "../keys/keys.ts";
import type { Outcome } from "../misf.ts";
import type { SecurityAssociation } from "../sa/association.ts";
import { derivedAssociation } from "../sa/derived.ts";
import { isTainted } from "../sa/said.ts";
import { ORIGIN_OF, readSchemes, type Scheme } from "../schemes/scheme.ts";
import { masked } from "../schemes/xor.ts";
import { type Authenticator, readAuthenticators } from "../services/information.ts";
import type { LinkLayer } from "../services/local.ts";
import {
  CAPABILITY_REQUEST,
  CAPABILITY_RESPONSE,
  COMPLETE_REQUEST,
  COMPLETE_RESPONSE,
  HANDOVER_RESULT,
  INFORMATION_REQUEST,
  INFORMATION_RESPONSE,
  PREREG_REQUEST,
  PREREG_RESPONSE,
  type PreregRequest,
  type PreregResponse,
} from "../wire/messages.ts";
import { checkPreregRequest, checkPreregResponse } from "../wire/rules.ts";
import { NONCE_OCTETS } from "../wire/types.ts";
import { isSameLink, type LinkId, STATUS } from "../wire/values.ts";
import type { Introduction } from "./associating.ts";
import type { GroupMember } from "./groupmember.ts";
import { Member, type MemberOptions, type Partner } from "./member.ts";

export interface MobileOptions extends MemberOptions {
  readonly links: readonly LinkId[];
  /** Takes keys in this way and in no other. */
  readonly scheme: Scheme;
  readonly linkLayer: LinkLayer;
  /**
   * Remedy 2: its own device keys, or the leaf of the device that it speaks for, which alone can open what it hands on, and
   * who then confirms the key on its link.
   */
  readonly group?: GroupMember | { readonly leaf: number };
  /** Every PoS that it may be sent to, with how it authenticates there. */
  readonly poss: ReadonlyMap<string, Partner>;
}

/** What the MN wants of its target; nothing: its PoS may choose. */
export interface PrepareWish {
  readonly targetLink?: LinkId;
  readonly tposId?: string;
  /** Links that it hears. */
  readonly candidateLinks?: readonly LinkId[];
  readonly llInformation?: Uint8Array;
}

/** A handover that needs nothing more than to happen. */
export interface Prepared {
  readonly tpos: Partner;
  readonly link: LinkId;
  readonly lifetime_s: number;
  /** undefined: the device alone has the key. */
  readonly association: SecurityAssociation | undefined;
  /** Somebody else had the key in his hands (003-C12). */
  readonly isTainted: boolean;
  readonly llInformation: Uint8Array | undefined;
}

/** A PMK that the link layer has. */
interface Held {
  readonly link: LinkId;
}

export class MobileNode {
  readonly member: Member;
  readonly #options: MobileOptions;
  /** By MISF ID of a target: the links with a PMK. */
  readonly #held = new Map<string, readonly Held[]>();
  #serving: Partner | undefined;
  #preparing: Promise<unknown> = Promise.resolve();

  constructor(options: MobileOptions) {
    this.#options = options;
    this.member = new Member(options);
  }

  get id(): string {
    return this.member.id;
  }

  /** The PoS that serves it. */
  get serving(): Partner | undefined {
    return this.#serving;
  }

  close(): void {
    this.member.close();
  }

  /**
   * First attachment (003-M8), also after its PoS has forgotten it: then no K of before is used any more. A string: why it did
   * not come to one.
   */
  async attach(pos: Partner): Promise<SecurityAssociation | string> {
    // What a PoS that was left knows of this MN is old: where it is now it has to show anew.
    if (this.#serving && this.#serving.id !== pos.id) this.member.forget(pos.id);
    const isKnown = this.member.associations.ofPeer(pos.id) !== undefined;
    const association = await this.member.servingAssociation(pos, this.#introduction(pos));
    if (typeof association === "string") return association;
    this.#serving = pos;
    if (!isKnown) for (const held of this.#held.get(pos.id) ?? []) this.#drops(pos.id, held);
    return association;
  }

  /** The schemes that its PoS offers; undefined: no answer. */
  async capabilities(): Promise<Scheme[] | undefined> {
    const serving = this.#serving;
    if (!serving) return undefined;
    const outcome = await this.member.misf.asks(serving, [CAPABILITY_REQUEST, CAPABILITY_RESPONSE], {});
    return outcome.kind === "answer" ? readSchemes(outcome.body.schemes ?? 0) : undefined;
  }

  /** The authenticators around (001-P6); undefined: its PoS does not say. */
  async discover(): Promise<Authenticator[] | undefined> {
    const { serving, association } = await this.#served();
    if (!serving || !association) return undefined;
    const query = { query: Uint8Array.of(1) };
    const exchange = [INFORMATION_REQUEST, INFORMATION_RESPONSE] as const;
    const outcome = await this.member.misf.asks(serving, exchange, query, association);
    if (outcome.kind !== "answer") this.#unheard();
    if (outcome.kind !== "answer" || outcome.body.answer === undefined) return undefined;
    return readAuthenticators(outcome.body.answer);
  }

  /** A frame to the target's authenticator and its answer, through the PoS that serves (001-P4). */
  async relay(wish: PrepareWish & { readonly llInformation: Uint8Array }): Promise<Uint8Array | string> {
    const outcome = await this.#preregister(wish);
    if (outcome.kind !== "answer") {
      this.#unheard();
      return "nobody answered";
    }
    const broken = checkPreregResponse(outcome.body, false, { isProtected: outcome.sa !== undefined, isMasked: false });
    if (broken !== undefined) return `the answer breaks a rule: ${broken}`;
    const { status, llInformation } = outcome.body;
    return status === STATUS.success && llInformation ? llInformation : `refused with status ${status}`;
  }

  /** K here and at the target, the association with it, and the PMK of both links. A string: why not. One after the other. */
  prepare(wish: PrepareWish): Promise<Prepared | string> {
    const next = this.#preparing.then(() => this.#prepares(wish));
    // The next one does not fail because this one has.
    this.#preparing = next.catch(() => undefined);
    return next;
  }

  async #prepares(wish: PrepareWish): Promise<Prepared | string> {
    const { member } = this;
    const nonceT = member.crypto.randomBytes(NONCE_OCTETS);
    const outcome = await this.#preregister({ ...wish, ciphersuite: CIPHERSUITE.aesCcm16, nonceT });
    if (outcome.kind !== "answer") {
      this.#unheard();
      return "nobody answered";
    }
    const { body, sa } = outcome;
    if (body.status !== STATUS.success) {
      // Its PoS does not serve it, or cannot show that it does: the next time it is told anew.
      if (body.status === STATUS.authorizationFailure) this.#unheard();
      return `refused with status ${body.status}`;
    }
    const { scheme } = this.#options;
    const broken = checkPreregResponse(body, true, { isProtected: sa !== undefined, isMasked: scheme === "xor" });
    if (broken !== undefined) return `the answer breaks a rule: ${broken}`;
    const { tposId, targetLink, nonceN, lifetime } = body;
    const tpos = tposId === undefined ? undefined : this.#options.poss.get(tposId);
    if (!tpos || !targetLink || !nonceN || lifetime === undefined) return "the answer names no target that is known";
    const isWished =
      (wish.tposId ?? tpos.id) === tpos.id && (!wish.targetLink || isSameLink(wish.targetLink, targetLink));
    if (!isWished) return "the answer names another target than the one that was wished";
    if ((body.groupKeyBlock !== undefined) !== (scheme === "21d")) return "the answer has a key of another scheme";
    return this.#keyed(body, { tpos, link: targetLink, nonceT, nonceN, lifetime_s: lifetime });
  }

  /** The link has changed: the target serves from now on, and whoever served before hears of it from there. */
  async complete({ tpos, link, association }: Prepared): Promise<boolean> {
    if (!association) return false;
    const body = {
      link: this.#linkOf(link) ?? link,
      handoverResult: HANDOVER_RESULT.success,
      ...this.#introduction(tpos),
    };
    const exchange = [COMPLETE_REQUEST, COMPLETE_RESPONSE] as const;
    const outcome = await this.member.misf.asks(tpos, exchange, body, association);
    const isDone = outcome.kind === "answer" && outcome.body.status === STATUS.success;
    if (isDone) {
      if (this.#serving && this.#serving.id !== tpos.id) this.member.forget(this.#serving.id);
      this.#serving = tpos;
    }
    return isDone;
  }

  /** What it says of itself to the PoS that is to serve it. */
  #introduction({ id }: Partner): Introduction {
    const { links, group } = this.#options;
    const own = group && !("leaf" in group) ? group : undefined;
    return { links, presence: own?.presence({ mn: this.id, pos: id }) };
  }

  #keyed(
    body: PreregResponse,
    agreed: {
      readonly tpos: Partner;
      readonly link: LinkId;
      readonly nonceT: Uint8Array;
      readonly nonceN: Uint8Array;
      readonly lifetime_s: number;
    },
  ): Prepared | string {
    const { member } = this;
    const { scheme, linkLayer, group } = this.#options;
    const { tpos, link, nonceT, nonceN, lifetime_s } = agreed;
    const origin = ORIGIN_OF[scheme];
    const mnLink = this.#linkOf(link);
    if (!mnLink) return "the target's link is of a type that this MN has no interface for";
    const expires_ms = member.clock.now_ms() + 1000 * lifetime_s;
    const grant = { mn: this.id, mnLink, poaLink: link, origin, expires_ms };
    const prepared = { tpos, link, lifetime_s, isTainted: isTainted(origin), llInformation: body.llInformation };
    if (group && "leaf" in group && body.groupKeyBlock) {
      const block = readBlock(body.groupKeyBlock);
      const named = groupIdOf(member.crypto, { mn: this.id, tpos: tpos.id, nonceT });
      const isOurs = typeof block === "object" && equalOctets(block.groupId, named);
      const wrapped = isOurs ? wrappedFor(body.groupKeyBlock, group.leaf) : undefined;
      if (!wrapped) return "the group key block is not for this MN's device";
      linkLayer.installSealed?.({ ...grant, wrapped });
      return { ...prepared, association: undefined };
    }
    const k = this.#keyOf(body, agreed);
    if (typeof k === "string") return k;
    const { crypto, clock, associations } = member;
    const association = derivedAssociation({
      crypto,
      k,
      nonceT,
      nonceN,
      ciphersuite: CIPHERSUITE.aesCcm16,
      origin,
      mn: this.id,
      tpos: tpos.id,
      end: "MN",
      expires_ms,
      now_ms: () => clock.now_ms(),
    });
    const refusal = associations.put(association);
    if (refusal === undefined) linkLayer.install({ ...grant, k });
    k.fill(0);
    if (refusal !== undefined) return `there is no place for the association: ${refusal}`;
    const held = { link };
    const others = (this.#held.get(tpos.id) ?? []).filter((one) => !isSameLink(one.link, link));
    this.#held.set(tpos.id, [...others, held]);
    member.at(expires_ms, () => this.#drops(tpos.id, held));
    return { ...prepared, association };
  }

  /** Its time is over, unless its link has a newer one; or it is of no use any more. */
  #drops(tpos: string, held: Held): void {
    const all = this.#held.get(tpos) ?? [];
    if (!all.includes(held)) return;
    const rest = all.filter((one) => one !== held);
    if (rest.length > 0) this.#held.set(tpos, rest);
    else this.#held.delete(tpos);
    this.#options.linkLayer.remove(this.id, held.link);
  }

  /** K, the caller's to wipe. */
  #keyOf(
    { key, groupKeyBlock }: PreregResponse,
    { tpos, nonceT, nonceN }: { tpos: Partner; nonceT: Uint8Array; nonceN: Uint8Array },
  ): Uint8Array | string {
    const { scheme, group } = this.#options;
    if (scheme === "21d") {
      if (!group || "leaf" in group || !groupKeyBlock) return "this MN has no device keys";
      const mgk = group.open(groupKeyBlock, groupIdOf(this.member.crypto, { mn: this.id, tpos: tpos.id, nonceT }));
      return typeof mgk === "string" ? `the group key block is refused: ${mgk}` : mgk;
    }
    if (!key) return "the answer has no key";
    if (scheme === "21a") return key.slice();
    const serving = this.#serving;
    const sa = serving && this.member.associations.ofPeer(serving.id);
    if (!serving || !sa) return "there is no association with the PoS that serves";
    const { crypto } = this.member;
    const miak = sa.miak;
    const distribution = distributionKey(crypto, miak, { distributor: serving.id, receiver: this.id });
    const k = masked(crypto, distribution, key, { name: tpos.id, nonceT, nonceN });
    miak.fill(0);
    distribution.fill(0);
    return k;
  }

  async #preregister(body: PreregRequest): Promise<Outcome<typeof PREREG_RESPONSE>> {
    const broken = checkPreregRequest(body);
    if (broken !== undefined) throw new RangeError(`wish: ${broken}`);
    const { serving, association } = await this.#served();
    if (!serving || !association) return { kind: "no answer" };
    const sa = this.#options.scheme === "xor" ? undefined : association;
    return this.member.misf.asks(serving, [PREREG_REQUEST, PREREG_RESPONSE], body, sa);
  }

  /** Attaches again where the association has ended. */
  async #served(): Promise<{ readonly serving?: Partner; readonly association?: SecurityAssociation }> {
    const serving = this.#serving;
    if (!serving) return {};
    const association = await this.attach(serving);
    return typeof association === "string" ? { serving } : { serving, association };
  }

  /** A PoS that was restarted knows nothing of the association any more: the next time a new one is made. */
  #unheard(): void {
    if (this.#serving) this.member.forget(this.#serving.id);
  }

  #linkOf({ type }: LinkId): LinkId | undefined {
    return this.#options.links.find((link) => link.type === type);
  }
}
