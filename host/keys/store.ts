/**
 * What a key service keeps through a crash (PROTOCOL.md sections 1 and 6), and where. The service changes nothing that
 * counts before the store has said that the change is durable, and goes on from what was committed: so a store may stop
 * it between any two steps, by never saying so.
 */

import { copied } from "../wire/octets.ts";
import { addressKey } from "./address.ts";
import type { Origin } from "./origin.ts";

export interface DeviceRecord {
  readonly spa: Uint8Array;
  /** Of `root`, 0..255: the newest that the device has proven, or the PSK's; or that of `update`, which took its place. */
  readonly generation: number;
  /** 32 octets. */
  readonly root: Uint8Array;
  /** Begun and not proven yet; the new root follows from `root` and this. */
  readonly update: UpdateRecord | undefined;
  /** Of `root`; undefined: not known. */
  readonly origin?: Origin | undefined;
}

/** The first step of an update: {g+1, Modifier'}, or {g+1, root} where EAP made it. */
export interface UpdateRecord {
  readonly generation: number;
  /** 16 octets: the new root follows from the one before and this. */
  readonly modifierPrime?: Uint8Array | undefined;
  /** 32 octets, if there is no Modifier': it follows from nothing. */
  readonly root?: Uint8Array | undefined;
}

export interface ApRecord {
  readonly aa: Uint8Array;
  /** 8 octets, of this epoch; undefined: direct mode. */
  readonly modifier: Uint8Array | undefined;
}

/** One record is written in place of the one before of the same address, whole or not at all. */
export type Change =
  | { readonly kind: "device"; readonly record: DeviceRecord }
  | { readonly kind: "AP"; readonly record: ApRecord }
  | { readonly kind: "AP dismissed"; readonly aa: Uint8Array };

/** Where a key service keeps its records. */
export interface KeyStore {
  /** All that was committed, as copies that the caller may keep and wipe; asked for once, when a service starts. */
  load(): { readonly devices: readonly DeviceRecord[]; readonly aps: readonly ApRecord[] };
  /**
   * Makes a change durable, then calls `done`: at once or later, in the order of the calls. A change that cannot be made
   * durable has no `done`. The octets stay the caller's, who may wipe them when this returns.
   */
  commit(change: Change, done: () => void): void;
}

/** A store that lives as long as the process: every commit is done at once. */
export class MemoryStore implements KeyStore {
  readonly #devices = new Map<number, DeviceRecord>();
  readonly #aps = new Map<number, ApRecord>();

  /** Starts from these devices, copied: for a service that takes over from another. */
  constructor(devices: Iterable<DeviceRecord> = []) {
    for (const record of devices) this.#devices.set(addressKey(record.spa), copyOf(record));
  }

  load(): ReturnType<KeyStore["load"]> {
    return { devices: [...this.#devices.values()].map(copyOf), aps: [...this.#aps.values()] };
  }

  commit(change: Change, done: () => void): void {
    if (change.kind === "device") {
      const key = addressKey(change.record.spa);
      const before = this.#devices.get(key);
      this.#devices.set(key, copyOf(change.record));
      before?.root.fill(0);
    } else if (change.kind === "AP") {
      const { aa, modifier } = change.record;
      this.#aps.set(addressKey(aa), { aa: copied(aa), modifier: modifier && copied(modifier) });
    } else {
      this.#aps.delete(addressKey(change.aa));
    }
    done();
  }
}

function copyOf({ spa, generation, root, update, origin }: DeviceRecord): DeviceRecord {
  return {
    spa: copied(spa),
    generation,
    root: copied(root),
    update: update && copyOfUpdate(update),
    ...(origin && { origin }),
  };
}

/** A root that follows from another is not kept. */
function copyOfUpdate({ generation, modifierPrime, root }: UpdateRecord): UpdateRecord {
  return modifierPrime
    ? { generation, modifierPrime: copied(modifierPrime) }
    : { generation, root: root && copied(root) };
}
