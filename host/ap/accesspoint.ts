/**
 * The AMP AP of PROTOCOL.md section 4: triggers out, readings in, and the rules between. Octets in and octets out: it owns
 * no radio, no clock and no store.
 *
 * Time is what the caller says it is, in seconds from any beginning, and never goes back. `now_s` of a trigger is the
 * instant at which it begins to go out, of a frame the one at which its last octet was received. When the last slot of a
 * trigger ends, the radio tells (triggerSpan_s); its session is open until 1 s later.
 *
 * A mistake of the caller is a RangeError; what comes over the air is taken, or counted by its reason and dropped.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { addressText } from "../keys/address.ts";
import type { KeyDesk } from "../keys/link.ts";
import { checkUplink } from "../wire/check.ts";
import { OPCODE, readAnswer, UPDATE } from "../wire/command.ts";
import { HANDOVER_OPCODE } from "../wire/handover.ts";
import { BROADCAST_ID } from "../wire/mac.ts";
import type { Data } from "../wire/numbered.ts";
import { checkOctets } from "../wire/octets.ts";
import { type Profile, payloadMaxOctets } from "../wire/profile.ts";
import type { Response } from "../wire/response.ts";
import { checkResponse } from "../wire/session.ts";
import type { Trigger } from "../wire/trigger.ts";
import type { TriggerInfo } from "../wire/triggerinfo.ts";
import type { Admission } from "./admissions.ts";
import { type Author, authorOf, type Search } from "./author.ts";
import type { KnownDevice } from "./knowndevice.ts";
import { OpenTrigger } from "./opentrigger.ts";
import type { PmkTable } from "./pmks.ts";
import { type Carried, type Confirmation, Reading } from "./reading.ts";
import { type ApReason, newCounters } from "./reasons.ts";
import { ApSession, wipe } from "./session.ts";
import { SessionTable } from "./sessions.ts";

const NOTHING = new Uint8Array(0);

export interface AccessPointOptions {
  readonly crypto: Crypto;
  readonly keys: PmkTable;
  readonly service: KeyDesk;
  /** Seconds from the beginning of an M1 of that many octets to the end of the last slot that it announces. */
  readonly triggerSpan_s: (octets: number, info: TriggerInfo) => number;
}

/** What a trigger asks for; the Session ID is the AP's own, one more with each. */
export interface TriggerRequest extends Omit<TriggerInfo, "sessionId"> {
  /** One device's SPA, or everyone. */
  readonly to: Uint8Array | "broadcast";
  readonly profile: Profile;
  /** In clear, and acted on only after the M3. */
  readonly data?: Uint8Array;
  /** To one device that was admitted (PmkTable.admit): under its handover PMK, and no other. */
  readonly handover?: boolean;
}

/** What became of a frame that came in. */
export type Received =
  /** An M2 was taken: deliver its reading durably, then call its `delivered`, which gives the M3. */
  | { readonly kind: "reading"; readonly reading: Reading }
  /** The same M2 again: the same M3 again, and nothing to deliver. */
  | { readonly kind: "again"; readonly m3: Uint8Array }
  /** UL Data. */
  | { readonly kind: "data"; readonly spa: Uint8Array; readonly payload: Uint8Array }
  /** UL Data that the key service took as the proof of a root. */
  | { readonly kind: "proof"; readonly spa: Uint8Array; readonly generation: number }
  /** UL Data that are such a proof, or data: the key service is elsewhere, and its word is still to come. */
  | {
      readonly kind: "asked";
      readonly spa: Uint8Array;
      readonly payload: Uint8Array;
      readonly isProof: Promise<boolean>;
    }
  /** A radio receipt, which means nothing. */
  | { readonly kind: "ack" }
  | { readonly kind: "refused"; readonly reason: ApReason };

/** A DL Data frame, or why there is none. */
export type DataFrame =
  | { readonly octets: Uint8Array; readonly reason?: undefined }
  | { readonly octets?: undefined; readonly reason: "no session" | "PN exhausted" | "payload too long" };

/** An AMP AP: octets in, octets out. */
export class AccessPoint {
  /** What was refused since the object was made, by reason; a restart does not reset it. */
  readonly refused = newCounters();
  readonly #crypto: Crypto;
  readonly #keys: PmkTable;
  readonly #service: KeyDesk;
  readonly #triggerSpan_s: AccessPointOptions["triggerSpan_s"];
  /** By channel. */
  readonly #open = new Map<number, OpenTrigger>();
  readonly #sessions = new SessionTable();
  #sessionId = 0;
  #now_s = Number.NEGATIVE_INFINITY;

  constructor({ crypto, keys, service, triggerSpan_s }: AccessPointOptions) {
    this.#crypto = crypto;
    this.#keys = keys;
    this.#service = service;
    this.#triggerSpan_s = triggerSpan_s;
  }

