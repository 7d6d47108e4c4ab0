/** What the portable backend asks of its platform, and what it leaves in memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { toHex } from "../support/hex.ts";
import { portableRealm, type Realm, type Scratch } from "./realm.ts";

const octets = (length: number, first: number) => Uint8Array.from({ length }, (_, i) => first + i);
const KEY = octets(16, 1);
const ROOT = octets(32, 33);
const NONCE = octets(13, 70);
const AAD = octets(12, 90);
const READING = octets(20, 120);
const SEALED = nodeCrypto.ccmSeal(KEY, NONCE, AAD, READING, 8);
const FORGED = SEALED.map((octet, i) => (i === 0 ? octet ^ 1 : octet));

/** Every operation on keys, each with an input of more than one block too. */
const CALLS: Record<string, (crypto: Crypto) => Uint8Array | null> = {
  sha256: ({ sha256 }) => sha256(ROOT),
  "sha256, two blocks of padding": ({ sha256 }) => sha256(octets(60, 1)),
  hmac: ({ hmac }) => hmac(ROOT, AAD),
  "hmac, long key and text": ({ hmac }) => hmac(octets(100, 1), octets(200, 2)),
  kdf256: ({ kdf256 }) => kdf256(ROOT, "", new Uint8Array(0)),
  cmac: ({ cmac }) => cmac(KEY, READING),
  "cmac, whole blocks": ({ cmac }) => cmac(KEY, ROOT),
  ccmSeal: ({ ccmSeal }) => ccmSeal(KEY, NONCE, AAD, READING, 8),
  ccmOpen: ({ ccmOpen }) => ccmOpen(KEY, NONCE, AAD, SEALED, 8),
  "ccmOpen of a forgery": ({ ccmOpen }) => ccmOpen(KEY, NONCE, AAD, FORGED, 8),
};

test("the portable backend needs the language and getRandomValues: no module, no Buffer, no process", () => {
  const { createPortableCrypto, loaded } = portableRealm();
  const crypto = createPortableCrypto();
  for (const [name, call] of Object.entries(CALLS)) {
    const [ours, wanted] = [call(crypto), call(nodeCrypto)];
    assert.equal(ours && toHex(ours), wanted && toHex(wanted), name);
  }
  assert.equal(new Set(Array.from({ length: 8 }, () => toHex(crypto.randomBytes(70_000)))).size, 8);
  assert.deepEqual([loaded.includes("portable/ccm.ts"), loaded.includes("node.ts")], [true, false]);
});

/** Does the call leave the modules' scratch as it was? The arrays that it made itself, but for what it gives back. */
function leftBy({ made }: Realm, call: () => readonly (Scratch | null)[]): Scratch[] {
  const kept = [...made];
  const before = kept.map((array) => array.slice());
  made.length = 0;
  const results = call();
  assert.deepEqual(kept, before, "scratch of the modules");
  return made.filter((array) => !results.includes(array) && array.some((value) => value !== 0));
}

for (const [name, call] of Object.entries(CALLS)) {
  test(`portable: ${name} leaves nothing of its key or message in memory but its result`, () => {
    const realm = portableRealm();
    const crypto = realm.createPortableCrypto();
    const left = leftBy(realm, () => [call(crypto)]);
    // The input of the KDF, label and context, is no secret: here it is LE16(1) and LE16(256) alone.
    assert.deepEqual(left.map(String), name === "kdf256" ? ["1,0,0,1"] : []);
  });
}

test("portable: making midstates leaves nothing of the key in memory but them", () => {
  const realm = portableRealm();
  for (const key of [ROOT, octets(100, 1)]) {
    const left = leftBy(realm, () => Object.values(realm.midstates(key)));
    assert.deepEqual(left, []);
  }
});
