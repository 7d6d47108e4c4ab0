/** The ways of bench/handshake: prices that agree with the simulator, a capacitor that just suffices, committed counts, what is cited. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import type { HandshakeResult } from "../../bench/handshake/result.ts";
import { livedOverSeeds } from "../../bench/handshake/seeds.ts";
import { builtModule, builtNames, ROOT } from "../../host/build/build.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { ONE_EACH } from "../../host/device/weights.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import { ampWays, type Materials } from "../../host/handshake/amp.ts";
import { charges, leastCapacitance_F, priced } from "../../host/handshake/price.ts";
import { rsnWays } from "../../host/handshake/rsn.ts";
import type { Way } from "../../host/handshake/way.ts";
import { needsOf } from "../../host/sim/needs.ts";
import { type Profiles, profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";

const AIR = { dlRate_kbps: 1000, ulRate_kbps: 1000, padding_us: 36 } as const;
const scenario = checkScenario({}, "the default");
const committed: HandshakeResult = JSON.parse(readFileSync(join(ROOT, "bench/results/handshake.json"), "utf8"));

/** M1's PMKID KDE; PMKID Count and List in the RSNE of the Association Request and of M2. IEEE Std 802.11-2020 12.7.2, 9.4.2.24. */
const PMKID_octets = { dl: 2 + 4 + 16, ul: 2 * (2 + 16) };

let materials: Materials;
let ways: Way[];
let rsn: Way[];
let parts: Profiles;
before(async () => {
  const [module, names] = [await builtModule("release"), await builtNames("release")];
  materials = { module, names, air: AIR, reading_octets: 16, weights: [CORTEX_M4] };
  ways = await ampWays(materials);
  const baseline = await builtModule("rsn");
  rsn = await rsnWays({ module: baseline, weights: [CORTEX_M4, ONE_EACH], reading_octets: 16 });
  parts = profilesOf(scenario);
});

const named = (name: string): Way => {
  const way = ways.find((one) => one.name === name);
  assert.ok(way, `there is a way ${name}`);
  return way;
};

type Facts = Pick<Way, "name" | "frames" | "dl_octets" | "ul_octets" | "wasm">;
const facts = ({ name, frames, dl_octets, ul_octets, wasm }: Facts): Facts => ({
  name,
  frames,
  dl_octets,
  ul_octets,
  wasm,
});
const committedOf = (wanted: string): Facts[] =>
  committed.ways.filter(({ family, basis }) => family === wanted && basis === "run").map(facts);

test("the ways are the committed ones, with the same frames, octets and wasm instructions", () => {
  assert.deepEqual(committedOf("AMP"), ways.map(facts));
});

test("the baseline's are the committed ones, too; a PMKSA saves EAP's frames and adds two PMKIDs to PSK's", () => {
  assert.deepEqual(committedOf("RSN"), rsn.map(facts));
  const [, psk, , eap, cached] = rsn;
  assert.match(`${psk.name}, ${eap.name}, ${cached.name}`, /PSK.*AKM 6.*EAP.*AKM 5.*PMKSA.*AKM 5/);
  assert.equal(cached.frames, psk.frames);
  assert.ok(cached.frames < eap.frames && (cached.wasm ?? 0) < (eap.wasm ?? 0), "a PMKSA saves frames and work");
  const added = { dl: cached.dl_octets - psk.dl_octets, ul: cached.ul_octets - psk.ul_octets };
  assert.deepEqual(added, PMKID_octets);
});

