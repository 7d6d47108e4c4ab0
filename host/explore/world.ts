/*
 * A device, its APs, its key service and the air between them, at one instant of an exchange: made anew from the same
 * few numbers as often as it is needed, so that everything can be tried from there.
 */
import { AccessPoint, type AccessPointOptions, type Received } from "../ap/accesspoint.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { nodeCrypto } from "../crypto/node.ts";
import type { Answer } from "../device/load.ts";
import { encodeRecord } from "../keys/record.ts";
import { KeyService, type KeyServiceOptions } from "../keys/service.ts";
import { Witness } from "../observer/witness.ts";
import { streamsOf } from "../sim/streams.ts";
import { FC } from "../wire/fc.ts";
import { MAC } from "../wire/mac.ts";
import { TRIGGER } from "../wire/trigger.ts";
import { Body } from "./body.ts";
import { type Backup, Crash, KeySide } from "./keyside.ts";
import type { Machine, Outcome } from "./machine.ts";
import { memoised } from "./memo.ts";
import { freshNoise, type Noise } from "./noise.ts";
import type { Variant } from "./variant.ts";

const text = new TextEncoder();
/** Of the APs, the key service and the witness. */
const CRYPTO = memoised(nodeCrypto);
const labelled = (label: string): Uint8Array => nodeCrypto.sha256(text.encode(`explore, ${label}`));

/** The stations of this folder: nobody's. */
export const SPA = Uint8Array.of(0x02, 0x5e, 0xed, 0x00, 0x00, 0x01);
export const PSK = labelled("PSK");
export const MASTER = labelled("service master key");
/** One below the device's address, one above: Min and Max of the PTK's context both ways. */
const AAS = [Uint8Array.of(0x02, 0x0a, 0xa0, 0, 0, 0x01), Uint8Array.of(0x06, 0x0a, 0xa0, 0, 0, 0x02)] as const;
const MODIFIER = labelled("Modifier").slice(0, 8);
const PROVISIONED = encodeRecord({ spa: SPA, psk: PSK, counter: 0 });
/** Where an M1 has its AA. */
export const AA_AT = MAC.body + TRIGGER.aa;
const READING_OCTETS = 12;
const SPAN_s = 0.01;
const STEP_s = 1e-3;

/** What a world is made of beside its exchange; a test may put faults in. */
export interface Makers {
  readonly makeAp: (options: AccessPointOptions) => AccessPoint;
  readonly makeService: (options: KeyServiceOptions) => KeyService;
}

export const HONEST: Makers = {
  makeAp: (options) => new AccessPoint(options),
  makeService: (options) => new KeyService(options),
};

export interface WorldOptions extends Makers {
  readonly machine: Machine;
  readonly variant: Variant;
  readonly seed: number;
  readonly noise?: Noise;
  readonly worn?: Body["worn"];
  /** Another root of generation 0. */
  readonly psk?: Uint8Array;
}

/** What may become of a reading between the AP that took it, the store, and the M3. */
export const DELIVERY = {
  lost: "the AP dies before the reading is stored",
  stored: "the reading is stored, and the AP dies before it hears of that",
  unsent: "the reading is stored, the M3 made, and the AP dies before it leaves",
  refused: "the store says that it has not taken the reading",
  untold: "the reading is stored, and nobody tells the AP",
  late: "the reading is stored after another M1 went out",
} as const;
export type Delivery = keyof typeof DELIVERY;

/** Something on the air, or a note of what happened. */
interface Event {
  readonly from: "AP" | "device" | "attacker" | "note";
  readonly octets: Uint8Array;
  readonly note: string;
}

export class World {
  readonly options: WorldOptions;
  readonly variant: Variant;
  readonly crypto: Crypto;
  readonly witness: Witness;
  readonly keys: KeySide;
  readonly aps: readonly AccessPoint[];
  readonly device: Body;
  readonly psk: Uint8Array;
  /** All that happened, in order. */
  readonly events: Event[] = [];
  now_s = 0;
  /** What becomes of the next reading that an AP takes; undefined: it is stored, and its M3 leaves. */
  delivery: Delivery | undefined;
  #before: Backup | undefined;
  #readings = 0;
  /** What the device was told to say. */
  reading: Uint8Array = new Uint8Array(0);

