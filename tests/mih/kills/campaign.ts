/** Many kills: npx tsx tests/mih/kills/campaign.ts [--kills N] [--seed N]. Exit code 1: a handover was left half done. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { streamsOf } from "../../../host/sim/streams.ts";
import { Killing } from "./killing.ts";

async function campaign(kills: number, seed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-mih-"));
  const killing = await Killing.begun(join(folder, "site"), streamsOf(nodeCrypto, seed)("kills"));
  const died = new Map<string, number>();
  let [calls, distributed] = [0, 0];
  try {
    for (let i = 0; i < kills; i++) {
      const killed = await killing.once();
      died.set(killed.victim, (died.get(killed.victim) ?? 0) + 1);
      calls += killed.calls;
      distributed += Number(killed.isDistributed);
    }
  } finally {
    await killing.end();
    rmSync(folder, { recursive: true });
  }
  const who = [...died].map(([name, times]) => `${name} ${times}`).join(", ");
  process.stdout.write(
    `${kills} handovers, each with a kill (${who}): all came to their end, ${distributed} with a distributed key and ` +
      `${kills - distributed} by an authentication anew, in ${calls} calls of the MN; no two ends had different PMKs\n`,
  );
}

const { values } = parseArgs({
  options: { kills: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
});
campaign(Number(values.kills), Number(values.seed)).catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
