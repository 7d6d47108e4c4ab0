/** All APs that a key service serves, and what each is given and told of each device. */

import type { Crypto } from "../crypto/crypto.ts";
import { checkOctets, copied } from "../wire/octets.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";
import { addressKey, addressText, checkAddress } from "./address.ts";
import type { DeviceKeys } from "./device.ts";
import { isSameModifier } from "./link.ts";
import { ServedAp } from "./served.ts";
import type { ApRecord } from "./store.ts";
import type { RootUpdate } from "./update.ts";

/** Calls back, at once or in a later turn of the event loop. */
export type Turn = (then: () => void) => void;

/** Devices that are given in one turn: a few milliseconds. */
const SLICE = 500;

/** 8 octets, or "direct" for the PMK that is the root. */
export type ModifierWish = Uint8Array | "direct";

export class ApRegister {
  readonly #crypto: Pick<Crypto, "randomBytes">;
  readonly #aps = new Map<number, ServedAp>();
  readonly #devices: ReadonlyMap<number, DeviceKeys>;
  readonly #turn: Turn;

  /** `devices`: those of the service, as they come. `turn`: whatever else there is to do has its turn first. */
  constructor(
    crypto: Pick<Crypto, "randomBytes">,
    devices: ReadonlyMap<number, DeviceKeys>,
    { aps, turn }: { readonly aps: readonly ApRecord[]; readonly turn: Turn },
  ) {
    this.#crypto = crypto;
    this.#turn = turn;
    this.#devices = devices;
    for (const ap of aps.map((record) => new ServedAp(record))) this.#aps.set(ap.key, ap);
  }

  get aas(): Uint8Array[] {
    return [...this.#aps.values()].filter(({ isLeaving }) => !isLeaving).map(({ aa }) => aa.slice());
  }

  of(aa: Uint8Array): ServedAp | undefined {
    return this.#aps.get(addressKey(aa));
  }

  /** @throws RangeError for a group address, for a second AP beside a direct one, and for a Modifier of another length. */
  add(aa: Uint8Array, modifier: ModifierWish | undefined): ServedAp {
    checkAddress("aa", aa);
    if (modifier instanceof Uint8Array) checkOctets("modifier", modifier, MODIFIER_OCTETS);
    const others = [...this.#aps.values()];
    if (others.some((ap) => ap.modifier === undefined) || (modifier === "direct" && others.length > 0)) {
      throw new RangeError(`aa: ${addressText(aa)} would not be the only AP, and direct mode is for a single one`);
    }
    const chosen = modifier === "direct" ? undefined : copied(modifier ?? this.newModifier());
    const ap = new ServedAp({ aa: copied(aa), modifier: chosen });
    this.#aps.set(ap.key, ap);
    return ap;
  }

  newModifier(): Uint8Array {
    return this.#crypto.randomBytes(MODIFIER_OCTETS);
  }

  /** No update waits for it any more, and what it acknowledges from now on leads to nothing. */
  remove(ap: ServedAp): void {
    ap.port = undefined;
    // One that was authorised again meanwhile is another.
    if (this.#aps.get(ap.key) !== ap) return;
    this.#aps.delete(ap.key);
    for (const device of this.#devices.values()) this.#acknowledged(device, device.update, ap);
  }

  /** Step 1 of an update is done, and step 2 begins. */
  committed(device: DeviceKeys, update: RootUpdate): void {
    update.committed(this.#aps.keys());
    this.giveAll(device);
    this.tellAll(device);
  }

  /** A new epoch, or an AP that may have lost what it held. */
  prepare(ap: ServedAp, modifier: Uint8Array | undefined): void {
    this.awaits(ap);
    const { port } = ap;
    ap.assign(modifier, () => {
      const devices = this.#devices.values();
      const some = (): void => {
        // Another epoch, or another connection, has begun to be given.
        if (ap.port !== port || ap.modifier !== modifier) return;
        for (let n = 0; n < SLICE; n++) {
          const { value, done } = devices.next();
          if (done) {
            this.#begin(ap);
            return;
          }
          this.give(value, ap);
        }
        this.#turn(some);
      };
      some();
    });
  }

  #begin(ap: ServedAp): void {
    ap.begin(() => {
      for (const device of this.#devices.values()) if (device.update) ap.tell(device.spa, device.commands);
    });
  }

  /** Every update waits for it, from now on or again: what was ready to leave is not any more. */
  awaits(ap: ServedAp): void {
    for (const device of this.#devices.values()) {
      const wasReady = device.update?.isReady;
      device.update?.awaits(ap.key);
      if (wasReady) this.tellAll(device);
    }
  }

  tellAll(device: DeviceKeys): void {
    for (const ap of this.#aps.values()) ap.tell(device.spa, device.commands);
  }

  giveAll(device: DeviceKeys): void {
    for (const ap of this.#aps.values()) this.give(device, ap);
  }

  give(device: DeviceKeys, ap: ServedAp): void {
    if (!device.isGrantable) return;
    const update = device.update?.isCommitted ? device.update : undefined;
    const done = update && (() => this.#acknowledged(device, update, ap));
    ap.hold((record) => device.grantFor(record), done);
  }

  /** That AP has committed its PMK of this update, or is served no more. */
  #acknowledged(device: DeviceKeys, update: RootUpdate | undefined, ap: ServedAp): void {
    if (!update || update.isReady) return;
    update.acknowledged(ap.key);
    if (update.isReady && device.update === update) this.tellAll(device);
  }
}

/** Does that AP have what is wished for? */
export function hasModifier({ modifier }: ApRecord, wish: ModifierWish): boolean {
  return isSameModifier(modifier, wish === "direct" ? undefined : wish);
}
