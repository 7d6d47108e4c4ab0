/** No second simulator: what a run comes to in the browser is what ampcore run --json says of it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { servePlay } from "../../host/play/server.node.ts";
import { fragmentOf } from "../../host/play/worker/link.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { launch } from "../report/browser.ts";
import { play, resultOf } from "./bed.ts";

const skip = skipWithoutPrograms("chromium");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

/** The command line's own result. */
async function told(wish: string, set: readonly string[]): Promise<string> {
  const { stdout, stderr } = await ampcore(["run", wish, "--json", "--quiet", "--set", ...set]);
  assert.match(stdout, /^{/, stderr);
  return stdout;
}

test("from the disk, in slices and by steps: hostile in the browser is octet for octet ampcore run --json", {
  skip,
}, async () => {
  const set = ["duration_s=3", "seed=11"];
  const result = told("hostile", set);
  const { page, complaints, requests } = await play(browser, fragmentOf({ scenario: scenarioFor("hostile", { set }) }));
  // Looked at from all sides first: who watches changes nothing.
  await page.locator("#speed").selectOption("max");
  await page.keyboard.press("f");
  await page.keyboard.press("x");
  for (let n = 0; n < 5; n++) await page.keyboard.press("i");
  await page.keyboard.press("u");
  await page.locator("#play").click();
  await page.locator("#rows button").first().click();
  assert.equal(await resultOf(page), await result);
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    requests.filter((url) => !url.startsWith("blob:") && url !== page.url().split("#")[0]),
    [],
    "it is one file",
  );
});

test("from a server: roaming stations with a converter and a supervisor too", { skip }, async () => {
  const serving = await servePlay(0);
  try {
    for (const [wish, set] of [
      ["slow-supervisor", ["duration_s=4", "stations.count=2"]],
      ["story", ["duration_s=3"]],
    ] as const) {
      const result = told(wish, set);
      const { page, complaints } = await play(browser, fragmentOf({ scenario: scenarioFor(wish, { set }) }), {
        address: serving.url,
      });
      assert.equal(await resultOf(page), await result, wish);
      assert.deepEqual(complaints, []);
    }
  } finally {
    await serving.close();
  }
});

test("on a trace that was dropped: as with --trace, its hash among the hashes", { skip }, async () => {
  const file = join(scratchFolder(), "office.csv");
  writeFileSync(file, `t_s,P_uW\n${Array.from({ length: 80 }, (_, i) => `${i / 10},${(i * 37) % 300}`).join("\n")}\n`);
  const { page } = await play(
    browser,
    fragmentOf({ scenario: scenarioFor("default", { set: ["duration_s=3", "seed=3"] }) }),
  );
  await page.locator("#field-harvest\\.source").selectOption("trace");
  await page.locator("#trace").setInputFiles(file);
  await page.getByText("csv, 80 entries").waitFor();
  await page.locator("#begin").click();
  await page.locator("#title").waitFor();
  assert.equal(
    await resultOf(page),
    await told("default", ["duration_s=3", "seed=3", "harvest.source=trace", `harvest.trace.file=${file}`]),
  );
});
