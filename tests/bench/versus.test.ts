/** bench/versus: a short form of the run gives the committed figures. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { measuredVersus } from "../../bench/versus/measure.ts";
import type { ByCapacitor, VersusResult } from "../../bench/versus/result.ts";
import { ROOT } from "../../host/build/build.ts";

const committed: VersusResult = JSON.parse(readFileSync(join(ROOT, "bench/results/versus.json"), "utf8"));
const SHORT = { charge_F: [4.7e-6, 10e-6, 22e-6], harvested_F: [4.7e-6], seeds: [2], deaths: 1 };

test("charges, harvest and lives without a death are the committed ones", async () => {
  const fresh = await measuredVersus(() => {}, SHORT);
  const same = (rows: readonly ByCapacitor[]): ByCapacitor[] =>
    rows.filter(({ capacitance_F }) => SHORT.charge_F.includes(capacitance_F));
  assert.deepEqual(JSON.parse(JSON.stringify(fresh.charge)), same(committed.charge));
  const [{ bySeed }] = JSON.parse(JSON.stringify(fresh.harvested)) as VersusResult["harvested"];
  const of4u7 = committed.harvested.find(({ capacitance_F }) => capacitance_F === 4.7e-6);
  assert.deepEqual(
    bySeed,
    of4u7?.bySeed.filter(({ seed }) => seed === 2),
  );
  const undisturbed = ({ deaths }: VersusResult): unknown =>
    deaths.map(({ name, undisturbed_J }) => [name, undisturbed_J]);
  assert.deepEqual(undisturbed(fresh), undisturbed(committed));
});
