/**
 * The other backends against node:crypto itself, on thousands of seeded inputs of every length that matters. Its
 * KDF is spelled out here, and CMAC, which node:crypto has not, is the readable twin's.
 */
import assert from "node:assert/strict";
import { createCipheriv, createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { BLOCK_OCTETS, CHAIN_WORDS, compress, finish } from "../../host/crypto/portable/sha256.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { concat } from "../support/hex.ts";
import { aesCmac } from "../twin/cmac.ts";
import { BACKENDS, portableCrypto } from "./backends.ts";

/** All but node:crypto. */
const OTHERS = BACKENDS.slice(1);
const MIC_LENGTHS = [4, 6, 8, 10, 12, 14, 16];

/** A stream of octets that look random and are the same in every run. */
function seeded(seed: string): { octets(length: number): Uint8Array; below(bound: number): number } {
  const key = createHash("sha256").update(seed).digest();
  const keyStream = createCipheriv("aes-128-ctr", key.subarray(0, 16), key.subarray(16));
  const octets = (length: number) => new Uint8Array(keyStream.update(new Uint8Array(length)));
  return { octets, below: (bound) => new DataView(octets(4).buffer).getUint32(0) % bound };
}

/** 0, 1, ... last. */
const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, i) => i);

const hash = (message: Uint8Array) => new Uint8Array(createHash("sha256").update(message).digest());
const mac = (key: Uint8Array, text: Uint8Array) => new Uint8Array(createHmac("sha256", key).update(text).digest());

test("SHA-256 of every length from 0 to 500 octets, and of lengths up to 5,000", () => {
  const { octets, below } = seeded("sha256");
  const lengths = [...upTo(500), ...upTo(500).map(() => below(5000))];
  for (const length of lengths) {
    const message = octets(length);
    const wanted = hash(message);
    for (const { name, crypto } of OTHERS)
      assert.deepEqual(crypto.sha256(message), wanted, `${name}: ${length} octets`);
  }
});

test("portable: a hash ends in its length as 64 bits, beyond the 2^32 bits that no test can feed it", () => {
  const tail = Uint8Array.of(1, 2, 3);
  for (const before of [0, 2 ** 29 - 64, 2 ** 29, 2 ** 32, 2 ** 35 + 64, 2 ** 52]) {
    const block = new Uint8Array(BLOCK_OCTETS);
    block.set([...tail, 0x80]);
    new DataView(block.buffer).setBigUint64(56, 8n * (BigInt(before) + 3n));
    const [chain, wanted] = [new Int32Array(CHAIN_WORDS).fill(5), new Int32Array(CHAIN_WORDS).fill(5)];
    finish(chain, before, tail);
    compress(wanted, block, 0);
    assert.deepEqual(chain, wanted, `${before} octets before`);
  }
});

test("HMAC-SHA-256, every key length from 0 to 200 octets, texts of 0 to 300", () => {
  const { octets, below } = seeded("hmac");
  for (const keyLength of upTo(200)) {
    for (let i = 0; i < 10; i++) {
      const key = octets(keyLength);
      const text = octets(below(301));
      const title = `key ${keyLength}, text ${text.length}`;
      const wanted = mac(key, text);
      for (const { name, crypto } of OTHERS) assert.deepEqual(crypto.hmac(key, text), wanted, `${name}: ${title}`);
    }
  }
});

test("KDF-256 of every backend is HMAC(K, LE16(1), label, context, LE16(256))", () => {
  const { octets, below } = seeded("kdf");
  for (let i = 0; i < 1000; i++) {
    const label = "AMP root update and more".slice(0, below(25));
    const key = octets(below(100));
    const context = octets(below(120));
    const text = concat(Uint8Array.of(1, 0), new TextEncoder().encode(label), context, Uint8Array.of(0, 1));
    for (const { name, crypto } of BACKENDS) {
      assert.deepEqual(crypto.kdf256(key, label, context), mac(key, text), `${name}: ${label}, ${context.length}`);
    }
  }
});

