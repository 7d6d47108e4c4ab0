import { builtModule } from "../../build/build.ts";
import { checkBaseline } from "../../rsn/sim/run.ts";
import { VERSUS_ASSUMPTIONS } from "../../versus/assumptions.ts";
import { CONTENDERS, lived, MORTALS, type VersusMaterials } from "../../versus/contenders.ts";
import { deathsOf } from "../../versus/deaths.ts";
import { built } from "../built.ts";
import { gather } from "../run/materials.ts";
import { addScenarioOptions, asUsage, checkTraceOptions, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { progress } from "../terminal.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";
import { printDeaths, printLived } from "../versus/print.ts";

interface VersusOptions extends ScenarioOptions {
  readonly deaths?: string;
  readonly json?: boolean;
}

const DEATHS_MAX = 100_000;

export default {
  summary: "live one scenario as AMP and as RSN stations, and compare what they bring",

  configure(command) {
    addScenarioOptions(command)
      .option("--deaths <count>", "also what so many deaths cost each, evenly over a life's energy")
      .option("--json", "as JSON");
    command.addHelpText(
      "after",
      `\n${VERSUS_ASSUMPTIONS}\nExit code 1: a reading came out as another than it went in.`,
    );
    addExamples(command, [
      ["", "four stations near an RF energizer for a minute, five times"],
      ["--set override.storage.capacitance_F=4.7e-6", "on a smaller capacitor"],
      ["--set ap.trigger_period_s=10 --duration 600", "a reading each ten seconds"],
      ["--trace mementos-rf/1.txt", "on power that was measured"],
      ["--deaths 100", "what is lost where power fails"],
    ]);
  },

  async run({ deaths, json = false, ...options }, [wish = "default"]) {
    const count = Number(deaths ?? 0);
    if (deaths !== undefined && (!/^\d+$/.test(deaths) || count < 1 || count > DEATHS_MAX)) {
      throw new UsageError(`--deaths ${deaths} is no whole number from 1 to ${DEATHS_MAX.toLocaleString("en")}`);
    }
    const scenario = scenarioFor(wish, options);
    checkTraceOptions(options, scenario);
    asUsage(() => checkBaseline(scenario));
    await built();
    const { materials: gathered } = await gather(scenario);
    const materials: VersusMaterials = { ...gathered, baseline: await builtModule("rsn") };
    const all = CONTENDERS.map((contender) => {
      progress(contender.name);
      return asUsage(() => lived(contender, scenario, materials));
    });
    const died =
      count === 0
        ? []
        : MORTALS.map((contender) => {
            progress(`${contender.name}: ${count} deaths`);
            return asUsage(() => deathsOf(contender, scenario, materials, count));
          });
    if (json)
      process.stdout.write(`${JSON.stringify({ scenario: scenario.name, lived: all, deaths: died }, null, 2)}\n`);
    else {
      printLived(scenario, all);
      if (died.length > 0) printDeaths(died);
    }
    return all.every(({ violations }) => violations === 0) ? 0 : 1;
  },
} satisfies Verb<VersusOptions>;
