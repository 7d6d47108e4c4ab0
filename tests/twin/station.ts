/**
 * The twin: a whole device of PROTOCOL 3 to 7 behind the calls of ARCHITECTURE.md's ABI, written to be read beside the
 * page. It is the oracle that the device is compared with, octet for octet and NVM write for NVM write.
 * A host may throw out of nvmWrite (power lost): the object is then dead, as the device's RAM would be.
 */
import { equal } from "./bytes.ts";
import { type CheckedFrame, checkFrame, hasReservedTriggerInfo } from "./checks.ts";
import {
  decodeTriggerBody,
  decodeTriggerInfo,
  FC,
  type MacFrame,
  payloadMax_octets,
  readingMax_octets,
  type TriggerBody,
} from "./frames.ts";
import { type Midstates, midstates } from "./hmac.ts";
import type { TwinHost } from "./host.ts";
import { derive, pmkOf, ptkInput, rootUpdateInput, splitPtk } from "./keys.ts";
import * as record from "./record.ts";
import {
  bindingOfM1,
  numberedFrame,
  openNumbered,
  PN_FIRST,
  PN_MAX,
  pnOf,
  responseFrame,
  type Session,
} from "./session.ts";
import { SNonceSource } from "./snonce.ts";
import { type StatusName, status } from "./status.ts";
import { answer, type Command, readCommand } from "./update.ts";

export type { TwinHost } from "./host.ts";

/** amp_receive and amp_send: `status` > 0 is the length of `frame`, 0 nothing to send, < 0 a refusal. */
export interface TwinResult {
  readonly status: number;
  readonly frame: Uint8Array | null;
}

/** amp_state(). */
export const STATE = { off: 0, idle: 1, waiting: 2, secure: 3 } as const;

/** Longest reading that amp_set_payload takes: what Data of the compact profile can carry. */
const READING_MAX_octets = 54;
const GROUP_BIT = 0x01;
const NOTHING = new Uint8Array(0);

type ChecksPassed = Extract<CheckedFrame, { readonly frame: MacFrame }>;

/** What a power cycle has besides a session. */
interface PowerCycle {
  readonly head: record.Head;
  readonly sNonces: SNonceSource;
  /** Null: at the last look no slot could be called the newest, or an update failed; the next M1 looks again. */
  newest: record.SlotIndex | null;
  /** The cache is written at most once in a power cycle. */
  cacheWritten: boolean;
}

/** A session from its SNonce on. */
interface Running {
  readonly session: Session;
  /** M1 from FC to the last body octet. */
  readonly m1: Uint8Array;
  readonly trigger: TriggerBody;
  /** The PMK that a verified M3 writes to the cache: null in direct mode and after a hit. */
  readonly pmkToCache: Midstates | null;
  /** The kept M2; null once it was dropped and in state 3. */
  m2: Uint8Array | null;
  secure: boolean;
  /** Last PN used up, last PN taken down. */
  ulPn: number;
  dlPn: number;
  received: Uint8Array;
}

const refuse = (name: StatusName): TwinResult => ({ status: status(name), frame: null });
const send = (frame: Uint8Array): TwinResult => ({ status: frame.length, frame: frame.slice() });
const TAKEN: TwinResult = { status: 0, frame: null };

export class TwinStation {
  readonly #host: TwinHost;
  #cycle: PowerCycle | null = null;
  #running: Running | null = null;
  #reading = NOTHING;
  #encrypt = false;

  constructor(host: TwinHost) {
    this.#host = host;
  }

