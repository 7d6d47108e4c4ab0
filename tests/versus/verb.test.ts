/** `ampcore versus`: its table, its JSON, and what it refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTENDERS, type Lived } from "../../host/versus/contenders.ts";
import type { Deaths } from "../../host/versus/deaths.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";

const cwd = scratchFolder();
const SHORT = ["--duration", "3", "--stations", "1"];

test("versus: a row for each way, and the same figures as JSON", async () => {
  const table = await ampcore(["versus", ...SHORT], { cwd });
  assert.equal(table.code, 0);
  const { code, stdout } = await ampcore(["versus", ...SHORT, "--deaths", "3", "--json"], { cwd });
  assert.equal(code, 0);
  const { lived, deaths } = JSON.parse(stdout) as { lived: Lived[]; deaths: Deaths[] };
  assert.deepEqual(
    lived.map(({ name }) => name),
    CONTENDERS.map(({ name }) => name),
  );
  for (const { name, readings } of lived) {
    assert.ok(table.stdout.includes(name), `${name} is in the table`);
    assert.ok(table.stdout.includes(readings.toLocaleString("en")), `its ${readings} readings are`);
  }
  assert.equal(deaths.length, CONTENDERS.length + 1);
});

test("versus: mistakes get one sentence and exit code 2, and nothing on stdout", async () => {
  const mistakes: [args: string[], sentence: RegExp][] = [
    [["hostile"], /flip_down is set, where on the baseline's air frames are lost and no more/],
    [["nowhere.yaml"], /nowhere\.yaml/],
    [["--deaths", "0"], /--deaths 0 is no whole number from 1 to 100,000/],
    [["--deaths", "0x10"], /--deaths 0x10 is no whole number/],
    [
      ["--deaths", "1", "--set", "stations.mcu=msp430fr5994", ...SHORT],
      /stations\.mcu is msp430fr5994, where AMP would have/,
    ],
    [["--deaths", "many"], /--deaths many is no whole number/],
    [["--cell", "am1417"], /--cell is for a trace/],
  ];
  for (const [args, sentence] of mistakes) {
    const { code, stdout, stderr } = await ampcore(["versus", ...args], { cwd });
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "", args.join(" "));
    assert.match(stderr, sentence);
  }
});
