import { basename } from "node:path";
import { writePlay } from "../../play/folder.node.ts";
import { servePlay } from "../../play/server.node.ts";
import { fragmentOf } from "../../play/worker/link.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { built } from "../built.ts";
import { wholeFrom } from "../daemon/numbers.ts";
import { builtInNames, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface PlayOptions extends Pick<ScenarioOptions, "seed" | "duration" | "stations" | "set"> {
  readonly port?: string;
  readonly out?: string;
}

const PORT = 8311;

export default {
  summary: "watch a run in the browser: voltage, deaths, frames, keys; step by instruction",

  configure(command) {
    command
      .argument("[scenario]", `what the page opens with: ${builtInNames().join(", ")}, or a YAML file`, "default")
      .option("--port <number>", `on 127.0.0.1; 0: any that is free (default: ${PORT})`)
      .option("--out <folder>", "write the page into a folder, and serve nothing")
      .option("--duration <seconds>", "of virtual time")
      .option("--stations <count>", "how many")
      .option("--seed <number>", "another run of the same scenario")
      .option("--set <key=value...>", "any other value of the scenario, like ap.slots=8");
    command.addHelpText(
      "after",
      `
The page is one file with the simulator, the station modules and the built-in scenarios in it; it loads nothing and sends
nothing. What --out writes runs from any static host, and from the disk without one. The same scenario and seed come to the
same result there as from ampcore run --json. Ctrl-C ends the server. See docs/PLAY.md.`,
    );
    addExamples(command, [
      ["", "serve the page, and say where"],
      ["hostile --seed 7", "the address opens that very run"],
      ["--out play", "play/index.html: open it, or put it on a static host"],
    ]);
  },

  async run({ port, out, ...options }, [wish = "default"]) {
    if (port !== undefined && out !== undefined) throw new UsageError("--port and --out exclude each other");
    const fragment = fragmentOf({ scenario: carried(scenarioFor(wish, options)) });
    const suffix = fragment === "" ? "" : `#${fragment}`;
    if (out === "-") throw new UsageError("--out - is stdout, where a folder is expected");
    await built();
    if (out !== undefined) {
      const { file, octets } = await writing(out);
      process.stderr.write(
        `${file}: ${Math.round(octets / 1000)} kB, to be opened in a browser or put on any static host\n`,
      );
      if (suffix !== "") process.stdout.write(`${file}${suffix}\n`);
      return 0;
    }
    const serving = await listening(port === undefined ? PORT : wholeFrom("--port", port, [0, 65_535]));
    process.stdout.write(`${serving.url}${suffix}\n`);
    process.stderr.write("Ctrl-C ends it.\n");
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await serving.close();
    return 0;
  },
} satisfies Verb<PlayOptions>;

/** Paths are this machine's own: an address has names of files alone. */
function carried(scenario: Scenario): Scenario {
  const { harvest } = scenario;
  return { ...scenario, harvest: { ...harvest, trace: { ...harvest.trace, file: basename(harvest.trace.file) } } };
}

/** @throws UsageError for a folder that cannot be written. */
async function writing(out: string): ReturnType<typeof writePlay> {
  try {
    return await writePlay(out);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`--out ${out} cannot be written (${code}), where a folder of yours is expected`);
  }
}

/** @throws UsageError for a port that cannot be had. */
async function listening(port: number): ReturnType<typeof servePlay> {
  try {
    return await servePlay(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const why = code === "EACCES" ? "may not be used by you" : "is in use";
    throw new UsageError(`--port ${port} ${why}, where one that is free is expected, or 0 for any`);
  }
}
