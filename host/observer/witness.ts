/*
 * Someone who knows all keys of a device, sees every octet on the air, every answer and every NVM write of a station and
 * every decision of its APs, and holds them to PROTOCOL.md as it is written: stricter, and slower, than observer.ts, which
 * watches whole simulations and derives no key.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { STATUS, statusName } from "../device/abi.ts";
import { decodeRecord } from "../keys/record.ts";
import { bindingOf } from "../wire/binding.ts";
import { checkDownlink, checkUplink } from "../wire/check.ts";
import { FC } from "../wire/fc.ts";
import { idOf } from "../wire/id.ts";
import { MAC } from "../wire/mac.ts";
import type { Confirm, Data } from "../wire/numbered.ts";
import { equalOctets, toHex } from "../wire/octets.ts";
import { open } from "../wire/protect.ts";
import type { SessionKeys } from "../wire/ptk.ts";
import type { Response } from "../wire/response.ts";
import type { Trigger } from "../wire/trigger.ts";
import { Keyring, type Secrets } from "./keyring.ts";
import { breachesOf, kindOf, missesCache, tornField } from "./nvmrules.ts";
import { RULES, type Rule } from "./rules.ts";
import { isFor, isTaken, type Seen } from "./seen.ts";

export const WITNESSED = {
  ...RULES,
  "section 7":
    "boot and Data write nothing, M1 one counter cell a life; a check field stands behind whole octets only; what cannot be read is not used",
} as const satisfies Record<Rule | "section 7", string>;
export type WitnessedRule = keyof typeof WITNESSED;

export interface Violation {
  readonly rule: WitnessedRule;
  readonly what: string;
}

const [IDLE, WAITING, SECURE] = [1, 2, 3];
/** Refusals of frames whose MIC was right, or that NVM and noise are the reason of: they may leave a trace. */
const BEYOND_R4: readonly number[] = [STATUS["bad command"], STATUS["NVM failed"], STATUS["entropy failed"]];
/** What a station may answer to an intact M1 in state 1 beside an M2. */
const EXCUSES: readonly number[] = [
  STATUS["payload too long"],
  STATUS["entropy failed"],
  STATUS["NVM failed"],
  STATUS["PN exhausted"],
];
const NOTHING = new Uint8Array(0);
const VIOLATIONS_MAX = 32;

/** From an M2 that a station made. */
interface Session {
  readonly station: number;
  readonly m1: Uint8Array;
  readonly trigger: Trigger;
  readonly m2: Uint8Array;
  readonly keys: SessionKeys | undefined;
  readonly reading: Uint8Array;
  isTaken: boolean;
  isDelivered: boolean;
  /** The AP's M3, with what it carries in clear if that is for the station's user. */
  m3: { readonly octets: Uint8Array; readonly dlData: Uint8Array } | undefined;
  /** Of the station: what it holds for its user, and the last PN taken. */
  dlData: Uint8Array;
  dlPn: number;
  isCacheUnread: boolean;
  /** UL Data frames on the air, and whether an AP has taken them. */
  readonly up: Map<string, { readonly payload: Uint8Array; isTaken: boolean }>;
}

/** One station's life. */
interface Life {
  session: Session | undefined;
  reading: Uint8Array;
  hasCounted: boolean;
}

export class Witness {
  readonly violations: Violation[] = [];
  readonly #crypto: Crypto;
  readonly #spa: Uint8Array;
  readonly #id: number;
  readonly #keyring: Keyring;
  readonly #lives: Life[] = [];
  readonly #sNonces = new Map<string, string>();
  /** Frame by key, direction and PN. */
  readonly #uses = new Map<string, string>();
  readonly #sessions = new Map<string, Session>();

  constructor(crypto: Crypto, secrets: Secrets) {
    this.#crypto = crypto;
    this.#spa = secrets.spa;
    this.#id = idOf(crypto, secrets.spa);
    this.#keyring = new Keyring(crypto, secrets);
  }

  /** Something broke a rule. */
  accuse(rule: WitnessedRule, what: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push({ rule, what });
  }

  /** The station's reading is this from now on. */
  reads(reading: Uint8Array, station = 0): void {
    this.#life(station).reading = reading.slice();
  }

