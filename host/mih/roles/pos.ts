/**
 * A point of service: for some MNs the one that serves them, for others the one that they go to next. Nothing of it is kept
 * over a restart: associations would repeat their sequence numbers, so everybody who had one begins anew.
 */

import type { Asker } from "../misf.ts";
import type { Conversation } from "../sa/conversation.ts";
import { emitSchemes, type Scheme } from "../schemes/scheme.ts";
import { type Authenticator, emitAuthenticators } from "../services/information.ts";
import type { LinkLayer } from "../services/local.ts";
import type { BodyOf } from "../wire/message.ts";
import {
  CAPABILITY_REQUEST,
  CAPABILITY_RESPONSE,
  COMPLETE_REQUEST,
  COMPLETE_RESPONSE,
  HANDOVER_RESULT,
  INFORMATION_REQUEST,
  INFORMATION_RESPONSE,
  N2N_COMPLETE_REQUEST,
  N2N_COMPLETE_RESPONSE,
} from "../wire/messages.ts";
import { STATUS } from "../wire/values.ts";
import { Associator } from "./answering.ts";
import type { AuthMethod, Introduction } from "./associating.ts";
import type { GroupMember } from "./groupmember.ts";
import { Member, type MemberOptions, type Partner } from "./member.ts";
import { Serving } from "./serving.ts";
import { Target } from "./target.ts";

export interface PosOptions extends MemberOptions {
  readonly scheme: Scheme;
  /** Every authenticator that it knows, its own among them. */
  readonly base: readonly Authenticator[];
  /** Other PoSs, by MISF ID: those of roaming partners, and no others. */
  readonly partners: ReadonlyMap<string, Partner>;
  readonly group?: { readonly manager: Partner; readonly member: GroupMember };
  /** Of a distributed key, s. */
  readonly keyLifetime_s: number;
  readonly linkLayer: LinkLayer;
  /** Proves that the other end is that peer; undefined: nobody of that name is let in that way. */
  readonly conversationFor: (method: AuthMethod, peer: string) => Conversation | undefined;
  /** Follows the original text where it cannot work (003-C1). */
  readonly isLiteral?: boolean;
}

export class PointOfService {
  readonly member: Member;
  readonly #options: PosOptions;
  readonly #associator: Associator;
  readonly #target: Target;
  /** The MNs that are served here, and what they said of themselves. */
  readonly #served = new Map<string, Introduction>();
  /** By MN that is served here: the PoSs that it has keys for, and that alone may say that it has come there. */
  readonly #goesTo = new Map<string, Set<string>>();

