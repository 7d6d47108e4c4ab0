/** What the package exports, from its sources: what it does, and the one sentence that a mistake gets. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as api from "../../host/api/index.ts";
import { ROOT } from "../../host/build/build.ts";
import { ampcore } from "../cli/ampcore.ts";
import { run } from "../readme/tools.ts";

const { createAccessPoint, loadStation, meterStation, runScenario, readVectors } = api;
const SPA = "02:c0:ff:ee:00:01";

test("a station of each build is read, and its M3 is taken", async () => {
  for (const module of ["release", "small", "roaming"] as const) {
    for (const profile of ["compact", "wide", "strong"] as const) {
      const ap = createAccessPoint({ profile });
      const station = await loadStation({ nvm: ap.enrol(SPA, undefined, { roaming: module === "roaming" }), module });
      assert.equal(station.boot(), 0);
      assert.equal(station.setPayload(Uint8Array.of(1, 2, 3), profile !== "wide"), 0);
      const { frame = new Uint8Array(0) } = station.receive(ap.trigger());
      const received = ap.receive(frame);
      assert.ok(received.kind === "reading");
      assert.deepEqual(received.reading.payload, Uint8Array.of(1, 2, 3));
      const m3 = ap.confirm(received, Uint8Array.of(9)) as Uint8Array;
      assert.equal(station.receive(m3).status, 0);
      assert.deepEqual([api.STATES[station.state()], station.received()], ["secure", Uint8Array.of(9)]);
      assert.deepEqual(ap.confirm(ap.receive(frame)), m3, "the same M2 is answered with the same M3");
      assert.equal(ap.confirm({ kind: "ack" }), undefined);
    }
  }
});

test("a session is over when the clock says so: a late delivery has no M3", async () => {
  let now_s = 0;
  const ap = createAccessPoint({ now_s: () => now_s });
  const station = await loadStation({ nvm: ap.enrol(SPA) });
  station.boot();
  station.setPayload(Uint8Array.of(1), true);
  const received = ap.receive(station.receive(ap.trigger()).frame as Uint8Array);
  now_s = 10;
  assert.equal(received.kind, "reading");
  assert.equal(ap.confirm(received), undefined);
});

test("with what the access point knows a frame is opened, and with another device's keys it is not", async () => {
  const ap = createAccessPoint();
  const station = await loadStation({ nvm: ap.enrol(SPA) });
  ap.enrol("02:c0:ff:ee:00:02");
  station.boot();
  station.setPayload(Buffer.from("21.5 C"), true);
  const m1 = ap.trigger();
  const frames = [m1, station.receive(m1).frame as Uint8Array];
  const opened = api.explainFrames(frames, ap.known(SPA))[1].opening;
  assert.ok(opened?.outcome === "verified");
  assert.equal(Buffer.from(opened.payload).toString(), "21.5 C");
  const other = { ...ap.known("02:c0:ff:ee:00:02"), spa: ap.known(SPA).spa };
  assert.equal(api.explainFrames(frames, other)[1].opening?.outcome, "bad MIC");
  assert.equal(api.explainFrames([new Uint8Array(0)])[0].verdicts.length, 2);
});

test("a metered station counts what bench/results/core.json says of the same call, and prices it by the profile", async () => {
  const { release } = JSON.parse(readFileSync(join(ROOT, "bench/results/core.json"), "utf8"));
  const ap = createAccessPoint();
  const { measure } = await meterStation({ nvm: ap.enrol(SPA), mcu: "msp430fr5994" });
  const boot = measure((station) => station.boot());
  assert.equal(boot.result, 0);
  measure((station) => station.setPayload(new Uint8Array(16), true));
  const m1 = ap.trigger();
  const cold = measure((station) => station.receive(m1));
  // Other addresses and nonces: the order of their octets is worth some forty instructions.
  const bench = release.jobs["M2 compact, CCM, cold"].instructions;
  assert.ok(Math.abs(cold.instructions / bench - 1) < 0.002, `${cold.instructions} beside ${bench}`);
  const sum = cold.counts.functions.reduce((all, { instructions }) => all + instructions, 0);
  assert.equal(sum, cold.instructions);
  // 354 pJ a cycle, MCUS.msp430fr5994.
  assert.ok(Math.abs(cold.cpu_J.e_J / (cold.cycles * 354e-12) - 1) < 1e-12);
  assert.ok(cold.cpu_J.low_J < cold.cpu_J.e_J && cold.cpu_J.e_J < cold.cpu_J.high_J);
  assert.ok(cold.counts.functions.some(({ name }) => name === "crypto/sha256/compress"));
  assert.equal(measure(() => 7).instructions, 0, "what the station does not do costs nothing");
});

test("a run is what ampcore run --json prints, and an attacker of one's own is told in its warnings", async () => {
  const { stdout } = await ampcore(["run", "hostile", "--duration", "1", "--json"]);
  const printed = JSON.parse(stdout);
  const result = await runScenario({ ...printed.scenario }, { timeline: true });
  assert.deepEqual(JSON.parse(JSON.stringify(result)), printed);

  const heard: number[] = [];
  const attacked = await runScenario(printed.scenario, {
    attacker: ({ channel, plan, scenario }) => {
      assert.deepEqual([channel, scenario.duration_s, plan.period_s > 0], [0, 1, true]);
      return { overhears: ({ octets }) => void heard.push(octets.length) };
    },
  });
  assert.ok(heard.length > 10);
  assert.deepEqual(
    attacked.warnings.filter((one) => !result.warnings.includes(one)),
    ["an attacker that is no part of the scenario was on the air"],
  );
  // Who only listens changes nothing.
  assert.equal(attacked.readings, result.readings);
});

test("what an attacker does to his octets after he has sent them is nothing that was on the air", async () => {
  const stranger = createAccessPoint();
  stranger.enrol(SPA);
  const frame = stranger.trigger();
  const heard = async (isSpoiled: boolean): Promise<number> => {
    let at_s = 0.0375; // Between two rounds.
    const octets = frame.slice();
    const { exchanges } = await runScenario(
      { duration_s: 1, stations: { count: 1 } },
      {
        attacker: () => ({
          sends(from_s, until_s) {
            octets.set(frame);
            const airs: api.Air[] = [];
            for (; at_s < until_s; at_s += 0.025) {
              if (at_s < from_s) continue;
              airs.push({ direction: "down", channel: 0, from: undefined, from_s: at_s, end_s: at_s + 5e-4, octets });
            }
            return airs;
          },
          overhears: () => void (isSpoiled && octets.fill(0)),
        }),
      },
    );
    return exchanges.m1Strange;
  };
  const heardOf = await heard(false);
  assert.ok(heardOf > 0, `${heardOf} were heard`);
  assert.equal(await heard(true), heardOf);
});

test("a module of one's own is the one that the stations run, and a course is kept for who asks", async () => {
  const scenario = { duration_s: 0.2, stations: { count: 1 } };
  const own = await runScenario(scenario, { module: await api.stationModule("small") });
  const named = await runScenario({ ...scenario, stations: { count: 1, module: "small" } }, { timeline: true });
  assert.equal(own.hashes.module, named.hashes.module);
  assert.notEqual(own.hashes.module, (await runScenario(scenario)).hashes.module);
  assert.deepEqual([own.readings, own.lives], [named.readings, named.lives]);
  assert.deepEqual([Boolean(own.timeline), Boolean(named.timeline)], [false, true]);
});

test("a run gives others their turn, and stops when it is told to", async () => {
  const attacker = () => assert.fail("it has begun");
  await assert.rejects(
    runScenario({}, { attacker, signal: AbortSignal.abort(new Error("before")) }),
    /^Error: before$/,
  );
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(new Error("enough")), 50);
  await assert.rejects(runScenario({ duration_s: 3600 }, { signal: stopping.signal }), /^Error: enough$/);
});

test("a mistake is one sentence that says what, where, and what would be right", async () => {
  const ap = createAccessPoint();
  const nvm = ap.enrol(SPA);
  const sends = (frame: object) => ({ attacker: () => ({ sends: () => [frame] }) }) as unknown as api.RunOptions;
  const octets = Uint8Array.of(1);
  const mistakes: [() => unknown, RegExp][] = [
    [() => ap.enrol(SPA), /enrolled already/],
    [() => ap.enrol("coffee"), /spa: "coffee" is no address, where one like 02:c0:ff:ee:00:01/],
    [() => ap.enrol("03:c0:ff:ee:00:01"), /group address/],
    [() => ap.known("02:c0:ff:ee:00:09"), /is not enrolled/],
    [() => createAccessPoint({ profile: "narrow" as "wide" }), /profile: narrow is none of compact, wide, strong/],
    [() => createAccessPoint({ master: new Uint8Array(3) }), /master/],
    [() => loadStation({ nvm, module: Uint8Array.of(0, 1) }), /WebAssembly|magic/],
    [() => loadStation({ nvm, module: "large" as "small" }), /module: large is none of release, small, roaming$/],
    [() => loadStation({ nvm, reading: new Uint8Array(55) }), /reading: 55 octets are refused: bad argument/],
    [() => loadStation({ nvm: new api.Nvm(), reading: new Uint8Array(1) }), /the station does not boot: NVM failed/],
    [() => meterStation({ nvm, mcu: "z80" }), /mcu: z80 is none of msp430fr5994/],
    [() => readVectors("nothing" as "boot"), /file: nothing is none of example/],
    [() => runScenario({ duration_s: -1 }), /duration_s is -1, where/],
    [() => runScenario("nowhere.yaml"), /nowhere.yaml does not exist/],
    [() => runScenario({}, { module: Uint8Array.of(1) }), /WebAssembly|magic/],
    [() => runScenario({}, { attacker: () => ({}) }), /an attacker is an object with some of/],
    [() => runScenario({}, sends({ direction: "up", from_s: -1, end_s: 0, octets })), /from -1 to 0 s, where one/],
    [
      () => runScenario({}, sends({ direction: "left", from_s: 0, end_s: 1, octets })),
      /sends "left", where "down" or "up" is expected/,
    ],
    [() => runScenario({}, sends({ direction: "up", from_s: 0, end_s: 1, octets: [1] })), /answered no frame/],
    [
      () => runScenario({}, { attacker: () => ({ overhears: () => assert.fail("mine") }) }),
      /the attacker's overhears threw: mine/,
    ],
  ];
  for (const [call, wanted] of mistakes) {
    await assert.rejects(
      async () => call(),
      (error: Error) => {
        assert.match(error.message, wanted);
        assert.ok(!error.message.includes("\n"), error.message);
        return true;
      },
    );
  }
});

test("an attacker's mistake on the command line is exit code 2 and a sentence", async () => {
  for (const [file, wanted] of [
    ["nowhere.mjs", /--attacker nowhere.mjs does not exist/],
    [join(ROOT, "package.json"), /exports no default that is a function|cannot be loaded/],
  ] as const) {
    const { code, stdout, stderr } = await ampcore(["run", "--duration", "1", "--attacker", file]);
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, wanted);
  }
});

test("every export has its page, and every docstring that the pages need is there", () => {
  run(process.execPath, [join(ROOT, "node_modules/typedoc/bin/typedoc"), "--options", "host/api/typedoc.json"], ROOT);
  const pages = readdirSync(join(ROOT, "build/api"), { recursive: true, encoding: "utf8" });
  const lacking = Object.keys(api).filter((name) => !pages.some((page) => page.endsWith(`/${name}.html`)));
  assert.deepEqual(lacking, []);
});