  /**
   * M1, with a fresh ANonce: it opens the session of its channel, and closes the one before.
   * @throws RangeError for a device that the AP has no PMK of, or no handover PMK where that is asked for, and for what
   * does not fit an M1; then no session has changed.
   */
  trigger(channel: number, request: TriggerRequest, now_s: number): Uint8Array {
    this.#tick(now_s);
    const { to, profile, data = NOTHING, acwe, ulRate, access, slots, slotDuration_4us, handover = false } = request;
    const { device: target, name } = handover ? this.#admittedOf(to) : { device: this.#targetOf(to) };
    const m1: Trigger = {
      type: "Trigger",
      id: target?.id ?? BROADCAST_ID,
      generation: (target?.newest ?? 0) & 3,
      profile,
      info: { sessionId: this.#sessionId, acwe, ulRate, access, slots, slotDuration_4us },
      aa: this.#keys.aa,
      aNonce: this.#crypto.randomBytes(profile.N),
      modifier: handover ? name : this.#keys.modifier,
      dlData: data,
    };
    const opened = new OpenTrigger(m1, target, handover);
    this.#open.set(channel, opened);
    this.#sessionId = (this.#sessionId + 1) & 0xff;
    return this.#sent(opened);
  }

  /** The same M1 once more, whose slots its session then lasts for; undefined when that has closed. */
  repeat(channel: number, now_s: number): Uint8Array | undefined {
    this.#tick(now_s);
    const opened = this.#openOn(channel);
    return opened && this.#sent(opened);
  }

  /** Any octets that came in on a channel; they stay the caller's. Never throws for what they are. */
  receive(channel: number, octets: Uint8Array, now_s: number): Received {
    this.#tick(now_s);
    const { refusal, frame } = checkUplink(octets, this.#serves);
    if (refusal) return this.#refuse(refusal.status);
    if (frame.type === "Response") return this.#response(channel, octets, frame);
    return frame.type === "Data" ? this.#data(frame) : { kind: "ack" };
  }

  /** A DL Data frame for a device whose session has had its M3, in the mode of its M2. */
  data(spa: Uint8Array, payload: Uint8Array, now_s: number): DataFrame {
    this.#tick(now_s);
    const device = this.#keys.device(spa) ?? this.#keys.admitted(spa)?.device;
    const session = device && this.#sessions.of(device.key);
    if (session === undefined) return { reason: "no session" };
    if (payload.length > payloadMaxOctets(session.facts.profile)) return { reason: "payload too long" };
    const frame = session.data(payload);
    return typeof frame === "string" ? { reason: frame } : { octets: frame };
  }

  /** Power, or the process, fails and comes back: no ANonce, PTK, PN or M3 outlives it. PMKs do. */
  restart(): void {
    this.#open.clear();
    this.#sessions.clear();
    this.#sessionId = 0;
  }

  #response(channel: number, octets: Uint8Array, frame: Response): Received {
    const opened = this.#openOn(channel);
    if (opened === undefined) return this.#refuse("no open session");
    const refusal = checkResponse(frame, opened.m1);
    if (refusal) return this.#refuse(refusal.status);
    const same = opened.readingOf(octets, frame.id);
    if (same) return this.#again(same);

    const search = authorOf(this.#crypto, this.#keys, opened, frame);
    if (search.author === undefined) return this.#refuseResponse(opened, frame, search);
    const { author } = search;
    if (opened.hasTaken(author.device)) {
      wipe(author.keys);
      if (frame.encrypted) author.payload.fill(0);
      return this.#refuse("second M2");
    }
    const reading = this.#take(channel, opened, frame, author);
    opened.take(octets, author.device, reading);
    return { kind: "reading", reading };
  }

  #again(reading: Reading): Received {
    const { confirmation } = reading;
    if (confirmation) return { kind: "again", m3: confirmation.m3 };
    return reading.retry() ? { kind: "reading", reading } : this.#refuse("delivery pending");
  }

  /** The key service is asked about each device once in a session: a flood of bogus M2s makes it no more work than that. */
  #refuseResponse(
    opened: OpenTrigger,
    frame: Response,
    { lacking, misfits }: Exclude<Search, { author: Author }>,
  ): Received {
    // Of a handover the key service need not know, and what it could give is not what was asked for.
    for (const device of opened.isHandover ? [] : [...lacking, ...misfits]) {
      if (opened.asksFor(device)) this.#service.missing(this.#keys.aa, device.spa, frame.generation);
    }
    return this.#refuse(lacking.length > 0 ? "no root of that generation" : "bad MIC");
  }

