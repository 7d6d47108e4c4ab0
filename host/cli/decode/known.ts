/*
 * What is known of a session before its frames are decoded: keys, addresses, an M1, an M2, from options and a keys file.
 */
import { type Checked, checkDownlink, checkUplink } from "../../wire/check.ts";
import type { Known } from "../../wire/explain/exchange.ts";
import { TITLES } from "../../wire/explain/header.ts";
import { whyRefused } from "../../wire/explain/why.ts";
import type { Frame } from "../../wire/frame.ts";
import { GROUP_BIT } from "../../wire/trigger.ts";
import { UsageError } from "../verb.ts";
import { octetsOf, readText } from "./sources.ts";

/** What can be known beforehand, by its option and by its name in a keys file: lengths in octets, 0 is a frame. */
export const KNOWN = {
  pmk: { octets: 32, about: "the PMK: with it M1 and M2 give KCK and TK" },
  kck: { octets: 16, about: "the session's KCK itself, for frames in clear" },
  tk: { octets: 16, about: "the session's TK itself, for encrypted frames" },
  aa: { octets: 6, about: "the AP's address; an M1 tells it" },
  spa: { octets: 6, about: "the device's address" },
  m1: { octets: 0, about: "the M1 of the session, if it is not among the frames" },
  m2: { octets: 0, about: "the M2 of the session, if it is not among the frames" },
} as const;

export type KnownName = keyof typeof KNOWN;
export const KNOWN_NAMES = Object.keys(KNOWN) as KnownName[];

/** What the options say, and besides them what the keys file says. */
export async function readKnown(
  options: Partial<Record<KnownName, string>>,
  keysFile: string | undefined,
): Promise<Known> {
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