test("AES-128 of every backend, one block", () => {
  const { octets } = seeded("aes");
  for (let i = 0; i < 2000; i++) {
    const [key, block] = [octets(16), octets(16)];
    const wanted = new Uint8Array(createCipheriv("aes-128-ecb", key, null).update(block));
    for (const { name, aes128 } of BACKENDS) assert.deepEqual(aes128(key, Buffer.from(block.buffer)), wanted, name);
  }
});

test("AES-CMAC of every backend, of every length from 0 to 200 octets", () => {
  const { octets } = seeded("cmac");
  for (const length of upTo(200)) {
    const [key, message] = [octets(16), octets(length)];
    const wanted = aesCmac(key, message);
    for (const { name, crypto } of BACKENDS) {
      assert.deepEqual(crypto.cmac(key, message), wanted, `${name}: ${length} octets`);
    }
  }
});

/** Seals and opens with the other backends what node:crypto seals, and has it refuse one changed bit of it. */
function checkCcm({ octets, below }: ReturnType<typeof seeded>, aadLength: number, length: number, mic: number): void {
  const [key, nonce, aad, plaintext] = [octets(16), octets(13), octets(aadLength), octets(length)];
  const sealed = nodeCrypto.ccmSeal(key, nonce, aad, plaintext, mic);
  const title = `AAD ${aadLength}, plaintext ${length}, MIC ${mic}`;
  const changed = sealed.slice();
  changed[below(changed.length)] ^= 1 << below(8);
  for (const { name, crypto } of OTHERS) {
    assert.deepEqual(crypto.ccmSeal(key, nonce, aad, plaintext, mic), sealed, `${name}: ${title}`);
    assert.deepEqual(crypto.ccmOpen(key, nonce, aad, sealed, mic), plaintext, `${name}: ${title}`);
    assert.equal(crypto.ccmOpen(key, nonce, aad, changed, mic), null, `${name}: ${title}, one bit changed`);
  }
}

for (const mic of MIC_LENGTHS) {
  test(`CCM with a MIC of ${mic}: AAD of 0 to 300 octets, plaintext of 0 to 500`, () => {
    const stream = seeded(`ccm ${mic}`);
    for (let i = 0; i < 300; i++) checkCcm(stream, stream.below(301), stream.below(501), mic);
    for (const short of [0, 1, 2, 13, 14, 15, 16, 17, 29, 30, 31, 32, 33]) {
      for (const length of [0, 1, 15, 16, 17]) checkCcm(stream, short, length, mic);
    }
  });
}

test("CCM with every length of AAD from 0 to 300 octets, and of plaintext from 0 to 500", () => {
  const stream = seeded("ccm lengths");
  const mic = () => MIC_LENGTHS[stream.below(MIC_LENGTHS.length)];
  for (const aad of upTo(300)) checkCcm(stream, aad, stream.below(65), mic());
  for (const plaintext of upTo(500)) checkCcm(stream, stream.below(33), plaintext, mic());
});

test("CCM where the length of the AAD changes its form, and where counters use both octets", () => {
  const stream = seeded("ccm long");
  for (const aad of [0xfeff, 0xff00, 0xff01, 0xffff, 0x10000, 0x12345]) checkCcm(stream, aad, 20, 8);
  for (const plaintext of [0xff * 16, 0x100 * 16, 0x101 * 16, 0xfff0, 0xffff]) checkCcm(stream, 12, plaintext, 16);
});

