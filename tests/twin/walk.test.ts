/** Random walks over everything that can be done to a station, with the rules that must hold at every step. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApSession, TwinAp } from "./ap.ts";
import { bigEndian, concat, hex, unhex } from "./bytes.ts";
import {
  ackFrame,
  decodeTdc,
  decodeTriggerBody,
  FC,
  idOf,
  PROFILES,
  profileOf,
  splitFrame,
  withFcs,
} from "./frames.ts";
import { midstates } from "./hmac.ts";
import { MemoryHost, nvmDifference } from "./host.ts";
import { derive, pmkOf, ptkInput } from "./keys.ts";
import { seededRandom } from "./life.ts";
import { provision } from "./record.ts";
import { pnOf } from "./session.ts";
import { STATE, TwinStation } from "./station.ts";
import { type StatusName, statusName } from "./status.ts";

const SPA = unhex("02c0ffee0001");
const PSK = new Uint8Array(32).fill(0x5a);
const STEPS = 400;
const WALKS = 12;

/** Refusals of a frame or call that nothing may change by (AMP-R4); a command is refused after its M3 was taken. */
const MAY_ACT: readonly StatusName[] = ["bad command"];

class Walk {
  readonly host = new MemoryHost(provision(SPA, midstates(PSK)));
  readonly random: () => number;
  readonly ap: TwinAp;
  readonly counts = new Map<string, number>();
  #station: TwinStation;
  #aNonces = 0;
  #taken: ApSession | null = null;
  #newest = 0;
  /** Every downlink frame so far: to be repeated and forged from. */
  readonly #air: Uint8Array[] = [];
  /** Every PTK with the PNs it protected, and the frame it protected under each. */
  readonly #protected = new Map<string, string>();
  #ptk = "";

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.ap = new TwinAp(unhex("020000000001"), seed % 2 ? unhex("a0a1a2a3a4a5a6a7") : null);
    this.ap.enrol(SPA, 0, PSK);
    this.#station = this.#powerUp();
  }

  step(): void {
    const deeds: [weight: number, deed: () => void][] = [
      [5, () => this.#trigger()],
      [2, () => this.#again()],
      [4, () => this.#forge()],
      [4, () => this.#confirm()],
      [3, () => this.#down()],
      [3, () => this.#send()],
      [3, () => this.#setPayload()],
      [1, () => this.#ack()],
      [0.5, () => this.#update()],
      [0.5, () => this.#powerLoss()],
    ];
    let at = this.random() * deeds.reduce((sum, [weight]) => sum + weight, 0);
    const chosen = deeds.find(([weight]) => {
      at -= weight;
      return at < 0;
    });
    chosen?.[1]();
  }

  #below(n: number): number {
    return Math.floor(n * this.random());
  }

  #octets(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#below(256));
  }

  #powerUp(): TwinStation {
    this.host.entropies = Array.from({ length: 3 }, () => (this.random() < 0.2 ? null : this.#octets(32)));
    const station = new TwinStation(this.host);
    assert.equal(station.boot(), 0);
    return station;
  }

  #powerLoss(): void {
    this.#station = this.#powerUp();
    this.#taken = null;
  }

  /** One call, with what a refusal must leave as it was. */
  #call(what: string, call: () => { status: number; frame: Uint8Array | null }): Uint8Array | null {
    const seen = (): string =>
      [this.#station.state(), hex(this.#station.received()), hex(this.#station.triggerData())].join(" ");
    const [before, nvm] = [seen(), this.host.nvm.slice()];
    const { status, frame } = call();
    const name = status < 0 ? statusName(status) : "ok";
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (name !== "ok" && !MAY_ACT.includes(name)) {
      assert.equal(seen(), before, `AMP-R4: ${what} was refused with ${name}`);
      assert.equal(nvmDifference(nvm, this.host.nvm), "", `AMP-R4: ${what} was refused with ${name}`);
    }
    assert.equal(frame?.length ?? 0, Math.max(status, 0));
    return frame;
  }

  #receive(what: string, octets: Uint8Array): Uint8Array | null {
    this.#air.push(octets);
    const frame = this.#call(what, () => this.#station.receive(octets));
    if (frame !== null && frame[0] === FC.response) this.#m2(octets, frame);
    if (frame !== null && frame[0] === FC.data) this.#emitted(pnOf(splitFrame(frame)), frame);
    return frame;
  }

  /** AMP-R1: under one PTK and PN only one frame goes up, ever. */
  #emitted(pn: number, frame: Uint8Array): void {
    const use = `${this.#ptk} ${pn}`;
    assert.equal(this.#protected.get(use) ?? hex(frame), hex(frame), `AMP-R1: PN ${pn} protects one frame`);
    this.#protected.set(use, hex(frame));
  }

  /** Notes the PTK of an M2 as the trigger that it answers gives it. */
  #m2(m1: Uint8Array, m2: Uint8Array): void {
    const [down, up] = [splitFrame(m1), splitFrame(m2)];
    const { modifier, profile: number } = decodeTdc(down.tdc);
    const profile = profileOf(number);
    assert.ok(profile);
    const trigger = decodeTriggerBody(down.body, profile, modifier);
    const root = midstates(this.ap.rootOf(SPA, this.#newest));
    const pmk = pmkOf(root, trigger.modifier, trigger.aa, SPA);
    const sNonce = up.body.slice(0, profile.N);
    this.#ptk = hex(derive(pmk, ptkInput(trigger.aa, SPA, trigger.aNonce, sNonce)));
    this.#emitted(1, m2);
  }

  #trigger(): void {
    const profile = PROFILES[this.#below(3)];
    const aNonce = concat(new Uint8Array(profile.N - 4), bigEndian(this.#aNonces++, 4));
    const spa = this.random() < 0.3 ? null : SPA;
    const m2 = this.#receive("M1", this.ap.trigger({ profile, spa, aNonce, dlData: this.#octets(this.#below(8)) }));
    if (m2 !== null) {
      this.#taken = this.ap.respond(m2);
      assert.ok(this.#taken, "the AP takes every first M2");
    }
  }

  #confirm(): void {
    if (this.#taken === null) return;
    const wasWaiting = this.#station.state() === STATE.waiting;
    const sealed = this.random() < 0.2 ? this.#taken.prove() : this.#taken.confirm(this.#octets(this.#below(20)));
    this.#receive("M3", sealed.frame);
    if (wasWaiting && this.#station.state() === STATE.secure) this.counts.set("secure", 1);
  }

  #down(): void {
    if (this.#taken !== null) this.#receive("Data", this.#taken.data(this.#octets(this.#below(20))).frame);
  }

  #send(): void {
    const frame = this.#call("send", () => this.#station.send());
    if (frame === null) return;
    this.#emitted(pnOf(splitFrame(frame)), frame);
    assert.ok(this.#taken?.receive(frame), "the AP takes every Data frame of its session");
  }

  #setPayload(): void {
    const reading = this.#octets(this.#below(this.random() < 0.1 ? 56 : 17));
    this.#call("setPayload", () => ({
      status: this.#station.setPayload(reading, this.#below(this.random() < 0.1 ? 3 : 2)),
      frame: null,
    }));
  }

  #ack(): void {
    this.#receive("Ack", ackFrame(idOf(SPA)));
  }

  /** A downlink frame of any time before, octet for octet. */
  #again(): void {
    if (this.#air.length > 0) this.#receive("an old frame", this.#air[this.#below(this.#air.length)]);
  }

  /** One of them with one octet changed, and mostly a good FCS. */
  #forge(): void {
    if (this.#air.length === 0) return;
    const frame = this.#air[this.#below(this.#air.length)].slice();
    frame[this.#below(frame.length)] ^= 1 << this.#below(8);
    this.#receive("a forged frame", this.random() < 0.9 ? withFcs(frame.slice(0, -2)) : frame);
  }

  /** An update from trigger to proof, if the entropy lets the station answer. */
  #update(): void {
    this.ap.enrolUpdate(SPA, this.#newest, bigEndian(this.#newest + 1, 16));
    const [profile] = PROFILES;
    const aNonce = concat(new Uint8Array(profile.N - 4), bigEndian(this.#aNonces++, 4));
    const m2 = this.#receive("M1", this.ap.trigger({ profile, spa: SPA, aNonce }));
    if (m2 === null) return;
    this.#taken = this.ap.respond(m2);
    assert.ok(this.#taken);
    const answer = this.#receive("UPDATE", this.#taken.update(bigEndian(this.#newest + 1, 16)).frame);
    assert.ok(answer && this.#taken.receive(answer));
    this.#newest++;
  }
}

test("AMP-R1, AMP-R4: random walks: one frame per PTK and PN, a refusal changes nothing, all that is sent is taken", () => {
  const total = new Map<string, number>();
  for (let seed = 1; seed <= WALKS; seed++) {
    const walk = new Walk(seed);
    for (let step = 0; step < STEPS; step++) {
      try {
        walk.step();
      } catch (error) {
        throw new Error(`seed ${seed}, step ${step}`, { cause: error });
      }
    }
    for (const [name, count] of walk.counts) total.set(name, (total.get(name) ?? 0) + count);
  }
  // A walk that only ever met a few refusals would show little.
  const met: (StatusName | "ok" | "secure")[] = ["ok", "secure", "not for me", "bad FCS", "bad MIC", "replayed PN"];
  met.push(
    "no session",
    "reserved bits",
    "bad length",
    "bad type",
    "entropy failed",
    "bad argument",
    "payload too long",
  );
  for (const name of met) assert.ok(total.get(name), `the walks never met: ${name}`);
});
