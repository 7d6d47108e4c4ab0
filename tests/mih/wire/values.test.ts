/** The data types of IEEE 802.21-2008 annex F: both ways, and what is none of them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type LinkId, TLV, TLV_NAMES, type TlvName } from "../../../host/mih/wire/types.ts";
import {
  type Codec,
  isSameLink,
  LINK_TYPE,
  link80211,
  linkId,
  linkIds,
  misfId,
  octetString,
  unsigned,
} from "../../../host/mih/wire/values.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { links, misfIds, octets } from "./bodies.ts";

const RUNS = { numRuns: 150, seed: 22 };
const MAC = hex("02a1b2c3d4e5");
const CELL: LinkId = { type: LINK_TYPE.umts, address: { kind: "3G cell", octets: hex("62f220 00c0ffee") } };
const OTHER: LinkId = { type: LINK_TYPE.ieee80216, address: { kind: "other", octets: hex("beef") } };

test("links of IEEE 802.11, of UMTS and of others are written as LINK_TYPE and the choice of LINK_ADDR", () => {
  for (const [link, written] of [
    [link80211(MAC), "13 00 0006 06 02a1b2c3d4e5"],
    [CELL, "17 01 62f220 00c0ffee"],
    [OTHER, "1b 05 02 beef"],
  ] as const) {
    const octets = hex(written);
    assert.equal(toHex(linkId.emit(link)), toHex(octets), written);
    assert.deepEqual(linkId.read(octets), link, `${written}, read`);
    for (let cut = 0; cut < octets.length; cut++) {
      assert.equal(linkId.read(octets.slice(0, cut)), undefined, `${written} cut at ${cut}`);
    }
    assert.equal(linkId.read(concat(octets, Uint8Array.of(0))), undefined, `${written} and an octet more`);
  }
  const all = concat(hex("03"), ...[link80211(MAC), CELL, OTHER].map((link) => linkId.emit(link)));
  assert.equal(toHex(linkIds.emit([link80211(MAC), CELL, OTHER])), toHex(all), "a list: their count, and each");
  assert.deepEqual(linkIds.read(all), [link80211(MAC), CELL, OTHER], "the list, read");
  for (let cut = 0; cut < all.length; cut++) {
    assert.equal(linkIds.read(all.slice(0, cut)), undefined, `a list that ends after ${cut} octets`);
  }
});

test("octets that are no link, or no list of links, are refused", () => {
  for (const [written, why] of [
    ["13 00 0001 06 02a1b2c3d4e5", "another address family"],
    ["13 00 0006 05 02a1b2c3d4", "a MAC address of five octets"],
    ["13 00 0006 08 02a1b2c3d4e5f6a7", "of eight"],
    ["13 02 62f220 0001 0002", "a 2G cell, which is not read here"],
    ["13 06 00", "a choice that there is not"],
    ["1b 05 00", "an address of no octets"],
    [`1b 05 80 ${"00".repeat(128)}`, "an address of 128 octets"],
  ] as const) {
    assert.equal(linkId.read(hex(written)), undefined, why);
    assert.equal(linkIds.read(concat(hex("01"), hex(written))), undefined, `${why}, in a list`);
  }
  const link = linkId.emit(link80211(MAC));
  assert.equal(linkIds.read(concat(hex("02"), link)), undefined, "a count above what there is");
  assert.equal(linkIds.read(concat(hex("00"), link)), undefined, "a count below what there is");
  const tooMany = Array.from({ length: 128 }, () => linkId.emit(OTHER));
  assert.equal(linkIds.read(concat(hex("80"), ...tooMany)), undefined, "a count of 128");
  const most = Array.from({ length: 127 }, () => OTHER);
  assert.deepEqual(linkIds.read(linkIds.emit(most)), most, "127 links");
  assert.throws(() => linkIds.emit([...most, OTHER]), /RangeError: links: 128/, "128 links");
  assert.deepEqual(linkIds.read(linkIds.emit([])), [], "a list of none is a list");
  for (const bad of [
    { ...CELL, address: { kind: "3G cell", octets: new Uint8Array(6) } },
    { ...CELL, address: { kind: "MAC", octets: new Uint8Array(8) } },
    { ...CELL, address: { kind: "other", octets: new Uint8Array(128) } },
    { ...CELL, address: { kind: "other", octets: new Uint8Array(0) } },
    { ...CELL, type: 256 },
    { ...CELL, type: -1 },
  ] as const) {
    assert.throws(() => linkId.emit(bad), RangeError, JSON.stringify(bad));
  }
});

test("two links are the same in all of type, kind and octets, or they are not the same", () => {
  assert.ok(isSameLink(link80211(MAC), link80211(MAC.slice())), "the same octets");
  assert.ok(!isSameLink(link80211(MAC), { ...link80211(MAC), type: LINK_TYPE.ethernet }), "of another type");
  assert.ok(!isSameLink(link80211(MAC), link80211(hex("02a1b2c3d4e6"))), "of another address");
  const asOther: LinkId = { type: LINK_TYPE.ieee80211, address: { kind: "other", octets: MAC } };
  assert.ok(!isSameLink(link80211(MAC), asOther), "of another kind of address");
});

test("a MISF ID is 1 to 253 octets of printable ASCII behind their count, and nothing else is", () => {
  assert.equal(toHex(misfId.emit("a@b")), "03614062", "a@b");
  for (const bad of ["", "a b", "tab\t", "ümlaut@x", "\u007f", "a".repeat(254), "\u0000", "日本@x", "\ud800"]) {
    assert.throws(() => misfId.emit(bad), /RangeError: MISF ID: /, JSON.stringify(bad));
  }
  assert.equal(misfId.read(misfId.emit("a".repeat(253))), "a".repeat(253), "253 octets");
  for (const [written, why] of [
    ["", "no count"],
    ["00", "no octets"],
    ["0361", "a count above what there is"],
    ["016161", "a count below what there is"],
    ["026120", "a space"],
    ["0261c3", "not ASCII"],
    ["02610a", "a line's end"],
    [`fe${"61".repeat(254)}`, "254 octets"],
  ] as const) {
    assert.equal(misfId.read(hex(written)), undefined, why);
  }
});

test("numbers are written most significant octet first, and only such as fit", () => {
  for (const [size, value, written] of [
    [1, 0xff, "ff"],
    [2, 0x0102, "0102"],
    [4, 0xfedcba98, "fedcba98"],
    [6, 0x0102030405_06, "010203040506"],
    [6, 2 ** 48 - 1, "ffffffffffff"],
  ] as const) {
    const codec = unsigned(size);
    assert.equal(toHex(codec.emit(value)), written, `${value} in ${size} octets`);
    assert.equal(codec.read(hex(written)), value, `${written}, read`);
    for (const bad of [2 ** (8 * size), -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => codec.emit(bad), /RangeError: number: /, `${bad} in ${size} octets`);
    }
    assert.equal(codec.read(new Uint8Array(size - 1)), undefined, `${size - 1} octets`);
    assert.equal(codec.read(new Uint8Array(size + 1)), undefined, `${size + 1} octets`);
  }
  const from2to4 = octetString(2, 4);
  for (const [length, isOne] of [
    [1, false],
    [2, true],
    [4, true],
    [5, false],
  ] as const) {
    const octets = new Uint8Array(length);
    assert.deepEqual(from2to4.read(octets), isOne ? octets : undefined, `${length} octets, read`);
    if (!isOne) assert.throws(() => from2to4.emit(octets), /RangeError: octets: /, `${length} octets`);
  }
});

test("whatever a codec reads it writes again octet for octet, and no octets make one throw", () => {
  const codecs = [linkId, linkIds, misfId, unsigned(1), unsigned(4), unsigned(6), octetString(9)] as Codec<unknown>[];
  const likely = fc.oneof(
    links.map((link) => linkId.emit(link)),
    fc.array(links, { maxLength: 3 }).map((some) => linkIds.emit(some)),
    misfIds.map((id) => misfId.emit(id)),
    octets(0, 20),
  );
  let read = 0;
  fc.assert(
    fc.property(likely, fc.nat(), fc.nat(255), (sound, at, by) => {
      const changed = sound.map((octet, i) => (i === at % sound.length ? octet ^ by : octet));
      for (const codec of codecs) {
        const value = codec.read(changed);
        if (value === undefined) continue;
        read++;
        assert.deepEqual(codec.emit(value), changed);
      }
    }),
    RUNS,
  );
  assert.ok(read > RUNS.numRuns / 2, `${read} were read`);
});

test("no two TLVs have one type or one name, ours are in the range for experiments, and each has a name", () => {
  const all = Object.entries(TLV);
  assert.equal(new Set(all.map(([, { type }]) => type)).size, all.length, "types");
  assert.equal(new Set(all.map(([, { name }]) => name)).size, all.length, "names");
  const numbered: Partial<Record<TlvName, number>> = {
    ...{ source: 1, destination: 2, status: 3, commands: 6, link: 13, links: 25 },
    ...{ handoverResult: 40, query: 43, answer: 48, mnId: 52, mnLink: 59 },
  };
  for (const [key, { type, name }] of all) {
    assert.equal(TLV_NAMES.get(type), name, name);
    const standard = numbered[key as TlvName];
    if (standard === undefined) assert.ok(type >= 101 && type <= 254, `${name} is ours: ${type}`);
    else assert.equal(type, standard, `${name} of IEEE 802.21-2008 annex L`);
  }
});
