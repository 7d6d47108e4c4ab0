/** `bench questions`: the committed pages are made of the committed result, and a short run gives its rows again. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import type { McuResult } from "../../bench/mcu/result.ts";
import { type CacheData, cache } from "../../bench/questions/cache.ts";
import { capacitor } from "../../bench/questions/capacitor.ts";
import { type HardwareData, hardware } from "../../bench/questions/hardware.ts";
import { type IdentifiersData, rowOf } from "../../bench/questions/identifiers.ts";
import { type Lab, openedLab } from "../../bench/questions/lab.ts";
import { type M3Data, m3 } from "../../bench/questions/m3.ts";
import { type MicData, mic } from "../../bench/questions/mic.ts";
import { counted, type NoncesData, rowOf as nonceRowOf } from "../../bench/questions/nonces.ts";
import { questionFiles } from "../../bench/questions/pages.ts";
import { pagesOf, QUESTIONS, type QuestionsResult } from "../../bench/questions/result.ts";
import { answersToShared } from "../../bench/questions/sharedids.ts";
import { type SlotData, slot, slotData } from "../../bench/questions/slot.ts";
import { committedResult } from "../../host/bench/results.ts";
import { ROOT } from "../../host/build/build.ts";
import { BOARDS } from "../../host/mcu/boards.ts";
import { PROFILES } from "../../host/wire/profile.ts";

const FOLDER = "docs/questions";
const committed = committedResult("questions") as QuestionsResult;

let lab: Lab;
before(async () => {
  lab = await openedLab(false);
});

/** As JSON has it, and without what only the emulated core counts. */
function plain<Data>(data: Data): Data {
  return JSON.parse(JSON.stringify(data, (name, value) => (name === "m4" ? null : value)));
}

test("docs/questions is what the generator makes of bench/results/questions.json, file for file", () => {
  const files = questionFiles(committed);
  for (const [file, text] of Object.entries(files)) assert.equal(readFileSync(join(ROOT, file), "utf8"), text, file);
  const there = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
  assert.deepEqual(there.sort(), Object.keys(files).sort());
  // Nine questions, each with a picture, and the index.
  assert.equal(there.length, 2 * 9 + 1);
});

test("every link of the pages leads somewhere, and every picture is one SVG for light and dark with a description", () => {
  let links = 0;
  for (const [file, text] of Object.entries(questionFiles(committed))) {
    if (file.endsWith(".svg")) {
      assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 860 \d+"/, file);
      for (const part of ["<title", "<desc", "prefers-color-scheme: dark"])
        assert.ok(text.includes(part), `${file}: ${part}`);
      assert.ok(!/NaN|undefined|Infinity|<script|<image|href=/.test(text), `${file} has what no picture should have`);
      continue;
    }
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      assert.ok(existsSync(join(ROOT, dirname(file), link)), `${file}: ${link}`);
      links++;
    }
  }
  assert.ok(links >= 27, `${links} links`);
});

test("every page answers in words with numbers, and says what it rests on", () => {
  for (const [name, { answer, rests, parts, moved }] of pagesOf(committed)) {
    assert.ok(/\d/.test(answer) && !/NaN|undefined|null|Infinity/.test(answer), `${name}: ${answer}`);
    assert.ok(rests.length > 0 && parts.length >= 2, `${name} has points, a picture and a table`);
    if (moved) assert.ok(moved.swings.length >= 2 && Number.isFinite(moved.value), `${name}: something moves it`);
  }
});

test("another number in the result makes another answer: nothing on a page is written by hand", () => {
  const changed = structuredClone(committed) as unknown as { data: { slot: { works: { clock_Hz: number }[] } } };
  changed.data.slot.works[0].clock_Hz *= 2;
  const answers = (result: QuestionsResult): string[] => pagesOf(result).map(([, { answer }]) => answer);
  const [was, is] = [answers(committed), answers(changed as never)];
  assert.notEqual(was[0], is[0]);
  assert.deepEqual(was.slice(1), is.slice(1));
});

test("the questions of M3 and of the MIC, asked again, have the committed rows, prices and swings", async () => {
  assert.deepEqual(plain(await m3.measured(lab)), plain(committed.data.m3 as M3Data));
  assert.deepEqual(plain(await mic.measured(lab)), plain(committed.data.mic as MicData));
});

test("the question of the hardware, asked again, has the committed answers", async () => {
  assert.deepEqual(plain(await hardware.measured(lab)), plain(committed.data.hardware as HardwareData));
});

test("the question of the PMK cache, asked again, has the committed break-evens and runs", async () => {
  const asked = plain(await cache.measured(lab));
  assert.deepEqual(
    { ...asked, savedInstructions: 0 },
    { ...(committed.data.cache as CacheData), savedInstructions: 0 },
  );
});

test("nonces of 16 and 32 octets, run again, have the committed rows", () => {
  const { rows, triggerPeriod_s } = committed.data.nonces as NoncesData;
  for (const profile of PROFILES.slice(0, 2)) {
    assert.deepEqual(
      plain(nonceRowOf(counted(lab.module, lab.names, profile, true), triggerPeriod_s)),
      rows.find(({ N }) => N === profile.N),
    );
  }
});

test("from the instructions counted follows all that the question of the slot has committed", () => {
  const data = committed.data.slot as SlotData;
  const [cold, cached, direct] = data.works.map(({ phases }) => phases);
  assert.deepEqual(plain(slotData(lab, { cold, cached, direct })), data);
});

test("the M2s that the question of the slot counts are those of the committed bench of the microcontrollers", () => {
  const { firmwares } = committedResult("mcu") as McuResult;
  const shipped = firmwares.find(
    ({ board, module, optimisation, scheme }) =>
      board === BOARDS[0].name && module === "release" && optimisation === "-O2" && scheme === "checked",
  );
  const [cold, cached] = (committed.data.slot as SlotData).works;
  assert.deepEqual(
    [cold.instructions, cached.instructions],
    [shipped?.instructions.m2Cold, shipped?.instructions.m2Cached],
  );
});

test("the least capacitors, played and tried in the simulator, are the committed ones", async () => {
  assert.deepEqual(plain(await capacitor.measured(lab)), committed.data.capacitor);
});

test("a thousand devices of 12-bit identifiers at the AP take as many tries as committed, and near what is reckoned", () => {
  const { rows } = committed.data.identifiers as IdentifiersData;
  const row = rowOf(12, 1000);
  assert.deepEqual(
    plain(row),
    rows.find(({ bits, devices }) => bits === 12 && devices === 1000),
  );
  assert.ok(Math.abs(row.sharing / row.devices / row.twin - 1) < 0.15, `${row.sharing} share, of ${row.twin} reckoned`);
  assert.ok(Math.abs(row.meanTries - row.triesReckoned) < 0.1, `${row.meanTries} tries, ${row.triesReckoned} reckoned`);
});

test("a trigger for one device is answered by every station that has its identifier", () => {
  assert.equal(answersToShared(lab.module), 2);
  assert.equal((committed.data.identifiers as IdentifiersData).answers, 2);
});

test("without the firmware of a Cortex-M4 the question of the slot says what it lacks, and every question has a name of its own", async () => {
  await assert.rejects(async () => slot.measured(lab), /needs the firmware of a Cortex-M4/);
  assert.equal(new Set(QUESTIONS.map(({ name }) => name)).size, QUESTIONS.length);
});
