/**
 * A PaC without TLS, on the ports that the draft has for links that are secure by themselves (004-S17): EAP in messages that
 * nothing protects. Whoever is on the path reads the name and all of EAP, may carry it into a network of his own, and may end the
 * session: nothing here is bound to anything (004-D14). It is spoken where a file says so, and nowhere else.
 *
 *     PaC ── CLR{Session-Id, User-Name, Device-Identifier} ─>   <── CLA{1001, EAP Request} ── PAA      again and again
 *         ── CLR{EAP Response} ─>                               <── CLA{2001, EAP Success, lifetime} ──
 */

import { EAP_KEY_OCTETS } from "../../eap/method.ts";
import { toHex } from "../../wire/octets.ts";
import { lifetimeOf, renewalsOf } from "../pac/lifetime.ts";
import type { Entered, PacOptions } from "../pac/pac.ts";
import { reasonOf } from "../pac/phase1.ts";
import { heard, ROUNDS_MAX } from "../pac/phase2.ts";
import { sessionKeys } from "../session/keys.ts";
import { random32Of } from "../transport/identifiers.ts";
import { type Asked, Transactions } from "../transport/transactions.ts";
import { RESULT, TERMINATION_CAUSE } from "../wire/codes.ts";
import { TIMING } from "../wire/dictionary.ts";
import { emitPlain, type PlainMessage } from "../wire/message.ts";
import { CLR, SASA, SSTR } from "../wire/messages.ts";

export interface PlainPacOptions extends Omit<PacOptions, "tls" | "eap" | "isRelayed"> {
  /** Of one authentication. A certificate has no place without TLS. */
  readonly eap: NonNullable<PacOptions["eap"]>;
}

const RANDOM_OCTETS = 16;
/** Where nothing was exported from any TLS. */
const NOTHING = new Uint8Array(0);
const OF_ANOTHER = "the answer is of another session";

