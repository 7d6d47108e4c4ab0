/** What `npm pack` gives is enough, by itself, for what the README and its types promise. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { verbNames } from "../../host/cli/verbs.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { blocks } from "../readme/page.ts";
import { run } from "../readme/tools.ts";
import { install } from "./installed.ts";
import { matches } from "./printed.ts";

const user = scratchFolder();
let place = "";
before(async () => {
  place = await install(user);
});

/** The command of an installed package. */
function npx(...args: string[]): string {
  return run(process.execPath, [join(place, "build/package/host/cli/ampcore.mjs"), ...args], user);
}

test("the README's lines run where the package is installed, and print what stands beside them", () => {
  const [lines, ...others] = blocks("js");
  assert.ok(lines.includes('from "ampcore"') && others.length === 0);
  assert.ok(
    lines
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("import")).length <= 5,
    lines,
  );
  writeFileSync(join(user, "five.mjs"), lines);
  assert.equal(run(process.execPath, ["five.mjs"], user), "21.5 C, secure\n");
});

test("every example prints what stands at its end", () => {
  const folder = join(place, "examples");
  const files = readdirSync(folder).filter((file) => file.endsWith(".mjs"));
  assert.ok(files.length >= 6, files.join(" "));
  for (const file of files) {
    const [, wanted] = /\n\/\* Prints:\n([\s\S]*?)\n\*\/\n$/.exec(readFileSync(join(folder, file), "utf8")) ?? [];
    assert.ok(wanted, `${file} says what it prints`);
    matches(run(process.execPath, [join(folder, file)], user), wanted, file);
  }
});

test("it holds the modules, the header and the vectors of the checkout, octet for octet", () => {
  const { resolve } = createRequire(join(user, "user.mjs"));
  const sames = {
    "ampcore/station.wasm": "build/station.wasm",
    "ampcore/station.small.wasm": "build/station.small.wasm",
    "ampcore/station.roaming.wasm": "build/station.roaming.wasm",
    "ampcore/station.h": "build/station.h",
    "ampcore/vectors/example.json": "tests/vectors/amp/example.json",
  };
  for (const [name, file] of Object.entries(sames)) {
    assert.ok(readFileSync(resolve(name)).equals(readFileSync(join(ROOT, file))), name);
  }
  // Those that its commands load, and nobody else.
  for (const file of ["build/rsn.wasm", "build/backend.wasm"]) {
    assert.ok(readFileSync(join(place, "build/package", file)).equals(readFileSync(join(ROOT, file))), file);
  }
  for (const hidden of ["ampcore/host/api/index.js", "ampcore/build/package/package.json"]) {
    assert.throws(() => resolve(hidden), /not defined by "exports"/);
  }
});

test("it holds nothing that is of no use to its user", () => {
  const files = readdirSync(place, { recursive: true, encoding: "utf8" });
  const strange = files.filter((file) =>
    /(?<!\.d)\.tsx?$|\.hex$|\.test\.|^tests|^bench\/(?!results(\/\w+\.md)?$)|^assembly|^docs\/requirements/i.test(file),
  );
  assert.deepEqual(strange, []);
  const octets = files.reduce((sum, file) => sum + statSync(join(place, file)).size, 0);
  assert.ok(octets < 12e6, `${octets} octets`);
});

