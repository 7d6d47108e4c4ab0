/** Every command, link, path and picture that the pages name is there. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ensureBuilt, ROOT } from "../../host/build/build.ts";
import { findSuites } from "../../host/cli/testing/suites.ts";
import { verbNames, verbSummary } from "../../host/cli/verbs.ts";
import { calls } from "../support/calls.ts";
import { codeSpans, commands, prose, README, table } from "./page.ts";

const { scripts, engines, exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
/** A script, and what is handed on to it. */
const NPM = /^npm (?:run )?([\w:]+)(?: --silent| [\w.-]+\.tgz)?(?: -- (.+))?$/;
/** Of npm itself. */
const NPM_OWN = ["ci", "pack", "install"];

/** The verb that an npm script is an alias of. */
function verbOf(script: string): string | undefined {
  return /ampcore\.mjs (\w+)(?: --report)?$/.exec(scripts[script])?.[1];
}

test("every command names an npm script or a verb, with options that it has", async () => {
  assert.ok(commands().length >= 30, `${commands().length} commands`);
  const verbs = verbNames();
  const all = await calls(...verbs.map((verb) => [verb, "--help"]));
  const helps = new Map(verbs.map((verb, i) => [verb, all[i].stdout]));
  for (const line of commands()) {
    const [, script, args = ""] = NPM.exec(line) ?? [];
    assert.ok(script, `no npm command: ${line}`);
    if (NPM_OWN.includes(script)) continue;
    assert.ok(script in scripts, line);
    const verb = verbOf(script);
    const options = args.match(/--[\w-]+/g) ?? [];
    if (options.length === 0) continue;
    assert.ok(verb, `${line}: options of what?`);
    const help = helps.get(verb) ?? "";
    for (const option of options) assert.ok(help.includes(option), `${line}: ${option}`);
  }
});

test("every --only pattern of the pages finds tests", () => {
  const patterns = commands().flatMap((line) => /--only (\S+)$/.exec(line)?.[1] ?? []);
  assert.ok(patterns.length >= 12, `${patterns.length} patterns`);
  for (const pattern of patterns.filter((one) => one !== "<pattern>")) {
    const { unit, host } = findSuites(ROOT, pattern);
    assert.ok(unit.length + host.length > 0, pattern);
  }
});

test("every verb of ampcore is in the changelog", () => {
  const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  for (const verb of verbNames()) assert.ok(changelog.includes(`\`ampcore ${verb}\``), verb);
});

test("the README's table of verbs is the verbs with their summaries, and the npm scripts it names are there", () => {
  const rows = table("verb", "what it does");
  assert.deepEqual(
    rows,
    verbNames().map((name) => [`\`${name}\``, verbSummary(name)]),
  );
  const [, named = ""] = /\n`npm start` is `run`; ([^;]+?) are npm scripts/.exec(README) ?? [];
  const names = [...named.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const aliases = Object.keys(scripts).filter((script) => verbOf(script) !== undefined);
  assert.deepEqual(names.sort(), aliases.sort());
  assert.equal(verbOf("start"), "run");
});

const PAGES = [
  "README.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "docs/ATTACKS.md",
  "docs/CONVERTERS.md",
  "docs/DAEMON.md",
  "docs/FLEET.md",
  "docs/KEYS.md",
  "docs/PLAY.md",
  "docs/PROTOCOL.md",
  "docs/RSN.md",
  "docs/SENAA.md",
  "docs/HANDOVER.md",
  "docs/SIMULATOR.md",
  "docs/SWEEPS.md",
  "docs/TRACES.md",
  "docs/tutorials/attacker.md",
  "docs/tutorials/first-station.md",
  "docs/tutorials/microcontroller.md",
  "examples/README.md",
];

/** `[flags](1)` is a field of one octet. */
const LINK = /\]\(((?!\d+\))[^)\s]+)\)/g;

test("every link of every page leads somewhere", () => {
  let links = 0;
  for (const page of PAGES) {
    for (const [, link] of prose(textOf(page)).matchAll(LINK)) {
      const [file, anchor] = link.split("#");
      const target = file === "" ? page : join(dirname(page), file);
      assert.ok(existsSync(join(ROOT, target)), `${page}: ${link}`);
      if (anchor) assert.ok(anchorsOf(target).includes(anchor), `${page}: ${link}`);
      links++;
    }
  }
  assert.ok(links > 40, `${links} links`);
});

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** GitHub's anchors of a page's headings. */
function anchorsOf(page: string): string[] {
  return [...prose(textOf(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("every path in code is there", async () => {
  await ensureBuilt();
  const paths = codeSpans().filter((span) => /^[\w.]+\/[\w./*-]*$/.test(span));
  assert.ok(paths.length >= 4, `${paths.length} paths`);
  const exported = Object.entries<string>(exports).map(([name, file]) => [name.replace(/^\./, "ampcore"), file]);
  for (const path of paths) {
    const file = exported.find(
      ([name]) => path.startsWith(name.split("*")[0]) && path.endsWith(name.split("*").at(-1) ?? ""),
    );
    if (file) continue; // tests/package resolves them
    const isThere = ["", "assembly", "tests"].some((folder) => existsSync(join(ROOT, folder, path)));
    assert.ok(isThere, path);
  }
});

test("the Node that the README asks for is the one of package.json", () => {
  const [, version] = /Node (\d+\.\d+) or newer/.exec(README) ?? [];
  assert.equal(`>=${version}`, engines.node);
});

test("each picture is one SVG with a title and a description, and nothing from elsewhere", () => {
  for (const picture of ["docs/exchange.svg", "docs/lives.svg", "docs/ways.svg"]) {
    assert.ok(README.includes(`](${picture})`), picture);
    const svg = textOf(picture);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/);
    assert.ok(svg.trimEnd().endsWith("</svg>"), picture);
    for (const part of ["<title", "<desc", "prefers-color-scheme: dark"]) assert.ok(svg.includes(part), part);
    assert.ok(!/<script|<image|href=|url\((?!#)/.test(svg), picture);
  }
});