  /** A call of the station returned. */
  called(seen: Seen, station = 0): void {
    const life = this.#life(station);
    const { kind, answer, frame = NOTHING, before, after, isUntouched, wrote, unread } = seen;
    if (kind === "boot") {
      this.#lives[station] = { session: undefined, reading: NOTHING, hasCounted: false };
      const isBooted = answer.status === 0 || unread.length > 0;
      this.#hold("AMP-R7", isBooted, () => `amp_boot answered ${told(answer.status)}`);
      this.#hold("AMP-R5", answer.status !== 0 || after === IDLE, () => `it woke up in state ${after}`);
    }
    if (kind === "receive") {
      const isRefused = answer.status < 0 && !BEYOND_R4.includes(answer.status);
      const isTraceless = isUntouched && after === before && wrote.length === 0;
      this.#hold("AMP-R4", !isRefused || isTraceless, () => `a frame refused with ${told(answer.status)} left a trace`);
      if (frame[MAC.fc] === FC.Trigger) this.#triggered(life, station, seen);
      else if (isTaken(seen)) this.#took(life, seen);
      else this.#hold("AMP-R4", after === before, () => `a refused frame changed the state to ${after}`);
    }
    this.#accessed(life, seen);
    const { session } = this.#life(station);
    const isSecure = after === SECURE && session?.m3 !== undefined;
    const dlData = isSecure ? session.dlData : NOTHING;
    const triggerData = isSecure ? session.trigger.dlData : NOTHING;
    const isRight = equalOctets(seen.received, dlData) && equalOctets(seen.triggerData, triggerData);
    this.#hold("AMP-R5", isRight, () => {
      return `in state ${after} it hands out ${toHex(seen.received)} and ${toHex(seen.triggerData)}`;
    });
  }

  /** At least one octet of a frame that a station made is on the air: the key and PN of all of it are used up. */
  sentUp(octets: Uint8Array, station = 0): void {
    const { session, reading } = this.#life(station);
    const { frame } = checkUplink(octets);
    if (frame === undefined || frame.type === "Ack" || session === undefined) {
      this.accuse("AMP-R4", `it sent ${toHex(octets)}, which is no frame of a session`);
      return;
    }
    const { keys } = session;
    const payload =
      keys &&
      open(this.#crypto, keys, frame, {
        a2: this.#spa,
        m1: frame.type === "Response" ? bindingOf(session.trigger) : undefined,
      });
    if (keys === undefined || !payload) {
      this.accuse("AMP-R1", `a ${frame.type} went up under a key that is not the session's`);
      return;
    }
    const pn = frame.type === "Response" ? 1 : frame.pn;
    this.#use(keys, frame.encrypted, "up", pn, octets);
    if (frame.type === "Response") {
      this.#hold(
        "AMP-R3",
        equalOctets(payload, session.reading),
        () => `an M2 with another reading: ${toHex(payload)}`,
      );
      return;
    }
    this.#hold("AMP-R5", session.m3 !== undefined, () => "UL Data went up before an M3 was there");
    const isAnswer = frame.encrypted && payload[0] === 0x81;
    this.#hold(
      "AMP-R3",
      isAnswer || equalOctets(payload, reading),
      () => `UL Data with another reading: ${toHex(payload)}`,
    );
    session.up.set(textOf(octets), { payload: payload.slice(), isTaken: false });
  }

  /** An AP took a reading out of an M2. */
  taken(m2: Uint8Array, reading: Uint8Array): void {
    const session = this.#sessions.get(textOf(m2));
    if (!session) {
      this.accuse("AMP-R3", `a reading was taken that nobody sent: ${toHex(reading)}`);
      return;
    }
    this.#hold("AMP-R3", session.station === 0, () => "a reading was taken that another station sent in its name");
    this.#hold("AMP-R3", equalOctets(session.reading, reading), () => `${toHex(reading)} was taken and not sent`);
    this.#hold("AMP-R3", !session.isTaken, () => "a reading was taken twice for one M2");
    session.isTaken = true;
    let readings = 0;
    for (const other of this.#sessions.values()) if (other.isTaken && equalOctets(other.m1, session.m1)) readings++;
    this.#hold("AMP-R3", readings === 1, () => `${readings} readings were taken under one ANonce`);
  }

  /** The reading of that M2 is durable. */
  delivered(m2: Uint8Array): void {
    const session = this.#sessions.get(textOf(m2));
    if (!session) return;
    this.#hold("AMP-R3", !session.isDelivered, () => "a reading was delivered twice for one M2");
    session.isDelivered = true;
  }

  /** The reading of that M2 is certainly not stored: it may be taken once more. */
  failed(m2: Uint8Array): void {
    const session = this.#sessions.get(textOf(m2));
    if (session) session.isTaken = false;
  }

  /** An AP answers that M2. */
  confirmed(m2: Uint8Array, m3: Uint8Array): void {
    const session = this.#sessions.get(textOf(m2));
    const { frame } = checkDownlink(m3);
    if (session?.keys === undefined || frame?.type !== "Confirm") {
      this.accuse("AMP-R3", "an M3 that is none, or answers no M2");
      return;
    }
    this.#hold("AMP-R3", session.isTaken && session.isDelivered, () => "an M3 for a reading that was not delivered");
    this.#use(session.keys, frame.encrypted, "down", frame.pn, m3);
    const payload = this.#opened(session, frame);
    if (payload === undefined) {
      this.accuse("AMP-R1", "an M3 under a key that is not the session's");
      return;
    }
    session.m3 ??= { octets: m3.slice(), dlData: frame.command ? NOTHING : payload };
  }

  /** An AP sends DL Data. */
  sentDown(octets: Uint8Array): void {
    const { frame } = checkDownlink(octets);
    if (frame?.type !== "Data") {
      this.accuse("AMP-R4", "DL Data that is none");
      return;
    }
    for (const session of this.#sessions.values()) {
      if (session.keys === undefined || this.#opened(session, frame) === undefined) continue;
      this.#use(session.keys, frame.encrypted, "down", frame.pn, octets);
      return;
    }
    this.accuse("AMP-R1", "DL Data under a key that is no session's");
  }

  /** An AP took UL Data, as a reading or as a proof. */
  dataTaken(octets: Uint8Array, payload: Uint8Array | undefined): void {
    for (const session of this.#sessions.values()) {
      const sent = session.up.get(textOf(octets));
      if (!sent) continue;
      this.#hold("AMP-R3", !sent.isTaken, () => "UL Data was taken twice");
      this.#hold("AMP-R3", !payload || equalOctets(payload, sent.payload), () => "UL Data was taken and not sent so");
      sent.isTaken = true;
      return;
    }
    this.accuse("AMP-R3", `UL Data was taken that nobody sent: ${toHex(octets)}`);
  }

  /** What the NVM holds at the end, and the generations whose root the key service has for the device. */
  shares(image: Uint8Array, generations: readonly number[]): void {
    const slots = decodeRecord(image).slots.map((slot, i) => ({ ...slot, octets: image.subarray(32 + 72 * i) }));
    const newest = slots.find((slot) => slot.newest);
    const generation = newest?.generation ?? -1;
    const isShared = generations.includes(generation) && newest !== undefined;
    this.#hold("section 6", isShared, () => `it uses generation ${generation}, the key service ${generations}`);
    const isIt = !isShared || this.#keyring.isRoot(generation, newest.octets);
    this.#hold("section 6", isIt, () => `its root ${generation} is not the key service's`);
  }

  /** What a death left, and the write that was in flight: PROTOCOL.md section 7's order of octets. */
  survives(image: Uint8Array, inFlight: number | undefined): void {
    const torn = tornField(image, inFlight);
    this.#hold("section 7", torn === undefined, () => `a check field stands behind half written octets: ${torn}`);
  }

  #triggered(life: Life, station: number, { frame = NOTHING, answer, before, after }: Seen): void {
    const { frame: trigger } = checkDownlink(frame);
    const { frame: m2, status } = answer;
    this.#hold("AMP-R5", m2 !== undefined || after === before, () => `an M1 that was refused led to state ${after}`);
    if (trigger?.type === "Trigger" && before === IDLE && isFor(trigger, { id: this.#id, spa: this.#spa })) {
      const isAnswered = m2 !== undefined || EXCUSES.includes(status);
      this.#hold("AMP-R7", isAnswered, () => `an M1 was answered with ${told(status)}`);
    }
    if (!m2) return;
    if (trigger?.type !== "Trigger") {
      this.accuse("AMP-R4", "what is no M1 was answered with an M2");
      return;
    }
    const { session } = life;
    if (session && equalOctets(session.m1, frame) && before === WAITING && equalOctets(session.m2, m2)) return;
    this.#begin(life, station, frame, trigger, m2);
  }

  /** A new M2. */
  #begin(life: Life, station: number, m1: Uint8Array, trigger: Trigger, octets: Uint8Array): void {
    const { frame } = checkUplink(octets);
    if (frame?.type !== "Response") {
      this.accuse("AMP-R4", `an M1 was answered with ${toHex(octets)}`);
      return;
    }
    const sNonce = textOf(frame.sNonce.subarray(0, 16));
    const whole = textOf(octets);
    this.#hold("AMP-R2", !this.#sNonces.has(sNonce), () => `the SNonce ${toHex(frame.sNonce)} was used twice`);
    this.#sNonces.set(sNonce, whole);
    const session: Session = {
      station,
      m1: m1.slice(),
      // Its octet strings are views.
      trigger: checkDownlink(m1.slice()).frame as Trigger,
      m2: octets.slice(),
      keys: this.#keysOf(trigger, frame),
      reading: life.reading,
      isTaken: false,
      isDelivered: false,
      m3: undefined,
      dlData: NOTHING,
      dlPn: 1,
      isCacheUnread: false,
      up: new Map(),
    };
    life.session = session;
    this.#sessions.set(whole, session);
  }

  /** The keys that it was made under; undefined: under none of this exchange. */
  #keysOf(trigger: Trigger, m2: Response): SessionKeys | undefined {
    for (const generation of this.#keyring.candidates(m2.generation)) {
      const keys = this.#keyring.sessionKeys(trigger, m2.sNonce, generation);
      if (!open(this.#crypto, keys, m2, { a2: this.#spa, m1: bindingOf(trigger) })) continue;
      this.#keyring.saw(generation);
      return keys;
    }
    return undefined;
  }

  /** M3, Data or an Ack was taken. */
  #took(life: Life, { frame = NOTHING, answer: { status }, before, after }: Seen): void {
    const { session } = life;
    const { frame: taken } = checkDownlink(frame);
    if (taken?.type === "Ack") return;
    if (taken?.type === "Confirm") {
      const isTheAps = session?.m3 !== undefined && equalOctets(session.m3.octets, frame);
      this.#hold("AMP-R4", isTheAps && before === WAITING, () => "it took an M3 that no AP made for its M2");
      this.#hold("AMP-R4", after === SECURE, () => `a good M3 led to state ${after}`);
      const isMeant = status !== STATUS["NVM failed"] || taken.command;
      this.#hold("section 7", isMeant, () => "an M3 without a command was answered NVM failed");
      if (session?.m3) session.dlData = session.m3.dlData;
      return;
    }
    const payload = session && taken?.type === "Data" ? this.#opened(session, taken) : undefined;
    if (session === undefined || taken?.type !== "Data" || payload === undefined || before !== SECURE) {
      this.accuse("AMP-R4", `it took ${toHex(frame)}, which no AP made for it`);
      return;
    }
    this.#hold("AMP-R1", taken.pn > session.dlPn, () => `it took DL Data with PN ${taken.pn} after ${session.dlPn}`);
    session.dlPn = taken.pn;
    session.dlData = payload;
  }

  /** The plaintext of a frame that goes down in that session; undefined: its MIC does not fit. */
  #opened({ keys, trigger }: Session, frame: Confirm | Data): Uint8Array | undefined {
    if (!keys) return undefined;
    const m1 = frame.type === "Confirm" ? bindingOf(trigger) : undefined;
    return open(this.#crypto, keys, frame, { a2: trigger.aa, m1 })?.slice();
  }

  #use({ kck, tk }: SessionKeys, encrypted: boolean, way: "up" | "down", pn: number, octets: Uint8Array): void {
    const use = `${textOf(encrypted ? tk : kck)}${encrypted}${way}${pn}`;
    const frame = textOf(octets);
    const other = this.#uses.get(use);
    this.#hold("AMP-R1", other === undefined || other === frame, () => {
      return `two different frames ${way} under one key with PN ${pn}`;
    });
    this.#uses.set(use, frame);
  }

  #accessed(life: Life, { kind, frame = NOTHING, answer, wrote, unread }: Seen): void {
    if (wrote.length === 0 && unread.length === 0 && answer.status >= 0) return;
    const named = kind === "receive" ? kindOf(frame[MAC.fc]) : kind;
    const { session, hasCounted } = life;
    const { isCacheUnread = false } = session ?? {};
    const access = { kind: named, status: answer.status, wrote, unread, hasCounted, isCacheUnread };
    for (const breach of breachesOf(access)) this.accuse("section 7", breach);
    if (named === "Trigger" && wrote.length > 0) life.hasCounted = true;
    if (named === "Trigger" && session && answer.frame && missesCache(unread)) session.isCacheUnread = true;
  }

  #life(station: number): Life {
    this.#lives[station] ??= { session: undefined, reading: NOTHING, hasCounted: false };
    return this.#lives[station];
  }

  #hold(rule: WitnessedRule, isKept: boolean, what: () => string): void {
    if (!isKept) this.accuse(rule, what());
  }
}

function textOf(octets: Uint8Array): string {
  return String.fromCharCode.apply(undefined, octets as unknown as number[]);
}

function told(status: number): string {
  return `${statusName(status) ?? `status ${status}`}`;
}
