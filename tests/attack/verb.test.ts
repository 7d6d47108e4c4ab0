/** `ampcore attack` as it is called, and the page that it writes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ATTACKS } from "../../host/attack/attacks.ts";
import { ROOT } from "../../host/build/build.ts";
import { calls } from "../support/calls.ts";

const folder = mkdtempSync(join(tmpdir(), "ampcore-attack-"));
after(() => rmSync(folder, { recursive: true }));
const page = join(folder, "attacks.md");

/** The committed page, which CI writes anew and compares whole. */
const committed = readFileSync(join(ROOT, "docs/ATTACKS.md"), "utf8");

test("attack prints what happens, what stops it and the figures, and writes the same as a page", async () => {
  const [listed, printed, json, other] = await calls(
    ["attack", "--list"],
    ["attack", "drain", "leaked-pmk", "--short", "--page", page],
    ["attack", "relay", "--short", "--json"],
    ["attack", "drain", "--set", "stations.mcu=msp430fr5994", "--json"],
  );
  for (const { name } of ATTACKS) assert.match(listed.stdout, new RegExp(`^${name}: `, "m"));
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, /^ {2}bounded: R2/m);
  assert.match(printed.stdout, /^station, each later one +[\d.]+ uJ +simulated$/m);
  assert.match(printed.stdout, /^leaked-pmk +open +6 of 6$/m);
  const { attacks } = JSON.parse(json.stdout);
  assert.equal(attacks.length, 1);
  assert.equal(attacks[0].verdict, "open");
  const [drain] = JSON.parse(other.stdout).attacks;
  const costs = (figures: { name: string; value: number }[], name: string): number =>
    figures.find((figure) => figure.name.startsWith(name))?.value ?? 0;
  assert.ok(costs(drain.figures, "station, each later one") > 20e-6, "on an MSP430 a forged trigger costs far more");
  // What needs no long form says the same whenever it is written.
  const sectionOf = (text: string, name: string): string | undefined =>
    text.split(/^## /m).find((section) => section.startsWith(`${name}\n`));
  const written = readFileSync(page, "utf8");
  for (const name of ["drain", "leaked-pmk"]) {
    assert.ok(sectionOf(written, name), `the page has no section ${name}`);
    assert.equal(sectionOf(committed, name)?.trim(), sectionOf(written, name)?.trim());
  }
});

test("the committed page has every attack, and nothing in it did not come true", () => {
  const sections = [...committed.matchAll(/^## (\S+)$/gm)].map(([, name]) => name);
  assert.deepEqual(
    sections,
    ATTACKS.map(({ name }) => name),
  );
  assert.doesNotMatch(committed, /DID NOT COME TRUE/);
});

const MISTAKES: [args: string[], message: RegExp][] = [
  [["drian"], /no attack "drian"; did you mean drain\?/],
  [["--scenario", "nowhere"], /nowhere/],
  [["--set", "stations.mcu=z80"], /stations\.mcu/],
  [["--set", "stations.radio=backscatter-15uW"], /3\.5\.1/],
  [["relay", "--page", "/nowhere/page.md"], /--page \/nowhere\/page\.md cannot be written/],
];

test("a wrong call of attack is told in one sentence, and exit code 2", async () => {
  const outcomes = await calls(...MISTAKES.map(([args]) => ["attack", ...args, "--short"]));
  for (const [i, [args, message]] of MISTAKES.entries()) {
    const { code, stdout, stderr } = outcomes[i];
    const last = stderr.trim().split("\n").at(-1) ?? "";
    assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
    assert.match(last, message);
    assert.equal(stdout, "", args.join(" "));
  }
});
