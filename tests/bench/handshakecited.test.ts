/** What of bench/handshake was not run: ways put together from runs, counting models, and what chance makes of a way. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { intervalOf, SEEDS, T_975 } from "../../bench/handshake/interval.ts";
import { allWays } from "../../bench/handshake/measure.ts";
import { PAGE, withFields } from "../../bench/handshake/page.ts";
import { type HandshakeResult, handshakeFigures } from "../../bench/handshake/result.ts";
import { RESULT } from "../../bench/handshake/schema.ts";
import { crowdOf, sameOverSeeds } from "../../bench/handshake/seeds.ts";
import { handshakeTables, mainWays } from "../../bench/handshake/tables.ts";
import { builtModule, builtNames, ROOT } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { ONE_EACH } from "../../host/device/weights.ts";
import { CORTEX_M4, MSP430 } from "../../host/energy/profiles/weights.ts";
import { ampWays, type Materials } from "../../host/handshake/amp.ts";
import { CYCLES } from "../../host/handshake/figures.ts";
import { type Living, latency_s, lived } from "../../host/handshake/lives.ts";
import { modelsFor, SAE } from "../../host/handshake/models.ts";
import { SCHEMES } from "../../host/handshake/pmk.ts";
import { leastCapacitance_F, priced } from "../../host/handshake/price.ts";
import { rsnWays } from "../../host/handshake/rsn.ts";
import type { Step } from "../../host/handshake/step.ts";
import type { Way } from "../../host/handshake/way.ts";
import { profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";

const AIR = { dlRate_kbps: 1000, ulRate_kbps: 1000, padding_us: 36 } as const;
const COLD = "AMP compact, CCM, PMK derived";
const scenario = checkScenario({}, "the default");
const profiles = profilesOf(scenario);
const text = readFileSync(join(ROOT, "bench/results/handshake.json"), "utf8");
const committed: HandshakeResult = JSON.parse(text);

let materials: Materials;
let ways: Way[];
before(async () => {
  const [module, names] = [await builtModule("release"), await builtNames("release")];
  materials = { module, names, air: AIR, reading_octets: 16, weights: [CORTEX_M4, MSP430] };
  const baseline = await builtModule("rsn");
  const compact = await ampWays(materials, (name) => name.startsWith("AMP compact, CCM"));
  const rsn = await rsnWays({ module: baseline, weights: [CORTEX_M4, MSP430, ONE_EACH], reading_octets: 16 });
  ways = allWays(compact, rsn);
});

const named = (name: string): Way => {
  const way = ways.find((one) => one.name === name);
  assert.ok(way, `there is a way ${name}`);
  return way;
};
const living = (seed: number): Living => ({ scenario, profiles, air: AIR, crypto: nodeCrypto, slots: 16, seed });
const fuelOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + (step.kind === "cpu" ? step.fuel : 0), 0);

test("the committed result is what the schema says, no field more or less, and the page has the schema's fields", () => {
  assert.deepEqual(RESULT.parse(JSON.parse(text)), committed);
  for (const spoil of [
    (one: HandshakeResult) => Object.assign(one.ways[0], { basis: "guessed" }),
    (one: HandshakeResult) => Object.assign(one.ways[0], { e_J: -1 }),
    (one: HandshakeResult) => Object.assign(one.random, { more: 1 }),
    (one: HandshakeResult) => Object.assign(one, { pmk: undefined }),
  ]) {
    const planted = structuredClone(committed);
    spoil(planted);
    assert.ok(!RESULT.safeParse(planted).success, `${spoil} is found`);
  }
  const page = readFileSync(PAGE, "utf8");
  assert.equal(page, withFields(page), "npx tsx bench/handshake/page.ts makes it");
});

test("what is composed or cited is the committed, says so, and is in no headline, picture or compared figure", () => {
  const made = ways.filter(({ basis = "run" }) => basis !== "run");
  const told = made.map(({ name, basis, frames, dl_octets, ul_octets, wasm, m4, costs = [] }) => {
    return { name, basis, frames, dl_octets, ul_octets, wasm, m4, costs };
  });
  const kept = committed.ways.filter(({ basis }) => basis !== "run");
  assert.deepEqual(
    kept.map(({ name, basis, frames, dl_octets, ul_octets, wasm, m4, costs }) => {
      return { name, basis, frames, dl_octets, ul_octets, wasm, m4, costs };
    }),
    told,
  );
  const cited = kept.filter(({ basis }) => basis === "cited");
  assert.deepEqual([kept.length, cited.length], [9, 6]);
  assert.ok(
    cited.every(
      ({ wasm, m4, costs, sources }) => wasm === null && m4 === null && costs.length > 0 && sources.length > 0,
    ),
    "a cited way has no count of its own, and a source",
  );
  assert.ok(
    mainWays(committed).every(({ basis }) => basis === "run"),
    "the headline was run",
  );
  const figures = Object.keys(handshakeFigures(committed));
  assert.ok(
    cited.every(({ name }) => !figures.some((figure) => figure.startsWith(`${name}:`))),
    "published figures are not compared with themselves",
  );
  for (const { id, rows } of handshakeTables(committed)) {
    const names = rows.map(({ way }) => way);
    if (cited.some(({ name }) => names.includes(name))) {
      assert.ok(
        rows.every(({ basis }) => typeof basis === "string"),
        `table ${id} says what each row rests on`,
      );
    }
  }
});

test("a way of a counting model costs its cycles: energy follows from them, from its frames and its noise", () => {
  for (const model of modelsFor(16)) {
    const way = named(model.name);
    const cycles = (way.costs ?? []).reduce((sum, one) => sum + one.times * one.cycles, 0);
    const fuel = fuelOf(way.steps(CORTEX_M4));
    assert.ok(Math.abs(fuel / 16 - cycles) < 1, `${model.name}: ${fuel} sixteenths of a cycle`);
    const slower = fuelOf(way.steps(MSP430)) / fuel;
    assert.ok(Math.abs(slower - MSP430.alu / CORTEX_M4.alu) < 1e-5, `${slower} times that on an MSP430`);
    const { e_J } = priced(way, profiles, AIR);
    assert.ok(e_J > cycles * profiles.mcu.cycle_J.value, "more than the CPU's alone");
    const up = model.flights.filter((_, i) => i % 2 === 0).reduce((sum, octets) => sum + octets + 36, 0);
    assert.equal(way.ul_octets, up + 16 + (model.reading?.added_octets ?? 0) + 36);
  }
});

test("public-key operations are as often there as the protocols have them", () => {
  const publicKey = (name: string): Record<string, number> =>
    Object.fromEntries(
      (named(name).costs ?? [])
        .filter(({ cycles }) => cycles >= CYCLES["P-256 point decompression"].value)
        .map(({ operation, times }) => [operation, times]),
    );
  assert.deepEqual(publicKey("TLS 1.3, PSK"), {});
  assert.deepEqual(publicKey("TLS 1.3, PSK and X25519"), { "X25519 scalar multiplication": 2 });
  assert.deepEqual(publicKey("EDHOC, static X25519 keys"), { "X25519 scalar multiplication": 4 });
  const signed = {
    "P-256 key generation": 1,
    "P-256 shared secret": 1,
    "ECDSA P-256 verification": 1,
    "ECDSA P-256 signature": 1,
  };
  assert.deepEqual(publicKey("TLS 1.3, raw public keys, P-256"), signed);
  assert.deepEqual(publicKey("EDHOC, signatures, P-256"), { ...signed, "P-256 point decompression": 1 });
});

test("each way to a PMK has its way; one without a Modifier saves its octets, EAP-PSK and SAE cost more than the exchange", () => {
  for (const { way } of SCHEMES) named(way);
  assert.deepEqual(committed.pmk, SCHEMES);
  const [derived, , ofAddress, direct, , eap, , sae] = SCHEMES.map(({ way }) => named(way));
  assert.equal(derived.dl_octets - ofAddress.dl_octets, 8);
  assert.equal(derived.wasm, ofAddress.wasm);
  const cost = (way: Way): number => priced(way, profiles, AIR).e_J;
  assert.ok(cost(ofAddress) < cost(derived), "a shorter M1");
  assert.ok(cost(eap) > 1.5 * cost(direct) && cost(sae) > 10 * cost(eap), "EAP-PSK, then SAE");
  assert.equal(sae.ul_octets - direct.ul_octets, SAE.flights[0] + SAE.flights[2] + 2 * 28);
  const noise = (way: Way): number => way.steps(CORTEX_M4).filter(({ kind }) => kind === "entropy").length;
  assert.deepEqual([noise(eap), noise(sae)], [1, 2], "EAP-PSK shares the exchange's noise");
});

test("with other seeds a way has the same frames, octets and instructions; one that had not would be named", async () => {
  const some = (name: string): boolean => name === COLD || name.endsWith("direct mode");
  const same = await sameOverSeeds(materials, [1, 2, 3, 77], some);
  assert.deepEqual(same, { ways: 7, differing: [] });
  assert.deepEqual(committed.random.same, { ways: committed.ways.filter(isAmpRun).length, differing: [] });
  // A reading of another length under another seed is what a difference looks like.
  let reading_octets = 15;
  const uneven = {
    ...materials,
    get reading_octets() {
      return reading_octets++;
    },
  };
  const found = await sameOverSeeds(uneven, [1, 2], (name) => name === COLD);
  assert.deepEqual(found.differing, [COLD]);
});

const isAmpRun = ({ family, basis }: HandshakeResult["ways"][number]): boolean => family === "AMP" && basis === "run";

test("the interval of a sample is Student's: each t leaves a fortieth on either side", () => {
  /** Of the density without its constant, (1 + x^2 / f)^-((f + 1) / 2), by Simpson's rule over x = sqrt(f) tan(u). */
  const part = (to: number, f: number): number => {
    const n = 2000;
    const h = to / n;
    const at = (u: number): number => Math.cos(u) ** (f - 1);
    let sum = at(0) + at(to);
    for (let i = 1; i < n; i++) sum += at(i * h) * (i % 2 === 0 ? 2 : 4);
    return (sum * h) / 3;
  };
  assert.equal(T_975.length, SEEDS - 1);
  for (const [i, t] of T_975.entries()) {
    const f = i + 1;
    const share = part(Math.atan(t / Math.sqrt(f)), f) / part(Math.PI / 2, f);
    assert.ok(Math.abs(share - 0.95) < 1e-5, `${f} degrees of freedom: ${share} of all`);
  }
  const { mean, low, high } = intervalOf(Array.from({ length: SEEDS }, (_, i) => i));
  assert.equal(mean, 15.5);
  const half = T_975[SEEDS - 2] * Math.sqrt(88 / SEEDS);
  assert.ok(Math.abs(high - mean - half) < 1e-9 && Math.abs(mean - low - half) < 1e-9, "s^2 is 88");
  assert.deepEqual(intervalOf([7]), { mean: 7, low: 7, high: 7 });
  assert.throws(() => intervalOf([]), RangeError);
  assert.throws(() => intervalOf(new Array(SEEDS + 1).fill(1)), RangeError);
});

