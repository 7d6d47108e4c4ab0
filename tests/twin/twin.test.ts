/** Each slow primitive against node:crypto, @noble/hashes and the standards' own literal vectors. */
import assert from "node:assert/strict";
import { createCipheriv, createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { cipher, keyExpansion } from "./aes128.ts";
import { ascii, bigEndian, concat, fromBigEndian, hex, littleEndian, minMax, unhex, xor } from "./bytes.ts";
import { ccmDecrypt, ccmEncrypt } from "./ccm.ts";
import { aesCmac } from "./cmac.ts";
import { crc8OfAck, crc16, crc32 } from "./crc.ts";
import { hmacSha256, midstates } from "./hmac.ts";
import { kdf256, kdfMessage } from "./kdf.ts";
import { chainingOctets, chainingWords, compress, H0, sha256, sha256From } from "./sha256.ts";

/** Octets that look random and are the same in every run. */
function octetsOf(label: string, length: number): Uint8Array {
  const digest = (i: number): Uint8Array => createHash("sha256").update(`${label} ${i}`).digest();
  return concat(...Array.from({ length: Math.ceil(length / 32) }, (_, i) => digest(i))).slice(0, length);
}

test("SHA-256: node:crypto and @noble agree for every length 0..300", () => {
  for (let length = 0; length <= 300; length++) {
    const message = octetsOf("sha256", length);
    assert.equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"), `length ${length}`);
    assert.equal(hex(sha256(message)), hex(nobleSha256(message)), `length ${length}`);
  }
});

test("SHA-256: going on from a chaining value is the whole hash", () => {
  const message = octetsOf("chaining", 200);
  const after64 = compress(H0, message.subarray(0, 64));
  assert.deepEqual(chainingWords(chainingOctets(after64)), after64);
  assert.deepEqual(sha256From(after64, 64, message.subarray(64)), sha256(message));
});

test("HMAC-SHA-256: node:crypto and @noble agree, keys of 0..100 octets, from midstates only", () => {
  for (let length = 0; length <= 100; length++) {
    const key = octetsOf("key", length);
    const text = octetsOf("text", 3 * length);
    const ours = hex(hmacSha256(midstates(key), text));
    assert.equal(ours, createHmac("sha256", key).update(text).digest("hex"), `length ${length}`);
    assert.equal(ours, hex(nobleHmac(nobleSha256, key, text)), `length ${length}`);
  }
});

test("KDF-256: one HMAC over LE16(1) ‖ label ‖ context ‖ LE16(256)", () => {
  const key = octetsOf("kdf", 32);
  const context = unhex("0102030405");
  assert.equal(hex(kdfMessage("AMP PMK", context)), "0100414d5020504d4b01020304050001");
  const expected = createHmac("sha256", key).update(unhex("0100414d5020504d4b01020304050001")).digest("hex");
  assert.equal(hex(kdf256(midstates(key), "AMP PMK", context)), expected);
});

test("AES-128: FIPS 197 C.1", () => {
  const key = unhex("000102030405060708090a0b0c0d0e0f");
  const block = unhex("00112233445566778899aabbccddeeff");
  assert.equal(hex(cipher(keyExpansion(key), block)), "69c4e0d86a7b0430d8cdb78070b4c55a");
  assert.throws(() => keyExpansion(unhex("00")), RangeError);
});

test("AES-128: node:crypto agrees on 300 keys and blocks", () => {
  for (let i = 0; i < 300; i++) {
    const key = octetsOf(`aes key ${i}`, 16);
    const block = octetsOf(`aes block ${i}`, 16);
    const peer = createCipheriv("aes-128-ecb", key, null).update(block);
    assert.equal(hex(cipher(keyExpansion(key), block)), peer.toString("hex"));
  }
});

test("CCM: RFC 3610 packet vector 1", () => {
  const key = unhex("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf");
  const nonce = unhex("00000003020100a0a1a2a3a4a5");
  const aad = unhex("0001020304050607");
  const payload = unhex("08090a0b0c0d0e0f101112131415161718191a1b1c1d1e");
  const { b0, ciphertext, tag } = ccmEncrypt(key, nonce, aad, payload, 8);
  assert.equal(hex(b0), "5900000003020100a0a1a2a3a4a50017");
  assert.equal(hex(ciphertext), "588c979a61c663d2f066d0c2c0f989806d5f6b61dac384");
  assert.equal(hex(tag), "17e8d12cfdf926e0");
  assert.deepEqual(ccmDecrypt(key, nonce, aad, ciphertext, tag), payload);
});

test("CCM: node:crypto agrees, M 8 and 16, payloads 0..64, AAD 0..40; every changed octet is refused", () => {
  for (let length = 0; length <= 64; length++) {
    for (const authTagLength of [8, 16]) {
      const [key, nonce] = [octetsOf(`ccm ${length}`, 16), octetsOf(`nonce ${length}`, 13)];
      const aad = octetsOf("aad", (length * 7) % 41);
      const payload = octetsOf("payload", length);
      const peer = createCipheriv("aes-128-ccm", key, nonce, { authTagLength });
      peer.setAAD(aad, { plaintextLength: length });
      const sent = concat(peer.update(payload), peer.final());
      const ours = ccmEncrypt(key, nonce, aad, payload, authTagLength);
      assert.equal(hex(ours.ciphertext), hex(sent));
      assert.equal(hex(ours.tag), peer.getAuthTag().toString("hex"));
    }
  }
  const [key, nonce, aad] = [octetsOf("k", 16), octetsOf("n", 13), octetsOf("a", 5)];
  const { ciphertext, tag } = ccmEncrypt(key, nonce, aad, octetsOf("p", 20), 8);
  const flipped = (octets: Uint8Array, at: number): Uint8Array =>
    octets.map((octet, i) => (i === at ? octet ^ 0x80 : octet));
  ciphertext.forEach((_, at) => {
    assert.equal(ccmDecrypt(key, nonce, aad, flipped(ciphertext, at), tag), null);
  });
  tag.forEach((_, at) => {
    assert.equal(ccmDecrypt(key, nonce, aad, ciphertext, flipped(tag, at)), null);
  });
  aad.forEach((_, at) => {
    assert.equal(ccmDecrypt(key, nonce, flipped(aad, at), ciphertext, tag), null);
  });
});

test("CMAC: RFC 4493 section 4, all four examples", () => {
  const key = unhex("2b7e151628aed2a6abf7158809cf4f3c");
  const message = unhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
  );
  const mac = (length: number): string => hex(aesCmac(key, message.slice(0, length)));
  assert.equal(mac(0), "bb1d6929e95937287fa37d129b756746");
  assert.equal(mac(16), "070a16b46b4d4144f79bdd9dd04a287c");
  assert.equal(mac(40), "dfa66747de9ae63030ca32611497c827");
  assert.equal(mac(64), "51f0bebf7e3b9d92fc49741779363cfe");
});

