import type { Command } from "commander";

/** 0: done, and all is well. 1: done, and the run found something wrong. 2, a mistake in the call, is a UsageError. */
export type ExitCode = 0 | 1;

/** What a file in host/cli/verbs exports as its default: one verb, called as the file is. */
export interface Verb<Options extends object = object> {
  /** One line for `ampcore --help`, which reads it from the file's text: a plain string on the line of its name. */
  readonly summary: string;
  /** Declares options, operands and examples on a command that already has its name and the summary. */
  configure(command: Command): void;
  /** Does it. Results go to stdout, progress and diagnostics to stderr. */
  run(options: Options, operands: readonly string[]): Promise<ExitCode>;
}

/** A mistake in the call. The message is one clear sentence: what, where, and what would be right. Exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The call was right and could not be fulfilled, for a reason that the message tells in full. Exit code 1. */
export class Failure extends Error {
  override name = "Failure";
}

/** Appends examples to a command's help: pairs of a command line, without `ampcore <verb>`, and what it does. */
export function addExamples(command: Command, examples: readonly (readonly [line: string, effect: string])[]): void {
  const lines = examples.flatMap(([line, effect]) => [`  # ${effect}`, `  ${command.name()} ${line}`.trimEnd()]);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
