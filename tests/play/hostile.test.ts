/** What comes from strangers, and what goes wrong: addresses, files, a scenario that the simulator is lost in. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { builtModule } from "../../host/build/build.ts";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { crc32 } from "../../host/keys/crc.ts";
import { fragmentOf, linked } from "../../host/play/worker/link.ts";
import { Run } from "../../host/play/worker/run.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { launch } from "../report/browser.ts";
import { play, until } from "./bed.ts";

const skip = skipWithoutPrograms("chromium");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

/** A fragment that anybody can make: the check value keeps no secret. */
function signed(text: string): string {
  return `${text}&check=${crc32(new TextEncoder().encode(text)).toString(16).padStart(8, "0")}`;
}
const value = (one: unknown): string => encodeURIComponent(JSON.stringify(one));
const saidBy = async (page: Page, id: string): Promise<string> => (await page.locator(`#${id}`).textContent()) ?? "";

test("an address with a right check value and wrong contents is refused with one sentence, and changes no prototype", () => {
  const cases: readonly (readonly [text: string, sentence: RegExp])[] = [
    [`__proto__=${value({ polluted: 1 })}`, /there is no key __proto__; the keys there are scenario, name, seed/],
    [`__proto__.polluted=1`, /there is no key __proto__\.polluted/],
    [`constructor.prototype.polluted=1`, /there is no key constructor/],
    [`override.storage.__proto__=5`, /there is no key override\.storage\.__proto__/],
    [`seed=1e999`, /seed is Infinity, where a whole number/],
    [`seed=${"9".repeat(100_000)}`, /seed is Infinity, where a whole number/],
    [`seed`, /says of seed what cannot be read: ""/],
    [`=3`, /there is no key/],
    [`seed=3&&seed=4`, /says of {2}what cannot be read/],
    [`name=%E0%A4%A`, /says of name what cannot be read: "%E0%A4%A"/],
    [`harvest.trace.cell=${value("constructor")}`, /harvest\.trace\.cell is "constructor"/],
    [`trace.sha256=<b>`, /says of trace\.sha256 "<b>", where 64 hexadecimal digits are expected/],
  ];
  for (const [text, sentence] of cases) {
    assert.throws(() => linked(signed(text)), { name: "ScenarioError", message: sentence }, text.slice(0, 60));
  }
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test("names with markup are text; links within the page leave the run and its address; a bad address changes nothing", {
  skip,
}, async () => {
  const name = `<img src=x onerror="document.title='owned'"> ${"W".repeat(5000)}`;
  const { page, complaints } = await play(browser, signed(`duration_s=2&name=${value(name)}`));
  assert.equal(await saidBy(page, "title"), name);
  assert.equal(await page.locator("img").count(), 0);
  assert.notEqual(await page.title(), "owned");
  assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= 1280, "a long name has its place");
  await page.keyboard.press("f");
  await page.locator("#rows button").first().waitFor();
  const [address, clock] = [page.url(), await saidBy(page, "clock")];
  assert.match(clock, /^0\.0255/);
  for (const part of ["events", "keys", "scenario", "stage"]) {
    await page.locator(`nav a[href="#${part}"]`).click();
    assert.equal(await page.evaluate("document.activeElement.id"), part);
  }
  await page.evaluate("location.hash = 'events'");
  await until(async () => page.url() === address, "the address is put back");
  assert.equal(await saidBy(page, "notice"), "");
  await page.evaluate("location.hash = 'seed=5&check=00000000'");
  await until(async () => /changed or cut off/.test(await saidBy(page, "notice")), "it is refused");
  assert.equal(page.url(), address);
  assert.equal(await saidBy(page, "clock"), clock, "the run goes on from where it was");
  // Back and forward lead from scenario to scenario.
  await page.evaluate(
    `location.hash = ${JSON.stringify(fragmentOf({ scenario: scenarioFor("default", { set: ["seed=5"] }) }))}`,
  );
  await until(async () => (await saidBy(page, "title")) === "default", "another address is another scenario");
  await page.goBack();
  await until(async () => (await saidBy(page, "title")) === name, "back");
  assert.deepEqual(complaints, []);
});

test("a file that is a folder, too large, binary or hostile by name gets one sentence; the form that says another run is known", {
  skip,
}, async () => {
  const { page, complaints } = await play(browser);
  const drop = (file: string) =>
    page.evaluate(`(() => { const data = new DataTransfer(); data.items.add(${file});
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })); })()`);
  const notices = async (what: RegExp) => until(async () => what.test(await saidBy(page, "notice")), String(what));
  const refuses = async (what: RegExp) =>
    until(async () => what.test(await saidBy(page, "trace-mistake")), String(what));
  await drop(
    `Object.assign(new File(["x"], "folder"), { arrayBuffer: () => Promise.reject(new DOMException("", "NotFoundError")) })`,
  );
  await notices(/^folder cannot be read, where a trace file is expected/);
  await drop(`Object.defineProperty(new File(["x"], "large.csv"), "size", { value: 3e9 })`);
  await notices(/^large\.csv has 3,000 MB, where at most 32 MB are read here/);
  await drop(`new File([new Uint8Array(5000).map((_, i) => i * 7)], "<img src=x onerror=alert(1)>.csv")`);
  await refuses(/^<img src=x onerror=alert\(1\)>\.csv: this is in none of the known formats/);
  await drop(`new File([""], "empty.csv")`);
  await refuses(/^empty\.csv: the trace is empty\.$/);
  await drop(`new File(["t_s,P_uW\\n0,NaN\\n1,2\\n"], "nan.csv")`);
  await refuses(/^nan\.csv: line 2: "NaN" stands for P_uW, where a finite number is needed\.$/);
  assert.equal(await saidBy(page, "notice"), "");
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await saidBy(page, "title"), "default");
  // The run goes on; the form, which has a mistake, is another and has no address.
  assert.ok(await page.locator("#pending").isVisible());
  assert.equal(await saidBy(page, "begin"), "Begin this run");
  await page.locator("#share").click();
  await notices(/form has a mistake, and no address/);
  await page.locator('[id="field-harvest.source"]').selectOption("energizer");
  await page.locator("#pending").waitFor({ state: "hidden" });
  assert.equal(await saidBy(page, "begin"), "Begin again");
  assert.deepEqual(complaints, []);
});

