/** The form, the trace and the link: what is wrong gets one sentence in its place, and nothing is lost. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { launch } from "../report/browser.ts";
import { play, until } from "./bed.ts";

const skip = skipWithoutPrograms("chromium");
const FOLDER = scratchFolder();
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

const field = (page: Page, path: string) => page.locator(`[id="field-${path}"]`);
const mistake = (page: Page, id: string) => page.locator(`[id="${id}-mistake"]`);
const said = async (page: Page, id: string): Promise<string> => (await mistake(page, id).textContent()) ?? "";

test("a bad value gets one sentence beside its field; every other value stays, and so does the run", {
  skip,
}, async () => {
  const { page, complaints } = await play(browser);
  await field(page, "stations.reading_octets").fill("7");
  await field(page, "stations.count").fill("many");
  await until(async () => (await said(page, "field-stations.count")) !== "", "a sentence");
  assert.equal(
    await said(page, "field-stations.count"),
    'It is "many", where a whole number from 1 to 10,000 is expected.',
  );
  assert.equal(await field(page, "stations.count").getAttribute("aria-invalid"), "true", "an empty one says false");
  assert.equal(await field(page, "stations.count").getAttribute("aria-describedby"), "field-stations.count-mistake");
  await page.locator("#begin").click();
  await until(
    async () => /^The form has a mistake.*right\.$/.test((await page.locator("#notice").textContent()) ?? ""),
    "it is told",
  );
  assert.equal(await field(page, "stations.count").inputValue(), "many");
  assert.equal(await field(page, "stations.reading_octets").inputValue(), "7");
  assert.equal(await page.locator("#title").textContent(), "default", "the run that was there is still there");
  await field(page, "stations.count").fill("3");
  await until(async () => (await said(page, "field-stations.count")) === "", "no sentence");
  assert.equal(await page.locator("#notice").textContent(), "", "what was said of the mistake goes with it");
  assert.match(
    page.url(),
    /stations\.count=3.*stations\.reading_octets=7|stations\.reading_octets=7.*stations\.count=3/,
  );
  // Each field is right, and together they are not.
  await page.locator("summary", { hasText: "Access point" }).click();
  await field(page, "ap.slots").fill("200");
  await until(async () => (await said(page, "field-ap.trigger_period_s")) !== "", "a sentence of the whole");
  assert.match(
    await said(page, "field-ap.trigger_period_s"),
    /0\.025, where 1 trigger with 200 slots each need at least [\d.]+ s\.$/,
  );
  await page.locator("#more").fill("ap.slotz=3");
  await until(async () => (await said(page, "more")) !== "", "a sentence of the other keys");
  assert.match(await said(page, "more"), /There is no key ap\.slotz; the keys there are profile, modifier/);
  assert.deepEqual(complaints, []);
});

test("a trace is refused in the words of ampcore run --trace, and taken when it is one; a link names it", {
  skip,
}, async () => {
  const bad = join(FOLDER, "bad.csv");
  writeFileSync(bad, "t_s,P_uW\n0,100\n1,200\n0.5,100\n");
  const good = join(FOLDER, "good.csv");
  writeFileSync(good, "t_s,P_uW\n0,100\n1,900\n2,100\n");
  const { page, complaints } = await play(browser);
  // Dropped, as from a file manager.
  const drop = async (file: string, text: string): Promise<void> => {
    await page.evaluate(
      `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(file)}));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })); })()`,
    );
  };
  await drop("bad.csv", "t_s,P_uW\n0,100\n1,200\n0.5,100\n");
  await until(async () => (await said(page, "trace")) !== "", "a sentence");
  const { stderr } = await ampcore(["run", "--trace", bad, "--quiet"]);
  const words = stderr.trim().replace(/^.*bad\.csv: /s, "");
  assert.ok(
    words.length > 20 && (await said(page, "trace")).includes(words),
    `${await said(page, "trace")} | ${words}`,
  );
  await page.locator("#trace").setInputFiles(good);
  await until(
    async () => /csv, 3 entries, 3 s, mean 367 uW/.test((await page.locator("#trace-says").textContent()) ?? ""),
    "it is told",
  );
  assert.equal(await said(page, "trace"), "");
  const address = page.url();
  assert.match(address, /harvest\.source=%22trace%22.*trace\.sha256=[0-9a-f]{64}/);
  const other = await play(browser, address.split("#")[1], { begins: false });
  await until(async () => (await said(other.page, "trace")) !== "", "a sentence");
  assert.equal(
    await said(other.page, "trace"),
    "The link speaks of good.csv, which a link cannot carry: drop that file here.",
  );
  await other.page.locator("#trace").setInputFiles(good);
  await other.page.locator("body[data-state]").waitFor();
  assert.equal(other.page.url(), address, "the same scenario on the same recording has the same address");
  assert.deepEqual(complaints, []);
});

test("a link that was damaged is refused with a sentence, and the page is usable", { skip }, async () => {
  const { page } = await play(browser, "seed=5&check=00000000");
  assert.match((await page.locator("#notice").textContent()) ?? "", /changed or cut off on its way/);
  assert.equal(await page.locator("#title").textContent(), "default");
  await page.locator("#preset").selectOption("hostile");
  await until(async () => (await page.locator("#title").textContent()) === "hostile", "a preset begins");
  const again = await play(browser, page.url().split("#")[1]);
  assert.equal(await again.page.locator("#title").textContent(), "hostile");
  assert.equal(await again.page.locator("#preset").inputValue(), "hostile");
});
