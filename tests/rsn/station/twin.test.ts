/**
 * The shipped module and the reference station, an independent reading of docs/RSN.md, side by side on one air with the
 * product's AP: same record, same noise, same frames in, and octet for octet the same frames, states and NVM out.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mode } from "../../../host/rsn/ap/handshake.ts";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { loadRsnStation, type RsnStation } from "../../../host/rsn/station/load.ts";
import { encodeRsnRecord, type RsnAkm } from "../../../host/rsn/station/record.ts";
import { repeated } from "../../support/devicerounds.ts";
import { concat, toHex } from "../../support/hex.ts";
import { MemoryHost } from "../../twin/host.ts";
import { eapPskServer } from "../ap/eappskserver.ts";
import { encodeRecord } from "../twin/record.ts";
import { TwinRsnStation } from "../twin/station.ts";
import { AKMS, MODULE, OPEN } from "./bed.ts";
import { AA, IDENTITY, LLC_IP, octetsOf, PMK, PSK, SPA, SSID } from "./scriptedap.ts";

const MODES: readonly Mode[] = ["rsn", "seed"];

class Pair {
  readonly ap: RsnAp;
  readonly hosts: readonly [MemoryHost, MemoryHost];
  readonly twin: TwinRsnStation;
  station: RsnStation;
  now_s = 0;
  /** Frames of the AP so far. */
  readonly sent: Uint8Array[] = [];
  delivered = 0;
  /** Answers false: that frame is lost, either way. */
  passes: () => boolean = () => true;

  constructor(akm: RsnAkm, mode: Mode) {
    const isEap = akm === 1 || akm === 5;
    const given = { akm, spa: SPA, ssid: SSID, key: isEap ? PSK : PMK, identity: isEap ? IDENTITY : new Uint8Array(0) };
    assert.deepEqual(encodeRsnRecord(given), encodeRecord(given), "two provisioners, one record");
    const noise = (): Uint8Array[] => Array.from({ length: 40 }, (_, i) => octetsOf(`pair ${i}`, 32));
    this.hosts = [new MemoryHost(encodeRecord(given), noise()), new MemoryHost(encodeRecord(given), noise())];
    this.twin = new TwinRsnStation(this.hosts[0], nodeRsnCrypto);
    this.station = this.#load();
    const psk = (): Uint8Array => PMK;
    this.ap = new RsnAp({ crypto: nodeRsnCrypto, aa: AA, ssid: SSID, akms: AKMS, mode, psk, eap: eapPskServer(PSK) });
    this.boot();
  }

  #load(): RsnStation {
    const host = this.hosts[1];
    const filled = (into: Uint8Array, octets: Uint8Array | null): boolean => {
      if (octets) into.set(octets);
      return octets !== null;
    };
    return loadRsnStation(MODULE, {
      entropy: (into) => filled(into, host.entropy(into.length)),
      nvmRead: (offset, into) => filled(into, host.nvmRead(offset, into.length)),
      nvmWrite: (offset, octets) => host.nvmWrite(offset, octets.slice()),
    });
  }

  boot(): void {
    this.station = this.#load();
    assert.equal(this.station.boot(), this.twin.boot());
    this.#agree();
  }

  #agree(): void {
    assert.equal(this.station.state, this.twin.state, "state");
    assert.deepEqual(this.station.received(), this.twin.received(), "MSDU received");
    assert.equal(toHex(this.hosts[1].nvm), toHex(this.hosts[0].nvm), "NVM");
  }

  /** The same to both; the answer of both. */
  both(call: (peer: RsnStation | TwinRsnStation) => { status: number; frame?: Uint8Array }): Uint8Array | undefined {
    const [mine, twins] = [call(this.station), call(this.twin)];
    assert.equal(mine.status < 0, twins.status < 0, `taken or not: ${mine.status}, ${twins.status}`);
    assert.equal(mine.frame && toHex(mine.frame), twins.frame && toHex(twins.frame), "frame");
    this.#agree();
    return mine.frame;
  }

  up(frame: Uint8Array | undefined): void {
    if (!frame || !this.passes()) return;
    const { frames, msdu } = this.ap.receive(frame, this.now_s);
    if (msdu) this.delivered++;
    this.down(frames);
  }

  down(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.sent.push(frame);
      if (this.passes()) this.up(this.both((peer) => peer.receive(frame)));
    }
  }

  connect(): void {
    this.down([this.ap.beacon(this.now_s)]);
    this.up(this.both((peer) => peer.start()));
  }

  wait(time_s: number): void {
    this.now_s += time_s;
    this.down(this.ap.advance(this.now_s));
  }
}

for (const akm of AKMS) {
  for (const mode of MODES) {
    test(`AKM ${akm}, mode ${mode}: with the product's AP the module and the reference station do the same, to the octet (000-R2, R3, R5, R8 to R11)`, () => {
      const pair = new Pair(akm, mode);
      pair.connect();
      assert.equal(pair.station.state, OPEN);
      assert.ok(pair.ap.isAuthorized(SPA), "the AP's port is open");
      const msdu = concat(LLC_IP, octetsOf("reading", 24));
      pair.up(pair.both((peer) => peer.send(msdu)));
      assert.equal(pair.delivered, 1);
      for (const frame of [pair.ap.send(SPA, AA, msdu)]) {
        assert.ok(frame instanceof Uint8Array, "the AP sends");
        pair.down([frame]);
      }
      assert.deepEqual(pair.station.received(), msdu);
      pair.down(pair.ap.rekey(pair.now_s));
      assert.equal(pair.station.state, OPEN);
      // The second time a PMKSA does instead of EAP.
      pair.boot();
      pair.connect();
      assert.equal(pair.station.state, OPEN);
    });
  }
}

const WALKS = repeated(60);
test(`${WALKS} random walks with loss, replay, rekeys, power cycles and time: the same of both after every frame`, () => {
  let opened = 0;
  for (let walk = 0; walk < WALKS; walk++) {
    let seed = walk + 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    const pair = new Pair(AKMS[walk % 4], MODES[(walk >> 2) % 2]);
    pair.passes = () => random(12) > 0;
    for (let step = 0; step < 25; step++) {
      const msdu = concat(LLC_IP, octetsOf(`${walk} ${step}`, random(105)));
      const doings = [
        () => pair.connect(),
        () => pair.wait(1),
        () => pair.wait(0.2),
        () => pair.up(pair.both((peer) => peer.send(msdu))),
        () => {
          const frame = pair.ap.send(SPA, AA, msdu);
          if (frame instanceof Uint8Array) pair.down([frame]);
        },
        () => pair.down(pair.ap.rekey(pair.now_s)),
        () => pair.up(pair.both((peer) => peer.receive(pair.sent[random(pair.sent.length)] ?? msdu))),
        () => (random(4) ? pair.wait(1) : pair.boot()),
      ];
      // A replayed frame has to be the same one for both.
      const drawn = pair.sent[random(Math.max(1, pair.sent.length))];
      doings[6] = () => (drawn ? pair.up(pair.both((peer) => peer.receive(drawn))) : undefined);
      try {
        doings[step === 0 ? 0 : random(doings.length)]();
      } catch (error) {
        throw new Error(`walk ${walk}, step ${step}`, { cause: error });
      }
      if (pair.station.state === OPEN) opened++;
    }
  }
  assert.ok(opened > WALKS, `the port was open after ${opened} steps`);
});
