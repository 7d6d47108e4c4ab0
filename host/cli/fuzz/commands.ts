/*
 * The command line as a target: any words. Exit code 0, 1 or 2; with 2 one line on stderr and nothing on stdout; never
 * "this should not happen". Verbs that work for long get an option that they do not have: only their parsing is tried.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OctetTarget, octetsOfTexts, type Probe } from "../../fuzz/octettarget.ts";
import type { Finding } from "../../fuzz/target.ts";
import { verbNames } from "../verbs.ts";
import { captured, type Run } from "./captured.ts";

/** These read their arguments and are done; what they write stays in the folder. */
const QUICK: readonly string[] = ["decode", "provision", "scenario"];
const NO_OPTION = "--no-such-option";
const ARGS_MAX = 12;
const TEXT_MAX_octets = 600;
const FILE = "some.txt";

const SEEDS = [
  "--help",
  "--version",
  "help\ndecode",
  "nothing",
  "decode\n0c24c878",
  "decode\n--json\n0c24c878\n0c24c8",
  "decode\n--quiet\n--down\n0824c8",
  `decode\n--file\n${FILE}`,
  "provision\n--spa\n02:c0:ff:ee:00:01\n--psk\n00\n--out\nx",
  `provision\n--show\n${FILE}`,
  `provision\n--spa\n02:c0:ff:ee:00:01\n--psk\n${"0f".repeat(32)}\n--out\ny\n--force`,
  "scenario\n--json",
  "scenario\ndefault",
  `scenario\n${FILE}`,
];
const WORDS = [
  ...[
    "\n",
    "\n--",
    "\n--json",
    "\n--quiet",
    "\n--file",
    "\n--spa",
    "\n--psk",
    "\n--psk-file",
    "\n--out",
    "\n--show",
    "\n--force",
  ],
  ...[
    "\n--counter",
    "\n--class",
    "\n--up",
    "\n--down",
    "\n--pmk",
    "\n--keys-file",
    "\n--help",
    "\n--example",
    "\n--profiles",
    "=",
    "0x",
    "-1",
  ],
  ...["1e99", "99999999999999999999", ":", "backscatter", FILE, "\u0000", "\u00e9", "é\n"],
];

/** Call `close` when it is done with: it has a folder of its own. */
export function cliTarget(): { readonly target: OctetTarget; readonly close: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-fuzz-cli-"));
  writeFileSync(join(folder, FILE), "0c24c878\n");
  const decoder = new TextDecoder();
  const target = new OctetTarget({
    name: "cli",
    seeds: octetsOfTexts(SEEDS),
    words: octetsOfTexts([...WORDS, ...verbNames().map((name) => `${name}\n`)]),
    max: TEXT_MAX_octets,
    isText: true,
    probe: (octets) => probeOf(argsOf(decoder.decode(octets)), folder),
  });
  return { target, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** One argument a line. No path leads out of the folder, and no argument is "-", which is stdin and stdout. */
function argsOf(text: string): string[] {
  const args = text
    .split("\n")
    .slice(0, ARGS_MAX)
    .map((arg) => arg.replaceAll(/[/\\]|\.\.|~/g, "_"));
  const isSlow = verbNames().includes(args[0]) && !QUICK.includes(args[0]);
  return isSlow ? [args[0], NO_OPTION, ...args.slice(1)] : args;
}

async function probeOf(args: readonly string[], folder: string): Promise<Probe> {
  try {
    const run = await captured(args, folder);
    const first = run.stderr.split("\n")[0].replaceAll(/".*"|\S*[^\x20-\x7e]\S*/g, "...");
    return { kind: `${run.code} ${first.slice(0, 80)} ${run.stdout.length > 0}`, finding: judged(run) };
  } catch (error) {
    const message = `it threw ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "thrown", finding: { rule: "exception", message } };
  }
}

function judged({ code, stdout, stderr }: Run): Finding | undefined {
  const wrong = (rule: string, message: string): Finding => ({ rule, message });
  if (![0, 1, 2].includes(code)) return wrong("exit code", `it ended with exit code ${code}`);
  if (stderr.includes("this should not happen")) return wrong("exception", stderr.split("\n").slice(0, 3).join(" "));
  // Without any argument the overview goes to stderr.
  if (code !== 2 || stderr.includes("Usage:")) return undefined;
  const lines = stderr.split("\n");
  if (lines.length !== 2 || lines[1] !== "" || lines[0] === "") {
    return wrong("one line", `exit code 2, and stderr has ${JSON.stringify(stderr.slice(0, 300))}`);
  }
  return stdout === "" ? undefined : wrong("stdout", "exit code 2, and something was printed to stdout");
}
