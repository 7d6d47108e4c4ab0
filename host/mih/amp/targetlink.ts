/**
 * The next AP's end: 802.21 gives its PoS a key, and this admits the station under it, in the generation that the serving AP
 * has told. A key that a PoS of before has had in its hands (003-C12) stays marked until the station has authenticated afresh.
 *
 * Afresh, in AMP: a reading under a PMK of the key service at this AP, or a newer root that is proven through any AP. Both
 * come of a root that no AP has, and either ends the admission: under a newer root the station has wiped its entry, and with
 * an ordinary PMK nothing else is needed.
 */

import type { TriggerRequest } from "../../ap/accesspoint.ts";
import type { PmkTable } from "../../ap/pmks.ts";
import type { Crypto } from "../../crypto/crypto.ts";
import { addressKey } from "../../keys/address.ts";
import { handoverName, handoverPmk } from "../../keys/handover.ts";
import { equalOctets } from "../../wire/octets.ts";
import { isTainted, type SaOrigin } from "../sa/said.ts";
import type { LinkGrant, LinkLayer } from "../services/local.ts";
import type { LinkId } from "../wire/values.ts";
import { emitGeneration, isLinkOf, macOf, readGeneration } from "./ends.ts";

/** A station that 802.21 has sent here. */
export interface Handed {
  readonly spa: Uint8Array;
  readonly origin: SaOrigin;
  /** Somebody else may have its key, and it has not authenticated afresh. */
  readonly isTainted: boolean;
  /** Of its root, as the serving AP has told; undefined: not yet, and it is not admitted. */
  readonly generation: number | undefined;
  /** Taken under its handover PMK. */
  readonly readings: number;
}

interface Held extends Omit<Handed, "isTainted"> {
  readonly name: Uint8Array;
  readonly pmk: Uint8Array;
}

export interface TargetLinkOptions {
  readonly crypto: Crypto;
  /** Of the AP of this link. */
  readonly table: PmkTable;
  /** A tainted key is refused after so many readings; undefined: it never is. */
  readonly taintedReadings?: number;
}

export class TargetLink implements LinkLayer {
  readonly #options: TargetLinkOptions;
  /** By addressKey of the SPA. */
  readonly #held = new Map<number, Held>();
  /** By MISF ID of the MN: what the serving AP has told, perhaps before the key came. */
  readonly #generations = new Map<string, number>();
  /** By MISF ID of the MN. */
  readonly #spas = new Map<string, Uint8Array>();

  constructor(options: TargetLinkOptions) {
    this.#options = options;
  }

  /** Links of other APs and of no AMP station are none of this one's. */
  install({ mn, mnLink, poaLink, k, origin }: LinkGrant): boolean {
    const { crypto, table } = this.#options;
    const spa = macOf(mnLink);
    if (!spa || !isLinkOf(poaLink, table.aa)) return false;
    // A station has one agent at a time: who names another's address does not get its place.
    const holder = [...this.#spas].find(([, held]) => equalOctets(held, spa))?.[0];
    if (holder !== undefined && holder !== mn) return false;
    // Of an agent whose station has another address now, the one before is nobody's.
    const before = this.#spas.get(mn);
    if (before) this.#forget(before);
    this.#forget(spa);
    const name = handoverName(crypto, k, table.aa, spa);
    const pmk = handoverPmk(crypto, k, table.aa, spa);
    const held = { spa: spa.slice(), origin, generation: this.#generations.get(mn), readings: 0, name, pmk };
    this.#spas.set(mn, held.spa);
    this.#held.set(addressKey(spa), held);
    this.#admit(held);
    return true;
  }

  remove(mn: string, poaLink: LinkId): void {
    if (!isLinkOf(poaLink, this.#options.table.aa)) return;
    const spa = this.#spas.get(mn);
    this.#generations.delete(mn);
    if (spa) this.#forget(spa);
  }

  /** The station's root generation, from the serving AP; it comes back as it was understood. */
  deliver(mn: string, poaLink: LinkId, frame: Uint8Array): Uint8Array | undefined {
    const generation = readGeneration(frame);
    if (generation === undefined || !isLinkOf(poaLink, this.#options.table.aa)) return undefined;
    this.#generations.set(mn, generation);
    const spa = this.#spas.get(mn);
    const held = spa && this.#held.get(addressKey(spa));
    if (held && held.generation !== generation) this.#admit({ ...held, generation });
    return emitGeneration(generation);
  }

  of(spa: Uint8Array): Handed | undefined {
    const held = this.#held.get(addressKey(spa));
    if (!held) return undefined;
    const { origin, generation, readings } = held;
    return { spa: held.spa.slice(), origin, generation, readings, isTainted: isTainted(origin) };
  }

  /** Whom the next M1 asks, and under which key: undefined: this AP has none of that station. */
  requestFor(spa: Uint8Array): Pick<TriggerRequest, "to" | "handover"> | undefined {
    const { table } = this.#options;
    if (table.admitted(spa)) return { to: spa, handover: true };
    return table.device(spa) ? { to: spa } : undefined;
  }

  /** A reading of that station was taken here, and its M3 is made: what ends with it would close its session. */
  took(spa: Uint8Array, under: "handover PMK" | "PMK of the key service"): void {
    const held = this.#held.get(addressKey(spa));
    if (!held) return;
    if (under === "PMK of the key service") {
      this.#forget(spa);
      return;
    }
    const readings = held.readings + 1;
    this.#held.set(addressKey(spa), { ...held, readings });
    const most = this.#options.taintedReadings ?? Number.POSITIVE_INFINITY;
    if (isTainted(held.origin) && readings >= most) this.#options.table.forget(spa);
  }

  /** Its root of that generation is proven, through this AP or another. */
  proven(spa: Uint8Array, generation: number): void {
    const held = this.#held.get(addressKey(spa));
    if (held && held.generation !== generation) this.#forget(spa);
  }

  #admit(held: Held): void {
    const { spa, generation, name, pmk } = held;
    this.#held.set(addressKey(spa), held);
    if (generation !== undefined) this.#options.table.admit({ spa, generation, name, pmk });
  }

  #forget(spa: Uint8Array): void {
    this.#options.table.forget(spa);
    this.#held.get(addressKey(spa))?.pmk.fill(0);
    this.#held.delete(addressKey(spa));
    for (const [mn, held] of this.#spas) if (equalOctets(held, spa)) this.#spas.delete(mn);
  }
}
