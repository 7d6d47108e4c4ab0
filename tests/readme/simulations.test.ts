/** What the README and docs/SIMULATOR.md say of simulations is what simulations say. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { AMP_SIFS, dlAirtime_us, PADDING_PROTECTED, ulSync_us } from "../../host/channel/airtime.ts";
import { referenceData } from "../../host/data/reference.ts";
import { PHASES } from "../../host/device/phase.ts";
import { EnergyError } from "../../host/energy/error.ts";
import { CELLS } from "../../host/energy/profiles/cells.ts";
import { Cell } from "../../host/energy/pv/cell.ts";
import { BANDS } from "../../host/energy/quantity.ts";
import { GAP_STEPS } from "../../host/energy/traces/stamps.ts";
import { KNOWN_PROFILES } from "../../host/sim/profiles.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { skipWithout } from "../support/reference.ts";
import { parseTrace } from "../support/traces.ts";
import { livesSvg } from "./lives.ts";
import { blocks, codeSpans, README, table, tableOf } from "./page.ts";
import { BLOCKS, MEMENTOS, withRegions } from "./regions.ts";
import { waysSvg } from "./ways.ts";

const PAGE = readFileSync(join(ROOT, "docs/SIMULATOR.md"), "utf8");
const AGAIN = "npx tsx tests/readme/generate.ts makes it anew";

test("what is made of the README is what is made now: simulations, verbs", {
  skip: skipWithout(MEMENTOS),
}, async () => {
  const regions = [...README.matchAll(/<!-- made (\S+) -->/g)].map(([, id]) => id);
  assert.deepEqual(regions, Object.keys(BLOCKS));
  assert.equal(await withRegions(README), README, AGAIN);
});

test("docs/lives.svg is what the default scenario's first station does", async () => {
  assert.equal(readFileSync(join(ROOT, "docs/lives.svg"), "utf8"), await livesSvg(), AGAIN);
});

test("docs/ways.svg is what the committed result of bench/handshake says", () => {
  assert.equal(readFileSync(join(ROOT, "docs/ways.svg"), "utf8"), waysSvg(), AGAIN);
});

test("a region that asks for what there is not is refused", async () => {
  await assert.rejects(withRegions("<!-- made nothing -->\n<!-- end -->"), /asks for nothing, and there are start/);
});

/** A folder with every file that the README's commands read, under the names that it uses. */
function readersFolder(): string {
  const folder = scratchFolder();
  const [power, light] = blocks("csv");
  const [office] = blocks("yaml");
  const files = { "power.csv": power, "light.csv": light, "office.yaml": office, "mine.yaml": "" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const data = referenceData();
  if (data) {
    const trace = "mementos-rf/1.txt";
    mkdirSync(join(folder, dirname(trace)));
    cpSync(join(data, MEMENTOS), join(folder, trace));
  }
  return folder;
}

test("the README's commands run, on its own scenario and traces", async () => {
  const cwd = readersFolder();
  const lines = blocks("sh").flatMap((block) => block.trim().split("\n"));
  const run = async (line: string): Promise<void> => {
    const [, script = "", rest = ""] = /^npm (?:run )?(\w+)(?: --silent)?(?: -- (.+))?$/.exec(line) ?? [];
    const [args, file] = rest.split(" > ");
    const verb = script === "start" ? "run" : script;
    const { code, stdout, stderr } = await ampcore([verb, ...args.split(" ").filter((arg) => arg !== "")], { cwd });
    assert.equal(code, 0, `${line}\n${stderr}`);
    assert.ok(stdout !== "", line);
    if (file) writeFileSync(join(cwd, file), stdout);
  };
  // What --help prints is held by another test.
  const runnable = lines.filter((line) => /^npm (start|run (scenario|decode|trace))\b(?!.*--help)/.test(line));
  const isThere = (line: string): boolean => referenceData() !== undefined || !line.includes("mementos-rf");
  assert.ok(runnable.length >= 10, runnable.join("\n"));
  for (const line of runnable.filter((one) => one.includes(" > mine.yaml"))) await run(line);
  await Promise.all(runnable.filter((line) => isThere(line) && !line.includes("> mine.yaml")).map(run));
  await run("npm start -- office.yaml");
});

test("the keys of the result and the columns of a life are those that the README explains", async () => {
  const names = (rows: string[][]): string[] =>
    rows.flatMap(([cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const [json, csv] = await Promise.all([
    ampcore(["run", "--duration", "1", "--json"]),
    ampcore(["run", "--duration", "1", "--csv", "-"]),
  ]);
  assert.deepEqual(names(table("key", "what")).sort(), Object.keys(JSON.parse(json.stdout)).sort());
  assert.deepEqual(names(table("column", "what")), csv.stdout.split("\n")[0].split(","));
});

test("the columns of a trace that the README names are read, and no other", () => {
  const known = codeSpans().filter((span) => /^(t|P|V)_[a-zA-Z]+$|^lux$/.test(span));
  assert.equal(known.length, 3 + 4 + 3 + 1, known.join(" "));
  const reads = (column: string): boolean => {
    const header = column.startsWith("t") ? `${column},P_W` : `t_s,${column}`;
    try {
      const options = { gaps: "error", load_Ohm: 1000, cell: new Cell(CELLS.am1417.points) } as const;
      const more = column.includes(",") ? ",1" : "";
      return parseTrace(`${header}\n0,1e-6${more}\n1,2e-6${more}\n`, options).times_s.length === 2;
    } catch (error) {
      assert.ok(error instanceof EnergyError, `${error}`);
      return false;
    }
  };
  for (const column of [...known, "t", "P", "V"]) assert.ok(reads(column), column);
  const currents = codeSpans().filter((span) => /^I_[a-zA-Z]+$/.test(span));
  assert.equal(currents.length, 4, currents.join(" "));
  for (const column of currents) assert.ok(reads(`V_V,${column}`), column);
  for (const column of ["P_kW", "t_h", "lux_lx", "I_A"]) assert.ok(!reads(column), column);
  assert.match(README, /more than ten median steps is a gap/);
  assert.equal(GAP_STEPS, 10);
});

test("docs/SIMULATOR.md: phases, bands, profiles and airtime are the code's", () => {
  assert.deepEqual(tableOf(PAGE, "phase", "what belongs to it"), Object.entries(PHASES));
  assert.deepEqual(
    tableOf(PAGE, "status", "what it means", "true value within").map(([status, , band]) => [status, band]),
    Object.entries(BANDS).map(([status, [low, high]]) => [status, `${low} .. ${high}`]),
  );
  assert.deepEqual(
    tableOf(PAGE, "kind", "profiles"),
    Object.entries(KNOWN_PROFILES).map(([kind, profiles]) => [
      kind,
      Object.keys(profiles)
        .map((name) => `\`${name}\``)
        .join(", "),
    ]),
  );
  const words = PAGE.replaceAll("\n", " ").replace(/ +/g, " ");
  const told =
    /downlink (\d+) us [^,]+, (\d+) us [^,]+, (\d+) bits [^,]+, the data, padding \((\d+) us [^)]+\) and (\d+) us/;
  const [legacy, sync, sig, padding, extension] = (told.exec(words) ?? []).slice(1).map(Number);
  // At 1 Mb/s a bit of AMP-SIG is a microsecond.
  assert.equal(legacy + sync + sig + extension, dlAirtime_us(0, 1000, 0));
  assert.equal(padding, PADDING_PROTECTED.value);
  assert.equal(Number(/uplink (\d+) chips/.exec(words)?.[1]) * 0.25, ulSync_us(1000));
  assert.equal(Number(/A SIFS is (\d+) us/.exec(words)?.[1]), AMP_SIFS.value);
});
