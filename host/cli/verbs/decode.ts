import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { nodeCrypto } from "../../crypto/node.ts";
import { STATUS } from "../../device/abi.ts";
import { type Checked, checkDownlink, checkUplink } from "../../wire/check.ts";
import type { Known } from "../../wire/explain/exchange.ts";
import { Explainer, type Explanation, type Verdict } from "../../wire/explain/explain.ts";
import { TITLES } from "../../wire/explain/header.ts";
import { DIRECTIONS, explanationJson } from "../../wire/explain/json.ts";
import { octetCount, type Row } from "../../wire/explain/row.ts";
import { whyRefused } from "../../wire/explain/why.ts";
import type { Frame } from "../../wire/frame.ts";
import { HexError, parseHex } from "../../wire/hex.ts";
import { toHex } from "../../wire/octets.ts";
import { GROUP_BIT } from "../../wire/trigger.ts";
import { reasonOf } from "../provision/files.ts";
import { coloursOf, printTable } from "../terminal.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

/** What can be known beforehand, by its option and by its name in a keys file: lengths in octets, 0 is a frame. */
const KNOWN = {
  pmk: { octets: 32, about: "the PMK: with it M1 and M2 give KCK and TK" },
  kck: { octets: 16, about: "the session's KCK itself, for frames in clear" },
  tk: { octets: 16, about: "the session's TK itself, for encrypted frames" },
  aa: { octets: 6, about: "the AP's address; an M1 tells it" },
  spa: { octets: 6, about: "the device's address" },
  m1: { octets: 0, about: "the M1 of the session, if it is not among the frames" },
  m2: { octets: 0, about: "the M2 of the session, if it is not among the frames" },
} as const;

type KnownName = keyof typeof KNOWN;
const KNOWN_NAMES = Object.keys(KNOWN) as KnownName[];

type DecodeOptions = Partial<Record<KnownName, string>> & {
  readonly file?: string;
  readonly keysFile?: string;
  readonly up?: boolean;
  readonly down?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
};

/** A frame, and where its digits stand. */
interface Source {
  readonly where: string;
  readonly digits: string;
}

const STDIN = "-";
const EXAMPLE = "tests/vectors/amp/example.json";

/** The encrypted exchange of that file, and an Ack to its device. */
const M1 = "0824c8a604074001ff0000020000000001404142434445464748494a4b4c4d4e4fa0a1a2a3a4a5a6a74c4544bd60";
const M2 = "1924c86604007c98c5822e7d36ece13c5f8e50836b99a1bc9754f7f176080cb719885e8234c57040e4707f8ff2b5";
const M3 = "1a24c84b0400014a279a0105dcc131251112f6";
const ACK = "0c 24 c8 78";

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
    addExamples(command, [
      [M1, "a Trigger with Modifier"],
      [ACK, "an Ack: octets that are set apart are still one frame"],
      [M3.replace(/f6$/, "f7"), "a Confirm that is refused, and why"],
      [`--keys-file ${EXAMPLE} ${M2} ${M3}`, "verified and decrypted with the keys of the worked exchange"],
      [`--quiet ${M1} ${M3}`, "one line a frame"],
      ["--file - <<< 0c24c878", "from stdin, or a file: one frame a line"],
    ]);
  },

  async run({ file, keysFile, up, down, quiet = false, json = false, ...given }, operands) {
    if (up && down) throw new UsageError("--up and --down exclude each other");
    const known = await readKnown(given, keysFile);
    const frames = (await readSources(file, operands)).map(({ where, digits }) => octetsOf(where, digits));
    const explainer = new Explainer(nodeCrypto, known, up ? "AP" : down ? "device" : undefined);
    const explanations = frames.map((frame) => explainer.explain(frame));
    if (json) print(`${JSON.stringify({ frames: explanations.map(explanationJson) }, null, 2)}\n`);
    else
      explanations.forEach((explanation, i) => {
        printExplanation(explanation, explanations.length > 1 ? `frame ${i + 1}: ` : "", quiet);
      });
    return explanations.every(({ verdicts }) => verdicts.some(({ taken }) => taken)) ? 0 : 1;
  },
} satisfies Verb<DecodeOptions>;

