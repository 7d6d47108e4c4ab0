/** Motions 44, 64, 65 and 66 on the device: what one exchange is, and that nothing outlives it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { STATUS } from "../../host/device/abi.ts";
import { DEVICES } from "../support/device.ts";
import { dlData, m3, tampered } from "../support/deviceframes.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { ascii, concat, hex, minMax } from "../twin/bytes.ts";
import { decodeTdc, FC, PROFILES, readingMax_octets, splitFrame } from "../twin/frames.ts";
import { AA_LOW, COMPACT, MODIFIER, PSK, READING, SPA } from "../vectors/world.ts";

for (const { name: build, module } of DEVICES) {
  const scene = (options = {}): DeviceScene => new DeviceScene(module, options).boot();

  test(`002-A1 on ${build}: the keys and the MIC are KDF-256, CCM and CMAC of node:crypto over the page's inputs`, () => {
    for (const encrypted of [true, false]) {
      const { station, ...talk } = withReading(scene(), encrypted);
      const m2 = splitFrame(talk.m2);
      const sNonce = m2.body.slice(0, COMPACT.N);
      const pmk = nodeCrypto.kdf256(PSK, "AMP PMK", concat(MODIFIER, AA_LOW, SPA));
      const context = concat(minMax(AA_LOW, SPA), minMax(talk.m1.slice(17, 33), sNonce));
      const ptk = nodeCrypto.kdf256(pmk, "AMP PTK", context);
      const nonce = concat(0, SPA, 0, 0, 0, 0, 0, 1);
      // FC ‖ TDC, and of M1 FC ‖ TDC ‖ TriggerInfo ‖ DL data
      const m1Binding = concat(talk.m1[0], talk.m1.slice(3, 5), talk.m1.slice(5, 11), talk.m1.slice(41, -2));
      const aad = concat(m2.fc, m2.tdc, m1Binding);
      const sealed = m2.body.slice(COMPACT.N);
      if (encrypted) {
        assert.deepEqual(nodeCrypto.ccmOpen(ptk.slice(16), nonce, aad, sealed, 8), READING);
      } else {
        const mic = nodeCrypto.cmac(ptk.slice(0, 16), concat(nonce, aad.length, 0, aad, READING)).slice(0, 8);
        assert.equal(hex(sealed), hex(concat(READING, mic)));
      }
      assert.equal(station.state(), 2);
    }
  });

  test(`002-A1 on ${build}: no security association is kept: the power cycle between two exchanges changes nothing`, () => {
    const talk = scene();
    const first = talk.secure();
    talk.powerCycle().expectState("idle");
    assert.equal(talk.station.send().status, STATUS["no session"]);
    talk.refuses(first.data(READING).frame, "no session");
    talk.secure();
  });

  test(`002-A2 on ${build}: SNonce is made only after ANonce came: no entropy and no counter before M1`, () => {
    const talk = scene();
    talk.nvm.log = [];
    talk.station.setPayload(READING, true);
    talk.station.send();
    talk.station.received();
    talk.refuses(talk.m1().slice(0, 30), "bad FCS");
    assert.deepEqual([talk.entropyDraws, talk.nvm.log.length], [0, 0]);
    talk.waiting();
    assert.deepEqual([talk.entropyDraws, talk.nvm.log.length], [1, 2]);
  });

  test(`002-A3, 002-A8 on ${build}: M2 carries SNonce and a MIC; its reading in clear or encrypted, as it was set`, () => {
    for (const encrypted of [true, false]) {
      const { m2, ap } = withReading(scene(), encrypted);
      const { fc, tdc, body } = splitFrame(m2);
      assert.equal(fc, FC.response);
      assert.equal(decodeTdc(tdc).encrypted, encrypted);
      const [sNonce, payload, mic] = [body.slice(0, 16), body.slice(16, -8), body.slice(-8)];
      assert.deepEqual([sNonce.length, payload.length, mic.length], [16, READING.length, 8]);
      assert.equal(hex(payload) === hex(READING), !encrypted);
      const taken = ap.respond(m2);
      assert.deepEqual(taken?.reading, READING);
      assert.deepEqual(taken?.sNonce, sNonce);
    }
  });

  test(`002-A8 on ${build}: M3 and Data are taken in either mode, whatever the mode of M2`, () => {
    for (const m2Encrypted of [true, false]) {
      for (const encrypted of [true, false]) {
        const { station, ap, m2 } = withReading(scene(), m2Encrypted);
        const taken = ap.respond(m2);
        assert.ok(taken);
        const { session } = taken;
        assert.deepEqual(station.receive(m3(session, { payload: ascii("m3"), encrypted })), { status: 0 });
        assert.deepEqual(station.received(), ascii("m3"));
        assert.deepEqual(station.receive(dlData(session, { payload: ascii("dl"), encrypted })), { status: 0 });
        assert.deepEqual(station.received(), ascii("dl"));
        const up = station.send().frame;
        assert.ok(up);
        assert.equal(decodeTdc(splitFrame(up).tdc).encrypted, m2Encrypted);
        assert.deepEqual(taken.receive(up), READING);
      }
    }
  });

  test(`002-A5 on ${build}: one round trip: DL data go down beside ANonce, the reading comes up beside SNonce`, () => {
    for (const profile of PROFILES) {
      const talk = scene({ profile });
      const reading = READING.slice(0, readingMax_octets(profile));
      talk.station.setPayload(reading, true);
      const taken = talk.waiting({ dlData: ascii("LED") });
      assert.deepEqual(taken.reading, reading, "the AP has it after two frames");
      talk.takes(taken.confirm().frame);
      assert.deepEqual(talk.station.triggerData(), ascii("LED"));
    }
  });

  test(`002-A6 on ${build}: DL data of M1 are not handed out before M3, nor after a forged one`, () => {
    const talk = scene();
    const taken = talk.waiting({ dlData: ascii("open the valve") });
    const none = (): void => assert.equal(talk.station.triggerData().length, 0);
    none();
    const confirm = taken.confirm().frame;
    talk.refuses(tampered(confirm, 8), "bad MIC");
    none();
    talk.takes(confirm);
    assert.deepEqual(talk.station.triggerData(), ascii("open the valve"));
    talk.answer(talk.m1({ dlData: ascii("close the valve") }));
    none();
  });

  test(`002-A6 on ${build}: a trigger forged by someone without a PMK gets its M2 and never an M3: nothing is released`, () => {
    const talk = scene();
    const forger = new DeviceScene(module, { roots: new Map([[0, new Uint8Array(32)]]) });
    const m2 = talk.answer(forger.m1({ dlData: ascii("open the valve") }));
    assert.equal(forger.ap.respond(m2), null);
    assert.equal(talk.station.triggerData().length, 0);
    talk.expectState("waiting for M3");
    talk.secure({ dlData: ascii("LED") });
    assert.deepEqual(talk.station.triggerData(), ascii("LED"));
  });

  test(`002-A7 on ${build}: the device is secure only after an M3 of the AP that it answered; there is no M4`, () => {
    const talk = scene();
    talk.expectState("idle");
    const taken = talk.waiting();
    talk.expectState("waiting for M3");
    talk.refuses(taken.data(READING).frame, "no session");
    assert.equal(talk.station.send().status, STATUS["no session"]);
    const confirmed = talk.station.receive(taken.confirm().frame);
    assert.deepEqual(confirmed, { status: 0 }, "nothing is sent in answer");
    talk.expectState("secure");
  });
}

interface Talk {
  readonly station: DeviceScene["station"];
  readonly ap: DeviceScene["ap"];
  readonly m1: Uint8Array;
  readonly m2: Uint8Array;
}

/** The scene after an M1 with DL data was answered with READING. */
function withReading(scene: DeviceScene, encrypted: boolean): Talk {
  scene.station.setPayload(READING, encrypted);
  const m1 = scene.m1({ dlData: ascii("LED") });
  return { station: scene.station, ap: scene.ap, m1, m2: scene.answer(m1) };
}
