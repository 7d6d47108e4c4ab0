/** Every role dies at messages of a whole handover in memory, and the MN, tried again, comes to its target all the same. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { SCHEMES } from "../../../host/mih/schemes/scheme.ts";
import { repeated } from "../../support/devicerounds.ts";
import { type Kill, MOMENTS, story, type Told } from "./story.ts";

/** In short form one of so many kills, which is no multiple of the moments; AMPCORE_ROUNDS=5 has all of them. */
const THINNED = 5;
const AT_ONCE = 24;

for (const scheme of SCHEMES) {
  test(`003-M7 001-P8 ${scheme}: whoever dies at whatever message, the MN arrives, and no end has a key that the other has not`, async (t) => {
    const honest = await story(scheme, 1);
    assert.ok(honest.isDistributed, "undisturbed it arrives with a distributed key");
    const every = Math.max(1, Math.round(THINNED / repeated(1)));
    const kills = Array.from({ length: honest.datagrams }, (_, at) => MOMENTS.map((moment) => ({ at, moment }))).flat();
    const some = kills.filter((_, i) => i % every === 0);
    const told = await all(some, (kill) => story(scheme, 1, kill));
    const died = new Map<string, number>();
    for (const { killed = "nobody" } of told) died.set(killed, (died.get(killed) ?? 0) + 1);
    t.diagnostic([...died].map(([who, times]) => `${who} ${times}`).join(", "));
    for (const who of scheme === "21d" ? ["mn", "sp", "tp", "gm"] : ["mn", "sp", "tp"]) {
      assert.ok(died.has(who), `${who} died at some message`);
    }
  });
}

/** A few at once: each waits more than it works. A failure names its kill. */
async function all(kills: readonly Kill[], tell: (kill: Kill) => Promise<Told>): Promise<Told[]> {
  const told: Told[] = [];
  const waiting = [...kills];
  const work = async (): Promise<void> => {
    for (let kill = waiting.pop(); kill; kill = waiting.pop()) {
      const { at, moment } = kill;
      told.push(
        await tell(kill).catch((error) => {
          throw new Error(`datagram ${at}, ${moment}: ${error.message}`, { cause: error });
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return told;
}
