/** What came in, for as long as it may come again: a repetition is answered from here and not done twice. */

/** What a message that came in became. */
export interface Incoming {
  readonly octets: Uint8Array;
  /** The answer, as fragments; undefined: not yet, or it needs none. */
  readonly answer: readonly Uint8Array[] | undefined;
  readonly since_ms: number;
}

/** Of one peer: more than it has on their way at once, of many MNs too, or what it repeats would be done twice. */
const PER_PEER_MAX = 1024;
/** Of all: an attacker has as many addresses as it likes, and messages as long as messages get. */
const MESSAGES_MAX = 16_384;
const OCTETS_MAX = 1 << 24;

export class Remembered {
  readonly #lifetime_ms: number;
  /** By peer, then by what the message is and its TID; the newest of both comes last. */
  readonly #peers = new Map<string, Map<number, Incoming>>();
  #messages = 0;
  #octets = 0;

  constructor(lifetime_ms: number) {
    this.#lifetime_ms = lifetime_ms;
  }

  find(peer: string, number: number, now_ms: number): Incoming | undefined {
    const found = this.#peers.get(peer)?.get(number);
    return found && now_ms - found.since_ms <= this.#lifetime_ms ? found : undefined;
  }

  /** In place of what had that number. */
  note(peer: string, number: number, octets: Uint8Array, now_ms: number): void {
    const own = this.#peers.get(peer) ?? new Map<number, Incoming>();
    this.#peers.delete(peer);
    this.#peers.set(peer, own);
    this.#forget(own, number);
    this.#keep(own, number, { octets, answer: undefined, since_ms: now_ms });
    for (const [old, { since_ms }] of own) {
      if (now_ms - since_ms <= this.#lifetime_ms && own.size <= PER_PEER_MAX) break;
      this.#forget(own, old);
    }
    this.#makeRoom();
  }

  /** Keeps the answer to a message, if that is remembered. */
  answer(peer: string, number: number, answer: readonly Uint8Array[]): void {
    const own = this.#peers.get(peer);
    const known = own?.get(number);
    if (!own || !known) return;
    // Its place among the peer's messages stays that of the request.
    own.set(number, { ...known, answer });
    this.#octets += octetsOf({ ...known, answer }) - octetsOf(known);
    this.#makeRoom();
  }

  #keep(own: Map<number, Incoming>, number: number, one: Incoming): void {
    own.set(number, one);
    this.#messages++;
    this.#octets += octetsOf(one);
  }

  #forget(own: Map<number, Incoming>, number: number): void {
    const one = own.get(number);
    if (!one) return;
    own.delete(number);
    this.#messages--;
    this.#octets -= octetsOf(one);
  }

  /** Oldest message by oldest message, of the peer that has been quiet longest. */
  #makeRoom(): void {
    for (const [peer, own] of this.#peers) {
      for (const number of own.keys()) {
        if (this.#messages <= MESSAGES_MAX && this.#octets <= OCTETS_MAX) return;
        this.#forget(own, number);
      }
      this.#peers.delete(peer);
    }
  }
}

function octetsOf({ octets, answer = [] }: Incoming): number {
  return answer.reduce((sum, datagram) => sum + datagram.length, octets.length);
}
