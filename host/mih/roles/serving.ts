/**
 * A PoS as the one that serves an MN (SPoS): it passes frames on to the target, chooses one if the MN has none, and sees to it
 * that a key comes to both, in the way of its scheme.
 */

import { distributionKey } from "../keys/keys.ts";
import type { Asker } from "../misf.ts";
import type { SecurityAssociation } from "../sa/association.ts";
import type { Scheme } from "../schemes/scheme.ts";
import { masked } from "../schemes/xor.ts";
import { type Authenticator, select } from "../services/information.ts";
import {
  GROUP_KEY_REQUEST,
  GROUP_KEY_RESPONSE,
  N2N_REQUEST,
  N2N_RESPONSE,
  type N2nRequest,
  PREREG_REQUEST,
  PREREG_RESPONSE,
  type PreregRequest,
  type PreregResponse,
} from "../wire/messages.ts";
import {
  checkN2nRequest,
  checkN2nResponse,
  checkPreregRequest,
  checkPreregResponse,
  type Way as Passage,
} from "../wire/rules.ts";
import { KEY_OCTETS, NONCE_OCTETS } from "../wire/types.ts";
import { STATUS } from "../wire/values.ts";
import type { Introduction } from "./associating.ts";
import { ClockSequence } from "./clocksequence.ts";
import type { Member, Partner } from "./member.ts";

export interface ServingOptions {
  readonly member: Member;
  readonly scheme: Scheme;
  readonly base: readonly Authenticator[];
  readonly partners: ReadonlyMap<string, Partner>;
  readonly groupManager?: Partner;
  /** What an MN that is served here said of itself; undefined: none of that name is. */
  readonly introductionOf: (mn: string) => Introduction | undefined;
  /** That MN has a key for that PoS from now on. */
  readonly prepared: (mn: string, tpos: string) => void;
  /** Of K, s. */
  readonly keyLifetime_s: number;
  /** Of the original scheme: the MN's mask as the text has it, which the MN cannot take off (003-C1). */
  readonly isLiteral?: boolean;
}

type Given = Pick<PreregResponse, "key" | "nonceN" | "lifetime" | "groupKeyBlock">;

export class Serving {
  readonly #options: ServingOptions;
  readonly #sequence = new ClockSequence();

  constructor(options: ServingOptions) {
    this.#options = options;
    options.member.misf.answers([PREREG_REQUEST, PREREG_RESPONSE], async (body, asker) => {
      const answer = await this.#preregisters(body, asker);
      const broken = checkPreregResponse(answer, body.ciphersuite !== undefined, this.#way(asker.sa));
      if (broken === undefined) return answer;
      options.member.tell(`does not answer ${asker.id} as it was about to: ${broken}`);
      return { status: STATUS.unspecified };
    });
  }

  async #preregisters(body: PreregRequest, asker: Asker): Promise<PreregResponse> {
    const { member, base, introductionOf, scheme, partners } = this.#options;
    const links = introductionOf(asker.id)?.links;
    // The original scheme's messages are in clear, and who sent them is anybody's guess.
    if (links === undefined || (asker.sa === undefined && scheme !== "xor")) {
      return { status: STATUS.authorizationFailure };
    }
    const broken = checkPreregRequest(body);
    if (broken !== undefined) {
      member.tell(`${asker.id} broke a rule: ${broken}`);
      return { status: STATUS.rejected };
    }
    const target = select(base, {
      ...body,
      linkTypes: new Set(links.map(({ type }) => type)),
      self: member.id,
      isAssociated: (pos) => member.associations.ofPeer(pos) !== undefined,
    });
    const partner = target && partners.get(target.pos);
    const mnLink = target && links.find(({ type }) => type === target.link.type);
    if (!target || !partner || !mnLink) return { status: STATUS.rejected };
    const answer = { targetLink: target.link, tposId: partner.id };
    const toTarget = await member.associationWith(partner);
    if (typeof toTarget === "string") return { ...answer, status: STATUS.networkError };
    const passed: N2nRequest = { targetLink: target.link, llInformation: body.llInformation, mnId: asker.id, mnLink };
    const { ciphersuite, nonceT } = body;
    if (ciphersuite === undefined || nonceT === undefined) {
      const relayed = await this.#tells(partner, toTarget, passed);
      return { ...answer, llInformation: relayed.llInformation, status: relayed.status };
    }
    const asked = { ...passed, ciphersuite, nonceT };
    const done = await this.#distributes({ mn: asker, partner, toTarget, asked, nonceT });
    if (done.status === STATUS.success) this.#options.prepared(asker.id, partner.id);
    return { ...answer, ...done };
  }

