/**
 * The published vectors of the reference data, over every implementation. Each test states how many cases of its file
 * an implementation takes: one that silently takes fewer, or none, fails.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { kdfSha256 } from "../../host/crypto/kdf.ts";
import { concat, hex, toHex } from "../support/hex.ts";
import { readReference, skipWithout } from "../support/reference.ts";
import { type Counts, countOf, IMPLEMENTATIONS } from "./implementations.ts";
import type { Primitives } from "./primitives.ts";

interface VectorFile<Case> {
  readonly tests: readonly Case[];
}

interface WycheproofFile<Case> {
  readonly testGroups: readonly { readonly keySize: number; readonly tests: readonly Case[] }[];
}

interface Suite<File, Case> {
  readonly title: string;
  readonly path: string;
  readonly counts: Counts;
  readonly cases: (file: File) => readonly Case[];
  /** Checks one case; false: the case is not for this implementation. */
  readonly check: (primitives: Primitives, vector: Case) => boolean;
}

const all = (count: number): Counts => ({ device: count, node: count, noble: count });

function suite<File, Case>({ title, path, counts, cases, check }: Suite<File, Case>): void {
  for (const primitives of IMPLEMENTATIONS) {
    const count = countOf(counts, primitives);
    if (count === 0) continue;
    test(`${primitives.name}: ${title}, ${count} cases of ${path}`, { skip: skipWithout(path) }, () => {
      const taken = cases(readReference<File>(path)).filter((vector) => check(primitives, vector));
      assert.equal(taken.length, count);
    });
  }
}

const ofTests = <Case>({ tests }: VectorFile<Case>): readonly Case[] => tests;
const ofGroups = <Case>({ testGroups }: WycheproofFile<Case>) => testGroups.flatMap(({ tests }) => tests);

suite({
  title: "SHA-256, CAVP",
  path: "vectors/cavp/sha256.json",
  counts: all(73),
  cases: ofTests<{ msg: string; md: string }>,
  check(primitives, { msg, md }) {
    assert.equal(toHex(primitives.sha256(hex(msg))), md);
    return true;
  },
});

suite({
  title: "SHA-256, CAVP Monte Carlo",
  path: "vectors/cavp/sha256.json",
  counts: all(5),
  cases: ({ monteCarlo }: { monteCarlo: { seed: string; md: string[] } }) =>
    monteCarlo.md.map((md, i) => ({ seed: monteCarlo.md[i - 1] ?? monteCarlo.seed, md })),
  check(primitives, { seed, md }) {
    // SHAVS 6.4: MD_i = SHA-256(MD_{i-3} ‖ MD_{i-2} ‖ MD_{i-1}), 1000 times from three copies of the seed.
    let last = [hex(seed), hex(seed), hex(seed)];
    for (let i = 0; i < 1000; i++) last = [last[1], last[2], primitives.sha256(concat(...last))];
    assert.equal(toHex(last[2]), md);
    return true;
  },
});

interface HmacCase {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
  readonly result?: "valid" | "invalid";
}

/** A tag may be the leftmost octets of the MAC (RFC 2104 section 5). */
function checkHmac(primitives: Primitives, { key, msg, tag, result = "valid" }: HmacCase): boolean {
  const mac = toHex(primitives.hmac(hex(key), hex(msg)));
  assert.equal(mac.slice(0, tag.length) === tag, result === "valid");
  return true;
}

suite({
  title: "HMAC-SHA-256, RFC 4231",
  path: "vectors/rfc/rfc4231_hmac_sha256.json",
  counts: all(7),
  cases: ofTests<HmacCase>,
  check: checkHmac,
});

for (const [result, count] of [
  ["valid", 66],
  ["invalid", 108],
] as const) {
  suite({
    title: `HMAC-SHA-256, Wycheproof, ${result}`,
    path: "vectors/wycheproof/hmac_sha256_test.json",
    counts: all(count),
    cases: ofGroups<HmacCase>,
    check: (primitives, vector) => vector.result === result && checkHmac(primitives, vector),
  });
}

suite({
  title: "HMAC-SHA-256, as IEEE 802.11's KDF of 640 bits takes it",
  path: "vectors/ieee80211/kdf_sha256.json",
  counts: all(2),
  cases: ofTests<{ key: string; label: string; context: string; lengthBits: number; okm: string }>,
  check(primitives, { key, label, context, lengthBits, okm }) {
    const hmac = primitives.hmac.bind(primitives);
    assert.equal(toHex(kdfSha256(hmac, hex(key), label, hex(context), lengthBits)), okm);
    return true;
  },
});

suite({
  title: "AES-128, CAVP",
  path: "vectors/cavp/aes128_ecb_kat.json",
  counts: all(284),
  cases: ofTests<{ key: string; pt: string; ct: string }>,
  check(primitives, { key, pt, ct }) {
    assert.equal(toHex(primitives.aes128(hex(key), hex(pt))), ct);
    return true;
  },
});

