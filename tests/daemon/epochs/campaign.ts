/** `npx tsx tests/daemon/epochs/campaign.ts [--devices 100000] [--stations 4]`: an epoch change, and what it does to those who are there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../../../host/build/build.ts";
import { renderTable } from "../../../host/cli/terminal.ts";
import { changeEpoch } from "./bed.ts";

const { values } = parseArgs({ options: { devices: { type: "string" }, stations: { type: "string" } } });
const [devices, stations] = [Number(values.devices ?? 100_000), Number(values.stations ?? 4)];
const folder = mkdtempSync(join(tmpdir(), "ampcore-epochs-"));

async function main(): Promise<void> {
  try {
    await ensureBuilt();
    process.stderr.write(`a new epoch for ${devices.toLocaleString("en")} devices ...\n`);
    const outcome = await changeEpoch({ folder, devices, stations, period_s: 0.05, readings: 100 });
    const { refused, ...cells } = outcome;
    const rows = [{ ...cells, refused: JSON.stringify(refused) }];
    process.stdout.write(`${renderTable(rows)}\n`);
    process.exitCode = outcome.lost > 0 || Object.keys(refused).length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
