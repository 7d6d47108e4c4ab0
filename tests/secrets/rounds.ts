/** The rounds of a talk: what changes from one to the next, seeded, and what never does. */
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { StationHost } from "../../host/device/host.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { ascii, bigEndian, concat } from "../twin/bytes.ts";
import { PROFILES, type Profile } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { provision } from "../twin/record.ts";
import { AA_HIGH, AA_LOW, MODIFIER, SPA } from "../vectors/world.ts";
import type { Exchange } from "./peer.ts";
import type { Secrets } from "./talk.ts";

/** Octets of the readings and of the AP's payloads: with whole and with broken blocks. */
const READINGS_octets = [16, 13];
const PAYLOADS_octets = [20, 16, 5];
const REFUSED_octets = 33;
/** Power cycles of a talk, and more SNonces than it takes in any of them. */
const CYCLES = 3;
const SNONCES = 8;

/** A name of a talk, and what is public in it. */
export interface Variant {
  readonly name: string;
  readonly exchange: Exchange;
}

/**
 * SNonce goes over the air in clear, and the order of ANonce and SNonce in the input of PTK follows from it: that this
 * order is looked for octet by octet is no leak. Here it is fixed at the first octet, with an ANonce of nothing but 00
 * or FF and noise whose SNonces begin otherwise, so that noise can be as random as the rest.
 */
function variant(profile: Profile, modifier: Uint8Array | null): Variant {
  const octet = modifier === null ? 0xff : 0x00;
  const exchange = { profile, modifier, aa: modifier === null ? AA_HIGH : AA_LOW };
  return {
    name: `${profile.name}, ${modifier === null ? "direct" : "Modifier"}`,
    exchange: { ...exchange, aNonce: new Uint8Array(profile.N).fill(octet) },
  };
}

export const VARIANTS: readonly Variant[] = PROFILES.flatMap((profile) => [
  variant(profile, MODIFIER),
  variant(profile, null),
]);

/** One round: the secrets, and the host whose NVM and noise hold them. */
export interface Round {
  readonly secrets: Secrets;
  readonly nvm: Nvm;
  /** The noise of the power cycles, behind the first, which fails its test. */
  readonly noise: readonly Uint8Array[];
  readonly unhealthy: Uint8Array;
  readonly host: StationHost;
}

export function roundOf({ exchange }: Variant, seed: number): Round {
  const octets = streamOf(seed);
  const secrets = {
    psk: octets(32),
    readings: READINGS_octets.map(octets),
    payloads: PAYLOADS_octets.map(octets),
    refused: octets(REFUSED_octets),
    modifierPrime: octets(16),
    wrong: wrongness(octets),
  };
  // A run of six: the health test fails, and so does the first M1 of the talk.
  const unhealthy = octets(32).fill(octets(1)[0], 20, 26);
  const noise = Array.from({ length: CYCLES }, (_, cycle) => usableNoise(octets, exchange.aNonce[0], cycle + 1));
  const nvm = new Nvm(provision(SPA, midstates(secrets.psk)));
  const drawn = [unhealthy, ...noise];
  const entropy = (into: Uint8Array): boolean => {
    into.set(drawn.shift() ?? unhealthy);
    return true;
  };
  const host = { entropy, nvmRead: nvm.nvmRead.bind(nvm), nvmWrite: nvm.nvmWrite.bind(nvm) };
  return { secrets, nvm, unhealthy, noise, host };
}

/** Half of the octets 0, at random, and one of the first eight not. */
function wrongness(octets: (length: number) => Uint8Array): Uint8Array {
  const [mask, choice] = [octets(16), octets(17)];
  const wrong = mask.map((octet, i) => (choice[i] & 1 ? octet : 0));
  wrong[choice[16] % 8] |= 0x10;
  return wrong;
}

/** Octets that look random: SHA-256 of the seed and a count. */
function streamOf(seed: number): (length: number) => Uint8Array {
  let drawn = 0;
  const block = (): Uint8Array =>
    nodeCrypto.sha256(concat(ascii("secrets"), bigEndian(seed, 4), bigEndian(drawn++, 4)));
  return (length) => (length <= 32 ? block() : concat(block(), block())).slice(0, length);
}

/** Noise of which no SNonce of this power cycle begins with that octet. */
function usableNoise(octets: (length: number) => Uint8Array, first: number, counter: number): Uint8Array {
  for (;;) {
    const noise = octets(32);
    const begins = (n: number): number => {
      return nodeCrypto.sha256(concat(ascii("AMP SNonce"), noise, SPA, bigEndian(counter, 4), bigEndian(n, 2)))[0];
    };
    if (Array.from({ length: SNONCES }, (_, n) => begins(n)).every((octet) => octet !== first)) return noise;
  }
}
