/** What the draft leaves open and PROTOCOL.md decides (002-A14): every limit, at it and one beyond. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS } from "../../host/device/abi.ts";
import { DEVICES } from "../support/device.ts";
import { dlData, m3 } from "../support/deviceframes.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { PLAIN_TRIGGER_INFO } from "../twin/ap.ts";
import { ackFrame, idOf, PROFILES, payloadMax_octets, readingMax_octets, splitFrame } from "../twin/frames.ts";
import { AA_HIGH, AA_LOW, labelled, MODIFIER, SPA } from "../vectors/world.ts";

/** PROTOCOL 2: octets of nonce, of MIC, and of the longest reading, DL payload and DL data with Modifier. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  compact: [16, 8, 40, 54, 28],
  wide: [32, 8, 24, 54, 12],
  strong: [32, 16, 16, 46, 12],
};

for (const { name: build, module } of DEVICES) {
  for (const profile of PROFILES) {
    const [N, M, readingMax, payloadMax, dlDataMax] = SIZES[profile.name];
    const scene = (options = {}): DeviceScene => new DeviceScene(module, { profile, ...options }).boot();

    test(`002-A14 on ${build}, ${profile.name}: nonce ${N}, MIC ${M}, readings up to ${readingMax} octets in M2`, () => {
      assert.deepEqual([readingMax_octets(profile), payloadMax_octets(profile)], [readingMax, payloadMax]);
      for (const encrypted of [true, false]) {
        for (const length of [0, 1, 15, 16, 17, readingMax].filter((length) => length <= readingMax)) {
          const talk = scene();
          const reading = labelled("a reading", length);
          talk.station.setPayload(reading, encrypted);
          const m2 = talk.answer(talk.m1());
          assert.equal(splitFrame(m2).body.length, N + length + M);
          assert.deepEqual(talk.taken(m2).reading, reading);
        }
      }
      const talk = scene();
      assert.equal(talk.station.setPayload(labelled("a reading", readingMax + 1), true), 0);
      talk.refuses(talk.m1(), "payload too long");
    });

    test(`002-A14 on ${build}, ${profile.name}: DL payloads and UL Data of 0 to ${payloadMax} octets`, () => {
      const talk = scene();
      for (const encrypted of [true, false]) {
        for (const length of [0, 1, 16, 32, payloadMax]) {
          const payload = labelled("a DL payload", length);
          const taken = talk.waiting();
          talk.takes(m3(taken.session, { payload, encrypted }));
          assert.deepEqual(talk.station.received(), payload);
          talk.takes(dlData(taken.session, { payload, encrypted }));
          assert.deepEqual(talk.station.received(), payload);
          assert.equal(talk.station.setPayload(payload, encrypted), 0);
          const { frame } = talk.station.send();
          assert.ok(frame);
          assert.deepEqual(taken.receive(frame), payload);
          talk.station.setPayload(new Uint8Array(0), false);
        }
      }
    });

    test(`002-A14 on ${build}, ${profile.name}: DL data of M1, 0 to what fits, with a Modifier and without`, () => {
      for (const modifier of [MODIFIER, null]) {
        const talk = scene({ modifier });
        for (const length of [0, 1, dlDataMax, modifier === null ? dlDataMax + 8 : dlDataMax]) {
          const dlData = labelled("DL data of M1", length);
          talk.secure({ dlData });
          assert.deepEqual(talk.station.triggerData(), dlData);
        }
      }
    });

    test(`002-A14 on ${build}, ${profile.name}: broadcast and addressed, AA below and above SPA, every UL rate`, () => {
      for (const aa of [AA_LOW, AA_HIGH]) {
        const talk = scene({ aa });
        for (const spa of [SPA, null]) {
          for (const ulRate of [0, 1, 2]) talk.secure({ spa, info: { ...PLAIN_TRIGGER_INFO, ulRate, acwe: 15 } });
        }
        talk.secure({ info: { ...PLAIN_TRIGGER_INFO, access: 1, slots: 255 } });
      }
    });
  }

  test(`002-A14 on ${build}: reserved values of TriggerInfo, and AAs that are no AP's, are refused`, () => {
    const talk = new DeviceScene(module).boot();
    const odd = [{ ulRate: 3 }, { access: 2 }, { access: 3 }, { slots: 0 }, { reserved: 1 }, { reserved: 128 }];
    for (const change of odd) talk.refuses(talk.m1({ info: { ...PLAIN_TRIGGER_INFO, ...change } }), "reserved bits");
    const alone = { ...PLAIN_TRIGGER_INFO, access: 1 };
    talk.refuses(talk.m1({ spa: null, info: alone }), "reserved bits");
    for (const aa of [SPA, AA_LOW.map((octet, i) => (i === 0 ? octet | 1 : octet))]) {
      const other = new DeviceScene(module, { aa }).boot();
      other.refuses(other.m1(), "not for me");
      other.expectState("idle");
    }
  });

  test(`002-A14 on ${build}: payloads are handed out to the octet: nothing behind them in the buffer changes`, () => {
    const talk = new DeviceScene(module).boot();
    const { memory, exports } = talk.station;
    const at = exports.amp_payload_buffer();
    for (let length = 0; length <= 28; length++) {
      const payload = labelled("a DL payload", length);
      talk.secure({ dlData: payload }, payload);
      for (const handOut of [exports.amp_received, exports.amp_trigger_data]) {
        memory.fill(0xa5, at, at + 64);
        assert.equal(handOut(), length);
        assert.deepEqual(memory.slice(at, at + length), payload);
        assert.ok(memory.slice(at + length, at + 64).every((octet) => octet === 0xa5));
      }
    }
  });

  test(`002-A14 on ${build}: an Ack is taken and has no meaning; amp_set_payload takes 0 to 54 octets`, () => {
    const talk = new DeviceScene(module).boot();
    talk.takes(ackFrame(idOf(SPA)));
    talk.waiting();
    talk.takes(ackFrame(idOf(SPA)));
    talk.expectState("waiting for M3");
    talk.secure();
    talk.takes(ackFrame(idOf(SPA)));
    talk.expectState("secure");
    for (let length = 0; length <= 54; length++) {
      assert.equal(talk.station.setPayload(labelled("a reading", length), true), 0);
      assert.equal(talk.station.send().frame?.length, 7 + 2 + length + 8);
    }
    assert.equal(talk.station.setPayload(labelled("a reading", 55), true), STATUS["bad argument"]);
  });
}
