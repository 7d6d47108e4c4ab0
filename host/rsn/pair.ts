/*
 * One station and the AP that knows it, the same for the same seed: the record, the noise, the key on both sides. Whoever
 * runs an RSN session (the ladder, the priced ways, the fuzzer) starts from this.
 */
import { nodeCrypto } from "../crypto/node.ts";
import type { StationHost } from "../device/host.ts";
import { streamsOf } from "../sim/streams.ts";
import type { Mode } from "./ap/handshake.ts";
import { RsnAp } from "./ap/rsnap.ts";
import { EapPskServer } from "./eap/pskserver.ts";
import { nodeRsnCrypto } from "./keys/crypto.node.ts";
import { encodeRsnRecord, isEapAkm, RSN_AKMS, type RsnAkm } from "./station/record.ts";

/** The AP's address, which is its BSSID, and the station's. Neither changes. */
export const AA = Uint8Array.of(0x02, 0, 0, 0, 0x02, 0);
export const SPA = Uint8Array.of(0x02, 0, 0, 0, 0x03, 0);
export const SSID = new TextEncoder().encode("ampnet");
const ID_P = new TextEncoder().encode("station");
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
}

export interface Pair {
  readonly ap: RsnAp;
  /** The station's NVM record as it was provisioned. */
  readonly image: Uint8Array;
  /** The station's noise, from its beginning on. */
  readonly entropy: (into: Uint8Array) => boolean;
}

export function pairOf({ akm, seed, mode = "rsn", isWrong = false }: PairOptions): Pair {
  const streams = streamsOf(nodeCrypto, seed);
  const [random, noise, keys] = [streams("access point"), streams("noise"), streams("key")];
  const length = isEapAkm(akm) ? EAP_PSK_OCTETS : PMK_OCTETS;
  const [key, other] = [keys.fill(new Uint8Array(length)), keys.fill(new Uint8Array(length))];
  const known = isWrong ? other : key;
  const crypto = { ...nodeRsnCrypto, randomBytes: (size: number) => random.fill(new Uint8Array(size)) };
  const eap = new EapPskServer({ crypto, idS: ID_S, keyOf: () => known });
  const credentials = isEapAkm(akm) ? { key, identity: ID_P } : { key };
  return {
    ap: new RsnAp({ crypto, aa: AA, ssid: SSID, akms: RSN_AKMS, mode, psk: () => known, eap }),
    image: encodeRsnRecord({ akm, spa: SPA, ssid: SSID, ...credentials }),
    entropy: (into) => noise.fill(into).length > 0,
  };
}

/** What a station module imports: that noise, and an NVM that is `nvm` itself. */
export function hostOf({ entropy }: Pick<Pair, "entropy">, nvm: Uint8Array): StationHost {
  return {
    entropy,
    nvmRead: (offset, into) => {
      into.set(nvm.subarray(offset, offset + into.length));
      return true;
    },
    nvmWrite: (offset, octets) => {
      nvm.set(octets, offset);
      return true;
    },
  };
}
