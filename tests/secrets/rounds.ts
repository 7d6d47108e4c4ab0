/** The rounds of a talk: what changes from one to the next, seeded, and what never does. */
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { StationHost } from "../../host/device/host.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { ascii, bigEndian, concat } from "../twin/bytes.ts";
import { PROFILES, type Profile } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { provision } from "../twin/record.ts";
import { AA_HIGH, AA_LOW, MODIFIER, SPA } from "../vectors/world.ts";
import type { Secrets } from "./hand.ts";
import type { Exchange } from "./peer.ts";

/** Octets of the readings and of the AP's payloads: with whole and with broken blocks, in CCM and (14) CMAC. */
const READINGS_octets = [16, 13, 54, 14];
const PAYLOADS_octets = [20, 16, 5, 46];
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
  /** The noise of the power cycles. */
  readonly noise: readonly Uint8Array[];
  /** Noise that fails its test: an octet that is repeated, and one that comes too often. */
  readonly unhealthy: Uint8Array;
  readonly lopsided: Uint8Array;
  /** What the source gives, draw by draw: unhealthy first, then that of the power cycles. null: it fails. */
  readonly draws: (Uint8Array | null)[];
  readonly host: StationHost;
}

export function roundOf(variant: Variant, seed: number): Round {
  const given = remembered(variant, seed);
  const nvm = new Nvm(given.image);
  const draws: (Uint8Array | null)[] = [given.unhealthy, ...given.noise];
  const entropy = (into: Uint8Array): boolean => {
    const drawn = draws.shift() ?? null;
    // A source that fails may have written what it had.
    into.set(drawn ?? given.lopsided);
    return drawn !== null;
  };
  const host = { entropy, nvmRead: nvm.nvmRead.bind(nvm), nvmWrite: nvm.nvmWrite.bind(nvm) };
  return { ...given, nvm, draws, host };
}

/** What of a round no story changes. */
interface Given extends Pick<Round, "secrets" | "noise" | "unhealthy" | "lopsided"> {
  readonly image: Uint8Array;
}

const REMEMBERED = new Map<string, Given>();

/** The same rounds are played over and over, on every build and in every case. */
function remembered(variant: Variant, seed: number): Given {
  const name = `${variant.name} ${seed}`;
  const given = REMEMBERED.get(name) ?? givenOf(variant, seed);
  REMEMBERED.set(name, given);
  return given;
}

function givenOf({ exchange }: Variant, seed: number): Given {
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
  const lopsided = octets(32).map((octet, i, { 0: first }) => (i % 2 === 0 ? first : octet));
  const noise = Array.from({ length: CYCLES }, (_, cycle) => usableNoise(octets, exchange.aNonce[0], cycle + 1));
  return { secrets, unhealthy, lopsided, noise, image: provision(SPA, midstates(secrets.psk)) };
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
