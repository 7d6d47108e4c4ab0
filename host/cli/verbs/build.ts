import { built } from "../built.ts";
import { printTable } from "../terminal.ts";
import { addExamples, type Verb } from "../verb.ts";

interface BuildOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

export default {
  summary: "make the station modules and the C header, if missing or stale",

  configure(command) {
    command.option("--force", "make everything again").option("--json", "print the table as JSON");
    addExamples(command, [
      ["", "what is missing or stale"],
      ["--force", "everything, whatever its state"],
      ["--json", "the table for a program"],
    ]);
  },

  async run({ force, json }) {
    const rows = (await built(force)).map(({ file, octets, made }) => ({
      file,
      octets,
      state: made ? "made" : "up to date",
    }));
    printTable(rows, json ?? false);
    return 0;
  },
} satisfies Verb<BuildOptions>;
