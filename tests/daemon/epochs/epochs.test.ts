/** The short form of campaign.ts: 600 devices, two of them there. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ensureBuilt } from "../../../host/build/build.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { changeEpoch } from "./bed.ts";

before(async () => {
  await ensureBuilt();
});

test("an AP goes over to a new Modifier without a pause: no M2 is refused for it, and no confirmed reading is lost", async () => {
  const outcome = await changeEpoch({
    folder: scratchFolder(),
    devices: 600,
    stations: 2,
    period_s: 0.05,
    readings: 4,
  });
  assert.deepEqual(outcome.refused, {}, "by reason");
  assert.equal(outcome.lost, 0, "of those that were confirmed");
  assert.ok(outcome.confirmed >= 16, `${outcome.confirmed} readings confirmed`);
});
