/*
 * The YAML files in which shepherd (nes-lab/shepherd-tools) keeps its models: a list of entries
 *
 *     - datatype: VirtualSourceConfig
 *       parameters: {name: ..., inherit_from: ..., ...}
 *
 * An entry with inherit_from is the entry of that name with its own parameters put in place of the other's, each whole: a
 * part within a part is not merged. Names are the same in upper and lower case.
 */
import { LineCounter, parseDocument } from "yaml";
import { EnergyError } from "../error.ts";
import { isPart, type Part, shown } from "./fields.ts";

export type Datatype = "VirtualSourceConfig" | "VirtualStorageConfig";

/** A name stands in sentences. */
const NO_NAME = /[\p{Cc}\u2028\u2029]/u;

/** One entry by its name, its parents' parameters in it. */
export interface Entry {
  readonly name: string;
  readonly parameters: Part;
}

/**
 * The entries of one kind, in the order of the file.
 * @throws EnergyError, one sentence, for what is no such file: no YAML, no list, a name twice, a parent that is not
 * there or leads back.
 */
export function parseEntries(yaml: string, datatype: Datatype): Entry[] {
  const own = new Map<string, Part>();
  for (const [i, entry] of listOf(yaml).entries()) {
    const what = `entry ${i + 1}`;
    if (!isPart(entry) || typeof entry.datatype !== "string" || !isPart(entry.parameters)) {
      throw new EnergyError(`${what}: it is ${shown(entry)}, where a datatype and its parameters are needed`);
    }
    if (entry.datatype !== datatype) continue;
    const { name } = entry.parameters;
    if (typeof name !== "string" || name.trim() === "" || NO_NAME.test(name)) {
      throw new EnergyError(`${what}: its name is ${shown(name)}, where a text of one line is needed`);
    }
    if (own.has(keyOf(name))) throw new EnergyError(`${what}: there is another entry with the name ${shown(name)}`);
    own.set(keyOf(name), entry.parameters);
  }
  if (own.size === 0) throw new EnergyError(`there is no entry with datatype: ${datatype}`);
  return [...own.values()].map((parameters) => ({
    name: parameters.name as string,
    parameters: inherited(parameters, own),
  }));
}

/** The one of that name. @throws EnergyError for a name that none has. */
export function entryNamedIn<Named extends { readonly name: string }>(entries: readonly Named[], name: string): Named {
  const found = entries.find((entry) => keyOf(entry.name) === keyOf(name));
  if (found) return found;
  throw new EnergyError(`there is no entry ${shown(name)}; there are ${entries.map((entry) => entry.name).join(", ")}`);
}

function inherited(parameters: Part, all: ReadonlyMap<string, Part>): Part {
  const chain = [parameters];
  for (let at = parameters; at.inherit_from !== undefined && at.inherit_from !== null; ) {
    const { name, inherit_from } = at;
    const parent = typeof inherit_from === "string" ? all.get(keyOf(inherit_from)) : undefined;
    if (parent === undefined) {
      throw new EnergyError(`${name}: it inherits from ${shown(inherit_from)}, which is no entry of this file`);
    }
    if (chain.includes(parent))
      throw new EnergyError(`${name}: it inherits from ${shown(inherit_from)}, and so from itself`);
    chain.push(parent);
    at = parent;
  }
  return Object.assign({}, ...chain.reverse());
}

function keyOf(name: string): string {
  return name.trim().toLowerCase();
}

function listOf(yaml: string): readonly unknown[] {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw new EnergyError(`line ${line}: this is no YAML: ${firstLine(error.message)}`);
  }
  let value: unknown;
  try {
    value = document.toJS();
    // An alias that leads back to itself has no text.
    JSON.stringify(value);
  } catch (cause) {
    throw new EnergyError(`the YAML does not come out as plain values: ${firstLine((cause as Error).message)}`);
  }
  if (Array.isArray(value) && value.length > 0) return value;
  throw new EnergyError(`the file is ${shown(value)}, where a list of entries is needed`);
}

function firstLine(message: string): string {
  return message.split(/[\r\n]/)[0].slice(0, 80);
}
