/**
 * The key service (PROTOCOL.md sections 1 and 6): it alone holds roots. Every AP that it serves gets a PMK of its own for
 * each device, and of each device's root updates it keeps the order, through any crash:
 *
 *     (1) commit {g+1, Modifier'}   (2) each AP commits its PMK of g+1   (3) UPDATE   (4) proof, commit, drop g everywhere
 *
 * All that a step needs is what the step before has made durable: a service over the same store goes on from there.
 * A caller's mistake is a RangeError of one sentence; what came over the air is counted, never thrown.
 */

import type { Crypto } from "../crypto/crypto.ts";
import type { Answer } from "../wire/command.ts";
import { checkOctets, copied, equalOctets } from "../wire/octets.ts";
import { addressKey, addressText, checkAddress } from "./address.ts";
import { Adoption, type EapAssociation, type Offer, offerFor } from "./adoption.ts";
import { checkDeviceClass, type DeviceClass } from "./class.ts";
import { DeviceKeys } from "./device.ts";
import type { ApPort, KeyDesk } from "./link.ts";
import type { Origin } from "./origin.ts";
import { ApRegister, hasModifier, type ModifierWish, type Turn } from "./register.ts";
import { KEY_OCTETS } from "./roots.ts";
import type { ServedAp } from "./served.ts";
import type { KeyStore } from "./store.ts";
import type { RootUpdate } from "./update.ts";

/** What an AP, or an attacker through it, may bring that is not as it should be. */
const KEY_EVENTS = [
  "unknown AP or device",
  /** Or a reading that looks like one, while one is waited for. */
  "wrong proof",
  /** Named by an M2, perhaps a forged one, and neither held nor about to be. */
  "no root of that generation",
  /** The AP lacked a PMK that it is entitled to. */
  "PMK given again",
  /** EAP has proven an identity that is not that device's. */
  "wrong identity",
] as const;
export type KeyEvent = (typeof KEY_EVENTS)[number];

export interface KeyServiceOptions {
  readonly crypto: Crypto;
  /** The service master key, 32 octets: the same for every service over one store. Copied. */
  readonly master: Uint8Array;
  readonly store: KeyStore;
  /** The identity that EAP has to prove before a device takes a root from it; undefined: it takes none. */
  readonly identityOf?: (spa: Uint8Array) => Uint8Array | undefined;
  /** For a process with others to answer: a fleet is given in parts, between which they have their turn. */
  readonly turn?: Turn;
}

/** How far the keys of a device are. */
export interface KeyProgress {
  /** The newest that is proven. */
  readonly generation: number;
  /** That of an update which is not proven yet. */
  readonly updatingTo: number | undefined;
  /** Every step before UPDATE has been done. */
  readonly isReady: boolean;
}

/** Holds the roots, and gives each AP its PMKs. */
export class KeyService implements KeyDesk {
  readonly events = Object.fromEntries(KEY_EVENTS.map((event) => [event, 0])) as Record<KeyEvent, number>;
  readonly #crypto: Crypto;
  readonly #master: Uint8Array;
  readonly #store: KeyStore;
  readonly #devices = new Map<number, DeviceKeys>();
  readonly #aps: ApRegister;
  /** By address: who has no root yet, and whose next is to come of EAP. */
  readonly #expected = new Set<number>();
  readonly #wanted = new Set<number>();
  /** By address: the newest association of each device. */
  readonly #adoptions = new Map<number, Adoption>();
  readonly #identityOf: (spa: Uint8Array) => Uint8Array | undefined;

  /** Goes on from what the store holds; each AP of a record is served again once it is handed to `serve`. */
  constructor({ crypto, master, store, identityOf = () => undefined, turn = (then) => then() }: KeyServiceOptions) {
    checkOctets("master", master, KEY_OCTETS);
    this.#crypto = crypto;
    this.#master = copied(master);
    this.#store = store;
    this.#identityOf = identityOf;
    const { devices, aps } = store.load();
    this.#aps = new ApRegister(crypto, this.#devices, { aps, turn });
    for (const record of devices) {
      const device = new DeviceKeys(crypto, record);
      device.isStored = true;
      device.update?.committed(aps.map(({ aa }) => addressKey(aa)));
      this.#devices.set(addressKey(record.spa), device);
    }
  }

