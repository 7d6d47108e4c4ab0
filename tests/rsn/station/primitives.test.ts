/** The RSN station's own primitives against the standards' vectors, and against node:crypto at random. */
import assert from "node:assert/strict";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { concat, hex, toHex } from "../../support/hex.ts";
import { readReference, skipWithout } from "../../support/reference.ts";
import * as oracle from "./oracle.ts";
import * as device from "./primitives.ts";

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const fill = (length: number, octet: number): Uint8Array => new Uint8Array(length).fill(octet);

test("SHA-1: the examples of FIPS 180 and RFC 3174", () => {
  assert.equal(toHex(device.sha1(ascii("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  const two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  assert.equal(toHex(device.sha1(ascii(two))), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  assert.equal(
    toHex(device.sha1(ascii("01234567".repeat(8)))),
    toHex(createHash("sha1").update("01234567".repeat(8)).digest()),
  );
});

test("SHA-1 and HMAC-SHA-1 of 0 to 300 octets are node:crypto's, keys of 0 to 130 octets", () => {
  for (let length = 0; length <= 300; length++) {
    const [message, key] = [random(length), random(length % 131)];
    assert.equal(toHex(device.sha1(message)), createHash("sha1").update(message).digest("hex"), `${length} octets`);
    const mac = createHmac("sha1", key).update(message).digest("hex");
    assert.equal(toHex(device.hmacSha1(key, message)), mac, `key ${key.length}, text ${length}`);
  }
});

test("HMAC-SHA-1: the seven cases of RFC 2202", () => {
  const cases: [Uint8Array, Uint8Array, string][] = [
    [fill(20, 0x0b), ascii("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"],
    [ascii("Jefe"), ascii("what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
    [fill(20, 0xaa), fill(50, 0xdd), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"],
    [Uint8Array.from({ length: 25 }, (_, i) => i + 1), fill(50, 0xcd), "4c9007f4026250c6bc8414f9bf50c86c2d7235da"],
    [fill(20, 0x0c), ascii("Test With Truncation"), "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"],
    [
      fill(80, 0xaa),
      ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
      "aa4ae5e15272d00e95705637ce8a3b55ed402112",
    ],
    [
      fill(80, 0xaa),
      ascii("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"),
      "e8e99d0f45237d786d6bbaa7965c7808bbff1a91",
    ],
  ];
  for (const [key, text, mac] of cases) assert.equal(toHex(device.hmacSha1(key, text)), mac);
});

const PRF = "vectors/ieee80211/prf_sha1.json";
test("PRF of IEEE 802.11: the station's HMAC-SHA-1 and the oracle make the annex' three vectors", {
  skip: skipWithout(PRF),
}, () => {
  type Case = { key: string; prefix: string; data: string; lengthBytes: number; out: string };
  const { tests } = readReference<{ tests: Case[] }>(PRF);
  assert.equal(tests.length, 3);
  for (const { key, prefix, data, lengthBytes, out } of tests) {
    assert.equal(toHex(oracle.prf(hex(key), prefix, hex(data), lengthBytes)), out);
    const blocks = Array.from({ length: Math.ceil(lengthBytes / 20) }, (_, i) =>
      device.hmacSha1(hex(key), concat(ascii(prefix), Uint8Array.of(0), hex(data), Uint8Array.of(i))),
    );
    assert.equal(toHex(concat(...blocks).subarray(0, lengthBytes)), out);
  }
});

test("PRF-384 of 64 to 118 octets is the oracle's", () => {
  for (let length = 64; length <= 118; length++) {
    const [key, label, data] = [random(32), "Pairwise key expansion", random(length - 23)];
    const text = concat(ascii(label), Uint8Array.of(0), data);
    assert.deepEqual(device.prf384(key, text), oracle.prf(key, label, data, 48), `${length} octets`);
  }
});

const KDF = "vectors/ieee80211/kdf_sha256.json";
test("KDF-SHA-256 of the oracle makes the annex' vectors", { skip: skipWithout(KDF) }, () => {
  type Case = { key: string; label: string; context: string; lengthBits: number; okm: string };
  const { tests } = readReference<{ tests: Case[] }>(KDF);
  for (const { key, label, context, lengthBits, okm } of tests) {
    assert.equal(toHex(oracle.kdf(hex(key), label, hex(context), lengthBits / 8)), okm);
  }
});

for (const akm of [1, 2, 5, 6]) {
  test(`AKM ${akm}: PTK and PMKID are the oracle's, whichever address and nonce is the lesser (000-R8)`, () => {
    for (let round = 0; round < 40; round++) {
      const shared = round % 3 ? random(round % 6) : new Uint8Array(0);
      const address = (): Uint8Array => concat(shared, random(6)).subarray(0, 6);
      const nonce = (): Uint8Array => concat(shared, random(32)).subarray(0, 32);
      const given = { pmk: random(32), aa: address(), spa: address(), aNonce: nonce(), sNonce: nonce() };
      const { pmk, aa, spa, aNonce, sNonce } = given;
      assert.deepEqual(device.ptk(akm, given), oracle.ptkOf(akm, pmk, aa, spa, aNonce, sNonce));
      assert.deepEqual(device.pmkid(akm, given), oracle.pmkidOf(akm, pmk, aa, spa));
    }
  });
}

const ECB = "vectors/cavp/aes128_ecb_kat.json";
test("AES-128 inverse: CAVP, both lanes, 284 cases", { skip: skipWithout(ECB) }, () => {
  const { tests } = readReference<{ tests: { key: string; pt: string; ct: string }[] }>(ECB);
  assert.equal(tests.length, 284);
  for (const { key, pt, ct } of tests) {
    for (const lane of device.aesDecrypt(hex(key), hex(ct))) assert.equal(toHex(lane), pt);
  }
});

test("AES-128 inverse: FIPS 197 appendix C.1, and 300 random blocks as node:crypto deciphers them", () => {
  const key = hex("000102030405060708090a0b0c0d0e0f");
  const [lane] = device.aesDecrypt(key, hex("69c4e0d86a7b0430d8cdb78070b4c55a"));
  assert.equal(toHex(lane), "00112233445566778899aabbccddeeff");
  for (let round = 0; round < 300; round++) {
    const [k, block] = [random(16), random(16)];
    const wanted = oracle.aesInverse(k, block);
    assert.deepEqual(device.aesDecrypt(k, block), [wanted, wanted]);
  }
});

test("AES key unwrap: RFC 3394 4.1, and refused with any octet changed", () => {
  const kek = hex("000102030405060708090a0b0c0d0e0f");
  const wrapped = hex("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  assert.equal(toHex(device.aesUnwrap(kek, wrapped) ?? new Uint8Array(0)), "00112233445566778899aabbccddeeff");
  for (let i = 0; i < wrapped.length; i++) {
    const changed = wrapped.slice();
    changed[i] ^= 1 << (i & 7);
    assert.equal(device.aesUnwrap(kek, changed), null, `octet ${i} changed`);
  }
});

test("AES key unwrap: 16 to 400 octets that node:crypto wrapped", () => {
  for (let length = 16; length <= 400; length += 8) {
    const [kek, plain] = [random(16), random(length)];
    assert.deepEqual(device.aesUnwrap(kek, oracle.aesWrap(kek, plain)), plain);
  }
});

const WRAP = "vectors/wycheproof/aes_wrap_test.json";
test("AES key unwrap: Wycheproof, keys of 128 bits, valid and invalid", { skip: skipWithout(WRAP) }, () => {
  type Case = { key: string; msg: string; ct: string; result: "valid" | "invalid" | "acceptable" };
  const { testGroups } = readReference<{ testGroups: { keySize: number; tests: Case[] }[] }>(WRAP);
  const counts = { valid: 0, invalid: 0, acceptable: 0 };
  for (const { key, msg, ct, result } of testGroups
    .filter(({ keySize }) => keySize === 128)
    .flatMap(({ tests }) => tests)) {
    // The station looks at the length before it unwraps: whole blocks of eight octets, three at least.
    if (ct.length % 16 !== 0 || ct.length < 48) continue;
    const plain = device.aesUnwrap(hex(key), hex(ct));
    assert.equal(plain && toHex(plain), result === "valid" ? msg : null);
    counts[result]++;
  }
  assert.deepEqual(counts, { valid: 11, invalid: 12, acceptable: 0 });
});

test("EAX: the vectors of the paper of up to 16 octets, by the station and by the oracle", () => {
  const cases = [
    [
      "",
      "233952dee4d5ed5f9b9c6d6ff80ff478",
      "62ec67f9c3a4a407fcb2a8c49031a8b3",
      "6bfb914fd07eae6b",
      "e037830e8389f27b025a2d6527e79d01",
    ],
    [
      "f7fb",
      "91945d3f4dcbee0bf45ef52255f095a4",
      "becaf043b0a23d843194ba972c66debd",
      "fa3bfd4806eb53fa",
      "19dd5c4c9331049d0bdab0277408f67967e5",
    ],
    [
      "1a47cb4933",
      "01f74ad64077f2e704c0f60ada3dd523",
      "70c3db4f0d26368400a10ed05d2bff5e",
      "234a3463c1264ac6",
      "d851d5bae03a59f238a23e39199dc9266626c40f80",
    ],
    [
      "481c9e39b1",
      "d07cf6cbb7f313bdde66b727afd3c5e8",
      "8408dfff3c1a2b1292dc199e46b7d617",
      "33cce2eabff5a79d",
      "632a9d131ad4c168a4225d8e1ff755939974a7bede",
    ],
    [
      "40d0c07da5e4",
      "35b6d0580005bbc12b0587124557d2c2",
      "fdb6b06676eedc5c61d74276e1f8e816",
      "aeb96eaebe2970e9",
      "071dfe16c675cb0677e536f73afe6a14b74ee49844dd",
    ],
    [
      "4de3b35c3fc039245bd1fb7d",
      "bd8e6e11475e60b268784c38c62feb22",
      "6eac5c93072d8e8513f750935e46da1b",
      "d4482d1ca78dce0f",
      "835bb4f15d743e350e728414abb8644fd6ccb86947c5e10590210a4f",
    ],
  ].map((row) => row.map(hex));
  for (const [text, key, nonce, header, sealed] of cases) {
    assert.deepEqual(oracle.eaxSeal(key, nonce, header, text), sealed);
    assert.deepEqual(device.eax(key, nonce, header, text, false), sealed);
    const opened = device.eax(key, nonce, header, sealed.subarray(0, text.length), true);
    assert.deepEqual(opened, concat(text, sealed.subarray(text.length)));
  }
});

test("EAX: random texts of 0 to 16 octets behind headers of 0 to 64", () => {
  for (let round = 0; round < 200; round++) {
    const [key, nonce, header, text] = [random(16), random(16), random(round % 65), random(round % 17)];
    assert.deepEqual(device.eax(key, nonce, header, text, false), oracle.eaxSeal(key, nonce, header, text));
  }
});

const CCMP = "vectors/ieee80211/ccmp_mpdu.json";
test("CCMP: the annex' MPDUs with a header of 24 octets open, AAD and nonce made by the station", {
  skip: skipWithout(CCMP),
}, () => {
  type Case = { tk: string; pn: string; header: string; ccmpHeader: string; pt: string; ct: string; mic: string };
  const { tests } = readReference<{ tests: (Case & { aadMatchesCurrentStandard: boolean; keyId: number })[] }>(CCMP);
  const plain = tests.filter(
    ({ header, aadMatchesCurrentStandard }) => header.length === 48 && aadMatchesCurrentStandard,
  );
  assert.ok(plain.length >= 1, `${plain.length} MPDUs`);
  for (const { tk, pn, header, ccmpHeader, pt, ct, mic, keyId } of plain) {
    const mpdu = hex(header + ccmpHeader + ct + mic);
    assert.deepEqual(device.ccmpOpen(hex(tk), mpdu), { msdu: hex(pt), pn: BigInt(`0x${pn}`) });
    assert.deepEqual(oracle.ccmpSeal(hex(tk), hex(header), BigInt(`0x${pn}`), keyId, hex(pt)), mpdu);
  }
});

test("CCMP: MSDUs of 8 to 112 octets open as node:crypto opens them, and the station opens what node:crypto sealed", () => {
  for (let length = 8; length <= 112; length++) {
    const [tk, aa, spa, msdu] = [random(16), random(6), random(6), random(length)];
    const last = BigInt(length) << BigInt(length % 41);
    const mpdu = device.ccmpSeal(tk, aa, spa, msdu, last);
    assert.deepEqual(oracle.ccmpOpen(tk, mpdu), { msdu, pn: last + 1n, keyId: 0 });
    const header = concat(hex("08620000"), spa, aa, random(6), hex("3012"));
    const down = oracle.ccmpSeal(tk, header, last + 7n, 0, msdu);
    assert.deepEqual(device.ccmpOpen(tk, down), { msdu, pn: last + 7n });
    // Sequence number, Retry, Power Management and More Data are not authenticated; everything else is.
    for (const at of [4, 10, 16, 24, 32, down.length - 1]) {
      const changed = down.slice();
      changed[at] ^= 1;
      assert.equal(device.ccmpOpen(tk, changed), null, `octet ${at} changed`);
    }
  }
});
