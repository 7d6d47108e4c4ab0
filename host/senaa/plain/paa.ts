/**
 * A PAA without TLS, on a port of its own (004-S17), for links that are secure by themselves: users by EAP, bound to their
 * devices, handed to the same enforcement point. What is said here is protected by nothing. Session-Ids are made by clients: the
 * first source that speaks of one has it. They are no sessions of a PAA that speaks TLS, nor those its.
 */

import { type Cause, patienceFor } from "../paa/aborting.ts";
import type { Authenticator, UserConversation } from "../paa/authenticator.ts";
import { areSame, eui48Of, isFrom } from "../paa/devices.node.ts";
import { admits, type Grant, takesBack } from "../paa/enforcement.ts";
import { HalfOpen } from "../paa/halfopen.ts";
import { DEFAULT_LIMITS, GRACE_s, LIFETIME_s, LOST, type PaaOptions } from "../paa/paa.ts";
import { identityOf, provenKey, wholeSeconds } from "../paa/phase2.ts";
import { sessionKeys } from "../session/keys.ts";
import type { ClaBody, ClrBody } from "../session/user.ts";
import { random32Of } from "../transport/identifiers.ts";
import { type Asked, Transactions } from "../transport/transactions.ts";
import { RESULT, TERMINATION_CAUSE } from "../wire/codes.ts";
import { TIMING } from "../wire/dictionary.ts";
import { emitPlain, type PlainMessage } from "../wire/message.ts";
import { CLA, SASR, SSTA } from "../wire/messages.ts";

export interface PlainPaaOptions
  extends Pick<
    PaaOptions,
    | "link"
    | "clock"
    | "crypto"
    | "enforcement"
    | "lifetime_s"
    | "grace_s"
    | "isAddressed"
    | "relays"
    | "timing"
    | "onEvent"
  > {
  /** A certificate has no place without TLS. */
  readonly authenticator: Authenticator;
  readonly limits?: Partial<
    Pick<typeof DEFAULT_LIMITS, "sessions" | "halfOpen" | "halfOpenOfHost" | "authentication_s">
  >;
}

const NOTHING = new Uint8Array(0);

interface Session {
  readonly id: string;
  readonly source: string;
  readonly user: Pick<ClrBody, "userName" | "deviceIds">;
  conversation: UserConversation | undefined;
  /** undefined: not in yet. */
  grant: Grant | undefined;
  isBusy: boolean;
  cancelDeadline: () => void;
  /** When it ends by itself, by the PAA's clock. */
  deadline_s: number;
}

type Plain<N extends PlainMessage["name"]> = Extract<PlainMessage, { readonly name: N }>;

export class PlainPaa {
  readonly #options: PlainPaaOptions;
  readonly #limits: typeof DEFAULT_LIMITS;
  readonly #transactions: Transactions;
  /** By Session-Id, the oldest first. */
  readonly #sessions = new Map<string, Session>();
  readonly #halfOpen: HalfOpen<Session>;

