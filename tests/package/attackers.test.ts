/** An attacker that somebody wrote in a hurry: told in one sentence what is wrong, and never a hang, a crash or a wrong run. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  type Air,
  type AirFacts,
  forgedTriggers,
  type RunOptions,
  replayedFrames,
  runScenario,
} from "../../host/api/index.ts";
import { ownAttacker } from "../../host/channel/ownattacker.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";

const WISH = { duration_s: 1, stations: { count: 2 } } as const;

/** Of a program without types. */
const attackedBy = (attacker: unknown) => runScenario(WISH, { attacker } as RunOptions);

async function refuses(attacker: unknown, wanted: RegExp): Promise<void> {
  await assert.rejects(attackedBy(attacker), (error: Error) => {
    assert.deepEqual([error.name, wanted.test(error.message)], ["AttackerError", true], error.message);
    assert.ok(!error.message.includes("\n"), error.message);
    return true;
  });
}

test("whatever an attacker throws, wherever, is one sentence", async () => {
  const thrown: [unknown, RegExp][] = [
    [new Error("in two\nlines"), /threw: in two$/],
    [new TypeError(), /threw: TypeError$/],
    ["a text\nof two", /threw: a text$/],
    [undefined, /threw: undefined$/],
    [Object.create(null), /threw: a bare object$/],
    [Symbol("x"), /threw: a symbol$/],
  ];
  for (const [what, wanted] of thrown) {
    const throws = () => {
      throw what;
    };
    await refuses(throws, wanted);
    for (const name of ["overhears", "meddles", "sends"]) await refuses(() => ({ [name]: throws }), wanted);
  }
  await refuses(class Replayer {}, /^the attacker's default threw: Class constructor Replayer cannot be invoked/);
});

test("an attacker that takes its time is told that the air waits for nobody, and its promise troubles nobody", async () => {
  const late = /answered a promise, where the air waits for nobody: it may not be async$/;
  const fails = async () => Promise.reject(new Error("too late"));
  await refuses(async () => ({ sends: () => [] }), late);
  for (const name of ["overhears", "meddles", "sends"]) await refuses(() => ({ [name]: fails }), late);
  // An unhandled rejection would end the process, and this test with it.
  await new Promise((done) => setTimeout(done, 10));
});

test("what is no plan, and what no frame is, is refused", async () => {
  for (const plan of [undefined, null, 7, [], { send: () => [] }, { sends: [] }]) {
    await refuses(() => plan, /^an attacker is an object with some of the functions overhears, meddles, sends$/);
  }
  const octets = Uint8Array.of(1);
  const good = { direction: "up", from_s: 0, end_s: 1e-3, octets };
  const frames: [unknown, RegExp][] = [
    [{ ...good, from_s: Number.NaN }, /a frame from NaN to 0.001 s/],
    [{ ...good, end_s: Number.POSITIVE_INFINITY }, /a frame from 0 to Infinity s/],
    [{ ...good, end_s: 0 }, /a frame from 0 to 0 s/],
    [{ ...good, from_s: "0" }, /a frame from "0" to 0.001 s/],
    [{ ...good, end_s: 1n }, /a frame from 0 to a bigint s/],
    [{ ...good, direction: 1n }, /sends a bigint, where "down" or "up"/],
    [{ ...good, octets: "0c00" }, /sends answered no frame/],
    [{ ...good, octets: new Uint8Array(256) }, /sends answered no frame/],
    [null, /a frame from undefined to undefined s/],
  ];
  for (const [frame, wanted] of frames) await refuses(() => ({ sends: () => [frame] }), wanted);
  await refuses(() => ({ sends: () => [good, { ...good, from_s: -1 }] }), /a frame from -1/);
  for (const none of [7, "no", {}, new Uint8Array(3)])
    await refuses(() => ({ sends: () => none }), /no list of frames/);
  await refuses(() => ({ sends: () => new Array(2 ** 32 - 1) }), /a frame from undefined/);
});

test("what an attacker does to the facts, to frames and to what he gave himself changes nothing", async () => {
  const alone = await runScenario(WISH);
  const attacked = await attackedBy(({ plan, scenario }: AirFacts) => {
    Object.assign(plan, { period_s: 1e-3, round_s: 0, longestCall: 1 });
    Object.assign(scenario, { duration_s: 0.1, seed: 9 });
    let given: Buffer | undefined;
    return {
      overhears: (air: Air) => void Object.assign(air, { octets: air.octets.fill(0) }),
      meddles(air: Air, _to: unknown, got: Uint8Array | undefined) {
        given?.fill(0);
        air.octets.fill(0);
        given = got && Buffer.from(got);
        got?.fill(0);
        return given;
      },
      sends: () => undefined,
    };
  });
  assert.deepEqual(attacked.scenario, alone.scenario);
  assert.deepEqual(
    [attacked.readings, attacked.exchanges, attacked.deaths],
    [alone.readings, alone.exchanges, alone.deaths],
  );
});

test("what was given out of a Buffer is what goes on the air, whatever becomes of the Buffer", () => {
  const given = Buffer.alloc(30, 0x77);
  const plan = ownAttacker(
    () => ({
      meddles: () => given,
      sends: (from_s, end_s) => [{ direction: "up", channel: 9, from: "ap", from_s, end_s, octets: given }],
    }),
    { channel: 3 },
  );
  const [air] = plan.sends?.(1, 2) ?? [];
  const got = plan.meddles?.(air, "ap", new Uint8Array(30));
  given.fill(0);
  assert.deepEqual(
    { ...air, octets: [...air.octets] },
    {
      ...{ direction: "up", channel: 3, from: undefined, from_s: 1, end_s: 2 },
      octets: new Array(30).fill(0x77),
    },
  );
  assert.deepEqual([...(got ?? [])], new Array(30).fill(0x77));
});

test("a span begins with its first instant and ends before its last, and its frames ascend", () => {
  const sent = (...at_s: number[]) => {
    const frame = { direction: "down", channel: 0, from: undefined, octets: Uint8Array.of(1) } as const;
    const make = () => ({ sends: () => at_s.map((from_s) => ({ ...frame, from_s, end_s: from_s + 1 })) });
    return ownAttacker(make, { channel: 0 })
      .sends?.(1, 2)
      .map(({ from_s }) => from_s);
  };
  assert.deepEqual(sent(1, 1.5, 1.5, 1.999), [1, 1.5, 1.5, 1.999]);
  assert.throws(() => sent(2), /starts within 1 .. 2 s/);
  assert.throws(() => sent(0.999), /starts within 1 .. 2 s/);
  assert.throws(() => sent(1.6, 1.5), /from 1.5 to 2.5 s, where one that starts within 1.6 .. 2 s/);
});

test("a schedule without a period or a beginning is told, and one that began long ago is not gone through", async () => {
  const schedule = { channel: 0, start_s: 0.5, period_s: 0.1, airtime_s: () => 1e-4 };
  for (const make of [
    (wrong: object) => replayedFrames({ ...schedule, ...wrong }, "up"),
    (wrong: object) => forgedTriggers({ ...schedule, ...wrong }, () => new Uint8Array(30)),
  ]) {
    for (const period_s of [0, -1, Number.NaN, 1e-300])
      assert.throws(() => make({ period_s }), /^RangeError: period_s: /);
    for (const start_s of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      assert.throws(() => make({ start_s }), /^RangeError: start_s: /);
    }
  }
  const old = forgedTriggers({ ...schedule, start_s: -1e15, period_s: 1 }, () => new Uint8Array(30));
  assert.deepEqual(
    old.sends?.(10, 12).map(({ from_s }) => from_s),
    [10, 11],
  );
});

test("a run of a very long time stops when it is told to, too", async () => {
  const signal = AbortSignal.timeout(100);
  await assert.rejects(runScenario({ duration_s: 1e300 }, { signal }), /TimeoutError/);
  await assert.rejects(runScenario({ duration_s: 1e300 }, { signal }), /TimeoutError/);
});

test("on the command line the same is exit code 2 and a sentence", async () => {
  const folder = scratchFolder();
  for (const [text, wanted] of [
    ["throw null;", /cannot be loaded: null/],
    ["await new Promise(() => {});", /cannot be loaded: it waits for something that never comes/],
    ["export default () => ({ overhears: async () => { throw new Error('late'); } });", /overhears answered a promise/],
  ] as const) {
    const file = join(folder, "own.mjs");
    writeFileSync(file, text);
    const { code, stdout, stderr } = await ampcore(["run", "--duration", "1", "--attacker", file]);
    assert.deepEqual([code, stdout, stderr.trimEnd().split("\n").length], [2, "", 1], stderr);
    assert.match(stderr, wanted);
  }
});

test("who passes on what he was given has changed nothing, and is not counted as if he had", async () => {
  const [alone, passing] = await Promise.all([
    runScenario(WISH),
    runScenario(WISH, { attacker: () => ({ meddles: (_air, _to, got) => got && Buffer.from(got) }) }),
  ]);
  assert.deepEqual({ ...passing, warnings: alone.warnings }, alone);
});
