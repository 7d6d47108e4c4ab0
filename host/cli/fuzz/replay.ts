/* Runs the input of a reproducer again, and says whether it still breaks a property. */
import { inputOf, type Reproducer, ReproducerError, readReproducer } from "../../fuzz/reproducer.ts";
import { coloursOf } from "../terminal.ts";
import { type ExitCode, UsageError } from "../verb.ts";
import { fileOf } from "./options.ts";
import { openTarget, targetName } from "./targets.ts";

interface ReplayOptions {
  readonly build: string;
  readonly module?: Uint8Array<ArrayBuffer>;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** 1: it does. @throws UsageError */
export async function replay(file: string, { build, module, json, quiet }: ReplayOptions): Promise<ExitCode> {
  const reproducer = readFile(file);
  const { target, close } = await openTarget(targetName(reproducer.target), build, module);
  try {
    const input = inputOf(target, reproducer);
    const { finding, calls, cost } = await target.run(input);
    const steps = target.describe(input);
    const { green, red } = coloursOf(process.stdout);
    if (json)
      process.stdout.write(`${JSON.stringify({ target: target.name, finding, calls, cost, steps }, null, 2)}\n`);
    else if (!quiet) {
      const verdict = finding ? red(`${finding.rule}: ${finding.message}`) : green("it breaks no property");
      process.stdout.write(`${steps.map((line) => `${line}\n`).join("")}${verdict}\n`);
    }
    return finding ? 1 : 0;
  } finally {
    close();
  }
}

function readFile(file: string): Reproducer {
  try {
    return readReproducer(new TextDecoder().decode(fileOf("--replay", file)));
  } catch (error) {
    if (error instanceof ReproducerError) throw new UsageError(`--replay ${file}: ${error.message}`);
    throw error;
  }
}