  constructor(options: PlainPaaOptions) {
    const { link, clock, crypto, timing = TIMING, relays } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#halfOpen = new HalfOpen({ ...this.#limits, hasCookies: false }, (session, reason) =>
      this.#ends(session, reason),
    );
    const asked = (asked: Asked): void => void this.#asked(asked);
    const random32 = random32Of(crypto);
    const isProven = (id: string): boolean => this.#sessions.get(id)?.grant !== undefined;
    this.#transactions = new Transactions({ link, clock, way: "plain", timing, random32, relays, isProven, asked });
  }

  get address(): string {
    return this.#options.link.address;
  }

  get counts(): Transactions["counts"] {
    return this.#transactions.counts;
  }

  /** Session-Ids of those that are in. */
  get open(): string[] {
    return [...this.#sessions.values()].filter(({ grant }) => grant).map(({ id }) => id);
  }

  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  /** Ends a session, and tells its PaC. false: there is none of that name. A string: the PaC may not know. */
  async abort(sessionId: string, terminationCause: Cause): Promise<true | false | string> {
    const session = this.#sessions.get(sessionId);
    return session?.grant ? this.#aborts(session, terminationCause, `ended for cause ${terminationCause}`) : false;
  }

  async #aborts(session: Session, terminationCause: Cause, reason: string): Promise<true | string> {
    const { id: sessionId, source } = session;
    this.#ends(session, reason);
    const ids = this.#transactions.nextIds();
    const request = emitPlain(SASR, ids, { sessionId, terminationCause });
    const outcome = await this.#transactions.request(source, request, patienceFor(terminationCause));
    if ("failure" in outcome) return outcome.failure;
    const { name, body } = outcome.message as PlainMessage;
    return name === "SASA" && body.sessionId === sessionId ? true : `it answered with ${name}`;
  }

  /** Every session ends, and nobody is told. */
  close(): void {
    for (const session of [...this.#sessions.values()]) this.#forgets(session);
    this.#transactions.close();
  }

  async #asked(asked: Asked): Promise<void> {
    const { message, from } = asked;
    if (message.way !== "plain" || !message.header.isRequest) return asked.ignore();
    if (message.name !== "CLR" && message.name !== "SSTR") return asked.refuse(RESULT.commandUnsupported);
    const { sessionId } = message.body;
    const session = this.#sessions.get(sessionId);
    // Whoever else knows its name is told no more than who does not.
    if (session && session.source !== from) return asked.refuse(RESULT.unknownSessionId);
    if (message.name === "CLR") return this.#authenticates(asked, message, session);
    if (!session?.grant) return asked.refuse(RESULT.unknownSessionId);
    asked.answer(emitPlain(SSTA, message.header, { sessionId, resultCode: RESULT.success }));
    this.#ends(session, "has logged out");
  }

  async #authenticates(asked: Asked, { header, body }: Plain<"CLR">, known: Session | undefined): Promise<void> {
    const { sessionId } = body;
    const session = known ?? this.#begins(asked.from, body);
    if (session === undefined) return asked.refuse(RESULT.tooBusy);
    // It did not wait for its answer.
    if (session.isBusy) return asked.ignore();
    session.isBusy = true;
    try {
      const answer = await this.#next(session, body);
      if (!this.#isThere(session)) return asked.ignore();
      asked.answer(emitPlain(CLA, header, { sessionId, ...answer }));
      const isRefused = answer.resultCode !== RESULT.success && answer.resultCode !== RESULT.multiRoundAuth;
      // Anybody can send a wrong Response in the name of a user that is in: it spoils an EAP that is under way, and no more.
      if (isRefused && !session.grant) this.#ends(session, `is refused with ${answer.resultCode}`);
    } catch (error) {
      // Of whoever authenticates, or keeps the gate: the others go on.
      asked.refuse(RESULT.unableToComply);
      this.#endsConversation(session);
      const reason = `it could not be answered: ${(error as Error).message}`;
      if (session.grant) this.#options.onEvent?.(`${body.userName}: ${reason}`);
      else this.#ends(session, reason);
    } finally {
      session.isBusy = false;
    }
  }

  async #next(session: Session, { userName, deviceIds, eap, authorizationLifetime_s }: ClrBody): Promise<ClaBody> {
    const { user, source, id: sessionId } = session;
    const {
      authenticator,
      crypto,
      enforcement,
      isAddressed = true,
      lifetime_s = LIFETIME_s,
      grace_s = GRACE_s,
    } = this.#options;
    const refused = (resultCode: number, errorMessage?: string, packet?: Uint8Array): ClaBody => {
      this.#endsConversation(session);
      return { resultCode, errorMessage, eap: packet };
    };
    if (user.userName !== userName || !areSame(user.deviceIds, deviceIds)) {
      return { resultCode: RESULT.invalidAvpValue, errorMessage: "another user or device than before" };
    }
    if (isAddressed && !isFrom(source, deviceIds)) {
      return refused(RESULT.invalidAvpValue, "Device-Identifier is not where the request came from");
    }
    session.conversation ??= authenticator.begin(eui48Of(deviceIds));
    const step = await session.conversation.next(eap ?? identityOf(userName));
    if (step.result === "continue") {
      const multiRoundTimeOut_s = wholeSeconds(session.deadline_s - this.#options.clock.now_ms() / 1000);
      return { resultCode: RESULT.multiRoundAuth, eap: step.packet, multiRoundTimeOut_s };
    }
    if (step.result === "failure") return refused(RESULT.authenticationRejected, undefined, step.packet);
    const msk = provenKey(step, userName);
    // Given up meanwhile, as a server that is elsewhere takes its time: nobody is let in for whom no session is left.
    if (!this.#isThere(session)) {
      if (typeof msk !== "string") msk.fill(0);
      return refused(RESULT.unableToComply);
    }
    if (typeof msk === "string") return refused(RESULT.authenticationRejected, msk);
    const { lsa, binding } = sessionKeys(crypto, { sessionId, exported: NOTHING, msk });
    for (const octets of [binding, msk]) octets.fill(0);
    this.#endsConversation(session);
    const grant = { sessionId, userName, deviceIds, lsa };
    const isAdmitted = await admits(enforcement, grant);
    if (!isAdmitted || !this.#isThere(session)) {
      this.#gives(grant, isAdmitted);
      return refused(RESULT.authorizationRejected, "not for this network");
    }
    // Behind the new one, which has another key: whoever counts sees its device in all the time.
    const before = session.grant;
    session.grant = grant;
    this.#halfOpen.delete(session);
    const isNew = before === undefined;
    if (before) this.#gives(before, true);
    const authorized_s = Math.min(lifetime_s, authorizationLifetime_s ?? lifetime_s);
    this.#until(
      session,
      authorized_s + grace_s,
      () => void this.#aborts(session, TERMINATION_CAUSE.sessionTimeout, LOST),
    );
    this.#options.onEvent?.(`${userName}: ${isNew ? "is in, without TLS" : "authenticated again, without TLS"}`);
    const times = { authorizationLifetime_s: authorized_s, authGracePeriod_s: grace_s };
    return { resultCode: RESULT.success, eap: step.packet, ...times };
  }

  #isThere(session: Session): boolean {
    return this.#sessions.get(session.id) === session;
  }

  /** undefined: there are too many. */
  #begins(source: string, { sessionId, userName, deviceIds }: Plain<"CLR">["body"]): Session | undefined {
    const { sessions, authentication_s } = this.#limits;
    if (this.#sessions.size >= sessions || !this.#halfOpen.hasRoom(source)) return undefined;
    const session: Session = {
      ...{ id: sessionId, source, user: { userName, deviceIds }, isBusy: false, cancelDeadline: () => {} },
      ...{ conversation: undefined, grant: undefined, deadline_s: Number.POSITIVE_INFINITY },
    };
    this.#sessions.set(sessionId, session);
    this.#halfOpen.add(session);
    this.#until(session, authentication_s, () => this.#ends(session, "it did not come to its end"));
    return session;
  }

  #until(session: Session, delay_s: number, then: () => void): void {
    const { clock } = this.#options;
    session.cancelDeadline();
    session.deadline_s = clock.now_ms() / 1000 + delay_s;
    session.cancelDeadline = clock.after(1000 * delay_s, then);
  }

  #ends(session: Session, reason: string): void {
    if (!this.#forgets(session)) return;
    this.#options.onEvent?.(`${session.user.userName}: ${reason}`);
  }

  /** false: it was forgotten already. */
  #forgets(session: Session): boolean {
    if (!this.#isThere(session)) return false;
    this.#sessions.delete(session.id);
    this.#halfOpen.delete(session);
    session.cancelDeadline();
    this.#endsConversation(session);
    if (session.grant) this.#gives(session.grant, true);
    return true;
  }

  /** Back, what is not held any more. */
  #gives(grant: Grant, isAdmitted: boolean): void {
    const { enforcement, onEvent } = this.#options;
    if (isAdmitted) takesBack(enforcement, grant, (event) => onEvent?.(event));
    else grant.lsa.fill(0);
  }

  #endsConversation(session: Session): void {
    session.conversation?.close();
    session.conversation = undefined;
  }
}
