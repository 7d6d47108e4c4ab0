/** The bed that tests of the AP lie on: the real station, AP and key service, and a clock that the test moves. */
import assert from "node:assert/strict";
import { AccessPoint, type Received, type TriggerRequest } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import type { Confirmation, Reading } from "../../host/ap/reading.ts";
import type { ApReason } from "../../host/ap/reasons.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { statusName } from "../../host/device/abi.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { KeyService } from "../../host/keys/service.ts";
import { type KeyStore, MemoryStore } from "../../host/keys/store.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { DEVICES } from "../support/device.ts";
import { freshEntropy } from "../support/devicescene.ts";
import { bigEndian, concat, hex } from "../twin/bytes.ts";
import { AA_LOW, labelled, MODIFIER, SPA } from "../vectors/world.ts";
import { ObservedCrypto } from "./observed.ts";

export const MASTER = labelled("AP tests, master key", 32);

export const PLAIN_REQUEST = {
  to: "broadcast",
  profile: PROFILES[0],
  acwe: 0,
  ulRate: 0,
  access: 0,
  slots: 1,
  slotDuration_4us: 255,
} as const satisfies TriggerRequest;

/** How long an M1 is on the air and answered, in these tests: any function of its arguments that can be checked. */
export const SPAN_s = 0.25;

/** The SPA of the n-th device. */
export function spaOf(n: number): Uint8Array {
  return n === 0 ? SPA : concat(SPA.slice(0, 2), bigEndian(n, 4));
}

export function pskOf(spa: Uint8Array): Uint8Array {
  return labelled(`AP tests, PSK of ${hex(spa)}`, 32);
}

/** root_{g+1} by node:crypto alone: Modifier' from the master key, the root from the one before. */
export function nextRootOf(root: Uint8Array, generation: number, spa: Uint8Array): Uint8Array {
  const modifierPrime = nodeCrypto.kdf256(MASTER, "AMP update modifier", concat(generation, spa)).slice(0, 16);
  return nodeCrypto.kdf256(root, "AMP root update", concat(modifierPrime, generation, spa));
}

export function proofOf(root: Uint8Array, generation: number, spa: Uint8Array): Uint8Array {
  return nodeCrypto.kdf256(root, "AMP root proof", concat(generation, spa)).slice(0, 8);
}

/** A real station with its NVM; it has power and is booted. */
export class BedDevice {
  readonly spa: Uint8Array;
  readonly nvm: Nvm;
  station: Station;
  readonly #module: WebAssembly.Module;
  readonly #entropy: () => Uint8Array | null;

  constructor(
    spa: Uint8Array,
    { module = DEVICES[0].module, image = encodeRecord({ spa, psk: pskOf(spa), counter: 0 }) } = {},
  ) {
    this.spa = spa;
    this.nvm = new Nvm(image);
    this.#module = module;
    this.#entropy = freshEntropy(hex(spa));
    this.station = this.powerCycle();
  }

