/** The page in the hands of its reader: by mouse, by keyboard alone, on a phone, at night. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { fragmentOf } from "../../host/play/worker/link.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { ask, launch, probes } from "../report/browser.ts";
import { play, until } from "./bed.ts";

const skip = skipWithoutPrograms("chromium");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

/** Little storage and a source that comes and goes: deaths in many phases, some of them in a call. */
const DYING = [
  ...["duration_s=4", "stations.count=2", "override.storage.capacitance_F=1.2e-6", "harvest.source=markov"],
  ...["harvest.markov.on_s=0.05", "harvest.markov.off_s=0.03"],
];
const dying = (): string => fragmentOf({ scenario: scenarioFor("default", { set: DYING }) });

const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? "";
const isState = (page: Page, state: string) => page.locator(`body[data-state="${state}"]`).waitFor();

/** The run to its end, as fast as it goes. */
async function toTheEnd(page: Page): Promise<void> {
  await page.locator("#speed").selectOption("max");
  await page.locator("#play").click();
  await isState(page, "ended");
}

test("a click on a frame decodes it with the keys of its session", { skip }, async () => {
  const { page, complaints } = await play(
    browser,
    fragmentOf({ scenario: scenarioFor("default", { set: ["duration_s=1"] }) }),
  );
  await toTheEnd(page);
  await page.locator("#rows button", { hasText: "M2 of station 1" }).first().click();
  await page.locator("#inspector .verdict").waitFor();
  assert.match(
    await textOf(page, "#inspector"),
    /The AP takes it: every check is passed, and the MIC is right under TK/,
  );
  const fields = await page.locator("#inspector .fields tbody th").allTextContents();
  for (const field of ["FC", "ID", "TDC", "SNonce", "ciphertext", "MIC", "FCS"])
    assert.ok(fields.includes(field), field);
  await page.locator("#rows button", { hasText: "M3 of AP" }).filter({ hasText: "received" }).first().click();
  await page.locator("#inspector h2", { hasText: "M3" }).waitFor();
  assert.match(await textOf(page, "#inspector .verdict"), /A station takes it.*the MIC is right/);
  await page.locator("#rows button", { hasText: "M1 of AP" }).first().click();
  await page.locator("#inspector h2", { hasText: "M1" }).waitFor();
  assert.match(await textOf(page, "#inspector"), /ANonce.*drawn by the AP/s);
  assert.deepEqual(complaints, []);
});

test("a click on a death tells phase, function, energy and NVM, and leads to its instruction", { skip }, async () => {
  const { page, complaints } = await play(browser, dying());
  await toTheEnd(page);
  await page.locator("#listed").selectOption("lives");
  await page.locator("#rows button.frame").first().waitFor({ state: "hidden" });
  const deaths = page.locator("#rows button.death");
  assert.ok((await deaths.count()) > 3);
  await deaths
    .filter({ hasText: /in (snonce|pmk|ptk|mic|nvm)/ })
    .first()
    .click();
  await page.locator("#inspector h2", { hasText: "Death" }).waitFor();
  const said = await textOf(page, "#inspector");
  assert.match(said, /function(crypto|station|frame|bytes|amp_)/);
  assert.match(said, /energy[\d.]+ uJ on the capacitor, 1\.80\d\d V, where V_off is 1.8 V/);
  assert.match(said, /What the NVM kept.*root slot A.*generation 0, the newest/s);
  const number = /number (\d+) of this call/.exec(said)?.[1];
  await page.getByText("Show the instruction").click();
  await page.locator("#strip .dies").waitFor();
  assert.equal(await page.locator("#strip .dies td").first().textContent(), Number(number).toLocaleString("en"));
  assert.match(await textOf(page, "#strip"), /Power fails here/);
  // And back, one instruction before it.
  await page.keyboard.press("I");
  await page.locator("#strip .here:not(.dies)").waitFor();
  assert.deepEqual(complaints, []);
});

