/** What a death costs, and that the next life brings a reading after every one. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { priced } from "../../host/handshake/price.ts";
import { rsnWays } from "../../host/handshake/rsn.ts";
import { KNOWN_PROFILES, profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { AMP, CONTENDERS, type VersusMaterials } from "../../host/versus/contenders.ts";
import { deathsOf } from "../../host/versus/deaths.ts";
import { versusMaterials } from "./materials.ts";

const scenario = checkScenario({}, "the default scenario");
const POINTS = 40;
const AMP_STAGES = ["no M1 heard", "M1 heard, no M2 sent", "M2 sent, no M3 yet"];
const RSN_STAGES = [
  "no Beacon heard",
  "BSS known",
  "authenticating",
  "associating",
  "associated",
  "4-way handshake",
].concat(["keyed", "port open"]);
let materials: VersusMaterials;
before(async () => {
  materials = await versusMaterials();
});

for (const contender of CONTENDERS) {
  test(`${contender.name}: ${POINTS} deaths from power-on to the reading, each costs what was spent, and the next life brings it (002-A10)`, () => {
    const { undisturbed_J, rows } = deathsOf(contender, scenario, materials, POINTS);
    const order = contender.akm === undefined ? AMP_STAGES : RSN_STAGES;
    const places = rows.map(({ stage }) => order.indexOf(stage));
    assert.ok(places.length >= 3 && places[0] === 0, `stages ${rows.map(({ stage }) => stage).join(", ")}`);
    for (const [i, row] of rows.slice(1).entries()) {
      assert.ok(places[i + 1] > places[i], `${row.stage} comes after ${rows[i].stage}`);
      assert.ok(row.wastedLeast_J > rows[i].wastedMost_J, `${row.stage}: more was spent`);
    }
    assert.ok(
      rows.reduce((sum, { points }) => sum + points, 0) >= 0.9 * POINTS,
      "nearly all are deaths before the reading",
    );
    for (const { stage, wastedMost_J, nextLeast_J, nextMost_J, costMost_J } of rows) {
      assert.ok(wastedMost_J < undisturbed_J, `${stage}: it died before the end`);
      assert.ok(
        nextLeast_J > 0 && nextMost_J < 1.02 * undisturbed_J,
        `${stage}: the next life takes no more than the first`,
      );
      assert.ok(costMost_J <= wastedMost_J * 1.02, `${stage}: nothing is lost but what was spent`);
      const saved_J = undisturbed_J - nextLeast_J;
      assert.ok(costMost_J >= 0.98 * (wastedMost_J - saved_J), `${stage}: and what was spent is lost`);
    }
  });
}

test("802.1X: a PMKSA that was kept before the death saves EAP in the next life, and one that was not does not", () => {
  const eap = CONTENDERS.find(({ name }) => name === "RSN, EAP-PSK (AKM 5)") ?? AMP;
  const { undisturbed_J, rows } = deathsOf(eap, scenario, materials, POINTS);
  const next = (wanted: string): number => rows.find(({ stage }) => stage === wanted)?.nextLeast_J ?? Number.NaN;
  assert.ok(next("associated") > 0.98 * undisturbed_J, "EAP again");
  assert.ok(next("port open") < 0.8 * undisturbed_J, "from the PMKSA");
});

test("AMP with the PMK in its cache needs less after a death than without", () => {
  const [cold, warm] = [AMP, { ...AMP, isCached: true }].map((one) => deathsOf(one, scenario, materials, 4));
  assert.ok(warm.undisturbed_J < cold.undisturbed_J);
});

test("a life without a death costs in the simulator what bench/handshake reckons for it, but for the wait for a Beacon", async () => {
  const profiles = profilesOf(scenario);
  const { dl_rate_kbps, ul_rate_kbps, padding_us } = scenario.ap;
  const air = { dlRate_kbps: dl_rate_kbps, ulRate_kbps: ul_rate_kbps, padding_us };
  const weights = [profiles.mcu.weights];
  const ways = await rsnWays({ module: materials.baseline, weights, reading_octets: scenario.stations.reading_octets });
  /** A whole Beacon interval there, half of one here. */
  const listen_W = KNOWN_PROFILES.radio["tgbp-active"].listen_W.value + profiles.mcu.sleep_W.value;
  for (const { name, akm, isCached } of CONTENDERS.filter((one) => one.akm)) {
    const way = ways.find((one) => one.name.includes(`AKM ${akm})`) && one.name.includes("cached") === !!isCached);
    assert.ok(way, `there is a way ${name}`);
    const { undisturbed_J } = deathsOf({ name, akm, isCached }, scenario, materials, 1);
    const reckoned_J = priced(way, profiles, air).e_J + 0.0512 * listen_W;
    assert.ok(Math.abs(undisturbed_J / reckoned_J - 1) < 0.01, `${name}: ${undisturbed_J} J, reckoned ${reckoned_J} J`);
  }
});
