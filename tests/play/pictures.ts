/**
 * Writes docs/play-light.png and docs/play-dark.png: a station that died in the midst of an M1, at its instruction.
 *   npx tsx tests/play/pictures.ts
 */
import { join } from "node:path";
import { ROOT } from "../../host/build/build.ts";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { servePlay } from "../../host/play/server.node.ts";
import { fragmentOf } from "../../host/play/worker/link.ts";
import { launch } from "../report/browser.ts";

/** Deaths in many phases. */
const SET = [
  ...["duration_s=4", "stations.count=2", "override.storage.capacitance_F=2e-6", "harvest.source=markov", "seed=3"],
  ...["harvest.markov.on_s=0.05", "harvest.markov.off_s=0.08", "harvest.markov.power_W=200e-6"],
];

const serving = await servePlay(0);
const browser = await launch();
try {
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ viewport: { width: 1180, height: 860 }, colorScheme });
    const page = await context.newPage();
    await page.goto(`${serving.url}#${fragmentOf({ scenario: scenarioFor("default", { set: SET }) })}`);
    await page.locator("body[data-state]").waitFor();
    await page.locator("#speed").selectOption("max");
    await page.locator("#play").click();
    await page.locator('body[data-state="ended"]').waitFor();
    await page
      .locator("#rows button.death", { hasText: /in (ptk|pmk|mic)/ })
      .first()
      .click();
    await page.getByText("Show the instruction").click();
    await page.locator("#strip .dies").waitFor();
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({ path: join(ROOT, `docs/play-${colorScheme}.png`) });
  }
} finally {
  await browser.close();
  await serving.close();
}
