/** tshark with the dissector of AMP frames: a capture as rows of fields. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const DISSECTOR = fileURLToPath(new URL("../../tools/wireshark/amp.lua", import.meta.url));

/** What tshark prints on stderr when root runs it. */
const AS_ROOT = /^Running as user "root" and group "root"\. This could be dangerous\.\s*$/gm;

export interface Dissected<Field extends string> {
  /** A row for each packet: the values of each field, in the order in which they stand in the tree. */
  readonly rows: readonly Readonly<Record<Field, readonly string[]>>[];
  readonly code: number | null;
  /** All but the warning to root. */
  readonly stderr: string;
}

/** With a read filter the first of two passes has a tree, and so knows of channels. */
const TWO_PASSES = ["-2", "-R", "frame"];

interface DissectOptions {
  /** In place of the dissector. */
  readonly script?: string;
  /** Its preference. */
  readonly keys?: string;
  readonly passes?: readonly string[];
}

/** A capture read in two passes unless something else is asked for: so links lead forward, too. */
export async function dissect<Field extends string>(
  file: string,
  fields: readonly Field[],
  { script = DISSECTOR, keys, passes = TWO_PASSES }: DissectOptions = {},
): Promise<Dissected<Field>> {
  const columns = fields.flatMap((field) => ["-e", field]);
  const separators = ["-E", "separator=|", "-E", "aggregator=;", "-E", "occurrence=a"];
  const preferences = keys === undefined ? [] : ["-o", `ampbp.keys:${keys}`];
  const args = [...passes, "-r", file, ...preferences, "-T", "fields", ...separators, ...columns];
  const { code, stdout, stderr } = await tshark(script, args);
  const lines = stdout.split("\n").slice(0, -1);
  const rows = lines.map((line) => {
    const values = line.split("|");
    const entries = fields.map((field, i) => [field, values[i] ? values[i].split(";") : []]);
    return Object.fromEntries(entries) as Record<Field, string[]>;
  });
  return { rows, code, stderr };
}

/** tshark with that script, to its end. */
function tshark(
  script: string,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("tshark", ["-X", `lua_script:${script}`, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (chunk: string) => {
        output[name] += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: output.stdout, stderr: output.stderr.replaceAll(AS_ROOT, "").trim() }),
    );
  });
}
