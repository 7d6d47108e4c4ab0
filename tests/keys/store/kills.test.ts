/** 23 of the campaign's kills; `npx tsx tests/keys/store/campaign.ts --kills 1000 [--postgres]` does as many as wanted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Campaign } from "./kills.ts";
import { postgresServer, skipWithoutPostgres } from "./postgres.ts";
import { scratchFolder } from "./stores.ts";

const KILLS = 20;
const POSTGRES_KILLS = 3;
const STATIONS = 8;

test(`002-A10, 002-A11: ${KILLS} times SIGKILL under load: no station is locked out, no acknowledged reading is lost, none is delivered twice for one M2`, async () => {
  await killed(new Campaign(scratchFolder(), STATIONS), KILLS);
});

test(`002-A10, 002-A11: the same over PostgreSQL, ${POSTGRES_KILLS} times`, { skip: skipWithoutPostgres }, async () => {
  const { urlOf, database } = await postgresServer();
  await killed(new Campaign(scratchFolder(), STATIONS, urlOf(await database())), POSTGRES_KILLS);
});

async function killed(campaign: Campaign, kills: number): Promise<void> {
  await campaign.prepare();
  let updating = 0;
  for (let kill = 0; kill < kills; kill++) {
    await campaign.kill();
    updating += (await campaign.check()).updating;
  }
  // However slow the machine is, one life is long enough to do something.
  await campaign.kill(3000);
  const found = await campaign.check();
  updating += found.updating;
  assert.equal(found.devices, STATIONS);
  assert.ok(found.acknowledged > STATIONS, `${found.acknowledged} readings are acknowledged`);
  const events = await campaign.events();
  assert.ok((events.get("update proven") ?? 0) > STATIONS, `${events.get("update proven")} updates are proven`);
  assert.ok(updating > 0, "some updates were on their way when the process was killed");
}
