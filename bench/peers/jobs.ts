/* The jobs that all do, in the order of bench/peers/c/main.c, and what each has to leave: by node:crypto. */
import { kdfSha256 } from "../../host/crypto/kdf.ts";
import { aes128, nodeCrypto } from "../../host/crypto/node.ts";
import { concat } from "../../host/wire/octets.ts";

export const JOBS = [
  "SHA-256, one block",
  "KDF-256",
  "KDF-256, midstates kept",
  "AES, key schedule and a block",
  "AES, a block",
  "CCM, 16 octets",
  "CCM opened, 16 octets",
  "M2's cryptography",
  "the cited peers' M2",
] as const;
export type Job = (typeof JOBS)[number];

const [SHORT, TAG] = [16, 8];

/** Lengths as in jobs.h; any octets do. */
const INPUTS = [46, 32, 76, 13, 22, 64].map((length, which) =>
  Uint8Array.from({ length }, (_, i) => (31 * i + 17 * which + 5) & 0xff),
);
const [seed, key, context, nonce, aad, plain] = INPUTS;

const seal = (under: Uint8Array, length: number): Uint8Array =>
  nodeCrypto.ccmSeal(under, nonce, aad, plain.subarray(0, length), TAG);
const block = aes128(key.subarray(0, 16), plain.subarray(0, 16));
const sealed = seal(key.subarray(0, 16), SHORT);

/** What the firmware reads at its start. */
export const INPUT: Uint8Array = concat(...INPUTS, sealed);

const derived = nodeCrypto.kdf256(key, "AMP PTK", context.subarray(0, 44));
const ptk = kdfSha256(nodeCrypto.hmac, key, "Pairwise key expansion", context, 384);

/** What it writes, job by job. */
export const EXPECTED: readonly Uint8Array[] = [
  nodeCrypto.sha256(seed),
  derived,
  derived,
  block,
  block,
  sealed,
  concat(plain.subarray(0, SHORT), Uint8Array.of(1)),
  seal(derived.subarray(16), SHORT),
  concat(seal(ptk.subarray(32), SHORT), seal(ptk.subarray(32), plain.length)),
];
