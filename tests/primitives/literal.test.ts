/** Small literal vectors of each standard: they need no file beside the repository. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, toHex } from "../support/hex.ts";
import { IMPLEMENTATIONS } from "./implementations.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const counting = (first: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i);

/** FIPS 180-4's examples (NIST, "SHA-256 Example"), and RFC 6234's of no octet. */
const SHA_256 = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  [
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
  ],
] as const;

/** RFC 4231 4.2, 4.3, 4.4, 4.5, 4.7 and 4.8: keys shorter than a block, and longer. */
const HMAC_SHA_256: readonly (readonly [Uint8Array, Uint8Array, string])[] = [
  [
    new Uint8Array(20).fill(0x0b),
    ascii("Hi There"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    ascii("Jefe"),
    ascii("what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    new Uint8Array(20).fill(0xaa),
    new Uint8Array(50).fill(0xdd),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [counting(1, 25), new Uint8Array(50).fill(0xcd), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"],
  [
    new Uint8Array(131).fill(0xaa),
    ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    new Uint8Array(131).fill(0xaa),
    ascii(
      "This is a test using a larger than block-size key and a larger than block-size data. " +
        "The key needs to be hashed before being used by the HMAC algorithm.",
    ),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
];

/** FIPS 197 (May 2023) appendix B and the AES-128 example of appendix C. */
const AES_128 = [
  ["2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734", "3925841d02dc09fbdc118597196a0b32"],
  ["000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a"],
] as const;

/** RFC 4493 section 4 = SP 800-38B D.1: prefixes of one message. No octet at all is beyond the device. */
const CMAC_KEY = hex("2b7e151628aed2a6abf7158809cf4f3c");
const CMAC_MESSAGE = hex(`
  6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
  30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`);
const CMAC = [
  [0, "bb1d6929e95937287fa37d129b756746"],
  [16, "070a16b46b4d4144f79bdd9dd04a287c"],
  [40, "dfa66747de9ae63030ca32611497c827"],
  [64, "51f0bebf7e3b9d92fc49741779363cfe"],
] as const;

/** Nonce, AAD and payload lengths, and ciphertext ‖ MIC. RFC 3610 section 8, packet vectors #1 to #3; key C0..CF. */
const RFC_3610 = [
  ["00000003020100a0a1a2a3a4a5", [8, 23], "588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0"],
  ["00000004030201a0a1a2a3a4a5", [8, 24], "72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3ba091d56e10400916"],
  ["00000005040302a0a1a2a3a4a5", [8, 25], "51b1e5f44a197d1da46b0f8e2d282ae871e838bb64da8596574adaa76fbd9fb0c5"],
] as const;

/** The MPDU of IEEE 802.11 annex J.6.4 (CCMP-128): the profile's own shape of CCM. */
const CCMP = {
  tk: "c97c1f67ce371185514a8a19f2bdd52f",
  nonce: "005030f1844408b5039776e70c",
  aad: "08400fd2e128a57c5030f1844408abaea5b8fcba0000",
  pt: "f8ba1a55d02f85ae967bb62fb6cda8eb7e78a050",
  sealed: "f3d0a2fe9a3dbf2342a643e43246e80c3c04d0197845ce0b16f97623",
};

/** SP 800-38C appendix C: nonces of 7, 8 and 12 octets, for whoever has them; lengths of nonce, AAD, payload, MIC. */
const SP_800_38C = [
  [[7, 8, 4, 4], "7162015b4dac255d"],
  [[8, 16, 16, 6], "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd"],
  [[12, 20, 24, 8], "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"],
  [
    [13, 65_536, 32, 14],
    "69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72b4ac6bec93e8598e7f0dadbcea5b",
  ],
] as const;

for (const primitives of IMPLEMENTATIONS) {
  const { name, reach } = primitives;

  test(`${name}: SHA-256 of FIPS 180-4's examples`, () => {
    for (const [message, digest] of SHA_256) assert.equal(toHex(primitives.sha256(ascii(message))), digest);
  });

  test(`${name}: HMAC-SHA-256 of RFC 4231`, () => {
    for (const [key, text, mac] of HMAC_SHA_256) assert.equal(toHex(primitives.hmac(key, text)), mac);
  });

  test(`${name}: CRC-16 and CRC-32 of the catalogue's digits, and of PROTOCOL.md's Acks`, () => {
    assert.equal(primitives.crc16(ascii("123456789")), 0x906e);
    assert.equal(primitives.crc16(hex("0c 34 12")) & 0xff, 0x3e);
    assert.equal(primitives.crc16(hex("0c ff ff")) & 0xff, 0xd7);
    // The check value is of nine octets; of eight, as whole words are asked for, zlib says this.
    assert.equal(primitives.crc32(ascii("12345678")), 0x9ae0daaf);
  });

  test(`${name}: KDF-SHA-256-256 is one HMAC over LE16(1), label, context, LE16(256)`, () => {
    const key = counting(0, 32);
    const context = hex("a0a1a2a3a4a5a6a7 020000000001 02c0ffee0001");
    const input = hex("0100 414d5020504d4b a0a1a2a3a4a5a6a7 020000000001 02c0ffee0001 0001");
    const pmk = toHex(primitives.kdf256(key, "AMP PMK", context));
    assert.equal(pmk, toHex(primitives.hmac(key, input)));
    // PROTOCOL.md's worked exchange.
    assert.equal(pmk, "8d1769ab097372c9a0c96f14368bb6f98b6bf27dd2ab58390c1bf36f96005919");
  });

  test(`${name}: AES-128 of FIPS 197 B and C`, () => {
    for (const [key, block, cipher] of AES_128) {
      assert.equal(toHex(primitives.aes128(hex(key), hex(block))), cipher);
    }
  });

  for (const [length, mac] of CMAC.filter(([length]) => reach.cmac(length))) {
    test(`${name}: AES-CMAC of RFC 4493 and SP 800-38B D.1, ${length} octets`, () => {
      assert.equal(toHex(primitives.cmac(CMAC_KEY, CMAC_MESSAGE.subarray(0, length))), mac);
    });
  }

  test(`${name}: CCM of RFC 3610's first packet vectors`, () => {
    const key = counting(0xc0, 16);
    for (const [nonce, [aadLength, length], sealed] of RFC_3610) {
      const [aad, payload] = [counting(0, aadLength), counting(aadLength, length)];
      assert.equal(toHex(primitives.ccmSeal(key, hex(nonce), aad, payload, 8)), sealed);
      assert.deepEqual(primitives.ccmOpen(key, hex(nonce), aad, hex(sealed), 8), payload);
    }
  });

  test(`${name}: CCM of IEEE 802.11's CCMP example`, () => {
    const { tk, nonce, aad, pt, sealed } = CCMP;
    assert.equal(toHex(primitives.ccmSeal(hex(tk), hex(nonce), hex(aad), hex(pt), 8)), sealed);
    assert.deepEqual(primitives.ccmOpen(hex(tk), hex(nonce), hex(aad), hex(sealed), 8), hex(pt));
  });

  for (const [[nonceLength, aadLength, length, micLength], sealed] of SP_800_38C) {
    if (!reach.ccm(nonceLength, aadLength, length)) continue;
    test(`${name}: CCM of SP 800-38C's example with a nonce of ${nonceLength} octets`, () => {
      const key = counting(0x40, 16);
      const [nonce, aad, payload] = [counting(0x10, nonceLength), counting(0, aadLength), counting(0x20, length)];
      assert.equal(toHex(primitives.ccmSeal(key, nonce, aad, payload, micLength)), sealed);
      assert.deepEqual(primitives.ccmOpen(key, nonce, aad, hex(sealed), micLength), payload);
    });
  }
}