test("a way costs what the simulator says that an exchange needs, but for its wait for a slot", async () => {
  const [module, names] = [await builtModule("release"), await builtNames("release")];
  const needs = needsOf(scenario, { crypto: createPortableCrypto(), module: { octets: module, names } });
  const own = needs.find(({ mcu }) => mcu === scenario.stations.mcu);
  assert.ok(own, "the default MCU can do it");
  const pairs = [
    [priced(named("AMP compact, CCM, PMK derived"), parts, AIR), own.cold],
    [priced(named("AMP compact, CCM, PMK cached"), parts, AIR), own.warm],
  ] as const;
  for (const [price, need] of pairs) {
    const apart = need.e_J / price.e_J - 1;
    assert.ok(apart > -0.005 && apart < 0.03, `${price.e_J} J here, ${need.e_J} J there`);
    const sum = Object.values(price.byPhase).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum / price.e_J - 1) < 1e-9, "the phases add up");
    assert.ok(price.low_J < price.e_J && price.e_J < price.high_J, "the band is around it");
  }
});

test("the least capacitor of a way is the one whose charge is its energy, but for the leakage", () => {
  const way = named("AMP compact, CCM, PMK derived");
  const least_F = leastCapacitance_F(way, parts, AIR);
  const one = charges(priced(way, parts, AIR), parts, least_F);
  assert.ok(one > 0.98 && one <= 1.001, `${one} charges of ${least_F} F`);
});

test("no M3 is cheaper, a cached PMK is cheaper, a longer nonce and MIC are dearer", () => {
  const cost = (name: string): number => priced(named(name), parts, AIR).e_J;
  const base = cost("AMP compact, CCM, PMK derived");
  assert.ok(cost("AMP compact, CCM, PMK derived, no M3") < base, "without M3");
  assert.ok(cost("AMP compact, CCM, PMK cached") < base, "with a cached PMK");
  assert.ok(cost("AMP strong, CCM, PMK derived") > base, "strong");
  const { earliestSlot } = priced(named("AMP compact, CCM, PMK derived"), parts, AIR);
  assert.ok((earliestSlot ?? 0) > 0, "software crypto does not make slot 0");
});

test("times and lives over seeds are the committed ones, and a random slot is waited for in the mean half of them", () => {
  const { random } = committed;
  for (const [name, capacitance_F] of [
    ["AMP compact, CCM, PMK derived", 1e-6],
    ["AMP compact, CCM, PMK derived, no M3", 4.7e-6],
  ] as const) {
    const of = random.ways.find(({ way }) => way === name);
    assert.ok(of, `${name} was lived`);
    const fresh = livedOverSeeds(named(name), AIR, [capacitance_F]);
    const onCapacitors = of.onCapacitors.filter((one) => one.capacitance_F === capacitance_F);
    assert.deepEqual(JSON.parse(JSON.stringify(fresh)), { ...of, onCapacitors });
    // From the first slot that it can meet to the last: each as likely.
    const { t_s, earliestSlot } = priced(named(name), parts, AIR);
    const { slot_s } = named(name);
    assert.ok(slot_s !== null && earliestSlot !== null);
    const meanWait_s = ((random.slots - 1 - earliestSlot) / 2) * slot_s;
    const { low, high } = of.latency_s;
    const [least_s, most_s] = [t_s + meanWait_s - 2 * slot_s, t_s + meanWait_s + 3 * slot_s];
    assert.ok(low < most_s && high > least_s, `${low} .. ${high} s, where ${least_s} .. ${most_s} s is to be expected`);
  }
});

test("on every microcontroller and radio the phases and their bands add up to the whole", () => {
  for (const { name, basis, onParts } of committed.ways) {
    for (const { byPhase, e_J, low_J, high_J } of onParts) {
      const all = Object.values(byPhase);
      if (all.length === 0) continue;
      assert.equal(basis, "run", name);
      const whole = { e_J, low_J, high_J };
      for (const end of ["e_J", "low_J", "high_J"] as const) {
        const sum = all.reduce((total, energy) => total + energy[end], 0);
        assert.ok(Math.abs(sum / whole[end] - 1) < 1e-9, `${name}, ${end}`);
      }
    }
  }
  const [first] = committed.ways;
  assert.ok(
    first.onParts.every(({ byPhase }) => Object.keys(byPhase).length >= 8),
    "of the first way on all parts",
  );
});
