/**
 * One association of our AP with a real supplicant at the far end of a wire: its 802.1X, its handshake and its port are those
 * of the AP (host/rsn/ap/association.ts), and Ethernet takes the place of MPDUs. What an AP agrees on in association is
 * given, as a wire has none.
 */

import type { EapBackend, EapStep } from "../../host/eap/backend.ts";
import { Association } from "../../host/rsn/ap/association.ts";
import type { EapPortStep } from "../../host/rsn/ap/eap.ts";
import { GroupKeys } from "../../host/rsn/ap/groupkeys.ts";
import { Policy } from "../../host/rsn/ap/policy.ts";
import type { RsnApReason } from "../../host/rsn/ap/reasons.ts";
import type { ReasonCode } from "../../host/rsn/frames/codes.ts";
import { emitEthernet, parseEthernet } from "../../host/rsn/frames/ethernet.ts";
import { ETHERTYPE, emitMsdu } from "../../host/rsn/frames/llc.ts";
import { FLAG } from "../../host/rsn/frames/mpdu.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { type Akm, suiteOf } from "../../host/rsn/keys/suites.ts";
import { hex } from "../support/hex.ts";
import { Wire } from "./wire.ts";

/**
 * What wpa_supplicant has for an AA on a wire: the PAE group address, IEEE Std 802.1X-2010 Table 11-1. For the PMKID it takes
 * the sender's address instead; so that both are one, it is the sender's, too (Deviation: a group address is nobody's).
 */
export const PAE_GROUP = hex("01 80 c2 00 00 03");
const EAPOL_KEY = 3;
const TICK_ms = 50;

export interface Ends {
  readonly near: Uint8Array;
  readonly far: Uint8Array;
}

export class WiredAssociation {
  readonly wire: Wire;
  readonly #association: Association;
  readonly #ends: Ends;
  readonly #eap: EapBackend;
  readonly #now_s: () => number;
  readonly #timer: NodeJS.Timeout;
  /** PDUs from the supplicant, and to it. */
  readonly up: Uint8Array[] = [];
  readonly down: Uint8Array[] = [];
  /** Why what came was dropped. */
  readonly refused: RsnApReason[] = [];
  /** What EAP brought. */
  pmk: Uint8Array | undefined;
  endedWith: ReasonCode | undefined;

  private constructor(wire: Wire, ends: Ends, association: Association, eap: EapBackend, now_s: () => number) {
    this.wire = wire;
    this.#eap = eap;
    this.#now_s = now_s;
    this.#ends = ends;
    this.#association = association;
    this.#timer = setInterval(() => {
      if (association.due_s <= now_s()) this.#apply(association.advance(now_s()));
    }, TICK_ms);
  }

  /** `now_s`: the AP's clock. */
  static async make(ends: Ends, akm: Akm, eap: EapBackend, now_s: () => number): Promise<WiredAssociation> {
    const { rsne } = new Policy([akm]);
    const shared = { crypto: nodeRsnCrypto, mode: "rsn", group: new GroupKeys(nodeRsnCrypto), eap, aid: 1 } as const;
    const sides = { aa: PAE_GROUP, spa: ends.far, apRsne: rsne, stationRsne: rsne };
    const association = new Association({ ...shared, ...sides, suite: suiteOf(akm) });
    // What comes before there is an association is dropped.
    let receive: (octets: Uint8Array) => void = () => {};
    const wire = await Wire.make(ends, (octets) => receive(octets));
    const here = new WiredAssociation(wire, ends, association, eap, now_s);
    receive = (octets) => here.#receive(octets);
    return here;
  }

  /** Is the controlled port open? */
  get isOpen(): boolean {
    return this.#association.isOpen;
  }

  /** How many EAPOL-Key frames of the supplicant were taken. */
  get keysTaken(): number {
    return this.up.filter((pdu) => pdu[1] === EAPOL_KEY).length - this.refused.length;
  }

  /** Asks for the identity, as an AP does behind the Association Response. */
  begin(): void {
    this.#apply(this.#association.beginEap(this.#eap, this.#now_s()));
  }

  eapAnswer(step: EapStep): void {
    this.#apply(this.#association.eapAnswer(step, this.#now_s()));
  }

  async remove(): Promise<void> {
    clearInterval(this.#timer);
    this.#association.end();
    await this.wire.remove();
  }

  #receive(octets: Uint8Array): void {
    const frame = parseEthernet(octets);
    if (typeof frame === "string" || frame.etherType !== ETHERTYPE.eapol) return;
    this.up.push(frame.data);
    const { near, far } = this.#ends;
    const addresses = { a1: near, a2: far, a3: near, sequence: 0 };
    const taken = this.#association.receive(
      { kind: "Data", flags: FLAG.toDs, ...addresses, body: emitMsdu(frame) },
      this.#now_s(),
    );
    if (typeof taken === "string") this.refused.push(taken);
    else if ("step" in taken) this.#apply(taken.step);
  }

  #apply({ send, pmk, opens, ends, refused }: EapPortStep): void {
    if (refused) this.refused.push(refused);
    if (send) {
      this.down.push(send);
      this.wire.send(emitEthernet({ da: this.#ends.far, sa: PAE_GROUP, etherType: ETHERTYPE.eapol, data: send }));
    }
    if (pmk) {
      this.pmk = pmk.slice();
      this.#apply(this.#association.beginKeys(pmk, this.#now_s()));
    }
    if (opens) this.#association.isOpen = true;
    if (ends !== undefined) {
      this.endedWith ??= ends;
      this.#association.end();
    }
  }
}
