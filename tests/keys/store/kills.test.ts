/** 20 of the campaign's kills; `npx tsx tests/keys/store/campaign.ts --kills 1000` does as many as wanted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Campaign } from "./kills.ts";
import { scratchFolder } from "./stores.ts";

const KILLS = 20;
const STATIONS = 8;

test(`002-A10, 002-A11: ${KILLS} times SIGKILL under load: no station is locked out, no acknowledged reading is lost, none is delivered twice for one M2`, async () => {
  const campaign = new Campaign(scratchFolder(), STATIONS);
  await campaign.prepare();
  let updating = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await campaign.kill();
    ({ updating } = await campaign.check());
  }
  // However slow the machine is, one life is long enough to do something.
  await campaign.kill(3000);
  const found = await campaign.check();
  assert.equal(found.devices, STATIONS);
  assert.ok(found.acknowledged > STATIONS, `${found.acknowledged} readings are acknowledged`);
  const events = await campaign.events();
  assert.ok((events.get("update proven") ?? 0) > STATIONS, `${events.get("update proven")} updates are proven`);
  assert.ok(updating > 0, "some updates were on their way when the process was killed");
});