  constructor(options: WorldOptions) {
    const { machine, variant, seed, makeAp, makeService, noise = freshNoise(`seed ${seed}`), psk = PSK } = options;
    this.options = options;
    this.variant = variant;
    const stream = streamsOf(nodeCrypto, seed)("access point");
    this.crypto = { ...CRYPTO, randomBytes: (length) => stream.fill(new Uint8Array(length)) };
    this.witness = new Witness(CRYPTO, { spa: SPA, psk, master: MASTER });
    this.psk = psk;
    const isDirect = variant.keying === "direct";
    this.keys = new KeySide({
      crypto: this.crypto,
      master: MASTER,
      aas: isDirect ? AAS.slice(0, 1) : AAS,
      modifier: isDirect ? "direct" : MODIFIER,
      spa: SPA,
      psk,
      makeService,
    });
    const { desk } = this.keys;
    this.aps = this.keys.tables.map((keys) => {
      return makeAp({ crypto: this.crypto, keys, service: desk, triggerSpan_s: () => SPAN_s });
    });
    this.device = new Body(machine, this.witness, PROVISIONED, noise);
    this.device.worn = options.worn;
    this.device.enter();
  }

  note(note: string): void {
    this.events.push({ from: "note", octets: new Uint8Array(0), note });
  }

  /** Power comes back: RAM as the death left it. */
  boot(...ram: Parameters<Body["boot"]>): Outcome {
    const outcome = this.device.boot(...ram);
    this.note(`power-up, amp_boot answers ${outcome?.status}`);
    return outcome;
  }

  /** Power fails between two calls. */
  die(): void {
    this.device.isOn = false;
  }

