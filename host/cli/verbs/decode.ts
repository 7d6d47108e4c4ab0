import { nodeCrypto } from "../../crypto/node.ts";
import { Explainer } from "../../wire/explain/explain.ts";
import { explanationJson } from "../../wire/explain/json.ts";
import { EXAMPLE, EXAMPLE_FILE } from "../decode/example.ts";
import { KNOWN, KNOWN_NAMES, type KnownName, readKnown } from "../decode/known.ts";
import { printExplanation } from "../decode/show.ts";
import { octetsOf, readSources } from "../decode/sources.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

type DecodeOptions = Partial<Record<KnownName, string>> & {
  readonly file?: string;
  readonly keysFile?: string;
  readonly up?: boolean;
  readonly down?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
};

export default {
  summary: "explain AMP frames field by field, and say why one is refused",

  configure(command) {
    command
      .argument("[hex...]", "frames in hex; octets may be set apart by spaces, colons or hyphens")
      .option("--file <file>", "frames from a file, one a line, # for remarks; - is stdin (default without operands)")
      .option("--down", "all frames go to a device (default: by each frame's type, Data by its MIC)")
      .option("--up", "all frames go to an AP");
    for (const name of KNOWN_NAMES) command.option(`--${name} <hex>`, KNOWN[name].about);
    command
      .option("--keys-file <file>", `any of ${KNOWN_NAMES.join(", ")} from a JSON object of that file`)
      .option("--quiet", "one line a frame, no fields")
      .option("--json", "print everything as one JSON document");
    command.addHelpText(
      "after",
      `
A key on a command line can be read by every user of the machine while the command runs, and stays in the shell's
history: --pmk, --kck and --tk are for tests, --keys-file is for real keys. With keys, an M1 and a verified M2 among the
frames serve the frames after them. Exit code 1: a frame is refused by whom it is for.`,
    );
    const { m1, m2, m3, ack } = EXAMPLE;
    addExamples(command, [
      [m1, "a Trigger with Modifier"],
      [ack, "an Ack: octets that are set apart are still one frame"],
      [m3.replace(/f6$/, "f7"), "a Confirm that is refused, and why"],
      [`--keys-file ${EXAMPLE_FILE} ${m2} ${m3}`, "verified and decrypted with the keys of the worked exchange"],
      [`--quiet ${m1} ${m3}`, "one line a frame"],
      ["--file - <<< 0c24c878", "from stdin, or a file: one frame a line"],
    ]);
  },

  async run({ file, keysFile, up, down, quiet = false, json = false, ...given }, operands) {
    if (up && down) throw new UsageError("--up and --down exclude each other");
    const known = await readKnown(given, keysFile);
    const frames = (await readSources(file, operands)).map(({ where, digits }) => octetsOf(where, digits));
    const explainer = new Explainer(nodeCrypto, known, up ? "AP" : down ? "device" : undefined);
    const explanations = frames.map((frame) => explainer.explain(frame));
    if (json) process.stdout.write(`${JSON.stringify({ frames: explanations.map(explanationJson) }, null, 2)}\n`);
    else
      explanations.forEach((explanation, i) => {
        printExplanation(explanation, explanations.length > 1 ? `frame ${i + 1}: ` : "", quiet);
      });
    return explanations.every(({ verdicts }) => verdicts.some(({ taken }) => taken)) ? 0 : 1;
  },
} satisfies Verb<DecodeOptions>;
