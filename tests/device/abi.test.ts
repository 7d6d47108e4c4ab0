import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { STATUS, STATUS_NAMES, statusName } from "../../host/device/abi.ts";

test("statuses count from -1 to -19; names and numbers lead to each other", () => {
  assert.equal(STATUS["not booted"], -1);
  assert.equal(STATUS["bad argument"], -19);
  for (const name of STATUS_NAMES) assert.equal(statusName(STATUS[name]), name);
  for (const number of [0, 1, -20, 0.5]) assert.equal(statusName(number), undefined);
});

test("the device's statuses are the host's, number by number", () => {
  const source = readFileSync(new URL("../../assembly/status.ts", import.meta.url), "utf8");
  const device = [...source.matchAll(/export const (\w+): i32 = (-\d+);/g)].map(([, name, number]) => [
    Number(number),
    name,
  ]);
  assert.equal(device.length, STATUS_NAMES.length);
  for (const [number, name] of device) {
    // The device says NO_ROOT where the page says "no root of that generation".
    const words = statusName(Number(number))?.toUpperCase().replaceAll(" ", "_") ?? "";
    assert.ok(words === name || words.startsWith(`${name}_`), `${number}: ${name} there, ${words} here`);
  }
});
