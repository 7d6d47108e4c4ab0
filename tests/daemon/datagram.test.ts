/** The datagrams between an AP's daemon and a station: what docs/DAEMON.md says they are, and nothing else. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { ROOT } from "../../host/build/build.ts";
import {
  DATAGRAM_HEAD_OCTETS,
  DATAGRAM_MAX_OCTETS,
  type Datagram,
  emitDatagram,
  readDatagram,
} from "../../host/daemon/datagram.ts";
import { toHex } from "../../host/wire/octets.ts";

const FRAME_MAX = 71;

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const head = { channel: fc.integer({ min: 0, max: 0xffff }), t_us: fc.nat({ max: Number.MAX_SAFE_INTEGER }) };
const DATAGRAMS: fc.Arbitrary<Datagram> = fc.oneof(
  fc.record({ kind: fc.constantFrom("hello", "bye", "welcome"), ...head, cookie: octets(8) }),
  fc.record({ kind: fc.constantFrom("pass", "over"), ...head }),
  fc.record({
    kind: fc.constant("down"),
    ...head,
    dlRate_kbps: fc.constantFrom(250, 1000),
    padding_us: fc.integer({ min: 0, max: 0xffff }),
    frame: octets(1, FRAME_MAX),
  }),
  fc
    .record({
      kind: fc.constant("up"),
      ...head,
      ulRate_kbps: fc.constantFrom(250, 1000, 4000),
      power_cdBm: fc.integer({ min: -32_768, max: 32_767 }),
      missing: fc.nat({ max: 10 }),
      frame: octets(0, FRAME_MAX - 10),
    })
    .map(({ missing, ...up }) => ({ ...up, whole_octets: Math.max(1, up.frame.length + missing) })),
) as fc.Arbitrary<Datagram>;

test("every datagram is read as it was written, and no octet of it can be left out or added", () => {
  fc.assert(
    fc.property(DATAGRAMS, (datagram) => {
      const written = emitDatagram(datagram);
      assert.ok(written.length <= DATAGRAM_MAX_OCTETS, `${written.length} octets`);
      assert.deepEqual(readDatagram(written), { ...datagram });
      for (let length = 0; length < written.length; length++) {
        assert.equal(typeof readDatagram(written.subarray(0, length)), "string", `the first ${length} octets`);
      }
      assert.equal(typeof readDatagram(Uint8Array.of(...written, 0)), "string", "one octet more");
    }),
    { numRuns: 300 },
  );
});

test("any octets are a datagram or refused, and whatever is read is written as it came", () => {
  const changed = fc
    .tuple(DATAGRAMS, fc.nat({ max: DATAGRAM_MAX_OCTETS }), fc.integer({ min: 0, max: 255 }))
    .map(([datagram, at, octet]) => {
      const written = emitDatagram(datagram);
      written[at % written.length] = octet;
      return written;
    });
  const any = fc.oneof(octets(0, DATAGRAM_MAX_OCTETS + 20), changed);
  fc.assert(
    fc.property(any, (came) => {
      const read = readDatagram(came);
      if (typeof read !== "string") assert.deepEqual(emitDatagram(read), came);
    }),
    { numRuns: 5000 },
  );
});

test("what does not fit into a datagram is a RangeError that names the field", () => {
  const up = {
    kind: "up",
    channel: 0,
    t_us: 0,
    ulRate_kbps: 1000,
    power_cdBm: 0,
    whole_octets: 8,
    frame: new Uint8Array(8),
  } as const;
  const wrong: readonly [Partial<typeof up> | object, RegExp][] = [
    [{ channel: 65_536 }, /channel/],
    [{ t_us: -1 }, /t_us/],
    [{ t_us: 0.5 }, /t_us/],
    [{ ulRate_kbps: 500 }, /ulRate_kbps/],
    [{ power_cdBm: 40_000 }, /power_cdBm/],
    [{ whole_octets: 0 }, /whole_octets/],
    [{ whole_octets: 7 }, /frame/],
  ];
  for (const [change, name] of wrong) {
    assert.throws(() => emitDatagram({ ...up, ...change } as Datagram), { name: "RangeError", message: name });
  }
});

test("the worked example of docs/DAEMON.md is read as the page says", () => {
  const page = readFileSync(join(ROOT, "docs/DAEMON.md"), "utf8");
  const [, block] = /<!-- example -->\s+```\n([\s\S]*?)```/.exec(page) ?? [];
  assert.ok(block, "the page has an example");
  const example = Uint8Array.from(
    block.match(/\b[0-9a-f]{2}\b(?=[^|]*\|)/g)?.map((digits) => Number.parseInt(digits, 16)) ?? [],
  );
  const read = readDatagram(example);
  assert.ok(typeof read !== "string" && read.kind === "up", `the example is ${JSON.stringify(read)}`);
  const told = Object.fromEntries(
    [...page.matchAll(/^\| `(\w+)` in the example \| (.+) \|$/gm)].map(([, k, v]) => [k, v]),
  );
  assert.deepEqual(told, {
    channel: String(read.channel),
    t_us: String(read.t_us),
    ulRate_kbps: String(read.ulRate_kbps),
    power_cdBm: String(read.power_cdBm),
    whole_octets: String(read.whole_octets),
    frame: toHex(read.frame),
  });
  assert.equal(example.length, DATAGRAM_HEAD_OCTETS + 6 + read.frame.length);
});
