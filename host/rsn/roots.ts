/*
 * A root for the AMP station out of an RSN association (docs/RSN.md section 9): the AP carries the words of the key service to
 * the device and back, in protected MSDUs of their own EtherType.
 */
import { PROVE, readRootAnswer } from "../keys/adoptcommand.ts";
import type { KeyService } from "../keys/service.ts";
import { toHex } from "../wire/octets.ts";
import type { EapBackend } from "./ap/eap.ts";
import type { RsnAp, RsnOutcome } from "./ap/rsnap.ts";
import { emitMsdu, parseMsdu } from "./frames/llc.ts";
import { PMK_OCTETS } from "./keys/ptk.ts";

/** IEEE Std 802 local experimental EtherType 2. */
const ROOT_ETHERTYPE = 0x88b6;

export interface RootDeskOptions {
  readonly ap: RsnAp;
  readonly aa: Uint8Array;
  readonly service: Pick<KeyService, "adopt">;
  /** The PMK of that station's association, MSK[0..31] of EAP; undefined: EAP made none. It stays the caller's. */
  readonly pmkOf: (spa: Uint8Array) => Uint8Array | undefined;
}

export class RootDesk {
  readonly #options: RootDeskOptions;

  constructor(options: RootDeskOptions) {
    this.#options = options;
  }

  /** A port has opened: asks the device for its newest root. undefined: there is nothing to be had from that association. */
  begin(spa: Uint8Array): Uint8Array | undefined {
    return this.#options.pmkOf(spa) && this.#send(spa, PROVE);
  }

  /** An MSDU that came through the port: what to send next, undefined if nothing; "other": it is not of this kind. */
  receive({ spa, octets }: NonNullable<RsnOutcome["msdu"]>): Uint8Array | undefined | "other" {
    const msdu = parseMsdu(octets);
    if (typeof msdu === "string" || msdu.etherType !== ROOT_ETHERTYPE) return "other";
    const answer = readRootAnswer(msdu.data);
    const pmk = this.#options.pmkOf(spa);
    if (!answer || !pmk) return undefined;
    const command = this.#options.service.adopt(spa, pmk, answer);
    return command && this.#send(spa, command);
  }

  #send(spa: Uint8Array, payload: Uint8Array): Uint8Array | undefined {
    const { ap, aa } = this.#options;
    const frame = ap.send(spa, aa, emitMsdu({ etherType: ROOT_ETHERTYPE, data: payload }));
    return typeof frame === "string" ? undefined : frame;
  }
}

/** The last PMK that EAP made with each station, where the EAP server and the key service are in one process. */
export class PmkMemory {
  /** By address, hexadecimal. */
  readonly #pmks = new Map<string, Uint8Array>();

  readonly pmkOf = (spa: Uint8Array): Uint8Array | undefined => this.#pmks.get(toHex(spa));

  /** The same EAP server, listened to. One that answers later is not heard. */
  readonly around = (eap: EapBackend): EapBackend => ({
    begin: (spa) => {
      const conversation = eap.begin(spa);
      return {
        receive: (packet) => {
          const step = conversation.receive(packet);
          if (step?.result === "success" && step.msk) this.#keep(spa, step.msk.slice(0, PMK_OCTETS));
          return step;
        },
      };
    },
  });

  #keep(spa: Uint8Array, pmk: Uint8Array): void {
    this.#pmks.get(toHex(spa))?.fill(0);
    this.#pmks.set(toHex(spa), pmk);
  }
}