  /** RAM is lost, and boot again. */
  powerCycle(): Station {
    this.nvm.powerUp();
    const entropy = (into: Uint8Array): boolean => {
      into.set(this.#entropy() ?? []);
      return true;
    };
    const nvmRead = this.nvm.nvmRead.bind(this.nvm);
    const nvmWrite = this.nvm.nvmWrite.bind(this.nvm);
    this.station = loadStation(this.#module, { entropy, nvmRead, nvmWrite });
    assert.equal(this.station.boot(), 0, "the record boots");
    return this.station;
  }

  /** The frame that it answers this one with. */
  answer(frame: Uint8Array): Uint8Array {
    const { status, frame: reply } = this.station.receive(frame);
    assert.ok(reply !== undefined, `no answer to ${hex(frame)}: ${statusName(status) ?? status}`);
    return reply;
  }

  /** It takes this frame and has nothing to send. */
  takes(frame: Uint8Array): void {
    const { status, frame: reply } = this.station.receive(frame);
    assert.deepEqual([statusName(status) ?? status, reply], [0, undefined]);
  }

  /** The Data frame with this reading. */
  says(reading: Uint8Array, encrypt = true): Uint8Array {
    assert.equal(this.station.setPayload(reading, encrypt), 0);
    const { status, frame } = this.station.send();
    assert.ok(frame, `no Data: ${statusName(status)}`);
    return frame;
  }
}

interface BedOptions {
  readonly aa?: Uint8Array;
  readonly modifier?: Uint8Array | "direct";
  readonly store?: KeyStore;
  readonly label?: string;
}

/** One AP and its key service. */
export class Bed {
  readonly aa: Uint8Array;
  readonly crypto: ObservedCrypto;
  readonly service: KeyService;
  readonly table: PmkTable;
  readonly ap: AccessPoint;
  now_s = 100;

  constructor({ aa = AA_LOW, modifier = MODIFIER, store = new MemoryStore(), label }: BedOptions = {}) {
    this.aa = aa;
    this.crypto = new ObservedCrypto(aa, label);
    this.service = new KeyService({ crypto: this.crypto, master: MASTER, store });
    this.table = new PmkTable(aa, this.crypto);
    this.service.serve(this.table, modifier);
    const { crypto, table: keys, service } = this;
    this.ap = new AccessPoint({ crypto, keys, service, triggerSpan_s: () => SPAN_s });
  }

  /** Enrols a device that is as manufacture left it. */
  enrol(spa = spaOf(0), module?: WebAssembly.Module): BedDevice {
    this.service.enrol(spa, pskOf(spa));
    return new BedDevice(spa, { module });
  }

  trigger(request: Partial<TriggerRequest> = {}, channel = 0): Uint8Array {
    return this.ap.trigger(channel, { ...PLAIN_REQUEST, ...request }, this.now_s);
  }

  receive(octets: Uint8Array, channel = 0): Received {
    return this.ap.receive(channel, octets, this.now_s);
  }

  /** The AP takes this M2. */
  takes(m2: Uint8Array, channel = 0): Reading {
    const received = this.receive(m2, channel);
    assert.ok(received.kind === "reading", `taken, not ${JSON.stringify(received)}`);
    return received.reading;
  }

  /** The AP refuses it for that reason, counts that once and nothing else. */
  refuses(octets: Uint8Array, reason: ApReason, channel = 0): void {
    const before = { ...this.ap.refused };
    assert.deepEqual(this.receive(octets, channel), { kind: "refused", reason });
    assert.deepEqual(this.ap.refused, { ...before, [reason]: before[reason] + 1 });
  }

  /** The reading is stored: its M3. */
  delivers(reading: Reading, dlData?: Uint8Array): Confirmation {
    const confirmation = reading.delivered(this.now_s, dlData);
    assert.ok(confirmation, "delivered in time");
    return confirmation;
  }

  /** A whole exchange under a new trigger; the device is then in state 3. */
  exchange(device: BedDevice, request: Partial<TriggerRequest> = {}, dlData?: Uint8Array): Confirmation {
    const confirmation = this.delivers(this.takes(device.answer(this.trigger(request))), dlData);
    device.takes(confirmation.m3);
    return confirmation;
  }

  /** A session whose M3 has a command: the device's answer to it. */
  command(device: BedDevice, wanted: "UPDATE" | "PROVE"): Uint8Array {
    const confirmation = this.delivers(this.takes(device.answer(this.trigger())));
    assert.equal(confirmation.carries, wanted);
    return device.answer(confirmation.m3);
  }

  /** DL Data. */
  data(spa: Uint8Array, payload: Uint8Array): Uint8Array {
    const { octets, reason } = this.ap.data(spa, payload, this.now_s);
    assert.ok(octets, `DL Data: ${reason}`);
    return octets;
  }
}
