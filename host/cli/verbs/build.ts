import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT, targetNamed } from "../../build/build.ts";
import { HEADER, STATIONS } from "../../build/targets.ts";
import { built } from "../built.ts";
import { writeWhole } from "../output.ts";
import { written } from "../run/userfile.ts";
import { printTable } from "../terminal.ts";
import { addExamples, type Verb } from "../verb.ts";

interface BuildOptions {
  readonly force?: boolean;
  readonly json?: boolean;
  readonly to?: string;
}

/** What a firmware engineer takes away. */
const FOR_FIRMWARE = [...STATIONS.map((name) => targetNamed(name).output), HEADER.output];

export default {
  summary: "make the station modules and the C header, if missing or stale",

  configure(command) {
    command
      .option("--force", "make everything again")
      .option("--to <folder>", "and put the station's modules and the header there, for a firmware")
      .option("--json", "print the table as JSON");
    addExamples(command, [
      ["", "what is missing or stale"],
      ["--force", "everything, whatever its state"],
      ["--to firmware", "station.wasm, station.small.wasm, station.roaming.wasm and station.h into that folder"],
      ["--json", "the table for a program"],
    ]);
  },

  async run({ force, json, to }) {
    const files = await built(force);
    if (to !== undefined) {
      written("--to", to, () => mkdirSync(to, { recursive: true }));
      for (const file of FOR_FIRMWARE) {
        writeWhole("--to", join(to, basename(file)), readFileSync(join(ROOT, file)));
      }
    }
    const rows = files.map(({ file, octets, made }) => ({
      file,
      octets,
      state: made ? "made" : "up to date",
    }));
    printTable(rows, json ?? false);
    return 0;
  },
} satisfies Verb<BuildOptions>;
