/** Whose place it is among sessions that have proven nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "../../../host/senaa/paa/devices.node.ts";
import { HalfOpen } from "../../../host/senaa/paa/halfopen.ts";

function tableOf(hasCookies: boolean) {
  const ended: string[] = [];
  const limits = { halfOpen: 4, halfOpenOfHost: 2, hasCookies };
  const table = new HalfOpen<{ readonly source: string }>(limits, ({ source }, why) => ended.push(`${source}: ${why}`));
  const comes = (source: string): boolean => {
    const hasRoom = table.hasRoom(source);
    if (hasRoom) table.add({ source });
    return hasRoom;
  };
  return { table, ended, comes };
}

test("004-D13: the oldest of a network gives way to its next, and of all networks only where sources are true", () => {
  for (const hasCookies of [true, false]) {
    const { table, ended, comes } = tableOf(hasCookies);
    for (const source of ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"]) assert.ok(comes(source));
    assert.deepEqual([table.size, ended], [2, ["10.0.0.1:1: its host has begun too many others"]]);
    for (const source of ["10.0.0.2:1", "10.0.0.3:1"]) assert.ok(comes(source));
    assert.equal(comes("10.0.0.4:1"), hasCookies);
    assert.equal(table.size, 4);
    assert.deepEqual(ended.slice(1), hasCookies ? ["10.0.0.1:2: too many others have begun"] : []);
    assert.ok(comes("10.0.0.1:9"), "a network that is there already has its own oldest");
  }
});

test("004-D13: who has come to his end makes room, once", () => {
  const { table } = tableOf(false);
  const one = { source: "10.0.0.1:1" };
  table.add(one);
  assert.equal(table.delete(one), true);
  assert.equal(table.delete(one), false);
  assert.equal(table.size, 0);
});

test("004-D13: addresses of IPv6 count by their first 64 bits, however they are written", () => {
  const same = ["[2001:db8::1]:1", "[2001:0db8:0:0:8000::2]:1", "[2001:DB8:0:0:1:2:3:4]:7"].map(networkOf);
  assert.equal(new Set(same).size, 1);
  const others = ["[2001:db8:0:1::1]:1", "[::1]:1", "[fe80::1%eth0]:1", "10.0.0.1:1", "10.0.0.2:1"].map(networkOf);
  assert.equal(new Set([...same, ...others]).size, 6);
  assert.equal(networkOf("10.0.0.1:1"), networkOf("10.0.0.1:2"));
  assert.equal(networkOf("a name"), "a name");
});
