/**
 * Random walks over everything that can be done to a station, played on the twin and kept as a script that any station
 * can be held to. A walk is its seed; nothing else in it is random.
 */
import { type ApSession, PLAIN_TRIGGER_INFO, TwinAp } from "../twin/ap.ts";
import { bigEndian, concat, hex, unhex } from "../twin/bytes.ts";
import { ackFrame, FC, idOf, PROFILES, payloadMax_octets, type TriggerInfo, withFcs } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import type { NvmRange } from "../twin/host.ts";
import { nextGeneration } from "../twin/keys.ts";
import { seededRandom } from "../twin/life.ts";
import { CACHE, CELLS, HEAD, RECORD_octets, SLOTS } from "../twin/record.ts";
import { numberedFrame, type Session } from "../twin/session.ts";
import { OPCODE, proveCommand, updateCommand } from "../twin/update.ts";
import { type Ask, type Script, ScriptRecorder, type Step } from "../vectors/script.ts";
import { AA_HIGH, AA_LOW, MODIFIER, SPA } from "../vectors/world.ts";
import { startingRecord } from "./records.ts";

/** What may fail as a whole; the cells are read in one go. */
const OBJECTS: readonly NvmRange[] = [
  HEAD,
  { offset: CELLS[0].offset, length: 16 },
  ...SLOTS,
  CACHE,
  { offset: 0, length: RECORD_octets },
];

/** A session that the walk's AP has, and what it has used up of it. */
interface Taken {
  readonly ap: TwinAp;
  readonly session: Session;
  dlPn: number;
}

type Deed = readonly [weight: number, deed: () => void];

