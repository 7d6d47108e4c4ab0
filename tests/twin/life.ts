/**
 * A device's life for tests: power cycles, exchanges and root updates between the twin station and the twin AP, with
 * frames lost and power cut wherever the test wants. The AP side never forgets; the station only has its NVM.
 */
import assert from "node:assert/strict";
import { type ApSession, isProof, TwinAp } from "./ap.ts";
import { bigEndian, concat, equal, hex, isZero, unhex } from "./bytes.ts";
import { PROFILES, splitFrame } from "./frames.ts";
import { midstates } from "./hmac.ts";
import { MemoryHost, PowerLost } from "./host.ts";
import { CACHE, provision, SLOTS, slotOctets } from "./record.ts";
import { TwinStation } from "./station.ts";
import { status } from "./status.ts";
import { OPCODE } from "./update.ts";

const [COMPACT] = PROFILES;
const SPA = unhex("02c0ffee0001");
const PSK = Uint8Array.from({ length: 32 }, (_, i) => 3 * i);
/** A source that always says the same: only the boot counter keeps SNonces apart (AMP-R2). */
const STUCK_ENTROPY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
/** FC ‖ ID ‖ TDC ‖ PN ‖ answer(10) ‖ MIC(8) ‖ FCS. */
const ANSWER_octets = 27;
/** More tries than any test needs: a life that does not get there is stuck. */
const TRIES = 40;

/** A seeded generator of numbers in [0, 1); Marsaglia's xorshift on 32 bits. */
export function seededRandom(seed: number): () => number {
  let x = (seed * 0x9e3779b1) | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

export interface LifeOptions {
  readonly modifier: Uint8Array | null;
  /** Root updates in this life. */
  readonly updates: number;
  /** True: the next frame on the air is lost. */
  readonly loses?: () => boolean;
}

export class Life {
  readonly host = new MemoryHost(provision(SPA, midstates(PSK)));
  readonly ap: TwinAp;
  readonly #updates: number;
  readonly #loses: () => boolean;
  #station: TwinStation | null = null;
  #aNonces = 0;
  /** The M2 that each SNonce came in. */
  readonly #m2s = new Map<string, string>();
  /** The newest generation that was proven. */
  proven = 0;

  constructor({ modifier, updates, loses = () => false }: LifeOptions) {
    this.ap = new TwinAp(unhex("020000000001"), modifier);
    this.ap.enrol(SPA, 0, PSK);
    this.#updates = updates;
    this.#loses = loses;
  }

  /** RAM is gone. */
  powerLoss(): void {
    this.#station = null;
  }

  /** Everything a life has: its updates, with plain sessions and power cycles between and after them. */
  live(): void {
    this.#untilDone(() => this.#session("confirm"));
    for (let generation = 1; generation <= this.#updates; generation++) {
      this.powerLoss();
      this.#untilDone(() => this.#session("confirm"));
      this.ap.enrolUpdate(SPA, generation - 1, concat(bigEndian(generation, 16)));
      this.#untilDone(() => this.#session("update"));
      this.ap.drop(SPA, generation - 1);
      this.#untilDone(() => this.#session("confirm"));
    }
    this.powerLoss();
    this.#untilDone(() => this.#session("confirm"));
  }

  /** The record at the end of live(): one root, the one proven last, and a cache entry of its generation. */
  assertSettled(): void {
    assert.equal(this.proven, this.#updates);
    // Each update writes the other slot.
    const [newest, other] = this.proven % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    const key = midstates(this.ap.rootOf(SPA, this.proven));
    const slot = ({ offset, length }: (typeof SLOTS)[number]): Uint8Array =>
      this.host.nvm.slice(offset, offset + length);
    assert.equal(hex(slot(SLOTS[newest])), hex(slotOctets({ generation: this.proven, key })));
    assert.ok(isZero(slot(SLOTS[other])), "the old root is wiped");
    const cache = this.host.nvm.slice(CACHE.offset, CACHE.offset + CACHE.length);
    if (this.ap.modifier === null) {
      assert.ok(isZero(cache), "direct mode leaves the cache empty");
    } else {
      assert.equal(cache[0], this.proven);
      assert.ok(equal(cache.slice(8, 16), this.ap.modifier));
    }
  }

  #untilDone(task: () => boolean): void {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        if (task()) return;
      } catch (error) {
        if (!(error instanceof PowerLost)) throw error;
        this.host.powerCut = null;
        this.powerLoss();
      }
    }
    assert.fail(`no success in ${TRIES} tries`);
  }

  #powered(): TwinStation {
    if (this.#station === null) {
      this.host.entropies = [STUCK_ENTROPY];
      this.#station = new TwinStation(this.host);
      assert.equal(this.#station.boot(), 0, "the record boots after any death");
    }
    return this.#station;
  }

  /** One trigger, sent twice if need be; true if the AP knows that the task was done. */
  #session(task: "confirm" | "update"): boolean {
    const aNonce = concat(new Uint8Array(12), bigEndian(this.#aNonces++, 4));
    const m1 = this.ap.trigger({ profile: COMPACT, spa: SPA, aNonce });
    const taken = this.#answerTo(m1) ?? this.#answerTo(m1);
    if (taken === null || this.#loses()) return false;
    if (task === "confirm") {
      const station = this.#powered();
      return this.#isTaken(station.receive(taken.confirm().frame).status, 0);
    }
    return this.#update(taken);
  }

  /** An M3 was taken, or the session it belongs to went with the power; nothing else may come of it. */
  #isTaken(answered: number, expected: number): boolean {
    assert.ok(answered === expected || answered === status("no session"), `M3 was answered with ${answered}`);
    return answered === expected;
  }

  #answerTo(m1: Uint8Array): ApSession | null {
    if (this.#loses()) return null;
    const { status: answered, frame } = this.#powered().receive(m1);
    assert.ok(frame !== null, `M1 was answered with ${answered}`);
    const sNonce = hex(splitFrame(frame).body.slice(0, COMPACT.N));
    assert.equal(this.#m2s.get(sNonce) ?? hex(frame), hex(frame), "no SNonce is drawn twice");
    this.#m2s.set(sNonce, hex(frame));
    if (this.#loses()) return null;
    const taken = this.ap.respond(frame);
    assert.ok(taken !== null, "device and key service share a generation that works");
    return taken;
  }

  /** UPDATE, or PROVE once the device has the new root; every other one of them is a repeated UPDATE. */
  #update(taken: ApSession): boolean {
    const { generation } = taken.session;
    const next = this.proven + 1;
    const repeated = concat(OPCODE.update, next, new Uint8Array(24));
    const isThere = generation === next;
    const m3 = !isThere
      ? taken.update(bigEndian(next, 16))
      : this.#aNonces % 2
        ? taken.prove()
        : taken.command(repeated);
    const { status: answered, frame } = this.#powered().receive(m3.frame);
    if (!this.#isTaken(answered, ANSWER_octets) || frame === null || this.#loses()) return false;
    const payload = taken.receive(frame);
    assert.ok(payload !== null && isProof(payload, this.ap.rootOf(SPA, next), next, SPA), "the answer proves the root");
    this.proven = next;
    return true;
  }
}
