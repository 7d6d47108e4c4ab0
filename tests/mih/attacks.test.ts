/** What each scheme of key distribution withstands, and that an attack that should succeed does. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { comparisonTables } from "../../host/cli/handover/page.ts";
import { ATTACKS } from "../../host/mih/attacks/index.ts";
import { compare } from "../../host/mih/compare.ts";
import { REQUIREMENTS } from "../../host/mih/requirements.ts";
import type { Scheme } from "../../host/mih/schemes/scheme.ts";

/** "+" the attacker has what he wants, "-" he has not, "." there is nothing to attack so; xor, 21a, 21d. */
const EXPECTED: readonly (readonly [name: string, results: string, what: string])[] = [
  ["a bit flipped on its way to the MN", "+--", "003-C10 a bit flipped under the mask gives two ends two keys, unseen"],
  ["the same bit flipped on both ways", "+--", "003-C10 the mask lets anybody on the way choose how the key differs"],
  ["two keys under one mask", "+--", "003-C10 nonces that repeat tell the difference of two keys (two-time pad)"],
  [
    "N2N with a key in clear, in the SPoS's name",
    "+--",
    "003-M3 003-C6 a Protected Key outside of every association is refused, but by the original scheme",
  ],
  [
    "N2N from who is no PoS",
    "---",
    "003-M5 who has an association with the target and is no partner cannot make it prepare",
  ],
  ["a replayed N2N request", "---", "003-M3 a target does not go back to an old key, whoever says the old words again"],
  [
    "the SPoS is broken into (domino)",
    "++-",
    "003-C12 003-C14 who has the SPoS reads on at the next one, but not with remedy 2",
  ],
  [
    "a PoS asks for a key of an MN and itself",
    "++-",
    "003-C15 nobody summons a key that is not for him from the group manager",
  ],
  [
    "a PoS that was prepared says that the MN has come",
    "++-",
    "003-C15 only an MN's own proof tells the group manager where it is",
  ],
  ["a replayed push of a group key", "..-", "003-C15 003-C17 a push that comes again changes nothing"],
  [
    "a group key block for others",
    "..-",
    "003-C14 003-C17 who is no member opens no block, the SPoS that passes it on first",
  ],
  [
    "a block forged by a device of the same tree",
    "..-",
    "003-C16 who has the tree's keys and no signature makes no block",
  ],
];

/** The same for the IETF's rows: met by. */
const MET: readonly (readonly [source: string, met: string])[] = [
  ["RFC 5169, 5.1", "--+"],
  ["RFC 5169, 5.2", "-++"],
  ["RFC 5169, 5.3", "-++"],
  ["RFC 5169, 5.4", "--+"],
  ["RFC 5169, 5.5", "+++"],
  ["RFC 5169, 5.6", "-++"],
  ["RFC 5836, authenticator discovery", "+++"],
  ["RFC 5836, authenticator discovery", "+++"],
  ["RFC 5836, context binding", "-++"],
  ["RFC 5836, context binding", "+++"],
  ["RFC 5836, AAA issues", "+++"],
  ["RFC 5836, AAA issues", "+++"],
  ["RFC 5836, AAA issues", "+++"],
  ["RFC 5836, AAA issues", "+++"],
  ["RFC 5836, security considerations", "-++"],
  ["RFC 5836, security considerations", "--+"],
  ["RFC 5836, security considerations", "--+"],
];

const ORDER: readonly Scheme[] = ["xor", "21a", "21d"];

const made = compare(7);

test("every attack and every requirement is in the tables of this test", () => {
  assert.deepEqual(
    ATTACKS.map(({ name }) => name),
    EXPECTED.map(([name]) => name),
    "attacks",
  );
  assert.deepEqual(
    REQUIREMENTS.map(({ source }) => source),
    MET.map(([source]) => source),
    "requirements",
  );
  const names = ATTACKS.map(({ name }) => name);
  for (const { source, withstands, trial } of REQUIREMENTS) {
    assert.ok(withstands.length > 0 || trial, `${source} is decided by something`);
    for (const name of withstands) assert.ok(names.includes(name), `${source}: ${name} is an attack`);
  }
});

for (const [name, results, what] of EXPECTED) {
  test(what, async () => {
    const { attacks } = await made;
    const row = attacks.find((one) => one.name === name);
    assert.ok(row, "the attack was made");
    const marks = ORDER.map((scheme) => {
      const result = row.results[scheme];
      return result === null ? "." : result.succeeds ? "+" : "-";
    });
    assert.equal(marks.join(""), results, JSON.stringify(row.results));
  });
}

test("the tables of docs/HANDOVER.md are what the attacks come to", async () => {
  const page = readFileSync(join(ROOT, "docs/HANDOVER.md"), "utf8");
  assert.ok(page.includes(comparisonTables(await made)), "npx tsx tests/mih/page.ts writes them anew");
});

for (const [i, [source, met]] of MET.entries()) {
  const { asks } = REQUIREMENTS[i];
  test(`001-P8 ${source}: ${asks}`, async () => {
    const { requirements } = await made;
    const row = requirements.find((one) => one.source === source && one.asks === asks);
    assert.ok(row, "the requirement was asked");
    assert.equal(ORDER.map((scheme) => (row.met[scheme] ? "+" : "-")).join(""), met, row.asks);
  });
}