  /** amp_boot(): 0 or a status. */
  boot(): number {
    this.#cycle = null;
    this.#running = null;
    this.#reading = NOTHING;
    this.#encrypt = false;
    const head = record.readHead(this.#host);
    const newest = head === null ? null : record.newestSlot(this.#host);
    if (head === null || newest === null) return status("NVM failed");
    this.#cycle = { head, newest, sNonces: new SNonceSource(this.#host, head.spa), cacheWritten: false };
    return 0;
  }

  /** amp_state(): 0 off, 1 idle, 2 waiting for M3, 3 secure. */
  state(): number {
    if (this.#cycle === null) return STATE.off;
    if (this.#running === null) return STATE.idle;
    return this.#running.secure ? STATE.secure : STATE.waiting;
  }

  /**
   * amp_set_payload(len, encrypt): 0 or a status. A number stands for a bare length, to try lengths that no octets
   * can have; the call must then be one that is refused.
   */
  setPayload(reading: Uint8Array | number, encrypt: number): number {
    if (this.#cycle === null) return status("not booted");
    const length = typeof reading === "number" ? reading : reading.length;
    const isGood = length >= 0 && length <= READING_MAX_octets && (encrypt === 0 || encrypt === 1);
    if (!isGood) return status("bad argument");
    if (typeof reading === "number") throw new TypeError("a length without octets would be taken");
    this.#reading = reading.slice();
    this.#encrypt = encrypt === 1;
    // R1: the M2 of a session never changes, so the old one is given up and the next M1 takes a new SNonce.
    if (this.#running !== null) this.#running.m2 = null;
    return 0;
  }

  /** amp_receive(len): one downlink frame. */
  receive(octets: Uint8Array): TwinResult {
    const cycle = this.#cycle;
    if (cycle === null) return refuse("not booted");
    const checked = checkFrame(octets, cycle.head.id);
    if (checked.refusal !== null) return refuse(checked.refusal);
    switch (checked.fc) {
      case FC.ack:
        return TAKEN;
      case FC.trigger:
        return this.#trigger(cycle, octets.slice(0, -2), checked);
      case FC.confirm:
        return this.#confirm(cycle, checked);
      case FC.data:
        return this.#data(checked);
    }
  }

  /** amp_send(): Data with the reading. */
  send(): TwinResult {
    if (this.#cycle === null) return refuse("not booted");
    const running = this.#running;
    if (running === null || !running.secure) return refuse("no session");
    if (this.#reading.length > payloadMax_octets(running.session.profile)) return refuse("payload too long");
    if (running.ulPn === PN_MAX) return refuse("PN exhausted");
    return send(this.#uplinkData(running, this.#reading, this.#encrypt));
  }

  /** amp_received(): the last authenticated DL payload, empty if there is none or it was a command. */
  received(): Uint8Array {
    return this.#running?.received.slice() ?? NOTHING;
  }

  /** amp_trigger_data(): the DL data of M1, empty until an M3 confirmed it. */
  triggerData(): Uint8Array {
    return this.#running?.secure ? this.#running.trigger.dlData.slice() : NOTHING;
  }

  /** Row "Trigger" of 4a. */
  #trigger(cycle: PowerCycle, m1: Uint8Array, { frame, tdc, profile }: ChecksPassed): TwinResult {
    const before = this.#running;
    if (before !== null && equal(before.m1, m1)) {
      if (before.secure) return TAKEN;
      if (before.m2 !== null) return send(before.m2);
    }
    const trigger = decodeTriggerBody(frame.body, profile, tdc.modifier);
    const { spa, id } = cycle.head;
    if (equal(trigger.aa, spa) || (trigger.aa[0] & GROUP_BIT) !== 0) return refuse("not for me");
    if (hasReservedTriggerInfo(decodeTriggerInfo(trigger.info), frame.id)) return refuse("reserved bits");
    if (this.#reading.length > readingMax_octets(profile)) return refuse("payload too long");
    cycle.newest ??= record.newestSlot(this.#host);
    const root = cycle.newest === null ? null : record.readRoot(this.#host, cycle.newest);
    if (root === null) return refuse("NVM failed");
    if (cycle.sNonces.isExhausted) return refuse("PN exhausted");
    const refusal = cycle.sNonces.prepare();
    if (refusal !== null) return refuse(refusal);

    // R5: with the SNonce the session before ends; nothing below can fail.
    const sNonce = cycle.sNonces.draw(profile);
    const { pmk, pmkToCache } = this.#pmk(root, trigger, spa);
    const { kck, tk } = splitPtk(derive(pmk, ptkInput(trigger.aa, spa, trigger.aNonce, sNonce)));
    const m1Binding = bindingOfM1(frame.fc, frame.tdc, trigger.info, trigger.dlData);
    const session = { profile, generation: root.generation, id, aa: trigger.aa, spa, kck, tk, m1Binding };
    const m2 = responseFrame(session, sNonce, this.#reading, { encrypted: this.#encrypt }).frame;
    this.#running = {
      session,
      m1,
      trigger,
      pmkToCache,
      m2,
      secure: false,
      ulPn: PN_FIRST,
      dlPn: 0,
      received: NOTHING,
    };
    return send(m2);
  }

  /** The PMK of this trigger under the root: from the cache if its entry names it, else derived. */
  #pmk(root: record.Root, { aa, modifier }: TriggerBody, spa: Uint8Array) {
    const cached = modifier === null ? null : record.readCache(this.#host, root.generation, aa, modifier);
    if (cached !== null && cached !== "other") return { pmk: cached, pmkToCache: null };
    const pmk = pmkOf(root.key, modifier, aa, spa);
    // One that cannot be read may hold this very PMK, and only an entry that differs is written.
    return { pmk, pmkToCache: cached === "other" ? pmk : null };
  }

  /** Row "Confirm" of 4a, and what follows its MIC. */
  #confirm(cycle: PowerCycle, checked: ChecksPassed): TwinResult {
    const running = this.#running;
    if (running === null) return refuse("no session");
    if (running.secure) return refuse("replayed PN");
    const mismatch = this.#mismatch(running.session, checked);
    if (mismatch !== null) return refuse(mismatch);
    if (pnOf(checked.frame) !== PN_FIRST) return refuse("replayed PN");
    const payload = openNumbered(running.session, running.session.aa, checked.frame);
    if (payload === null) return refuse("bad MIC");

    running.secure = true;
    running.m2 = null;
    running.dlPn = PN_FIRST;
    running.received = checked.tdc.command ? NOTHING : payload;
    const command = checked.tdc.command ? this.#readCommand(cycle, running.session, payload) : null;
    this.#tidy(cycle, running, command?.kind === "update");
    return command === null ? TAKEN : this.#obey(cycle, running, command);
  }

  /** Row "Data" of 4a. */
  #data(checked: ChecksPassed): TwinResult {
    const running = this.#running;
    if (running === null || !running.secure) return refuse("no session");
    const mismatch = this.#mismatch(running.session, checked);
    if (mismatch !== null) return refuse(mismatch);
    const pn = pnOf(checked.frame);
    if (pn <= running.dlPn) return refuse("replayed PN");
    const payload = openNumbered(running.session, running.session.aa, checked.frame);
    if (payload === null) return refuse("bad MIC");
    running.dlPn = pn;
    running.received = payload;
    return TAKEN;
  }

  /** "profile and generation as the session's". */
  #mismatch(session: Session, { profile, tdc }: ChecksPassed): StatusName | null {
    if (profile !== session.profile) return "bad profile";
    return tdc.generation === session.generation % 4 ? null : "no root of that generation";
  }

  #readCommand(cycle: PowerCycle, { generation, spa }: Session, payload: Uint8Array): Command {
    // The session's generation is the newest: only an update changes that, and a session takes one command.
    return readCommand(payload, generation, spa, () => this.#newestRoot(cycle));
  }

  /** The NVM work after the MIC of an M3. What fails is passed over and done at the next verified M3. */
  #tidy(cycle: PowerCycle, { session, trigger, pmkToCache }: Running, updates: boolean): void {
    if (!updates) record.wipeSlot(this.#host, this.#otherSlot(cycle));
    record.wipeStaleCache(this.#host, session.generation);
    if (pmkToCache === null || trigger.modifier === null || cycle.cacheWritten) return;
    cycle.cacheWritten = record.writeCache(this.#host, session.generation, session.aa, trigger.modifier, pmkToCache);
  }

  /** UPDATE and PROVE of PROTOCOL 6: the answer as Data, or a status; the session goes on either way. */
  #obey(cycle: PowerCycle, running: Running, command: Command): TwinResult {
    const { generation, spa } = running.session;
    switch (command.kind) {
      case "refused":
        return refuse("bad command");
      case "no key":
        return refuse("NVM failed");
      case "prove": {
        const root = this.#newestRoot(cycle);
        if (root === null) return refuse("NVM failed");
        return send(this.#uplinkData(running, answer(root, generation, spa), true));
      }
      case "update": {
        const input = rootUpdateInput(command.modifierPrime, command.generation, spa);
        const key = midstates(derive(command.root, input));
        const slot = this.#otherSlot(cycle);
        const isWritten = record.writeRoot(this.#host, slot, { generation: command.generation, key });
        cycle.newest = isWritten ? slot : null;
        if (!isWritten) return refuse("NVM failed");
        return send(this.#uplinkData(running, answer(key, command.generation, spa), true));
      }
    }
  }

  /** A Data frame up, under the next PN. */
  #uplinkData(running: Running, payload: Uint8Array, encrypted: boolean): Uint8Array {
    running.ulPn++;
    const { session, ulPn } = running;
    return numberedFrame(session, FC.data, session.spa, ulPn, payload, { encrypted }).frame;
  }

  #newestRoot(cycle: PowerCycle): Midstates | null {
    return cycle.newest === null ? null : (record.readRoot(this.#host, cycle.newest)?.key ?? null);
  }

  #otherSlot(cycle: PowerCycle): record.SlotIndex {
    return cycle.newest === 0 ? 1 : 0;
  }
}
