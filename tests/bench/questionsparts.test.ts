/** What the answers of `bench questions` are made with: the gauge, the swings, the birthdays, the engines, the axes. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { anyShared, beyond, hasTwin, largest, meanTries } from "../../bench/questions/birthday.ts";
import { AES, blocksOf, SHA, withEngines } from "../../bench/questions/engines.ts";
import { exchanges, exchangeWays, fuelOf, withoutM3 } from "../../bench/questions/exchange.ts";
import { AIR, parts, READING_octets } from "../../bench/questions/lab.ts";
import { AA, m2Of } from "../../bench/questions/sharedids.ts";
import { rangeAround, scaleOf } from "../../bench/questions/svg/scale.ts";
import { swingsOf, withFactor } from "../../bench/questions/swing.ts";
import { brief, chance, span } from "../../bench/questions/units.ts";
import { AccessPoint } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { ONE_EACH } from "../../host/device/weights.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import { ampWays } from "../../host/handshake/amp.ts";
import { leastCapacitance_F, priced } from "../../host/handshake/price.ts";
import type { Way } from "../../host/handshake/way.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";
import { checkDownlink } from "../../host/wire/check.ts";
import { idOf } from "../../host/wire/id.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { MODIFIER_OCTETS } from "../../host/wire/trigger.ts";

const SPA = Uint8Array.of(0x02, 0xc1, 0, 0, 0, 1);
const NAMES = ["PMK derived", "PMK cached"].map((keying) => `AMP compact, CCM, ${keying}`);

let module: Uint8Array;
let names: readonly string[];
let ways: readonly Way[];
before(async () => {
  module = await builtModule("release");
  names = (await builtNames("release")) ?? [];
  const materials = { module, names, air: AIR, reading_octets: READING_octets, weights: [CORTEX_M4] };
  ways = (await ampWays(materials)).filter(({ name }) => NAMES.includes(name));
});

const options = () => ({ module, names, profile: PROFILES[0], reading_octets: READING_octets });

test("function by function an exchange takes as many instructions as the way that host/handshake counts", () => {
  const { first, cached } = exchanges({ ...options(), weights: ONE_EACH });
  const totals = [first, cached].map(({ boot, m2, m3 }) => fuelOf(boot) + fuelOf(m2) + fuelOf(m3));
  assert.deepEqual(
    totals,
    ways.map(({ wasm }) => wasm),
  );
});

test("priced, it costs what that way costs", () => {
  const [derived, cached] = ways.map((way) => priced(way, parts(), AIR).e_J);
  const own = exchangeWays([CORTEX_M4], options());
  for (const [way, e_J] of [
    [own.first, derived],
    [own.cached, cached],
  ] as const) {
    assert.ok(Math.abs(priced(way, parts(), AIR).e_J / e_J - 1) < 1e-9, `${way.name}: ${e_J} J there`);
    assert.ok(priced(withoutM3(way), parts(), AIR).e_J < e_J, `${way.name} is cheaper without M3`);
  }
});

test("with another Modifier the PMK is derived again, and nothing else differs but the cache", () => {
  const { cached, again } = exchanges({ ...options(), weights: ONE_EACH });
  const written = (draws: (typeof again.m2)["draws"]): number =>
    draws.reduce((sum, step) => sum + (step.kind === "nvmWrite" ? step.octets : 0), 0);
  assert.equal(written(again.m2.draws), written(cached.m2.draws), "the boot counter's octets");
  assert.equal(written(cached.m3.draws), 0);
  assert.ok(written(again.m3.draws) > 88, "the cache is written over");
  assert.equal(blocksOf(again.m2).sha, blocksOf(cached.m2).sha + 4);
});

test("a station whose cache cannot be written takes M3s all the same, and derives its PMK in the next life", () => {
  const { cached } = exchanges({ ...options(), weights: ONE_EACH }, (offset) => offset >= 176);
  assert.equal(blocksOf(cached.m2).sha, 7);
});

test("engines take the place of the blocks and of nothing else, and cost what they are said to cost", () => {
  const { first } = exchanges({ ...options(), weights: CORTEX_M4 });
  const { sha, aes } = blocksOf(first.m2);
  assert.deepEqual([sha, aes], [7, 6]);
  const isBlock = (name: string): boolean => name === "crypto/sha256/compress" || name === "crypto/aes/encrypt";
  const both = withEngines(first, { aes: AES, sha: SHA });
  assert.equal(fuelOf(both.m2, isBlock), (sha * SHA.value + aes * AES.value) * FUEL_PER_CYCLE);
  const isRest = (name: string): boolean => !isBlock(name);
  assert.equal(fuelOf(both.m2, isRest), fuelOf(first.m2, isRest));
  assert.deepEqual(withEngines(first, {}), first);
});

test("the number that swings an energy most is the one that its band names", () => {
  for (const mcu of ["nrf54l15", "near-threshold-10pJ", "stm32u5"]) {
    const profiles = parts({ mcu });
    const [most] = swingsOf(profiles, (changed) => priced(ways[0], changed, AIR).e_J);
    assert.equal(most.number, priced(ways[0], profiles, AIR).mover?.number, mcu);
  }
});

test("a number that is planted in a profile moves the answers that rest on it, and no others", () => {
  const own = parts();
  const energy = (profiles: typeof own): number => priced(ways[0], profiles, AIR).e_J;
  const capacitor = (profiles: typeof own): number => leastCapacitance_F(ways[0], profiles, AIR);
  const doubled = withFactor(own, "mcu.entropy_W", 2);
  const { entropyStart_s, entropyOctet_s, entropy_W } = own.mcu;
  const added_J = entropy_W.value * (entropyStart_s.value + 32 * entropyOctet_s.value);
  assert.ok(Math.abs((energy(doubled) - energy(own)) / added_J - 1) < 1e-6, "entropy is drawn once more");
  assert.ok(capacitor(doubled) > 1.3 * capacitor(own), "and asks for a larger capacitor");
  assert.equal(energy(withFactor(own, "storage.vOn_V", 0.9)), energy(own));
  assert.ok(capacitor(withFactor(own, "storage.vOn_V", 0.9)) > 1.2 * capacitor(own), "a lower V_on does, too");
  const wide = { ...own, radio: { ...own.radio, tx_W: { ...own.radio.tx_W, band: [0.5, 1e4] as const } } };
  assert.equal(swingsOf(wide, energy)[0].number, "radio.tx_W");
});

test("twice the weights are twice the cycles, in time and energy", () => {
  const own = parts();
  const [one, two] = [own, withFactor(own, "mcu.weights", 2)].map((profiles) => priced(ways[0], profiles, AIR));
  const cpu_J = (price: typeof one): number => (price.byPhase.pmk ?? 0) + (price.byPhase.ptk ?? 0);
  // Beside the CPU only the radio's idling is in these phases.
  assert.ok(Math.abs(cpu_J(two) / cpu_J(one) - 2) < 1e-3, `${cpu_J(two)} J for ${cpu_J(one)} J`);
  assert.ok(two.t_s > one.t_s, "and it takes longer");
});

test("a repeated ANonce lets a recorded M2 in again only with the same Session ID, 256 triggers later", () => {
  const cut = { ...nodeCrypto, randomBytes: (length: number) => new Uint8Array(length).fill(7) };
  const table = new PmkTable(AA, cut);
  table.assign(new Uint8Array(MODIFIER_OCTETS), () => {});
  const pmk = new Uint8Array(32).fill(9);
  table.hold({ spa: SPA, pmks: [{ generation: 0, pmk: pmk.slice() }] }, () => {});
  table.begin(() => {});
  const service = { commandFor: () => undefined, offer: () => false, missing: () => {} };
  const ap = new AccessPoint({ crypto: cut, keys: table, service, triggerSpan_s: () => 1 });
  const info = { acwe: 0, ulRate: 1, access: 0, slots: 1, slotDuration_4us: 250 };
  const trigger = (): Uint8Array => ap.trigger(0, { to: "broadcast", profile: PROFILES[0], ...info }, 0);
  const { frame: m1 } = checkDownlink(trigger());
  assert.ok(m1?.type === "Trigger", "the AP sends triggers");
  const m2 = m2Of(SPA, pmk, m1, idOf(nodeCrypto, SPA), new Uint8Array(PROFILES[0].N));
  const kinds = new Set<string>();
  assert.equal(ap.receive(0, m2, 0).kind, "reading");
  for (let n = 1; n < 256; n++) {
    trigger();
    kinds.add(ap.receive(0, m2, 0).kind);
  }
  assert.deepEqual([...kinds], ["refused"]);
  trigger();
  assert.equal(ap.receive(0, m2, 0).kind, "reading");
});

test("birthdays: what is reckoned is what all draws of five from eight give", () => {
  const [n, bits] = [5, 3];
  let [any, twins, tries, behind] = [0, 0, 0, 0];
  const draws = (2 ** bits) ** n;
  for (let draw = 0; draw < draws; draw++) {
    const ids = Array.from({ length: n }, (_, i) => (draw >> (bits * i)) & (2 ** bits - 1));
    if (new Set(ids).size < n) any++;
    for (const [i, id] of ids.entries()) {
      const before = ids.slice(0, i).filter((one) => one === id).length;
      if (ids.some((one, k) => k !== i && one === id)) twins++;
      tries += 1 + before;
      if (before >= 2) behind++;
    }
  }
  const near = (reckoned: number, counted: number): void =>
    assert.ok(Math.abs(reckoned - counted) < 1e-12, `${reckoned} reckoned, ${counted} counted`);
  near(anyShared(n, bits), any / draws);
  near(hasTwin(n, bits), twins / draws / n);
  near(meanTries(n, bits), tries / draws / n);
  near(beyond(n, bits, 2), behind / draws / n);
});

test("the greatest number within a limit is within it, and one more is not", () => {
  const n = largest((devices) => hasTwin(devices, 16), 0.01);
  assert.ok(hasTwin(n, 16) <= 0.01 && hasTwin(n + 1, 16) > 0.01, `${n} devices`);
});

test("axes: a range around values holds them, ticks stand within it, and places keep their order", () => {
  for (const values of [
    [0.6, 2.3],
    [1.2e-7, 1.8e-4],
    [0.12, 39_000],
    [1, 1],
  ]) {
    const range = rangeAround(values);
    const { place, ticks } = scaleOf(range, 100, 800);
    assert.ok(range.low <= Math.min(...values) && range.high >= Math.max(...values), `${range.low} .. ${range.high}`);
    assert.ok(ticks.length >= 2 && ticks.length <= 12, `${ticks.length} ticks`);
    for (const tick of ticks) assert.ok(place(tick) > 99.9 && place(tick) < 800.1, `${tick} at ${place(tick)}`);
    assert.deepEqual(
      [...ticks].sort((a, b) => place(a) - place(b)),
      ticks,
    );
  }
  assert.deepEqual(scaleOf({ low: 0, high: 30.1 }, 0, 1).ticks, [0, 10, 20, 30]);
});

test("numbers as the pages write them", () => {
  assert.deepEqual(
    [brief(46e-6, "s"), brief(1.79e9, "Hz"), brief(1.5e-6, "F"), brief(0, "J")],
    ["46 us", "1.79 GHz", "1.5 uF", "0 J"],
  );
  assert.deepEqual([chance(0.22), chance(2 ** -52), chance(0)], ["22 %", "2^-52", "0"]);
  assert.deepEqual([span(0.375), span(3 * 86_400), span(365.25 * 86_400 * 2.8e6)], ["375 ms", "3 days", "2.8e6 years"]);
});
