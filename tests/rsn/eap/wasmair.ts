/** The wasm station and our AP on one loss-free channel, in the AP's own time. */

import assert from "node:assert/strict";
import { builtModule } from "../../../host/build/build.ts";
import type { RsnAp, RsnOutcome } from "../../../host/rsn/ap/rsnap.ts";
import { loadRsnStation, type RsnStation } from "../../../host/rsn/station/load.ts";
import { MemoryHost } from "../../twin/host.ts";
import { entropies, SPA, SSID } from "../ap/bed.ts";
import { importsOver } from "../twin/imports.ts";
import { encodeRecord } from "../twin/record.ts";
import { IDENTITY } from "./conversation.ts";

export class WasmAir {
  readonly ap: RsnAp;
  readonly host: MemoryHost;
  readonly station: RsnStation;
  readonly #now_s: () => number;
  /** Every frame, both ways, in order. */
  readonly frames: Uint8Array[] = [];

  private constructor(ap: RsnAp, now_s: () => number, host: MemoryHost, station: RsnStation) {
    this.ap = ap;
    this.#now_s = now_s;
    this.host = host;
    this.station = station;
  }

  /** A station of that AKM and EAP-PSK key, booted. */
  static async make(ap: RsnAp, now_s: () => number, akm: 1 | 5, key: Uint8Array): Promise<WasmAir> {
    const record = encodeRecord({ akm, spa: SPA, ssid: SSID, key, identity: IDENTITY });
    const host = new MemoryHost(record, entropies());
    const station = loadRsnStation(await builtModule("rsn"), importsOver(host));
    assert.equal(station.boot(), 0, "the record is good");
    return new WasmAir(ap, now_s, host, station);
  }

  /** Beacon, start, and all that follows at once. */
  connect(): void {
    this.station.receive(this.ap.beacon(this.#now_s()));
    const { frame } = this.station.start();
    assert.ok(frame, "the station starts");
    this.up(frame);
  }

  up(frame: Uint8Array): RsnOutcome {
    this.frames.push(frame);
    const outcome = this.ap.receive(frame, this.#now_s());
    this.down(outcome.frames);
    return outcome;
  }

  down(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.frames.push(frame);
      const { frame: answer } = this.station.receive(frame);
      if (answer) this.up(answer);
    }
  }
}