  constructor(options: PosOptions) {
    const { scheme, base, partners, group, keyLifetime_s, linkLayer, isLiteral } = options;
    this.#options = options;
    this.member = new Member(options);
    const { member } = this;
    const { misf } = member;
    this.#associator = new Associator({
      ...member.associating,
      conversationFor: options.conversationFor,
      associated: ({ id }, introduction) => this.#associated(id, introduction),
    });
    new Serving({
      member,
      scheme,
      base,
      partners,
      groupManager: group?.manager,
      introductionOf: (mn) => this.#served.get(mn),
      prepared: (mn, tpos) => this.#goesTo.set(mn, new Set(this.#goesTo.get(mn)).add(tpos)),
      keyLifetime_s,
      isLiteral,
    });
    this.#target = new Target({
      member,
      scheme,
      isPartner: (pos) => partners.has(pos),
      mayCome: (mn, from) =>
        mn !== member.id && !this.#isPos(mn) && (!this.#served.has(mn) || this.#goesTo.get(mn)?.has(from) === true),
      links: base.filter(({ pos }) => pos === member.id).map(({ link }) => link),
      keyLifetime_s,
      group: group && { manager: group.manager.id, member: group.member },
      linkLayer,
    });
    misf.answers([CAPABILITY_REQUEST, CAPABILITY_RESPONSE], () => ({
      status: STATUS.success,
      schemes: emitSchemes([scheme]),
    }));
    misf.answers([INFORMATION_REQUEST, INFORMATION_RESPONSE], (_, asker) => this.#informs(asker));
    misf.answers([COMPLETE_REQUEST, COMPLETE_RESPONSE], (body, asker) => this.#arrives(body, asker));
    misf.answers([N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE], (body, asker) => this.#leaves(body, asker));
  }

  get id(): string {
    return this.member.id;
  }

  serves(mn: string): boolean {
    return this.#served.has(mn);
  }

  close(): void {
    this.#associator.close();
    this.member.close();
  }

  #associated(peer: string, introduction: Introduction): void {
    if (this.#isPos(peer)) return;
    this.#target.begunAnew(peer, introduction);
    this.#serve(peer, introduction);
    const { links, presence } = introduction;
    const manager = this.#manager;
    if (!manager || !presence || links.length === 0) return;
    const body = { mnId: peer, link: links[0], handoverResult: HANDOVER_RESULT.success, presence };
    void this.#tellsAgain(manager, body);
  }

  /** Who has to know where an MN is, if keys are made there. */
  get #manager(): Partner | undefined {
    const { scheme, group } = this.#options;
    return scheme === "21d" ? group?.manager : undefined;
  }

  /** A partner's links are none of an MN's, whatever it has an association for. */
  #isPos(peer: string): boolean {
    return this.#options.partners.has(peer) || peer === this.#options.group?.manager.id;
  }

  #serve(mn: string, introduction: Introduction): void {
    this.#served.set(mn, introduction);
    // Where it was to go before has nothing to say of it any more.
    this.#goesTo.delete(mn);
    this.member.tell(`serves ${mn}`);
  }

  /** What it knows of authenticators is for those who have proven who they are. */
  #informs({ sa }: Asker): BodyOf<typeof INFORMATION_RESPONSE> {
    if (sa === undefined) return { status: STATUS.authorizationFailure };
    return { status: STATUS.success, answer: emitAuthenticators(this.#options.base) };
  }

  /** As the target: the MN is on a link of this PoS. */
  async #arrives(body: BodyOf<typeof COMPLETE_REQUEST>, asker: Asker): Promise<BodyOf<typeof COMPLETE_RESPONSE>> {
    const { link, handoverResult, links = [link], presence } = body;
    if (asker.sa === undefined || this.#isPos(asker.id)) return { link, status: STATUS.authorizationFailure };
    if (handoverResult !== HANDOVER_RESULT.success) return { link, status: STATUS.success };
    if (this.#target.isOutdated(asker.id, asker.sa)) return { link, status: STATUS.rejected };
    const spos = this.#target.sposOf(asker.id, asker.sa.said);
    this.#target.arrived(asker.id, asker.sa.said);
    this.#serve(asker.id, { links, presence });
    // The MN does not wait for what others are told.
    if (spos !== undefined) this.#tellsOthers(spos, { mnId: asker.id, link, handoverResult, presence });
    return { link, status: STATUS.success };
  }

  async #tellsOthers(spos: string, body: BodyOf<typeof N2N_COMPLETE_REQUEST>): Promise<void> {
    for (const partner of [this.#options.partners.get(spos), this.#manager]) {
      if (partner) await this.#tellsAgain(partner, body);
    }
  }

  /** One that was made anew does not know the association any more, and is told in another. */
  async #tellsAgain(partner: Partner, body: BodyOf<typeof N2N_COMPLETE_REQUEST>): Promise<void> {
    if (!(await this.#tells(partner, body))) await this.#tells(partner, body);
  }

  /** false: it did not answer, and the association with it is forgotten. */
  async #tells(partner: Partner, body: BodyOf<typeof N2N_COMPLETE_REQUEST>): Promise<boolean> {
    const { member } = this;
    const sa = await member.associationWith(partner);
    if (typeof sa === "string") return false;
    const outcome = await member.misf.asks(partner, [N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE], body, sa);
    if (outcome.kind !== "answer") member.forget(partner.id);
    return outcome.kind === "answer";
  }

  /** As the one that served it: the MN is a partner's now, and what was shared with it is wiped. */
  #leaves(body: BodyOf<typeof N2N_COMPLETE_REQUEST>, asker: Asker): BodyOf<typeof N2N_COMPLETE_RESPONSE> {
    const { mnId, handoverResult } = body;
    if (asker.sa === undefined || this.#goesTo.get(mnId)?.has(asker.id) !== true) {
      return { mnId, status: STATUS.authorizationFailure };
    }
    if (handoverResult === HANDOVER_RESULT.success && this.#served.delete(mnId)) {
      this.member.forget(mnId);
      this.member.tell(`${mnId} is with ${asker.id} now`);
    }
    return { mnId, status: STATUS.success };
  }
}
