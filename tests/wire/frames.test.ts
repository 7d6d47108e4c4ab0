/** Every frame of the vectors: its fields are the recorded ones, and they make the same octets again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { aadOf, bindingOf, nonceOf, pnOf } from "../../host/wire/binding.ts";
import { type Checked, checkDownlink, checkUplink } from "../../host/wire/check.ts";
import { emitAnswer, emitCommand, readAnswer, readCommand } from "../../host/wire/command.ts";
import { emitFrame, type Frame, type Protected, tdcOf, type Unsealed } from "../../host/wire/frame.ts";
import { idOf } from "../../host/wire/id.ts";
import { MacView } from "../../host/wire/mac.ts";
import { le16 } from "../../host/wire/octets.ts";
import { open, seal } from "../../host/wire/protect.ts";
import { deriveSessionKeys } from "../../host/wire/ptk.ts";
import { readTdc } from "../../host/wire/tdc.ts";
import type { Trigger } from "../../host/wire/trigger.ts";
import { emitTriggerInfo } from "../../host/wire/triggerinfo.ts";
import { hex, toHex } from "../support/hex.ts";
import { type Case, casesOf, EXAMPLE, FILES, type FrameVector } from "./vectors.ts";

/** The frame that passes its checks; the test fails if it does not. */
function taken<F extends Frame>(checked: Checked<F>, name: string): F {
  assert.equal(checked.refusal, undefined, name);
  assert.ok(checked.frame, name);
  return checked.frame;
}

const isUplink = (name: string): boolean => ["m2", "ulData", "answer"].includes(name);

function read(name: string, octets: Uint8Array): Frame {
  return isUplink(name) ? taken(checkUplink(octets), name) : taken(checkDownlink(octets), name);
}

/** What stands in every MAC frame. */
function assertMac(vector: FrameVector, frame: Exclude<Frame, { type: "Ack" }>, name: string): void {
  const octets = hex(vector.frame);
  const mac = new MacView(octets);
  assert.equal(mac.fc, Number.parseInt(vector.fc, 16), name);
  assert.equal(toHex(le16(mac.id)), vector.id, name);
  assert.equal(toHex(le16(mac.tdc)), vector.tdc, name);
  assert.deepEqual({ ...readTdc(mac.tdc) }, vector.tdcFields, name);
  assert.equal(toHex(mac.body), vector.body, name);
  assert.equal(toHex(le16(mac.fcs)), vector.fcs, name);
  assert.equal(mac.rightFcs, mac.fcs, name);
  assert.equal(tdcOf(frame), mac.tdc, name);
  assert.equal(toHex(emitFrame(frame)), vector.frame, name);
}

function assertM1(vector: FrameVector, m1: Trigger, name: string): void {
  assert.equal(toHex(emitTriggerInfo(m1.info)), vector.triggerInfo, name);
  assert.deepEqual({ ...m1.info }, vector.triggerInfoFields, name);
  assert.equal(toHex(m1.aa), vector.aa, name);
  assert.equal(toHex(m1.aNonce), vector.aNonce, name);
  assert.equal(m1.modifier ? toHex(m1.modifier) : null, vector.modifier, name);
  assert.equal(toHex(m1.dlData), vector.dlData, name);
  assert.equal(toHex(bindingOf(m1)), vector.binding, name);
}

function assertProtected(vector: FrameVector, frame: Protected, session: Case, binding: Binding, name: string): void {
  assert.equal(toHex(frame.payload), vector.sent, name);
  assert.equal(toHex(frame.mic), vector.mic, name);
  if (vector.pn !== undefined) assert.equal(pnOf(frame), vector.pn, name);
  assert.equal(toHex(nonceOf(binding.a2, pnOf(frame))), vector.nonce, name);
  assert.equal(toHex(aadOf(frame, binding.m1)), vector.aad, name);
  assert.ok(session.keys && vector.payload !== undefined, name);
  const keys = { kck: hex(session.keys.kck), tk: hex(session.keys.tk) };
  assert.deepEqual(open(nodeCrypto, keys, frame, binding), hex(vector.payload), name);
  const { mic, ...unsealed } = frame;
  const sealed = seal(nodeCrypto, keys, { ...unsealed, payload: hex(vector.payload) } as Unsealed, binding);
  assert.equal(toHex(emitFrame(sealed)), vector.frame, name);
}

interface Binding {
  readonly a2: Uint8Array;
  readonly m1?: Uint8Array;
}

for (const file of ["exchange-compact.json", "exchange-wide.json", "exchange-strong.json"] as const) {
  test(`${file}: M1, M2, M3 and Data of both directions have the recorded fields, nonce and AAD, and seal again`, () => {
    const cases = casesOf(file);
    assert.equal(cases.length, 16);
    for (const session of cases) {
      assert.ok(session.frames && session.parties && session.keys && session.sNonce, session.name);
      const { spa, aa } = session.parties;
      const m1 = read("m1", hex(session.frames.m1.frame));
      assert.ok(m1.type === "Trigger", session.name);
      for (const [name, vector] of Object.entries(session.frames)) {
        const title = `${session.name}: ${name}`;
        const frame = read(name, hex(vector.frame));
        assert.ok(frame.type !== "Ack", title);
        assertMac(vector, frame, title);
        if (frame.type === "Trigger") assertM1(vector, frame, title);
        else {
          const a2 = hex(isUplink(name) ? spa : aa);
          assertProtected(vector, frame, session, { a2, m1: bindingOf(m1) }, title);
        }
        if (frame.type === "Response") assert.equal(toHex(frame.sNonce), session.sNonce.sNonce, title);
      }
      const inputs = { aa: hex(aa), spa: hex(spa), aNonce: m1.aNonce, sNonce: hex(session.sNonce.sNonce) };
      const { kck, tk } = deriveSessionKeys(nodeCrypto, hex(session.keys.pmk.key), inputs);
      assert.deepEqual([toHex(kck), toHex(tk)], [session.keys.kck, session.keys.tk]);
    }
  });
}

