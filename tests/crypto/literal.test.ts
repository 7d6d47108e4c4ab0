/** Small literal vectors of each standard: they need no file beside the repository. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, hex, toHex } from "../support/hex.ts";
import { BACKENDS } from "./backends.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

/** RFC 4493 section 4 = SP 800-38B D.1: prefixes of one message of four blocks. */
const CMAC_KEY = hex("2b7e151628aed2a6abf7158809cf4f3c");
const CMAC_MESSAGE = hex(`
  6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
  30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`);
const CMAC_TAGS = new Map([
  [0, "bb1d6929e95937287fa37d129b756746"],
  [16, "070a16b46b4d4144f79bdd9dd04a287c"],
  [40, "dfa66747de9ae63030ca32611497c827"],
  [64, "51f0bebf7e3b9d92fc49741779363cfe"],
]);

for (const { name, crypto, aes128 } of BACKENDS) {
  test(`${name}: SHA-256 of FIPS 180-4's one-block and two-block examples`, () => {
    assert.equal(
      toHex(crypto.sha256(ascii("abc"))),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    assert.equal(
      toHex(crypto.sha256(ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });

  test(`${name}: HMAC-SHA-256 of RFC 4231 cases 1, 2 and 6 (a key longer than a block)`, () => {
    const cases = [
      [new Uint8Array(20).fill(0x0b), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
      [
        ascii("Jefe"),
        "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      ],
      [
        new Uint8Array(131).fill(0xaa),
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      ],
    ] as const;
    for (const [key, message, tag] of cases) assert.equal(toHex(crypto.hmac(key, ascii(message))), tag);
  });

  test(`${name}: AES-128 of FIPS 197 appendix C.1`, () => {
    const key = hex("000102030405060708090a0b0c0d0e0f");
    assert.equal(toHex(aes128(key, hex("00112233445566778899aabbccddeeff"))), "69c4e0d86a7b0430d8cdb78070b4c55a");
  });

  for (const [length, tag] of CMAC_TAGS) {
    test(`${name}: AES-CMAC of RFC 4493 and SP 800-38B D.1, ${length} octets`, () => {
      assert.equal(toHex(crypto.cmac(CMAC_KEY, CMAC_MESSAGE.subarray(0, length))), tag);
    });
  }

  test(`${name}: CCM of RFC 3610 packet vector 1, sealed and opened`, () => {
    const key = hex("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf");
    const nonce = hex("00000003020100a0a1a2a3a4a5");
    const aad = hex("0001020304050607");
    const plaintext = hex("08090a0b0c0d0e0f101112131415161718191a1b1c1d1e");
    const sealed = "588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0";
    assert.equal(toHex(crypto.ccmSeal(key, nonce, aad, plaintext, 8)), sealed);
    assert.deepEqual(crypto.ccmOpen(key, nonce, aad, hex(sealed), 8), plaintext);
  });

  test(`${name}: CCM of SP 800-38C example 4, whose AAD of 65,536 octets has a six-octet length`, () => {
    const key = hex("404142434445464748494a4b4c4d4e4f");
    const nonce = hex("101112131415161718191a1b1c");
    const aad = Uint8Array.from({ length: 0x10000 }, (_, i) => i & 0xff);
    const plaintext = Uint8Array.from({ length: 32 }, (_, i) => 0x20 + i);
    assert.equal(
      toHex(crypto.ccmSeal(key, nonce, aad, plaintext, 14)),
      "69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72b4ac6bec93e8598e7f0dadbcea5b",
    );
  });

  test(`${name}: KDF-SHA-256-256 is one HMAC over LE16(1), label, context, LE16(256)`, () => {
    const key = hex("00".repeat(32));
    const context = hex("a0a1a2a3a4a5a6a7 020000000001 02c0ffee0001");
    const message = concat(hex("0100"), ascii("AMP PMK"), context, hex("0001"));
    assert.deepEqual(crypto.kdf256(key, "AMP PMK", context), crypto.hmac(key, message));
  });
}