test("CMAC: node:crypto's CBC over the masked message agrees, lengths 0..80", () => {
  const double = (x: Uint8Array): Uint8Array => {
    const doubled = BigInt(`0x${hex(x)}`) << 1n;
    const reduced = doubled >> 128n ? doubled ^ ((1n << 128n) | 0x87n) : doubled;
    return unhex(reduced.toString(16).padStart(32, "0"));
  };
  for (let length = 0; length <= 80; length++) {
    const key = octetsOf(`cmac ${length}`, 16);
    const message = octetsOf("cmac text", length);
    const k1 = double(createCipheriv("aes-128-ecb", key, null).update(new Uint8Array(16)));
    const whole = length > 0 && length % 16 === 0;
    const padded = whole ? message : concat(message, 0x80, new Uint8Array(15 - (length % 16)));
    const masked = concat(padded.slice(0, -16), xor(padded.slice(-16), whole ? k1 : double(k1)));
    const cbc = createCipheriv("aes-128-cbc", key, new Uint8Array(16)).update(masked);
    assert.equal(hex(aesCmac(key, message)), cbc.subarray(-16).toString("hex"), `length ${length}`);
  }
});

test("CRCs of 123456789, and the page's two Ack vectors", () => {
  assert.equal(crc16(ascii("123456789")), 0x906e);
  assert.equal(crc32(ascii("123456789")), 0xcbf43926);
  assert.equal(crc8OfAck(unhex("0c3412")), 0x3e);
  assert.equal(crc8OfAck(unhex("0cffff")), 0xd7);
});

test("octet strings: orders and comparisons", () => {
  assert.equal(hex(bigEndian(0x0102, 6)), "000000000102");
  assert.equal(hex(littleEndian(0x0102, 2)), "0201");
  assert.equal(fromBigEndian(unhex("fffffffe")), 2 ** 32 - 2);
  assert.equal(hex(minMax(unhex("0102"), unhex("0101"))), "01010102");
  assert.equal(hex(minMax(unhex("00ff"), unhex("0100"))), "00ff0100");
  assert.throws(() => unhex("abc"), TypeError);
  assert.throws(() => xor(unhex("00"), unhex("0000")), RangeError);
});
