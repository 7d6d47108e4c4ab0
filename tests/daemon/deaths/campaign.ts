/**
 * The whole campaign: npx tsx tests/daemon/deaths/campaign.ts [--kills N] [--postgres] [--stations 3] [--only <words>]
 * Without --kills: every case of cases.ts, one after the other. With it: so many SIGKILLs at random instants (random.ts).
 * Ends at the first thing that is not as it should be, with exit code 1.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../../../host/build/build.ts";
import { printTable } from "../../../host/cli/terminal.ts";
import { startPostgres } from "../../keys/store/server.ts";
import { allCases, nameOf, run, type Verdict } from "./cases.ts";
import { logOf, Readings } from "./left.ts";
import { lmdbPlace, type Place, postgresPlace } from "./places.ts";
import { Site, type SiteOptions } from "./site.ts";

const STATIONS_MAX = 16;
/** Of the random form: the service begins an update of every device, and an epoch of every AP, so often, s. */
const SERVE = ["--update-every", "0.1", "--renew-every", "1.5"];

const { values } = parseArgs({
  options: {
    kills: { type: "string" },
    stations: { type: "string" },
    postgres: { type: "boolean" },
    only: { type: "string" },
  },
});
const [kills, stations] = [Number(values.kills ?? 0), Number(values.stations ?? (values.kills ? 3 : 2))];
if (!Number.isInteger(kills) || kills < 0 || !Number.isInteger(stations) || stations < 2 || stations > STATIONS_MAX) {
  process.stderr.write(`--kills is a whole number, --stations one from 2 to ${STATIONS_MAX}\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "ampcore-deaths-"));
const sockets = join(folder, "sockets");
let site: Site | undefined;
try {
  await ensureBuilt();
  const options: SiteOptions = { folder, sockets, place: await place(), stations };
  if (kills > 0) await random(options);
  else await cases(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\nwhat is left is in ${folder}\n`);
  process.exit(1);
}
rmSync(folder, { recursive: true });
// The server of PostgreSQL, if there is one, ends with this process.
process.exit(0);

async function place(): Promise<Place> {
  if (!values.postgres) return lmdbPlace(folder);
  const { urlOf, database } = await startPostgres();
  const name = await database();
  return postgresPlace(folder, sockets, (role, password) => urlOf(name, role, password));
}

async function cases(options: SiteOptions): Promise<void> {
  site = await Site.open(options);
  const readings = new Readings(site);
  await site.confirmed(1);
  const verdicts: Verdict[] = [];
  for (const one of allCases().filter((one) => nameOf(one).includes(values.only ?? ""))) {
    process.stderr.write(`${nameOf(one)} ...`);
    const verdict = await run(site, one, readings);
    verdicts.push(verdict);
    process.stderr.write(` ${verdict.time_s} s\n`);
  }
  const codes = await site.stop();
  await site.close();
  printTable(
    verdicts.map((verdict) => ({ ...verdict })),
    false,
  );
  const { stored, confirmed } = readings;
  const log = Object.fromEntries(await logOf(site));
  process.stdout.write(`${JSON.stringify({ cases: verdicts.length, stored, confirmed, codes, log }, null, 2)}\n`);
}

async function random(options: SiteOptions): Promise<void> {
  const { Storm } = await import("./random.ts");
  site = await Site.open({ ...options, serve: SERVE });
  const storm = new Storm(site);
  const result = await storm.run(kills, (found) => process.stderr.write(`${JSON.stringify(found)}\n`));
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  await site.close();
}
