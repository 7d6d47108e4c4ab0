/*
 * Stations and the AP that knows them, the same for the same seed: records, noise, the keys on both sides. Whoever runs RSN
 * sessions (the ladder, the priced ways, the fuzzer, the simulator) starts from this.
 */
import { nodeCrypto } from "../crypto/node.ts";
import type { StationHost } from "../device/host.ts";
import type { EapBackend } from "../eap/backend.ts";
import { EapPskServer } from "../eap/pskserver.ts";
import { streamsOf } from "../sim/streams.ts";
import { toHex } from "../wire/octets.ts";
import type { Mode } from "./ap/handshake.ts";
import { RsnAp } from "./ap/rsnap.ts";
import { nodeRsnCrypto } from "./keys/crypto.node.ts";
import type { RsnPeer } from "./peer.ts";
import { encodeRsnRecord, isEapAkm, RSN_AKMS, type RsnAkm } from "./station/record.ts";

/** The AP's address, which is its BSSID, and the station's. Neither changes. */
export const AA = Uint8Array.of(0x02, 0, 0, 0, 0x02, 0);
export const SPA = Uint8Array.of(0x02, 0, 0, 0, 0x03, 0);
export const SSID = new TextEncoder().encode("ampnet");
const ID_S = new TextEncoder().encode("ampcore");
const PMK_OCTETS = 32;
const EAP_PSK_OCTETS = 16;

export interface PairOptions {
  /** The station's; the AP has all. */
  readonly akm: RsnAkm;
  readonly seed: number;
  readonly mode?: Mode;
  /** The AP has another key than the station. */
  readonly isWrong?: boolean;
  /** What stands between the AP and its EAP server. */
  readonly around?: (eap: EapBackend) => EapBackend;
}

/** What makes a station: its address, its NVM record as it was provisioned, its noise from its beginning on. */
export interface Provisioned {
  readonly spa: Uint8Array;
  /** ID_P, of 802.1X suites. */
  readonly identity: Uint8Array;
  readonly image: Uint8Array;
  readonly entropy: (into: Uint8Array) => boolean;
}

export interface Network {
  readonly ap: RsnAp;
  readonly stations: readonly Provisioned[];
}

export interface Pair extends Omit<Provisioned, "spa"> {
  readonly ap: RsnAp;
}

/** `spas`: of the stations, each with a key and, for EAP, an identity of its own. */
export function networkOf(
  spas: readonly Uint8Array[],
  { akm, seed, mode = "rsn", isWrong = false, around = (eap) => eap }: PairOptions,
): Network {
  const streams = streamsOf(nodeCrypto, seed);
  const [random, keys] = [streams("access point"), streams("key")];
  const isEap = isEapAkm(akm);
  const length = isEap ? EAP_PSK_OCTETS : PMK_OCTETS;
  /** By address and by identity, which are told apart by their lengths. */
  const known = new Map<string, Uint8Array>();
  const stations = spas.map((spa, index): Provisioned => {
    const [key, other] = [keys.fill(new Uint8Array(length)), keys.fill(new Uint8Array(length))];
    const identity = new TextEncoder().encode(index === 0 ? "station" : `station ${index}`);
    known.set(toHex(isEap ? identity : spa), isWrong ? other : key);
    const noise = streams(index === 0 ? "noise" : `noise ${index}`);
    return {
      spa,
      identity,
      image: encodeRsnRecord({ akm, spa, ssid: SSID, key, ...(isEap ? { identity } : {}) }),
      entropy: (into) => noise.fill(into).length > 0,
    };
  });
  const keyOf = (name: Uint8Array): Uint8Array | undefined => known.get(toHex(name));
  const crypto = { ...nodeRsnCrypto, randomBytes: (size: number) => random.fill(new Uint8Array(size)) };
  const eap = around(new EapPskServer({ crypto, idS: ID_S, keyOf }));
  return { ap: new RsnAp({ crypto, aa: AA, ssid: SSID, akms: RSN_AKMS, mode, psk: keyOf, eap }), stations };
}

/** One station, SPA. */
export function pairOf(options: PairOptions): Pair {
  const { ap, stations } = networkOf([SPA], options);
  return { ap, ...stations[0] };
}

/** A station that has booted, from the Beacon to where the handshakes end: nobody else is on the air, and no time passes. */
export function associate(station: RsnPeer, ap: RsnAp): void {
  station.receive(ap.beacon(0));
  const up = [station.start().frame];
  for (let frame = up.shift(); frame; frame = up.shift()) {
    for (const answer of ap.receive(frame, 0).frames) {
      const reply = station.receive(answer).frame;
      if (reply) up.push(reply);
    }
  }
}

/** What a station module imports: that noise, and an NVM that is `nvm` itself; there is nothing behind it. */
export function hostOf({ entropy }: Pick<Pair, "entropy">, nvm: Uint8Array): StationHost {
  return {
    entropy,
    nvmRead: (offset, into) => {
      if (offset + into.length > nvm.length) return false;
      into.set(nvm.subarray(offset, offset + into.length));
      return true;
    },
    nvmWrite: (offset, octets) => {
      if (offset + octets.length > nvm.length) return false;
      nvm.set(octets, offset);
      return true;
    },
  };
}
