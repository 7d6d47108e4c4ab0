/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * A result as one HTML page that needs nothing else: figures and tables are written into it, the charts are drawn by its
 * own script out of the result that it carries. It loads nothing and talks to nobody, and its policy says so to the browser.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { toHtml } from "hast-util-to-html";
import type { Result } from "../sim/result.ts";
import { tellingOf } from "./figure.tsx";
import { pageScript, plotStyle } from "./script.ts";
import { Air } from "./sections/air.tsx";
import { Assumptions } from "./sections/assumptions.tsx";
import { CloseUps } from "./sections/closeups.tsx";
import { DeathsSection } from "./sections/deaths.tsx";
import { EnergySection } from "./sections/energy.tsx";
import { Head, Notes, Tiles } from "./sections/head.tsx";
import { Lives } from "./sections/lives.tsx";
import { Needs } from "./sections/needs.tsx";
import { Rules } from "./sections/rules.tsx";
import { Run } from "./sections/run.tsx";
import { SECTIONS } from "./sections/section.tsx";
import { Voltage } from "./sections/voltage.tsx";
import { headOf } from "./shell.tsx";

/** In this order: what is narrow has the last word. */
const STYLES = ["theme", "page", "charts", "tables", "narrow"];

/** @throws TypeError or RangeError for what is no whole result. */
export async function reportHtml(result: Result): Promise<string> {
  const script = await pageScript();
  const style = [
    plotStyle(),
    ...STYLES.map((name) => readFileSync(new URL(`style/${name}.css`, import.meta.url), "utf8")),
  ].join("\n");
  const body = toHtml(tellingOf(result, () => <Page />));
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const head = headOf({ policy, title: `${result.scenario.name}: ampcore`, icon: ICON, style });
  return `<!doctype html>
<html lang="en">
${head}
<body>
${body}
<script type="application/json" id="result">${inScript(JSON.stringify(result))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function Page() {
  return (
    <>
      <a class="skip" href="#voltage">
        to the charts
      </a>
      <nav aria-label="Sections">
        <div>
          {SECTIONS.map(({ id, nav }) => (
            <a href={`#${id}`}>{nav}</a>
          ))}
        </div>
        <button type="button" class="theme" aria-label="Change between light and dark">
          ◐
        </button>
      </nav>
      <main>
        <Head />
        <Notes />
        <Tiles />
        <noscript>
          <p class="empty">Without its script this page has no voltage charts; all figures and tables are here.</p>
        </noscript>
        <Voltage />
        <CloseUps />
        <EnergySection />
        <Lives />
        <DeathsSection />
        <Air />
        <Rules />
        <Needs />
        <Assumptions />
        <Run />
      </main>
    </>
  );
}

/** A capacitor. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M0 8h6M10 8h6M6 2v12M10 2v12" stroke="#0b7a75" stroke-width="2" fill="none"/></svg>';

/** Text that ends no script element, whatever names are in it. */
function inScript(json: string): string {
  return json.replaceAll("<", "\\u003c");
}
