/** host/math against Math.*, whose last bit is the engine's own, and against identities that need no other library. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exp, expm1 } from "../../host/math/exp.ts";
import { log, log1p, log10 } from "../../host/math/log.ts";
import { standardNormal } from "../../host/math/normal.ts";
import { pow10 } from "../../host/math/pow10.ts";
import { exponentOf, scale } from "../../host/math/scale.ts";
import { CompensatedSum } from "../../host/math/sum.ts";
import { seeded } from "../energy/random.ts";

const INFINITY = Number.POSITIVE_INFINITY;

/** How many doubles `got` lies away from `wanted`, about. */
function ulps(got: number, wanted: number): number {
  if (Object.is(got, wanted) || got === wanted) return 0;
  if (!Number.isFinite(wanted) || !Number.isFinite(got)) return INFINITY;
  return Math.abs(got - wanted) / Math.max(Math.abs(wanted) * Number.EPSILON, Number.MIN_VALUE);
}

/** Values of either sign over many orders of magnitude, up to `greatest`. */
function* spread(seed: number, count: number, least: number, greatest: number): Generator<number> {
  const random = seeded(seed);
  const [from, to] = [Math.log10(least), Math.log10(greatest)];
  for (let i = 0; i < count; i++) yield 10 ** (from + (to - from) * random()) * (random() < 0.5 ? -1 : 1);
}

const FUNCTIONS = [
  { name: "exp", ours: exp, theirs: Math.exp, least: 1e-18, greatest: 745, limit: 2 },
  { name: "expm1", ours: expm1, theirs: Math.expm1, least: 1e-300, greatest: 709, limit: 3 },
  { name: "log", ours: log, theirs: Math.log, least: 1e-307, greatest: 1e308, limit: 2 },
  {
    name: "log near 1",
    ours: (x: number) => log(1 + x),
    theirs: (x: number) => Math.log(1 + x),
    least: 1e-15,
    greatest: 1,
    limit: 2,
  },
  { name: "log1p", ours: log1p, theirs: Math.log1p, least: 1e-300, greatest: 1e300, limit: 2 },
  {
    name: "log1p below 0",
    ours: (x: number) => log1p(-Math.abs(x)),
    theirs: (x: number) => Math.log1p(-Math.abs(x)),
    least: 1e-20,
    greatest: 1,
    limit: 2,
  },
  { name: "log10", ours: log10, theirs: Math.log10, least: 1e-307, greatest: 1e308, limit: 3 },
  // 10 ** x may itself be a unit off
  { name: "pow10", ours: pow10, theirs: (x: number) => 10 ** x, least: 1e-18, greatest: 307, limit: 3 },
];

for (const { name, ours, theirs, least, greatest, limit } of FUNCTIONS) {
  test(`${name} lies within ${limit} units in the last place of Math's at 100,000 arguments`, () => {
    for (const x of spread(name.length, 100_000, least, greatest)) {
      const wanted = theirs(x);
      // Math's own results are not good to the last bit among subnormals
      if (Math.abs(wanted) < 1e-306 && wanted !== 0) continue;
      const off = Number.isNaN(wanted) ? (Number.isNaN(ours(x)) ? 0 : INFINITY) : ulps(ours(x), wanted);
      assert.ok(off <= limit, `${name}(${x}) is ${ours(x)}, Math says ${wanted}: ${off} units apart`);
    }
  });
}

test("the ends of the number line", () => {
  assert.equal(exp(0), 1);
  assert.equal(exp(-INFINITY), 0);
  assert.equal(exp(INFINITY), INFINITY);
  assert.equal(exp(710), INFINITY);
  assert.equal(exp(-746), 0);
  assert.ok(exp(-745) > 0, "the least subnormal is not lost");
  assert.equal(expm1(0), 0);
  assert.equal(expm1(-INFINITY), -1);
  assert.equal(expm1(INFINITY), INFINITY);
  assert.equal(log(0), -INFINITY);
  assert.equal(log(1), 0);
  assert.equal(log(INFINITY), INFINITY);
  assert.equal(ulps(log(Number.MIN_VALUE), -744.4400719213812), 0);
  assert.equal(log1p(-1), -INFINITY);
  assert.equal(log1p(INFINITY), INFINITY);
  assert.equal(pow10(0), 1);
  assert.equal(pow10(-INFINITY), 0);
  assert.equal(pow10(309), INFINITY);
  for (const f of [exp, expm1, log, log1p, log10, pow10]) assert.ok(Number.isNaN(f(Number.NaN)), `${f.name}(NaN)`);
  for (const f of [log, log10]) assert.ok(Number.isNaN(f(-1)), `${f.name}(-1)`);
  assert.ok(Number.isNaN(log1p(-2)), "log1p(-2)");
});

// A second oracle, which shares no table and no trick with either: whole numbers, 2^-240 each.
const BITS = 240n;
const ONE = 1n << BITS;

