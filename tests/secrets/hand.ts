/**
 * The hand that plays on a station: every call of the ABI, with what its peer knows. What is public in what it plays is
 * always the same; what is secret is given. A listener hears of every call.
 */
import assert from "node:assert/strict";
import { type FUNCTIONS, STATUS } from "../../host/device/abi.ts";
import type { StationExports } from "../../host/device/load.ts";
import { encodeTdc, encodeTriggerBody, FC, joinFrame, withFcs } from "../twin/frames.ts";
import { bindingOfM1 } from "../twin/session.ts";
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

/** A call as it was made. */
export interface Made {
  readonly name: keyof typeof FUNCTIONS;
  /** Before the call. */
  readonly state: number;
  readonly operands: readonly number[];
  readonly result: number;
}

export interface Listener {
  before?(): void;
  after(call: Made): void;
  /** Power has failed for so short a time that RAM is as it was. */
  brownOut?(): void;
}

/** "amp_send in state 3". */
export function wordsOf({ name, state }: Pick<Made, "name" | "state">): string {
  return `${name} in state ${state}`;
}

/** Offset of a frame's body. */
const BODY_AT = 5;
const AA_OCTETS = 6;
const INFO = Uint8Array.of(7, 0x40, 1, 0xff, 0, 0);
export const ENCRYPTED = { encrypted: true };
export const CLEAR = { encrypted: false };
export const COMMAND = { encrypted: true, command: true };
export type Mode = { readonly encrypted: boolean; readonly command?: boolean };

/** How a trigger differs from the plain one. */
export interface TriggerChanges {
  readonly id?: number;
  readonly aa?: Uint8Array;
  readonly info?: Uint8Array;
  readonly dlData?: Uint8Array;
}

export class Hand {
  /** Roots by generation, those that were made so far. */
  readonly roots: Uint8Array[];
  /** Every session so far; the last one is the station's while it is in state 2 or 3. */
  readonly sessions: Keys[] = [];
  readonly exchange: Exchange;
  readonly secrets: Secrets;
  readonly exports: StationExports;
  /** The M1 that was answered last. */
  m1: Uint8Array = new Uint8Array(0);
  readonly #memory: Uint8Array;
  readonly #listener: Listener;
  #triggers = 0;

  constructor(exports: StationExports, exchange: Exchange, secrets: Secrets, listener: Listener) {
    this.exports = exports;
    this.#memory = new Uint8Array(exports.memory.buffer);
    this.exchange = exchange;
    this.secrets = secrets;
    this.roots = [secrets.psk];
    this.#listener = listener;
  }

  get keys(): Keys {
    return this.sessions[this.sessions.length - 1];
  }

  call(name: keyof typeof FUNCTIONS, ...operands: number[]): number {
    return this.#learning(() => undefined, name, ...operands);
  }

  /** A call behind which this side has something to learn before the listener hears of it. */
  #learning(learn: (result: number) => void, name: keyof typeof FUNCTIONS, ...operands: number[]): number {
    const state = this.exports.amp_state();
    this.#listener.before?.();
    const result = this.exports[name](...operands);
    learn(result);
    this.#listener.after({ name, state, operands, result });
    return result;
  }

  receive(frame: Uint8Array, learn: (result: number) => void = () => undefined, length = frame.length): number {
    this.#memory.set(frame, this.exports.amp_rx_buffer());
    return this.#learning(learn, "amp_receive", length);
  }

  setPayload(reading: Uint8Array, encrypt: number): number {
    this.#memory.set(reading, this.exports.amp_payload_buffer());
    return this.call("amp_set_payload", reading.length, encrypt);
  }

  /** Every export that asks and tells. */
  look(): void {
    const names = ["amp_state", "amp_received", "amp_trigger_data", "amp_rx_buffer", "amp_tx_buffer"] as const;
    for (const name of [...names, "amp_payload_buffer"] as const) this.call(name);
  }

  /** One that was not sent before. */
  trigger(changes: TriggerChanges = {}): Uint8Array {
    const { profile, modifier, aNonce } = this.exchange;
    const dlData = changes.dlData ?? Uint8Array.of(0x4c, this.#triggers++);
    const { id = ID, aa = this.exchange.aa, info = INFO } = changes;
    const body = encodeTriggerBody({ info, aa, aNonce, modifier, dlData });
    const bits = { encrypted: false, modifier: modifier !== null, generation: 0, command: false, reserved: 0 };
    const tdc = encodeTdc({ ...bits, bodyLength: body.length, profile: profile.number });
    return joinFrame(FC.trigger, id, tdc, body);
  }

  /** A new M1 that has to be answered; this side learns the keys. */
  newM1(m1 = this.trigger()): void {
    const { modifier, profile } = this.exchange;
    const { N } = profile;
    this.receive(m1, (length) => {
      assert.ok(length > 0, `M1 was answered with ${length}`);
      const at = this.exports.amp_tx_buffer() + BODY_AT;
      const sNonce = this.#memory.slice(at, at + N);
      assert.notEqual(sNonce[0], this.exchange.aNonce[0], "the order of the nonces is fixed at their first octet");
      const dlData = m1.slice(BODY_AT + INFO.length + AA_OCTETS + N + (modifier?.length ?? 0), -2);
      const binding = bindingOfM1(m1[0], m1.slice(3, BODY_AT), INFO, dlData);
      const generation = this.roots.length - 1;
      this.sessions.push(keysOf(this.exchange, this.roots[generation], generation, sNonce, binding));
    });
    this.m1 = m1;
  }

  m3(payload: Uint8Array, mode: Mode = ENCRYPTED, pn = 1): Uint8Array {
    return sealed(this.keys.session, FC.confirm, pn, payload, mode);
  }

  data(pn: number, payload: Uint8Array, mode: Mode = ENCRYPTED): Uint8Array {
    return sealed(this.keys.session, FC.data, pn, payload, mode);
  }

  /** A right frame made wrong in its MIC, with a good FCS. */
  withBadMic(right: Uint8Array): Uint8Array {
    const frame = right.slice(0, -2);
    const { M } = this.exchange.profile;
    for (let i = 0; i < M; i++) frame[frame.length - M + i] ^= this.secrets.wrong[i];
    return withFcs(frame);
  }

  /** A frame with a wrong MIC and a good FCS: the station has made its plaintext when it finds out. */
  isRefused(fc: number, pn: number, payload: Uint8Array, mode: Mode): void {
    const frame = this.withBadMic(sealed(this.keys.session, fc, pn, payload, mode));
    assert.equal(this.receive(frame), STATUS["bad MIC"]);
  }

  /** UPDATE to the generation behind the newest, as it stands inside M3. */
  update(): Uint8Array {
    return updateOf(this.keys.root, this.secrets.modifierPrime, this.keys.session.generation + 1);
  }

  /** UPDATE with a wrong T. */
  wrongUpdate(): Uint8Array {
    return this.update().map((octet, i) => (i < 18 ? octet : octet ^ this.secrets.wrong[i - 18]));
  }

  /** The station has installed the root of an UPDATE. */
  learnRoot(): void {
    const { root, session } = this.keys;
    this.roots.push(nextRoot(root, this.secrets.modifierPrime, session.generation + 1));
  }
}
