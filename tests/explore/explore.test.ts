/** The short form, as anyone runs it: every rule holds at every instant that it looks at, and what is stated to break does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DAMAGES } from "../../host/explore/damages.ts";
import { ENVIRONMENTS } from "../../host/explore/environments.ts";
import { EXCHANGES } from "../../host/explore/exchanges.ts";
import type { Exploration } from "../../host/explore/report.ts";
import { ampcore } from "../cli/ampcore.ts";

test("AMP-R1..R5, AMP-R7, 002-A10: the short form finds no violation, and all that is stated to break", async () => {
  const { code, stdout, stderr } = await ampcore(["explore", "--short", "--json"]);
  assert.equal(code, 0, `${stderr}${stdout.slice(-2000)}`);
  const { exchanges, environments, damages, totals, violations }: Exploration = JSON.parse(stdout);
  assert.deepEqual(violations, []);
  assert.deepEqual(
    exchanges.map(({ exchange, variants }) => [exchange, variants]),
    EXCHANGES.map(({ name }) => [name, 3]),
  );
  assert.deepEqual(
    environments.map(({ environment }) => environment),
    ENVIRONMENTS.map(({ name }) => name),
  );
  for (const { environment, stated } of environments) {
    for (const { rule, seen } of stated) assert.ok(seen > 0, `${environment}: ${rule} is stated to break, and held`);
  }
  assert.deepEqual(
    damages.map(({ name, seen, wrong }) => [name, [...seen], wrong]),
    DAMAGES.map(({ name, breaks }) => [name, [...breaks].sort(), 0]),
  );
  assert.ok(totals.points > 50_000, `${totals.points} points`);
  assert.ok(totals.read > 200, `${totals.read} reads were made to fail`);
  assert.ok(totals.damaged > 5_000, `${totals.damaged} points behind damaged records`);
  assert.ok(totals.restarts > totals.points - totals.air, `${totals.restarts} restarts were compared`);
});
