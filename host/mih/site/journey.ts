/**
 * What whoever carries an MN wants of it: to come to a target, whoever dies on the way. One try prepares with the PoS that
 * serves and completes at the target; one that fails is followed by another, of a new K.
 *
 *     attach, where it is or was going ── [discover] ── prepare ── complete
 *
 * An MN that was ended while it completed does not know who serves it now. It asks at the target first, and if that lets it in
 * by a full authentication the journey is at its end without a distributed key.
 */

import type { Partner } from "../roles/member.ts";
import type { MobileNode, Prepared, PrepareWish } from "../roles/mobile.ts";
import type { Authenticator } from "../services/information.ts";
import { STATUS } from "../wire/values.ts";
import { linkText } from "./linktext.ts";
import type { Place } from "./memory.node.ts";

export interface JourneyOptions {
  readonly mn: MobileNode;
  /** By MISF ID. */
  readonly poss: ReadonlyMap<string, Partner>;
  /** Where it begins if it knows of no other place: MISF ID. */
  readonly attach: string;
  readonly place: Place;
  readonly wish: PrepareWish;
  readonly discover?: boolean;
  /** 1 or more. */
  readonly tries: number;
  /** Told before anything that follows from it. */
  readonly remember: (place: Place) => void;
  /** Of each step, when it is over; `failure`: why it came to nothing. */
  readonly onStep?: (step: StepName, failure: string | undefined) => void;
}

export type StepName = "attach" | "discover" | "prepare" | "complete";

export interface Arrival {
  readonly target: Partner;
  /** undefined: it authenticated anew at the target, and no key was distributed. */
  readonly prepared: Prepared | undefined;
  readonly found: readonly Authenticator[] | undefined;
  /** Tries that it took, this one among them. */
  readonly tries: number;
}

/** A string: why the last try came to nothing. */
export async function journey(options: JourneyOptions): Promise<Arrival | string> {
  const way = new Way(options);
  let failure = "there was no try";
  for (let tries = 1; tries <= options.tries; tries++) {
    const arrived = await way.once();
    if (typeof arrived !== "string") return { ...arrived, tries };
    failure = arrived;
  }
  return failure;
}

class Way {
  readonly #options: JourneyOptions;
  #place: Place;
  #found: readonly Authenticator[] | undefined;

  constructor(options: JourneyOptions) {
    this.#options = options;
    this.#place = options.place;
  }

  async once(): Promise<Omit<Arrival, "tries"> | string> {
    const { mn, wish, discover } = this.#options;
    if (mn.serving === undefined) {
      const failure = this.#told("attach", await this.#attach());
      if (failure !== undefined) return failure;
    }
    if (this.#isThere) return this.#arrived(undefined);
    if (discover && this.#found === undefined) {
      this.#found = await mn.discover();
      const failure = this.#told("discover", this.#found ? undefined : "nobody answered");
      if (failure !== undefined) return failure;
    }
    const prepared = await mn.prepare(wish);
    const failure = this.#told("prepare", typeof prepared === "string" ? prepared : undefined);
    if (typeof prepared === "string")
      return (await this.#isLetIn(prepared)) ? this.#arrived(undefined) : (failure ?? prepared);
    this.#remember({ serving: mn.serving?.id, going: { pos: prepared.tpos.id, link: linkText(prepared.link) } });
    const isDone = await mn.complete(prepared);
    const refusal = this.#told("complete", isDone ? undefined : "the target did not take it");
    if (refusal !== undefined) return refusal;
    this.#remember({ serving: prepared.tpos.id });
    return this.#arrived(prepared);
  }

  /** It is served where it is to go, or where it was going in just this way. */
  get #isThere(): boolean {
    const { mn, wish } = this.#options;
    const serving = mn.serving?.id;
    return serving !== undefined && (serving === wish.tposId || (serving === this.#place.going?.pos && this.#isOnWay));
  }

  get #isOnWay(): boolean {
    const { tposId, targetLink } = this.#options.wish;
    const { going } = this.#place;
    if (going === undefined) return false;
    return tposId === undefined ? !targetLink || linkText(targetLink) === going.link : tposId === going.pos;
  }

  #arrived(prepared: Prepared | undefined): Omit<Arrival, "tries"> {
    const target = this.#options.mn.serving as Partner;
    this.#remember({ serving: target.id });
    return { target, prepared, found: this.#found };
  }

  /** Where it was going, else where it was served, else where it begins. A string: why nowhere. */
  async #attach(): Promise<string | undefined> {
    const { mn, poss, attach } = this.#options;
    const { going, serving } = this.#place;
    let failure = `${attach} is no PoS that is known here`;
    for (const id of new Set([going?.pos, serving, attach])) {
      const pos = id === undefined ? undefined : poss.get(id);
      if (!pos) continue;
      const made = await mn.attach(pos);
      if (typeof made !== "string") return undefined;
      failure = `${pos.id}: ${made}`;
    }
    return failure;
  }

  /**
   * Where a K did not come to its end a full authentication may, and nothing of that K is used any more. So it may where the
   * PoS that serves is refused: a group manager believes no PoS that the MN came to by itself (003-C15).
   */
  async #isLetIn(failure: string): Promise<boolean> {
    const { mn, poss, wish } = this.#options;
    const refused = failure === `refused with status ${STATUS.authorizationFailure}` ? wish.tposId : undefined;
    const id = this.#isOnWay ? this.#place.going?.pos : refused;
    const target = id === undefined ? undefined : poss.get(id);
    if (!target) return false;
    mn.member.forget(target.id);
    return this.#told("attach", reasonOf(await mn.attach(target))) === undefined;
  }

  #remember(place: Place): void {
    this.#place = place;
    this.#options.remember(place);
  }

  #told(step: StepName, failure: string | undefined): string | undefined {
    this.#options.onStep?.(step, failure);
    return failure;
  }
}

function reasonOf(made: object | string): string | undefined {
  return typeof made === "string" ? made : undefined;
}
