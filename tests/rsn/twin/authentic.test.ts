/**
 * The wasm station and the reference station before an AP that has the key and says odd things under it: every flag, counter,
 * nonce and kind of Key Data, with a right MIC, in clear and protected. Each has to be answered alike.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule } from "../../../host/build/build.ts";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { INFO } from "../../../host/rsn/frames/eapolkey.ts";
import { emitKeyData, padKeyData } from "../../../host/rsn/frames/kde.ts";
import { ETHERTYPE, emitMsdu } from "../../../host/rsn/frames/llc.ts";
import { emitMpdu, FLAG, type Mpdu } from "../../../host/rsn/frames/mpdu.ts";
import { ccmpSeal } from "../../../host/rsn/keys/ccmp.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { sealEapolKey } from "../../../host/rsn/keys/eapolmic.ts";
import { derivePtk, type Ptk } from "../../../host/rsn/keys/ptk.ts";
import { suiteOf } from "../../../host/rsn/keys/suites.ts";
import type { RsnPeer } from "../../../host/rsn/peer.ts";
import { loadRsnStation } from "../../../host/rsn/station/load.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { MemoryHost } from "../../twin/host.ts";
import { seededRandom } from "../../twin/life.ts";
import { keyIn } from "../ap/air.ts";
import { AA, entropies, PMK, recordOf, SPA, SSID } from "../ap/bed.ts";
import { importsOver } from "./imports.ts";
import { TwinRsnStation } from "./station.ts";
import { rsnStatusName, STATE } from "./statuses.ts";

const LIVES = 150;
const MESSAGES = 40;
const M1 = INFO.pairwise | INFO.ack;
const M3 = INFO.pairwise | INFO.install | INFO.ack | INFO.mic | INFO.secure | INFO.encrypted;
const G1 = INFO.ack | INFO.mic | INFO.secure | INFO.encrypted;
const MODULE = new WebAssembly.Module(await builtModule("rsn"));

/** What a key-holding AP may come upon to put in Key Data, each in clear; `rsne` is the Beacon's. */
function oddKeyData(rsne: Uint8Array, random: (limit: number) => number): Uint8Array {
  const octets = (length: number): Uint8Array => Uint8Array.from({ length }, () => random(2));
  const gtk = { keyId: random(4), key: octets([16, 16, 16, 5, 32][random(5)]) };
  const wrongRsne = rsne.map((octet, i) => (i === rsne.length - 1 ? octet ^ 1 : octet));
  const kinds: readonly (() => Uint8Array)[] = [
    () => emitKeyData({ rsne, gtk }),
    () => emitKeyData({ rsne, gtk }),
    () => emitKeyData({ rsne }),
    () => emitKeyData({ gtk }),
    () => emitKeyData({ rsne: wrongRsne, gtk }),
    () => concat(emitKeyData({ gtk }), emitKeyData({ rsne }), emitKeyData({ gtk: { ...gtk, keyId: 3 } })),
    () => concat(emitKeyData({ rsne, gtk }), hex("dd05 000fac09 00"), hex("dd14 00904c01")),
    () => concat(emitKeyData({ rsne }), hex("dd06 000fac01 0100")),
    () => new Uint8Array(0),
    () => octets(random(40)),
  ];
  return kinds[random(kinds.length)]();
}

