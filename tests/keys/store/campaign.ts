/**
 * The whole campaign of kills (kills.ts): npx tsx tests/keys/store/campaign.ts [--kills 1000] [--stations 8] [--postgres]
 * With --postgres over a real server, which is started for it; else over LMDB.
 * Prints what was found; ends at the first thing that is not as it should be, with exit code 1.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Campaign, type Found } from "./kills.ts";
import { startPostgres } from "./server.ts";

/** Kills between two looks at the whole log, which grows. */
const LOG_EVERY = 50;

const { values } = parseArgs({
  options: { kills: { type: "string" }, stations: { type: "string" }, postgres: { type: "boolean" } },
});
const [kills, stations] = [Number(values.kills ?? 1000), Number(values.stations ?? 8)];
if (![kills, stations].every((n) => Number.isInteger(n) && n > 0 && n <= 100_000) || stations > 256) {
  process.stderr.write("--kills is a whole number from 1, --stations one from 1 to 256\n");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "ampcore-kills-"));
const server = values.postgres ? await startPostgres() : undefined;
const campaign = new Campaign(folder, stations, server?.urlOf(await server.database()));
await campaign.prepare();
let found: Found | undefined;
let updating = 0;
const start_ms = Date.now();
for (let kill = 1; kill <= kills; kill++) {
  await campaign.kill();
  found = await campaign.check({ log: kill % LOG_EVERY === 0 || kill === kills });
  updating += found.updating;
  if (kill % LOG_EVERY === 0) process.stderr.write(`${kill} kills: ${JSON.stringify(found)}\n`);
}
const events = Object.fromEntries(await campaign.events());
const time_s = (Date.now() - start_ms) / 1000;
const result = {
  store: server ? "PostgreSQL" : "LMDB",
  kills,
  time_s,
  ...found,
  updatesOnTheirWayAtAKill: updating,
  log: events,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
rmSync(folder, { recursive: true });
await server?.stop();
