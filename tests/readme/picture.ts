/**
 * The README's pictures of a report, of the default scenario, in light and in dark:
 *
 *     npx tsx tests/readme/picture.ts
 */
import { fileURLToPath } from "node:url";
import { version } from "../../host/cli/version.ts";
import { reportHtml } from "../../host/report/document.tsx";
import { launch, opened } from "../report/browser.ts";
import { resultOf } from "../report/results.ts";
import { builtIn } from "../support/simulated.ts";

const SIZE = { width: 1180, height: 1120 };

const html = await reportHtml({ ...resultOf(builtIn("default")), ampcore: version() });
const browser = await launch();
for (const colorScheme of ["light", "dark"] as const) {
  const { page, complaints } = await opened(browser, html, { viewport: SIZE, colorScheme });
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  await page.screenshot({ path: fileURLToPath(new URL(`../../docs/report-${colorScheme}.png`, import.meta.url)) });
}
await browser.close();
