import { readdirSync, readFileSync } from "node:fs";
import { importable, sourceFile } from "../build/typescript.mjs";
import type { Verb } from "./verb.ts";

/** Every verb is a file here, and every file here is a verb: there is no list of them. */
const FOLDER = new URL("verbs/", import.meta.url);

/** The names of all verbs, in alphabetical order. */
export function verbNames(): string[] {
  return readdirSync(FOLDER)
    .flatMap((file) => /^(\w+)\.[jt]s$/.exec(file)?.[1] ?? [])
    .sort();
}

/** The verb's own one line, out of its file's text: to list twenty verbs none of them has to be loaded. */
export function verbSummary(name: string): string {
  return /^ +summary: "(.*)",$/m.exec(readFileSync(sourceFile(verbFile(name)), "utf8"))?.[1] ?? "";
}

/** Loads one verb and no other; `name` is one of verbNames(). */
export async function loadVerb(name: string): Promise<Verb> {
  return (await import(importable(verbFile(name)).href)).default;
}

function verbFile(name: string): URL {
  return new URL(`${name}.ts`, FOLDER);
}
