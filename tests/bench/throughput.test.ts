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
  const modes = [{ encrypted: true, fleet: await fleet() }];
  const wrong = (changes: Partial<Crypto>): Backend => ({
    name: "planted",
    crypto: { ...nodeCrypto, ...changes },
    constantTime: null,
  });
  const [first] = await backends();
  const refusing = wrong({ ccmOpen: () => null });
  assert.throws(() => rowsOf([first, refusing], modes, EFFORT), /does not open/);
  const other = wrong({
    ccmSeal: (key, nonce, aad, plaintext, micLength) => {
      const sealed = nodeCrypto.ccmSeal(key, nonce, aad, plaintext, micLength);
      sealed[0] ^= 1;
      return sealed;
    },
  });
  assert.throws(() => rowsOf([first, other], modes, EFFORT), /planted makes other M3s than node:crypto/);
});

test("a forged M2 is refused for its MIC on every backend; a backend that takes it is no result", async () => {
  const one = await fleet();
  for (const { crypto } of await backends()) one.floodOf(crypto)();
  assert.throws(one.floodOf({ ...nodeCrypto, ccmOpen: () => new Uint8Array(16) }), /a forged M2 was not refused/);
});

/** What each call of the interface takes on the planted clock: no two sums are alike. */
const COST_us = { kdf256: 1, ccmOpen: 10, ccmSeal: 100, cmac: 1_000, equal: 10_000 };
const WORK_us = { ccm: 1 + 10 + 100, mic: 1 + 2 * 1_000 + 10_000 };

/** node:crypto with calls that take their cost, times what the repetition is slowed by; `made` counts them. */
function priced(slowness: readonly number[], ownPrice = 1) {
  const made: Record<string, number> = {};
  let now_us = 0;
  let repetition = 0;
  const costing = Object.entries(COST_us).map(([name, cost_us]) => [
    name,
    (...args: unknown[]) => {
      made[name] = (made[name] ?? 0) + 1;
      now_us += cost_us * ownPrice * slowness[repetition];
      return (nodeCrypto as unknown as Record<string, (...args: unknown[]) => unknown>)[name](...args);
    },
  ]);
  const crypto: Crypto = { ...nodeCrypto, ...Object.fromEntries(costing) };
  return { crypto, made, clock: () => now_us, ended: () => repetition++ };
}

test("a row is the least of its repetitions by the exchange: PTK, M2 and M3, and nothing else, in either mode", async () => {
  const exchanges = EFFORT.devices * EFFORT.rounds;
  for (const encrypted of [true, false]) {
    // Slow, quick, slower: neither the first nor the last repetition is the least, nor is the mean.
    const { crypto, made, clock, ended } = priced([5, 1, 9]);
    const real = await fleet(encrypted);
    const between = {
      lifeOf: (on: Crypto) => real.lifeOf(on),
      // The last of a repetition.
      floodOf: (on: Crypto) => {
        const flood = real.floodOf(on);
        return () => {
          flood();
          ended();
        };
      },
    };
    const backend: Backend = { name: "priced", crypto, constantTime: null };
    const effort = { ...EFFORT, repetitions: 3 };
    const [row] = rowsOf([backend], [{ encrypted, fleet: between }], effort, clock);
    const whole_us = encrypted ? WORK_us.ccm : WORK_us.mic;
    // Without M3, but with the PMK that the key service is asked for, which is the same.
    const forged_us = whole_us + COST_us.kdf256 - (encrypted ? COST_us.ccmSeal : COST_us.cmac);
    assert.deepEqual(row, {
      ...{ backend: "priced", encrypted, constantTime: null },
      ...{ crypto_us: whole_us, ap_us: whole_us, forged_us },
    });
    // By the exchange: crypto alone, in the AP, forged.
    const wanted = encrypted
      ? { kdf256: 1 + 1 + 2, ccmOpen: 3, ccmSeal: 1 + 1 }
      : { kdf256: 1 + 1 + 2, cmac: 2 + 2 + 1, equal: 3 };
    // Off the clock: the PMKs of the two APs that a repetition begins with.
    made.kdf256 -= 2 * EFFORT.devices * effort.repetitions;
    for (const [name, calls] of Object.entries(wanted)) {
      assert.equal(made[name], calls * exchanges * effort.repetitions, name);
    }
    assert.deepEqual(Object.keys(made).sort(), Object.keys(wanted).sort(), "no other call");
  }
});

test("backends take turns within a repetition, and every row is its own", async () => {
  const real = await fleet();
  const cheap = priced([1]);
  const dear = priced([1], 3);
  const turns: string[] = [];
  const noted = {
    lifeOf: (on: Crypto) => {
      turns.push(on === cheap.crypto ? "cheap" : "dear");
      return real.lifeOf(on);
    },
    floodOf: (on: Crypto) => real.floodOf(on),
  };
  const all = [cheap, dear].map(({ crypto }, i): Backend => ({ name: `${i}`, crypto, constantTime: null }));
  const clock = () => cheap.clock() + dear.clock();
  const modes = [
    { encrypted: true, fleet: noted },
    { encrypted: true, fleet: noted },
  ];
  const rows = rowsOf(all, modes, { ...EFFORT, repetitions: 2 }, clock);
  assert.deepEqual(turns, Array.from({ length: 4 }, () => ["cheap", "dear"]).flat());
  assert.deepEqual(
    rows.map(({ backend, crypto_us }) => [backend, crypto_us]),
    [0, 1, 0, 1].map((i) => [`${i}`, WORK_us.ccm * (i ? 3 : 1)]),
  );
});

test("a clock changes nothing that is compared; ratios are over node:crypto's row of the same mode", async () => {
  const result = await measuredThroughput(() => {}, EFFORT);
  assert.equal(result.rows.length, 8);
  for (const { backend, crypto_us, ap_us, forged_us } of result.rows) {
    for (const us of [crypto_us, ap_us, forged_us]) assert.ok(us > 0 && Number.isFinite(us), `${backend}: ${us} us`);
  }
  const slower: ThroughputResult = {
    ...result,
    rows: result.rows.map((row) => ({ ...row, ap_us: 9, crypto_us: row.backend === "WASM core" ? 2 : 5 })),
  };
  assert.deepEqual(throughputFigures(slower), throughputFigures(result));
  const { rows } = throughputTables(slower)[0];
  assert.deepEqual(
    rows.map((row) => row["times node:crypto"]),
    ["1.0", "1.0", "1.0", "2.5", "1.0", "1.0", "1.0", "2.5"],
  );
  assert.equal(rows[3]["a second"], 500_000);
});
