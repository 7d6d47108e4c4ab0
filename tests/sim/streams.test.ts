import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { streamsOf } from "../../host/sim/streams.ts";

/** xoshiro128** once more, over BigInt: the published algorithm, word by word. */
function* reference(seed: number, name: string): Generator<number> {
  const digest = nodeCrypto.sha256(new TextEncoder().encode(`ampcore stream${seed}\0${name}`));
  const mask = 0xffffffffn;
  const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const s = [0, 4, 8, 12].map((at) => BigInt(new DataView(digest.buffer, digest.byteOffset).getUint32(at, true)));
  for (;;) {
    yield Number((rotl((s[1] * 5n) & mask, 7n) * 9n) & mask);
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
  }
}

test("a stream is xoshiro128** from the hash of seed and name", () => {
  const words = reference(7, "harvest 3");
  const octets = streamsOf(nodeCrypto, 7)("harvest 3").fill(new Uint8Array(4000));
  const view = new DataView(octets.buffer);
  for (let at = 0; at < octets.length; at += 4) assert.equal(view.getUint32(at, true), words.next().value);
});

test("a number in [0, 1) is made of 53 bits of two words", () => {
  const words = reference(1, "loss");
  const { uniform } = streamsOf(nodeCrypto, 1)("loss");
  for (let i = 0; i < 1000; i++) {
    const [high, low] = [words.next().value as number, words.next().value as number];
    const drawn = uniform();
    assert.equal(drawn, ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992);
    assert.ok(drawn >= 0 && drawn < 1, `${drawn}`);
  }
});

test("streams of other names, or of another seed, are others; the same name starts the same stream again", () => {
  const first = (seed: number, name: string): string =>
    streamsOf(nodeCrypto, seed)(name).fill(new Uint8Array(16)).join();
  assert.equal(first(1, "loss"), first(1, "loss"));
  const all = [first(1, "loss"), first(2, "loss"), first(1, "loss "), first(1, ""), first(11, "loss")];
  assert.equal(new Set(all).size, all.length);
});

test("whole numbers are uniform, whatever the bound", () => {
  const { whole } = streamsOf(nodeCrypto, 5)("slots");
  for (const below of [1, 2, 3, 7, 255, 2 ** 32]) {
    const rounds = 7000;
    const seen = Array.from({ length: rounds }, () => whole(below));
    assert.ok(
      seen.every((n) => Number.isInteger(n) && n >= 0 && n < below),
      `within 0 .. ${below - 1}`,
    );
    // chi square over at most 7 classes: 6 degrees of freedom, 0.001 of all would exceed 22.5
    const classes = Math.min(below, 7);
    const counts = new Array(classes).fill(0);
    for (const n of seen) counts[Math.floor((n / below) * classes)]++;
    if (below > 7) continue;
    const chiSquare = counts.reduce((sum, n) => sum + (n - rounds / classes) ** 2 / (rounds / classes), 0);
    assert.ok(chiSquare < 22.5, `below ${below}: chi square ${chiSquare}`);
  }
});
