/** Fitted sources: the published figures come out again, and the page about them says the same. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Efficiency } from "../../../host/energy/efficiency.ts";
import { type Fitted, fitted, slopesOf } from "../../../host/energy/harvest/fitted.ts";
import type { Harvest } from "../../../host/energy/harvest.ts";
import { FITTED } from "../../../host/energy/profiles/fitted.ts";
import { valuesOf } from "../../../host/energy/profiles/profile.ts";
import { RECTIFIERS } from "../../../host/energy/profiles/rectifiers.ts";
import { standardNormal } from "../../../host/math/normal.ts";
import { seeded } from "../random.ts";

/** Ten hours of 50 a second: 36,000 times the correlation time twice over. */
const STEPS = 1_800_000;
/** z of the tenth percentile. */
const Z_10 = -1.2815515655446004;

/** A long run's three figures are those within a part `tolerance`. */
function checkFigures(harvest: Harvest, wanted: Fitted, tolerance: number): void {
  const powers_W = Float64Array.from({ length: STEPS }, (_, i) => harvest.power_W(i)).sort();
  const mean_W = powers_W.reduce((sum, power_W) => sum + power_W, 0) / STEPS;
  for (const [name, got_W, wanted_W] of [
    ["mean", mean_W, wanted.mean_W],
    ["median", powers_W[STEPS / 2], wanted.median_W],
    ["tenth percentile", powers_W[STEPS / 10], wanted.p10_W],
  ] as const) {
    assert.ok(Math.abs(got_W / wanted_W - 1) < tolerance, `${name}: ${got_W} W, not ${wanted_W} W`);
  }
}

for (const profile of Object.values(FITTED)) {
  const wanted = valuesOf(profile);

  test(`${profile.name}: ten hours have the published mean, median and tenth percentile within 2 %`, () => {
    const harvest = fitted(seeded(5), wanted);
    checkFigures(harvest, wanted, 0.02);
    assert.ok(Math.abs(harvest.end_s(STEPS - 1) - 0.02 * STEPS) < 1e-3, "50 a second");
  });

  test(`${profile.name}: as many steps that are not correlated have the published figures within 0.5 %`, () => {
    checkFigures(fitted(seeded(5), { ...wanted, correlation_s: wanted.step_s / 50 }), wanted, 0.005);
  });

  test(`${profile.name}: every power is the quantile function of its deviate, whose three figures are the published ones`, () => {
    const { low, high } = slopesOf(wanted);
    const near = (got: number, right: number, what: string): void =>
      assert.ok(Math.abs(got / right - 1) < 1e-9, `${what}: ${got}, not ${right}`);
    near(wanted.median_W * Math.exp(low * Z_10), wanted.p10_W, "tenth percentile");
    near(meanOf(wanted.median_W, low, high), wanted.mean_W, "mean");
    const harvest = fitted(seeded(9), wanted);
    const random = seeded(9);
    const kept = Math.exp(-wanted.step_s / wanted.correlation_s);
    for (let i = 0, z = standardNormal(random); i < 10_000; i++) {
      const power_W =
        z < 0 ? wanted.median_W * (wanted.p10_W / wanted.median_W) ** (z / Z_10) : wanted.median_W * Math.exp(high * z);
      near(harvest.power_W(i), power_W, `step ${i}`);
      z = kept * z + Math.sqrt(1 - kept * kept) * standardNormal(random);
    }
  });
}

/** The integral of P(z) phi(z) over 12 standard deviations on each side, by Simpson's rule on each side of the median. */
function meanOf(median_W: number, low: number, high: number): number {
  const STEPS_A_SIDE = 20_000;
  const width = 12 / STEPS_A_SIDE;
  const side = (slope: number): number => {
    let sum = 0;
    for (let i = 0; i <= STEPS_A_SIDE; i++) {
      const weight = i === 0 || i === STEPS_A_SIDE ? 1 : i % 2 === 1 ? 4 : 2;
      const z = i * width;
      sum += weight * Math.exp(slope * z - (z * z) / 2);
    }
    return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
  };
  return median_W * (side(-low) + side(high));
}

test("a fitted source is correlated by 1/e after its correlation time", () => {
  const wanted = valuesOf(FITTED["rf-cart"]);
  const { low, high } = slopesOf(wanted);
  const harvest = fitted(seeded(6), wanted);
  // Back to the Gaussian process behind the powers.
  const z = Array.from({ length: 200_000 }, (_, i) => {
    const level = Math.log(harvest.power_W(i) / wanted.median_W);
    return level / (level < 0 ? low : high);
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  assert.ok(Math.abs(mean(z)) < 0.05, `mean ${mean(z)}`);
  assert.ok(Math.abs(mean(z.map((x) => x * x)) - 1) < 0.05, "variance 1");
  for (const [steps, correlation] of [
    [25, 1 / Math.E],
    [50, Math.exp(-2)],
  ]) {
    const got = mean(z.slice(steps).map((x, i) => x * z[i]));
    assert.ok(Math.abs(got - correlation) < 0.05, `${got} after ${steps} steps, not ${correlation}`);
  }
});

test("a rectifier makes less of a fitted source, step by step", () => {
  const parameters = valuesOf(FITTED["rf-cart"]);
  const diode = new Efficiency(RECTIFIERS["sms7630-1v0"].points);
  const [received, harvested] = [fitted(seeded(7), parameters), fitted(seeded(7), parameters, diode)];
  for (let i = 0; i < 1000; i++) assert.equal(harvested.power_W(i), diode.output_W(received.power_W(i)));
});

test("figures that no such source has are refused", () => {
  const right: Fitted = valuesOf(FITTED["rf-mobile"]);
  for (const [bad, message] of [
    [{ mean_W: 0 }, /^fitted source: mean_W is 0, where a finite number above 0 is needed$/],
    [{ step_s: Number.NaN }, /^fitted source: step_s is NaN/],
    [{ p10_W: 1 }, /^fitted source: no distribution has the mean 0\.000497 W, the median 0\.00019 W and the tenth/],
    [{ mean_W: 1e-5 }, /no distribution has/],
    [{ mean_W: 1e9 }, /no distribution has/],
  ] as const) {
    assert.throws(() => fitted(seeded(1), { ...right, ...bad }), { name: "EnergyError", message });
  }
});

test("docs/TRACES.md has the figures of every fitted source", () => {
  const page = readFileSync(new URL("../../../docs/TRACES.md", import.meta.url), "utf8");
  const milli = (value: number): string => String(Number((value * 1e3).toPrecision(6)));
  for (const profile of Object.values(FITTED)) {
    const { mean_W, median_W, p10_W, correlation_s } = valuesOf(profile);
    const { low, high } = slopesOf(valuesOf(profile));
    const cells = [
      profile.name,
      milli(mean_W),
      milli(median_W),
      milli(p10_W),
      correlation_s,
      low.toFixed(3),
      high.toFixed(3),
    ];
    assert.ok(page.includes(`| ${cells.join(" | ")} |`), `the page lacks | ${cells.join(" | ")} |`);
  }
});