test("octets are taken from where a view says, a Buffer's too", () => {
  const { octets } = seeded("views");
  const pool = octets(400);
  const calls = (take: (start: number, length: number) => Uint8Array) => (crypto: Crypto) => [
    crypto.sha256(take(3, 90)),
    crypto.hmac(take(5, 70), take(75, 130)),
    crypto.kdf256(take(1, 32), "AMP PTK", take(33, 44)),
    crypto.cmac(take(7, 16), take(23, 43)),
    crypto.ccmSeal(take(9, 16), take(25, 13), take(38, 12), take(50, 33), 8),
  ];
  const wanted = calls((start, length) => pool.slice(start, start + length))(nodeCrypto);
  const views = calls((start, length) => pool.subarray(start, start + length));
  const buffers = calls((start, length) => Buffer.from(pool.buffer, start, length));
  for (const { crypto } of BACKENDS) {
    assert.deepEqual(views(crypto), wanted);
    assert.deepEqual(buffers(crypto), wanted);
  }
});

test("the backends refuse the same calls with the same words", () => {
  const [key, nonce, aad] = [new Uint8Array(16), new Uint8Array(13), new Uint8Array(12)];
  const bad: ((crypto: Crypto) => unknown)[] = [
    ...[0, 15, 17, 32].flatMap((length) => [
      (crypto: Crypto) => crypto.cmac(new Uint8Array(length), aad),
      (crypto: Crypto) => crypto.ccmSeal(new Uint8Array(length), nonce, aad, aad, 8),
      (crypto: Crypto) => crypto.ccmOpen(new Uint8Array(length), nonce, aad, aad, 8),
      (crypto: Crypto) => crypto.ccmSeal(key, new Uint8Array(length), aad, aad, 8),
      (crypto: Crypto) => crypto.ccmOpen(key, new Uint8Array(length), aad, aad, 8),
    ]),
    ...[0, 3, 5, 17, 18, -4, 4.5, Number.NaN].flatMap((micLength) => [
      (crypto: Crypto) => crypto.ccmSeal(key, nonce, aad, aad, micLength),
      (crypto: Crypto) => crypto.ccmOpen(key, nonce, aad, aad, micLength),
    ]),
    (crypto) => crypto.ccmSeal(key, nonce, aad, new Uint8Array(0x10000), 8),
    (crypto) => crypto.ccmOpen(key, nonce, aad, new Uint8Array(0x10008), 8),
    // Two mistakes in one call: the first parameter's is named.
    (crypto) => crypto.ccmSeal(aad, aad, aad, new Uint8Array(0x10000), 7),
    (crypto) => crypto.kdf256(key, "\u00e9", aad),
    (crypto) => crypto.kdf256(key, "AMP \u{1f511}", aad),
    ...[-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY].map((length) => (crypto: Crypto) => crypto.randomBytes(length)),
  ];
  const answers = (call: (crypto: Crypto) => unknown) =>
    BACKENDS.map(({ crypto }) => {
      try {
        return `no error, but ${call(crypto)}`;
      } catch (error) {
        return String(error);
      }
    });
  for (const call of bad) {
    const [node, ...others] = answers(call);
    assert.match(node, /^RangeError: \w+: /);
    for (const other of others) assert.equal(other, node);
  }
});

test("portable: equal is node:crypto's, on octets that differ in one bit, in length, or not at all", () => {
  const { octets, below } = seeded("equal");
  for (let i = 0; i < 1000; i++) {
    const a = octets(below(40));
    const b = a.slice(0, a.length - (below(3) === 0 ? below(2) : 0));
    if (below(2) === 0 && b.length > 0) b[below(b.length)] ^= 1 << below(8);
    assert.equal(portableCrypto.equal(a, b), nodeCrypto.equal(a, b));
    assert.equal(portableCrypto.equal(b, a), nodeCrypto.equal(a, b));
  }
});

test("portable: random octets come from the stream that was given, as many as were asked for", () => {
  const { octets } = seeded("random");
  const asked: number[] = [];
  const { randomBytes } = createPortableCrypto((into) => {
    asked.push(into.length);
    into.set(octets(into.length));
  });
  const again = seeded("random");
  for (const length of [32, 0, 8, 70_000]) assert.deepEqual(randomBytes(length), again.octets(length));
  assert.deepEqual(asked, [32, 0, 8, 70_000]);
});
