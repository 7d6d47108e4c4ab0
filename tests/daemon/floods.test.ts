/** What a peer without a key can do to a station beside it, and what it cannot. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { Datagram } from "../../host/daemon/datagram.ts";
import { idOf } from "../../host/wire/id.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { emitResponse } from "../../host/wire/response.ts";
import { Bed, ofKind } from "./bed.ts";

/** A peer that is no station: it only says what a test has it say. */
const HOSTILE = { address: "10.6.6.6", port: 66 };

function makeKnown(bed: Bed): void {
  const cookie = bed.daemon.peers.cookieFor(HOSTILE, 0);
  bed.say({ kind: "hello", channel: 0, t_us: 0, cookie }, HOSTILE);
}

/** An M2 of that ID whose MIC fits nobody. */
function bogus(id: number): Uint8Array {
  const [profile] = PROFILES;
  const [sNonce, payload, mic] = [profile.N, 4, profile.M].map((length) => nodeCrypto.randomBytes(length));
  return emitResponse({ type: "Response", id, encrypted: true, generation: 0, profile, sNonce, payload, mic });
}

test("bogus M2s of a station's ID use up the ID's rate, not that of the station itself", async () => {
  const bed = new Bed({ perId: { perSecond: 20, burst: 20 } });
  const remote = await bed.add(1);
  await bed.round();
  makeKnown(bed);
  const id = idOf(nodeCrypto, remote.spa);
  bed.up = (datagram) => {
    if (datagram.kind !== "up") return datagram;
    // In the slots behind that of the station.
    for (let n = 1; n <= 15; n++) {
      const frame = bogus(id);
      bed.say({ ...datagram, t_us: datagram.t_us + 400 * n, whole_octets: frame.length, frame }, HOSTILE);
    }
    return datagram;
  };
  for (let n = 0; n < 10; n++) await bed.round();
  const { dropped } = bed.daemon.counts;
  assert.ok(dropped["ID over its rate"] > 100, `${dropped["ID over its rate"]} of 150 are not tried`);
  assert.equal(remote.confirmed.length, 11);
});

test("who repeats another's M2 gets the same M3, and no round waits for what he says next", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  await bed.round();
  makeKnown(bed);
  bed.up = (datagram) => {
    if (datagram.kind === "up") bed.say({ ...datagram, t_us: datagram.t_us + 1000 } as Datagram, HOSTILE);
    return datagram;
  };
  bed.sent.length = 0;
  await bed.round({ wait: false });
  assert.ok(bed.daemon.rounds.isIdle, "the round is over without any wait");
  const m3s = ofKind(bed, "down").filter(({ frame }) => (frame[0] & 0x0f) === 0x0a);
  assert.equal(m3s.length, 2);
  assert.deepEqual(m3s[0].frame, m3s[1].frame);
  assert.deepEqual([remote.confirmed.length, bed.ledger.lines.length], [2, 2]);
});

for (const goesFirst of [false, true]) {
  const when = goesFirst ? "goes before the patience is over" : "lets the patience pass";
  test(`one who joins anew and anew, says nothing and ${when} is waited for a few times, and then no more`, async () => {
    const bed = new Bed();
    const remote = await bed.add(1);
    let waits = 0;
    for (let n = 0; n < 60; n++) {
      const source = { ...HOSTILE, port: 1000 + n };
      const cookie = bed.daemon.peers.cookieFor(source, 0);
      bed.say({ kind: "hello", channel: 0, t_us: 0, cookie }, source);
      const before_s = bed.real_s;
      await bed.round({ wait: !goesFirst });
      if (bed.real_s > before_s || !bed.daemon.rounds.isIdle) waits++;
      bed.say({ kind: "bye", channel: 0, t_us: 0, cookie }, source);
      await bed.settle();
      assert.ok(bed.daemon.rounds.isIdle, "nobody waits for who is gone");
    }
    assert.ok(waits > 0 && waits < 15, `${waits} of 60 rounds waited`);
    assert.equal(remote.confirmed.length, 60);
  });
}
