/**
 * The wasm station and the reference station on the same air: the same NVM, the same noise, the same frames, whole, damaged,
 * lost, repeated and from another time. Each call has to end alike, down to the octets sent, the state and the NVM.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule } from "../../../host/build/build.ts";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import type { Akm } from "../../../host/rsn/keys/suites.ts";
import type { RsnAnswer, RsnPeer } from "../../../host/rsn/peer.ts";
import { loadRsnStation } from "../../../host/rsn/station/load.ts";
import { concat, toHex } from "../../support/hex.ts";
import { MemoryHost } from "../../twin/host.ts";
import { seededRandom } from "../../twin/life.ts";
import { AA, entropies, MSDU, PMK, recordOf, SPA, SSID } from "../ap/bed.ts";
import { eapPskServer } from "../ap/eappskserver.ts";
import { importsOver } from "./imports.ts";
import { TwinRsnStation } from "./station.ts";
import { rsnStatusName } from "./statuses.ts";

const AKMS: readonly Akm[] = [1, 2, 5, 6];
const LIVES = 200;
const ASSOCIATIONS = 3;
const EAP_PSK = Uint8Array.from({ length: 16 }, (_, i) => 11 * i + 3);
const MODULE = new WebAssembly.Module(await builtModule("rsn"));

/** Two stations that have to be one, an AP, and a bad channel between. */
class Life {
  readonly #random: () => number;
  readonly #ap: RsnAp;
  readonly #stations: readonly { readonly host: MemoryHost; readonly peer: RsnPeer }[];
  /** Frames of the AP so far. */
  readonly #heard: Uint8Array[] = [];
  #now_s = 0;
  calls = 0;
  taken = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const akm = AKMS[seed % 4];
    const mode = seed % 8 < 4 ? "rsn" : "seed";
    const eap = eapPskServer(EAP_PSK);
    this.#ap = new RsnAp({ crypto: nodeRsnCrypto, aa: AA, ssid: SSID, akms: AKMS, mode, psk: () => PMK, eap });
    const record = recordOf(akm, akm === 1 || akm === 5 ? EAP_PSK : PMK);
    const noise = entropies();
    const hosts = [new MemoryHost(record, noise), new MemoryHost(record, noise)];
    const [host, wasmHost] = hosts;
    this.#stations = [
      { host, peer: new TwinRsnStation(host, nodeRsnCrypto) },
      { host: wasmHost, peer: loadRsnStation(MODULE, importsOver(wasmHost)) },
    ];
  }

  live(): void {
    this.#boot();
    for (let n = 0; n < ASSOCIATIONS; n++) {
      if (this.#below(3) === 0) this.#boot();
      this.#down(this.#ap.beacon(this.#now_s));
      this.#up(this.#call("start", (peer) => peer.start()));
      for (let i = 0; i < 6; i++) this.#pass();
    }
  }

  /** Time passes; perhaps a reading goes up, one comes down to one and to all, and the GTK changes. */
  #pass(): void {
    this.#now_s += 2 * this.#random();
    for (const frame of this.#ap.advance(this.#now_s)) this.#down(frame);
    if (this.#below(3) === 0) {
      const msdu = concat(MSDU, new Uint8Array(120)).slice(0, this.#below(121));
      this.#up(this.#call(`send ${msdu.length}`, (peer) => peer.send(msdu)));
    }
    if (this.#below(3) === 0) {
      const msdu = concat(MSDU, new Uint8Array(this.#below(120)));
      for (const frame of [this.#ap.send(SPA, AA, msdu), this.#ap.broadcast(AA, msdu)]) {
        if (typeof frame !== "string") this.#down(frame);
      }
    }
    if (this.#below(4) === 0) for (const frame of this.#ap.rekey(this.#now_s)) this.#down(frame);
  }

  /** A frame of the AP: up to three damaged forms of it first, then the frame, unless it is lost. */
  #down(frame: Uint8Array): void {
    this.#heard.push(frame);
    for (let n = this.#below(4); n > 0; n--) this.#receive(this.#damaged(frame));
    if (this.#below(12) > 0) this.#receive(frame);
  }

  #receive(frame: Uint8Array): void {
    this.#up(this.#call(toHex(frame), (peer) => peer.receive(frame)));
  }

  #up(frame: Uint8Array | undefined): void {
    if (frame === undefined || this.#below(12) === 0) return;
    for (const answer of this.#ap.receive(frame, this.#now_s).frames) this.#down(answer);
  }

  #boot(): void {
    this.#call("boot", (peer) => ({ status: peer.boot() }));
  }

  #call(what: string, call: (peer: RsnPeer) => RsnAnswer): Uint8Array | undefined {
    const [twin, wasm] = this.#stations.map(({ host, peer }) => {
      const { status, frame } = call(peer);
      const sent = frame && toHex(frame);
      return {
        status: rsnStatusName(status),
        sent,
        state: peer.state,
        received: toHex(peer.received()),
        nvm: toHex(host.nvm),
        frame,
      };
    });
    this.calls++;
    if (twin.status === "0") this.taken++;
    assert.deepEqual({ ...wasm, frame: undefined }, { ...twin, frame: undefined }, `call ${this.calls}: ${what}`);
    return twin.frame;
  }

  #damaged(frame: Uint8Array): Uint8Array {
    switch (this.#below(5)) {
      case 0:
        return frame.slice(0, this.#below(frame.length));
      case 1:
        return concat(frame, new Uint8Array(this.#below(6)));
      case 2:
        return this.#heard[this.#below(this.#heard.length)];
      default: {
        const changed = frame.slice();
        for (let n = 1 + this.#below(2); n > 0; n--) changed[this.#below(frame.length)] ^= 1 << this.#below(8);
        return changed;
      }
    }
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

test(`000-R2..R12: in ${LIVES} lives on a bad channel the wasm station does what the reference station does`, (t) => {
  let calls = 0;
  let taken = 0;
  for (let seed = 1; seed <= LIVES; seed++) {
    const life = new Life(seed);
    try {
      life.live();
    } catch (error) {
      throw new Error(`life ${seed}: ${(error as Error).message}`, { cause: error });
    }
    calls += life.calls;
    taken += life.taken;
  }
  assert.ok(calls > 50 * LIVES && taken > calls / 10, `${calls} calls, ${taken} of them taken`);
  t.diagnostic(`${calls} calls, ${taken} of them taken`);
});
