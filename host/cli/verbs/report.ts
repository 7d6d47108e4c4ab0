import { readFileSync } from "node:fs";
import { readResult } from "../../report/read.ts";
import { tellReport, writeReport } from "../report/write.ts";
import { readUserFile } from "../run/userfile.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface ReportOptions {
  readonly out: string;
}

export default {
  summary: "make a page to look at out of a result",

  configure(command) {
    command
      .argument("<result>", "what ampcore run --json wrote, - for stdin")
      .option("--out <file>", "where the page goes", "report.html");
    command.addHelpText(
      "after",
      `
One HTML file that needs nothing else and loads nothing: voltages over time with lives, frames and deaths, close-ups of
an exchange and of deaths, energy by phase and by function, lives, refusals, rules, and every number behind them with its
source. The result itself is in it. ampcore run --report makes the same page without a file between.`,
    );
    addExamples(command, [
      ["result.json", "report.html"],
      ["result.json --out office.html", "under another name"],
      ["- < result.json", "out of a pipe"],
    ]);
  },

  async run({ out }, [file]) {
    const text =
      file === "-"
        ? readFileSync(0, "utf8")
        : readUserFile("the result", file, "what ampcore run --json wrote").toString("utf8");
    try {
      await writeReport(readResult(text), out, "--out");
      tellReport(out);
    } catch (error) {
      if (!(error instanceof Error) || !["ReportError", "TypeError", "RangeError"].includes(error.name)) throw error;
      const why = error.name === "ReportError" ? error.message : `it is no whole result (${error.message})`;
      throw new UsageError(`${file}: ${why}`);
    }
    return 0;
  },
} satisfies Verb<ReportOptions>;
