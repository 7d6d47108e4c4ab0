/** The bench of an AP's backends, but for its clock: the M3s are the same octets on all of them, and a wrong one is found. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Backend, backends } from "../../bench/throughput/backends.ts";
import { Fleet } from "../../bench/throughput/fleet.ts";
import { measuredThroughput, rowsOf } from "../../bench/throughput/measure.ts";
import { type ThroughputResult, throughputFigures } from "../../bench/throughput/result.ts";
import { throughputTables } from "../../bench/throughput/tables.ts";
import { builtModule } from "../../host/build/build.ts";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";

const EFFORT = { devices: 5, rounds: 3, repetitions: 1 };

async function fleet(encrypted = true): Promise<Fleet> {
  const module = new WebAssembly.Module(await builtModule("release"));
  return new Fleet({ module, ...EFFORT, reading_octets: 16, encrypted });
}

const m3sOf = (one: Fleet, crypto: Crypto): Uint8Array[] => {
  const m3s: Uint8Array[] = [];
  one.lifeOf(crypto)((m3) => m3s.push(m3));
  return m3s;
};

test("every backend makes the M3s of node:crypto, octet for octet, with CCM and with a MIC only", async () => {
  for (const encrypted of [true, false]) {
    const one = await fleet(encrypted);
    const wanted = m3sOf(one, nodeCrypto);
    assert.equal(wanted.length, EFFORT.devices * EFFORT.rounds);
    assert.equal(new Set(wanted.map((m3) => Buffer.from(m3).toString("hex"))).size, wanted.length, "each its own");
    for (const { name, crypto } of await backends()) assert.deepEqual(m3sOf(one, crypto), wanted, name);
  }
});

test("a backend that refuses an honest M2 or makes another M3 is no result", async () => {
  const one = await fleet();
  const wrong = (changes: Partial<Crypto>): Backend => ({
    name: "planted",
    crypto: { ...nodeCrypto, ...changes },
    constantTime: null,
  });
  const [first] = await backends();
  const refusing = wrong({ ccmOpen: () => null });
  assert.throws(() => rowsOf([first, refusing], one, true, EFFORT), /does not open/);
  const other = wrong({
    ccmSeal: (key, nonce, aad, plaintext, micLength) => {
      const sealed = nodeCrypto.ccmSeal(key, nonce, aad, plaintext, micLength);
      sealed[0] ^= 1;
      return sealed;
    },
  });
  assert.throws(() => rowsOf([first, other], one, true, EFFORT), /planted makes other M3s than node:crypto/);
});

test("a forged M2 is refused for its MIC on every backend; a backend that takes it is no result", async () => {
  const one = await fleet();
  for (const { crypto } of await backends()) one.floodOf(crypto)();
  assert.throws(one.floodOf({ ...nodeCrypto, ccmOpen: () => new Uint8Array(16) }), /a forged M2 was not refused/);
});

test("a clock changes nothing that is compared; ratios are over node:crypto's row of the same mode", async () => {
  const result = await measuredThroughput(() => {}, EFFORT);
  assert.equal(result.rows.length, 8);
  const slower: ThroughputResult = {
    ...result,
    rows: result.rows.map((row) => ({ ...row, ap_us: 9, crypto_us: row.backend === "WASM core" ? 2 : 5 })),
  };
  assert.deepEqual(throughputFigures(slower), throughputFigures(result));
  const { rows } = throughputTables(slower)[0];
  assert.deepEqual(
    rows.map((row) => row["times node:crypto"]),
    ["1.00", "1.00", "1.00", "2.50", "1.00", "1.00", "1.00", "2.50"],
  );
  assert.equal(rows[3]["a second"], 500_000);
});