/** A double as such a number, exactly. */
function fixed(x: number): bigint {
  let shift = 0n;
  let whole = x;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift++;
  }
  return (BigInt(whole) << BITS) >> shift;
}

/** e^x: the Taylor series of x / 2^8, squared eight times. */
function fixedExp(x: bigint): bigint {
  const part = x >> 8n;
  let [sum, term] = [ONE, ONE];
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = (term * part) / (k * ONE);
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) >> BITS;
  return sum;
}

/** (got - wanted) / wanted in units of 2^-53 of wanted. */
function fixedOff(got: bigint, wanted: bigint): number {
  return Math.abs(Number(((got - wanted) * (1n << 73n)) / wanted)) / 2 ** 20;
}

test("exp, expm1, log, log1p, log10 and pow10 lie within 1.5 units in the last place of the true value", () => {
  const LN10 = fixed(log(10)) + (ONE * 10n - fixedExp(fixed(log(10)))) / 10n;
  const units = (name: string, got: number, wanted: bigint): void => {
    // A unit in the last place is at most 2^-52 of a number.
    const off = fixedOff(fixed(got), wanted) / 2;
    assert.ok(off <= 1.5, `${name} is ${got}: ${off} units off`);
  };
  for (const x of spread(3, 400, 1e-6, 40)) {
    units(`exp(${x})`, exp(x), fixedExp(fixed(x)));
    units(`expm1(${x})`, expm1(x), fixedExp(fixed(x)) - ONE);
    if (Math.abs(x) < 15) units(`pow10(${x})`, pow10(x), fixedExp((fixed(x) * LN10) >> BITS));
  }
  for (const x of spread(4, 400, 1e-8, 1e8)) {
    // One Newton step from ours: ln a = y + (a - e^y) / e^y, to some 100 bits.
    const trueLog = (a: bigint, y: number): bigint => {
      const power = fixedExp(fixed(y));
      return fixed(y) + ((a - power) * ONE) / power;
    };
    const y = log(Math.abs(x));
    const wanted = trueLog(fixed(Math.abs(x)), y);
    units(`log(${Math.abs(x)})`, y, wanted);
    units(`log10(${Math.abs(x)})`, log10(Math.abs(x)), (wanted * ONE) / LN10);
    if (x > -1) units(`log1p(${x})`, log1p(x), trueLog(ONE + fixed(x), log1p(x)));
  }
});

test("some results to the last bit: what every engine must answer", () => {
  const pinned: [number, number][] = [
    [exp(2), 7.38905609893065],
    [exp(-0.5), 0.6065306597126334],
    [expm1(1e-10), 1.00000000005e-10],
    [log(0.3), -1.2039728043259361],
    [log1p(1e-10), 9.999999999500001e-11],
    [log10(2), 0.30102999566398114],
    [pow10(-3), 0.001],
    [pow10(0.3), 1.9952623149688795],
  ];
  for (const [got, wanted] of pinned) assert.equal(got, wanted);
});

test("scale multiplies by powers of two exactly, and exponentOf takes them out", () => {
  for (let n = -1074; n <= 1023; n++) assert.equal(Math.log2(scale(1, n)), n);
  assert.equal(scale(1.5, -1074), 2 * Number.MIN_VALUE);
  assert.equal(scale(2 ** -1000, 2000), 2 ** 1000);
  assert.equal(scale(2 ** 1000, -2000), 2 ** -1000);
  assert.equal(scale(1, -3000), 0);
  for (const x of spread(9, 1000, 1e-300, 1e300)) {
    const m = Math.abs(x) / scale(1, exponentOf(Math.abs(x)));
    assert.ok(m >= 1 && m < 2, `${x} has mantissa ${m}`);
  }
});

test("a compensated sum keeps what plain addition loses", () => {
  const sum = new CompensatedSum(1);
  let plain = 1;
  for (let i = 0; i < 1_000_000; i++) {
    sum.add(1e-17);
    plain += 1e-17;
  }
  assert.equal(plain, 1);
  assert.equal(sum.value, 1 + 1e-11);
  const cancelling = new CompensatedSum();
  for (const term of [1, 1e100, 1, -1e100]) cancelling.add(term);
  assert.equal(cancelling.value, 2);
});

test("normal deviates have the moments of the standard normal distribution", () => {
  const random = seeded(42);
  const count = 200_000;
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x = standardNormal(random);
    for (let m = 0; m < 4; m++) moments[m] += x ** (m + 1) / count;
  }
  // Five standard errors of each moment: sqrt(1, 2, 15, 96 over count)
  for (const [m, [wanted, variance]] of [
    [0, 1],
    [1, 2],
    [0, 15],
    [3, 96],
  ].entries()) {
    const error = 5 * Math.sqrt(variance / count);
    assert.ok(Math.abs(moments[m] - wanted) < error, `moment ${m + 1} is ${moments[m]}, not ${wanted}`);
  }
});
