/*
 * Someone who sees every frame on the air, every reading at both ends and what the stations' NVM holds, and counts what
 * should not happen. It takes no part: a run with and without it is the same run.
 *
 * A key is told by what it is made of: two frames of one station are under one PTK exactly when their ANonce and SNonce
 * are the same (PROTOCOL.md section 1), so that R1 can be held without deriving any.
 * AMP-R6 is of a kind that a run cannot show; the traces of tests/secrets do.
 */
import { STATUS } from "../device/abi.ts";
import type { Answer } from "../device/load.ts";
import { hmacMidstates } from "../keys/midstate.ts";
import { decodeRecord } from "../keys/record.ts";
import { FC } from "../wire/fc.ts";
import { MAC } from "../wire/mac.ts";
import { equalOctets, readBe16, readLe16, toHex } from "../wire/octets.ts";
import { profileOf } from "../wire/profile.ts";
import { readTdc } from "../wire/tdc.ts";
import { TRIGGER } from "../wire/trigger.ts";
import { NonceLog } from "./noncelog.ts";
import { type Verdict, Verdicts } from "./rules.ts";

/** A station, as an observer knows it. */
export interface Observed {
  readonly index: number;
  /** What goes into its next M2, in clear. */
  readonly reading: Uint8Array;
  readonly nvm: { readonly octets: Uint8Array };
  /** Its own time; whoever has none is remembered for ever. */
  readonly t_s?: number;
}

/** A root of the key service, 32 octets. */
export interface HeldRoot {
  readonly generation: number;
  readonly root: Uint8Array;
}

/** What a call did beside its answer: amp_state around it, and octets of NVM reached. */
export interface Effect {
  readonly before: number;
  readonly after: number;
  readonly wrote: number;
}

const [IDLE, WAITING, SECURE] = [1, 2, 3];

/** Of the energy that went in. */
const BALANCE = 1e-9;

/** Refusals of frames whose MIC was right, or that NVM and noise are the reason of: they may leave a trace. */
const BEYOND_R4: readonly number[] = [STATUS["bad command"], STATUS["NVM failed"]];

/** What a station may answer to an intact M1 that is for it, beside an M2. */
const EXCUSES: readonly number[] = [
  STATUS["payload too long"],
  STATUS["entropy failed"],
  STATUS["NVM failed"],
  STATUS["PN exhausted"],
];

/** An M2 on its way: what was in it. */
interface Sent {
  readonly m1: Uint8Array;
  /** The first two octets of its ANonce: a number is compared without a look at the octets, of which there are many. */
  readonly aNonceHead: number;
  readonly m2: Uint8Array;
  readonly reading: Uint8Array;
  readonly at_s: number;
  isTaken: boolean;
  isDelivered: boolean;
  m3: Receipt | undefined;
}

/** A Data frame on its way. */
interface SentData {
  readonly session: Sent | undefined;
  readonly octets: Uint8Array;
  /** In clear; undefined: an answer to a command. */
  readonly payload: Uint8Array | undefined;
  isTaken: boolean;
}

/** An M3 with what it and its M1 carried for the station, in clear. */
export interface Receipt {
  readonly octets: Uint8Array;
  /** Empty if it carried a command. */
  readonly dlData: Uint8Array;
  readonly triggerData: Uint8Array;
}

/** What a station hands out: both may be empty. */
export interface Released {
  readonly triggerData: Uint8Array;
  readonly received: Uint8Array;
}

/** What is known of one station. */
interface Known {
  readonly sNonces: NonceLog;
  /** Its M2s that an AP may still take, the newest first. */
  sent: Sent[];
  /** Of this life; undefined since power-up. */
  session: Sent | undefined;
  /** The last PN sent up in the session. */
  ulPn: number;
  /** Data frames of sessions that an AP may still have: those since the M2 that it took last. */
  data: SentData[];
}

export class Observer {
  readonly #verdicts = new Verdicts();
  readonly #known: Known[] = [];
  readonly #sessionLasts_s: number;

  /** `sessionLasts_s`: no AP takes an M2 that is older. */
  constructor({ sessionLasts_s = Number.POSITIVE_INFINITY }: { readonly sessionLasts_s?: number } = {}) {
    this.#sessionLasts_s = sessionLasts_s;
  }

  get violations(): number {
    return this.#verdicts.violations;
  }

  verdicts(): Verdict[] {
    return this.#verdicts.list();
  }

  /** amp_boot answered. */
  booted(station: Observed, status: number, state: number): void {
    const known = this.#of(station);
    known.session = undefined;
    this.#verdicts.hold("AMP-R7", status === 0, () => `station ${station.index}: amp_boot answered ${status}`);
    this.#verdicts.hold("AMP-R5", status !== 0 || state === IDLE, () => `${told(station)} woke up in state ${state}`);
  }