export class PlainPac {
  readonly #options: PlainPacOptions;
  readonly #transactions: Transactions;
  #session: Entered | undefined;
  #cancelRenewal: (() => void) | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(options: PlainPacOptions) {
    const { link, clock, crypto, timing = TIMING } = options;
    this.#options = options;
    const asked = (asked: Asked): void => this.#asked(asked);
    this.#transactions = new Transactions({ link, clock, way: "plain", timing, random32: random32Of(crypto), asked });
  }

  get session(): Entered | undefined {
    return this.#session;
  }

  /** What the link carried so far. */
  get counts(): Transactions["counts"] {
    return this.#transactions.counts;
  }

  /** A string: why it is not in. @throws RangeError when it is in already, or on its way. */
  async enter(): Promise<Entered | string> {
    if (this.#session) throw new RangeError("the PaC is in");
    if (this.#isBusy) throw new RangeError("an exchange is under way");
    const { crypto, userName } = this.#options;
    // RFC 6733 8.8: who is first to speak makes it; the realm stands for the identity of a client that has none.
    const realm = userName.slice(userName.lastIndexOf("@") + 1);
    const sessionId = `${realm};0;0;${toHex(crypto.randomBytes(RANDOM_OCTETS))}`;
    this.#isBusy = true;
    const entered = await this.#authenticates(sessionId, () => !this.#isClosed).finally(() => {
      this.#isBusy = false;
    });
    if (typeof entered === "string") return entered;
    if (this.#isClosed) {
      entered.lsa.fill(0);
      return "closed";
    }
    this.#opened(entered);
    this.#options.onEvent?.(`is in for ${entered.lifetime_s} s, without TLS`);
    return entered;
  }

  /** Logs out. true: the PAA knows; a string: why it may not. It is out, either way. */
  async leave(): Promise<true | string> {
    const session = this.#session;
    if (!session) return "the PaC is not in";
    const { sessionId } = session;
    this.#ends();
    const ids = this.#transactions.nextIds();
    const body = { sessionId, terminationCause: TERMINATION_CAUSE.logout };
    const outcome = await this.#transactions.request(this.#options.paa, emitPlain(SSTR, ids, body));
    if ("failure" in outcome) return outcome.failure;
    const message = outcome.message as PlainMessage;
    if (message.name !== "SSTA" && message.name !== "refusal") return `it answered with ${message.name}`;
    if (message.body.sessionId !== sessionId) return OF_ANOTHER;
    const { resultCode } = message.body;
    return resultCode === RESULT.success || resultCode === RESULT.unknownSessionId
      ? true
      : `refused with ${resultCode}`;
  }

  close(): void {
    this.#isClosed = true;
    this.#ends();
    this.#transactions.close();
  }

  /** As long as it is wanted: whoever has left meanwhile says nothing more. `latest_ms`: by the clock, then it is too late. */
  async #authenticates(
    sessionId: string,
    isWanted: () => boolean,
    latest_ms = Number.POSITIVE_INFINITY,
  ): Promise<Entered | string> {
    const { clock, userName, deviceIds, crypto, paa, eap: newPeer } = this.#options;
    const peer = newPeer();
    let eap: Uint8Array | undefined;
    let until_ms = latest_ms;
    try {
      for (let round = 0; round < ROUNDS_MAX; round++) {
        if (!isWanted()) return "the session ended meanwhile";
        const ids = this.#transactions.nextIds();
        const request = emitPlain(CLR, ids, { sessionId, userName, deviceIds, eap });
        const outcome = await this.#transactions.request(paa, request, { until_ms });
        if ("failure" in outcome) return outcome.failure;
        const since_ms = clock.now_ms();
        const { from } = outcome;
        const message = outcome.message as PlainMessage;
        if (message.name === "refusal") return reasonOf({ kind: "refusal", from, ...message.body });
        if (message.name !== "CLA") return `the PAA answered with ${message.name}`;
        if (message.body.sessionId !== sessionId) return OF_ANOTHER;
        const { resultCode, errorMessage, multiRoundTimeOut_s } = message.body;
        const said = await heard(peer, message.body.eap);
        if (resultCode === RESULT.success) {
          const msk = peer.result?.msk;
          if (msk?.length !== EAP_KEY_OCTETS)
            return "the network says that EAP has succeeded, and the method is not done";
          const lifetime_s = lifetimeOf(message.body);
          if (typeof lifetime_s === "string") return lifetime_s;
          const { lsa, binding } = sessionKeys(crypto, { sessionId, exported: NOTHING, msk });
          binding.fill(0);
          return { sessionId, network: undefined, tlsVersion: undefined, lifetime_s, lsa };
        }
        if (resultCode !== RESULT.multiRoundAuth) {
          return `refused with ${resultCode}${errorMessage ? `: ${errorMessage}` : ""}`;
        }
        eap = said.response;
        if (eap === undefined) return `EAP has failed: ${said.reason ?? "it asks for nothing more"}`;
        const round_ms = multiRoundTimeOut_s === undefined ? Number.POSITIVE_INFINITY : 1000 * multiRoundTimeOut_s;
        until_ms = Math.min(latest_ms, since_ms + round_ms);
      }
      return "EAP does not come to its end";
    } finally {
      peer.result?.msk.fill(0);
      peer.result?.emsk.fill(0);
      peer.close();
    }
  }

  #opened(entered: Entered): void {
    const { clock } = this.#options;
    this.#session = entered;
    const renewals = renewalsOf(entered.lifetime_s);
    if (!renewals) return;
    const end_ms = clock.now_ms() + renewals.end_ms;
    this.#cancelRenewal = clock.after(renewals.first_ms, () => void this.#renews(end_ms, renewals.again_ms));
  }

  /**
   * All of it again, in the same session. A refusal is anybody's word here: it is tried again for as long as the PaC is
   * authorized.
   */
  async #renews(end_ms: number, again_ms: number): Promise<void> {
    const before = this.#session;
    if (!before) return;
    const { clock, onEvent } = this.#options;
    const isThereStill = (): boolean => this.#session === before;
    const again = await this.#authenticates(before.sessionId, isThereStill, end_ms);
    const isThere = isThereStill();
    if (typeof again !== "string" && !isThere) again.lsa.fill(0);
    if (!isThere) return;
    if (typeof again !== "string") {
      this.#ends();
      this.#opened(again);
      onEvent?.("authenticated again, without TLS");
      return;
    }
    const left_ms = end_ms - clock.now_ms();
    if (left_ms <= 0) return this.#loses(again);
    onEvent?.(`is not authenticated again: ${again}`);
    this.#cancelRenewal = clock.after(Math.min(again_ms, left_ms), () => void this.#renews(end_ms, again_ms));
  }

  /** SASR of anybody who names the session and the PAA's address: nothing protects it. */
  #asked(asked: Asked): void {
    const { message, from } = asked;
    const session = this.#session;
    if (message.way !== "plain" || message.name !== "SASR") {
      asked.ignore();
      return;
    }
    if (!session || from !== this.#options.paa || message.body.sessionId !== session.sessionId) {
      asked.refuse(RESULT.unknownSessionId);
      return;
    }
    const { sessionId } = session;
    asked.answer(emitPlain(SASA, message.header, { sessionId, resultCode: RESULT.success }));
    this.#loses(`the PAA has ended the session, for cause ${message.body.terminationCause}`);
  }

  #loses(reason: string): void {
    this.#ends();
    this.#options.onEvent?.(`is out: ${reason}`);
    this.#options.onLost?.(reason);
  }

  #ends(): void {
    this.#cancelRenewal?.();
    this.#session?.lsa.fill(0);
    this.#session = undefined;
  }
}