test("steps by instruction, function, phase, frame and exchange; keys come to stand in RAM as the station makes them", {
  skip,
}, async () => {
  const { page } = await play(
    browser,
    fragmentOf({ scenario: scenarioFor("default", { set: ["duration_s=2", "stations.count=1"] }) }),
  );
  const fact = async (name: string): Promise<string> =>
    await textOf(page, `#strip .facts div:has(dt:text-is("${name}")) dd`);
  const key = async (name: string): Promise<string> =>
    await textOf(page, `tr.key:has(th:text-is("${name}")) .keystate`);
  const pressed = async (what: string): Promise<void> => {
    const before = await textOf(page, "#strip");
    await page.keyboard.press(what);
    await until(async () => (await textOf(page, "#strip")) !== before, `${what} leads on`);
  };
  await pressed("i");
  assert.equal(await fact("call"), "boot");
  assert.equal(await fact("cycles"), "0");
  await pressed("i");
  assert.ok(Number(await fact("cycles")) > 0);
  await page.locator("#strip .here td:text-is('2')").waitFor();
  await pressed("I");
  assert.equal(await fact("cycles"), "0");
  // To the first M1: its phases in their order.
  for (let n = 0; n < 8 && (await fact("call")) !== "receive"; n++) await pressed("c");
  assert.equal(await fact("call"), "receive");
  const phases = [await fact("phase")];
  const found: Record<string, string> = {};
  for (let n = 0; n < 12 && phases.at(-1) !== "mic"; n++) {
    assert.equal(await key("TK"), "not yet", `before the phase mic, in ${phases.at(-1)}`);
    await pressed("p");
    phases.push(await fact("phase"));
    found[phases.at(-1) as string] = `${await key("entropy")} ${await key("SNonce")} ${await key("TK")}`;
  }
  assert.deepEqual(phases, ["frame", "snonce", "pmk", "ptk", "mic"]);
  assert.equal(found.mic, "there there there");
  assert.ok(/^there there not yet$/.test(found.pmk), found.pmk);
  assert.equal(await key("KCK"), "there");
  await page.keyboard.press("f");
  await page.locator("#strip").waitFor({ state: "hidden" });
  await page.keyboard.press("x");
  await until(
    async () => /^1 /.test(await textOf(page, "#figures .tile:nth-child(5) .more")),
    "an exchange is confirmed",
  );
  await page.locator("#rows button", { hasText: "M3 of AP" }).first().waitFor();
});

test("by keyboard alone: a value, a run, a frame, help and Esc", { skip }, async () => {
  const { page } = await play(browser, dying());
  await page.locator("#field-seed").focus();
  await page.keyboard.type("5");
  await page.keyboard.press("Enter");
  await until(async () => page.url().includes("seed=15"), "the address has the seed");
  await page.keyboard.press("Tab");
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press(" ");
  await isState(page, "running");
  await page.keyboard.press("k");
  await isState(page, "paused");
  await page.keyboard.press("?");
  assert.ok(await page.locator("#shortcuts").isVisible());
  const listed = await page.locator("#shortcuts kbd").allTextContents();
  for (const one of ["space", "i", "f", "x", "?", "Esc"]) assert.ok(listed.includes(one), one);
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#shortcuts").isVisible()));
  await page.keyboard.press("f");
  // How far the run was when it was paused is the machine's: until a power-up has something below it, and stays.
  const isBetween = `((all) => all.findIndex((one) => one.matches(".up")) >= 0 &&
    all.findIndex((one) => one.matches(".up")) < all.findLastIndex((one) => !one.disabled))(
    [...document.querySelectorAll("#rows button")])`;
  await until(async () => {
    if (await page.evaluate(isBetween)) return true;
    await page.keyboard.press("x");
    await isState(page, "paused");
    return false;
  }, "a power-up stands between other events");
  // What was under way at the last step is drawn a moment after it.
  let [rows, looks] = [-1, 0];
  await until(async () => {
    const now = await page.locator("#rows button").count();
    looks = now === rows ? looks + 1 : 0;
    rows = now;
    return looks === 20;
  }, "the list stays as it is");
  // The list is one stop of Tab; arrows lead over power-ups, of which there is nothing to be told.
  await page.locator("#listed").focus();
  await page.keyboard.press("Tab");
  const focused = "[...document.querySelectorAll('#rows button')].indexOf(document.activeElement)";
  assert.equal(
    await page.evaluate(focused),
    await page.evaluate("[...document.querySelectorAll('#rows button')].findIndex((one) => !one.disabled)"),
  );
  await page.keyboard.press("End");
  const last = Number(await page.evaluate(focused));
  const up = Number(
    await page.evaluate("[...document.querySelectorAll('#rows button')].findIndex((one) => one.matches('.up'))"),
  );
  await page.keyboard.press("Home");
  for (let n = 0; n < last; n++) await page.keyboard.press("ArrowDown");
  assert.ok(up < last && up >= 0, `a power-up is row ${up} of ${last}`);
  assert.equal(await page.evaluate(focused), last);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(focused), -1);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator("#inspector table").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#inspector").waitFor({ state: "hidden" });
  // All that can be pressed is reached by Tab.
  const unreachable = await page
    .locator("button:visible:not(#rows button), select:visible, input:visible, summary:visible")
    .evaluateAll((all) =>
      (all as { tabIndex: number; id: string }[]).filter(({ tabIndex }) => tabIndex < 0).map(({ id }) => id),
    );
  assert.deepEqual(unreachable, []);
});

test("nothing is without a name, nothing wider than the screen: on a phone, in light and in dark", {
  skip,
}, async () => {
  const script = await probes();
  const grounds: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const { page, complaints } = await play(browser, dying(), {
      ...phone,
      colorScheme,
      reducedMotion: "reduce",
      script,
    });
    await toTheEnd(page);
    await page.locator("#rows button.frame").first().click();
    await page.locator("#inspector table").first().waitFor();
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390, "no sideways scroll");
    assert.deepEqual((await ask(page, "misfits")).wide, []);
    assert.deepEqual(await ask(page, "nameless"), []);
    grounds.push(await ask(page, "ground"));
    assert.deepEqual(complaints, []);
  }
  assert.notEqual(grounds[0], grounds[1]);
});