  async #distributes(way: Way): Promise<Given & Pick<PreregResponse, "status" | "llInformation">> {
    const { scheme, keyLifetime_s, member } = this.#options;
    const { crypto } = member;
    const { partner, toTarget, asked, mn } = way;
    if (scheme === "21d") return this.#byGroupManager(way);
    const nonceN = crypto.randomBytes(NONCE_OCTETS);
    const k = crypto.randomBytes(KEY_OCTETS);
    const isMasked = scheme === "xor";
    const { key, toMobile } = isMasked ? this.#maskedFor(k, way, nonceN) : { key: k.slice(), toMobile: k.slice() };
    k.fill(0);
    if (key === undefined || toMobile === undefined) return { status: STATUS.authorizationFailure };
    const told = await this.#tells(partner, toTarget, { ...asked, key, nonceN, lifetime: keyLifetime_s });
    key.fill(0);
    if (told.status !== STATUS.success) {
      toMobile.fill(0);
      return { status: told.status };
    }
    member.tell(`gives ${mn.id} and ${partner.id} a key`);
    return {
      key: toMobile,
      nonceN,
      lifetime: keyLifetime_s,
      llInformation: told.llInformation,
      status: STATUS.success,
    };
  }

  /** Both masks; undefined: there is no association to make one of. */
  #maskedFor(
    k: Uint8Array,
    { mn, partner, toTarget, nonceT }: Way,
    nonceN: Uint8Array,
  ): { readonly key?: Uint8Array; readonly toMobile?: Uint8Array } {
    const { member, isLiteral } = this.#options;
    const toMn = member.associations.ofPeer(mn.id);
    if (toMn === undefined) return {};
    return {
      key: this.#masked(k, toTarget, { name: mn.id, nonceT, nonceN }),
      toMobile: this.#masked(k, toMn, { name: partner.id, nonceT, nonceN }, isLiteral),
    };
  }

  #masked(k: Uint8Array, sa: SecurityAssociation, input: Parameters<typeof masked>[3], isLiteral = false): Uint8Array {
    const { crypto, id } = this.#options.member;
    const miak = sa.miak;
    const key = distributionKey(crypto, miak, { distributor: id, receiver: sa.peer });
    const out = masked(crypto, key, k, input, isLiteral);
    miak.fill(0);
    key.fill(0);
    return out;
  }

  /** This PoS makes no key, sees none, and can open no block of it. */
  async #byGroupManager({ mn, partner, toTarget, asked, nonceT }: Way): Promise<Given & { status: number }> {
    const { member, groupManager, introductionOf } = this.#options;
    if (groupManager === undefined) return { status: STATUS.rejected };
    const toManager = await member.associationWith(groupManager);
    if (typeof toManager === "string") return { status: STATUS.networkError };
    const told = await this.#tells(partner, toTarget, asked, true);
    if (told.status !== STATUS.success || told.nonceN === undefined) return { status: told.status };
    const presence = introductionOf(mn.id)?.presence;
    const request = { mnId: mn.id, tposId: partner.id, nonceT, sequence: this.#sequence.next(), presence };
    const outcome = await member.misf.asks(groupManager, [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE], request, toManager);
    if (outcome.kind !== "answer") {
      member.forget(groupManager.id);
      return { status: STATUS.networkError };
    }
    const { groupKeyBlock, lifetime, status } = outcome.body;
    if (status !== STATUS.success || !groupKeyBlock || lifetime === undefined) {
      return { status: status === STATUS.success ? STATUS.networkError : status };
    }
    return {
      groupKeyBlock,
      lifetime,
      nonceN: told.nonceN,
      status: STATUS.success,
      llInformation: told.llInformation,
    } as Given & {
      status: number;
    };
  }

  /** N2N, inside the association; the original scheme's key goes in clear beside it. */
  async #tells(
    partner: Partner,
    toTarget: SecurityAssociation,
    body: N2nRequest,
    isKeyless = false,
  ): Promise<{ readonly status: number; readonly nonceN?: Uint8Array; readonly llInformation?: Uint8Array }> {
    const { member, scheme } = this.#options;
    const sa = scheme === "xor" ? undefined : toTarget;
    const broken = checkN2nRequest(body, this.#way(sa));
    if (broken !== undefined) {
      member.tell(`does not tell ${partner.id} what it was about to: ${broken}`);
      return { status: STATUS.unspecified };
    }
    const outcome = await member.misf.asks(partner, [N2N_REQUEST, N2N_RESPONSE], body, sa);
    if (outcome.kind !== "answer") {
      // A target that was restarted has no association any more: the next time a new one is made.
      member.forget(partner.id);
      return { status: STATUS.networkError };
    }
    // In clear it answers all the same, and that it can take no mask off.
    if (sa === undefined && outcome.body.status === STATUS.authorizationFailure) member.forget(partner.id);
    const isRight = checkN2nResponse(outcome.body, isKeyless) === undefined;
    return isRight ? outcome.body : { status: STATUS.unspecified };
  }

  #way(sa: SecurityAssociation | undefined): Passage {
    return { isProtected: sa !== undefined, isMasked: this.#options.scheme === "xor" };
  }
}

interface Way {
  readonly mn: Asker;
  readonly partner: Partner;
  readonly toTarget: SecurityAssociation;
  readonly asked: N2nRequest;
  readonly nonceT: Uint8Array;
}
