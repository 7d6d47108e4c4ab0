/** The medium and what is put around it: loss, faults, attackers, taps, alone and together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Attacked, forgedTriggers, type Plan, replayedFrames } from "../../host/channel/attacker.ts";
import { type Faults, Faulty } from "../../host/channel/faults.ts";
import { type Air, Lossy, type Medium, type PerDirection } from "../../host/channel/medium.ts";
import { Tap, type Tapped } from "../../host/channel/tap.ts";
import { seededRandom } from "../twin/life.ts";

const FRAME = Uint8Array.from({ length: 20 }, (_, i) => 17 * i);
const NO_FAULTS: Faults = { replay: 0, truncate: 0, flip: 0 };

function frame(over: Partial<Air> = {}): Air {
  return { direction: "up", channel: 0, from: 3, from_s: 1, end_s: 1.001, octets: FRAME, ...over };
}

const both = <Value>(value: Value): PerDirection<Value> => ({ down: value, up: value });

/** A stream of its own for each direction. */
function streams(seed: number): PerDirection<() => number> {
  return { down: seededRandom(seed), up: seededRandom(seed + 1) };
}

const clear = (): Medium => new Lossy(both(0), streams(1));

/** What the AP gets of `times` frames. */
function carried(medium: Medium, times: number, make: (i: number) => Air = () => frame()): (Uint8Array | undefined)[] {
  return Array.from({ length: times }, (_, i) => {
    const air = make(i);
    medium.put(air);
    return medium.carry(air, "ap");
  });
}

test("frames are lost with the probability of their direction", () => {
  const medium = new Lossy({ down: 0.2, up: 0 }, streams(4));
  const lost = carried(medium, 5000, () => frame({ direction: "down" })).filter((got) => got === undefined).length;
  assert.ok(Math.abs(lost - 1000) < 130, `a fifth of 5000 within 4.5 sigma: ${lost}`);
  assert.ok(
    carried(medium, 1000).every((got) => got === FRAME),
    "none up, and what comes is what was sent",
  );
  const never = new Lossy(both(1), streams(4));
  assert.ok(
    carried(never, 1000).every((got) => got === undefined),
    "probability 1",
  );
});

test("of a frame that was cut before its first octet was complete nobody gets anything, by no medium", () => {
  const cut = (i: number): Air => frame({ octets: new Uint8Array(0), from_s: i });
  const always = both({ replay: 0.5, truncate: 0.5, flip: 0.5 });
  for (const medium of [clear(), new Faulty(clear(), always, streams(2)), new Tap(clear(), {})]) {
    assert.ok(
      carried(medium, 200, cut).every((got) => got === undefined),
      "nothing",
    );
  }
  const outcomes: string[] = [];
  const tap = new Tap(clear(), { carried: ({ outcome }) => outcomes.push(outcome) });
  carried(tap, 1, cut);
  assert.deepEqual(outcomes, ["lost"]);
});

test("such a frame takes its number from the stream like any other, and nobody sends it again", () => {
  const fates = (isCut: boolean): boolean[] => {
    const medium = new Lossy(both(0.5), streams(9));
    const octets = isCut ? new Uint8Array(0) : FRAME;
    medium.carry(frame({ octets }));
    return carried(medium, 100).map((got) => got === undefined);
  };
  assert.deepEqual(fates(true), fates(false));
  const replaying = new Faulty(clear(), both({ ...NO_FAULTS, replay: 1 }), streams(2));
  const replayer = new Attacked(clear(), replayedFrames(SCHEDULE, "up"));
  for (const medium of [replaying, replayer]) medium.put(frame({ octets: Uint8Array.of(7), from_s: 0 }));
  for (const medium of [replaying, replayer]) medium.put(frame({ octets: new Uint8Array(0), from_s: 0.1 }));
  assert.deepEqual(carried(replaying, 1), [Uint8Array.of(7)]);
  assert.deepEqual(
    replayer.strangers(0, 1).map(({ octets }) => octets),
    [Uint8Array.of(7)],
  );
});

test("each direction draws from its own stream, as often whatever the probabilities are", () => {
  const fates = (loss: PerDirection<number>, mixed: boolean): boolean[] => {
    const medium = new Lossy(loss, streams(9));
    const airs = Array.from({ length: 200 }, (_, i) => frame({ direction: mixed && i % 2 === 0 ? "down" : "up" }));
    return airs
      .map((air) => [air.direction, medium.carry(air) === undefined] as const)
      .filter(([direction]) => direction === "up")
      .map(([, isLost]) => isLost);
  };
  const alone = fates({ down: 0, up: 0.5 }, false).slice(0, 100);
  assert.deepEqual(fates({ down: 0, up: 0.5 }, true), alone);
  assert.deepEqual(fates({ down: 0.9, up: 0.5 }, true), alone);
});