  /** Is that device enrolled? */
  has(spa: Uint8Array): boolean {
    return this.#devices.has(addressKey(spa));
  }

  /**
   * A new device, with its PSK (32 octets, copied) as the root of generation 0; every AP gets its PMK.
   * @throws RangeError for a backscatter device, a group address, an AP's address, one that is enrolled already.
   */
  enrol(spa: Uint8Array, psk: Uint8Array, deviceClass: DeviceClass = "active-tx", origin: Origin = "psk"): void {
    this.#checkNewDevice(spa, deviceClass);
    checkOctets("psk", psk, KEY_OCTETS);
    const device = this.#newDevice(spa, 0, psk, origin);
    this.#store.commit({ kind: "device", record: device }, () => {
      device.isStored = true;
      this.#aps.giveAll(device);
    });
  }

  /**
   * Serves an AP from now on: its Modifier, and a PMK for every device. One that a record knows, after a crash of either
   * side, gets all of it again. `modifier` is for a new AP: 8 octets; "direct" for the PMK that is the root; drawn if absent.
   * @throws RangeError for a group address, a device's address, another Modifier than the record's, a second AP beside a
   * direct one.
   */
  serve(port: ApPort, modifier?: ModifierWish): void {
    const known = this.#aps.of(port.aa);
    if (known) {
      if (modifier !== undefined && !hasModifier(known, modifier)) {
        throw new RangeError(`modifier: the AP ${addressText(port.aa)} has another one already`);
      }
      known.port = port;
      this.#aps.prepare(known, known.modifier);
      return;
    }
    const ap = this.#newAp(port.aa, modifier);
    ap.port = port;
    this.#store.commit({ kind: "AP", record: ap }, () => this.#aps.prepare(ap, ap.modifier));
  }

  /**
   * An AP that may be served once it comes; every update of a root waits for it from now on.
   * @throws RangeError as serve does for a new one, and for one that is authorised already.
   */
  authorise(aa: Uint8Array): void {
    if (this.isAuthorised(aa)) throw new RangeError(`aa: ${addressText(aa)} is authorised already`);
    const ap = this.#newAp(aa, undefined);
    this.#store.commit({ kind: "AP", record: ap }, () => this.#aps.awaits(ap));
  }

  /** Is that AP one that the service may serve? */
  isAuthorised(aa: Uint8Array): boolean {
    return this.#aps.of(aa)?.isLeaving === false;
  }

  /** Addresses of all APs that are authorised, and of all devices whose record is durable. */
  get aas(): Uint8Array[] {
    return this.#aps.aas;
  }

  get spas(): Uint8Array[] {
    return [...this.#devices.values()].filter(({ isStored }) => isStored).map(({ spa }) => spa.slice());
  }

  /**
   * A new epoch for an AP: another Modifier, and so another PMK for every device.
   * @throws RangeError for one that is not served, or has no Modifier.
   */
  renew(aa: Uint8Array): void {
    const ap = this.#aps.of(aa);
    if (!ap?.modifier || ap.isLeaving) throw new RangeError(`aa: ${addressText(aa)} is no AP that has a Modifier`);
    const modifier = this.#aps.newModifier();
    this.#store.commit({ kind: "AP", record: { aa, modifier } }, () => this.#aps.prepare(ap, modifier));
  }

  /**
   * Serves an AP no more: it gets no new PMK, and no update waits for it. What it holds dies with the next update of each
   * root.
   * @throws RangeError for one that is not served.
   */
  dismiss(aa: Uint8Array): void {
    const ap = this.#aps.of(aa);
    if (!ap || ap.isLeaving) throw new RangeError(`aa: ${addressText(aa)} is no AP that is served`);
    ap.isLeaving = true;
    this.#store.commit({ kind: "AP dismissed", aa }, () => this.#aps.remove(ap));
  }

  /**
   * Asks for the next root of a device; while one is not proven yet, goes on with that: there is never a second.
   * @returns the generation that is on its way
   * @throws RangeError for a device that is not enrolled.
   */
  startUpdate(spa: Uint8Array): number {
    const device = this.#devices.get(addressKey(spa));
    if (!device?.isStored) throw new RangeError(`spa: ${addressText(spa)} is not enrolled`);
    // That is on its way to the store or to APs, or is given to those that are away when they come.
    if (device.update) return device.update.generation;
    const update = device.beginUpdate(this.#master);
    this.#store.commit({ kind: "device", record: device }, () => this.#aps.committed(device, update));
    return update.generation;
  }

  /**
   * A device that has no root yet: its first is made by EAP. Not kept in the store: it is said again after a restart.
   * @throws RangeError as enrol does.
   */
  expect(spa: Uint8Array, deviceClass: DeviceClass = "active-tx"): void {
    this.#checkNewDevice(spa, deviceClass);
    this.#expected.add(addressKey(spa));
  }

  /**
   * The next root of a device is to be one that EAP makes. Not kept in the store: a restart forgets the wish.
   * @throws RangeError for one that is not enrolled.
   */
  wantRootByEap(spa: Uint8Array): void {
    if (!this.#devices.has(addressKey(spa))) throw new RangeError(`spa: ${addressText(spa)} is not enrolled`);
    this.#wanted.add(addressKey(spa));
  }

  /**
   * A port has opened over a PMK of EAP, at an AP of the service's own trust domain: PROVE may be said there. It takes the
   * place of the device's association before. undefined: EAP has proven somebody else, or the device is not known.
   */
  associated(association: EapAssociation): Adoption | undefined {
    const { spa, identity, pmk } = association;
    checkOctets("pmk", pmk, KEY_OCTETS);
    const key = addressKey(spa);
    const own = this.#identityOf(spa);
    if (!this.#devices.has(key) && !this.#expected.has(key)) this.#count("unknown AP or device");
    else if (own === undefined || !equalOctets(own, identity)) this.#count("wrong identity");
    else {
      const adoption = new Adoption(association);
      this.#adoptions.set(key, adoption);
      return adoption;
    }
    return undefined;
  }

  /**
   * What to tell the device after its answer to PROVE or to ADOPT (docs/RSN.md section 9).
   * @returns ADOPT; "EAP first": this PMK will not do, one that EAP makes will; undefined: nothing, or not before every AP
   * has its PMK: PROVE may be said again.
   */
  adopt(adoption: Adoption, answer: Answer | "none"): Uint8Array | "EAP first" | undefined {
    const { association } = adoption;
    const { spa, pmk } = association;
    const key = addressKey(spa);
    // An answer from an association that is over says nothing of what the device has now.
    if (this.#adoptions.get(key) !== adoption) return undefined;
    const device = this.#devices.get(key);
    if (answer !== "none" && device?.update?.isProof(answer)) {
      this.#adoptions.delete(key);
      this.#prove(device, device.update);
      return undefined;
    }
    if (adoption.isOffered) {
      this.#count("wrong proof");
      return undefined;
    }
    const isWanted = this.#wanted.has(key);
    const offer = offerFor(this.#crypto, device, { association, answer, isWanted });
    if (offer === undefined || offer === "EAP first") return offer;
    const command = this.#begin(offer, device ?? this.#newDevice(spa, offer.generation, pmk, "eap-psk"), pmk).adoption;
    this.#wanted.delete(key);
    this.#expected.delete(key);
    adoption.isOffered = command !== undefined;
    return command;
  }

  /** Makes durable what is to be offered, and gives it to every AP. */
  #begin({ generation, kind }: Exclude<Offer, string | undefined>, device: DeviceKeys, pmk: Uint8Array): RootUpdate {
    if (kind === "begun" && device.update) return device.update;
    const isReplaced = kind === "replacement";
    const update = isReplaced ? device.replaceRoot(generation, pmk) : device.updateByEap(generation, pmk);
    this.#store.commit({ kind: "device", record: device }, () => {
      if (device.update !== update) return;
      device.isStored = true;
      this.#aps.committed(device, update);
    });
    return update;
  }

  /** One that is not known yet. */
  #newDevice(spa: Uint8Array, generation: number, root: Uint8Array, origin: Origin): DeviceKeys {
    const record = { spa: copied(spa), generation, root: copied(root), update: undefined, origin };
    const device = new DeviceKeys(this.#crypto, record);
    this.#devices.set(device.key, device);
    return device;
  }

  /** @throws RangeError for a device that is not enrolled. */
  progressOf(spa: Uint8Array): KeyProgress {
    const device = this.#devices.get(addressKey(spa));
    if (!device) throw new RangeError(`spa: ${addressText(spa)} is not enrolled`);
    const { generation, update } = device;
    return { generation, updatingTo: update?.generation, isReady: update?.isReady ?? false };
  }

  commandFor(spa: Uint8Array, generation: number): Uint8Array | undefined {
    const commands = this.#devices.get(addressKey(spa))?.commands;
    return commands?.find((command) => command.generation === generation)?.octets;
  }

  offer(spa: Uint8Array, answer: Answer): boolean {
    const device = this.#devices.get(addressKey(spa));
    if (!device) return this.#count("unknown AP or device");
    const { update } = device;
    if (update?.isProof(answer)) {
      this.#prove(device, update);
      return true;
    }
    // The last proof once more, through another AP or after a repeated command: it is no reading, and changes nothing.
    if (device.isKnownProof(answer)) return true;
    return update ? this.#count("wrong proof") : false;
  }

  missing(aa: Uint8Array, spa: Uint8Array, generation: number): void {
    const ap = this.#aps.of(aa);
    const device = this.#devices.get(addressKey(spa));
    if (!ap || !device) {
      this.#count("unknown AP or device");
    } else if (device.hasGeneration(generation)) {
      this.#count("PMK given again");
      this.#aps.give(device, ap);
    } else {
      this.#count("no root of that generation");
    }
  }

  /** Step 4: the device has the new root, so the one before is dropped: here when that is durable, then at every AP. */
  #prove(device: DeviceKeys, update: RootUpdate): void {
    const { generation, root } = update;
    const origin = device.originAfter(update);
    const record = { spa: device.spa, generation, root, update: undefined, origin };
    this.#store.commit({ kind: "device", record }, () => {
      device.endUpdate(update);
      this.#aps.giveAll(device);
      this.#aps.tellAll(device);
    });
  }

  #checkNewDevice(spa: Uint8Array, deviceClass: DeviceClass): void {
    checkDeviceClass(deviceClass);
    checkAddress("spa", spa);
    const key = addressKey(spa);
    if (this.#aps.of(spa)) {
      throw new RangeError(`spa: ${addressText(spa)} is an AP's address, and A2 has to tell the directions apart`);
    }
    if (this.#devices.has(key)) throw new RangeError(`spa: ${addressText(spa)} is enrolled already`);
  }

  #newAp(aa: Uint8Array, modifier: ModifierWish | undefined): ServedAp {
    if (this.#devices.has(addressKey(aa)) || this.#expected.has(addressKey(aa))) {
      throw new RangeError(`aa: ${addressText(aa)} is a device's address, and A2 has to tell the directions apart`);
    }
    return this.#aps.add(aa, modifier);
  }

  #count(event: KeyEvent): false {
    this.events[event]++;
    return false;
  }
}
