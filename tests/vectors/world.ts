/** The fixed inputs of all vectors, and the scene most of them play in: one station, one AP, nothing random. */
import { type ApSession, type TriggerRequest, TwinAp } from "../twin/ap.ts";
import { ascii, concat, hex, unhex } from "../twin/bytes.ts";
import { PROFILES, type Profile } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { provision } from "../twin/record.ts";
import { sha256 } from "../twin/sha256.ts";
import { type Ask, type Script, ScriptRecorder, type Step } from "./script.ts";

export const [COMPACT, WIDE, STRONG] = PROFILES;

/** The device. */
export const SPA = unhex("02c0ffee0001");
/** An AP whose address is below SPA, and one above it. */
export const AA_LOW = unhex("020000000001");
export const AA_HIGH = unhex("02fffffffff1");

/** First `length` octets of SHA-256(label ‖ 0) ‖ SHA-256(label ‖ 1) ‖ ...: octets that a reader can make again. */
export function labelled(label: string, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => sha256(concat(ascii(label), i)));
  return concat(...blocks).slice(0, length);
}

export const PSK = labelled("AMP vectors, PSK", 32);
export const MODIFIER = labelled("AMP vectors, Modifier", 8);
export const MODIFIER_PRIME = labelled("AMP vectors, Modifier'", 16);
export const READING = ascii("21.5 C");

/** What the entropy import answers in the i-th power cycle. */
export function entropyOf(cycle: number): Uint8Array {
  return labelled(`AMP vectors, entropy ${cycle}`, 32);
}

/** The record as it leaves manufacture. */
export const PROVISIONED = provision(SPA, midstates(PSK));

export interface SceneOptions {
  readonly profile?: Profile;
  readonly modifier?: Uint8Array | null;
  readonly aa?: Uint8Array;
  readonly nvm?: Uint8Array;
  readonly entropy?: readonly (Uint8Array | null)[];
  /** Roots the AP holds, by generation. */
  readonly roots?: ReadonlyMap<number, Uint8Array>;
}

/** A station that is being recorded, and an AP that knows it. */
export class Scene {
  readonly ap: TwinAp;
  readonly profile: Profile;
  readonly #recorder: ScriptRecorder;
  #aNonces = 0;

  constructor(options: SceneOptions = {}) {
    this.profile = options.profile ?? COMPACT;
    const modifier = options.modifier === undefined ? MODIFIER : options.modifier;
    this.ap = new TwinAp(options.aa ?? AA_LOW, modifier);
    for (const [generation, root] of options.roots ?? new Map([[0, PSK]])) this.ap.enrol(SPA, generation, root);
    this.#recorder = new ScriptRecorder(
      options.nvm ?? PROVISIONED,
      options.entropy ?? [entropyOf(0), entropyOf(1), entropyOf(2)],
    );
  }

  get nvm(): Uint8Array {
    return this.#recorder.nvm;
  }

  /** Any step. */
  play(ask: Ask): Step {
    return this.#recorder.play(ask);
  }

  /** amp_receive. */
  receive(frame: Uint8Array, more: Partial<Ask> = {}): Step {
    return this.play({ call: "receive", frame: hex(frame), ...more });
  }

  setPayload(reading: Uint8Array, encrypt: number): Step {
    return this.play({ call: "setPayload", reading: hex(reading), encrypt });
  }

  /** A trigger that was not sent before. */
  m1(request: Partial<TriggerRequest> = {}): Uint8Array {
    const aNonce = labelled(`AMP vectors, ANonce ${this.#aNonces++}`, (request.profile ?? this.profile).N);
    return this.ap.trigger({ profile: this.profile, spa: SPA, aNonce, ...request });
  }

  /** State 1. */
  boot(): this {
    expectStatus(this.play({ call: "boot" }), 0);
    return this;
  }

  /** RAM is gone, and state 1 again. */
  powerCycle(): this {
    this.play({ call: "powerLoss" });
    return this.boot();
  }

  /** State 2: a new M1 was answered. */
  waiting(request: Partial<TriggerRequest> = {}): ApSession {
    return this.taken(this.receive(this.m1(request)));
  }

  /** State 3: an M3 without payload was taken. */
  secure(request: Partial<TriggerRequest> = {}): ApSession {
    const session = this.waiting(request);
    expectStatus(this.receive(session.confirm().frame), 0);
    return session;
  }

  /** The AP's view of the M2 that this step answered; throws if the AP does not take it. */
  taken(step: Step): ApSession {
    const session = this.ap.respond(unhex(step.reply ?? ""));
    if (session === null) throw new Error(`the AP took no M2 from ${JSON.stringify(step)}`);
    return session;
  }

  script(): Script {
    return this.#recorder.script();
  }
}

/** The generator's own claim about a step: a vector is written only if the twin agrees with it. */
export function expectStatus(step: Step, status: number): void {
  if (step.status !== status) throw new Error(`expected ${status}: ${JSON.stringify(step)}`);
}

/** One entry of a vector file. */
interface VectorCase {
  readonly name: string;
  readonly script: Script;
}

/** One vector file. */
export interface VectorFile {
  readonly about: string;
  readonly cases: readonly VectorCase[];
}
