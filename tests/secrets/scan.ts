/**
 * Looks at all of a station's memory after every call of a talk: only what the state needs may stand there.
 *
 *   state 0, 1   no key material; but the noise of the power cycle from its first M1 on, for AMP-R2 needs it again
 *   state 2, 3   KCK and TK; in state 2 after a cache miss also the midstates of the PMK, if M3 will write them
 *   any state    what the host put there, frames as they were on the air, the reading, DL payloads that were taken
 */
import assert from "node:assert/strict";
import { RX_BUFFER_OCTETS } from "../../host/device/abi.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import { globalsOf } from "../support/deviceglobals.ts";
import { addressOf, layoutNumber } from "../support/devicelayout.ts";
import { ascii, concat, equal, hex, isZero } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { sNonceMessage } from "../twin/keys.ts";
import { CACHE } from "../twin/record.ts";
import { sha256 } from "../twin/sha256.ts";
import { SPA } from "../vectors/world.ts";
import { keysOfPast, residueOf, residueOfUpdate } from "./residue.ts";
import { type Round, roundOf, type Variant } from "./rounds.ts";
import { Talk } from "./talk.ts";
import { turned, Windows } from "./windows.ts";

/** No length, state, PN, counter or address of a talk is greater; a word of a secret is, all but always. */
const GLOBAL_MAX = 1 << 16;

/** Octets at ENTRY, and at READING and RECEIVED. */
const ENTRY_OCTETS = 96;
const PAYLOAD_OCTETS = 56;

export class Scan {
  readonly #station: Station;
  readonly #talk: Talk;
  readonly #round: Round;
  /** Forbidden in every state, from what the talk has come to. */
  readonly #always = new Windows();
  readonly #past = new Windows();
  /** Forbidden in NVM, in every state. */
  readonly #volatile = new Windows();
  #sessions = 0;
  /** What the host had put into the rx buffer before the call. */
  #rx: Uint8Array = new Uint8Array(RX_BUFFER_OCTETS);
  #wasUpdated = false;
  /** Calls looked at. */
  scans = 0;

  constructor(module: WebAssembly.Module, variant: Variant, seed: number) {
    this.#round = roundOf(variant, seed);
    this.#station = loadStation(module, this.#round.host, { extraExports: true });
    const before = (): void => {
      this.#rx = this.#take(this.#station.memory.slice(), "RX", RX_BUFFER_OCTETS);
    };
    const after = (call: string): void => this.#look(call);
    this.#talk = new Talk(this.#station.exports, variant.exchange, this.#round.secrets, { before, after });
    this.#forbidNoise();
    this.#always.forbid("plaintext of a refused frame", this.#round.secrets.refused);
    this.#always.forbid("the PSK", this.#round.secrets.psk);
  }

  get exports(): Station["exports"] {
    return this.#station.exports;
  }

  /** Throws an AssertionError after the first call that leaves something, or if NVM keeps the root before. */
  play(): void {
    this.#talk.play();
    const { sessions, exchange } = this.#talk;
    const before = residueOf(sessions[0], exchange.modifier);
    assert.deepEqual(before.foundIn(this.#round.nvm.octets), [], "the root before, and what was made from it, in NVM");
  }

  #forbidNoise(): void {
    const { noise, unhealthy } = this.#round;
    this.#always.forbid("noise that failed its test", unhealthy);
    this.#always.forbid("SNonce input", ascii("AMP SNonce"));
    const { N } = this.#talk.exchange.profile;
    for (const [cycle, octets] of noise.entries()) {
      for (let n = 0; n < 8; n++) {
        const digest = sha256(sNonceMessage(octets, SPA, cycle + 1, n));
        this.#always.forbid(`digest of SNonce ${n} beyond SNonce`, digest.slice(N));
      }
    }
  }

  /** The sessions and the update that the talk has come to. */
  #learn(): void {
    const { sessions, exchange, roots, update } = this.#talk;
    for (; this.#sessions < sessions.length; this.#sessions++) {
      if (this.#sessions > 0) this.#past.include(keysOfPast(sessions[this.#sessions - 1]));
      this.#always.include(residueOf(sessions[this.#sessions], exchange.modifier));
      this.#volatile.include(keysOfPast(sessions[this.#sessions]));
      this.#volatile.forbid("root", sessions[this.#sessions].root);
      this.#volatile.forbid("PMK", sessions[this.#sessions].pmk);
    }
    if (roots.length === 1 || this.#wasUpdated) return;
    this.#wasUpdated = true;
    this.#always.include(residueOfUpdate(roots[0], roots[1], update));
  }

  #look(call: string): void {
    this.scans++;
    if (call.startsWith("amp_boot")) this.#round.nvm.log = [];
    this.#learn();
    const state = this.#station.state();
    const memory = this.#station.memory.slice();
    assert.ok(isZero(this.#take(memory, "SCRATCH", layoutNumber("SCRATCH_SIZE"))), `${call}: SCRATCH is not 0`);
    const rx = this.#take(memory, "RX", RX_BUFFER_OCTETS);
    const wanted = call.startsWith("amp_boot") ? new Uint8Array(RX_BUFFER_OCTETS) : this.#rx;
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
      assert.ok(Math.abs(Number(value)) < GLOBAL_MAX, `${call}: a global holds ${value}`);
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
    const current = this.#talk.sessions.at(-1);
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
    const { pmk } = this.#talk.sessions[this.#talk.sessions.length - 1];
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
    return (this.#round.nvm.log ?? []).some(({ offset, octets }) => offset === checkField && !isZero(octets));
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
