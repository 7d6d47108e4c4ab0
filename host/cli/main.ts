import { Command, CommanderError } from "commander";
import { nearest } from "./nearest.ts";
import { coloursOf } from "./terminal.ts";
import { Failure, UsageError, type Verb } from "./verb.ts";
import { loadVerb, verbNames, verbSummary } from "./verbs.ts";
import { version } from "./version.ts";

const USAGE = 2;

/** Runs `ampcore` with these arguments; resolves to its exit code, with everything there is to say already said. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that closes the pipe early, like `head`, has seen enough: that is no error.
  // Who does not read what is said on stderr misses it; nothing else is lost.
  if (process.stderr.listenerCount("error") === 0) process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const [first, ...rest] = argv;
  try {
    if (first === "--version" || first === "-V") return print(`${version()}\n`);
    if (first === undefined) {
      process.stderr.write(overview(process.stderr));
      return USAGE;
    }
    if (first === "--help" || first === "-h" || (first === "help" && rest.length === 0))
      return print(overview(process.stdout));
    if (first === "help") return await runVerb(rest[0], ["--help"]);
    return await runVerb(first, rest);
  } catch (error) {
    return explain(error);
  }
}

async function runVerb(name: string, args: readonly string[]): Promise<number> {
  const names = verbNames();
  if (!names.includes(name)) throw new UsageError(unknownVerb(name, names));
  const verb = await loadVerb(name);
  const command = commandOf(name, verb);
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0; // --help, already printed
    throw new UsageError(`ampcore ${name}: ${sentence(error.message)}; see ampcore ${name} --help`);
  }
  try {
    return await verb.run(command.opts(), command.args);
  } catch (error) {
    if (error instanceof UsageError || error instanceof Failure) error.message = `ampcore ${name}: ${error.message}`;
    throw error;
  }
}

/** A command that throws its mistakes instead of printing them and ending the process. */
function commandOf(name: string, verb: Verb): Command {
  const command = new Command(`ampcore ${name}`).description(verb.summary).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  verb.configure(command);
  return command;
}

/** commander says "error: unknown option '--spaa'\n(Did you mean --spa?)": one sentence of that. */
function sentence(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\s*\(Did you mean (.*)\?\)\s*$/, " (did you mean $1?)")
    .replace(/\s*\n\s*/g, " ")
    .replace(/\.(?= |$)/g, ",")
    .replace(/,$/, "");
}

function unknownVerb(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  const meant = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `the verbs are ${names.join(", ")}`;
  return `ampcore: no verb ${JSON.stringify(name)}; ${meant}`;
}

function overview(stream: Parameters<typeof coloursOf>[0]): string {
  const names = verbNames();
  const width = Math.max(...names.map((name) => name.length));
  const { bold } = coloursOf(stream);
  return `ampcore ${version()}, the security of IEEE 802.11bp Ambient Power (AMP) stations

${bold("Usage:")} ampcore <verb> [options]

${bold("Verbs:")}
${names.map((name) => `  ${name.padEnd(width)}  ${verbSummary(name)}`).join("\n")}

${bold("Examples:")}
  # four stations near an RF energizer for a minute: readings, deaths, energy, broken rules
  ampcore run
  # the same on power that was measured
  ampcore run --trace mementos-rf/1.txt
  # a scenario of your own, every key explained
  ampcore scenario --example > mine.yaml
  # what is in a frame, and why it is refused
  ampcore decode 0c24c878
  # a device's first NVM image, the key from a file
  ampcore provision --spa 02:c0:ff:ee:00:01 --psk-file psk.hex --out nvm.bin
  # what a verb can do, with examples
  ampcore run --help

Exit codes: 0 all is well, 1 the run found something wrong, 2 the call is wrong.
`;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** Says what went wrong on stderr, and with which exit code that ends. */
function explain(error: unknown): number {
  const { red } = coloursOf(process.stderr);
  if (error instanceof UsageError || error instanceof Failure) {
    process.stderr.write(`${red(error.message)}\n`);
    return error instanceof UsageError ? USAGE : 1;
  }
  // A bug in ampcore itself: the stack helps whoever mends it, a library's minified line of 200 KB does not.
  const lines = String(error instanceof Error ? error.stack : error).split("\n");
  process.stderr.write(
    `${red("ampcore: this should not happen")}\n${lines.map((line) => line.slice(0, 300)).join("\n")}\n`,
  );
  return 1;
}
