/** Key functions of the RSN against vectors that others have published. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { ccmpHeaderOf, ccmpOpen, ccmpSeal } from "../../../host/rsn/keys/ccmp.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { prf } from "../../../host/rsn/keys/ptk.ts";
import { hex, toHex } from "../../support/hex.ts";

test("PRF-512 of IEEE Std 802.11-2020 J.3.2, key 0b...0b", () => {
  const key = new Uint8Array(20).fill(0x0b);
  const derived = prf(nodeRsnCrypto, key, "prefix", new TextEncoder().encode("Hi There"), 64);
  assert.equal(
    toHex(derived),
    toHex(
      hex(`bcd4c650b30b9684951829e0d75f9d54 b862175ed9f00606e17d8da35402ffee
           75df78c3d31e0f889f012120c0862beb 67753e7439ae242edb8373698356cf5a`),
    ),
  );
});

test("AES key wrap of RFC 3394 4.1, and an octet of it changed is refused", () => {
  const kek = hex("000102030405060708090a0b0c0d0e0f");
  const plain = hex("00112233445566778899aabbccddeeff");
  const wrapped = nodeRsnCrypto.aesWrap(kek, plain);
  assert.equal(toHex(wrapped), toHex(hex("1fa68b0a8112b447 aef34bd8fb5a7b82 9d3e862371d2cfe5")));
  assert.deepEqual(nodeRsnCrypto.aesUnwrap(kek, wrapped), plain);
  for (const at of wrapped.keys()) {
    const damaged = wrapped.map((octet, i) => (i === at ? octet ^ 1 : octet));
    assert.equal(nodeRsnCrypto.aesUnwrap(kek, damaged), null);
  }
});

/** J.6.4: Frame Control has Retry set, which is not under the MIC. */
const TK = hex("c97c1f67ce371185514a8a19f2bdd52f");
const HEADER = hex("0848c32c 0fd2e128a57c 5030f1844408 abaea5b8fcba 8033");
const PLAIN = hex("f8ba1a55d02f85ae967bb62fb6cda8eb7e78a050");
const SEALED = hex("0ce70020769703b5 f3d0a2fe9a3dbf2342a643e43246e80c3c04d019 7845ce0b16f97623");

test("CCMP of IEEE Std 802.11-2020 J.6.4, both ways", () => {
  const mpdu = parseMpdu(new Uint8Array([...HEADER, ...SEALED]));
  assert.ok(typeof mpdu !== "string", `${mpdu}`);
  const header = ccmpHeaderOf(mpdu);
  assert.ok(typeof header !== "string", `${header}`);
  assert.deepEqual(header, { pn: 0xb5039776e70c, keyId: 0 });
  assert.deepEqual(ccmpOpen(nodeRsnCrypto, TK, header, mpdu), PLAIN);
  assert.equal(toHex(ccmpSeal(nodeRsnCrypto, TK, header, { ...mpdu, body: PLAIN }).body), toHex(SEALED));
});

test("a CCMP frame is refused with any bit of address, data, MIC, PN or direction changed, and taken with those that are masked", () => {
  const whole = new Uint8Array([...HEADER, ...SEALED]);
  const open = (octets: Uint8Array): Uint8Array | null => {
    const mpdu = parseMpdu(octets);
    assert.ok(typeof mpdu !== "string", `${mpdu}`);
    const header = ccmpHeaderOf(mpdu);
    assert.ok(typeof header !== "string", `${header}`);
    return ccmpOpen(nodeRsnCrypto, TK, header, mpdu);
  };
  /** Bits that CCMP leaves out, by octet: Retry, Power Management, More Data; Duration; sequence number; key ID and reserved. */
  const masked = new Map([
    [1, 0x38],
    [2, 0xff],
    [3, 0xff],
    [22, 0xf0],
    [23, 0xff],
    [26, 0xff],
    [27, 0xdf],
  ]);
  let tried = 0;
  for (const at of whole.keys()) {
    for (let bit = 0; bit < 8; bit++) {
      // Type and subtype, fragments and Ext IV: those are not CCMP's to refuse. Protected goes in as 1 whatever it is.
      const notOurs =
        at === 0 || (at === 1 && [2, 6].includes(bit)) || (at === 22 && bit < 4) || (at === 27 && bit === 5);
      if (notOurs) continue;
      const damaged = whole.slice();
      damaged[at] ^= 1 << bit;
      const isMasked = ((masked.get(at) ?? 0) >> bit) & 1;
      assert.deepEqual(open(damaged), isMasked ? PLAIN : null, `bit ${bit} of octet ${at}`);
      tried++;
    }
  }
  assert.equal(tried, whole.length * 8 - 8 - 2 - 4 - 1);
});
