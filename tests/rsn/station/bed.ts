/** A powered RSN station of the shipped module, its NVM, and the steps that bring it to each of its states. */
import assert from "node:assert/strict";
import { builtModule } from "../../../host/build/build.ts";
import type { StationHost } from "../../../host/device/host.ts";
import { Nvm } from "../../../host/device/nvm.ts";
import type { RsnAnswer } from "../../../host/rsn/peer.ts";
import { loadRsnStation, type RsnExports, type RsnStation } from "../../../host/rsn/station/load.ts";
import {
  BOTH_RECORDS_OCTETS,
  encodeRsnRecord,
  isEapAkm,
  RSN_RECORD_OCTETS,
  type RsnAkm,
} from "../../../host/rsn/station/record.ts";
import { type RsnStatusName, rsnStatusName } from "../../../host/rsn/station/statuses.ts";
import { concat } from "../../support/hex.ts";
import { IDENTITY, octetsOf, PMK, PSK, ScriptedAp, SPA, SSID } from "./scriptedap.ts";

export const OCTETS = await builtModule("rsn");
export const MODULE = new WebAssembly.Module(OCTETS);

export const OFF = 0;
export const IDLE = 1;
export const KNOWN = 2;
export const AUTHENTICATING = 3;
export const ASSOCIATING = 4;
export const ASSOCIATED = 5;
export const HANDSHAKE = 6;
export const KEYED = 7;
export const OPEN = 8;

export const AKMS: readonly RsnAkm[] = [1, 2, 5, 6];

/** A record as it leaves manufacture. */
export function recordOf(akm: RsnAkm, key: Uint8Array = isEapAkm(akm) ? PSK : PMK): Uint8Array {
  return encodeRsnRecord({ akm, spa: SPA, ssid: SSID, key, identity: isEapAkm(akm) ? IDENTITY : undefined });
}

interface BedOptions {
  readonly module?: WebAssembly.Module;
  readonly ap?: ScriptedAp;
  /** Of the record, where it is not the usual one. */
  readonly key?: Uint8Array;
}

export class Bed {
  readonly ap: ScriptedAp;
  readonly nvm = new Nvm(undefined, BOTH_RECORDS_OCTETS);
  station: RsnStation;
  /** What entropy answers: fresh octets, the same octet over and over, or nothing. */
  noise: "good" | "stuck" | "none" = "good";
  /** Draws made so far. */
  draws = 0;
  readonly #module: WebAssembly.Module;

  constructor(akm: RsnAkm, { module = MODULE, ap = new ScriptedAp(akm), key }: BedOptions = {}) {
    this.ap = ap;
    this.#module = module;
    this.nvm.octets.set(recordOf(akm, key));
    this.station = this.#load();
  }

  get exports(): RsnExports {
    return this.station.exports;
  }

  get record(): Uint8Array {
    return this.nvm.octets.slice(0, RSN_RECORD_OCTETS);
  }

  /** A power cycle: another instance over the same NVM. Not booted yet. */
  restart(): void {
    this.nvm.powerUp();
    this.station = this.#load();
  }

  #load(): RsnStation {
    const host: StationHost = {
      entropy: (into) => {
        if (this.noise !== "none") into.set(octetsOf(`noise ${this.draws++}`, into.length));
        if (this.noise === "stuck") into.fill(0x5a);
        return this.noise !== "none";
      },
      nvmRead: (offset, into) => this.nvm.nvmRead(offset, into),
      nvmWrite: (offset, octets) => this.nvm.nvmWrite(offset, octets),
    };
    return loadRsnStation(this.#module, host, { extraExports: true });
  }

  /** The answer to a frame that is taken, if it has one. */
  takes(mpdu: Uint8Array): Uint8Array | undefined {
    const { status, frame } = this.station.receive(mpdu);
    assert.equal(status, 0, `taken, not ${rsnStatusName(status)}`);
    return frame;
  }

  /** The answer to a frame that has one. */
  answers(mpdu: Uint8Array): Uint8Array {
    const frame = this.takes(mpdu);
    assert.ok(frame, "there is an answer");
    return frame;
  }

  refuses(mpdu: Uint8Array, name: RsnStatusName): void {
    const { status } = this.station.receive(mpdu);
    assert.equal(rsnStatusName(status) ?? status, name);
  }

  /** As far as `state`, by the shortest way there is. */
  reach(state: number): this {
    if (state >= IDLE) assert.equal(this.station.boot(), 0, "boots");
    if (state >= KNOWN) this.takes(this.ap.beacon());
    if (state >= AUTHENTICATING) assert.equal(this.station.start().frame?.length, 30, "Authentication frame");
    if (state >= ASSOCIATING) this.answers(this.ap.authentication());
    if (state >= ASSOCIATED) this.takes(this.ap.associationResponse());
    if (state >= HANDSHAKE) this.shakes();
    if (state === KEYED) this.keys({ withGtk: false });
    if (state >= OPEN) this.keys({ withGtk: true });
    assert.equal(this.station.state, state);
    return this;
  }

  /** EAP if there is to be any, then M1 and M2. */
  shakes(): void {
    if (this.ap.akm === 1 || this.ap.akm === 5) this.eapPsk();
    assert.ok(this.ap.takesM2(this.answers(this.ap.data(this.ap.m1()))), "M2's MIC is right");
  }

  /** M3 and M4. */
  keys({ withGtk = true } = {}): void {
    assert.ok(this.ap.takes(this.answers(this.ap.data(this.ap.m3({ withGtk })))), "M4's MIC is right");
    this.ap.install();
  }

  /** EAP-PSK from the Identity to EAP-Success. Answers the second message. */
  eapPsk(): Uint8Array {
    const { ap } = this;
    const identity = ap.eapPdu(this.answers(ap.data(ap.eap(1, 1, Uint8Array.of(1)))));
    assert.deepEqual(identity, concat(Uint8Array.of(2, 1, 0, 5 + IDENTITY.length, 1), IDENTITY));
    const second = ap.eapPdu(this.answers(ap.data(ap.psk1(2))));
    assert.ok(ap.takesPsk2(second), "MAC_P is right");
    const fourth = ap.eapPdu(this.answers(ap.data(ap.psk3(3, second))));
    assert.ok(ap.takesPsk4(second, fourth), "PCHANNEL says success");
    assert.equal(this.takes(ap.data(ap.eap(3, 3, new Uint8Array(0)))), undefined);
    return second;
  }

  /** What the station makes of an MSDU. */
  sends(msdu: Uint8Array): RsnAnswer {
    return this.station.send(msdu);
  }
}
