/** 48-bit addresses as keys of maps and as text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressKey, addressText, checkAddress } from "../../host/keys/address.ts";
import { hex } from "../support/hex.ts";
import { seededRandom } from "../twin/life.ts";

test("an address is the key of its number, first octet most significant: no two share one", () => {
  const random = seededRandom(48);
  for (let i = 0; i < 500; i++) {
    const address = Uint8Array.from({ length: 6 }, () => Math.floor(256 * random()));
    assert.equal(addressKey(address), Number(`0x${addressText(address).replaceAll(":", "")}`));
  }
  assert.equal(addressKey(hex("ffffffffffff")), 2 ** 48 - 1);
  assert.equal(addressText(hex("02c0ffee0001")), "02:c0:ff:ee:00:01");
});

test("a station's address has six octets and no group bit", () => {
  checkAddress("spa", hex("02c0ffee0001"));
  assert.throws(() => checkAddress("aa", hex("01c0ffee0001")), { name: "RangeError", message: /^aa: a group address/ });
  assert.throws(() => checkAddress("spa", hex("02c0ffee000102")), { message: "spa: 7 octets, where 6 are expected" });
});
