/**
 * The group of EAP-pwd: P-256 (group 19), and the element that a password is in it (RFC 5931, sections 2.8.3 and 2.8.4):
 *
 *     seed = H(token ‖ ID_P ‖ ID_S ‖ password ‖ counter(1)),  counter = 1, 2 ... 40
 *     x    = KDF(seed, "EAP-pwd Hunting And Pecking", 256)
 *     PWE  = (x, y) of the first counter with x < p and x^3 + ax + b = y^2, y odd or even as seed is
 *
 * Assumption: forty counters are gone through whichever is the first, and the test for a square is made of the value times a
 * random square. But arithmetic on BigInt takes a time that depends on its numbers, and the choice of the first is a branch:
 * whoever shares this machine's processor may learn of a password what can be tried against a dictionary. The host that runs a
 * peer is trusted, and its network cannot time one counter.
 */

import { p256 } from "@noble/curves/nist.js";
import type { Crypto } from "../crypto/crypto.ts";
import { hOf, kdf } from "./pwdkeys.ts";
import { ELEMENT_OCTETS, SCALAR_OCTETS } from "./pwdmessages.ts";

export type PwdCrypto = Pick<Crypto, "hmac" | "equal" | "randomBytes">;
export type Element = InstanceType<typeof p256.Point>;

const { Point } = p256;
const { Fp, Fn } = Point;
const ORDER = Fn.ORDER;
const COORDINATE_OCTETS = ELEMENT_OCTETS / 2;
const HUNTING_LABEL = new TextEncoder().encode("EAP-pwd Hunting And Pecking");
/** As hostapd has it: there is no element among so many for one password in 10^12. */
const COUNTERS = 40;
/** 128 bits more than the order has, so that no residue is seen to be more likely. */
const RANDOM_OCTETS = SCALAR_OCTETS + 16;

export interface PasswordParties {
  readonly token: Uint8Array;
  readonly idP: Uint8Array;
  readonly idS: Uint8Array;
  readonly password: Uint8Array;
}

/** PWE; undefined: no counter has one. */
export function passwordElement(
  crypto: PwdCrypto,
  { token, idP, idS, password }: PasswordParties,
): Element | undefined {
  const blind = 1n + (numberOf(crypto.randomBytes(RANDOM_OCTETS)) % (Fp.ORDER - 1n));
  let found: { readonly x: bigint; readonly isOdd: boolean } | undefined;
  for (let counter = 1; counter <= COUNTERS; counter++) {
    const seed = hOf(crypto, token, idP, idS, password, Uint8Array.of(counter));
    const candidate = kdf(crypto, seed, HUNTING_LABEL, COORDINATE_OCTETS);
    const x = numberOf(candidate);
    const isSquare = Fp.pow(Fp.mul(ySquaredOf(x % Fp.ORDER), Fp.sqr(blind)), (Fp.ORDER - 1n) / 2n) === Fp.ONE;
    if (isSquare && x < Fp.ORDER) found ??= { x, isOdd: (seed[seed.length - 1] & 1) !== 0 };
    seed.fill(0);
    candidate.fill(0);
  }
  if (found === undefined) return undefined;
  const y = Fp.sqrt(ySquaredOf(found.x));
  return Point.fromAffine({ x: found.x, y: ((y & 1n) === 1n) === found.isOdd ? y : Fp.neg(y) });
}

/** 2.8.5.2.2: 0 < x, y < p, and on the curve, which has no point with y = 0 and no coordinates for infinity. undefined: not so. */
export function elementOf(octets: Uint8Array): Element | undefined {
  const x = numberOf(octets.slice(0, COORDINATE_OCTETS));
  const y = numberOf(octets.slice(COORDINATE_OCTETS));
  if (x === 0n || x >= Fp.ORDER || y >= Fp.ORDER) return undefined;
  return Fp.eql(Fp.sqr(y), ySquaredOf(x)) ? Point.fromAffine({ x, y }) : undefined;
}

export function emitElement(element: Element): Uint8Array {
  return element.toBytes(false).slice(1);
}

/** 2.8.5.2.2: 1 < scalar < q. undefined: it is not. */
export function scalarOf(octets: Uint8Array): bigint | undefined {
  const scalar = numberOf(octets);
  return scalar > 1n && scalar < ORDER ? scalar : undefined;
}

export function emitScalar(scalar: bigint): Uint8Array {
  return Fn.toBytes(scalar);
}

/** What one side draws and says: 2.8.4.1. scalar = (rand + mask) mod q, element = -(mask . PWE). */
export function drawCommit(crypto: PwdCrypto, pwe: Element): { rand: bigint; scalar: bigint; element: Element } {
  for (;;) {
    const rand = drawScalar(crypto);
    const mask = drawScalar(crypto);
    const scalar = Fn.add(rand, mask);
    if (scalar > 1n) return { rand, scalar, element: pwe.multiply(mask).negate() };
  }
}

/** k = x of rand . (scalar . PWE + element), the other side's; undefined: it is infinity. */
export function sharedSecret(pwe: Element, rand: bigint, scalar: bigint, element: Element): Uint8Array | undefined {
  const sum = pwe.multiply(scalar).add(element);
  return sum.is0() ? undefined : Fp.toBytes(sum.multiply(rand).x);
}

/** 1 < n < q. */
function drawScalar(crypto: PwdCrypto): bigint {
  return 2n + (numberOf(crypto.randomBytes(RANDOM_OCTETS)) % (ORDER - 2n));
}

function ySquaredOf(x: bigint): bigint {
  const { a, b } = Point.CURVE();
  return Fp.add(Fp.add(Fp.mul(Fp.sqr(x), x), Fp.mul(a, x)), b);
}

function numberOf(octets: Uint8Array): bigint {
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}