/** Frames from the operands, else from the file, else from stdin. */
async function readSources(file: string | undefined, operands: readonly string[]): Promise<Source[]> {
  if (operands.length > 0) {
    if (file !== undefined) throw new UsageError("--file and frames on the command line exclude each other");
    // A frame pasted octet by octet: none has one octet only, so nothing else can be meant.
    const isOneFrame = operands.every((operand) => /^[0-9a-f]{2}$/i.test(operand));
    const texts = isOneFrame ? [operands.join("")] : operands;
    return texts.map((digits, i) => ({ where: texts.length > 1 ? `frame ${i + 1}` : "the frame", digits }));
  }
  const isStdin = file === undefined || file === STDIN;
  const lines = isStdin && process.stdin.isTTY && file === undefined ? "" : await readText("--file", file ?? STDIN);
  const sources = lines
    .split("\n")
    .map((line, i) => ({ where: `line ${i + 1} of ${isStdin ? "stdin" : file}`, digits: line.replace(/#.*/, "") }))
    .filter(({ digits }) => digits.trim() !== "");
  if (sources.length > 0) return sources;
  throw new UsageError(
    `no frame ${isStdin ? "on the command line or stdin" : `in ${file}`}: give one in hex, like ${M3}`,
  );
}

async function readText(option: string, file: string): Promise<string> {
  if (file === STDIN) return await text(process.stdin);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option} ${file} cannot be read: ${reasonOf(error)}`);
  }
}

/** No message of this repeats a digit: they may be a key's. */
function octetsOf(where: string, digits: string): Uint8Array {
  try {
    return parseHex(digits);
  } catch (error) {
    if (error instanceof HexError) throw new UsageError(`${where} is not in hex: ${error.message}`);
    throw error;
  }
}

/** What the options say, and besides them what the keys file says. */
async function readKnown(options: Partial<Record<KnownName, string>>, keysFile: string | undefined): Promise<Known> {
  const known: { -readonly [Name in keyof Known]: Known[Name] } = {};
  const read = (name: KnownName, where: string, digits: string): void => {
    const octets = octetsOf(where, digits);
    const wanted = KNOWN[name].octets;
    if (name === "m1") known.m1 = frameOf(where, octets, "Trigger", checkDownlink(octets));
    else if (name === "m2") known.m2 = frameOf(where, octets, "Response", checkUplink(octets));
    else if (octets.length !== wanted) {
      throw new UsageError(`${where} has ${octets.length} octets, where ${wanted} are expected`);
    } else if ((name === "aa" || name === "spa") && octets[0] & GROUP_BIT) {
      throw new UsageError(`${where} is a group address: neither a device nor an AP has one`);
    } else known[name] = octets;
  };
  const fromFile = keysFile === undefined ? {} : await readKeysFile(keysFile);
  for (const name of KNOWN_NAMES) {
    const [option, filed] = [options[name], fromFile[name]];
    if (option !== undefined) read(name, `--${name}`, option);
    else if (filed !== undefined) read(name, `${name} in --keys-file ${keysFile}`, filed);
  }
  return known;
}

/** A JSON object; what else it holds is not looked at, so the worked exchange is one too. */
async function readKeysFile(file: string): Promise<Partial<Record<KnownName, string>>> {
  const content = parseObject(await readText("--keys-file", file));
  if (content === undefined) throw new UsageError(`--keys-file ${file} holds no JSON object`);
  const entries = KNOWN_NAMES.filter((name) => name in content).map((name) => [name, content[name]] as const);
  if (entries.length === 0) throw new UsageError(`--keys-file ${file} holds none of ${KNOWN_NAMES.join(", ")}`);
  for (const [name, value] of entries) {
    if (typeof value !== "string") throw new UsageError(`${name} in --keys-file ${file} is no string of hex digits`);
  }
  return Object.fromEntries(entries);
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // its own message would repeat what it read
  }
}

function frameOf<Type extends Frame["type"]>(
  where: string,
  octets: Uint8Array,
  type: Type,
  { refusal, frame }: Checked<Frame>,
): Extract<Frame, { type: Type }> {
  if (frame?.type === type) return frame as Extract<Frame, { type: Type }>;
  const side = type === "Trigger" ? "device" : "AP";
  const why = refusal ? `${refusal.status}: ${whyRefused(refusal, octets, { side })}` : `its type is ${frame?.type}`;
  throw new UsageError(`${where} is no ${TITLES[type]}, ${why}`);
}

function printExplanation(
  { octets, type, verdicts, rows, opening, payloadRows }: Explanation,
  which: string,
  brief: boolean,
) {
  const { bold } = coloursOf(process.stdout);
  const title = type ? TITLES[type] : "no type of frame";
  const direction = verdicts.length === 1 ? `, ${DIRECTIONS[verdicts[0].by]}` : "";
  const heading = `${which}${title}${direction}, ${octetCount(octets.length)}`;
  if (brief) {
    print(`${heading}: ${verdicts.map(verdictText).join("; ")}\n`);
    return;
  }
  print(`${bold(heading)}\n\n`);
  printTable(rows.map(tableRow), false);
  print("\n");
  if (opening) {
    print(`nonce  ${toHex(opening.nonce)}  as sent by the ${opening.sender}\nAAD    ${toHex(opening.aad)}\n\n`);
  }
  if (payloadRows.length > 0) {
    print("payload:\n");
    printTable(payloadRows.map(tableRow), false);
    print("\n");
  }
  print(`${verdicts.map(verdictText).join("\n")}\n\n`);
}

function verdictText({ by, taken, status, check, why }: Verdict): string {
  const { green, red } = coloursOf(process.stdout);
  const side = by === "device" ? "a device" : "an AP";
  if (taken || status === undefined) return `${side} ${green("takes it")}: ${why}`;
  // The number is what amp_receive answers; an AP counts by the name.
  const number = by === "device" ? ` (${STATUS[status]})` : "";
  return `${side} ${red("refuses it")}: ${status}${number}, by the check of ${check}: ${why}`;
}

const OCTETS_A_LINE = 8;
/** As many lines of octets as the longest field of a good frame takes; --json has all of a longer one. */
const LINES_MAX = 8;

function tableRow({ offset, octets, of, bits, field, value, meaning }: Row) {
  return {
    offset: bits === undefined ? `${offset}`.padStart("offset".length) : "",
    octets: bits ?? wrapped(octets),
    field: of === undefined ? field : `  ${field}`,
    value,
    meaning,
  };
}

function wrapped(octets: Uint8Array): string {
  const starts = Array.from({ length: Math.ceil(octets.length / OCTETS_A_LINE) }, (_, i) => i * OCTETS_A_LINE);
  const lines = starts.slice(0, LINES_MAX).map((start) => toHex(octets.subarray(start, start + OCTETS_A_LINE)));
  return [...lines, ...(starts.length > LINES_MAX ? ["..."] : [])].join("\n");
}

function print(text: string): void {
  process.stdout.write(text);
}
