/**
 * A PANA client (PaC): an AMP AP, or an owner's gateway, that enters a network. It authenticates the network by TLS (phase 1)
 * and itself by EAP inside of it, or by its certificate (phase 2), and stays for as long as it is authorized.
 *
 *     PaC ── SCR ──>   <── SCA ── PAA      ClientHello; ServerHello ... ServerHelloDone
 *         ── CSAR ─>   <── CSAA ──         ... Finished; ... Finished
 *         ── CLR ──>   <── CLA ──          User-Name, Device-Identifier, EAP; Result-Code, EAP, lifetime; again and again
 */

import type { Crypto } from "../../crypto/crypto.ts";
import type { Clock, Link } from "../../datagrams/link.ts";
import type { EapPeer } from "../../eap/peer.ts";
import type { TlsEndOptions } from "../../tlspipe/end.ts";
import { concat } from "../../wire/octets.ts";
import { sealedOf, unsealed } from "../session/sealed.ts";
import type { ClaBody, ClrBody } from "../session/user.ts";
import type { Timing } from "../transport/backoff.ts";
import { random32Of } from "../transport/identifiers.ts";
import { type Asked, Transactions } from "../transport/transactions.ts";
import { outsideOf } from "../wire/checksum.ts";
import { RESULT } from "../wire/codes.ts";
import type { DeviceId } from "../wire/deviceid.ts";
import { TIMING } from "../wire/dictionary.ts";
import { emitMessage } from "../wire/message.ts";
import { CLA, CLR, CSAA, SASA, SASR } from "../wire/messages.ts";
import { realmOf } from "../wire/names.ts";
import { asksInSession, failed } from "./exchange.ts";
import { leaves } from "./leaving.ts";
import { renewalsOf } from "./lifetime.ts";
import { handshakes, reasonOf, resumes, type Secured } from "./phase1.ts";
import { type Admission, authenticates } from "./phase2.ts";

export interface PacOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** Where the PAA is asked, or a relay before it (004-S9). */
  readonly paa: string;
  readonly isRelayed?: boolean;
  /** Whom to believe that it is the network, and the PaC's own certificate if it has one. */
  readonly tls: Pick<TlsEndOptions, "ca" | "certificate" | "key" | "serverName" | "minVersion" | "maxVersion">;
  /** An NAI; its realm alone is ever sent in clear. */
  readonly userName: string;
  readonly deviceIds: readonly DeviceId[];
  /** Of one authentication; undefined: by the certificate alone (004-S8). */
  readonly eap?: () => EapPeer;
  readonly timing?: Timing;
  /** Told in words, as it happens. */
  readonly onEvent?: (event: string) => void;
  /** The session is over, and not because this end wanted it: nothing of it is to be used any more. */
  readonly onLost?: (reason: string) => void;
}

/** In the network. */
export interface Entered {
  readonly sessionId: string;
  /** Common name of the network's certificate. */
  readonly network: string | undefined;
  readonly tlsVersion: string | undefined;
  readonly lifetime_s: number;
  /** 32 octets, which the PAA has too; wiped with the session. */
  readonly lsa: Uint8Array;
}

/** What a forged wish for a re-authentication costs is spent once in so long. */
const REAUTHENTICATION_APART_ms = 10_000;

/** What is asked for a device waits so long for what the PaC does for itself. */
const TURN_ms = 20;
const TURN_WAITS = 1500;

interface Session extends Secured {
  readonly admission: Admission;
}

export class Pac {
  readonly #options: PacOptions;
  readonly #transactions: Transactions;
  #session: Session | undefined;
  #paa: string;
  #isBusy = false;
  #isClosed = false;
  #cancelRenewal: (() => void) | undefined;
  /** By the clock: when its authorization is over. */
  #end_ms = Number.POSITIVE_INFINITY;
  #cancelEnd: (() => void) | undefined;
  /** The last that was asked for a device. */
  #devicesTurn: Promise<unknown> = Promise.resolve();
  #renewed_ms = Number.NEGATIVE_INFINITY;

  /** @throws RangeError for a user name without a realm. */
  constructor(options: PacOptions) {
    const { link, clock, crypto, timing = TIMING, paa } = options;
    // What is wrong with it is said before anything is sent.
    realmOf(options.userName);
    this.#options = options;
    this.#paa = paa;
    const random32 = random32Of(crypto);
    const asked = (asked: Asked): Promise<void> => this.#asked(asked);
    this.#transactions = new Transactions({ link, clock, way: "tls", timing, random32, asked });
  }

  get session(): Entered | undefined {
    return this.#session && this.#entered(this.#session);
  }

