/**
 * One long talk with a station that comes through every export in every state: M2 after a cache miss, after a hit and
 * in direct mode, in both modes; M3 and Data right and wrong; UPDATE right and with a wrong T; PROVE; power cycles. What
 * is public in it is always the same; what is secret is given. A listener hears of every call.
 */
import assert from "node:assert/strict";
import { type FUNCTIONS, STATUS } from "../../host/device/abi.ts";
import type { StationExports } from "../../host/device/load.ts";
import { encodeTdc, encodeTriggerBody, FC, joinFrame, withFcs } from "../twin/frames.ts";
import { bindingOfM1 } from "../twin/session.ts";
import { proveCommand } from "../twin/update.ts";
import { type Exchange, ID, type Keys, keysOf, nextRoot, sealed, updateOf } from "./peer.ts";

/** All that differs from one round to the next. The lengths never do. */
export interface Secrets {
  readonly psk: Uint8Array;
  readonly readings: readonly Uint8Array[];
  /** What the AP says in M3 and Data. */
  readonly payloads: readonly Uint8Array[];
  /** What it says in frames whose MIC is wrong. */
  readonly refused: Uint8Array;
  readonly modifierPrime: Uint8Array;
  /** What is added to a right MIC (or T) to make a wrong one: 16 octets, some of them 0, not all of the first 8. */
  readonly wrong: Uint8Array;
}

export interface Listener {
  before?(): void;
  /** "amp_send in state 3"; the state is the one before the call. */
  after(call: string): void;
}

const INFO = Uint8Array.of(7, 0x40, 1, 0xff, 0, 0);
const ENCRYPTED = { encrypted: true };
const CLEAR = { encrypted: false };
const COMMAND = { encrypted: true, command: true };

export class Talk {
  /** Roots by generation, those that were made so far. */
  readonly roots: Uint8Array[];
  /** Every session so far; the last one is the station's while it is in state 2 or 3. */
  readonly sessions: Keys[] = [];
  /** UPDATE as it stands inside M3. */
  readonly update: Uint8Array;
  readonly exchange: Exchange;
  readonly secrets: Secrets;
  readonly #exports: StationExports;
  readonly #memory: Uint8Array;
  readonly #listener: Listener;
  #m1: Uint8Array = new Uint8Array(0);
  #triggers = 0;

  constructor(exports: StationExports, exchange: Exchange, secrets: Secrets, listener: Listener) {
    this.#exports = exports;
    this.#memory = new Uint8Array(exports.memory.buffer);
    this.exchange = exchange;
    this.secrets = secrets;
    this.roots = [secrets.psk];
    this.update = updateOf(secrets.psk, secrets.modifierPrime, 1);
    this.#listener = listener;
  }

  /** Plays all of it on a station that was just powered up. */
  play(): void {
    this.#off();
    this.#firstExchange();
    this.#secondExchange();
    this.#update();
    this.#laterPowerCycles();
  }

