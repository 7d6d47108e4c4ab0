import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { NonceLog } from "../../host/observer/noncelog.ts";
import { streamsOf } from "../../host/sim/streams.ts";

test("a nonce is new once, wherever it stands, through every growth of the log; that of zeros too", () => {
  const { fill, whole } = streamsOf(nodeCrypto, 9)("nonces");
  const log = new NonceLog();
  const seen = new Set<string>();
  const zeros = new Uint8Array(16);
  assert.equal(log.add(zeros, 0), true);
  assert.equal(log.add(zeros, 0), false);
  const earlier: Uint8Array[] = [];
  for (let i = 0; i < 20_000; i++) {
    const isRepeat = earlier.length > 0 && whole(4) === 0;
    const nonce = isRepeat ? earlier[whole(earlier.length)] : fill(new Uint8Array(16));
    const at = whole(8);
    const frame = fill(new Uint8Array(at + 16 + 3));
    frame.set(nonce, at);
    const text = String(nonce);
    assert.equal(log.add(frame, at), !seen.has(text), `nonce ${i}`);
    seen.add(text);
    if (!isRepeat) earlier.push(nonce);
  }
});
