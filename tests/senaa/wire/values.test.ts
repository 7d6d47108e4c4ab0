/** Values, checksum, parts of flights and TLS records. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { checksumOf, outsideOf } from "../../../host/senaa/wire/checksum.ts";
import { chunksOf, FLIGHT_OCTETS_MAX, FlightReader } from "../../../host/senaa/wire/chunks.ts";
import { DEVICE_ID_TYPE, deviceIds } from "../../../host/senaa/wire/deviceid.ts";
import { CHUNK_OCTETS_MAX } from "../../../host/senaa/wire/dictionary.ts";
import { retransmitted } from "../../../host/senaa/wire/header.ts";
import { emitMessage, readMessage } from "../../../host/senaa/wire/message.ts";
import { CLR, SCR } from "../../../host/senaa/wire/messages.ts";
import { realmOf } from "../../../host/senaa/wire/names.ts";
import { CONTENT, readRecords } from "../../../host/senaa/wire/records.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { address, utf8String } from "../../../host/senaa/wire/values.ts";
import { concat, toHex } from "../../../host/wire/octets.ts";
import { IDS, SESSION } from "./samples.ts";

function checksumIn(datagram: Uint8Array): string {
  const read = readMessage(datagram, "tls");
  assert.ok(!isRefusal(read), "it is read");
  return toHex(checksumOf(nodeCrypto, read.outside));
}

test("004-D8: both ends make the same Msg-Checksum, before TLS-Payload is there and behind it, of a request that comes again, too", () => {
  const before = toHex(checksumOf(nodeCrypto, outsideOf(CLR, IDS, { sessionId: SESSION })));
  assert.equal(before.length, 32);
  for (const tls of [new Uint8Array(), new Uint8Array(33), new Uint8Array(1100)]) {
    const datagram = emitMessage(CLR, IDS, { sessionId: SESSION, tls });
    assert.equal(checksumIn(datagram), before, `${tls.length} octets of TLS`);
    assert.equal(checksumIn(retransmitted(datagram)), before, "with the T flag");
  }
  const more = emitMessage(CLR, IDS, { sessionId: SESSION, tlsMore: true, tls: new Uint8Array(9) });
  assert.equal(checksumIn(more), before, "with TLS-More");
});

test("004-D8: whatever else is changed in the header or an AVP outside of TLS changes Msg-Checksum", () => {
  const datagram = emitMessage(CLR, IDS, { sessionId: SESSION, tls: Uint8Array.of(1, 2, 3, 4) });
  const right = checksumIn(datagram);
  let taken = 0;
  for (let at = 4; at < 20 + 8 + SESSION.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const changed = datagram.slice();
      changed[at] ^= 1 << bit;
      const read = readMessage(changed, "tls");
      if (isRefusal(read) || read.name !== "CLR" || read.header.isRetransmitted) continue;
      taken++;
      assert.notEqual(toHex(checksumOf(nodeCrypto, read.outside)), right, `octet ${at}, bit ${bit}`);
    }
  }
  assert.ok(taken > 150, `${taken} changed messages were read`);
});

test("004-S15: device identifiers come back, one or several; unknown types, wrong lengths and none are refused", () => {
  const mac = { type: DEVICE_ID_TYPE.eui48, value: Uint8Array.of(2, 0, 0, 0, 0, 1) };
  const ipv4 = { type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.of(10, 0, 0, 1) };
  assert.equal(toHex(deviceIds.emit([mac, ipv4])), "010602000000000103040a000001");
  assert.deepEqual(deviceIds.read(deviceIds.emit([mac, ipv4])), [mac, ipv4]);
  for (const bad of [[], [1], [1, 6, 2], [1, 5, 1, 2, 3, 4, 5], [9, 6, 1, 2, 3, 4, 5, 6], [3, 4, 1, 2, 3, 4, 0]]) {
    assert.equal(deviceIds.read(Uint8Array.from(bad)), undefined, JSON.stringify(bad));
  }
  assert.equal(
    deviceIds.read(new Uint8Array(17 * 6).map((_, i) => [3, 4, 0, 0, 0, 0][i % 6])),
    undefined,
    "17 of them",
  );
  assert.throws(() => deviceIds.emit([]), /RangeError: device identifiers: 0/);
  assert.throws(() => deviceIds.emit([{ ...mac, type: 4 }]), /RangeError: identifier: 6 octets/);
});

test("text is UTF-8 without control characters, and an address of IPv4 or IPv6", () => {
  const text = utf8String(8);
  assert.equal(text.read(text.emit("grüße")), "grüße");
  for (const bad of [[], [0x0a], [0x7f], [0xc3], [0xff], new Array(9).fill(0x61)]) {
    assert.equal(text.read(Uint8Array.from(bad)), undefined, JSON.stringify(bad));
  }
  assert.throws(() => text.emit("a\nb"), /RangeError: text: /);
  assert.throws(() => text.emit("\ud800"), /RangeError: text: /);
  assert.equal(toHex(address.emit(Uint8Array.of(1, 2, 3, 4))), "000101020304");
  assert.deepEqual(address.read(address.emit(new Uint8Array(16))), new Uint8Array(16));
  assert.equal(address.read(Uint8Array.of(0, 2, 1, 2, 3, 4)), undefined, "IPv6 of 4 octets");
});

test("004-D16: a flight in parts comes back, each part fits into a message of 1280 octets with UDP and IPv6, and 64 KiB are the end", () => {
  fc.assert(
    fc.property(fc.nat(4000), (octets) => {
      const flight = Uint8Array.from({ length: octets }, (_, i) => i);
      const reader = new FlightReader();
      const chunks = chunksOf(flight);
      assert.equal(chunks.length, Math.max(1, Math.ceil(octets / CHUNK_OCTETS_MAX)));
      for (const [i, chunk] of chunks.entries()) {
        const datagram = emitMessage(CLR, IDS, { sessionId: SESSION, ...chunk });
        assert.ok(datagram.length + 48 <= 1280, `${datagram.length} octets`);
        const taken = reader.take(chunk);
        if (i < chunks.length - 1) assert.equal(taken, "more");
        else assert.deepEqual(taken, flight);
      }
    }),
    { numRuns: 50 },
  );
  assert.throws(() => chunksOf(new Uint8Array(FLIGHT_OCTETS_MAX + 1)), /RangeError: flight: 65537 octets/);
  const reader = new FlightReader();
  const whole = Math.floor(FLIGHT_OCTETS_MAX / 1000);
  for (let i = 0; i < whole; i++) assert.equal(reader.take({ tls: new Uint8Array(1000), tlsMore: true }), "more");
  assert.equal(reader.take({ tls: new Uint8Array(1000), tlsMore: true }), "too long");
  assert.deepEqual(reader.take({ tls: Uint8Array.of(1) }), Uint8Array.of(1), "and it is forgotten");
});

test("004-D1, 004-D2: a flight is TLS records alone, of an old connection and then a new one even: AVPs beside them, as the figures have it, are not taken", () => {
  const alert = Uint8Array.of(CONTENT.alert, 3, 3, 0, 2, 1, 0);
  const data = Uint8Array.of(CONTENT.applicationData, 3, 3, 0, 3, 7, 7, 7);
  assert.deepEqual(readRecords(concat(data, alert)), [
    { type: CONTENT.applicationData, octets: data },
    { type: CONTENT.alert, octets: alert },
  ]);
  assert.deepEqual(readRecords(new Uint8Array()), []);
  const avp = Uint8Array.of(0, 0, 1, 39, 0x40, 0, 0, 12, 0, 0, 0, 1);
  for (const bad of [concat(avp, alert), concat(alert, avp), alert.slice(0, 6), alert.slice(0, 4)]) {
    assert.equal(readRecords(bad), undefined, toHex(bad));
  }
  assert.equal(readRecords(Uint8Array.of(22, 3, 3, 0x48, 1)), undefined, "longer than a record is");
});

test("004-D12: SCR says the realm of the user, not the name", () => {
  assert.equal(realmOf("mn@example.org"), "@example.org");
  assert.equal(realmOf("a@b@c"), "@c");
  for (const bad of ["mn", "mn@", ""]) assert.throws(() => realmOf(bad), /RangeError: User-Name: /);
  const scr = emitMessage(SCR, IDS, { userName: realmOf("mn@example.org"), tls: Uint8Array.of(22) });
  const read = readMessage(scr, "tls");
  assert.ok(!isRefusal(read) && read.name === "SCR" && read.body.userName === "@example.org", "and it is taken");
});
