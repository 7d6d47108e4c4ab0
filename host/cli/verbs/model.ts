import { availableParallelism } from "node:os";
import { FAULTS, FAULTS_SHORT, type Fault } from "../../model/faults.ts";
import { MODELS, type Model } from "../../model/models.ts";
import { PROPERTIES } from "../../model/properties.ts";
import { boundsText, type Hunt, huntRow, isWell, type Proof, proofRow, resultOf, told } from "../../model/report.ts";
import { checkFault, checkModel, MissingProgram } from "../../model/verifier.ts";
import { nearest } from "../nearest.ts";
import { coloursOf, printTable, progress } from "../terminal.ts";
import { addExamples, type ExitCode, Failure, UsageError, type Verb } from "../verb.ts";

interface ModelOptions {
  readonly short?: boolean;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly fault?: string;
}

export default {
  summary: "search the protocol's models, which have to hold and to find planted faults",

  configure(command) {
    command
      .argument("[model...]", `which ones: ${MODELS.map(({ name }) => name).join(", ")} (default: all)`)
      .option("--short", "smaller bounds, and one fault for each property: less than half a minute")
      .option("--fault <name>", "how a planted fault breaks the protocol, event by event")
      .option("--list", "the models, the planted faults and the properties; runs nothing")
      .option("--json", "as JSON");
    command.addHelpText(
      "after",
      "\nExit code 1: a model is violated or not searched to its end, or a planted fault is not found.",
    );
    addExamples(command, [
      ["", "all models in their full bounds, a few minutes"],
      ["--short", "the form that npm test runs"],
      ["update --short", "one model and its faults"],
      ["--fault drop-on-word", "the sequence of events that shows a fault"],
    ]);
  },

  async run({ short = false, json = false, list = false, fault }, operands) {
    if (list) {
      printList(json);
      return 0;
    }
    const models = chosen(operands);
    try {
      return fault === undefined ? await runAll(models, short, json) : await showFault(models, fault, json);
    } catch (error) {
      if (!(error instanceof MissingProgram)) throw error;
      throw new Failure(`there is no ${error.message} on this machine; npm run setup:system installs it`);
    }
  },
} satisfies Verb<ModelOptions>;

function chosen(names: readonly string[]): readonly Model[] {
  for (const name of names) {
    if (MODELS.some((model) => model.name === name)) continue;
    throw new UsageError(`no model ${JSON.stringify(name)}; there are ${MODELS.map((model) => model.name).join(", ")}`);
  }
  return names.length === 0 ? MODELS : MODELS.filter(({ name }) => names.includes(name));
}

async function runAll(models: readonly Model[], short: boolean, json: boolean): Promise<ExitCode> {
  const size = short ? "short" : "long";
  const cores = availableParallelism();
  // In full bounds one after another: a model may need all the memory that one process is given.
  const proofs = await inParallel(models, short ? cores : 1, async (model): Promise<Proof> => {
    const bounds = model[size];
    progress(`model ${model.name}: ${boundsText(bounds)}`);
    return { model, bounds, check: await checkModel(model, size) };
  });
  const planted = (short ? FAULTS_SHORT : FAULTS).filter((fault) => models.some(({ name }) => name === fault.model));
  progress(`${planted.length} planted faults and limits`);
  const hunts = await inParallel(planted, cores, hunt);

  if (json) process.stdout.write(`${JSON.stringify(resultOf(proofs, hunts), null, 2)}\n`);
  else printAll(proofs, hunts);
  return isWell(proofs, hunts) ? 0 : 1;
}

async function hunt(fault: Fault): Promise<Hunt> {
  const model = MODELS.find(({ name }) => name === fault.model) as Model;
  return { fault, check: await checkFault(model, fault) };
}

function printAll(proofs: readonly Proof[], hunts: readonly Hunt[]): void {
  const { bold, dim, red } = coloursOf(process.stdout);
  process.stdout.write(`${bold("Models")}\n`);
  printTable(proofs.map(proofRow), false);
  process.stdout.write(
    `${dim("Exhaustive within the bounds: every state is visited, none is known by a hash alone.")}\n\n`,
  );
  if (hunts.length > 0) {
    process.stdout.write(`${bold("Planted faults, and limits of what is claimed: each has to be found")}\n`);
    printTable(hunts.map(huntRow), false);
  }
  for (const { model, check } of proofs) {
    if (check.counterexample)
      process.stdout.write(`\n${red(`${model.name} is violated`)}\n${told(check.counterexample)}\n`);
    for (const line of check.unreached) process.stdout.write(`${red(`${model.name}: no path reaches ${line}`)}\n`);
  }
}

/** Several models may have a fault of that name planted in them. */
async function showFault(models: readonly Model[], name: string, json: boolean): Promise<ExitCode> {
  const planted = FAULTS.filter((fault) => fault.name === name && models.some((model) => model.name === fault.model));
  if (planted.length === 0) {
    const near = nearest(name, [...new Set(FAULTS.map((fault) => fault.name))]);
    const meant = near.length > 0 ? `did you mean ${near.join(" or ")}?` : "--list names them";
    throw new UsageError(`--fault ${JSON.stringify(name)} is not planted here; ${meant}`);
  }
  const hunts = await inParallel(planted, 1, hunt);
  if (json) process.stdout.write(`${JSON.stringify(resultOf([], hunts), null, 2)}\n`);
  else process.stdout.write(hunts.map(huntText).join("\n"));
  return isWell([], hunts) ? 0 : 1;
}

function huntText({ fault, check }: Hunt): string {
  const { bold } = coloursOf(process.stdout);
  const events = check.counterexample ? told(check.counterexample) : "NOT FOUND";
  return `${bold(`${fault.model}: ${fault.says}`)}\n${events}\n`;
}

/** Does `work` for all, `atOnce` at a time; results in the order of `items`. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of rest) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

function printList(json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ models: MODELS, faults: FAULTS, properties: PROPERTIES }, null, 2)}\n`);
    return;
  }
  const models = MODELS.map(({ name, shows, short, long }) => {
    return { model: name, shows, short: boundsText(short), long: boundsText(long) };
  });
  const faults = FAULTS.map(({ model, name, kind, breaks, says }) => ({ model, fault: name, kind, breaks, says }));
  const properties = Object.entries(PROPERTIES).map(([property, says]) => ({ property, says }));
  for (const rows of [models, faults, properties]) {
    printTable(rows, false);
    process.stdout.write("\n");
  }
}
