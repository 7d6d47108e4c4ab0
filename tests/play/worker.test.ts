/** The simulator works in the worker, and what it says is bounded: a page that draws sixty times a second has time to. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serialize } from "node:v8";
import type { Browser } from "playwright-core";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { builtInNames, scenarioFor } from "../../host/cli/run/scenarios.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { bundleOf } from "../../host/play/bundle.node.ts";
import { BOUNDS, type Seen } from "../../host/play/protocol.ts";
import { Roots } from "../../host/play/worker/keys.ts";
import { fragmentOf } from "../../host/play/worker/link.ts";
import { Memory, pictureOf } from "../../host/play/worker/picture.ts";
import { Player } from "../../host/play/worker/player.ts";
import { Run } from "../../host/play/worker/run.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { launch } from "../report/browser.ts";
import { play } from "./bed.ts";

const skip = skipWithoutPrograms("chromium");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

/** Octets of a picture, all its numbers and texts at their longest. */
const PICTURE_MAX = 256_000;

test("the page's own program has nothing of the simulator, the device or the schema in it; neither has anything of Node", async () => {
  const [page, worker] = await Promise.all([bundleOf("page"), bundleOf("worker")]);
  const own = Object.keys(page.inputs);
  const foreign = own.filter((path) =>
    /host\/(sim|device|ap|energy|channel|crypto|keys|wire)\/|node_modules\/(zod|yaml)/.test(path),
  );
  assert.deepEqual(foreign, ["host/device/phase.ts"], "of the device it has the names of the phases");
  assert.ok(Object.keys(worker.inputs).some((path) => path.endsWith("host/sim/simulation.ts")));
  for (const { text } of [page, worker]) assert.doesNotMatch(text, /\bfrom\s*"node:|require\("/);
});

test("a picture of any run at any moment is bounded", async () => {
  let largest = 0;
  const names = builtInNames();
  const long = ["default", "tgbp-active", "hostile", "crowd"].filter((name) => names.includes(name));
  for (const name of long) {
    const module = { octets: await builtModule("release"), names: await builtNames("release") };
    const run = new Run(scenarioFor(name, { set: ["duration_s=12"] }), {
      materials: { crypto: createPortableCrypto(), module },
      version: "0",
    });
    const player = new Player(run, (work) => setImmediate(work));
    const [watched] = run.watched.values();
    const { crypto, store, stations } = run.simulation.world;
    const roots = new Roots(crypto, store, stations[watched.index].spa);
    await new Promise<void>((resolve) => player.toTheEnd(resolve));
    for (const span_s of [12, 1, 0.01]) {
      const view = { span_s, to_s: "now", pixels: 100_000, station: watched.index, listed: "all" } as const;
      const seen: Seen = pictureOf(player, watched, view, roots, new Memory());
      assert.ok(seen.least_V.length <= BOUNDS.pixels && seen.rows.length <= BOUNDS.rows);
      assert.ok(seen.frames.length <= BOUNDS.frames + 2 && seen.deaths.length <= BOUNDS.spans, name);
      assert.ok(seen.lives.length <= 2 * (BOUNDS.spans + 1) && (seen.pieces?.length ?? 0) <= 3 * BOUNDS.pieces, name);
      largest = Math.max(largest, serialize(seen).length);
    }
  }
  assert.ok(largest > 10_000 && largest < PICTURE_MAX, `${largest} octets`);
  console.log(`the largest picture has ${largest} octets`);
});

/** Counts in the page: modules of WebAssembly, frames of the screen, messages and the time that the main thread worked. */
const COUNTING = `
window.counts = { modules: 0, frames: 0, pictures: 0 };
for (const name of ["Module", "Instance"]) {
  const real = WebAssembly[name];
  WebAssembly[name] = function (...of) { counts.modules++; return new real(...of); };
}
for (const name of ["compile", "instantiate"]) WebAssembly[name] = () => { counts.modules++; };
const RealWorker = Worker;
window.Worker = class extends RealWorker {
  constructor(url) { super(url); this.addEventListener("message", ({ data }) => { if (data.kind === "seen") counts.pictures++; }); }
};
const count = () => { counts.frames++; requestAnimationFrame(count); };
requestAnimationFrame(count);
`;

test("while forty stations live as fast as it goes, the main thread runs no module and has no picture in vain", {
  skip,
}, async () => {
  const fragment = fragmentOf({ scenario: scenarioFor("crowd", { set: ["duration_s=86400"] }) });
  const { page, complaints } = await play(browser, fragment, { script: COUNTING });
  await page.locator("#speed").selectOption("max");
  await page.locator("#play").click();
  await page.locator('body[data-state="running"]').waitFor();
  const counts = async () =>
    (await page.evaluate("({ ...counts, at_ms: performance.now() })")) as Record<string, number>;
  const from = await counts();
  await page.waitForTimeout(1500);
  const to = await counts();
  const clock = (await page.locator("#clock").textContent()) ?? "";
  assert.match(clock, /running/, "it still ran when it was measured");
  assert.ok(Number.parseFloat(clock) > 0);
  assert.equal(to.modules, 0);
  const [frames, pictures] = [to.frames - from.frames, to.pictures - from.pictures];
  assert.ok(pictures > 0 && pictures <= frames + 1, `${pictures} pictures in ${frames} frames`);
  assert.deepEqual(complaints, []);
  const fps = (1000 * frames) / (to.at_ms - from.at_ms);
  console.log(`${fps.toFixed(1)} frames a second, ${pictures} pictures in ${frames} frames, ${clock}`);
});
