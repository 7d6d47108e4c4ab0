/** Intervals and movers, against figures and formulas that others published. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { streamsOf } from "../../host/sim/streams.ts";
import { moversOf } from "../../host/sweep/stats/movers.ts";
import { meanOf, student } from "../../host/sweep/stats/student.ts";
import { proportionOf, wilson } from "../../host/sweep/stats/wilson.ts";

test("Wilson's interval is that of R. G. Newcombe's table (Statistics in Medicine 17, 1998, table I, method 3)", () => {
  const published: readonly [number, number, number, number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [succeeded, tried, low, high] of published) {
    const [least, most] = wilson(succeeded / tried, tried);
    assert.ok(
      Math.abs(least - low) < 5e-5 && Math.abs(most - high) < 5e-5,
      `${succeeded} of ${tried}: ${least} ${most}`,
    );
  }
  assert.deepEqual(wilson(1, 20)[1], 1);
});

test("Wilson's interval holds the true proportion about 95 times in 100, also where runs differ among each other", () => {
  const { uniform } = streamsOf(nodeCrypto, 5)("coverage");
  const covered = (spread: number, of = 12): number => {
    let held = 0;
    for (let turn = 0; turn < 2000; turn++) {
      // Each run has a proportion of its own, 0.4 in the mean.
      const runs = Array.from({ length: of }, () => {
        const p = 0.4 + spread * (2 * uniform() - 1);
        return { tried: 30, succeeded: Array.from({ length: 30 }, () => uniform() < p).filter(Boolean).length };
      });
      const { low, high } = proportionOf(runs) ?? assert.fail();
      if ((low ?? 1) <= 0.4 && (high ?? 0) >= 0.4) held++;
    }
    return held / 2000;
  };
  const independent = covered(0);
  assert.ok(independent > 0.94 && independent < 0.985, `${independent} of independent tries`);
  for (const runs of [2, 3, 4, 12]) {
    const clustered = covered(0.35, runs);
    assert.ok(clustered > 0.93 && clustered < 0.97, `${clustered} of ${runs} runs that differ`);
  }
  const alike = Array.from({ length: 4 }, () => ({ succeeded: 12, tried: 30 }));
  assert.deepEqual(
    proportionOf(alike),
    proportionOf([{ succeeded: 48, tried: 120 }]),
    "never more tries than there are",
  );
  assert.equal(proportionOf([{ tried: 0, succeeded: 0 }]), null);
});

test("Student's quantile: integrating his density up to it gives 0.975", () => {
  // Simpson's rule over the density as a power alone; its constant comes from the integral over all of it.
  const integral = (freedom: number, from: number, to: number): number => {
    const density = (x: number): number => (1 + x ** 2 / freedom) ** (-(freedom + 1) / 2);
    const n = 20_000;
    const h = (to - from) / n;
    const inner = Array.from({ length: n - 1 }, (_, i) => (i % 2 === 0 ? 4 : 2) * density(from + (i + 1) * h));
    return (h / 3) * (density(from) + density(to) + inner.reduce((sum, one) => sum + one, 0));
  };
  for (const freedom of [3, 4, 7, 12, 30, 31, 40, 100, 1000]) {
    const half = integral(freedom, 0, 400);
    const p = 0.5 + (0.5 * integral(freedom, 0, student(freedom))) / half;
    assert.ok(Math.abs(p - 0.975) < 1e-4, `${freedom}: ${p}`);
  }
  // Of one degree it is Cauchy's: tan(0.475 pi).
  assert.ok(Math.abs(student(1) - Math.tan(0.475 * Math.PI)) < 5e-3);
});

test("a mean's interval is Student's; of one run there is none, of none no mean", () => {
  // Student's own sleep data, 1908, the differences between the two drugs: 1.58, 95 % from 0.70 to 2.46.
  const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
  const { mean, low, high } = meanOf(sleep) ?? assert.fail();
  assert.ok(Math.abs(mean - 1.58) < 1e-12);
  assert.deepEqual(
    [low, high].map((end) => (end ?? 0).toFixed(2)),
    ["0.70", "2.46"],
  );
  assert.deepEqual(meanOf([3]), { mean: 3, low: null, high: null, n: 1 });
  assert.equal(meanOf([]), null);
});

test("on a full grid the shares are those of the closed form: y = a u + b v + c u v", () => {
  // For u in 0..4 and v in 0..2: E[y|u] = u (a + c) + b, E[y|v] = 2 a + v (b + 2 c); variances of u and v are 2 and 2/3.
  const [a, b, c] = [3, 5, 0.5];
  const us = [0, 1, 2, 3, 4];
  const vs = [0, 1, 2];
  const points = us.flatMap((u) => vs.map((v) => ({ values: [u, v], answer: a * u + b * v + c * u * v })));
  const ofU = (a + c) ** 2 * 2;
  const ofV = (b + 2 * c) ** 2 * (2 / 3);
  const total = ofU + ofV + c ** 2 * 2 * (2 / 3);
  const movers = moversOf(
    [
      { path: "v", scale: "lin", values: vs },
      { path: "u", scale: "lin", values: us },
    ].toReversed() as Parameters<typeof moversOf>[0],
    points,
  );
  const shares = Object.fromEntries(movers.map(({ path, share }) => [path, share ?? 0]));
  assert.ok(
    Math.abs(shares.u - ofU / total) < 1e-12 && Math.abs(shares.v - ofV / total) < 1e-12,
    JSON.stringify(shares),
  );
  const [first] = movers;
  assert.equal(first.path, ofU > ofV ? "u" : "v");
  assert.deepEqual([first.least.mean, first.most.mean], ofU > ofV ? [5, 19] : [6, 18]);
});

test("of draws the shares are those of Ishigami's function: 0.314, 0.442 and 0", () => {
  // T. Ishigami and T. Homma, 1990: y = sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, each x uniform in -pi .. pi.
  const { uniform } = streamsOf(nodeCrypto, 1)("ishigami");
  const points = Array.from({ length: 4000 }, () => {
    const [x1, x2, x3] = Array.from({ length: 3 }, () => Math.PI * (2 * uniform() - 1));
    return { values: [x1, x2, x3], answer: Math.sin(x1) + 7 * Math.sin(x2) ** 2 + 0.1 * x3 ** 4 * Math.sin(x1) };
  });
  const movers = moversOf(
    ["x1", "x2", "x3"].map((path) => ({ path, scale: "lin", isDrawn: true })),
    points,
  );
  const share = (path: string): number => movers.find((mover) => mover.path === path)?.share ?? Number.NaN;
  // Bins see a little less than all of a curve.
  assert.ok(Math.abs(share("x1") - 0.3139) < 0.03, `x1 ${share("x1")}`);
  assert.ok(Math.abs(share("x2") - 0.4424) < 0.04, `x2 ${share("x2")}`);
  assert.ok(share("x3") < 0.01, `x3 ${share("x3")}`);
  assert.equal(movers[0].path, "x2");
});

test("what moves nothing has no share, and chance alone is taken off", () => {
  const { uniform } = streamsOf(nodeCrypto, 2)("noise");
  const parameter = { path: "x", scale: "lin", isDrawn: true } as const;
  const noise = Array.from({ length: 400 }, () => ({ values: [uniform()], answer: uniform() }));
  assert.ok((moversOf([parameter], noise)[0].share ?? 1) < 0.04);
  const same = noise.map(({ values }) => ({ values, answer: 7 }));
  assert.equal(moversOf([parameter], same)[0].share, null);
  assert.deepEqual(moversOf([parameter], []), []);
});

test("a draw is one sample, however many points of the grid it is at, and what was chosen is corrected for chance too", () => {
  const { uniform } = streamsOf(nodeCrypto, 3)("draws");
  const shares = (parameters: Parameters<typeof moversOf>[0], points: Parameters<typeof moversOf>[1]) => {
    return Object.fromEntries(moversOf(parameters, points).map(({ path, share }) => [path, share]));
  };
  const drawn = (path: string, values?: number[]) => ({ path, scale: "lin", values, isDrawn: true }) as const;
  // Of y = u + x, with u at 20 values of the grid and x drawn 4 times, z does nothing.
  const us = Array.from({ length: 20 }, (_, u) => u);
  const axis = { path: "u", scale: "lin", values: us } as const;
  const draws = Array.from({ length: 4 }, () => [uniform(), uniform()]);
  const points = us.flatMap((u) => draws.map(([x, z], draw) => ({ values: [u, x, z], answer: u + 0.001 * x, draw })));
  const { u, x, z } = shares([axis, drawn("x"), drawn("z")], points);
  assert.ok((u ?? 0) > 0.999 && (x ?? 1) < 1e-3 && (z ?? 1) < 1e-3, JSON.stringify({ u, x, z }));
  // Nothing but x, drawn 100 times, moves what is at 50 points: chance does not give z a share that grows with the points.
  const many = Array.from({ length: 100 }, () => [uniform(), uniform()]);
  const flat = us.flatMap((at) => many.map(([x, z], draw) => ({ values: [at, x, z], answer: x, draw })));
  const ofFlat = shares([axis, drawn("x"), drawn("z")], flat);
  assert.ok((ofFlat.x ?? 0) > 0.95 && (ofFlat.z ?? 1) < 0.1, JSON.stringify(ofFlat));
  // Ten names for 40 draws: chance alone puts a quarter between them.
  const names = Array.from({ length: 10 }, (_, name) => name);
  const noise = Array.from({ length: 40 }, (_, i) => ({ values: [i % 10], answer: uniform(), draw: i }));
  assert.ok((shares([drawn("name", names)], noise).name ?? 1) < 0.1);
  // Equal draws are in one bin, wherever the middle of all is.
  for (const values of [
    [1, 2, 2, 2, 2, 2],
    [1, 1, 1, 1, 1, 2],
  ]) {
    const points = values.map((x, draw) => ({ values: [x], answer: 10 * x, draw }));
    const [{ share, levels }] = moversOf([drawn("x")], points);
    assert.deepEqual([share?.toFixed(9), levels.map(({ mean }) => mean)], ["1.000000000", [10, 20]]);
  }
  const two = [0.2, 0.7].map((x, draw) => ({ values: [x], answer: x, draw }));
  assert.equal(shares([drawn("x")], two).x, null, "two draws cannot tell");
  const tenths = names.map((x) => ({ values: [x], answer: 0.1 }));
  assert.equal(shares([{ path: "x", scale: "lin", values: names }], tenths).x, null, "0.1 has no exact mean");
});