  get #keys(): Keys {
    return this.sessions[this.sessions.length - 1];
  }

  #call(name: keyof typeof FUNCTIONS, ...operands: number[]): number {
    return this.#learning(() => undefined, name, ...operands);
  }

  /** A call behind which this side has something to learn before the listener hears of it. */
  #learning(learn: (result: number) => void, name: keyof typeof FUNCTIONS, ...operands: number[]): number {
    const state = this.#exports.amp_state();
    this.#listener.before?.();
    const result = this.#exports[name](...operands);
    learn(result);
    this.#listener.after(`${name} in state ${state}`);
    return result;
  }

  #receive(frame: Uint8Array, learn: (result: number) => void = () => undefined): number {
    this.#memory.set(frame, this.#exports.amp_rx_buffer());
    return this.#learning(learn, "amp_receive", frame.length);
  }

  #setPayload(reading: Uint8Array, encrypt: number): number {
    this.#memory.set(reading, this.#exports.amp_payload_buffer());
    return this.#call("amp_set_payload", reading.length, encrypt);
  }

  /** Every export that asks and tells. */
  #look(): void {
    const names = ["amp_state", "amp_received", "amp_trigger_data", "amp_rx_buffer", "amp_tx_buffer"] as const;
    for (const name of [...names, "amp_payload_buffer"] as const) this.#call(name);
  }

  #trigger(): Uint8Array {
    const { profile, aa, modifier, aNonce } = this.exchange;
    const dlData = Uint8Array.of(0x4c, this.#triggers++);
    const body = encodeTriggerBody({ info: INFO, aa, aNonce, modifier, dlData });
    const bits = { encrypted: false, modifier: modifier !== null, generation: 0, command: false, reserved: 0 };
    const tdc = encodeTdc({ ...bits, bodyLength: body.length, profile: profile.number });
    return joinFrame(FC.trigger, ID, tdc, body);
  }

  /** A new M1 that has to be answered; this side learns the keys. */
  #newM1(m1 = this.#trigger()): void {
    const { N } = this.exchange.profile;
    this.#receive(m1, (length) => {
      assert.ok(length > 0, `M1 was answered with ${length}`);
      const at = this.#exports.amp_tx_buffer() + 5;
      const sNonce = this.#memory.slice(at, at + N);
      assert.notEqual(sNonce[0], this.exchange.aNonce[0], "the order of the nonces is fixed at their first octet");
      const binding = bindingOfM1(m1[0], m1.slice(3, 5), INFO, m1.slice(-4, -2));
      const generation = this.roots.length - 1;
      this.sessions.push(keysOf(this.exchange, this.roots[generation], generation, sNonce, binding));
    });
    this.#m1 = m1;
  }

  #m3(payload: Uint8Array, mode: { encrypted: boolean; command?: boolean } = ENCRYPTED): Uint8Array {
    return sealed(this.#keys.session, FC.confirm, 1, payload, mode);
  }

  #data(pn: number, payload: Uint8Array, mode = ENCRYPTED): Uint8Array {
    return sealed(this.#keys.session, FC.data, pn, payload, mode);
  }

  /** A frame with a wrong MIC and a good FCS: the station has made its plaintext when it finds out. */
  #isRefused(fc: number, pn: number, payload: Uint8Array, mode: { encrypted: boolean; command?: boolean }): void {
    const frame = sealed(this.#keys.session, fc, pn, payload, mode).slice(0, -2);
    const { M } = this.exchange.profile;
    for (let i = 0; i < M; i++) frame[frame.length - M + i] ^= this.secrets.wrong[i];
    assert.equal(this.#receive(withFcs(frame)), STATUS["bad MIC"]);
  }

  /** State 0. */
  #off(): void {
    this.#look();
    assert.equal(this.#setPayload(this.secrets.readings[0], 1), STATUS["not booted"]);
    assert.equal(this.#receive(this.#trigger()), STATUS["not booted"]);
    assert.equal(this.#call("amp_send"), STATUS["not booted"]);
    assert.equal(this.#call("amp_boot"), 0);
    assert.equal(this.#call("amp_boot"), 0);
  }

  /** A cache miss (or direct mode), encrypted. */
  #firstExchange(): void {
    const { readings, payloads, refused } = this.secrets;
    assert.equal(this.#setPayload(readings[0], 1), 0);
    this.#look();
    assert.equal(this.#call("amp_send"), STATUS["no session"]);
    assert.equal(this.#receive(this.#trigger()), STATUS["entropy failed"]);
    this.#newM1();
    this.#look();
    assert.equal(this.#call("amp_send"), STATUS["no session"]);
    assert.ok(this.#receive(this.#m1) > 0, "the kept M2");
    this.#isRefused(FC.confirm, 1, refused, ENCRYPTED);
    this.#isRefused(FC.confirm, 1, refused, CLEAR);
    assert.equal(this.#receive(this.#data(2, payloads[0])), STATUS["no session"]);
    assert.equal(this.#receive(this.#m3(payloads[1])), 0);
    this.#look();
    assert.ok(this.#call("amp_send") > 0);
    for (const mode of [ENCRYPTED, CLEAR]) {
      const pn = mode.encrypted ? 2 : 3;
      this.#isRefused(FC.data, pn, refused, mode);
      assert.equal(this.#receive(this.#data(pn, payloads[2], mode)), 0);
      assert.equal(this.#receive(this.#data(pn, payloads[2], mode)), STATUS["replayed PN"]);
      this.#look();
    }
    assert.equal(this.#receive(this.#m3(payloads[1])), STATUS["replayed PN"]);
  }

  /** A cache hit, in clear; a new reading in state 2. */
  #secondExchange(): void {
    const { readings, payloads } = this.secrets;
    assert.equal(this.#setPayload(readings[1], 0), 0);
    assert.ok(this.#call("amp_send") > 0);
    this.#newM1();
    assert.equal(this.#setPayload(readings[0], 0), 0);
    this.#newM1(this.#m1);
    assert.equal(this.#receive(this.#m3(payloads[0], CLEAR)), 0);
    this.#look();
    assert.equal(this.#receive(this.#m1), 0, "the same M1 in state 3");
  }

  /** UPDATE with a wrong T, UPDATE, PROVE under the new root. */
  #update(): void {
    const { update } = this;
    const { psk, modifierPrime, wrong } = this.secrets;
    const wrongUpdate = update.map((octet, i) => (i < 18 ? octet : octet ^ wrong[i - 18]));
    this.#newM1();
    assert.equal(this.#receive(this.#m3(wrongUpdate, COMMAND)), STATUS["bad command"]);
    this.#look();
    this.#newM1();
    this.#isRefused(FC.confirm, 1, update, COMMAND);
    const learn = (): unknown => this.roots.push(nextRoot(psk, modifierPrime, 1));
    assert.ok(this.#receive(this.#m3(update, COMMAND), learn) > 0);
    assert.ok(this.#call("amp_send") > 0);
    this.#look();
    this.#newM1();
    assert.ok(this.#receive(this.#m3(proveCommand(), COMMAND)) > 0);
    this.#look();
  }

  /** Power that fails in states 3 and 2, with RAM that survives; the cache is written again, and hit. */
  #laterPowerCycles(): void {
    const { readings, payloads } = this.secrets;
    for (const isLast of [false, true]) {
      assert.equal(this.#call("amp_boot"), 0);
      assert.ok(this.#call("amp_received") === 0);
      assert.equal(this.#setPayload(readings[0], 1), 0);
      this.#newM1();
      if (isLast) assert.equal(this.#call("amp_boot"), 0);
      else assert.equal(this.#receive(this.#m3(payloads[0])), 0);
    }
    this.#look();
  }
}
