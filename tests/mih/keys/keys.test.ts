/** The keys of a MIS security association, against a second implementation of the formulas and vectors of a third. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { nodeCrypto as crypto } from "../../../host/crypto/node.ts";
import { CIPHERSUITE, type Ciphersuite, isCiphersuite, SUITES } from "../../../host/mih/keys/ciphersuites.ts";
import { distributionKey, mediaSpecificPmk, sessionKeys } from "../../../host/mih/keys/keys.ts";
import { prf } from "../../../host/mih/keys/prf.ts";
import { concat, hex, toHex } from "../../support/hex.ts";

const K = Uint8Array.from({ length: 64 }, (_, i) => i);
const SESSION = {
  nonceT: new Uint8Array(16).fill(0x11),
  nonceN: new Uint8Array(16).fill(0x22),
  ciphersuite: CIPHERSUITE.aesCcm16,
};
const MN_LINK = hex("1300000606020000000001");
const POA_LINK = hex("1300000606020000000002");
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The formula once more, over another HMAC and with the whole message built by hand. */
function oracle(key: Uint8Array, label: string, parts: readonly Uint8Array[], octets: number): string {
  let blocks = "";
  for (let i = 1; blocks.length < 2 * octets; i++) {
    let message = Buffer.from(label).toString("hex") + i.toString(16).padStart(8, "0");
    for (const part of parts) message += part.length.toString(16).padStart(4, "0") + toHex(part);
    message += (8 * octets).toString(16).padStart(8, "0");
    blocks += toHex(hmac(sha256, key, hex(message)));
  }
  return blocks.slice(0, 2 * octets);
}

const miskOf = (session: { nonceT: Uint8Array; nonceN: Uint8Array; ciphersuite: Ciphersuite }, k = K): string => {
  const { miak, miek } = sessionKeys(crypto, k, session);
  return toHex(concat(miak, miek));
};

test("003-C8: MISK, MSPMK and the distribution key are the vectors of a third implementation (Python's hmac)", () => {
  assert.equal(miskOf(SESSION), "04616d8eed55d3a4937dafe639f7f03778b3a51896d1b1daf820ea2b63a05cbe");
  assert.equal(
    miskOf({ ...SESSION, ciphersuite: CIPHERSUITE.aesCcm8 }),
    "4104692e7c8dcac0f0790161d73830d437cb38b663ffffe5282e8d87411dc823",
  );
  assert.equal(
    toHex(mediaSpecificPmk(crypto, K, { mnLink: MN_LINK, poaLink: POA_LINK })),
    "bd9f617ad6b17b8177513906eafe6874610589ea8ee41b5a5eb396612344af7f",
  );
  assert.equal(
    toHex(distributionKey(crypto, K.slice(0, 16), { distributor: "spos@a.example", receiver: "mn@a.example" })),
    "46fe081957ae1ec29192e6385ccabba2296ec3a41035b6f2c55f513d1f9d45de",
  );
});

test("003-C8: the PRF is SP 800-108 in counter mode: 200 random inputs over another HMAC-SHA-256", () => {
  for (let i = 0; i < 200; i++) {
    const key = crypto.randomBytes(1 + (i % 70));
    const parts = Array.from({ length: i % 5 }, (_, j) => crypto.randomBytes((i * 7 + j * 31) % 300));
    const octets = 1 + ((i * 13) % 100);
    assert.equal(toHex(prf(crypto, key, "MIS label", parts, octets)), oracle(key, "MIS label", parts, octets));
  }
});

test("003-C9: an octet that moves from one input to the next gives other keys", () => {
  const links = (mn: string, poa: string): string =>
    toHex(mediaSpecificPmk(crypto, K, { mnLink: ascii(mn), poaLink: ascii(poa) }));
  assert.notEqual(links("ab", "c"), links("a", "bc"));
  const names = (distributor: string, receiver: string): string =>
    toHex(distributionKey(crypto, K, { distributor, receiver }));
  assert.notEqual(names("spos1", "1mn"), names("spos11", "mn"));
  assert.notEqual(
    toHex(prf(crypto, K, "L", [ascii("x"), ascii("")], 16)),
    toHex(prf(crypto, K, "L", [ascii("x")], 16)),
  );
});

test("003-C5, 003-C7: every input matters, and no two keys below one K are the same", () => {
  const miak = sessionKeys(crypto, K, SESSION).miak;
  const keys = [
    miskOf(SESSION),
    miskOf({ ...SESSION, nonceT: SESSION.nonceN, nonceN: SESSION.nonceT }),
    miskOf({ ...SESSION, nonceT: new Uint8Array(16) }),
    miskOf({ ...SESSION, ciphersuite: CIPHERSUITE.aesCcm8 }),
    miskOf(SESSION, K.slice(0, 32)),
    ...[MN_LINK, POA_LINK].flatMap((mnLink) =>
      [MN_LINK, POA_LINK].map((poaLink) => toHex(mediaSpecificPmk(crypto, K, { mnLink, poaLink }))),
    ),
    toHex(distributionKey(crypto, miak, { distributor: "spos", receiver: "mn" })),
    toHex(distributionKey(crypto, miak, { distributor: "mn", receiver: "spos" })),
    toHex(distributionKey(crypto, miak, { distributor: "spos", receiver: "tpos" })),
  ];
  const halves = keys.flatMap((key) => [key.slice(0, 32), key.slice(32)]);
  assert.equal(new Set(halves).size, halves.length, "two of them have a half in common");
});

test("a shorter output of the PRF is no beginning of a longer one", () => {
  assert.notEqual(toHex(prf(crypto, K, "L", [], 16)), toHex(prf(crypto, K, "L", [], 32)).slice(0, 32));
});

test("only AES-CCM with a MIC is a ciphersuite: no code stands for none", () => {
  assert.deepEqual(Array.from({ length: 256 }, (_, code) => code).filter(isCiphersuite), [
    CIPHERSUITE.aesCcm16,
    CIPHERSUITE.aesCcm8,
  ]);
  assert.ok(
    Object.values(SUITES).every(({ micOctets }) => micOctets >= 8),
    "a MIC of fewer than 8 octets",
  );
});

test("keys, nonces, names and suites that are none are the caller's mistake, and named", () => {
  const refusals: [RegExp, () => unknown][] = [
    [/^K: 15 octets/, () => sessionKeys(crypto, K.slice(0, 15), SESSION)],
    [/^nonceT: 15 octets/, () => sessionKeys(crypto, K, { ...SESSION, nonceT: K.slice(0, 15) })],
    [/^nonceN: 17 octets/, () => sessionKeys(crypto, K, { ...SESSION, nonceN: K.slice(0, 17) })],
    [/^ciphersuite: 0 /, () => sessionKeys(crypto, K, { ...SESSION, ciphersuite: 0 as Ciphersuite })],
    [/^mnLink: 0 octets/, () => mediaSpecificPmk(crypto, K, { mnLink: K.slice(0, 0), poaLink: K })],
    [/^MISF ID: 254 octets/, () => distributionKey(crypto, K, { distributor: "x".repeat(254), receiver: "y" })],
    [/^label: /, () => prf(crypto, K, "nul\0", [], 16)],
    [/^label: /, () => prf(crypto, K, "", [], 16)],
    [/^octets: 8161 /, () => prf(crypto, K, "L", [], 8161)],
    [/^key: 0 octets/, () => prf(crypto, new Uint8Array(), "L", [], 16)],
  ];
  for (const [message, call] of refusals) assert.throws(call, { name: "RangeError", message });
});
