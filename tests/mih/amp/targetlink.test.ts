/** The end of the next AP by itself: what it was given goes whole, and goes only for its own link. */

import assert from "node:assert/strict";
import test from "node:test";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { emitGeneration } from "../../../host/mih/amp/ends.ts";
import { TargetLink } from "../../../host/mih/amp/targetlink.ts";
import { link80211 } from "../../../host/mih/wire/values.ts";
import { spaOf } from "../../ap/bed.ts";
import { AA } from "./bed.ts";

const [MN, OTHER] = ["station-agent@plant.example", "another@plant.example"];
const [HERE, ELSEWHERE] = [link80211(AA[1]), link80211(AA[0])];
const [FIRST, SECOND] = [spaOf(0), spaOf(1)];

function given() {
  const table = new PmkTable(AA[1], nodeCrypto);
  const target = new TargetLink({ crypto: nodeCrypto, table });
  const install = (mn: string, spa: Uint8Array): boolean => {
    target.deliver(mn, HERE, emitGeneration(0));
    const k = new Uint8Array(32).fill(7);
    return target.install({ mn, mnLink: link80211(spa), poaLink: HERE, k, origin: "remedy1", expires_ms: 1e9 });
  };
  return { table, target, install };
}

test("003-M6: what is removed of another link stays here, and what is removed of this one is gone whole", () => {
  const { table, target, install } = given();
  assert.ok(install(MN, FIRST), "installed");
  target.remove(MN, ELSEWHERE);
  assert.ok(table.admitted(FIRST) && target.of(FIRST), "it is here still");
  target.remove(MN, HERE);
  assert.ok(!table.admitted(FIRST) && !target.of(FIRST), "and then it is gone");
});

test("003-M6: an agent whose station has another address leaves nothing behind of the one before", () => {
  const { table, target, install } = given();
  assert.ok(install(MN, FIRST) && install(MN, SECOND), "one after the other");
  assert.ok(!table.admitted(FIRST) && !target.of(FIRST), "the first is gone");
  target.remove(MN, HERE);
  assert.ok(!table.admitted(SECOND), "and the second with it");
});

test("003-M7: when a key of the key service has taken its place another agent may speak for the station", () => {
  const { target, install } = given();
  assert.ok(install(MN, FIRST), "installed");
  assert.ok(!install(OTHER, FIRST), "nobody else's meanwhile");
  target.took(FIRST, "PMK of the key service");
  assert.ok(install(OTHER, FIRST), "and then it is");
});
