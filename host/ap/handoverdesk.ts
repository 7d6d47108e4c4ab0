/**
 * The key service's desk with one thing more on it: what a serving AP has to tell devices of their next AP (docs/PROTOCOL.md
 * section 9). The command goes in every M3 that the key service has nothing to say in, until its answer comes: a lost one,
 * or a lost answer, costs a session and no write.
 */

import { addressKey } from "../keys/address.ts";
import type { KeyDesk } from "../keys/link.ts";
import type { Answer } from "../wire/command.ts";
import { emitHandover, type Handover, readHandoverAnswer, type WrappedHandover } from "../wire/handover.ts";
import { checkOctets, equalOctets } from "../wire/octets.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";

interface Order {
  readonly command: Uint8Array;
  readonly name: Uint8Array | undefined;
  /** Of the root in the session that it was last handed out in; undefined: in none. */
  generation: number | undefined;
}

/** A device has the entry, durably. */
export interface HandedOver {
  readonly spa: Uint8Array;
  /** 8 octets: the Modifier of the next AP's M1. */
  readonly name: Uint8Array;
  /** The root generation that the entry is of, 0..255: what the next AP has to admit it under. */
  readonly generation: number;
}

export class HandoverDesk implements KeyDesk {
  readonly #service: KeyDesk;
  /** By addressKey of the SPA. */
  readonly #orders = new Map<number, Order>();

  constructor(service: KeyDesk) {
    this.#service = service;
  }

  /**
   * This device is to be told, in place of what it was to be told before. `name`: what it will answer, handoverName of
   * the K; undefined where the AP does not know K and was not told the name: then any answer is taken for it.
   * @throws RangeError naming the field that does not fit.
   */
  order(spa: Uint8Array, handover: Handover | WrappedHandover, name: Uint8Array | undefined): void {
    if (name) checkOctets("name", name, MODIFIER_OCTETS);
    const command = emitHandover(handover);
    this.cancel(spa);
    this.#orders.set(addressKey(spa), { command, name: name?.slice(), generation: undefined });
  }

  /** It is not to be told any more; what it knows already it keeps. */
  cancel(spa: Uint8Array): void {
    this.#orders.get(addressKey(spa))?.command.fill(0);
    this.#orders.delete(addressKey(spa));
  }

  /** Is its answer still to come? */
  isPending(spa: Uint8Array): boolean {
    return this.#orders.has(addressKey(spa));
  }

  commandFor(spa: Uint8Array, generation: number): Uint8Array | undefined {
    const command = this.#service.commandFor(spa, generation);
    const order = this.#orders.get(addressKey(spa));
    if (command || !order) return command;
    order.generation = generation;
    return order.command;
  }

  /**
   * UL Data of that device: is it the answer that is waited for? Then the order is done. undefined: a reading like any
   * other.
   */
  answered(spa: Uint8Array, payload: Uint8Array): HandedOver | undefined {
    const order = this.#orders.get(addressKey(spa));
    const name = readHandoverAnswer(payload);
    if (order?.generation === undefined || !name) return undefined;
    if (order.name && !equalOctets(name, order.name)) return undefined;
    this.cancel(spa);
    return { spa, name, generation: order.generation };
  }

  offer(spa: Uint8Array, answer: Answer): boolean | Promise<boolean> {
    return this.#service.offer(spa, answer);
  }

  missing(aa: Uint8Array, spa: Uint8Array, generation: number): void {
    this.#service.missing(aa, spa, generation);
  }
}
