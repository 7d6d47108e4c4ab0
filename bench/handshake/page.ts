/**
 * Fills the table of fields in docs/HANDSHAKE.md from the schema.
 *   npx tsx bench/handshake/page.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { markdownTable } from "../../host/bench/markdown.ts";
import { ROOT } from "../../host/build/build.ts";
import { RESULT } from "./schema.ts";

export const PAGE = join(ROOT, "docs/HANDSHAKE.md");
const REGION = /(<!-- made fields -->\n)[\s\S]*?(<!-- end -->)/;

/** What is read here of a JSON Schema. */
interface Node {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly string[];
}

/** The page with its region filled. @throws Error when it has none. */
export function withFields(page: string): string {
  if (!REGION.test(page)) throw new Error("docs/HANDSHAKE.md has no region for the fields");
  return page.replace(REGION, (_, from: string, end: string) => `${from}\n${fieldsTable()}\n\n${end}`);
}

/** One row a field, in the order of the file; `[]` stands for each entry of a list. */
function fieldsTable(): string {
  const schema = z.toJSONSchema(RESULT) as Node;
  return markdownTable({ id: "fields", title: "", rows: rowsOf(schema, "") });
}

function rowsOf({ properties = {} }: Node, prefix: string): { field: string; type: string; meaning: string }[] {
  return Object.entries(properties).flatMap(([key, node]) => {
    const { list, inner, type } = unwrapped(node);
    const field = `${prefix}${key}${list ? "[]" : ""}`;
    const row = { field: `\`${field}\``, type, meaning: node.description ?? inner.description ?? "" };
    return [row, ...rowsOf(inner, `${field}.`)];
  });
}

/** What stands behind a list or a null. */
function unwrapped(node: Node): { list: boolean; inner: Node; type: string } {
  const some = node.anyOf?.find(({ type }) => type !== "null") ?? node;
  const list = some.type === "array";
  const inner = (list && some.items) || some;
  const isMap = typeof inner.additionalProperties === "object";
  const name = inner.enum ? "one word" : isMap ? "number by name" : [inner.type ?? ""].flat().join(" or ");
  return { list, inner, type: `${list ? `list of ${name}` : name}${node.anyOf ? " or null" : ""}` };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(PAGE, withFields(readFileSync(PAGE, "utf8")));
}
