import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../build/build.ts";
import { binaryFacts } from "../../device/facts.ts";
import { built } from "../built.ts";
import { Deaths } from "../start/deaths.ts";
import { EXAMPLE_FILE, readExample } from "../start/example.ts";
import { meteredModule, runExchange } from "../start/exchange.ts";
import { printDeaths, printExchange } from "../start/ladder.ts";
import { coloursOf, printTable } from "../terminal.ts";
import { addExamples, type Verb } from "../verb.ts";

interface StartOptions {
  readonly json?: boolean;
}

/** Deaths of the sweep: enough to meet every part of a life, few enough for a second. */
const SWEEP_INSTRUCTIONS = 500;

const NEXT = [
  ["npm test", "everything that holds it"],
  ["npm run bench", "octets and instructions, beside the goals and the peers"],
  ["npm run provision -- --help", "a device's first NVM image"],
] as const;

export default {
  summary: "build, run one exchange on the real module, kill it and see it come back",

  configure(command) {
    command.option("--json", "print all of it as one JSON document");
    addExamples(command, [
      ["", "modules, one exchange field by field, deaths and the lives after them"],
      ["--json", "the same for a program"],
    ]);
  },

  async run({ json = false }) {
    const files = (await built()).map(({ file }) => file).filter((file) => STATION.test(file));
    const modules = files.map((file) => moduleRow(file));
    const example = readExample();
    const metered = meteredModule(new Uint8Array(readFileSync(join(ROOT, "build/station.wasm"))));
    const exchange = runExchange(metered, example);
    const deaths = new Deaths(metered, example);
    const chosen = deaths.chosen();
    const sweep = deaths.sweep(SWEEP_INSTRUCTIONS);

    if (json)
      print(`${JSON.stringify({ modules, exchange, deaths: chosen, sweep, next: NEXT.map(([line]) => line) })}\n`);
    else {
      heading("The station module");
      printTable(modules, false);
      heading(`One exchange: ${EXAMPLE_FILE} on build/station.wasm`);
      printExchange(exchange);
      heading("Deaths, and the lives after them; the noise source says the same in every life");
      printDeaths(chosen, sweep);
      heading("Next");
      for (const [line, effect] of NEXT) print(`  ${line.padEnd(28)}  ${effect}\n`);
    }
    const isRight =
      exchange.provisionedAsCommitted &&
      exchange.steps.every(({ asCommitted }) => asCommitted) &&
      chosen.every(({ asItMust }) => asItMust) &&
      sweep.boots === sweep.deaths &&
      sweep.freshSNonces === sweep.deaths;
    return isRight ? 0 : 1;
  },
} satisfies Verb<StartOptions>;

const STATION = /^build\/station.*\.wasm$/;

function moduleRow(file: string) {
  const facts = binaryFacts(new Uint8Array(readFileSync(join(ROOT, file))));
  return {
    module: file,
    octets: facts.size,
    "of memory": facts.heapBase ?? null,
    functions: facts.functions,
    imports: facts.imports.length,
    exports: facts.exports.length,
    "start function": facts.hasStart,
    table: facts.hasTable,
  };
}

function heading(text: string): void {
  print(`\n${coloursOf(process.stdout).bold(text)}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}
