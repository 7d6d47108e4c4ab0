/** `ampcore start`: the worked exchange on the real module, deaths in it, and the lives after them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { builtModule } from "../../host/build/build.ts";
import { Deaths } from "../../host/cli/start/deaths.ts";
import { readExample } from "../../host/cli/start/example.ts";
import { meteredModule, runExchange } from "../../host/cli/start/exchange.ts";
import { fieldsOf } from "../../host/cli/start/fields.ts";
import { ampcore } from "../cli/ampcore.ts";

test("start --json: everything is as committed, every death is survived", async () => {
  const { code, stdout } = await ampcore(["start", "--json"]);
  assert.equal(code, 0);
  const { modules, exchange, deaths, sweep, next } = JSON.parse(stdout);
  assert.deepEqual(
    modules.map(({ module }: { module: string }) => module),
    ["build/station.wasm", "build/station.small.wasm"],
  );
  assert.ok(exchange.provisionedAsCommitted);
  assert.equal(exchange.steps.length, 8);
  for (const step of exchange.steps) assert.ok(step.asCommitted && step.instructions > 0, step.call);
  assert.equal(deaths.length, 7, "the README says so");
  for (const death of deaths) assert.ok(death.boots && death.sNonceIsFresh && death.asItMust, death.instant);
  assert.ok(sweep.deaths > 100);
  assert.deepEqual([sweep.boots, sweep.freshSNonces], [sweep.deaths, sweep.deaths]);
  const scripts = Object.keys(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).scripts);
  for (const line of next) {
    const [, name] = /^npm (?:run )?([\w:]+)/.exec(line) ?? [];
    assert.ok(scripts.includes(name), line);
  }
});

test("start for the eye: ladder, deaths, next commands", async () => {
  const { code, stdout } = await ampcore(["start"]);
  assert.equal(code, 0);
  for (const part of [
    "├── M1, 46 octets",
    "◀── M2, 46 octets",
    "├── M3, 19 octets",
    "SNonce",
    "power fails",
    "npm test",
  ])
    assert.ok(stdout.includes(part), part);
  assert.ok(!stdout.includes("NOT as committed") && !stdout.includes("USED BEFORE"));
});

test("the fields of a frame are all of its octets, in order", () => {
  const { m1, m2, m3, dataUp } = readExample();
  for (const frame of [m1, m2, m3, dataUp]) {
    const fields = fieldsOf(frame, { payload: "text" });
    assert.equal(fields.map(({ octets }) => octets).join(""), Buffer.from(frame).toString("hex"));
    assert.equal(fields.at(-1)?.octets.length, 4);
  }
  assert.match(
    fieldsOf(m1, { payload: "" })[3].meaning,
    /^session 7, this station only, 1 slot of 1,020 us, .*250 kb\/s$/,
  );
});

test("an answer that is not the committed one is seen", async () => {
  const metered = meteredModule(await builtModule("release"));
  const example = readExample();
  const otherNoise = { ...example, entropy: example.entropy.map((octet) => octet ^ 1) };
  const { steps } = runExchange(metered, otherNoise);
  assert.deepEqual(
    steps.map(({ asCommitted }) => asCommitted),
    // Another SNonce: another M2, and the committed M3 and Data do not fit.
    [true, true, false, false, false, false, true, false],
  );
  const otherDevice = { ...example, nvm: example.nvm.map((octet, i) => (i === 40 ? octet ^ 1 : octet)) };
  assert.throws(
    () => new Deaths(metered, otherDevice).chosen(),
    Error,
    "a record that does not boot has no life to end",
  );
});