test("what its pages link to is in it, or in a checkout where they say that it is", () => {
  const pages = readdirSync(place, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
  assert.ok(pages.length > 20 && pages.includes("bench/results/core.md"), pages.join(" "));
  const ofCheckout = /^(host|assembly|bench|tests)(\/|$)|^docs\/REQUIREMENTS\.md$/;
  for (const page of pages.filter((one) => !one.startsWith("build/"))) {
    const text = readFileSync(join(place, page), "utf8").replace(/^```[\s\S]*?^```$|`[^`\n]*`/gm, "");
    for (const [, target, source] of text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)) {
      const link = target ?? source;
      // Out of the page, within it, and a formula.
      if (/^([a-z]+:|#|\d)/.test(link)) continue;
      const path = join(dirname(page), link.split("#")[0]);
      const isThere = existsSync(join(place, path)) || (ofCheckout.test(path) && existsSync(join(ROOT, path)));
      assert.ok(isThere, `${page} links to ${link}`);
    }
  }
});

test("every verb but those of a checkout is there, and says how it is used", () => {
  const names = verbNames().filter((name) => !["bench", "test"].includes(name));
  assert.deepEqual(
    npx("--help")
      .split("Verbs:\n")[1]
      .split("\n\n")[0]
      .split("\n")
      .map((line) => line.trim().split(" ")[0]),
    names,
  );
  // One start of Node for all of them.
  const listed = names.map((name) => `await main(["${name}", "--help"]);`).join("\n");
  const main = join(place, "build/package/host/cli/main.js");
  writeFileSync(join(user, "helps.mjs"), `import { main } from ${JSON.stringify(main)};\n${listed}\n`);
  const helps = run(process.execPath, ["helps.mjs"], user);
  for (const name of names) assert.match(helps, new RegExp(`^Usage: ampcore ${name}\\b`, "m"));
});

test("its JavaScript imports JavaScript", () => {
  const folder = join(place, "build/package");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.m?js$/.test(file));
  assert.ok(files.length > 500, `${files.length} files`);
  const imports = /\b(?:from|import)\s*\(?\s*"\.{1,2}\/[^"\n]*\.tsx?"/;
  assert.deepEqual(
    files.filter((file) => imports.test(readFileSync(join(folder, file), "utf8"))),
    [],
  );
});

test("whatever its JavaScript asks for beside itself is there", () => {
  const folder = join(place, "build/package/host");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.m?js$/.test(file));
  const wanted = files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)].map(([, path]) =>
      join(folder, dirname(file), path),
    ),
  );
  assert.ok(wanted.length > 20, `${wanted.length} paths`);
  // TypeScript is asked for by the name of its source.
  const missing = wanted.filter((path) => !existsSync(path) && !existsSync(path.replace(/\.tsx?$/, ".js")));
  assert.deepEqual(missing, []);
});

/** The least that makes a verb load all that it needs; the others are in tests of their own, or need another program. */
const CALLS: readonly (readonly string[])[] = [
  ["decode", "0c24c878"],
  ["scenario", "--profiles"],
  ["run", "--duration", "0.2", "--csv", "lives.csv", "--pcap", "run.pcap", "--needs", "--attacker", "none.mjs"],
  ["trace", "info", "power.csv"],
  ["provision", "--spa", "02:c0:ff:ee:00:01", "--psk-file", "psk.hex", "--out", "nvm.bin"],
  ["keys", "add", "--spa", "02:c0:ff:ee:00:01", "--kek", "kek.hex", "--out", "new.hex"],
  ["explore", "--exchange", "m1-repeated", "--profile", "compact", "--short"],
  ["fuzz", "--target", "wire", "--runs", "20"],
  ["model", "--fault", "drop-on-word"],
  ["rsn"],
  ["versus", "--duration", "0.5"],
  ["handover"],
  ["story", "--report", "story.html"],
  ["sweep", "grid.yaml", "--out", "swept", "--report", "sweep.html", "--workers", "1"],
  ["mih", "site", "mih-site"],
  ["senaa", "site", "senaa-site"],
];

test("its verbs do their work", () => {
  const files = {
    "none.mjs": "export default () => ({ overhears() {} });\n",
    "power.csv": "t_ms,P_uW\n0,120\n100,310\n",
    "psk.hex": "1".repeat(64),
    "grid.yaml": "sweep: 1\nset: {duration_s: 0.2}\ngrid: {stations.count: [1, 2]}\n",
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(user, file), text);
  const main = join(place, "build/package/host/cli/main.js");
  writeFileSync(
    join(user, "verbs.mjs"),
    `import { main } from ${JSON.stringify(main)};
for (const call of ${JSON.stringify(CALLS)}) {
  const at = performance.now();
  const code = await main(call);
  console.log("\\n" + call[0], "ended with", code);
  console.error(call[0], performance.now() - at);
}
`,
  );
  const said = run(process.execPath, ["verbs.mjs"], user);
  for (const [verb] of CALLS) assert.match(said, new RegExp(`^${verb} ended with 0$`, "m"));
});

test("its command comes to the octets of the checkout's", async () => {
  const call = ["run", "hostile", "--duration", "2", "--json"];
  const { stdout } = await ampcore(call);
  assert.equal(npx(...call), stdout);
});

test("its command makes pages, puts the modules where they are asked for, and makes an attack with a module of its own", () => {
  npx("run", "--duration", "1", "--quiet", "--report", "page.html");
  assert.match(readFileSync(join(user, "page.html"), "utf8"), /<script>.*uplot/is);
  npx("play", "--out", "played");
  assert.ok(statSync(join(user, "played/index.html")).size > 500_000);
  npx("build", "--to", "firmware");
  for (const file of ["station.wasm", "station.small.wasm", "station.roaming.wasm", "station.h"]) {
    assert.ok(existsSync(join(user, "firmware", file)), file);
  }
  // Of a module that a build in the checkout makes on demand.
  assert.match(npx("attack", "trigger-code", "--short"), /trigger-code/);
  assert.match(
    npx("fleet", "--stations", "20", "--duration", "1", "--workers", "2", "--report", "fleet.html"),
    /readings/,
  );
  assert.match(readFileSync(join(user, "fleet.html"), "utf8"), /20 stations/);
});

test("its types are what the README and the examples use, and refuse what is wrong", () => {
  writeFileSync(
    join(user, "typed.mts"),
    `import { type AirAttacker, createAccessPoint, explainFrames, loadStation, meterStation, Nvm, type Result,
  readVectors, runScenario, stationModule } from "ampcore";
const ap = createAccessPoint({ profile: "wide" });
const nvm: Nvm = ap.enrol("02:c0:ff:ee:00:01");
const station = await loadStation({ nvm, module: await stationModule("small") });
const { status, frame } = station.receive(ap.trigger({ slots: 4 }));
const left: number = status + station.state();
const { instructions, result } = (await meterStation({ nvm })).measure((one) => one.boot());
const quiet: AirAttacker = { sends: () => [] };
const run: Result = await runScenario({ duration_s: 1, stations: { count: 2 } }, { attacker: () => quiet });
const cases: number = readVectors("boot").cases.length;
export const all = [left, instructions + result, run.readings, cases, explainFrames(frame ? [frame] : [])];
// @ts-expect-error: a scenario has no such key
await runScenario({ duration: 1 });
// @ts-expect-error: there is no such profile
createAccessPoint({ profile: "narrow" });
// @ts-expect-error: no NVM
await loadStation({});
// @ts-expect-error: no such file
readVectors("nothing");
`,
  );
  // As strict as a project can be, declarations of its dependencies included.
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--verbatimModuleSyntax"];
  const options = ["--noEmit", ...strict, "--module", "nodenext", "--target", "es2022", "--types", "node"];
  const roots = ["--typeRoots", join(ROOT, "node_modules/@types")];
  run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...options, ...roots, "typed.mts"], user);
});
