/** The titles of a file of tests, and what of the project the file is about, out of its syntax: comments are no tests. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { ROOT } from "../../host/build/build.ts";

export interface Titled {
  /** Of tests that may run; of one that is put together when it runs, what is written of it. */
  readonly titles: readonly string[];
  /** Folders of host and assembly that it imports from, each once. */
  readonly imports: readonly string[];
}

const MAKERS = ["test", "it", "describe"];
/** What tests of anything use. */
const TOOLS = ["host/build", "host/crypto", "host/data", "host/text"];

export function titledIn(file: string): Titled {
  return titledOf(readFileSync(file, "utf8"), file);
}

/** `file`: where the text stands, for what it imports. */
export function titledOf(text: string, file: string): Titled {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const titles: string[] = [];
  const imports = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && MAKERS.includes(node.expression.text)) {
      const [title, ...more] = node.arguments;
      if (title && isText(title) && !more.some(isOff)) titles.push(textOf(title));
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const place = placeOf(node.moduleSpecifier.text, file);
      if (place) imports.add(place);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { titles, imports: [...imports] };
}

function isText(node: ts.Expression): node is ts.StringLiteralLike | ts.TemplateExpression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function textOf(node: ts.StringLiteralLike | ts.TemplateExpression): string {
  if (!ts.isTemplateExpression(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => `...${literal.text}`).join("");
}

/** Options that switch a test off for good: { skip: true }, { todo: "later" }. A condition is none. */
function isOff(node: ts.Expression): boolean {
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.some((property) => {
    if (!ts.isPropertyAssignment(property) || !["skip", "todo"].includes(property.name.getText())) return false;
    const { initializer } = property;
    return initializer.kind === ts.SyntaxKind.TrueKeyword || ts.isStringLiteralLike(initializer);
  });
}

/** "host/rsn/ap" of an import of one of its files; undefined: it is of the tests, or of somebody else. */
function placeOf(specifier: string, file: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const [top, ...rest] = relative(ROOT, join(dirname(file), specifier)).split("/");
  const place = [top, ...rest.slice(0, -1)].join("/");
  return ["host", "assembly"].includes(top) && !TOOLS.includes(place) ? place : undefined;
}