test("another recording than a link speaks of is used, and said to be another", { skip }, async () => {
  const of = `harvest.source=${value("trace")}&harvest.trace.file=${value("a.csv")}&trace.sha256=${"0".repeat(64)}`;
  const { page } = await play(browser, signed(of), { begins: false });
  await until(async () => /speaks of a\.csv/.test(await saidBy(page, "trace-mistake")), "the file is asked for");
  const buffer = Buffer.from("t_s,P_uW\n0,100\n1,900\n2,100\n");
  await page.locator("#trace").setInputFiles({ name: "b.csv", mimeType: "text/csv", buffer });
  await page.locator("body[data-state]").waitFor();
  assert.match(await saidBy(page, "notice"), /^b\.csv is another recording than the link speaks of \(a\.csv\)/);
});

/** A page whose seconds are short. */
const HASTY = `const now = performance.now.bind(performance); performance.now = () => 8 * now();
const every = setInterval; setInterval = (work, ms) => every(work, ms / 8);`;

test("a simulator that is lost in a scenario is told of, and another one takes its place", { skip }, async () => {
  const { page } = await play(browser, signed("override.storage.capacitance_F=1e-300"), { script: HASTY });
  await page.locator("#speed").selectOption("max");
  await page.locator("#play").click();
  await page.locator("#notice button").waitFor({ timeout: 9000 });
  assert.match(await saidBy(page, "notice"), /^The simulator has been at one thing for seconds/);
  await page.locator("#notice button").click();
  await page.locator('body[data-state="paused"]').waitFor();
  await page.locator("#preset").selectOption("hostile");
  await until(async () => (await saidBy(page, "title")) === "hostile", "it is of use again");
  await page.keyboard.press("f");
  await page.locator("#rows button").first().waitFor();
  assert.equal(await page.locator("#groups > details").count(), 6, "the form is there once");
});

test("a stranger's triggers that follow each other faster than they last are refused", async () => {
  const { scenario } = linked(signed("air.forged_trigger_period_s=1e-300"));
  const materials = { crypto: createPortableCrypto(), module: { octets: await builtModule("release") } };
  assert.throws(() => new Run({ ...scenario }, { materials, version: "0" }), {
    name: "ScenarioError",
    message:
      "air.forged_trigger_period_s is 1e-300, where 0, or the 0.000514 s or more that a forged trigger takes, is expected",
  });
});
