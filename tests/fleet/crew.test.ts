/** The threads of fleets: more than one fleet behind each other, one that fails between, and one that has no room left. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FleetCell } from "../../host/fleet/cell.ts";
import { Crew } from "../../host/fleet/crew.ts";
import { fleet } from "../../host/fleet/fleet.ts";
import { Shift } from "../../host/fleet/shift.ts";
import { crypto, materials, run, scenarioOf, wishOf } from "./bed.ts";

const MODULE = { module: materials.module };

test("fleets one behind the other on the same threads are each what they are alone, a refused one between them", async () => {
  const crew = new Crew(MODULE, 2);
  try {
    const wishes = [1, 2].map((seed) => wishOf({ movesPerHour: 900, scenario: { ...scenarioOf(), seed } }));
    const shares: number[] = [];
    const first = await fleet(wishes[0], crew, crypto, (share) => shares.push(share));
    const unfit = wishOf({ scenario: scenarioOf({ ap: { trigger_period_s: 0.1, slots: 255 } }) });
    await assert.rejects(fleet(unfit, crew, crypto), {
      name: "ScenarioError",
      message: /^ap\.trigger_period_s is 0\.1/,
    });
    const second = await fleet(wishes[1], crew, crypto);
    assert.equal(crew.size, 2);
    assert.notDeepEqual(first, second);
    assert.deepEqual(second, await run(wishes[1], 1));
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.ok(Math.abs((shares.at(-1) as number) - 1) < 1e-9, "it ends where it is done");
  } finally {
    await crew.close();
  }
});

test("a large cell says how far it is on its way, and lives the same", () => {
  const scenario = scenarioOf({ duration_s: 400, ap: { trigger_period_s: 20, slots: 24 } });
  const wish = wishOf({ stations: 20, aps: 1, scenario });
  const parts: number[] = [];
  const [told] = new Shift(wish, [0], materials, crypto).told((part) => parts.push(part));
  assert.equal(parts.length, 4);
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-12);
  const whole = new FleetCell(wish, 0, materials, crypto);
  whole.advance(Number.POSITIVE_INFINITY);
  assert.deepEqual(told, whole.told());
});

test("a thread without memory left is one sentence that says what would do", async (t) => {
  // Not every machine can be filled up: the thread is told to have little.
  const { Worker } = await import("node:worker_threads");
  const crew = new Crew(MODULE, 1);
  const emitted = new Promise<void>((resolve) => {
    const post = Worker.prototype.postMessage;
    t.mock.method(Worker.prototype, "postMessage", function (this: InstanceType<typeof Worker>, ...args: [unknown]) {
      post.apply(this, args);
      const full = Object.assign(new Error("JS heap out of memory"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
      this.emit("error", full);
      resolve();
    });
  });
  const asked = crew.begin(wishOf());
  const refused = assert.rejects(asked, {
    name: "FleetError",
    message: /^worker 1 of 1 ran out of memory: more --workers/,
  });
  await emitted;
  await refused;
  await crew.close();
});
