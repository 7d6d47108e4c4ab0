/** What a picture says of an instant is what was so at that instant: deaths, lives, frames in the air, keys of a dead station. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule, builtNames } from "../../host/build/build.ts";
import type { Air } from "../../host/channel/medium.ts";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { BOUNDS, type Listed, type Seen } from "../../host/play/protocol.ts";
import { Roots } from "../../host/play/worker/keys.ts";
import { Memory, pictureOf } from "../../host/play/worker/picture.ts";
import { Player } from "../../host/play/worker/player.ts";
import { Run } from "../../host/play/worker/run.ts";
import { Tape } from "../../host/play/worker/tape.ts";
import type { Watched } from "../../host/play/worker/watched.ts";

const module = { octets: await builtModule("release"), names: await builtNames("release") };

interface Bench {
  readonly run: Run;
  readonly player: Player;
  readonly watched: Watched;
  see(listed?: Listed): Seen;
  step(stride: "frame" | "exchange"): Promise<void>;
  toTheEnd(): Promise<void>;
}

function bench(name: string, set: readonly string[]): Bench {
  const materials = { crypto: createPortableCrypto(), module };
  const run = new Run(scenarioFor(name, { set }), { materials, version: "0" });
  const player = new Player(run, (work) => setImmediate(work));
  const [watched] = run.watched.values();
  const { crypto, store, stations } = run.simulation.world;
  const roots = new Roots(crypto, store, stations[watched.index].spa);
  const span_s = run.scenario.duration_s;
  return {
    run,
    player,
    watched,
    see: (listed = "all") => {
      const view = { span_s, to_s: span_s, pixels: 1000, station: watched.index, listed } as const;
      return pictureOf(player, watched, view, roots, new Memory());
    },
    step: async (stride) => {
      player.step(stride, watched);
      while (player.state === "stepping") await new Promise((resolve) => setImmediate(resolve));
    },
    toTheEnd: () => new Promise((resolve) => player.toTheEnd(resolve)),
  };
}

/** Little storage and a source that comes and goes. */
const DYING = [
  ...["stations.count=1", "override.storage.capacitance_F=1.2e-6", "harvest.source=markov"],
  ...["harvest.markov.on_s=0.05", "harvest.markov.off_s=0.03"],
];
const ramOf = ({ keys }: Seen): string =>
  keys
    .filter(({ where }) => where === "RAM")
    .map(({ name, state }) => `${name} ${state}`)
    .join(", ");

test("deaths that lie close together all over a run are drawn all over it", async () => {
  const { see, watched, toTheEnd } = bench("tgbp-active", ["duration_s=6"]);
  await toTheEnd();
  const { deaths, figures } = see();
  assert.ok(figures.deaths > 2000, `${figures.deaths} deaths`);
  assert.ok(deaths.length <= BOUNDS.spans);
  // Each part of the picture that has a death has one drawn.
  const parts = new Set<number>();
  for (let row = watched.lives.start; row < watched.lives.end; row++) {
    const down_s = watched.lives.at(row, 1);
    if (watched.lives.at(row, 2) >= 0) parts.add(Math.min(BOUNDS.spans - 1, Math.floor(down_s / (6 / BOUNDS.spans))));
  }
  assert.ok(parts.size > 50, `${parts.size} parts`);
  assert.ok(Math.abs(deaths.length - parts.size) <= 1, `${deaths.length} deaths drawn, of ${parts.size} parts`);
});

test("a life that the end of the run cuts off is listed once, and lives are counted as of the instant that is shown", async () => {
  const whole = bench("default", ["duration_s=1", "stations.count=1"]);
  await whole.toTheEnd();
  const { rows, figures } = whole.see("lives");
  assert.deepEqual(
    rows.map((row) => row.kind === "up" && row.life),
    [1],
  );
  assert.deepEqual([figures.lives, figures.deaths], [1, 0]);
  const { see, watched, run, player, toTheEnd } = bench("default", [...DYING, "duration_s=2"]);
  await toTheEnd();
  const { lives, deaths } = run.simulation.world.stations[0].tally;
  assert.deepEqual([see().figures.lives, see().figures.deaths], [lives, deaths]);
  const third = watched.deaths.find(({ life }) => life.life === 3);
  assert.ok(third?.call);
  player.magnify(third.call);
  assert.deepEqual([see().figures.lives, see().figures.deaths], [3, 2], "in the midst of the third life");
});

