/**
 * A PANA authentication agent (PAA): it proves the network to PaCs by TLS, has users authenticated, binds them to their devices,
 * and tells the enforcement point. Whoever has proven nothing costs it little: a bound of half-open sessions, of each host and of
 * all, and cookies from a number of them on (004-D13).
 */

import type { Crypto } from "../../crypto/crypto.ts";
import type { Clock, Link } from "../../datagrams/link.ts";
import { TlsEnd, type TlsEndOptions } from "../../tlspipe/end.ts";
import { toHex } from "../../wire/octets.ts";
import type { Timing } from "../transport/backoff.ts";
import { random32Of } from "../transport/identifiers.ts";
import { type Asked, Transactions } from "../transport/transactions.ts";
import { RESULT, TERMINATION_CAUSE } from "../wire/codes.ts";
import { TIMING } from "../wire/dictionary.ts";
import { emitMessage } from "../wire/message.ts";
import { CHALLENGE, CSAR } from "../wire/messages.ts";
import { aborts, type Cause } from "./aborting.ts";
import { type Answering, answers } from "./answering.ts";
import type { Authenticator } from "./authenticator.ts";
import type { DeviceAuthenticator } from "./behind.ts";
import { Cookies } from "./cookies.ts";
import { type EnforcementPoint, takesBack } from "./enforcement.ts";
import { HalfOpen } from "./halfopen.ts";
import { Session } from "./session.ts";

export interface PaaOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** Its own certificate; `ca` and isMutual of users' certificates, if they are asked for any. */
  readonly tls: Pick<TlsEndOptions, "ca" | "certificate" | "key" | "isMutual" | "minVersion" | "maxVersion">;
  /** undefined: users have certificates, and nothing else is asked of them. */
  readonly authenticator?: Authenticator;
  readonly enforcement: EnforcementPoint;
  /** Of stations behind PaCs that are in; undefined: none are authenticated. */
  readonly devices?: DeviceAuthenticator;
  /** DiameterIdentity, which begins every Session-Id (RFC 6733 8.8). */
  readonly identity: string;
  /** An authorization ends after so long, unless the PaC has authenticated again; and the grace behind it. */
  readonly lifetime_s?: number;
  readonly grace_s?: number;
  readonly relays?: ReadonlySet<string>;
  /** Must a Device-Identifier be the address that asks? Yes unless given. */
  readonly isAddressed?: boolean;
  readonly limits?: Partial<PaaLimits>;
  readonly timing?: Timing;
  readonly onEvent?: (event: string) => void;
}

export interface PaaLimits {
  readonly sessions: number;
  /** Of all hosts, without a user yet. */
  readonly halfOpen: number;
  readonly halfOpenOfHost: number;
  /** From so many half-open ones on an SCR needs a cookie; 0: always. */
  readonly cookiesFrom: number;
  /** For TLS, and then for the user, s. */
  readonly handshake_s: number;
  readonly authentication_s: number;
}

export const DEFAULT_LIMITS: PaaLimits = {
  sessions: 65_536,
  halfOpen: 2048,
  halfOpenOfHost: 64,
  cookiesFrom: 32,
  handshake_s: 30,
  authentication_s: 60,
};
export const LIFETIME_s = 3600;
export const GRACE_s = 60;
const SESSION_ID_RANDOM_OCTETS = 16;
/** An abort waits for the request that is being answered: as long as a RADIUS server may take. */
const ABORT_WAIT_ms = 20;
const ABORT_WAITS = 1750;
/** RFC 5077, as OpenSSL takes them. */
const TICKET_KEY_OCTETS = 48;
/** Whoever learns them reads what was said under their tickets: half a day, and who was in before makes a handshake in full. */
const TICKET_KEYS_ms = 12 * 3_600_000;

/** Of a PaC whose authorization was over (004-S10). */
export const LOST = "it did not authenticate again";

export class Paa {
  readonly #options: PaaOptions;
  readonly #limits: PaaLimits;
  readonly #transactions: Transactions;
  readonly #sessions = new Map<string, Session>();
  readonly #halfOpen: HalfOpen<Session>;
  readonly #cookies: Cookies;
  readonly #answering: Answering;
  readonly #begun_s: number;
  #minted = 0;
  #tickets: Uint8Array = new Uint8Array(0);
  #ticketsFrom_ms = Number.NEGATIVE_INFINITY;

  constructor(options: PaaOptions) {
    const { link, clock, crypto, timing = TIMING, relays } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const now_s = (): number => clock.now_ms() / 1000;
    this.#halfOpen = new HalfOpen({ ...this.#limits, hasCookies: true }, (session, reason) =>
      this.#ends(session, reason),
    );
    this.#begun_s = Math.floor(now_s());
    this.#cookies = new Cookies(crypto, now_s);
    const tls = { ...options.tls, isMutual: options.tls.isMutual ?? false };
    this.#answering = {
      crypto,
      authenticator: options.authenticator,
      enforcement: options.enforcement,
      devices: options.devices,
      isAddressed: options.isAddressed ?? true,
      lifetime_s: options.lifetime_s ?? LIFETIME_s,
      grace_s: options.grace_s ?? GRACE_s,
      authentication_s: this.#limits.authentication_s,
      now_s,
      newEnd: () => TlsEnd.server({ ...tls, ticketKeys: this.#ticketKeys() }),
      secured: (session) => this.#until(session, this.#limits.authentication_s),
      opened: (session) => this.#opened(session),
      ended: (session, reason) => this.#ends(session, reason),
      isThere: (session) => this.#sessions.get(session.id) === session,
      tell: (event) => this.#tell(event),
    };
    const random32 = random32Of(crypto);
    const asked = (asked: Asked): void => void this.#asked(asked);
    const isProven = (id: string): boolean => this.#sessions.get(id)?.phase === "open";
    this.#transactions = new Transactions({ link, clock, way: "tls", timing, random32, relays, isProven, asked });
  }

