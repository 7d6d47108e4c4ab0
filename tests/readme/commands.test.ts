/** Every command, link and path that the README and the changelog name is there. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ensureBuilt, ROOT } from "../../host/build/build.ts";
import { findSuites } from "../../host/cli/testing/suites.ts";
import { verbNames } from "../../host/cli/verbs.ts";
import { ampcore } from "../cli/ampcore.ts";
import { codeSpans, commands, prose, README } from "./page.ts";

const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
/** Of npm itself. */
const NPM_OWN = ["ci"];

test("every command names an npm script or a verb, with options that it has", async () => {
  assert.ok(commands().length >= 12);
  const helps = new Map<string, string>();
  for (const line of commands()) {
    const [, script, args = ""] = /^npm (?:run )?([\w:]+)(?: -- (.+))?$/.exec(line) ?? [];
    assert.ok(script, `no npm command: ${line}`);
    if (NPM_OWN.includes(script)) continue;
    assert.ok(script in scripts, line);
    const [, verb] = /ampcore\.mjs (\w+)$/.exec(scripts[script]) ?? [];
    const options = args.match(/--[\w-]+/g) ?? [];
    if (options.length === 0) continue;
    assert.ok(verb, `${line}: options of what?`);
    const help = helps.get(verb) ?? (await ampcore([verb, "--help"])).stdout;
    helps.set(verb, help);
    for (const option of options) assert.ok(help.includes(option), `${line}: ${option}`);
  }
});

test("every --only pattern of the README finds tests", () => {
  const patterns = commands().flatMap((line) => /--only (\S+)$/.exec(line)?.[1] ?? []);
  assert.ok(patterns.length >= 8);
  for (const pattern of patterns.filter((one) => one !== "<pattern>")) {
    const { unit, host } = findSuites(ROOT, pattern);
    assert.ok(unit.length + host.length > 0, pattern);
  }
});

test("every verb of ampcore is in the changelog", () => {
  const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  for (const verb of verbNames()) assert.ok(changelog.includes(`\`ampcore ${verb}\``), verb);
});

/** GitHub's anchor of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

test("every link leads somewhere", () => {
  const headings = [...prose().matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchor(text));
  const links = [...prose().matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  assert.ok(links.length > 15);
  for (const link of links) {
    if (link.startsWith("#")) assert.ok(headings.includes(link.slice(1)), link);
    else assert.ok(existsSync(join(ROOT, link)), link);
  }
});

test("every path in code is there", async () => {
  await ensureBuilt();
  const paths = codeSpans().filter((span) => /^[\w.]+\/[\w./*-]*$/.test(span));
  assert.ok(paths.length >= 4);
  for (const path of paths) {
    const isThere = ["", "assembly", "tests"].some((folder) => existsSync(join(ROOT, folder, path)));
    assert.ok(isThere, path);
  }
});

test("the Node that the README asks for is the one of package.json", () => {
  const [, version] = /Node (\d+\.\d+) or newer/.exec(README) ?? [];
  assert.equal(`>=${version}`, engines.node);
});

test("the picture is one SVG with a title and a description, and nothing from elsewhere", () => {
  const svg = readFileSync(join(ROOT, "docs/exchange.svg"), "utf8");
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/);
  assert.ok(svg.trimEnd().endsWith("</svg>"));
  for (const part of ["<title", "<desc", "prefers-color-scheme: dark"]) assert.ok(svg.includes(part), part);
  assert.ok(!/<script|<image|href=|url\((?!#)/.test(svg));
});
