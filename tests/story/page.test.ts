/** The page of a story, in Chromium. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { ladderOf } from "../../host/story/ladder.ts";
import { storyHtml } from "../../host/story/page/document.tsx";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { launch, opened } from "../report/browser.ts";
import { told } from "./bed.ts";

const skip = skipWithoutPrograms("chromium", "openssl");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

test("the page shows the ladder, the keys and the capacitor, asks nobody for anything and complains of nothing", {
  skip,
}, async () => {
  const story = await told();
  const { page, complaints, requests } = await opened(browser, storyHtml(story));
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, [page.url()], "it is one file");
  const rows = await page.locator("table.ladder tbody tr").count();
  assert.equal(
    rows,
    ladderOf(story).reduce((sum, { lines }) => sum + lines.length, 0),
    "a row a line",
  );
  assert.equal(await page.locator(".capacitor .death").count(), story.lived?.deaths, "each death is marked");
  assert.match((await page.locator("#keys tbody").textContent()) ?? "", new RegExp(story.rootPrint ?? "no root"));
  assert.equal(await page.locator("#keys .unmade").count(), 0, "every key was made");
  const stroke = await page.evaluate("getComputedStyle(document.querySelector('.ladder .arrow.sealed')).stroke");
  assert.match(String(stroke), /^rgb/, "it is drawn");
});

test("on a phone nothing is wider than the screen but what scrolls by itself; in the dark the text is light", {
  skip,
}, async () => {
  const html = storyHtml(await told({ set: ["duration_s=12"] }));
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, colorScheme: "dark" } as const;
  const { page, complaints } = await opened(browser, html, phone);
  assert.deepEqual(complaints, []);
  assert.ok(((await page.evaluate("document.documentElement.scrollWidth")) as number) <= 360);
  // What a message is called is there without a push, under its arrow.
  for (const message of (await page.locator("table.ladder tbody td.message").all()).slice(0, 20)) {
    const box = await message.boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 360, `from ${box?.x} px, ${box?.width} px wide`);
  }
  const colour = await page.evaluate("getComputedStyle(document.querySelector('h1')).color");
  assert.match(String(colour), /^rgb\(2\d\d, 2\d\d, 2\d\d\)$/);
});

test("a story that ended early says where, and which keys were never made", { skip }, async () => {
  const { page } = await opened(browser, storyHtml(await told({ isWrong: true })));
  assert.match((await page.locator(".verdict.bad").textContent()) ?? "", /the station is born/);
  assert.equal(await page.locator(".capacitor").count(), 0);
  assert.ok((await page.locator("#keys .unmade").count()) >= 5);
});
