/**
 * The scene that tests of the device play in: one powered station over one NVM, and the twin's AP at the other end.
 * The AP's cryptography is the twin's own: it shares no line with the device.
 */
import assert from "node:assert/strict";
import { STATES, type StatusName, statusName } from "../../host/device/abi.ts";
import { type LoadOptions, loadStation, type Station } from "../../host/device/load.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { type ApSession, type TriggerRequest, TwinAp } from "../twin/ap.ts";
import { hex } from "../twin/bytes.ts";
import type { Profile } from "../twin/frames.ts";
import { AA_LOW, COMPACT, labelled, MODIFIER, PROVISIONED, PSK, SPA } from "../vectors/world.ts";

/** What the entropy import answers; null: it fails. */
export type EntropySource = () => Uint8Array | null;

export interface DeviceSceneOptions extends LoadOptions {
  readonly profile?: Profile;
  /** null: direct mode. */
  readonly modifier?: Uint8Array | null;
  readonly aa?: Uint8Array;
  /** The NVM record to start from; as provisioned with PSK if left out. */
  readonly image?: Uint8Array;
  /** Roots that the AP holds, by generation. */
  readonly roots?: ReadonlyMap<number, Uint8Array>;
  readonly entropy?: EntropySource;
}

/** Fresh noise at every call, the same in every run. */
export function freshEntropy(label = "noise"): EntropySource {
  let draws = 0;
  return () => labelled(`device tests, ${label} ${draws++}`, 32);
}

export class DeviceScene {
  readonly module: WebAssembly.Module;
  readonly nvm: Nvm;
  readonly ap: TwinAp;
  readonly profile: Profile;
  /** The station that has power now. */
  station: Station;
  entropy: EntropySource;
  /** Calls of the entropy import since the scene began. */
  entropyDraws = 0;
  readonly #options: LoadOptions;
  #aNonces = 0;

  /** A station that was powered up and not booted. */
  constructor(module: WebAssembly.Module, options: DeviceSceneOptions = {}) {
    this.module = module;
    this.#options = options;
    this.nvm = new Nvm(options.image ?? PROVISIONED);
    this.profile = options.profile ?? COMPACT;
    this.ap = new TwinAp(options.aa ?? AA_LOW, options.modifier === undefined ? MODIFIER : options.modifier);
    for (const [generation, root] of options.roots ?? new Map([[0, PSK]])) this.ap.enrol(SPA, generation, root);
    this.entropy = options.entropy ?? freshEntropy();
    this.station = this.powerUp();
  }

  /** RAM is gone: another instance over the same NVM, not booted. Whatever was planned for the NVM is over. */
  powerUp(): Station {
    this.nvm.powerUp();
    const entropy = (into: Uint8Array): boolean => {
      this.entropyDraws++;
      const noise = this.entropy();
      if (noise !== null) into.set(noise);
      return noise !== null;
    };
    const nvmRead = this.nvm.nvmRead.bind(this.nvm);
    const nvmWrite = this.nvm.nvmWrite.bind(this.nvm);
    this.station = loadStation(this.module, { entropy, nvmRead, nvmWrite }, this.#options);
    return this.station;
  }

  /** State 1. */
  boot(): this {
    assert.equal(this.station.boot(), 0, "the record boots");
    return this;
  }

  /** Power fails between two calls, and the station boots again. */
  powerCycle(): this {
    this.powerUp();
    return this.boot();
  }

  /** A trigger that was not sent before. */
  m1(request: Partial<TriggerRequest> = {}): Uint8Array {
    const aNonce = labelled(`device tests, ANonce ${this.#aNonces++}`, (request.profile ?? this.profile).N);
    return this.ap.trigger({ profile: this.profile, spa: SPA, aNonce, ...request });
  }

  /** The frame that the station answers this one with. */
  answer(frame: Uint8Array): Uint8Array {
    const { status, frame: reply } = this.station.receive(frame);
    assert.ok(reply !== undefined, `no answer to ${hex(frame)}: ${statusName(status) ?? status}`);
    return reply;
  }

  /** The station takes this frame and has nothing to send. */
  takes(frame: Uint8Array): void {
    const { status, frame: reply } = this.station.receive(frame);
    assert.equal(statusName(status) ?? status, 0);
    assert.equal(reply, undefined);
  }

  /** The station refuses this frame with that status. */
  refuses(frame: Uint8Array, name: StatusName): void {
    const { status, frame: reply } = this.station.receive(frame);
    assert.equal(statusName(status) ?? (reply ? `a frame: ${hex(reply)}` : status), name);
  }

  /** The AP's view of an M2; fails if the AP does not take it. */
  taken(m2: Uint8Array): ApSession {
    const session = this.ap.respond(m2);
    assert.ok(session !== null, "the AP takes M2");
    return session;
  }

  /** State 2: a new M1 was answered, and the AP took the answer. */
  waiting(request: Partial<TriggerRequest> = {}): ApSession {
    return this.taken(this.answer(this.m1(request)));
  }

  /** State 3: an M3 with this payload was taken. */
  secure(request: Partial<TriggerRequest> = {}, payload?: Uint8Array): ApSession {
    const session = this.waiting(request);
    this.takes(session.confirm(payload).frame);
    return session;
  }

  /** The state in the ABI's words. */
  expectState(name: (typeof STATES)[number]): void {
    assert.equal(STATES[this.station.state()], name);
  }
}
