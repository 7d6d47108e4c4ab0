/**
 * A sweep on a real Redis with more workers killed than a test has time for; its file is that of one machine, or this fails.
 *   npx tsx tests/sweep/campaign.ts --kills 20
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseArgs } from "node:util";
import { ampcore } from "../cli/ampcore.ts";
import { killed, slowGrid } from "./kills.ts";
import { startRedis } from "./redis.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "20" } } });
const kills = Number(values.kills);

test(`${kills} workers killed at their jobs`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-"));
  try {
    const server = await startRedis();
    const grid = slowGrid(folder, kills);
    const alone = ["sweep", grid, "--out", join(folder, "alone.parquet"), "--quiet"];
    const many = ["sweep", grid, "--out", join(folder, "many.parquet"), "--queue", server.url];
    const lines = await killed(server, many, folder, kills);
    assert.equal(lines.length, 4 * kills, "each job once");
    for (const args of [alone, [...many, "--resume"]]) assert.equal((await ampcore(args)).code, 0);
    const [one, other] = ["alone", "many"].map((name) => readFileSync(join(folder, `${name}.parquet`)));
    assert.ok(one.equals(other), "the results are the same octets");
    assert.deepEqual(await server.redis.keys("*"), []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
