/** Every backend against published vectors of the reference data: CAVP, the RFCs, IEEE 802.11's annexes, Wycheproof. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { kdfSha256 } from "../../host/crypto/kdf.ts";
import { concat, hex, toHex } from "../support/hex.ts";
import { readReference, skipWithout } from "../support/reference.ts";
import { BACKENDS } from "./backends.ts";

interface VectorFile<Case> {
  tests: Case[];
}

interface CcmCase {
  key: string;
  nonce: string;
  aad: string;
  pt?: string;
  ct: string;
  tag: string;
  valid?: boolean;
}

interface WycheproofFile<Case> {
  testGroups: { keySize: number; ivSize: number; tagSize: number; tests: Case[] }[];
}

/** One test a backend over all the cases of one file; the number is stated so that a file that shrank is noticed. */
function vectors<File>(
  title: string,
  path: string,
  count: number,
  check: (file: File, backend: (typeof BACKENDS)[number]) => number,
): void {
  for (const backend of BACKENDS) {
    test(`${backend.name}: ${title}: ${count} cases of ${path}`, { skip: skipWithout(path) }, () => {
      assert.equal(check(readReference<File>(path), backend), count);
    });
  }
}

function checkCcm(crypto: Crypto, { key, nonce, aad, pt, ct, tag, valid }: CcmCase): void {
  const sealed = hex(ct + tag);
  const micLength = tag.length / 2;
  const opened = crypto.ccmOpen(hex(key), hex(nonce), hex(aad), sealed, micLength);
  if (valid === false) {
    assert.equal(opened, null);
    return;
  }
  assert.ok(opened !== null, "a valid MIC was refused");
  if (pt !== undefined) assert.equal(toHex(opened), pt);
  assert.deepEqual(crypto.ccmSeal(hex(key), hex(nonce), hex(aad), opened, micLength), sealed);
}

vectors<VectorFile<{ msg: string; md: string }>>(
  "SHA-256, CAVP",
  "vectors/cavp/sha256.json",
  73,
  ({ tests }, { crypto }) => {
    for (const { msg, md } of tests) assert.equal(toHex(crypto.sha256(hex(msg))), md);
    return tests.length;
  },
);

type MonteCarlo = { monteCarlo: { seed: string; md: string[] } };
vectors<MonteCarlo>("SHA-256, CAVP Monte Carlo", "vectors/cavp/sha256.json", 5, ({ monteCarlo }, { crypto }) => {
  // SHAVS 6.4: MD_i = SHA-256(MD_{i-3} ‖ MD_{i-2} ‖ MD_{i-1}), 1000 times from three copies of the seed.
  let seed = hex(monteCarlo.seed);
  for (const md of monteCarlo.md) {
    let last = [seed, seed, seed];
    for (let i = 0; i < 1000; i++) last = [last[1], last[2], crypto.sha256(concat(...last))];
    seed = last[2];
    assert.equal(toHex(seed), md);
  }
  return monteCarlo.md.length;
});

type HmacCase = { key: string; msg: string; tag: string };
vectors<VectorFile<HmacCase>>("HMAC-SHA-256", "vectors/rfc/rfc4231_hmac_sha256.json", 7, ({ tests }, { crypto }) => {
  // Case 5 publishes a tag of 128 bits.
  for (const { key, msg, tag } of tests) assert.equal(toHex(crypto.hmac(hex(key), hex(msg))).slice(0, tag.length), tag);
  return tests.length;
});

vectors<WycheproofFile<HmacCase & { result: "valid" | "invalid" }>>(
  "HMAC-SHA-256, Wycheproof, valid and invalid",
  "vectors/wycheproof/hmac_sha256_test.json",
  174,
  ({ testGroups }, { crypto }) => {
    const cases = testGroups.flatMap((group) => group.tests);
    for (const { key, msg, tag, result } of cases) {
      const computed = crypto.hmac(hex(key), hex(msg)).subarray(0, tag.length / 2);
      assert.equal(crypto.equal(computed, hex(tag)), result === "valid");
    }
    return cases.length;
  },
);

type KdfCase = { key: string; label: string; context: string; lengthBits: number; okm: string };
vectors<VectorFile<KdfCase>>("KDF of IEEE 802.11", "vectors/ieee80211/kdf_sha256.json", 2, ({ tests }, { crypto }) => {
  for (const { key, label, context, lengthBits, okm } of tests) {
    assert.equal(toHex(kdfSha256(crypto.hmac, hex(key), label, hex(context), lengthBits)), okm);
  }
  return tests.length;
});

type AesCase = { key: string; pt: string; ct: string };
vectors<VectorFile<AesCase>>("AES-128, CAVP", "vectors/cavp/aes128_ecb_kat.json", 284, ({ tests }, { aes128 }) => {
  for (const { key, pt, ct } of tests) assert.equal(toHex(aes128(hex(key), hex(pt))), ct);
  return tests.length;
});

vectors<VectorFile<CcmCase>>(
  "CCM, CAVP, valid and not",
  "vectors/cavp/aes128_ccm_nlen13.json",
  310,
  ({ tests }, { crypto }) => {
    for (const vector of tests) checkCcm(crypto, vector);
    assert.ok(
      tests.some(({ valid }) => valid === false),
      "no case has a wrong MIC",
    );
    return tests.length;
  },
);

vectors<VectorFile<CcmCase>>("CCM, RFC 3610", "vectors/rfc/rfc3610_ccm.json", 24, ({ tests }, { crypto }) => {
  for (const vector of tests) checkCcm(crypto, vector);
  return tests.length;
});

type Mpdu = { tk: string; nonce: string; aad: string; pt: string; ct: string; mic: string };
vectors<VectorFile<Mpdu>>("CCM, CCMP MPDUs", "vectors/ieee80211/ccmp_mpdu.json", 8, ({ tests }, { crypto }) => {
  for (const { tk, mic, ...rest } of tests) checkCcm(crypto, { key: tk, tag: mic, ...rest });
  return tests.length;
});

type WycheproofCcm = { key: string; iv: string; aad: string; msg: string; ct: string; tag: string; result: string };
vectors<WycheproofFile<WycheproofCcm>>(
  "CCM, Wycheproof, all of another shape refused by name",
  "vectors/wycheproof/aes_ccm_test.json",
  6,
  ({ testGroups }, { crypto }) => {
    let ours = 0;
    for (const group of testGroups) {
      const fits = group.keySize === 128 && group.ivSize === 104 && group.tagSize >= 32;
      for (const { key, iv, aad, msg, ct, tag, result } of group.tests) {
        if (fits) {
          checkCcm(crypto, { key, nonce: iv, aad, pt: msg, ct, tag, valid: result === "valid" });
          ours++;
        } else {
          const open = () => crypto.ccmOpen(hex(key), hex(iv), hex(aad), hex(ct + tag), group.tagSize / 8);
          assert.throws(open, RangeError);
        }
      }
    }
    return ours;
  },
);
