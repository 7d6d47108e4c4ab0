/** What every role is made of: a MIS function, its associations, and how it comes to more of them. */

import type { Clock, Link } from "../../datagrams/link.ts";
import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { Misf, type Peer } from "../misf.ts";
import type { SecurityAssociation } from "../sa/association.ts";
import type { Conversation } from "../sa/conversation.ts";
import { SaTable } from "../sa/table.ts";
import type { Timing } from "../transport/reliable.ts";
import type { AssociatingOptions, AuthMethod, Introduction } from "./associating.ts";
import { associate } from "./initiating.ts";

/** Associations that a role holds at one time. */
const ASSOCIATIONS_MAX = 65_536;
/** A timer of Node's holds 31 bits. */
const TIMER_MAX_ms = 2 ** 31 - 1;

export interface MemberOptions {
  /** MISF ID. */
  readonly id: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly crypto: RsnCrypto;
  /** Of an association that is made here, s. */
  readonly lifetime_s: number;
  /** Told in words, as it happens. */
  readonly onEvent?: (event: string) => void;
}

/** Whom one authenticates towards, and how. */
export interface Partner extends Peer {
  readonly method: AuthMethod;
  /** Begins an authentication with it. */
  readonly converse: () => Conversation;
}

export class Member {
  readonly id: string;
  readonly misf: Misf;
  readonly associations = new SaTable(ASSOCIATIONS_MAX);
  readonly crypto: RsnCrypto;
  readonly clock: Clock;
  readonly lifetime_s: number;
  readonly #options: MemberOptions;
  /** What is still to be called. */
  readonly #timers = new Set<() => void>();
  /** Under way, by peer. */
  readonly #making = new Map<string, Promise<SecurityAssociation | string>>();

  constructor(options: MemberOptions) {
    const { id, link, clock, timing, crypto } = options;
    this.#options = options;
    this.id = id;
    this.crypto = crypto;
    this.clock = clock;
    this.lifetime_s = options.lifetime_s;
    const randomBytes = (length: number): Uint8Array => crypto.randomBytes(length);
    this.misf = new Misf({ id, link, clock, timing, randomBytes, associations: this.associations });
  }

  get associating(): AssociatingOptions {
    const { misf, crypto, clock, associations, lifetime_s } = this;
    return { misf, crypto, clock, associations, lifetime_s };
  }

  tell(event: string): void {
    this.#options.onEvent?.(event);
  }

  /**
   * The association with that partner, made if there is none. A string: why there is none. Of a PoS only one that both ends
   * have authenticated for will do: whatever else has its name came through a third one.
   */
  async associationWith(partner: Partner): Promise<SecurityAssociation | string> {
    const isAuthenticated = ({ origin }: SecurityAssociation): boolean => origin === "tls" || origin === "eap";
    return this.associations.ofPeer(partner.id, isAuthenticated) ?? this.#make(partner);
  }

  /** An MN's with the PoS that serves it: that may have come of a handover. */
  async servingAssociation(partner: Partner, introduction: Introduction): Promise<SecurityAssociation | string> {
    return this.associations.ofPeer(partner.id) ?? this.#make(partner, introduction);
  }

  async #make(partner: Partner, introduction?: Introduction): Promise<SecurityAssociation | string> {
    const under = this.#making.get(partner.id);
    if (under) return under;
    const making = associate(this.associating, partner, {
      method: partner.method,
      conversation: partner.converse(),
      introduction,
    });
    this.#making.set(partner.id, making);
    const made = await making.finally(() => this.#making.delete(partner.id));
    this.tell(
      typeof made === "string"
        ? `no association with ${partner.id}: ${made}`
        : `association with ${partner.id} by ${partner.method.toUpperCase()}`,
    );
    return made;
  }

  /** What both ends had is no more: the other end has forgotten it. */
  forget(peer: string): void {
    for (let one = this.associations.ofPeer(peer); one; one = this.associations.ofPeer(peer)) {
      this.associations.drop(one.said);
    }
  }

  /** Calls back when that time has come, unless the role is closed before. */
  at(time_ms: number, then: () => void): void {
    const cancel = this.clock.after(Math.min(time_ms - this.clock.now_ms(), TIMER_MAX_ms), () => {
      this.#timers.delete(cancel);
      if (this.clock.now_ms() < time_ms) this.at(time_ms, then);
      else then();
    });
    this.#timers.add(cancel);
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.misf.close();
    this.associations.clear();
  }
}
