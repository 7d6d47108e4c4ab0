/**
 * The open session of a channel (PROTOCOL.md section 4, R3): the M1 that it began with, and the readings taken under its
 * ANonce, at most one a device. The record of an M2 lives as long as this, whatever becomes of its PTK.
 */

import { bindingOf } from "../wire/binding.ts";
import { compareOctets, copied } from "../wire/octets.ts";
import { emitTrigger, type Trigger } from "../wire/trigger.ts";
import type { KnownDevice } from "./knowndevice.ts";
import type { Reading } from "./reading.ts";

/** From the end of its last slot on, seconds. */
const OPEN_s = 1;

/** An M2 that was taken. */
interface Taken {
  readonly m2: Uint8Array;
  readonly device: KnownDevice;
  readonly reading: Reading;
}

export class OpenTrigger {
  readonly m1: Trigger;
  /** As they go on the air, and again if repeated. */
  readonly octets: Uint8Array;
  /** What M2 and M3 are bound to. */
  readonly binding: Uint8Array;
  /** Whom it is for; undefined: everyone. */
  readonly target: KnownDevice | undefined;
  /** The target is to answer under its handover PMK, which the M1 names. */
  readonly isHandover: boolean;
  #closes_s = 0;
  /** By ID. */
  readonly #taken = new Map<number, Taken[]>();
  /** Devices that the key service was asked about. */
  readonly #asked = new Set<KnownDevice>();

  /** RangeError for an M1 that no device would take. */
  constructor(m1: Trigger, target: KnownDevice | undefined, isHandover = false) {
    this.m1 = m1;
    this.octets = emitTrigger(m1);
    this.binding = bindingOf(m1);
    this.target = target;
    this.isHandover = isHandover;
  }

  /**
   * M1 goes on the air, for the first time or again: its session lasts until 1 s after the last slot that it announces.
   * Assumption: R3's "its last slot" is that of the last repeat.
   */
  sent(lastSlotEnd_s: number): void {
    this.#closes_s = lastSlotEnd_s + OPEN_s;
  }

  /** Does it wait for M2s? With another Modifier than the AP's its epoch, or the device's admission, is over. */
  isOpen(now_s: number, modifier: Uint8Array | undefined): boolean {
    return now_s < this.#closes_s && this.m1.modifier === modifier;
  }

  /** The reading of the same M2, octet for octet. */
  readingOf(m2: Uint8Array, id: number): Reading | undefined {
    return this.#taken.get(id)?.find((taken) => compareOctets(taken.m2, m2) === 0)?.reading;
  }

  /** Was an M2 of this device taken under this ANonce? */
  hasTaken(device: KnownDevice): boolean {
    return this.#taken.get(device.id)?.some((taken) => taken.device === device) ?? false;
  }

  /** Is the key service to be asked for what an M2 of this device needs? Once. */
  asksFor(device: KnownDevice): boolean {
    if (this.#asked.has(device)) return false;
    this.#asked.add(device);
    return true;
  }

  /** Copies the octets. */
  take(m2: Uint8Array, device: KnownDevice, reading: Reading): void {
    const taken = { m2: copied(m2), device, reading };
    const sharing = this.#taken.get(device.id);
    if (sharing) sharing.push(taken);
    else this.#taken.set(device.id, [taken]);
  }
}
