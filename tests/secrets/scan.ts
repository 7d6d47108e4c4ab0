/**
 * Looks at all of a station's memory after every call of a story: only what the state needs may stand there.
 *
 *   state 0, 1   no key material; but the noise of the power cycle from its first M1 on, for AMP-R2 needs it again
 *   state 2, 3   KCK and TK; in state 2 after a cache miss also the midstates of the PMK, if M3 will write them
 *   any state    what the host put there, frames as they were on the air, the reading, DL payloads that were taken
 */
import assert from "node:assert/strict";
import { RX_BUFFER_OCTETS, statusName } from "../../host/device/abi.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import { globalsOf } from "../support/deviceglobals.ts";
import { addressOf, layoutNumber } from "../support/devicelayout.ts";
import { concat, equal, hex, isZero } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { CACHE } from "../twin/record.ts";
import { Bed, type Story } from "./bed.ts";
import { residueOfRound, residueOfSession } from "./forbidden.ts";
import { type Made, wordsOf } from "./hand.ts";
import { keysOfPast, residueOf } from "./residue.ts";
import { type Round, roundOf, type Variant } from "./rounds.ts";
import { Unchanged } from "./unchanged.ts";
import { turned, Windows } from "./windows.ts";

/** No length, state, PN, count or address of a story is greater; a word of a secret is, all but always. */
const GLOBAL_MAX = 1 << 16;

/** Octets at ENTRY, and at READING and RECEIVED. */
const ENTRY_OCTETS = 96;
const PAYLOAD_OCTETS = 56;

function told(made: Made): string {
  return `${wordsOf(made)}, answered ${statusName(made.result) ?? made.result}`;
}

export class Scan {
  readonly #station: Station;
  readonly #bed: Bed;
  readonly #round: Round;
  readonly #unchanged: Unchanged;
  /** Forbidden in every state, from what the story has come to. */
  readonly #always = new Windows();
  readonly #past = new Windows();
  /** Forbidden in NVM, in every state. */
  readonly #volatile = new Windows();
  #sessions = 0;
  #isLooking = false;
  /** What the host had put into the rx buffer before the call. */
  #rx: Uint8Array = new Uint8Array(RX_BUFFER_OCTETS);
  /** Every call looked at. */
  readonly made: Made[] = [];

  constructor(module: WebAssembly.Module, variant: Variant, seed: number) {
    this.#round = roundOf(variant, seed);
    this.#station = loadStation(module, this.#round.host, { extraExports: true });
    this.#unchanged = new Unchanged(this.#station, this.#round.nvm);
    const before = (): void => {
      this.#rx = this.#take(this.#station.memory.slice(), "RX", RX_BUFFER_OCTETS);
      this.#unchanged.before();
    };
    const after = (call: Made): void => this.#hear(call);
    const { exports } = this.#station;
    this.#bed = new Bed({ exports, variant, round: this.#round, listener: { before, after } });
    this.#always.include(residueOfRound(variant, seed));
  }

  get exports(): Station["exports"] {
    return this.#station.exports;
  }

