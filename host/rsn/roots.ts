/*
 * A root for the AMP station out of an RSN association (docs/RSN.md section 9): the AP carries the words of the key service to
 * the device and back, in protected MSDUs of their own EtherType.
 */

import type { EapBackend, EapStep } from "../eap/backend.ts";
import { PROVE, readRootAnswer } from "../keys/adoptcommand.ts";
import type { Adoption, EapAssociation } from "../keys/adoption.ts";
import type { KeyService } from "../keys/service.ts";
import { toHex } from "../wire/octets.ts";
import type { RsnAp, RsnOutcome } from "./ap/rsnap.ts";
import { ETHERTYPE, emitMsdu, parseMsdu } from "./frames/llc.ts";
import { PMK_OCTETS } from "./keys/ptk.ts";

export interface RootDeskOptions {
  /** Of the key service's own trust domain: it knows the root, and can put itself in the device's place. */
  readonly ap: RsnAp;
  readonly aa: Uint8Array;
  readonly service: Pick<KeyService, "associated" | "adopt">;
  /** What EAP has made at this AP. */
  readonly pmks: PmkMemory;
}

export class RootDesk {
  readonly #options: RootDeskOptions;
  /** By address, hexadecimal. */
  readonly #adoptions = new Map<string, Adoption>();

  constructor(options: RootDeskOptions) {
    this.#options = options;
  }

  /** A port has opened: asks the device for its newest root. undefined: there is nothing to be had from that association. */
  begin(spa: Uint8Array): Uint8Array | undefined {
    const { pmks, service } = this.#options;
    const association = pmks.of(spa);
    const adoption = association && service.associated(association);
    if (!adoption) return undefined;
    this.#adoptions.set(toHex(spa), adoption);
    return this.#send(spa, PROVE);
  }

  /** An MSDU that came through the port: what to send next, undefined if nothing; "other": it is not of this kind. */
  receive({ spa, octets }: NonNullable<RsnOutcome["msdu"]>): Uint8Array | undefined | "other" {
    const msdu = parseMsdu(octets);
    if (typeof msdu === "string" || msdu.etherType !== ETHERTYPE.root) return "other";
    const { ap, pmks, service } = this.#options;
    const answer = readRootAnswer(msdu.data);
    const adoption = this.#adoptions.get(toHex(spa));
    const command = answer && adoption ? service.adopt(adoption, answer) : undefined;
    // Without its PMKSA the AP runs EAP in the next association.
    if (command === "EAP first") ap.pmksa.forget(spa);
    if (!(command instanceof Uint8Array)) return undefined;
    pmks.offered(spa);
    return this.#send(spa, command);
  }

  #send(spa: Uint8Array, payload: Uint8Array): Uint8Array | undefined {
    const { ap, aa } = this.#options;
    const frame = ap.send(spa, aa, emitMsdu({ etherType: ETHERTYPE.root, data: payload }));
    return typeof frame === "string" ? undefined : frame;
  }
}

/** What EAP has made last with each station at one AP, as the key service knows it. */
export class PmkMemory {
  /** By address, hexadecimal. */
  readonly #made = new Map<string, EapAssociation>();

  /** What the AP's PMKSA of that station is, and every association over it. The octets stay here. */
  of(spa: Uint8Array): EapAssociation | undefined {
    return this.#made.get(toHex(spa));
  }

  /** Its PMK has been offered as a root. */
  offered(spa: Uint8Array): void {
    const made = this.#made.get(toHex(spa));
    if (made) this.#made.set(toHex(spa), { ...made, isNew: false });
  }

  /**
   * The same EAP server, listened to: to be the AP's, and the one of its pre-authentication, too. One that answers later, or
   * that names no identity, is not heard: then there is no PMK to adopt.
   */
  readonly around = (eap: EapBackend): EapBackend => ({
    begin: (spa) => {
      const conversation = eap.begin(spa);
      return {
        receive: (packet) => {
          const step = conversation.receive(packet);
          if (step?.result === "success") this.keep(spa, step);
          return step;
        },
      };
    },
  });

  /** What an EAP server elsewhere has made with that station. The octets are copied. */
  keep(spa: Uint8Array, { msk, identity }: Pick<EapStep, "msk" | "identity">): void {
    this.#made.get(toHex(spa))?.pmk.fill(0);
    this.#made.delete(toHex(spa));
    if (!msk || !identity) return;
    const pmk = msk.slice(0, PMK_OCTETS);
    this.#made.set(toHex(spa), { spa: spa.slice(), identity: identity.slice(), pmk, isNew: true });
  }
}