class Life {
  readonly #random: (limit: number) => number;
  readonly #stations: readonly { readonly host: MemoryHost; readonly peer: RsnPeer }[];
  readonly #akm: 2 | 6;
  #pn = 1;
  states = new Set<number>();

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#random = (limit) => Math.floor(random() * limit);
    this.#akm = seed % 2 ? 2 : 6;
    const noise = entropies();
    const hosts = [0, 1].map(() => new MemoryHost(recordOf(this.#akm, PMK), noise));
    const [twin, wasm] = hosts;
    this.#stations = [
      { host: twin, peer: new TwinRsnStation(twin, crypto) },
      { host: wasm, peer: loadRsnStation(MODULE, importsOver(wasm)) },
    ];
  }

  live(): void {
    const ap = new RsnAp({ crypto, aa: AA, ssid: SSID, akms: [2, 6], mode: "rsn", psk: () => PMK });
    for (const { peer } of this.#stations) assert.equal(peer.boot(), 0);
    this.#give(ap.beacon(0));
    const rsne = ap.beacon(0).slice(-24);
    assert.equal(rsne.length, 24);
    const frames = this.#stations.map(({ peer }) => peer.start().frame);
    let up: Uint8Array | undefined = frames[0];
    let m1: Uint8Array | undefined;
    for (let down: readonly Uint8Array[] = []; up && !m1; ) {
      down = ap.receive(up, 0).frames;
      up = undefined;
      for (const frame of down) {
        if (keyIn(frame)) m1 = frame;
        else up = this.#give(frame) ?? up;
      }
    }
    const m2 = m1 && this.#give(m1);
    const [first, second] = [m1 && keyIn(m1), m2 && keyIn(m2)];
    assert.ok(first && second, "M1 and M2");
    const nonces = { aNonce: first.nonce, sNonce: second.nonce };
    const ptk = derivePtk(crypto, suiteOf(this.#akm), PMK, { aa: AA, spa: SPA, ...nonces });
    for (let n = 0; n < MESSAGES; n++) this.#give(this.#odd(ptk, first.nonce, rsne));
  }

  #odd(ptk: Ptk, aNonce: Uint8Array, rsne: Uint8Array): Uint8Array {
    const random = this.#random;
    const suite = suiteOf(this.#akm);
    const flipped = random(4) === 0 ? 1 << random(14) : 0;
    const message = [M1, M3, M3, M3, G1, G1][random(6)];
    const info = (message | suite.descriptorVersion) ^ flipped;
    const plain = oddKeyData(rsne, random);
    const keyData = random(6) === 0 ? plain : crypto.aesWrap(ptk.kek, padKeyData(plain));
    const replayCounter = [0n, 1n, 2n, BigInt(this.#pn), BigInt(this.#pn), BigInt(this.#pn), 2n ** 64n - 1n][random(7)];
    const nonce = random(6) === 0 ? new Uint8Array(32) : aNonce;
    const rsc = Uint8Array.from({ length: 8 }, () => random(2));
    const pdu = sealEapolKey(crypto, suite, ptk.kck, { info, keyLength: 16, replayCounter, nonce, rsc, keyData });
    const mpdu: Mpdu = {
      kind: "Data",
      flags: FLAG.fromDs,
      a1: SPA,
      a2: AA,
      a3: AA,
      sequence: 0,
      body: emitMsdu({ etherType: ETHERTYPE.eapol, data: pdu }),
    };
    this.#pn++;
    const isProtected = random(3) === 0;
    return emitMpdu(isProtected ? ccmpSeal(crypto, ptk.tk, { pn: this.#pn, keyId: 0 }, mpdu) : mpdu);
  }

  #give(frame: Uint8Array): Uint8Array | undefined {
    const [twin, wasm] = this.#stations.map(({ host, peer }) => {
      const { status, frame: sent } = peer.receive(frame);
      return { status: rsnStatusName(status), sent: sent && toHex(sent), state: peer.state, nvm: toHex(host.nvm) };
    });
    assert.deepEqual(wasm, twin, toHex(frame));
    this.states.add(this.#stations[0].peer.state);
    return twin.sent === undefined ? undefined : hex(twin.sent);
  }
}

test(`000-R8, 000-R9: in ${LIVES} lives before an AP that says odd things under the right key both stations do the same`, () => {
  const states = new Set<number>();
  for (let seed = 1; seed <= LIVES; seed++) {
    const life = new Life(seed);
    life.live();
    for (const state of life.states) states.add(state);
  }
  for (const state of [STATE.fourWay, STATE.keyed, STATE.open]) assert.ok(states.has(state), `state ${state} came up`);
});
