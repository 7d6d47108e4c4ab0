/** AMP-R1 and AMP-R3 on the device: what is sent, and sent again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS } from "../../host/device/abi.ts";
import { Walk } from "../conformance/walk.ts";
import { DEVICES, scripted } from "../support/device.ts";
import { dlData, m3, tampered } from "../support/deviceframes.ts";
import { repeated } from "../support/devicerounds.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { ascii, hex, unhex } from "../twin/bytes.ts";
import { splitFrame } from "../twin/frames.ts";
import { pnOf } from "../twin/session.ts";
import { replay, type Script, type Step } from "../vectors/script.ts";
import { READING } from "../vectors/world.ts";
import { Observer } from "./observer.ts";

const WALKS = repeated(160);
const STEPS = 50;

/** Seeds beyond those that the conformance walks take. */
const FIRST_SEED = 1_000_000;

/** Walks whose answers are those of both builds. */
function* walks(): Generator<Script> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + WALKS; seed++) {
    const script = new Walk(seed).script(STEPS);
    for (const { module } of DEVICES) replay(script, (host) => scripted(module, host));
    yield script;
  }
}

test(`AMP-R1: no key, A2 and PN protect two frames: ${WALKS} walks watched by someone who knows every key`, () => {
  let opened = 0;
  for (const script of walks()) {
    const observer = new Observer(unhex(script.nvm));
    observer.watch(script);
    opened += observer.opened;
  }
  assert.ok(opened > 5 * WALKS, `${opened} frames opened`);
});

test("AMP-R1: the observer does see a PN that protects two frames, and a frame under a key that is not the session's", () => {
  const talk = new DeviceScene(DEVICES[0].module).boot();
  const nvm = talk.nvm.octets.slice();
  const m1 = talk.m1();
  const m2 = talk.answer(m1);
  const { session } = talk.taken(m2);
  const answered: Step = { call: "receive", frame: hex(m1), reply: hex(m2), state: 2 };
  const sent = (payload: string, options = {}): Step => {
    const frame = dlData(session, { from: session.spa, payload: ascii(payload), ...options });
    return { call: "send", reply: hex(frame), state: 3 };
  };
  const watch =
    (...steps: Step[]) =>
    () =>
      new Observer(nvm).watch({ nvm: hex(nvm), entropy: [], steps });
  const says = (message: RegExp) => (error: Error) => message.test((error.cause as Error).message);
  watch(answered, answered, sent("a"), sent("a"), sent("a", { encrypted: false }), sent("b", { pn: 3 }))();
  assert.throws(watch(answered, sent("a"), sent("b")), says(/AMP-R1: PN 2 protects one frame/));
  assert.throws(watch(answered, sent("a", { from: session.aa })), says(/Data opens/));
  assert.throws(watch({ ...answered, reply: hex(tampered(m2, 5)) }), says(/M2 opens/));
  assert.throws(watch(answered, sent("a", { pn: 1 })), says(/PN 1 is M2's/));
});

for (const { name: build, module } of DEVICES) {
  const scene = (): DeviceScene => new DeviceScene(module).boot();

  test(`AMP-R1, AMP-R3 on ${build}: the same M1 in state 2 is answered with the M2 that was kept, octet for octet`, () => {
    const talk = scene();
    talk.station.setPayload(READING, true);
    const m1 = talk.m1();
    const m2 = talk.answer(m1);
    talk.nvm.log = [];
    for (let round = 0; round < 5; round++) assert.deepEqual(talk.answer(m1), m2);
    assert.deepEqual([talk.entropyDraws, talk.nvm.log.length], [1, 0]);
    const taken = talk.taken(m2);
    assert.equal(talk.ap.respond(talk.answer(m1)), taken, "the AP has one session of it");
    talk.takes(taken.confirm().frame);
    talk.takes(m1);
    talk.expectState("secure");
  });

  test(`AMP-R1 on ${build}: a new reading in state 2 drops the kept M2: the same M1 gets a new SNonce`, () => {
    const talk = scene();
    const m1 = talk.m1();
    const first = talk.answer(m1);
    for (const [reading, encrypt] of [
      [READING, false],
      [READING, true],
      [new Uint8Array(0), false],
    ] as const) {
      talk.station.setPayload(reading, encrypt);
      const next = talk.answer(m1);
      assert.notDeepEqual(next.slice(5, 21), first.slice(5, 21), "even if the reading is what it was");
    }
  });

  test(`AMP-R1 on ${build}: a refused amp_set_payload keeps M2; a refused amp_send uses no PN`, () => {
    const talk = scene();
    const m1 = talk.m1();
    const m2 = talk.answer(m1);
    assert.equal(talk.station.exports.amp_set_payload(55, 0), STATUS["bad argument"]);
    assert.deepEqual(talk.answer(m1), m2);
    const taken = talk.taken(m2);
    assert.equal(talk.station.send().status, STATUS["no session"]);
    talk.takes(taken.confirm().frame);
    const { frame } = talk.station.send();
    assert.equal(frame && pnOf(splitFrame(frame)), 2);
  });

  test(`AMP-R3 on ${build}: a second, different M2 under one ANonce is dropped by the AP; the next trigger heals it`, () => {
    const talk = scene();
    const m1 = talk.m1();
    const taken = talk.taken(talk.answer(m1));
    talk.station.setPayload(READING, true);
    const second = talk.answer(m1);
    assert.equal(talk.ap.respond(second), null, "counted and dropped without M3");
    talk.refuses(taken.confirm().frame, "bad MIC");
    talk.secure();
  });

  test(`AMP-R3 on ${build}: the M3 of the M2 that was sent is taken though the reading has changed since, once`, () => {
    const talk = scene();
    const taken = talk.waiting();
    talk.station.setPayload(READING, true);
    const confirm = taken.confirm(ascii("ok")).frame;
    talk.takes(confirm);
    talk.refuses(confirm, "replayed PN");
    talk.refuses(m3(taken.session, { payload: ascii("another") }), "replayed PN");
    assert.deepEqual(talk.station.received(), ascii("ok"));
    const { frame } = talk.station.send();
    assert.deepEqual(frame && taken.receive(frame), READING);
  });
}
