/**
 * The group manager of remedy 2: it knows whose leaf is which, and makes keys for pairs of an MN and the PoS that it goes to,
 * which the PoS that asks cannot open (003-C14). That an asker serves that MN it takes from its register, which
 * goes by the MN's own proofs where it can (003-C15).
 */

import { equalOctets } from "../../wire/octets.ts";
import { groupIdOf } from "../gkb/groupid.ts";
import { makeGroupKeyBlock } from "../gkb/make.ts";
import type { Sign } from "../gkb/signature.ts";
import type { Asker } from "../misf.ts";
import type { Conversation } from "../sa/conversation.ts";
import type { BodyOf } from "../wire/message.ts";
import {
  GROUP_KEY_REQUEST,
  GROUP_KEY_RESPONSE,
  HANDOVER_RESULT,
  N2N_COMPLETE_REQUEST,
  N2N_COMPLETE_RESPONSE,
  PUSH_REQUEST,
  PUSH_RESPONSE,
} from "../wire/messages.ts";
import { STATUS } from "../wire/values.ts";
import { Associator } from "./answering.ts";
import type { AuthMethod } from "./associating.ts";
import { ClockSequence } from "./clocksequence.ts";
import { type LocationOptions, LocationRegister } from "./locationregister.ts";
import { Member, type MemberOptions, type Partner } from "./member.ts";

/** The leaves are those of every MN and PoS that has keys of the tree. */
export interface GroupManagerOptions extends MemberOptions, LocationOptions {
  readonly poss: ReadonlyMap<string, Partner>;
  /** MISF IDs of devices that no key is made for any more (003-C16). What was made before ends with its lifetime. */
  readonly revoked?: ReadonlySet<string>;
  readonly sign: Sign;
  readonly conversationFor: (method: AuthMethod, peer: string) => Conversation | undefined;
}

type Asked = BodyOf<typeof GROUP_KEY_REQUEST>;
type Answered = BodyOf<typeof GROUP_KEY_RESPONSE>;

/** The last that a PoS asked for of an MN, so that the same question again has the same answer. */
interface Latest {
  readonly asked: Asked;
  readonly answer: Promise<Answered>;
}

export class GroupManager {
  readonly member: Member;
  readonly #options: GroupManagerOptions;
  readonly #associator: Associator;
  readonly #register: LocationRegister;
  /** By PoS, and by MN: requests for several may overtake each other. */
  readonly #latest = new Map<string, Map<string, Latest>>();
  readonly #sequence = new ClockSequence();

  constructor(options: GroupManagerOptions) {
    this.#options = options;
    this.member = new Member(options);
    this.#register = new LocationRegister(options);
    const { misf } = this.member;
    this.#associator = new Associator({
      ...this.member.associating,
      conversationFor: options.conversationFor,
      // Its clock may have gone back while it was away; what it said before is of another association.
      associated: ({ id }) => this.#latest.delete(id),
    });
    misf.answers([GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE], (body, asker) => this.#asked(body, asker));
    misf.answers([N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE], (body, asker) => this.#moved(body, asker));
  }

  /** The PoS that serves that MN, as far as is known here. */
  servingOf(mn: string): string | undefined {
    return this.#register.servingOf(mn);
  }

  close(): void {
    this.#associator.close();
    this.member.close();
    this.#options.tree.wipe();
  }

  async #asked(body: Asked, asker: Asker): Promise<Answered> {
    const { sequence } = body;
    if (asker.sa === undefined || !this.#options.poss.has(asker.id)) {
      return { sequence, status: STATUS.authorizationFailure };
    }
    if (!this.#options.leaves.has(body.mnId)) return { sequence, status: STATUS.rejected };
    const ofAsker = this.#latest.get(asker.id) ?? new Map<string, Latest>();
    this.#latest.set(asker.id, ofAsker);
    const latest = ofAsker.get(body.mnId);
    if (latest && sequence <= latest.asked.sequence) {
      return isSame(latest.asked, body) ? latest.answer : { sequence, status: STATUS.rejected };
    }
    const answer = this.#makes(body, asker.id);
    ofAsker.set(body.mnId, { asked: body, answer });
    return answer;
  }

  async #makes({ mnId, tposId, nonceT, sequence, presence }: Asked, spos: string): Promise<Answered> {
    const { poss, leaves, tree, sign, keyLifetime_s, revoked } = this.#options;
    const { crypto, misf } = this.member;
    const [mn, tpos, excluded] = [mnId, tposId, spos].map((id) => leaves.get(id));
    const target = poss.get(tposId);
    // A PoS is no MN, though it has a leaf and could make a proof by it.
    const isMn = !poss.has(mnId);
    const isRevoked = [mnId, tposId, spos].some((id) => revoked?.has(id));
    const mayAsk =
      isMn && !isRevoked && tposId !== spos && tposId !== mnId && this.#register.isServedBy(mnId, spos, presence);
    if (!mayAsk) {
      this.member.tell(`${spos} asks for a key of ${mnId} and ${tposId}, which is none of its business`);
      return { sequence, status: STATUS.authorizationFailure };
    }
    if (mn === undefined || tpos === undefined || target === undefined) return { sequence, status: STATUS.rejected };
    const association = await this.member.associationWith(target);
    if (typeof association === "string") return { sequence, status: STATUS.networkError };
    const groupId = groupIdOf(crypto, { mn: mnId, tpos: tposId, nonceT });
    const made = makeGroupKeyBlock({
      crypto,
      tree,
      groupId,
      sequence: this.#sequence.next(),
      members: [mn, tpos],
      excluded: excluded === undefined ? [] : [excluded],
      sign,
    });
    made.mgk.fill(0);
    const push = { groupId, mnId, groupKeyBlock: made.octets, nonceT, lifetime: keyLifetime_s, sequence };
    const outcome = await misf.asks(target, [PUSH_REQUEST, PUSH_RESPONSE], push, association);
    if (outcome.kind !== "answer") {
      this.member.forget(tposId);
      return { sequence, status: STATUS.networkError };
    }
    if (outcome.body.status !== STATUS.success) return { sequence, status: outcome.body.status };
    this.#register.goes(mnId, tposId);
    this.member.tell(`made a key of ${mnId} and ${tposId} for ${spos}, which has none of it`);
    return { sequence, status: STATUS.success, groupKeyBlock: made.octets, lifetime: keyLifetime_s };
  }

  #moved(body: BodyOf<typeof N2N_COMPLETE_REQUEST>, asker: Asker): BodyOf<typeof N2N_COMPLETE_RESPONSE> {
    const { mnId, handoverResult, presence } = body;
    const { poss, revoked } = this.#options;
    const isRight =
      asker.sa !== undefined &&
      poss.has(asker.id) &&
      handoverResult === HANDOVER_RESULT.success &&
      !revoked?.has(mnId) &&
      !revoked?.has(asker.id) &&
      this.#register.isServedBy(mnId, asker.id, presence);
    return { mnId, status: isRight ? STATUS.success : STATUS.authorizationFailure };
  }
}

/** The same question again? */
function isSame(a: Asked, b: Asked): boolean {
  return a.sequence === b.sequence && a.tposId === b.tposId && equalOctets(a.nonceT, b.nonceT);
}