  /** From here on the device's PTK is this one. */
  #take(channel: number, opened: OpenTrigger, frame: Response, author: Author): Reading {
    const { device, generation, keys, payload } = author;
    const { profile, encrypted } = frame;
    const facts = { device, profile, generation, encrypted };
    const session = new ApSession(this.#crypto, this.#keys.aa, facts, keys, this.#now_s);
    this.#sessions.take(session);
    const { spa } = device;
    return new Reading({ spa, payload, profile, encrypted }, (now_s, dlData) => {
      this.#tick(now_s);
      checkOctets("dlData", dlData, 0, payloadMaxOctets(profile));
      return this.#confirm(this.#openOn(channel) === opened ? opened : undefined, session, dlData);
    });
  }

  #confirm(opened: OpenTrigger | undefined, session: ApSession, dlData: Uint8Array): Confirmation | undefined {
    const { device, generation } = session.facts;
    const command = opened && this.#service.commandFor(device.spa, generation);
    const m3 = opened && session.confirm(opened.binding, command ?? dlData, command !== undefined);
    if (m3 === undefined) {
      this.refused["late delivery"]++;
      return undefined;
    }
    return { m3, carries: carried(command, dlData) };
  }

  #data(frame: Data): Received {
    let reason: ApReason = "no session";
    for (const device of this.#keys.peers(frame.id)) {
      const session = this.#sessions.of(device.key);
      if (session === undefined) continue;
      const payload = session.receive(frame);
      if (typeof payload === "string") {
        // Of several devices with that ID, the one whose session it passed the most checks of.
        if (reason !== "bad MIC") reason = payload;
        continue;
      }
      this.#sessions.touch(session, this.#now_s);
      return this.#taken(device, frame, payload);
    }
    return this.#refuse(reason);
  }

  /** Ten octets that begin as an answer are perhaps a reading: the key service alone can tell. */
  #taken({ spa }: KnownDevice, { encrypted }: Data, payload: Uint8Array): Received {
    const answer = encrypted ? readAnswer(payload) : undefined;
    const isProof = answer !== undefined && this.#service.offer(spa, answer);
    if (typeof isProof !== "boolean") return { kind: "asked", spa, payload, isProof };
    return isProof ? { kind: "proof", spa, generation: answer.generation } : { kind: "data", spa, payload };
  }

  #targetOf(to: TriggerRequest["to"]): KnownDevice | undefined {
    const target = to === "broadcast" ? undefined : this.#keys.device(to);
    if (to !== "broadcast" && target === undefined) {
      throw new RangeError(`to: ${addressText(to)} is no device that this AP has a PMK of`);
    }
    if (this.#keys.size === 0) throw new RangeError("to: this AP has no PMK of any device, so nobody can answer");
    return target;
  }

  #admittedOf(to: TriggerRequest["to"]): Admission {
    if (to === "broadcast") throw new RangeError("to: broadcast, where a handover's M1 is for one device");
    const admission = this.#keys.admitted(to);
    if (admission === undefined) {
      throw new RangeError(`to: ${addressText(to)} is no device that this AP has a handover PMK of`);
    }
    return admission;
  }

  #openOn(channel: number): OpenTrigger | undefined {
    const opened = this.#open.get(channel);
    if (opened === undefined) return undefined;
    const { isHandover, target } = opened;
    const modifier = isHandover && target ? this.#keys.admitted(target.spa)?.name : this.#keys.modifier;
    return opened.isOpen(this.#now_s, modifier) ? opened : undefined;
  }

  #sent(opened: OpenTrigger): Uint8Array {
    opened.sent(this.#now_s + this.#triggerSpan_s(opened.octets.length, opened.m1.info));
    return opened.octets.slice();
  }

  readonly #serves = (id: number): boolean => this.#keys.serves(id);

  /** It is now so late. */
  #tick(now_s: number): void {
    if (!(now_s >= this.#now_s))
      throw new RangeError(`now_s: ${now_s}, and it was ${this.#now_s} before: time does not go back`);
    this.#now_s = now_s;
    this.#sessions.expire(now_s);
  }

  #refuse(reason: ApReason): Received {
    this.refused[reason]++;
    return { kind: "refused", reason };
  }
}

const COMMANDS = new Map<number, Carried>([
  [OPCODE.update, "UPDATE"],
  [OPCODE.prove, "PROVE"],
  [HANDOVER_OPCODE.plain, "HANDOVER"],
  [HANDOVER_OPCODE.wrapped, "HANDOVER WRAPPED"],
]);

function carried(command: Uint8Array | undefined, dlData: Uint8Array): Carried {
  if (command) return COMMANDS.get(command[UPDATE.opcode]) ?? "PROVE";
  return dlData.length > 0 ? "data" : "nothing";
}