  /** The next reading, like none before. */
  nextReading(): Uint8Array {
    const reading = new Uint8Array(READING_OCTETS).fill(0x30);
    new DataView(reading.buffer).setUint32(0, 0x52000000 + ++this.#readings);
    this.reading = reading;
    return reading;
  }

  read(): void {
    this.device.call({ kind: "setPayload", reading: this.nextReading(), encrypt: this.variant.mode === "ccm" });
  }

  /** A new M1 of an AP, on the air. */
  trigger(ap = 0): Uint8Array {
    this.#tick();
    const m1 = this.aps[ap].trigger(
      0,
      {
        to: "broadcast",
        profile: this.variant.profile,
        acwe: 0,
        ulRate: 0,
        access: 0,
        slots: 1,
        slotDuration_4us: 255,
        data: text.encode("LED1"),
      },
      this.now_s,
    );
    return this.#air("AP", m1, "");
  }

  /** The same M1 again, if its session is open. */
  repeat(ap = 0): Uint8Array | undefined {
    this.#tick();
    const m1 = this.aps[ap].repeat(0, this.now_s);
    return m1 && this.#air("AP", m1, "repeated");
  }

  /** A frame reaches the device; its answer, if any, is not on the air yet. */
  hears(frame: Uint8Array, isAttack = false): Answer | undefined {
    if (isAttack) this.#air("attacker", frame, "to the device");
    return this.device.call({ kind: "receive", frame });
  }

  /** The first octets of what the device sends go on the air, and an AP receives them: what it answers, if it does. */
  sends(frame: Uint8Array, octets = frame.length, ap = 0): Uint8Array | undefined {
    if (octets === 0) return undefined;
    this.witness.sentUp(frame);
    const sent = frame.slice(0, octets);
    return this.reaches(this.#air("device", sent, octets < frame.length ? `cut after ${octets} octets` : ""), ap);
  }

  /** Octets reach an AP, whoever sent them: its M3 if it takes or knows the M2. */
  reaches(octets: Uint8Array, ap = 0, isAttack = false): Uint8Array | undefined {
    if (isAttack) this.#air("attacker", octets, "to the AP");
    this.#tick();
    let received: Received;
    try {
      received = this.aps[ap].receive(0, octets, this.now_s);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.note("the key service dies");
      this.keys.restart();
      return undefined;
    }
    switch (received.kind) {
      case "again":
        this.witness.confirmed(octets, received.m3);
        return this.#air("AP", received.m3, "again");
      case "data":
        this.witness.dataTaken(octets, received.payload);
        return undefined;
      case "proof":
        this.witness.dataTaken(octets, undefined);
        return undefined;
      case "reading":
        return this.#confirm(octets, received, ap);
      default:
        return undefined;
    }
  }

  /** DL Data of an AP. */
  data(ap = 0): Uint8Array | undefined {
    this.#tick();
    const { octets } = this.aps[ap].data(SPA, text.encode("valve open"), this.now_s);
    if (octets === undefined) return undefined;
    this.witness.sentDown(octets);
    return this.#air("AP", octets, "");
  }

  /** UL Data of the device reaches an AP. */
  says(ap = 0): boolean {
    this.read();
    const frame = this.device.call({ kind: "send" })?.frame;
    if (frame) this.sends(frame, frame.length, ap);
    return frame !== undefined;
  }

  /** The key service is asked for the next root; what was durable before is kept as a copy. */
  startUpdate(): void {
    this.#before = this.keys.backup();
    this.keys.service.startUpdate(SPA);
  }

  /** A root update was begun in this world. */
  get hasUpdated(): boolean {
    return this.#before !== undefined;
  }

  /** The key service is restored from the copy of before the last update. */
  rollBackService(): void {
    if (this.#before) this.keys.rollBack(this.#before);
  }

  /** The APs restart with what the service gave them before the last update; the service does not know of it. */
  rollBackAps(): void {
    for (const ap of this.aps) ap.restart();
    if (this.#before) this.keys.rollBackTables(this.#before);
  }

  /** A whole exchange, from M1 to whatever its M3 sets off. Did the device get to state 3? */
  exchange(ap = 0): boolean {
    this.read();
    const m2 = this.hears(this.trigger(ap))?.frame;
    const m3 = m2 && this.sends(m2, m2.length, ap);
    const answer = m3 && this.hears(m3);
    if (answer?.frame) this.sends(answer.frame, answer.frame.length, ap);
    return answer !== undefined && this.device.state === 3;
  }

  /** Frames that went over the air so far, both ways; the attacker has all of them. */
  heard(way: "down" | "up"): Uint8Array[] {
    const from = way === "down" ? "AP" : "device";
    return this.events.filter((event) => event.from === from).map(({ octets }) => octets);
  }

  /** The last frame of that type that went over the air. */
  last(type: keyof typeof FC): Uint8Array | undefined {
    return this.events.findLast(({ from, octets }) => from !== "attacker" && octets[MAC.fc] === FC[type])?.octets;
  }

  #confirm(m2: Uint8Array, { reading }: Extract<Received, { kind: "reading" }>, ap: number): Uint8Array | undefined {
    const { delivery } = this;
    this.delivery = undefined;
    this.witness.taken(m2, reading.payload);
    if (delivery) this.note(DELIVERY[delivery]);
    if (delivery === "refused") {
      reading.failed();
      this.witness.failed(m2);
      return undefined;
    }
    if (delivery !== "lost") this.witness.delivered(m2);
    if (delivery === "untold") return undefined;
    if (delivery === "late") this.trigger(ap);
    const isTold = delivery === undefined || delivery === "unsent" || delivery === "late";
    const confirmation = isTold ? reading.delivered(this.now_s, text.encode("ok, got it")) : undefined;
    if (delivery === "late") {
      if (confirmation) this.witness.accuse("AMP-R3", "an M3 was made in a session that had closed");
      return undefined;
    }
    if (delivery) this.aps[ap].restart();
    if (delivery || confirmation === undefined) return undefined;
    this.witness.confirmed(m2, confirmation.m3);
    return this.#air("AP", confirmation.m3, confirmation.carries === "data" ? "" : `carries ${confirmation.carries}`);
  }

  #air(from: Event["from"], octets: Uint8Array, note: string): Uint8Array {
    this.events.push({ from, octets, note });
    return octets;
  }

  #tick(): void {
    this.now_s += STEP_s;
  }
}