  /** A frame was handed in and answered. `m1`: the M1 on the air, as its AP sent it. */
  took(station: Observed, frame: Uint8Array, answer: Answer, effect: Effect, m1?: Uint8Array): void {
    const { status } = answer;
    if (status < 0 && !BEYOND_R4.includes(status)) {
      const isTraceless = effect.after === effect.before && effect.wrote === 0;
      this.#verdicts.hold(
        "AMP-R4",
        isTraceless,
        () => `${told(station)} was changed by a frame it refused (${status})`,
      );
    }
    if (frame[MAC.fc] === FC.Trigger) this.#triggered(station, frame, answer, effect, m1);
    else if (effect.before !== SECURE && effect.after === SECURE) this.#confirmed(station, frame);
    if (answer.frame && frame[MAC.fc] !== FC.Trigger) this.sentData(station, answer.frame);
  }

  /** A Data frame goes up; `payload`: in clear, unless it is an answer to a command. */
  sentData(station: Observed, data: Uint8Array, payload?: Uint8Array): void {
    const known = this.#of(station);
    const pn = readBe16(data, MAC.body);
    const isFresh = known.session?.m3 !== undefined && pn > known.ulPn;
    this.#verdicts.hold("AMP-R1", isFresh, () => `${told(station)} sent PN ${pn} after ${known.ulPn}`);
    known.ulPn = pn;
    known.data.push({ session: known.session, octets: data, payload, isTaken: false });
  }

  /** An AP took the payload of a Data frame, as a reading or as the proof of a root. */
  dataTaken(station: Observed, frame: Uint8Array, payload: Uint8Array): void {
    const origin = this.#of(station).data.find(({ octets }) => equalOctets(octets, frame));
    const isRight =
      origin !== undefined && !origin.isTaken && (!origin.payload || equalOctets(origin.payload, payload));
    this.#verdicts.hold("AMP-R3", isRight, () => `Data of ${told(station)} were taken: not sent as such, or twice`);
    if (origin) origin.isTaken = true;
  }

  /** A station in that state handed out what M1 and M3 brought: it must be what its AP sent, and the AP known by then. */
  released(station: Observed, { triggerData, received }: Released, state: number): void {
    const { session } = this.#of(station);
    const isRight =
      state === SECURE &&
      session?.m3 !== undefined &&
      equalOctets(triggerData, session.m3.triggerData) &&
      equalOctets(received, session.m3.dlData);
    const what = (): string => `${toHex(triggerData)} and ${toHex(received)}`;
    this.#verdicts.hold("AMP-R5", isRight, () => `${told(station)} handed out ${what()} in state ${state}`);
  }

  /** What the two exports would hand out to someone who asked now, in a state before `secure`: nothing. */
  withholds(station: Observed, octets: number, state: number): void {
    this.#verdicts.hold(
      "AMP-R5",
      octets === 0,
      () => `${told(station)} would hand out ${octets} octets in state ${state}`,
    );
  }

  /** Energy of the run: the relative error of the balance, and of the account against what was spent. */
  balances(station: Observed, imbalance: number, unaccounted: number): void {
    const isRight = imbalance < BALANCE && unaccounted < BALANCE;
    this.#verdicts.hold(
      "energy",
      isRight,
      () => `${told(station)}: imbalance ${imbalance}, unaccounted ${unaccounted}`,
    );
  }

  /** An AP took a reading out of an M2. */
  taken(station: Observed, m2: Uint8Array, reading: Uint8Array): void {
    const known = this.#of(station);
    const { sent } = known;
    const origin = sent.find((candidate) => equalOctets(candidate.m2, m2));
    const isRight = origin !== undefined && !origin.isTaken && equalOctets(origin.reading, reading);
    this.#verdicts.hold("AMP-R3", isRight, () => `of ${told(station)} ${toHex(reading)} was taken: not sent, or twice`);
    if (!origin) return;
    origin.isTaken = true;
    // With this M2 the AP's session before it is over.
    known.data = known.data.filter(({ session }) => session === origin);
    const isSecond = sent.some((other) => other !== origin && other.isTaken && haveSameANonce(other, origin));
    this.#verdicts.hold("AMP-R3", !isSecond, () => `two readings of ${told(station)} under one ANonce`);
  }

  /** The reading of that M2 is durable. */
  delivered(station: Observed, m2: Uint8Array): void {
    const origin = this.#of(station).sent.find((candidate) => equalOctets(candidate.m2, m2));
    if (origin) origin.isDelivered = true;
  }

  /** An AP answers that M2, for the first time or again. */
  answered(station: Observed, m2: Uint8Array, m3: Receipt): void {
    const origin = this.#of(station).sent.find((candidate) => equalOctets(candidate.m2, m2));
    const isReceipt = origin?.isTaken === true && origin.isDelivered;
    this.#verdicts.hold("AMP-R3", isReceipt, () => `${told(station)} got an M3 for a reading that was not delivered`);
    if (!origin) return;
    const isSame = origin.m3 === undefined || equalOctets(origin.m3.octets, m3.octets);
    this.#verdicts.hold("AMP-R1", isSame, () => `two different M3 for one M2 of ${told(station)}`);
    origin.m3 ??= m3;
  }

  /** The run is over: `held` are the roots that the key service has for this device. */
  shares(station: Observed, held: readonly HeldRoot[]): void {
    const newest = rootInUse(station.nvm.octets);
    const isShared = held.some(({ generation, root }) => {
      return generation === newest?.generation && equalOctets(hmacMidstates(root).inner, newest.inner);
    });
    const generations = held.map(({ generation }) => generation).join(" and ");
    this.#verdicts.hold("section 6", isShared, () => {
      return `${told(station)} uses a root of generation ${newest?.generation} that is not the key service's ${generations}`;
    });
  }

  #triggered(
    station: Observed,
    m1: Uint8Array,
    { status, frame: m2 }: Answer,
    effect: Effect,
    onAir?: Uint8Array,
  ): void {
    const isIntact = m1 === onAir;
    if (isIntact && effect.before === IDLE) {
      const isAnswered = m2 !== undefined || EXCUSES.includes(status);
      this.#verdicts.hold("AMP-R7", isAnswered, () => `${told(station)} answered an M1 with status ${status}`);
    }
    if (!m2) return;
    const known = this.#of(station);
    const { session } = known;
    if (session && effect.before !== IDLE && equalOctets(session.m1, m1)) {
      const isKept = effect.before === WAITING && equalOctets(session.m2, m2);
      this.#verdicts.hold("AMP-R1", isKept, () => `${told(station)} answered one M1 of its session with another M2`);
      if (isKept) return;
    }
    const isNew = known.sNonces.add(m2, MAC.body);
    this.#verdicts.hold("AMP-R2", isNew, () => `${told(station)} used an SNonce twice`);
    const { reading } = station;
    const at_s = station.t_s ?? 0;
    const aNonceHead = readBe16(m1, ANONCE_AT);
    known.session = { m1, aNonceHead, m2, reading, at_s, isTaken: false, isDelivered: false, m3: undefined };
    known.ulPn = 1;
    known.sent.unshift(known.session);
    while (at_s - (known.sent.at(-1)?.at_s ?? at_s) > this.#sessionLasts_s) known.sent.pop();
  }

  #confirmed(station: Observed, m3: Uint8Array): void {
    const { session } = this.#of(station);
    const isTheAps = session?.m3 !== undefined && equalOctets(session.m3.octets, m3);
    this.#verdicts.hold("AMP-R4", isTheAps, () => `${told(station)} took an M3 that no AP sent for its M2`);
  }

  #of({ index }: Observed): Known {
    this.#known[index] ??= { sNonces: new NonceLog(), sent: [], session: undefined, ulPn: 0, data: [] };
    return this.#known[index];
  }
}

const ANONCE_AT = MAC.body + TRIGGER.aNonce;

function haveSameANonce(a: Sent, b: Sent): boolean {
  return a.aNonceHead === b.aNonceHead && equalOctets(aNonceOf(a.m1), aNonceOf(b.m1));
}

/** N octets behind TriggerInfo and AA; N by the profile that TDC names. All of an M1 that names none. */
function aNonceOf(m1: Uint8Array): Uint8Array {
  const profile = profileOf(readTdc(readLe16(m1, MAC.tdc)).profile);
  return profile ? m1.slice(ANONCE_AT, ANONCE_AT + profile.N) : m1;
}

/** Generation and inner midstate of the newest valid root slot of a record (PROTOCOL.md section 7). */
function rootInUse(record: Uint8Array): { readonly generation: number; readonly inner: Uint8Array } | undefined {
  const slot = decodeRecord(record).slots.find(({ newest }) => newest);
  if (!slot) return undefined;
  const at = slot.name === "A" ? 32 : 104;
  return { generation: slot.generation, inner: record.subarray(at + 4, at + 36) };
}

function told({ index }: Observed): string {
  return `station ${index}`;
}
