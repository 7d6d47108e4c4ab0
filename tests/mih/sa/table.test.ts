/** The table of associations: what is found, what gives way, and what does not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssociationOptions, SecurityAssociation } from "../../../host/mih/sa/association.ts";
import { SaTable } from "../../../host/mih/sa/table.ts";
import { associationOf, Clock } from "./pair.ts";

const made = (number: number, peer: string, options: Partial<AssociationOptions> = {}): SecurityAssociation =>
  associationOf({ saidValue: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, number), peer, ...options });

test("an association is found by its name and by its peer, and the peer's newest is the one to send under", () => {
  const table = new SaTable(8);
  const [first, second, other] = [made(1, "a"), made(2, "a"), made(3, "b")];
  for (const association of [first, second, other]) assert.equal(table.put(association), undefined);
  assert.equal(table.ofPeer("a"), second);
  assert.equal(table.ofSaid(first.said), first, "the one before can still be read under");
  assert.equal(table.ofPeer("c"), undefined);
  assert.equal(table.ofSaid(made(9, "a").said), undefined);
  assert.equal(table.ofSaid(made(1, "a", { origin: "tls" }).said), undefined, "ID_TYPE is part of the name");
});

test("a peer has two at most: with its third its oldest is wiped, and others keep theirs", () => {
  const table = new SaTable(3);
  const [first, second, third, other] = [made(1, "a"), made(2, "a"), made(3, "a"), made(4, "b")];
  for (const association of [first, other, second, third]) assert.equal(table.put(association), undefined);
  assert.ok(first.isExpired, "the oldest is wiped");
  assert.deepEqual([table.size, table.ofPeer("a"), table.ofPeer("b")], [3, third, other]);
  table.drop(third.said);
  assert.ok(third.isExpired && !second.isExpired && !other.isExpired, "only the one that is named is wiped");
  assert.equal(table.ofPeer("a"), second);
});

test("003-C12: nobody can push another peer's association out, neither by its name nor by many", () => {
  const table = new SaTable(2);
  const victim = made(1, "a");
  assert.equal(table.put(victim), undefined);
  assert.equal(table.put(made(1, "mallory")), "used");
  assert.equal(table.put(made(2, "mallory")), undefined);
  assert.equal(table.put(made(3, "mallet")), "full");
  assert.equal(table.ofPeer("a"), victim);
});

test("003-C10: keys that come again begin no second association: no nonce serves twice, and no old message is new", () => {
  const clock = new Clock();
  const table = new SaTable(2);
  const first = made(1, "a", { origin: "xor", now_ms: clock.read, expires_ms: 10 });
  assert.equal(table.put(first), undefined);
  const repeated = (): SecurityAssociation => made(1, "a", { origin: "xor", now_ms: clock.read, expires_ms: 99 });
  assert.equal(table.put(repeated()), "used");
  assert.ok(!first.isExpired && table.ofSaid(first.said) === first, "the first goes on");
  clock.now_ms = 10;
  assert.equal(table.put(repeated()), "used", "when the first has expired, too");
  table.clear();
  assert.equal(table.put(repeated()), "used", "or was wiped");
});

test("the same association put again stays as it is", () => {
  const table = new SaTable(1);
  const association = made(1, "a");
  table.put(association);
  assert.equal(table.put(association), undefined);
  assert.ok(!association.isExpired && table.ofPeer("a") === association, "it is not wiped by itself");
});

test("what has expired is not found, is wiped, and makes room", () => {
  const clock = new Clock();
  const table = new SaTable(2);
  const early = made(1, "a", { now_ms: clock.read, expires_ms: 10 });
  const late = made(2, "a", { now_ms: clock.read, expires_ms: 20 });
  table.put(late);
  table.put(early);
  assert.equal(table.ofPeer("a"), early);
  clock.now_ms = 10;
  assert.equal(table.ofPeer("a"), late, "the newest that is left");
  assert.equal(table.ofSaid(early.said), undefined);
  assert.equal(table.put(made(3, "b")), undefined, "a place is free again");
  assert.throws(() => early.miak, /wiped/);
  table.clear();
  assert.ok(table.size === 0 && late.isExpired, "all are wiped");
});

test("names that have served are remembered up to 16,384 of them", () => {
  const table = new SaTable(1);
  const named = (number: number): SecurityAssociation =>
    associationOf({ saidValue: Uint8Array.of(0, 0, 0, 0, 0, number >>> 16, number >>> 8, number), peer: "a" });
  const put = (number: number): string | undefined => {
    table.clear();
    return table.put(named(number));
  };
  for (let number = 0; number < 16_384; number++) assert.equal(put(number), undefined);
  assert.equal(put(0), "used");
  assert.equal(put(16_384), undefined);
  assert.deepEqual([put(1), put(0)], ["used", undefined], "only the oldest was forgotten");
});

test("a table for none is the caller's mistake", () => {
  for (const max of [0, -1, 1.5]) assert.throws(() => new SaTable(max), { name: "RangeError", message: /^max: / });
});