test("a way lives in one life where its least capacitor says so, in more on a smaller one, and never on next to nothing", () => {
  const way = named(COLD);
  const least_F = leastCapacitance_F(way, profiles, AIR);
  for (const seed of [1, 2, 3]) {
    const one = lived(way, living(seed), 1.7 * least_F, 5);
    assert.equal(one.lives, 1, "the wait for a slot included");
    assert.deepEqual(lived(way, living(seed), 1.7 * least_F, 5), one, "the same seed, the same life");
    assert.equal(lived(way, living(seed), least_F / 50, 20).lives, null);
  }
});

test("a random slot makes a way longer by at least the first slot that it meets, and no more than the last", () => {
  const way = named(COLD);
  const { t_s, earliestSlot } = priced(way, profiles, AIR);
  const slot_s = way.slot_s ?? 0;
  const all = Array.from({ length: 40 }, (_, i) => latency_s(way, living(i + 1)) - t_s);
  assert.ok(new Set(all.map((wait_s) => Math.round(wait_s / slot_s))).size > 4, "different slots");
  for (const wait_s of all) {
    assert.ok(wait_s >= -1e-9 && wait_s <= (16 - (earliestSlot ?? 0)) * slot_s, `${wait_s} s of waiting`);
  }
});

test("one station alone is done with the first trigger, in the time that its way has with a slot; of sixteen most are not", async () => {
  const [alone, crowd] = [await crowdOf(1, [1, 2, 3, 4]), await crowdOf(16, [1, 2])];
  assert.equal(alone.firstRound.mean, 1);
  const [first, last] = [1, 16].map((slots) => slots * (named(COLD).slot_s ?? 0));
  const { low, high } = alone.latency_s;
  assert.ok(low > first && high < 1.2 * last, `${low} .. ${high} s`);
  assert.ok(crowd.firstRound.mean < 0.5 && crowd.latency_s.mean > 2 * alone.latency_s.mean, "they collide");
});