test("update.json: commands and answers have the recorded fields, nonce and AAD, and seal again", () => {
  let answers = 0;
  for (const session of casesOf("update.json")) {
    if (!session.frames || !session.keys) continue;
    const m1Step = session.script.steps.find(({ frame }) => frame?.startsWith("08"));
    const m1 = read("m1", hex(m1Step?.frame ?? ""));
    assert.ok(m1.type === "Trigger" && session.update, session.name);
    for (const [name, vector] of Object.entries(session.frames)) {
      const title = `${session.name}: ${name}`;
      const frame = read(name, hex(vector.frame));
      assert.ok(frame.type === "Confirm" || frame.type === "Data", title);
      assertMac(vector, frame, title);
      const a2 = isUplink(name) ? hex(EXAMPLE.spa) : m1.aa;
      assertProtected(vector, frame, session, { a2, m1: bindingOf(m1) }, title);
      const payload = hex(vector.payload ?? "");
      if (frame.type === "Confirm") {
        const command = readCommand(payload);
        assert.ok(frame.command && command?.command === "UPDATE", title);
        assert.deepEqual([toHex(payload), toHex(command.T)], [session.update.command, session.update.T]);
        assert.equal(toHex(emitCommand(command)), vector.payload);
      } else {
        const answer = readAnswer(payload);
        assert.ok(answer, title);
        assert.equal(toHex(answer.proof), session.update.proof);
        assert.equal(toHex(emitAnswer(answer)), vector.payload);
        answers++;
      }
    }
  }
  assert.equal(answers, 8);
});

test("example.json: every frame opens to its payload, its nonce and AAD are the recorded ones, and it seals again", () => {
  const { spa, aa, ccm, mic, update } = EXAMPLE;
  const m1 = read("m1", hex(EXAMPLE.m1));
  assert.ok(m1.type === "Trigger" && m1.modifier, "M1 has a Modifier");
  assert.equal(toHex(bindingOf(m1)), EXAMPLE.m1Binding);
  assert.equal(toHex(emitFrame(m1)), EXAMPLE.m1);
  assert.deepEqual([m1.aa, m1.aNonce, m1.modifier, emitTriggerInfo(m1.info), m1.dlData].map(toHex), [
    aa,
    EXAMPLE.aNonce,
    EXAMPLE.modifier,
    EXAMPLE.triggerInfo,
    EXAMPLE.dlData,
  ]);
  assert.equal(m1.id, idOf(nodeCrypto, hex(spa)));
  assert.equal(m1.id, Number(EXAMPLE.id));

  const inputs = { aa: hex(aa), spa: hex(spa), aNonce: m1.aNonce, sNonce: hex(EXAMPLE.sNonce) };
  const keys = deriveSessionKeys(nodeCrypto, hex(EXAMPLE.pmk), inputs);
  assert.deepEqual([keys.kck, keys.tk].map(toHex), [EXAMPLE.kck, EXAMPLE.tk]);

  const frames = [ccm, mic].flatMap(({ m2, m3, dataUlPn2 }) => [
    { name: "m2", octets: m2, payload: EXAMPLE.reading },
    { name: "m3", octets: m3, payload: EXAMPLE.m3Payload },
    { name: "ulData", octets: dataUlPn2, payload: EXAMPLE.dataPayload },
  ]);
  frames.push({ name: "m3", octets: update.m3, payload: update.command });
  frames.push({ name: "answer", octets: update.answer, payload: `8101${update.proof}` });
  for (const { name, octets, payload } of frames) {
    const frame = read(name, hex(octets));
    assert.ok(frame.type !== "Trigger" && frame.type !== "Ack", name);
    const binding: Binding = { a2: hex(isUplink(name) ? spa : aa), m1: bindingOf(m1) };
    assert.deepEqual(open(nodeCrypto, keys, frame, binding), hex(payload));
    const { mic: _, ...unsealed } = frame;
    assert.equal(toHex(emitFrame(seal(nodeCrypto, keys, { ...unsealed, payload: hex(payload) }, binding))), octets);
  }
  for (const { m2, nonceM2, aadM2 } of [ccm, mic]) {
    const frame = read("m2", hex(m2));
    assert.ok(frame.type === "Response", "M2 is a Response");
    assert.equal(toHex(nonceOf(hex(spa), pnOf(frame))), nonceM2);
    assert.equal(toHex(aadOf(frame, bindingOf(m1))), aadM2);
  }
});

test("all scripts: whatever passes the checks is made again from its fields, octet for octet", () => {
  const counts = { Trigger: 0, Response: 0, Confirm: 0, Data: 0, Ack: 0 };
  for (const { script } of FILES.flatMap(casesOf)) {
    for (const { frame, reply } of script.steps) {
      const received = frame === undefined ? undefined : checkDownlink(hex(frame)).frame;
      if (received) assert.equal(toHex(emitFrame(received)), frame);
      const sent = reply === undefined ? undefined : taken(checkUplink(hex(reply)), reply);
      if (sent) assert.equal(toHex(emitFrame(sent)), reply);
      for (const one of [received, sent]) if (one) counts[one.type]++;
    }
  }
  for (const [type, count] of Object.entries(counts)) assert.ok(count >= 3, `${type}: ${count}`);
});