test("a frame has no fate while it is on the air; a step to it waits for what became of it", async () => {
  const { player, see, step } = bench("default", ["duration_s=2", "stations.count=1"]);
  let answered = 0;
  for (let n = 0; n < 12; n++) {
    await step("frame");
    const [latest] = see("frames").rows;
    assert.ok(latest?.kind === "frame" && latest.end_s === player.now_s);
    // One station alone, and no loss: nothing collides.
    assert.ok(["received", ""].includes(latest.fate), `${latest.title}: ${latest.fate}`);
    if (latest.title === "M2") answered++;
  }
  assert.ok(answered > 2);
  const flying = new Set<string>();
  player.play(0.02);
  while (flying.size < 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { rows, now_s } = see("frames");
    for (const row of rows) {
      if (row.kind === "frame" && row.end_s > now_s) flying.add(row.fate);
    }
  }
  player.pause();
  assert.deepEqual([...flying], ["flying"]);
});

test("at the instant of its death a station is off and its keys are lost, however far the simulator is ahead", async () => {
  const { run, player, watched, see, step } = bench("default", [...DYING, "duration_s=3"]);
  let [seen, lost] = [0, 0];
  for (await step("exchange"); player.state !== "ended"; await step("exchange")) {
    const { now_s } = player;
    if (!watched.deaths.some(({ t_s }) => t_s === now_s)) continue;
    run.advance(now_s + 0.05);
    const picture = see();
    assert.equal(picture.figures.isUp, false, `at ${now_s} s`);
    assert.doesNotMatch(ramOf(picture), /there|wiped/);
    seen++;
    // What stood in RAM at the instruction that it died at is lost, and what had not come by then never came.
    const { call } = watched.deaths.find(({ t_s }) => t_s === now_s) as Watched["deaths"][number];
    if (!call) continue;
    const told = ramOf(picture);
    player.magnify(call);
    assert.equal(told, ramOf(see()).replaceAll(/there|wiped/g, "lost"), `in ${call.call} at ${now_s} s`);
    if (/PMK lost/.test(told)) lost++;
  }
  assert.ok(seen > 20 && lost > 5, `${seen} deaths, ${lost} of them with a PMK`);
});

test("of a death long ago the keys are what they were when it was the latest", async () => {
  const set = [...DYING, "override.storage.capacitance_F=2e-6", "harvest.markov.off_s=0.08", "duration_s=15"];
  const { player, watched, see, run, toTheEnd } = bench("default", [...set, "harvest.markov.power_W=200e-6"]);
  const then = new Map<number, string>();
  while (run.advanceByOne()) {
    const death = watched.deaths.at(-1);
    if (!death?.call || then.has(death.life.life)) continue;
    player.magnify(death.call);
    then.set(death.life.life, ramOf(see()));
  }
  await toTheEnd();
  for (const { call, life } of watched.deaths) {
    if (!call || !then.has(life.life)) continue;
    player.magnify(call);
    assert.equal(ramOf(see()), then.get(life.life), `life ${life.life}, in ${call.call}`);
  }
  assert.ok(then.size > 50, `${then.size} deaths`);
  const sessions = [...then.values()].filter((ram) => /TK there/.test(ram));
  assert.ok(sessions.length > 5, `${sessions.length} with a session`);
});

test("where thousands of stations hear each frame the tape keeps fewer of them, and gives none under a wrong number", () => {
  const tape = new Tape(() => {});
  const octets = Uint8Array.of(1, 2, 3);
  const airs = Array.from({ length: 400 }, (_, n): Air => {
    return { direction: "down", channel: 0, from: "ap", from_s: n, end_s: n + 0.5, octets };
  });
  for (const air of airs) {
    tape.sent(air);
    for (let to = 0; to < 3000; to++) tape.carried({ air, to, outcome: "received" });
  }
  const kept = airs.flatMap((_, n) => tape.frame(n) ?? []);
  assert.ok(kept.length >= 100 && kept.length <= 200, `${kept.length} frames`);
  for (const { n, air } of kept) assert.equal(air, airs[n]);
  assert.equal(kept.at(-1)?.n, 399);
});
