/*
 * What has to hold after every call of the station, whatever the call was:
 *
 *   status      an answer is a length that the frame can have, 0, or a status of the list
 *   unchanged   a call that refuses, up to and including a bad MIC, has changed nothing but scratch memory: not the state,
 *               the keys, the kept M2, the payload buffer, a PN, or the NVM record
 *   agreement   the host's own codec, which shares no line with the device's, refuses the same frames for the same reason
 *   uplink      what the device sends is a frame that an AP takes, octet for octet what its fields say
 */
import { STATES, STATUS, type StatusName, statusName } from "../../device/abi.ts";
import type { Station } from "../../device/load.ts";
import { checkDownlink, checkUplink, type Listener } from "../../wire/check.ts";
import { FC } from "../../wire/fc.ts";
import { emitFrame } from "../../wire/frame.ts";
import { BROADCAST_ID, FRAME_MAX_OCTETS } from "../../wire/mac.ts";
import { readLe16 } from "../../wire/octets.ts";
import type { Finding } from "../target.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Step, signed } from "./step.ts";
import type { Surroundings } from "./surroundings.ts";

export interface CallFacts {
  readonly name: "amp_boot" | "amp_set_payload" | "amp_receive" | "amp_send" | "amp_received" | "amp_trigger_data";
  readonly step: Step;
  readonly result: number;
}

/** Behind the MIC of an M3, state and keys have moved on: these are refusals of its command. */
const AFTER_MIC: readonly number[] = [STATUS["bad command"], STATUS["NVM failed"]];
/** Before its SNonce an M1 may have looked at the record and at the source once more. */
const BEFORE_SNONCE: readonly number[] = [STATUS["NVM failed"], STATUS["entropy failed"]];

/** Statuses that need no key and no session: the codec's. */
const CODEC: readonly StatusName[] = [
  "too short",
  "too long",
  "not for me",
  "bad type",
  "bad FCS",
  "reserved bits",
  "bad length",
];

/** Offsets in the record's head. */
const HEAD = { spa: 6, id: 12 } as const;
const FRAME_OCTETS = { min: 8, max: FRAME_MAX_OCTETS } as const;
const PAYLOAD_OCTETS_MAX = 54;

export class Properties {
  readonly #station: Station;
  readonly #surroundings: Surroundings;
  readonly #snapshot: Snapshot;
  /** Who the device is, by the record that it booted from. */
  #listener: Listener | undefined;
  #state = 0;

  constructor(station: Station, surroundings: Surroundings, snapshot: Snapshot) {
    this.#station = station;
    this.#surroundings = surroundings;
    this.#snapshot = snapshot;
  }

  /** The station's, behind the last call that was checked. */
  get state(): number {
    return this.#state;
  }

  reset(): void {
    this.powerUp();
  }

  powerUp(): void {
    this.#listener = undefined;
    this.#state = 0;
  }

  check(facts: CallFacts): Finding | undefined {
    const { name, result } = facts;
    const stateBefore = this.#state;
    this.#state = this.#station.exports.amp_state();
    if (STATES[this.#state] === undefined) return { rule: "status", message: `amp_state answered ${this.#state}` };
    const finding = this.#checkResult(facts) ?? (result < 0 ? this.#checkRefusal(facts, stateBefore) : undefined);
    if (finding) return finding;
    if (name === "amp_boot") this.#booted(result);
    if (name === "amp_receive") return this.#checkAgreement(facts, stateBefore) ?? this.#checkUplink(result);
    return name === "amp_send" ? this.#checkUplink(result) : undefined;
  }

  #booted(result: number): void {
    const { nvm } = this.#surroundings;
    this.#listener = result === 0 ? { id: readLe16(nvm, HEAD.id), spa: nvm.slice(HEAD.spa, HEAD.id) } : undefined;
  }

  #checkResult({ name, result }: CallFacts): Finding | undefined {
    const wrong = (why: string): Finding => ({ rule: "status", message: `${name} answered ${result}, ${why}` });
    if (result < 0) return statusName(result) ? undefined : wrong("which is no status of the ABI");
    if (result === 0) return undefined;
    if (name === "amp_boot" || name === "amp_set_payload") return wrong("which is neither 0 nor a status");
    if (name === "amp_receive" || name === "amp_send") {
      const isFrame = result >= FRAME_OCTETS.min && result <= FRAME_OCTETS.max;
      return isFrame ? undefined : wrong("which is no length of a frame");
    }
    return result <= PAYLOAD_OCTETS_MAX ? undefined : wrong("which is longer than any payload");
  }

  #checkRefusal({ name, step, result }: CallFacts, stateBefore: number): Finding | undefined {
    const why = statusName(result);
    if (name === "amp_boot") {
      const isOff = this.#state === 0 && this.#surroundings.written === 0;
      return isOff
        ? undefined
        : { rule: "unchanged", message: `${why}, and it wrote to NVM or is in state ${this.#state}` };
    }
    const isTrigger = step.octets[0] === FC.Trigger;
    const isAfterMic = name === "amp_receive" && !isTrigger && AFTER_MIC.includes(result);
    if (isAfterMic) return undefined;
    if (this.#state !== stateBefore) {
      return { rule: "unchanged", message: `${why}, and the state went from ${stateBefore} to ${this.#state}` };
    }
    if (this.#surroundings.written > 0) return { rule: "unchanged", message: `${why}, and NVM was written` };
    const trace = this.#snapshot.difference(isTrigger && BEFORE_SNONCE.includes(result));
    return trace === undefined ? undefined : { rule: "unchanged", message: `${why}, and ${trace}` };
  }

  #checkAgreement({ step, result }: CallFacts, stateBefore: number): Finding | undefined {
    const length = signed(step.a);
    // What is announced is not what stands there: the codec has no such case.
    if (stateBefore === 0 || this.#listener === undefined || length !== step.octets.length) return undefined;
    const { refusal } = checkDownlink(step.octets, this.#listener);
    const device = statusName(result);
    if (refusal) {
      if (device === refusal.status) return undefined;
      return {
        rule: "agreement",
        message: `the host refuses it, ${refusal.status}; the device answers ${device ?? result}`,
      };
    }
    if (device === undefined || !CODEC.includes(device)) return undefined;
    return { rule: "agreement", message: `the device refuses it, ${device}; the host would take it` };
  }

  #checkUplink(result: number): Finding | undefined {
    if (result <= 0 || this.#listener?.id === BROADCAST_ID) return undefined;
    const tx = this.#station.exports.amp_tx_buffer();
    const octets = this.#station.memory.slice(tx, tx + result);
    const { refusal, frame } = checkUplink(octets);
    if (refusal) return { rule: "uplink", message: `it sent a frame that an AP refuses: ${refusal.status}` };
    const isSame = Buffer.compare(emitFrame(frame), octets) === 0;
    return isSame ? undefined : { rule: "uplink", message: "it sent octets that its fields do not say" };
  }
}
