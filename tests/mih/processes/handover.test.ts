/** The roles as processes over UDP: a handover and the next, what they tell, and how they end. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { scratchFolder } from "../../cli/ampcore.ts";
import { until } from "../../daemon/running.ts";
import { ended, ID, pmkIn, Site } from "./bed.ts";

const FOLDER = scratchFolder();

test("003-M6 003-M7 001-P6 four processes and an MN's: found, prepared, completed with one PMK, and on from there", async () => {
  const site = await Site.made(join(FOLDER, "site"), "21d");
  const [sp, tp, next, gm] = await Promise.all((["pos-a", "pos-b", "pos-c", "gm"] as const).map((n) => site.start(n)));
  const first = await ended(site.mobile("--to", ID["pos-b"], "--discover"));
  assert.equal(first.code, 0, JSON.stringify(first.outcome));
  const { target, said, tainted, pmk, found, steps } = first.outcome ?? { steps: [] };
  assert.equal(target, ID["pos-b"], "the target that was wished");
  assert.match(said ?? "", /^2:[0-9a-f]{16}$/, "an association of a group key block");
  assert.equal(tainted, false, "nobody but both ends has had K in his hands");
  assert.ok(pmk, "the MN has a PMK");
  assert.equal(pmk, pmkIn(tp), "and the target has the same");
  assert.equal(found?.length, 3, "three authenticators were found");
  assert.deepEqual(
    steps.map(({ step, outcome }) => `${step} ${outcome}`),
    ["attach done", "discover done", "prepare done", "complete done"],
    "each step once",
  );
  await until("the PoS before has heard", () => sp.stderr.includes(`${ID.mn} is with ${ID["pos-b"]} now`), sp);
  assert.equal(pmkIn(sp), undefined, "the PoS before never had a PMK of it");

  const second = await ended(site.mobile("--to", "umts cell 62f21000000107"));
  assert.equal(second.code, 0, JSON.stringify(second.outcome));
  assert.equal(second.outcome?.target, ID["pos-c"], "the MN knows where it is, and goes on from there by a link");
  assert.equal(second.outcome?.pmk, pmkIn(next), "with one PMK again");

  assert.match(sp.stderr, /^\S+ info pos-a@home\.example, a point of service, remedy 2 \(802\.21d group key\), /);
  assert.doesNotMatch(sp.stderr + tp.stderr + gm.stderr, /[0-9a-f]{33}/, "no key is told by itself");
  const codes = [await sp.end("SIGINT"), await tp.end("SIGTERM"), await next.end("SIGINT"), await gm.end("SIGTERM")];
  assert.deepEqual(codes, [0, 0, 0, 0], "a signal ends each well");

  const alone = await ended(site.mobile("--to", ID["pos-b"], "--tries", "1"));
  assert.equal(alone.code, 1, "where nobody is there any more it does not come to its end");
  assert.match(alone.outcome?.failure ?? "", /nobody answered/, "and says why");
});
