/** Records and log entries as octets: one encoding each, whatever is not one is refused, and nothing sealed opens elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isOrigin, type Origin } from "../../../host/keys/origin.ts";
import { decodeAp, decodeDevice, encodeAp, encodeDevice } from "../../../host/keys/store/body.ts";
import { StoreError } from "../../../host/keys/store/errors.ts";
import { decodeEntry, EVENTS, encodeEntry } from "../../../host/keys/store/log.ts";
import { KIND, type Kind, open, SEAL_OCTETS, seal } from "../../../host/keys/store/seal.ts";
import type { DeviceRecord } from "../../../host/keys/store.ts";
import { KEK, OTHER_KEK } from "./kek.ts";
import { spaOf } from "./loadplan.ts";

const octets = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const octet = fc.integer({ min: 0, max: 255 });
const natural = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const written = fc.record({ written_ms: natural, entry: natural }, { noNullPrototype: true });
const scheme = fc.stringMatching(/^[a-z0-9-]{1,32}$/);
const origin: fc.Arbitrary<Origin | undefined> = fc.oneof(
  fc.constantFrom("psk" as const, "eap-psk" as const, "senaa" as const, undefined),
  scheme.map((name): Origin => `802.21 ${name}`),
);
const update = fc.oneof(
  fc.constant(undefined),
  fc.record({ generation: octet, modifierPrime: octets(16) }, { noNullPrototype: true }),
  fc.record({ generation: octet, root: octets(32) }, { noNullPrototype: true }),
);
const device: fc.Arbitrary<DeviceRecord> = fc
  .record({ spa: octets(6), generation: octet, root: octets(32), origin, update })
  .map(({ origin: known, ...record }) => ({ ...record, ...(known && { origin: known }) }));

/** Either RangeError, or a value that is encoded as the very octets that it was read from. */
function readsOrRefuses<T>(read: () => T, encode: (value: T) => Uint8Array, from: Uint8Array): boolean {
  let value: T;
  try {
    value = read();
  } catch (error) {
    return error instanceof RangeError;
  }
  return Buffer.compare(encode(value), from) === 0;
}

test("a device's and an AP's record are read as they were written, octet for octet", () => {
  fc.assert(
    fc.property(device, written, (record, at) => {
      assert.deepEqual(decodeDevice(record.spa, encodeDevice(record, at)), { record, written: at });
    }),
  );
  const ap = fc.record(
    { aa: octets(6), modifier: fc.oneof(octets(8), fc.constant(undefined)) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(ap, written, (record, at) => {
      assert.deepEqual(decodeAp(record.aa, encodeAp(record, at)), { record, written: at });
    }),
  );
});

test("fuzz: whatever octets stand there, a record or an entry is refused, or is the one that has these octets", () => {
  const spa = spaOf(1);
  const near = fc.tuple(device, written, fc.integer({ min: 0, max: 110 }), octet, fc.integer({ min: -3, max: 3 }));
  const damaged = near.map(([record, at, place, value, more]) => {
    const body = encodeDevice(record, at);
    const longer = new Uint8Array(Math.max(0, body.length + more));
    longer.set(body.subarray(0, longer.length));
    if (place < longer.length) longer[place] = value;
    return longer;
  });
  for (const any of [damaged, fc.uint8Array({ maxLength: 120 })]) {
    fc.assert(
      fc.property(any, (body) => {
        const devices = readsOrRefuses(
          () => decodeDevice(spa, body),
          (it) => encodeDevice(it.record, it.written),
          body,
        );
        const aps = readsOrRefuses(
          () => decodeAp(spa, body),
          (it) => encodeAp(it.record, it.written),
          body,
        );
        const entries = readsOrRefuses(
          () => decodeEntry(body),
          (it) => encodeEntry(it.entry, it.before),
          body,
        );
        return devices && aps && entries;
      }),
      { numRuns: 2000 },
    );
  }
});

test("an entry of the log is read as it was written", () => {
  const entry = fc.record(
    {
      event: fc.constantFrom(...EVENTS),
      number: natural,
      time_ms: natural,
      address: fc.oneof(
        octets(6).filter((address) => address.some((part) => part !== 0)),
        fc.constant(undefined),
      ),
      generation: octet,
      count: fc.integer({ min: 0, max: 0xffffffff }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(entry, octets(32), (one, before) => {
      assert.deepEqual(decodeEntry(encodeEntry(one, before)), { entry: one, before });
    }),
  );
});

test("what is sealed opens with its KEK, its kind and its name only, and with no octet changed; the nonce is new each time", () => {
  const body = new Uint8Array(40).fill(9);
  const sealed = seal(KEK, "device", spaOf(1), body);
  assert.equal(sealed.length, body.length + SEAL_OCTETS);
  assert.deepEqual(open(KEK, "device", spaOf(1), sealed, "it"), body);
  assert.notDeepEqual(seal(KEK, "device", spaOf(1), body), sealed);
  const refuses = (call: () => unknown): void => assert.throws(call, StoreError);
  refuses(() => open(KEK, "device", spaOf(2), sealed, "moved to another device"));
  refuses(() => open(OTHER_KEK, "device", spaOf(1), sealed, "another KEK"));
  for (const kind of (Object.keys(KIND) as Kind[]).filter((other) => other !== "device")) {
    refuses(() => open(KEK, kind, spaOf(1), sealed, "another kind"));
    const renamed = sealed.slice();
    renamed[1] = KIND[kind];
    refuses(() => open(KEK, kind, spaOf(1), renamed, "another kind, as it says"));
  }
  for (let i = 0; i < sealed.length; i++) {
    const changed = sealed.slice();
    changed[i] ^= 0x80;
    refuses(() => open(KEK, "device", spaOf(1), changed, `octet ${i}`));
    refuses(() => open(KEK, "device", spaOf(1), sealed.subarray(0, i), `${i} octets`));
  }
});

test("an origin is psk, eap-psk, senaa, or 802.21 with the name of its scheme", () => {
  for (const text of ["psk", "eap-psk", "senaa", "802.21 complete-subtree"]) assert.ok(isOrigin(text), text);
  for (const text of ["", "PSK", "802.21", "802.21 ", "802.21 Subtree", `802.21 ${"a".repeat(33)}`]) {
    assert.ok(!isOrigin(text), text);
  }
});