export class Walk {
  readonly random: () => number;
  readonly #recorder: ScriptRecorder;
  readonly #aps: readonly TwinAp[];
  readonly #deeds: readonly Deed[];
  readonly #air: Uint8Array[] = [];
  #taken: Taken | null = null;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    const { nvm, generation, root } = startingRecord(this.below);
    const entropy = Array.from({ length: 30 }, () => this.#noise());
    this.#recorder = new ScriptRecorder(nvm, entropy);
    this.#aps = [new TwinAp(AA_LOW, MODIFIER), new TwinAp(AA_HIGH, this.octets(8)), new TwinAp(AA_LOW, null)];
    for (const ap of this.#aps) ap.enrol(SPA, generation, root);
    const stranger = new TwinAp(this.random() < 0.5 ? SPA : this.octets(6), MODIFIER);
    stranger.enrol(SPA, generation, this.octets(32));
    this.#deeds = [
      [6, () => this.#trigger(this.#often(this.#aps))],
      [0.5, () => this.#trigger(stranger)],
      [6, () => this.#confirm()],
      [4, () => this.#data()],
      [2, () => this.#command()],
      [2, () => this.#receive(this.#someFrame())],
      [5, () => this.#receive(this.#forged(this.#someFrame()))],
      [3, () => this.#setPayload()],
      [3, () => this.play({ call: "send" })],
      [1, () => this.play({ call: "received" })],
      [1, () => this.play({ call: "triggerData" })],
      [0.7, () => this.#receive(this.random() < 0.5 ? ackFrame(idOf(SPA)) : ackFrame(this.below(65536)))],
      [0.3, () => this.play({ call: "boot", ...this.#fault() })],
      [0.8, () => this.#powerLoss()],
    ];
    this.play({ call: "boot" });
  }

  /** Plays `steps` deeds and returns all of it. */
  script(steps: number): Script {
    for (let step = 0; step < steps; step++) this.#deed()();
    return this.#recorder.script();
  }

  #deed(): () => void {
    let at = this.random() * this.#deeds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, deed] of this.#deeds) {
      at -= weight;
      if (at < 0) return deed;
    }
    return this.#deeds[0][1];
  }

  readonly below = (n: number): number => Math.floor(n * this.random());

  /** The first of three mostly, so that sessions meet the cache entry of the one before. */
  #often<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.below(2) * this.below(3)];
  }

  octets(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  play(ask: Ask): Step {
    return this.#recorder.play(ask);
  }

  /** Good noise mostly; else a source that fails, or one that is stuck. */
  #noise(): Uint8Array | null {
    const kind = this.below(10);
    if (kind === 0) return null;
    return kind === 1 ? new Uint8Array(32).fill(this.below(256)) : this.octets(32);
  }

  /** Now and then a part of NVM cannot be read or written while a call lasts. */
  #fault(): Partial<Ask> {
    const range = OBJECTS[this.below(OBJECTS.length)];
    switch (this.below(24)) {
      case 0:
        return { unreadable: range };
      case 1:
        return { unwritable: range };
      case 2: {
        // Any octets: a write may fail at its check field, or at its second step.
        const few = { offset: this.below(RECORD_octets - 8), length: 1 + this.below(8) };
        return this.random() < 0.5 ? { unwritable: few } : { unreadable: few };
      }
      default:
        return {};
    }
  }

  #receive(frame: Uint8Array): Step {
    this.#air.push(frame);
    return this.play({ call: "receive", frame: hex(frame), ...this.#fault() });
  }

  #trigger(ap: TwinAp): void {
    const profile = this.#often(PROFILES);
    const room = 64 - 12 - profile.N - (ap.modifier === null ? 0 : 8);
    const spa = this.random() < 0.2 ? null : SPA;
    const dlData = this.octets(this.random() < 0.5 ? 0 : this.below(room + 1));
    const m1 = ap.trigger({ profile, spa, aNonce: this.octets(profile.N), dlData, info: this.#info() });
    const { reply } = this.#receive(m1);
    const answered: ApSession | null = reply === undefined ? null : ap.respond(unhex(reply));
    if (answered !== null) this.#taken = { ap, session: answered.session, dlPn: 1 };
  }

  #info(): TriggerInfo {
    if (this.random() < 0.9) return PLAIN_TRIGGER_INFO;
    const info = { sessionId: this.below(256), acwe: this.below(16), slotDuration_4us: this.below(65536) };
    const odd = { ulRate: this.below(4), access: this.below(4), slots: this.below(3), reserved: this.below(2) };
    return { ...info, ...odd };
  }

  /** M3 with any payload: of this session with its PN mostly, else with another, or in the wrong direction. */
  #confirm(): void {
    if (this.#taken === null) return;
    this.#numbered(this.#taken, FC.confirm, this.random() < 0.9 ? 1 : this.below(4), this.#payload(), false);
  }

  #data(): void {
    const taken = this.#taken;
    if (taken === null) return;
    const pn = this.random() < 0.8 ? Math.min(taken.dlPn + 1 + this.below(3), 65535) : this.below(taken.dlPn + 2);
    taken.dlPn = Math.max(taken.dlPn, pn);
    if (this.random() < 0.01) taken.dlPn = 65534;
    this.#numbered(taken, FC.data, pn, this.#payload(), false);
  }

  /** An M3 with a command: a right one, or one that is wrong in one way. */
  #command(): void {
    const taken = this.#taken;
    if (taken === null) return;
    const { generation } = taken.session;
    const next = nextGeneration(generation);
    const modifierPrime = bigEndian(next, 16);
    for (const ap of this.#aps) ap.enrolUpdate(SPA, generation, modifierPrime);
    const update = updateCommand(midstates(taken.ap.rootOf(SPA, generation)), modifierPrime, next, SPA);
    const wrong = update.slice();
    wrong[this.below(26)] ^= 1 << this.below(8);
    const commands = [
      ...[update, update, update, wrong, wrong],
      ...[proveCommand(), concat(OPCODE.update, generation, this.octets(24))],
      ...[update.slice(0, 25), concat(update, 0), this.octets(this.below(5))],
    ];
    this.#numbered(taken, FC.confirm, 1, commands[this.below(commands.length)], true);
  }

  #numbered({ session }: Taken, fc: number, pn: number, payload: Uint8Array, command: boolean): void {
    const a2 = this.random() < 0.95 ? session.aa : session.spa;
    const encrypted = command || this.random() < 0.6;
    const sent: Session = this.random() < 0.95 ? session : { ...session, generation: session.generation + 1 };
    this.#receive(numberedFrame(sent, fc, a2, pn, payload, { encrypted, command }).frame);
  }

  #payload(): Uint8Array {
    const max = payloadMax_octets(this.#taken?.session.profile ?? PROFILES[0]);
    return this.octets(this.random() < 0.7 ? this.below(20) : this.below(max + 1));
  }

  /** Any frame of before, down or up (an echo). */
  #someFrame(): Uint8Array {
    return this.#air.length > 0 ? this.#air[this.below(this.#air.length)] : ackFrame(idOf(SPA));
  }

  /** That frame with something changed, and mostly a good FCS behind it. */
  #forged(frame: Uint8Array): Uint8Array {
    const body = frame.slice(0, -2);
    switch (this.below(6)) {
      case 0:
        body[0] = [0x08, 0x19, 0x1a, 0x1b, 0x0c, this.below(256)][this.below(6)];
        break;
      case 1:
        if (body.length > 4) body[4] ^= 1 << this.below(8); // generation, profile, Command, reserved
        break;
      case 2:
        if (body.length > 5) body[3] = body.length - 6; // the length that it has
        break;
      case 3:
        return withFcs(this.random() < 0.5 ? body.slice(0, this.below(body.length + 1)) : concat(body, this.octets(3)));
      default:
        if (body.length > 0) body[this.below(body.length)] ^= 1 << this.below(8);
    }
    return this.random() < 0.93 ? withFcs(body) : concat(body, this.octets(2));
  }

  #setPayload(): void {
    const encrypt = this.random() < 0.95 ? this.below(2) : 2 + this.below(3);
    if (encrypt > 1 || this.random() < 0.05) {
      this.play({ call: "setPayloadLength", length: [55, 64, 255, -1, 2 ** 31 - 1][this.below(5)], encrypt });
    } else {
      const length = this.random() < 0.8 ? this.below(25) : this.below(55);
      this.play({ call: "setPayload", reading: hex(this.octets(length)), encrypt });
    }
  }

  /** Power fails between two calls; now and then the record has changed when it comes back, or nobody boots. */
  #powerLoss(): void {
    this.play({ call: "powerLoss" });
    if (this.random() < 0.15) {
      const { offset, length } = this.random() < 0.8 ? CACHE : OBJECTS[1];
      this.play({ call: "damage", offset: offset + this.below(length), octets: hex(this.octets(1)) });
    }
    if (this.random() < 0.9) this.play({ call: "boot", ...this.#fault() });
  }
}