  /** What the link carried so far. */
  get counts(): Transactions["counts"] {
    return this.#transactions.counts;
  }

  /** Both phases. A string: why it is not in. @throws RangeError when it is in already, or on its way. */
  async enter(): Promise<Entered | string> {
    if (this.#session) throw new RangeError("the PaC is in");
    return this.#alone(async () => {
      const { isRelayed, tls, userName, crypto } = this.#options;
      const secured = await handshakes({
        transactions: this.#transactions,
        to: this.#options.paa,
        isRelayed: isRelayed ?? false,
        tls,
        userName,
        crypto,
      });
      if (typeof secured === "string") return secured;
      this.#paa = secured.paa;
      this.#tell(`the network is ${secured.end.peerName ?? "nobody by name"}, by ${secured.end.version}`);
      const admission = await this.#authenticates(secured);
      if (typeof admission === "string" || this.#isClosed) {
        secured.end.close();
        if (typeof admission === "string") return admission;
        admission.lsa.fill(0);
        return "closed";
      }
      this.#session = { ...secured, admission };
      this.#renewed_ms = this.#options.clock.now_ms();
      this.#renewsLater();
      this.#tell(`is in for ${admission.lifetime_s} s`);
      return this.#entered(this.#session);
    });
  }

  /** By a new TLS handshake, resumed if the PAA can (004-S5); the user stays who it is. A string: why not, and it is out. */
  async reauthenticate(): Promise<Entered | string> {
    const session = this.#session;
    if (!session) return "the PaC is not in";
    return this.#alone(async () => {
      this.#renewed_ms = this.#options.clock.now_ms();
      const { tls, crypto } = this.#options;
      const asking = { transactions: this.#transactions, to: this.#paa, patience: { until_ms: this.#end_ms } };
      const again = await resumes({ ...asking, tls, crypto, session });
      if (this.#session !== session) {
        if (typeof again !== "string") again.end.close();
        return "the session ended meanwhile";
      }
      if (typeof again === "string") {
        this.#loses(again);
        return again;
      }
      session.end.close();
      this.#session = { ...session, end: again.end };
      this.#renewsLater();
      this.#tell(again.end.isResumed ? "authenticated again, by the session of before" : "authenticated again");
      return this.#entered(this.#session);
    });
  }

  /** Logs out. true: the PAA knows; a string: why it may not. It is out, either way. */
  async leave(): Promise<true | string> {
    const session = this.#session;
    if (!session) return "the PaC is not in";
    return this.#alone(async () => {
      const { crypto } = this.#options;
      const told = await leaves({ transactions: this.#transactions, to: this.#paa, crypto, session });
      this.#ends();
      return told;
    });
  }

  /**
   * Asks the network, inside of the session, about a device behind this PaC; one after the other. `until_ms`: by the clock, when
   * the network has given that device up (004-S16). A string: there is no answer.
   */
  async asksFor(body: ClrBody, until_ms = Number.POSITIVE_INFINITY): Promise<ClaBody | string> {
    const before = this.#devicesTurn;
    const turn = before.then(() => this.#asksFor(body, until_ms));
    this.#devicesTurn = turn.catch(() => undefined);
    return turn;
  }

  async #asksFor(body: ClrBody, until_ms: number): Promise<ClaBody | string> {
    const { clock } = this.#options;
    for (let waits = 0; this.#isBusy && waits < TURN_WAITS; waits++) {
      await new Promise<void>((resolve) => void clock.after(TURN_ms, resolve));
    }
    const session = this.#session;
    if (!session) return "the PaC is not in";
    if (this.#isBusy) return "the PaC is busy";
    if (clock.now_ms() >= until_ms) return "the network has given it up";
    const answer = await this.#alone(async () => {
      const { crypto } = this.#options;
      const asking = { transactions: this.#transactions, to: this.#paa, patience: { until_ms: this.#end_ms } };
      const exchanged = await asksInSession(asking, CLR, session.sessionId, async (outside) => {
        return (await session.end.write(sealedOf(crypto, CLR, outside, body))).octets;
      });
      if (exchanged.kind !== "flight") return reasonOf(exchanged);
      const flight = await session.end.receive(exchanged.octets);
      if (flight.failure !== undefined) return failed(asking, session.sessionId, flight);
      return unsealed(crypto, CLA, exchanged.outside, flight.data);
    });
    // The stream has a hole, or there is nobody at its other end.
    if (typeof answer === "string" && this.#session === session) this.#loses(answer);
    return answer;
  }

  close(): void {
    this.#isClosed = true;
    this.#ends();
    this.#transactions.close();
  }

  /** TLS is a stream: of one session one exchange at a time. @throws RangeError for a second one. */
  async #alone<T>(does: () => Promise<T>): Promise<T> {
    if (this.#isBusy) throw new RangeError("an exchange is under way");
    this.#isBusy = true;
    try {
      return await does();
    } finally {
      this.#isBusy = false;
    }
  }

  #authenticates(secured: Secured): Promise<Admission | string> {
    const { crypto, clock, userName, deviceIds, eap } = this.#options;
    return authenticates({
      ...{ transactions: this.#transactions, to: this.#paa, crypto, clock, userName, deviceIds },
      ...{ sessionId: secured.sessionId, end: secured.end, peer: eap?.() },
    });
  }

  /** A request of the PAA. */
  async #asked(asked: Asked): Promise<void> {
    const { message, from } = asked;
    const session = this.#session;
    if (message.way !== "tls" || (message.name !== "CSAR" && message.name !== "SASR") || from !== this.#paa) {
      asked.ignore();
      return;
    }
    if (session?.sessionId !== message.body.sessionId) {
      asked.refuse(RESULT.unknownSessionId);
      return;
    }
    // While an answer is waited for, records of the PAA may be on their way before these: it asks again.
    if (this.#isBusy) {
      asked.ignore();
      return;
    }
    if (message.name === "CSAR") {
      this.#wished(asked, session.sessionId);
      return;
    }
    await this.#aborted(asked, session);
  }

  /** 004-D7. Nothing protects it: whoever forges one makes the PaC renew what it has, and not often. */
  #wished(asked: Asked, sessionId: string): void {
    const { hopByHop, endToEnd } = asked.message.header;
    asked.answer(emitMessage(CSAA, { hopByHop, endToEnd }, { sessionId, tls: new Uint8Array() }));
    if (this.#options.clock.now_ms() - this.#renewed_ms < REAUTHENTICATION_APART_ms) return;
    this.#tell("the PAA wishes it to authenticate again");
    this.#renews();
  }

  /** SASR (figure 5): the PAA ends the session. */
  async #aborted(asked: Asked, session: Session): Promise<void> {
    const { message } = asked;
    if (message.way !== "tls" || message.name !== "SASR" || message.body.tlsMore) {
      asked.ignore();
      return;
    }
    const { crypto } = this.#options;
    const { end, sessionId } = session;
    const why = await this.#alone(async () => {
      const flight = await end.receive(message.body.tls);
      const body = unsealed(crypto, SASR, message.outside, flight.data);
      if (typeof body === "string") return flight.failure ?? body;
      const { header } = message;
      const outside = outsideOf(SASA, header, { sessionId });
      const sealed = sealedOf(crypto, SASA, outside, { resultCode: RESULT.success });
      const octets = [await end.write(sealed), await end.end()].map((one) => one.octets);
      asked.answer(emitMessage(SASA, header, { sessionId, tls: concat(...octets) }));
      return `the PAA has ended the session, for cause ${body.terminationCause}`;
    });
    asked.ignore();
    this.#loses(why);
  }

  #renewsLater(): void {
    const { clock } = this.#options;
    this.#cancelRenewal?.();
    this.#cancelEnd?.();
    const renewals = this.#session && renewalsOf(this.#session.admission.lifetime_s);
    this.#end_ms = renewals ? clock.now_ms() + renewals.end_ms : Number.POSITIVE_INFINITY;
    this.#cancelRenewal = renewals && clock.after(renewals.first_ms, () => this.#renews());
    this.#cancelEnd = renewals && clock.after(renewals.end_ms, () => this.#isOver());
  }

  /** What is under way waits no longer than that, and says itself what it waited for. */
  #isOver(): void {
    if (this.#isBusy) this.#cancelEnd = this.#options.clock.after(TURN_ms, () => this.#isOver());
    else this.#loses("its authorization is over");
  }

  #renews(): void {
    if (this.#isClosed || !this.#session) return;
    if (this.#isBusy) this.#cancelRenewal = this.#options.clock.after(TURN_ms, () => this.#renews());
    else void this.reauthenticate();
  }

  #loses(reason: string): void {
    this.#ends();
    this.#tell(`is out: ${reason}`);
    this.#options.onLost?.(reason);
  }

  #ends(): void {
    this.#cancelRenewal?.();
    this.#cancelEnd?.();
    this.#session?.end.close();
    this.#session?.admission.lsa.fill(0);
    this.#session = undefined;
  }

  #entered({ sessionId, end, admission }: Session): Entered {
    const { lifetime_s, lsa } = admission;
    return { sessionId, network: end.peerName, tlsVersion: end.version, lifetime_s, lsa };
  }

  #tell(event: string): void {
    this.#options.onEvent?.(event);
  }
}