test("without faults a faulty medium changes nothing; probabilities that are none are refused", () => {
  assert.ok(
    carried(new Faulty(clear(), both(NO_FAULTS), streams(2)), 100).every((got) => got === FRAME),
    "the very octets",
  );
  for (const wrong of [{ flip: 1.1 }, { truncate: -0.1 }, { replay: Number.NaN }]) {
    const faults = both({ ...NO_FAULTS, ...wrong });
    assert.throws(() => new Faulty(clear(), faults, streams(2)), { name: "RangeError", message: /is no probability$/ });
  }
});

test("flips invert one to eight bits, anywhere, in a copy", () => {
  const medium = new Faulty(clear(), both({ ...NO_FAULTS, flip: 1 }), streams(2));
  const where = new Set<number>();
  const howMany = new Set<number>();
  const before = FRAME.slice();
  for (const got of carried(medium, 2000)) {
    assert.ok(got?.length === FRAME.length, "no octet more or less");
    const bits = [...got].flatMap((octet, i) =>
      Array.from({ length: 8 }, (_, bit) => ((octet ^ FRAME[i]) >> bit) & 1 && 8 * i + bit + 1).filter(Boolean),
    );
    howMany.add(bits.length);
    for (const bit of bits) where.add(bit as number);
  }
  assert.deepEqual([...howMany].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(where.size, 8 * FRAME.length);
  assert.deepEqual(FRAME, before);
});

test("truncation leaves the first octets, one at least and never all; of none nothing is received", () => {
  const medium = new Faulty(clear(), both({ ...NO_FAULTS, truncate: 1 }), streams(2));
  const lengths = new Set<number>();
  for (const got of carried(medium, 2000)) {
    lengths.add(got?.length ?? 0);
    if (got) assert.deepEqual(got, FRAME.subarray(0, got.length));
    assert.notEqual(got?.length, 0);
  }
  assert.deepEqual(
    [...lengths].sort((a, b) => a - b),
    Array.from({ length: FRAME.length }, (_, i) => i),
  );
});

test("a replay is an earlier frame of the same direction and channel; the first frame has none before it", () => {
  const medium = new Faulty(clear(), both({ ...NO_FAULTS, replay: 1 }), streams(2));
  const octets = (i: number): Uint8Array => Uint8Array.of(i, i % 2, i % 3);
  const got = carried(medium, 300, (i) =>
    frame({ channel: i % 2, direction: i % 3 === 0 ? "down" : "up", octets: octets(i), from_s: i }),
  );
  for (const [i, received] of got.entries()) {
    const hasEarlier = Array.from({ length: i }, (_, k) => k).some(
      (k) => k % 2 === i % 2 && (k % 3 === 0) === (i % 3 === 0),
    );
    assert.ok(received !== undefined, "a frame comes");
    if (!hasEarlier) assert.equal(received[0], i);
    else {
      assert.ok(received[0] !== i % 256 || i > 255, "not itself");
      assert.deepEqual([received[1], received[2] === 0], [i % 2, i % 3 === 0]);
    }
  }
});

test("faults come with their probabilities, and what is lost within stays lost", () => {
  const medium = new Faulty(clear(), both({ replay: 0, truncate: 0.1, flip: 0.1 }), streams(6));
  const got = carried(medium, 5000);
  const short = got.filter((octets) => octets !== undefined && octets.length < FRAME.length).length;
  const none = got.filter((octets) => octets === undefined).length;
  assert.ok(Math.abs(short + none - 500) < 95, `a tenth of 5000 within 4.5 sigma: ${short} + ${none}`);
  const lost = new Faulty(new Lossy(both(1), streams(1)), both({ replay: 1, truncate: 1, flip: 1 }), streams(6));
  assert.ok(
    carried(lost, 50).every((octets) => octets === undefined),
    "nothing comes of nothing",
  );
});

const SCHEDULE = { channel: 0, start_s: 0.5, period_s: 1, airtime_s: (octets: number) => octets * 1e-6 };

/** Asks for what strangers send, second by second, and puts it on the air. */
function strangersOf(medium: Medium, until_s: number): Air[] {
  return Array.from({ length: until_s }, (_, second) => second).flatMap((second) => {
    const airs = medium.strangers(second, second + 1);
    for (const air of airs) medium.put(air);
    return [...airs];
  });
}

test("forged triggers come on time, each one made anew, from nobody", () => {
  let made = 0;
  const medium = new Attacked(
    clear(),
    forgedTriggers(SCHEDULE, () => Uint8Array.of(8, made++)),
  );
  const airs = strangersOf(medium, 4);
  assert.deepEqual(
    airs.map(({ from_s, end_s, octets }) => [from_s, end_s - from_s < 3e-6, octets[1]]),
    [0, 1, 2, 3].map((k) => [k + 0.5, true, k]),
  );
  assert.ok(
    airs.every(({ from, direction }) => from === undefined && direction === "down"),
    "down, and from a stranger",
  );
  assert.deepEqual(medium.strangers(1.6, 2.4), [], "a span is asked for once");
});

test("a replayer repeats the last frame it heard of another, and not its own", () => {
  const isM1 = (octets: Uint8Array): boolean => octets[0] === 8;
  const medium = new Attacked(clear(), replayedFrames(SCHEDULE, "down", isM1));
  assert.deepEqual(medium.strangers(0, 1), [], "it has heard nothing yet");
  const heard = [
    frame({ direction: "down", octets: Uint8Array.of(8, 1) }),
    frame({ direction: "down", octets: Uint8Array.of(0x1a, 2) }),
    frame({ direction: "up", octets: Uint8Array.of(8, 3) }),
    frame({ direction: "down", channel: 1, octets: Uint8Array.of(8, 4) }),
    frame({ direction: "down", from: undefined, octets: Uint8Array.of(8, 5) }),
  ];
  for (const air of heard) medium.put(air);
  assert.deepEqual(
    medium.strangers(1, 3).map(({ octets }) => octets),
    [Uint8Array.of(8, 1), Uint8Array.of(8, 1)],
  );
});

test("a plan may change or jam what a receiver gets, and sees what came through to it", () => {
  const seen: (Uint8Array | undefined)[] = [];
  const plan: Plan = {
    meddles(_air, to, got) {
      seen.push(got);
      return to === "ap" ? undefined : Uint8Array.of(1);
    },
  };
  const medium = new Attacked(new Lossy({ down: 1, up: 0 }, streams(1)), plan);
  assert.equal(medium.carry(frame(), "ap"), undefined);
  assert.deepEqual(medium.carry(frame({ direction: "down" }), 2), Uint8Array.of(1));
  assert.deepEqual(seen, [FRAME, undefined]);
});

test("a tap tells every frame once and what each receiver got of it, and changes nothing", () => {
  const sent: Air[] = [];
  const told: Tapped[] = [];
  const meddling: Plan = {
    meddles: (_air, to, got) => (to === 1 ? got?.slice() : to === 2 ? Uint8Array.of(9) : undefined),
  };
  const medium = new Tap(new Attacked(clear(), meddling), {
    sent: (air) => sent.push(air),
    carried: (tapped) => told.push(tapped),
  });
  const air = frame();
  medium.put(air);
  const got = [1, 2, 3].map((to) => medium.carry(air, to));
  assert.deepEqual(got, [FRAME, Uint8Array.of(9), undefined]);
  assert.deepEqual(sent, [air]);
  assert.deepEqual(told, [
    { air, to: 1, outcome: "received" },
    { air, to: 2, outcome: "changed", got: Uint8Array.of(9) },
    { air, to: 3, outcome: "lost" },
  ]);
});

test("media go around each other in any order: strangers, puts and frames pass through all of them", () => {
  let overheard = 0;
  let sent = 0;
  const plan = (start_s: number): Plan => ({
    ...forgedTriggers({ ...SCHEDULE, start_s }, () => Uint8Array.of(8)),
    overhears: () => overheard++,
  });
  const layers: ((inner: Medium) => Medium)[] = [
    (inner) => new Attacked(inner, plan(0.5)),
    (inner) => new Faulty(inner, both(NO_FAULTS), streams(3)),
    (inner) => new Tap(inner, { sent: () => sent++ }),
    (inner) => new Attacked(inner, plan(0.25)),
  ];
  for (const order of [layers, [...layers].reverse()]) {
    [overheard, sent] = [0, 0];
    const medium = order.reduce((inner, around) => around(inner), clear());
    assert.deepEqual(
      strangersOf(medium, 2).map(({ from_s }) => from_s),
      [0.25, 0.5, 1.25, 1.5],
    );
    assert.deepEqual([overheard, sent], [8, 4]);
    assert.equal(medium.carry(frame(), "ap"), FRAME);
  }
});

test("the same streams give the same air, another seed another", () => {
  const history = (seed: number): string => {
    const faults = both({ replay: 0.2, truncate: 0.2, flip: 0.2 });
    const medium = new Faulty(new Lossy(both(0.2), streams(seed)), faults, streams(seed + 10));
    return carried(medium, 300, (i) => frame({ octets: Uint8Array.of(i, 1, 2, 3), from_s: i })).join(";");
  };
  assert.equal(history(1), history(1));
  assert.notEqual(history(1), history(2));
});
