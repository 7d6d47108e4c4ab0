/**
 * Many calls of the command line in one process of their own: a start of Node for each would take most of their time.
 * As a program: argv[2] is a list of calls as JSON, stdout a list of what became of them.
 */
import { fileURLToPath } from "node:url";
import { main } from "../../host/cli/main.ts";
import { script } from "../cli/ampcore.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const HERE = fileURLToPath(import.meta.url);

/** `ampcore` with each of these lists of arguments, one after the other. @throws Error when a call ends the process. */
export async function calls(...all: readonly (readonly string[])[]): Promise<Outcome[]> {
  const { stdout, stderr } = await script(HERE, JSON.stringify(all));
  const outcomes: Outcome[] = stdout === "" ? [] : JSON.parse(stdout);
  if (outcomes.length !== all.length) throw new Error(`${outcomes.length} of ${all.length} calls came back: ${stderr}`);
  return outcomes;
}

/** One call, with what it writes kept from the streams of this process. */
async function call(args: readonly string[]): Promise<Outcome> {
  const output = { stdout: "", stderr: "" };
  const streams = ["stdout", "stderr"] as const;
  const writes = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = ((chunk: string | Uint8Array) => {
      output[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    const code = await main(args);
    // Node tells its warnings when the call is over.
    await new Promise(setImmediate);
    return { code, ...output };
  } finally {
    for (const [i, name] of streams.entries()) process[name].write = writes[i];
  }
}

if (process.argv[1] === HERE) {
  // Each call listens for a reader of stdout that leaves early.
  process.stdout.setMaxListeners(0);
  const outcomes: Outcome[] = [];
  for (const args of JSON.parse(process.argv[2]) as string[][]) outcomes.push(await call(args));
  process.stdout.write(JSON.stringify(outcomes));
}
