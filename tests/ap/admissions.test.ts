import assert from "node:assert/strict";
import { test } from "node:test";
import { Admissions } from "../../host/ap/admissions.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { sharing } from "./sharing.ts";

const grantOf = (spa: Uint8Array, generation = 0, fill = 1) => ({
  spa,
  generation,
  name: new Uint8Array(8).fill(fill),
  pmk: new Uint8Array(32).fill(fill),
});

test("003-M6: of two admitted devices of one ID each is found, and when one is forgotten the other one still is", () => {
  const admissions = new Admissions(nodeCrypto);
  const [a, b] = sharing(2);
  for (const spa of [a, b]) admissions.admit(grantOf(spa));
  const { id } = admissions.of(a)?.device ?? assert.fail("a is in");
  assert.equal([...admissions.sharing(id)].length, 2, "both");
  admissions.forget(a);
  assert.deepEqual(
    [...admissions.sharing(id)].map(({ key }) => key),
    [admissions.of(b)?.device.key],
    "b alone",
  );
  assert.ok(admissions.has(id), "its ID is known");
  admissions.forget(b);
  assert.ok(!admissions.has(id), "and then it is not");
  admissions.forget(b);
});

test("003-M6: a device that is forgotten, or admitted anew, leaves no PMK of before behind", () => {
  const admissions = new Admissions(nodeCrypto);
  const [spa] = sharing(1);
  const admitted = (): NonNullable<ReturnType<Admissions["of"]>> => admissions.of(spa) ?? assert.fail("it is in");
  admissions.admit(grantOf(spa));
  const first = admitted();
  admissions.admit(grantOf(spa));
  assert.equal(admitted(), first, "the same once more changes nothing");
  admissions.admit(grantOf(spa, 1));
  assert.notEqual(admitted(), first, "of another generation it is another");
  assert.equal(first.device.pmkOf(0), undefined, "the one before has no PMK any more");
  const second = admitted();
  admissions.forget(spa);
  assert.equal(second.device.pmkOf(1), undefined, "nor has what was forgotten");
});