  get counts(): Transactions["counts"] {
    return this.#transactions.counts;
  }

  /** Session-Ids of those that are in. */
  get open(): string[] {
    return [...this.#sessions.values()].filter(({ phase }) => phase === "open").map(({ id }) => id);
  }

  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  /** Ends a session, and tells its PaC. false: there is none of that name. A string: the PaC may not know. */
  async abort(sessionId: string, cause: Cause): Promise<true | false | string> {
    const session = this.#sessions.get(sessionId);
    // Records of an answer that is being made have to go before those of this.
    for (let waits = 0; session?.isBusy && waits < ABORT_WAITS; waits++) {
      await new Promise<void>((resolve) => void this.#options.clock.after(ABORT_WAIT_ms, resolve));
    }
    if (session === undefined || this.#sessions.get(sessionId) !== session) return false;
    return this.#aborts(session, cause, `ended for cause ${cause}`);
  }

  async #aborts(session: Session, cause: Cause, reason: string): Promise<true | string> {
    this.#forgets(session);
    this.#tell(`${session.grant?.userName ?? session.source}: ${reason}`);
    const { crypto } = this.#options;
    try {
      return await aborts({ transactions: this.#transactions, crypto, session, cause });
    } finally {
      session.close();
    }
  }

  /** Wishes that a PaC authenticates again (004-D7). false: it did not answer, or is not known. */
  async wishes(sessionId: string): Promise<boolean> {
    const session = this.#sessions.get(sessionId);
    if (session?.phase !== "open") return false;
    const ids = this.#transactions.nextIds();
    const wish = emitMessage(CSAR, ids, { sessionId, tls: new Uint8Array() });
    const outcome = await this.#transactions.request(session.source, wish);
    return !("failure" in outcome) && outcome.message.name === "CSAA";
  }

  /** Every session ends, and nobody is told. */
  close(): void {
    for (const session of [...this.#sessions.values()]) {
      this.#forgets(session);
      session.close();
    }
    this.#transactions.close();
  }

  async #asked(asked: Asked): Promise<void> {
    const { message, from } = asked;
    if (message.way !== "tls" || !message.header.isRequest) return asked.ignore();
    if (message.name === "SCR") return this.#first(asked);
    if (message.name === "SASR") return asked.refuse(RESULT.commandUnsupported);
    const { sessionId } = message.body as { readonly sessionId: string };
    const session = this.#sessions.get(sessionId);
    // Whoever else knows its name is told no more than who does not.
    if (session?.source !== from) return asked.refuse(RESULT.unknownSessionId);
    return answers(this.#answering, session, asked);
  }

  async #first(asked: Asked): Promise<void> {
    const { message, from } = asked;
    if (message.way !== "tls" || message.name !== "SCR") return asked.ignore();
    const { cookie } = message.body;
    const { sessions, cookiesFrom, handshake_s } = this.#limits;
    if (this.#halfOpen.size >= cookiesFrom && !(cookie && this.#cookies.isFor(from, cookie))) {
      asked.says(emitMessage(CHALLENGE, message.header, { cookie: this.#cookies.for(from) }));
      return;
    }
    if (this.#sessions.size >= sessions || !this.#halfOpen.hasRoom(from)) return asked.refuse(RESULT.tooBusy);
    const session = new Session(this.#newId(), from, this.#answering.newEnd());
    this.#sessions.set(session.id, session);
    this.#halfOpen.add(session);
    this.#until(session, handshake_s);
    return answers(this.#answering, session, asked);
  }

  /** RFC 6733 8.8: DiameterIdentity ; high 32 bits ; low 32 bits ; and what makes it nobody's guess. */
  #newId(): string {
    this.#minted++;
    const random = toHex(this.#options.crypto.randomBytes(SESSION_ID_RANDOM_OCTETS));
    return `${this.#options.identity};${this.#begun_s};${this.#minted};${random}`;
  }

  #opened(session: Session): void {
    const isNew = this.#halfOpen.delete(session);
    this.#until(session, session.lifetime_s + this.#answering.grace_s);
    this.#tell(`${session.grant?.userName ?? session.source}: ${isNew ? "is in" : "authenticated again"}`);
  }

  /** The session ends by itself then: the PaC has gone (004-S10), or did not come to its end. */
  #until(session: Session, delay_s: number): void {
    session.cancelDeadline?.();
    const { clock } = this.#options;
    session.deadline_s = clock.now_ms() / 1000 + delay_s;
    session.cancelDeadline = clock.after(1000 * delay_s, () => {
      if (session.phase !== "open") this.#ends(session, "it did not come to its end");
      else void this.#aborts(session, TERMINATION_CAUSE.sessionTimeout, LOST);
    });
  }

  #ends(session: Session, reason: string): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#forgets(session);
    this.#tell(`${session.grant?.userName ?? session.source}: ${reason}`);
    session.close();
  }

  #forgets(session: Session): void {
    this.#sessions.delete(session.id);
    this.#halfOpen.delete(session);
    session.cancelDeadline?.();
    if (session.grant) takesBack(this.#options.enforcement, session.grant, (event) => this.#tell(event));
  }

  #ticketKeys(): Uint8Array {
    const { clock, crypto } = this.#options;
    if (clock.now_ms() - this.#ticketsFrom_ms >= TICKET_KEYS_ms) {
      this.#ticketsFrom_ms = clock.now_ms();
      this.#tickets = crypto.randomBytes(TICKET_KEY_OCTETS);
    }
    return this.#tickets;
  }

  #tell(event: string): void {
    this.#options.onEvent?.(event);
  }
}
