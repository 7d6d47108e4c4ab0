/** An AP and a reference station on one loss-free channel, in the AP's own time. */

import assert from "node:assert/strict";
import type { EapBackend } from "../../../host/eap/backend.ts";
import type { Mode } from "../../../host/rsn/ap/handshake.ts";
import { RsnAp, type RsnOutcome } from "../../../host/rsn/ap/rsnap.ts";
import { parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import type { Akm } from "../../../host/rsn/keys/suites.ts";
import { concat, hex } from "../../support/hex.ts";
import { MemoryHost } from "../../twin/host.ts";
import { encodeRecord } from "../twin/record.ts";
import { TwinRsnStation } from "../twin/station.ts";
import { rsnStatusName } from "../twin/statuses.ts";

export const AA = hex("02 00 00 00 02 00");
export const SPA = hex("02 00 00 00 03 00");
export const SSID = new TextEncoder().encode("ampnet");
export const PMK = Uint8Array.from({ length: 32 }, (_, i) => 5 * i + 1);
/** LLC/SNAP of IPv4 and four octets. */
export const MSDU = hex("aaaa030000000800 01020304");

export interface BedOptions {
  readonly akm?: Akm;
  readonly akms?: readonly Akm[];
  readonly mode?: Mode;
  /** What the station has for a PMK or EAP-PSK key, when not what the AP has. */
  readonly key?: Uint8Array;
  readonly eap?: EapBackend;
  /** What both have for a PMK. */
  readonly pmk?: Uint8Array;
  /** An AP that is there already, and a station's memory that is: then what of the above is theirs is left as it is. */
  readonly ap?: RsnAp;
  readonly host?: MemoryHost;
}

/** A record for a station of that AKM. */
export function recordOf(akm: Akm, key: Uint8Array): Uint8Array {
  const identity = new TextEncoder().encode(akm === 1 || akm === 5 ? "psk.user" : "");
  return encodeRecord({ akm, spa: SPA, ssid: SSID, key, identity });
}

/** Entropy for more power cycles than a test has; healthy, and never twice the same. */
export function entropies(): Uint8Array[] {
  return Array.from({ length: 8 }, () => nodeRsnCrypto.randomBytes(32));
}

export class Bed {
  readonly ap: RsnAp;
  readonly host: MemoryHost;
  readonly station: TwinRsnStation;
  now_s = 0;
  /** Every frame on the air, both ways, in order. */
  readonly air: Uint8Array[] = [];
  /** MSDUs that the AP let through. */
  readonly delivered: Uint8Array[] = [];
  /** False: that frame is lost. */
  passes: (frame: Uint8Array) => boolean = () => true;

  constructor({ akm = 2, akms = [1, 2, 5, 6], mode = "rsn", pmk = PMK, key = pmk, eap, ap, host }: BedOptions = {}) {
    const psk = (): Uint8Array => pmk;
    this.ap = ap ?? new RsnAp({ crypto: nodeRsnCrypto, aa: AA, ssid: SSID, akms, mode, psk, eap });
    this.host = host ?? new MemoryHost(recordOf(akm, key), entropies());
    this.station = new TwinRsnStation(this.host, nodeRsnCrypto);
    assert.equal(this.station.boot(), 0, "the record is good");
  }

  /** Beacon, start, and all that follows without a time-out. */
  connect(): void {
    const heard = this.station.receive(this.ap.beacon(this.now_s));
    assert.ok(heard.status === 0 || rsnStatusName(heard.status) === "wrong state", rsnStatusName(heard.status));
    this.up(this.start());
  }

  /** The station's Authentication frame. */
  start(): Uint8Array {
    const { status, frame } = this.station.start();
    assert.ok(frame, `start: ${rsnStatusName(status)}`);
    return frame;
  }

  /** A frame of the station, and all that comes of it. */
  up(frame: Uint8Array): RsnOutcome {
    this.air.push(frame);
    if (!this.passes(frame)) return { frames: [] };
    const outcome = this.ap.receive(frame, this.now_s);
    if (outcome.msdu) this.delivered.push(outcome.msdu.octets);
    this.down(outcome.frames);
    return outcome;
  }

  /** Frames of the AP, and all that comes of them. */
  down(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.air.push(frame);
      if (!this.passes(frame)) continue;
      const { frame: answer } = this.station.receive(frame);
      if (answer) this.up(answer);
    }
  }

  /** Time passes, and what is due is done. */
  wait(time_s: number): void {
    const end_s = this.now_s + time_s;
    while (this.ap.due_s <= end_s) {
      this.now_s = Math.max(this.now_s, this.ap.due_s);
      this.down(this.ap.advance(this.now_s));
    }
    this.now_s = end_s;
    this.down(this.ap.advance(end_s));
  }

  get isAuthorized(): boolean {
    return this.ap.isAuthorized(SPA);
  }

  /** The kinds of the frames on the air, "+" before one of the station. */
  get ladder(): string[] {
    return this.air.map((octets) => {
      const mpdu = parseMpdu(octets);
      if (typeof mpdu === "string") return mpdu;
      return (mpdu.a2[4] === SPA[4] ? "+" : "") + mpdu.kind;
    });
  }
}

/** A frame with some octets changed, for damage. */
export function changed(octets: Uint8Array, at: number, by = 1): Uint8Array {
  const copy = concat(octets);
  copy[at < 0 ? copy.length + at : at] ^= by;
  return copy;
}
