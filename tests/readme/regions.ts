/*
 * What of the README is made and not written: a page has regions `<!-- made <id> -->` ... `<!-- end -->`, and each is
 * filled with the block of that name. Runs of the simulator are deterministic, so every machine makes the same.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "../../host/bench/markdown.ts";
import { gather } from "../../host/cli/run/materials.ts";
import { type ScenarioOptions, scenarioFor } from "../../host/cli/run/scenarios.ts";
import { verbNames, verbSummary } from "../../host/cli/verbs.ts";
import { version } from "../../host/cli/version.ts";
import { referenceData } from "../../host/data/reference.ts";
import { resultOf } from "../../host/sim/report.ts";
import type { Result } from "../../host/sim/result.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import { percent, si } from "../../host/text/units.ts";
import { ampcore } from "../cli/ampcore.ts";

/** Power that was measured, within the reference data. */
export const MEMENTOS = "traces/mementos-rf/1.txt";

/** The blocks by their names; undefined: it cannot be made here, for want of reference data. */
export const BLOCKS: Readonly<Record<string, () => Promise<string | undefined>>> = { start, runs, needs, verbs };

/** The page with its regions filled; those that cannot be made here stay. */
export async function withRegions(page: string): Promise<string> {
  let filled = page;
  for (const [, id] of page.matchAll(/<!-- made (\S+) -->/g)) {
    if (!Object.hasOwn(BLOCKS, id)) {
      throw new Error(`the page asks for ${id}, and there are ${Object.keys(BLOCKS).join(", ")}`);
    }
    const block = await BLOCKS[id]();
    if (block === undefined) continue;
    const region = new RegExp(`(<!-- made ${id} -->\n)[\\s\\S]*?(<!-- end -->)`);
    filled = filled.replace(region, (_, from: string, end: string) => `${from}\n${block}\n\n${end}`);
  }
  return filled;
}

/** A scenario run to its end, as `ampcore run` would. */
export async function resultFor(wish: string, options: ScenarioOptions = {}): Promise<Result> {
  const scenario = scenarioFor(wish, options);
  const { materials, traceHash } = await gather(scenario);
  const simulation = new Simulation(scenario, materials);
  while (simulation.advance(scenario.duration_s));
  return resultOf(simulation, materials, { version: version(), traceHash });
}

/** What `npm start` prints, without the hint at its end. */
async function start(): Promise<string> {
  const { stdout } = await ampcore(["run"]);
  return `\`\`\`text\n${stdout.replace(/^more: .*\n/m, "").trimEnd()}\n\`\`\``;
}

/** The built-in scenarios, and the default one on measured power, side by side. */
async function runs(): Promise<string | undefined> {
  const trace = join(referenceData() ?? "", MEMENTOS);
  if (!existsSync(trace)) return undefined;
  const named: [string, Result][] = [
    ["`npm start`", await resultFor("default")],
    ["`npm start -- --trace mementos-rf/1.txt`", await resultFor("default", { trace })],
  ];
  for (const name of ["crowd", "hostile", "tgbp-active"]) {
    named.push([`\`npm start -- ${name}\``, await resultFor(name)]);
  }
  const rows = named.map(([run, { readings, lives, exchanges, deaths, energy, violations }]) => ({
    run,
    readings,
    confirmed: exchanges.confirmed,
    lives,
    deaths: deaths.total,
    "at different instants": deaths.instants,
    "energy a reading": energy.perReading ? si(energy.perReading.e_J, "J") : null,
    "for nothing": percent(energy.wasted.share),
    violations,
  }));
  return markdownTable({ id: "runs", title: "", rows });
}

/** What an exchange takes on every MCU, and the least capacitor for it. */
async function needs(): Promise<string> {
  const [wide, narrow] = [await resultFor("default"), await resultFor("tgbp-active")];
  const rows = wide.needs.map(({ mcu, cold, warm, capacitance_F, onOneCharge }) => {
    const other = narrow.needs.find((need) => need.mcu === mcu) as Result["needs"][number];
    return {
      MCU: mcu,
      "first exchange": si(cold.e_J, "J"),
      "at least .. at most": `${si(cold.low_J, "J")} .. ${si(cold.high_J, "J")}`,
      "PMK cached": si(warm.e_J, "J"),
      "3.0 to 1.8 V needs": si(capacitance_F, "F"),
      "on 10 uF": onOneCharge,
      "1.2 to 0.9 V needs": si(other.capacitance_F, "F"),
      "on 1 uF": other.onOneCharge,
    };
  });
  const [charge, other] = [wide.needs[0].charge_J, narrow.needs[0].charge_J].map((e_J) => si(e_J, "J"));
  const note =
    `From power-up to the verified M3. A charge is ${charge} (mlcc-10uF, 3.0 to 1.8 V) or ${other} (tgbp, 1.2 to 0.9 V, the\n` +
    "task group's figure). A life keeps nothing of an exchange that it does not finish: more lives do not help, a larger\ncapacitor does.";
  return markdownTable({ id: "needs", title: "", rows, note });
}

/** Every verb with its summary. */
async function verbs(): Promise<string> {
  const rows = verbNames().map((name) => ({ verb: `\`${name}\``, "what it does": verbSummary(name) }));
  return markdownTable({ id: "verbs", title: "", rows });
}