  /** Throws an AssertionError after the first call that leaves something. */
  play(story: Story): void {
    this.#isLooking = true;
    story(this.#bed);
  }

  /** Looks behind the last call only; but that a refused call changes nothing is looked at behind every one. */
  playAndLook(story: Story): void {
    this.#isLooking = false;
    story(this.#bed);
    this.#look(this.made[this.made.length - 1]);
  }

  /** Throws an AssertionError if NVM keeps the root of the first session, behind an update that was proven. */
  checkPastRoot(): void {
    const { sessions, exchange } = this.#bed;
    const before = residueOf(sessions[0], exchange.modifier);
    assert.deepEqual(before.foundIn(this.#round.nvm.octets), [], "the root before, and what was made from it, in NVM");
  }

  /** The sessions that the story has come to. */
  #learn(): void {
    const { sessions, exchange } = this.#bed;
    for (; this.#sessions < sessions.length; this.#sessions++) {
      if (this.#sessions > 0) this.#past.include(keysOfPast(sessions[this.#sessions - 1]));
      this.#always.include(residueOfSession(sessions[this.#sessions], exchange.modifier));
      this.#volatile.include(keysOfPast(sessions[this.#sessions]));
      this.#volatile.forbid("root", sessions[this.#sessions].root);
      this.#volatile.forbid("PMK", sessions[this.#sessions].pmk);
    }
  }

  #hear(made: Made): void {
    this.made.push(made);
    assert.equal(this.#unchanged.difference(made), undefined, told(made));
    if (made.name === "amp_boot") this.#round.nvm.log = [];
    if (this.#isLooking) this.#look(made);
  }

  #look(made: Made): void {
    const call = told(made);
    const isBoot = made.name === "amp_boot";
    this.#learn();
    const state = this.#station.state();
    const memory = this.#station.memory.slice();
    assert.ok(isZero(this.#take(memory, "SCRATCH", layoutNumber("SCRATCH_SIZE"))), `${call}: SCRATCH is not 0`);
    const rx = this.#take(memory, "RX", RX_BUFFER_OCTETS);
    const wanted = isBoot ? new Uint8Array(RX_BUFFER_OCTETS) : this.#rx;
    assert.equal(hex(rx), hex(wanted), `${call}: the rx buffer is the host's, and amp_boot's to wipe`);
    this.#takeNoise(memory, call);
    this.#takeKeys(memory, state, call);
    this.#takePayloads(memory, state, call);
    this.#takeEntry(memory, state, call);
    const { __heap_base } = this.#station.exports;
    assert.ok(isZero(memory.subarray(__heap_base.value)), `${call}: memory above __heap_base`);
    const below = memory.subarray(0, __heap_base.value);
    assert.deepEqual([...this.#always.foundIn(below), ...this.#past.foundIn(below)], [], call);
    assert.deepEqual(this.#volatile.foundIn(this.#round.nvm.octets), [], `${call}: in NVM`);
    for (const value of globalsOf(this.#station.exports)) {
      assert.ok(Math.abs(Number(value)) <= GLOBAL_MAX, `${call}: a global holds ${value}`);
    }
  }

  /** Copies an object out of `memory` and blanks it there. */
  #take(memory: Uint8Array, name: string, length: number): Uint8Array {
    const at = addressOf(this.#station, name);
    const octets = memory.slice(at, at + length);
    memory.fill(0, at, at + length);
    return octets;
  }

  /** Noise: none, or that of one of the power cycles; where it stands it may stand once. */
  #takeNoise(memory: Uint8Array, call: string): void {
    const noise = hex(this.#take(memory, "ENTROPY", 32));
    const allowed = [new Uint8Array(32), ...this.#round.noise].map(hex);
    assert.ok(allowed.includes(noise), `${call}: ENTROPY holds ${noise}`);
    const windows = new Windows();
    for (const octets of this.#round.noise) windows.forbid("noise", octets);
    assert.deepEqual(windows.foundIn(memory.subarray(0, this.#station.exports.__heap_base.value)), [], call);
  }

  /** KCK and TK: the session's in states 2 and 3, else nothing; and nowhere else. */
  #takeKeys(memory: Uint8Array, state: number, call: string): void {
    const keys = hex(this.#take(memory, "KCK", 32));
    const current = this.#bed.sessions.at(-1);
    if (state < 2) {
      assert.equal(keys, "00".repeat(32), `${call}: KCK and TK in state ${state}`);
    } else {
      assert.equal(keys, current && hex(concat(current.session.kck, current.session.tk)), call);
    }
    const windows = new Windows();
    windows.forbid("KCK and TK beside their place", Uint8Array.from(Buffer.from(keys, "hex")));
    assert.deepEqual(windows.foundIn(memory.subarray(0, this.#station.exports.__heap_base.value)), [], call);
  }

  /** ENTRY: nothing, or in state 2 midstates of the PMK, in the order of either build, if M3 will write them. */
  #takeEntry(memory: Uint8Array, state: number, call: string): void {
    const entry = this.#take(memory, "ENTRY", ENTRY_OCTETS);
    if (isZero(entry)) return;
    assert.equal(state, 2, `${call}: ENTRY is kept in state ${state}`);
    assert.ok(!this.#isCacheWritten(), `${call}: ENTRY is kept, and no M3 will write it`);
    const { pmk } = this.#bed.keys;
    const { inner, outer } = midstates(pmk);
    const kept = concat(inner, outer);
    const at = layoutNumber("CACHE_MIDSTATES");
    const found = hex(entry.slice(at, at + kept.length));
    assert.ok([kept, turned(kept)].map(hex).includes(found), `${call}: ENTRY holds ${found}`);
    assert.ok(isZero(entry.fill(0, at, at + kept.length)), `${call}: around the midstates stands ${hex(entry)}`);
  }

  /** In this power cycle: that happens once at most. */
  #isCacheWritten(): boolean {
    const checkField = CACHE.offset + CACHE.length - 4;
    return (this.#round.nvm.log ?? []).some(
      ({ offset, octets, written }) => offset === checkField && !isZero(octets) && written === octets.length,
    );
  }

  /** READING and RECEIVED: one payload, or none; what was received goes with its session. */
  #takePayloads(memory: Uint8Array, state: number, call: string): void {
    const { readings, payloads } = this.#round.secrets;
    const reading = this.#take(memory, "READING", PAYLOAD_OCTETS);
    const received = this.#take(memory, "RECEIVED", PAYLOAD_OCTETS);
    assert.ok(isOneOf(reading, readings), `${call}: READING holds ${hex(reading)}`);
    assert.ok(isOneOf(received, state === 3 ? payloads : []), `${call}: RECEIVED holds ${hex(received)}`);
  }
}

/** One of these payloads, or nothing. Copies go by words: up to three octets behind a payload came with it. */
function isOneOf(held: Uint8Array, payloads: readonly Uint8Array[]): boolean {
  const isIt = (payload: Uint8Array): boolean =>
    equal(held.slice(0, payload.length), payload) && isZero(held.slice((payload.length + 3) & ~3));
  return isZero(held) || payloads.some(isIt);
}
