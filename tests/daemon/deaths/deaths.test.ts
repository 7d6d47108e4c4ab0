/** Deaths at the main steps of a root update, in real processes; campaign.ts has all of them, and random ones. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { ensureBuilt } from "../../../host/build/build.ts";
import { ampcore, scratchFolder } from "../../cli/ampcore.ts";
import { type Case, run } from "./cases.ts";
import { Readings } from "./left.ts";
import { lmdbPlace } from "./places.ts";
import { Site } from "./site.ts";

const CASES: readonly Case[] = [
  { step: "held both", when: "before", victims: ["service", "AP"] },
  { step: "M3 with UPDATE", when: "after", victims: ["station"] },
  { step: "hold the new", when: "before", victims: ["service", "AP", "other AP", "station"] },
];

before(() => ensureBuilt());

test(`002-A10, 002-A11: key service, AP and station are killed at ${CASES.length} steps of root updates: each update ends, no station is locked out, no confirmed reading is lost, none is there twice`, async () => {
  const folder = scratchFolder();
  const place = lmdbPlace(folder);
  const site = await Site.open({ folder, sockets: join(folder, "sockets"), place, stations: 2 });
  try {
    const readings = new Readings(site);
    await site.confirmed(1);
    for (const one of CASES) await run(site, one, readings);
    assert.ok(readings.confirmed > CASES.length, `${readings.confirmed} readings are confirmed`);
    const codes = await site.stop();
    assert.deepEqual([...new Set(codes)], [0], `everyone ends when asked to: ${codes}`);
  } finally {
    await site.close();
  }
  const audit = await ampcore(["keys", "audit", "--verify", ...place.options]);
  assert.equal(audit.code, 0, audit.stdout + audit.stderr);
});
