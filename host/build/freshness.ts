import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { replaceFile } from "./files.ts";
import { outputsOf, type Target } from "./targets.ts";

/** SHA-256 of files, by their names relative to the repository. */
export type Digests = Readonly<Record<string, string>>;

/**
 * What a module was made from and what came out, kept beside it as `<output>.json`: a module is fresh while all of it
 * still holds. Digests instead of times: a checkout, a copy or an edit during the build does not fool them.
 */
interface Receipt {
  /** The target's row, the build's own code and the compiler's versions. */
  readonly recipe: string;
  /** Every file that the compiler read, asconfig.json too. */
  readonly inputs: Digests;
  /** The module, and what was made with it. */
  readonly outputs: Digests;
}

/** Is the target's module there with all that belongs to it, untouched, and made from exactly these sources in exactly this way? */
export function isFresh(root: string, target: Target): boolean {
  const receipt = readReceipt(root, target);
  if (receipt?.recipe !== recipeOf(target)) return false;
  const files = { ...receipt.inputs, ...receipt.outputs };
  return Object.entries(files).every(([file, digest]) => digestOfFile(join(root, file)) === digest);
}

/** To be called once everything is in its place. */
export function writeReceipt(root: string, target: Target, inputs: Digests): void {
  const outputs = Object.fromEntries(outputsOf(target).map((file) => [file, digestOfFile(join(root, file)) ?? ""]));
  const receipt: Receipt = { recipe: recipeOf(target), inputs, outputs };
  replaceFile(receiptPath(root, target), `${JSON.stringify(receipt, null, 2)}\n`);
}

export function digest(octets: Uint8Array | string): string {
  return createHash("sha256").update(octets).digest("hex");
}

function readReceipt(root: string, target: Target): Receipt | undefined {
  try {
    return JSON.parse(readFileSync(receiptPath(root, target), "utf8"));
  } catch {
    return undefined; // never built, or half deleted: either way it is not fresh
  }
}

function receiptPath(root: string, target: Target): string {
  return join(root, `${target.output}.json`);
}

function recipeOf(target: Target): string {
  // Where nothing is built, in the package, there is no compiler to ask.
  tools ??= toolDigests();
  return digest(JSON.stringify([target, tools]));
}

let tools: ReturnType<typeof toolDigests> | undefined;

/** Another compiler, another optimiser or another way to run them makes another module from the same sources. */
function toolDigests(): (string | undefined)[] {
  const manifest = createRequire(import.meta.url).resolve("assemblyscript/package.json");
  const optimiser = createRequire(manifest).resolve("binaryen/package.json");
  return [manifest, optimiser, fileURLToPath(new URL("compile.ts", import.meta.url))].map(digestOfFile);
}

function digestOfFile(path: string): string | undefined {
  try {
    return digest(readFileSync(path));
  } catch {
    return undefined;
  }
}
