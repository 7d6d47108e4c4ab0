/** The short form of campaign.ts: processes of 802.21 die by SIGKILL, and the MN comes to its target all the same. */

import { join } from "node:path";
import { test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { streamsOf } from "../../../host/sim/streams.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { repeated } from "../../support/devicerounds.ts";
import { Killing } from "./killing.ts";

const FOLDER = scratchFolder();

test("003-M7 003-C16 a process killed in a handover: the MN arrives, and no target has another PMK than the MN", async (t) => {
  const killing = await Killing.begun(join(FOLDER, "site"), streamsOf(nodeCrypto, 3)("kills"));
  try {
    for (let i = 0; i < repeated(1); i++) {
      const { victim, calls, isDistributed } = await killing.once();
      t.diagnostic(`${victim}: ${calls} calls, ${isDistributed ? "a distributed key" : "authenticated anew"}`);
    }
  } finally {
    await killing.end();
  }
});