suite({
  title: "AES-CMAC as BIP takes it, IEEE 802.11",
  path: "vectors/ieee80211/pmf_mgmt.json",
  counts: all(1),
  cases: ofTests<{ igtk?: string; aad: string; frame: string; mmie: string; mic: string }>,
  check(primitives, { igtk, aad, frame, mmie, mic }) {
    if (igtk === undefined) return false;
    // 12.5.4.6: AAD ‖ the body behind its header of 24 octets ‖ the MMIE, its MIC of 8 octets zeroed.
    const body = concat(hex(frame).subarray(24), hex(mmie).subarray(0, -8), new Uint8Array(8));
    assert.equal(toHex(primitives.cmac(hex(igtk), concat(hex(aad), body)).subarray(0, 8)), mic);
    return true;
  },
});

interface CcmCase {
  readonly key: string;
  readonly nonce: string;
  readonly aad: string;
  /** Missing where the case is not valid. */
  readonly pt?: string;
  readonly ct: string;
  readonly tag: string;
  readonly valid?: boolean;
}

/** Opens and seals what is valid, and refuses it as soon as an octet is another; refuses what is invalid. */
function checkCcm(primitives: Primitives, { key, nonce, aad, pt, ct, tag, valid = true }: CcmCase): boolean {
  if (!primitives.reach.ccm(nonce.length / 2, aad.length / 2, ct.length / 2)) return false;
  const [k, n, a, sealed, micLength] = [hex(key), hex(nonce), hex(aad), hex(ct + tag), tag.length / 2];
  const opened = primitives.ccmOpen(k, n, a, sealed, micLength);
  if (!valid) {
    assert.equal(opened, null);
    return true;
  }
  assert.ok(opened);
  if (pt !== undefined) assert.equal(toHex(opened), pt);
  assert.deepEqual(primitives.ccmSeal(k, n, a, opened, micLength), sealed);
  for (const i of [0, sealed.length >> 1, sealed.length - 1]) {
    const changed = sealed.slice();
    changed[i] ^= 1 << (i & 7);
    assert.equal(primitives.ccmOpen(k, n, a, changed, micLength), null, `octet ${i} changed`);
  }
  return true;
}

for (const [kind, valid, counts] of [
  ["valid", true, { device: 207, node: 230, noble: 230 }],
  ["invalid", false, { device: 40, node: 80, noble: 80 }],
] as const) {
  suite({
    title: `CCM, CAVP, ${kind}`,
    path: "vectors/cavp/aes128_ccm_nlen13.json",
    counts,
    cases: ofTests<CcmCase>,
    check: (primitives, vector) => vector.valid === valid && checkCcm(primitives, vector),
  });
}

suite({
  title: "CCM, RFC 3610",
  path: "vectors/rfc/rfc3610_ccm.json",
  counts: all(24),
  cases: ofTests<CcmCase>,
  check: checkCcm,
});

type Mpdu = Omit<CcmCase, "key" | "tag"> & { readonly tk?: string; readonly mic: string };

/** A CCMP-128 MPDU; the other cases of these files have no TK. */
function checkMpdu(primitives: Primitives, { tk, mic, ...rest }: Mpdu): boolean {
  return tk !== undefined && checkCcm(primitives, { ...rest, key: tk, tag: mic });
}

for (const [path, count] of [
  ["vectors/ieee80211/ccmp_mpdu.json", 8],
  ["vectors/ieee80211/pmf_mgmt.json", 1],
] as const) {
  suite({ title: "CCM, CCMP MPDUs", path, counts: all(count), cases: ofTests<Mpdu>, check: checkMpdu });
}

type WycheproofCcm = Omit<CcmCase, "nonce" | "pt"> & { iv: string; msg: string; result: "valid" | "invalid" };

/** SP 800-38C A.1. */
const MIC_LENGTHS = [4, 6, 8, 10, 12, 14, 16];

// Only six cases, all valid, have a nonce of 13 octets, three of them with AAD; the twin takes the other nonces as well.
for (const [result, counts] of [
  ["valid", { device: 3, node: 6, noble: 135 }],
  ["invalid", { device: 0, node: 0, noble: 27 }],
] as const) {
  suite({
    title: `CCM, Wycheproof, ${result}`,
    path: "vectors/wycheproof/aes_ccm_test.json",
    counts,
    cases: ofGroups<WycheproofCcm>,
    check(primitives, { iv, msg, result: found, ...rest }) {
      const isAes128 = rest.key.length === 32;
      if (found !== result || !isAes128 || !MIC_LENGTHS.includes(rest.tag.length / 2)) return false;
      return checkCcm(primitives, { ...rest, nonce: iv, pt: msg, valid: result === "valid" });
    },
  });
}
