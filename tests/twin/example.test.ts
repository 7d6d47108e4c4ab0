/** The worked exchange of tests/vectors/amp/example.json: every intermediate, every frame, and the station itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isProof, TwinAp } from "./ap.ts";
import { hex, unhex } from "./bytes.ts";
import { decodeTriggerInfo, encodeTdc, FC, idOf, PROFILES } from "./frames.ts";
import { midstates } from "./hmac.ts";
import { MemoryHost } from "./host.ts";
import { derive, pmkInput, ptkInput, rootUpdateInput, sNonceOf, splitPtk } from "./keys.ts";
import { provision, slotOctets } from "./record.ts";
import { aadOf, bindingOfM1, nonceOf, numberedFrame, responseFrame, type Session } from "./session.ts";
import { STATE, TwinStation } from "./station.ts";
import { updateCommand } from "./update.ts";

const example = JSON.parse(readFileSync(new URL("../vectors/amp/example.json", import.meta.url), "utf8"));
const o = (name: string): Uint8Array => unhex(example[name]);
const [compact] = PROFILES;
const root = midstates(o("psk"));
const spa = o("spa");
const id = Number(example.id);

const { kck, tk } = splitPtk(
  derive(
    midstates(derive(root, pmkInput(o("modifier"), o("aa"), spa))),
    ptkInput(o("aa"), spa, o("aNonce"), o("sNonce")),
  ),
);
const session: Session = {
  profile: compact,
  generation: 0,
  id,
  aa: o("aa"),
  spa,
  kck,
  tk,
  m1Binding: o("m1Binding"),
};

/** Octets of a reply that must be there. */
function replyOf({ frame }: { frame: Uint8Array | null }): string {
  assert.ok(frame, "there is a reply");
  return hex(frame);
}

/** A provisioned station, and the AP of the example with M1 sent. */
function scene() {
  const host = new MemoryHost(provision(spa, root), [o("entropy")]);
  const station = new TwinStation(host);
  assert.equal(station.boot(), 0);
  const ap = new TwinAp(o("aa"), o("modifier"));
  ap.enrol(spa, 0, o("psk"));
  const info = decodeTriggerInfo(o("triggerInfo"));
  const m1 = ap.trigger({ profile: compact, spa, aNonce: o("aNonce"), dlData: o("dlData"), info });
  return { host, station, ap, m1 };
}

test("example: identifier, provisioned record, SNonce, PMK, PTK", () => {
  assert.equal(idOf(spa), id);
  assert.equal(hex(provision(spa, root)), example.nvmProvisioned);
  assert.equal(hex(sNonceOf(compact, o("entropy"), spa, example.bootCounter, example.n)), example.sNonce);
  assert.equal(hex(derive(root, pmkInput(o("modifier"), o("aa"), spa))), example.pmk);
  assert.equal(hex(kck), example.kck);
  assert.equal(hex(tk), example.tk);
});

for (const mode of ["ccm", "mic"] as const) {
  const encrypted = mode === "ccm";
  const frames = example[mode];

  test(`example: nonce, AAD and the three frames, ${mode}`, () => {
    const reading = o("reading");
    const m2 = responseFrame(session, o("sNonce"), reading, { encrypted });
    assert.equal(hex(m2.frame), frames.m2);
    assert.equal(hex(m2.protection.nonce), frames.nonceM2);
    assert.equal(hex(m2.protection.aad), frames.aadM2);
    assert.equal(
      hex(numberedFrame(session, FC.confirm, session.aa, 1, o("m3Payload"), { encrypted }).frame),
      frames.m3,
    );
    const dataUl = numberedFrame(session, FC.data, spa, 2, o("dataPayload"), { encrypted });
    assert.equal(hex(dataUl.frame), frames.dataUlPn2);
  });

  test(`example: station and AP play it, ${mode}`, () => {
    const { station, ap, m1 } = scene();
    assert.equal(hex(m1), example.m1);
    assert.equal(station.setPayload(o("reading"), encrypted ? 1 : 0), 0);
    const m2 = station.receive(m1);
    assert.equal(replyOf(m2), frames.m2);
    assert.equal(m2.status, frames.m2.length / 2);
    const taken = ap.respond(unhex(frames.m2));
    assert.ok(taken);
    assert.equal(hex(taken.reading), example.reading);
    const m3 = taken.confirm(o("m3Payload")).frame;
    assert.equal(hex(m3), frames.m3);
    assert.equal(hex(station.triggerData()), "");
    assert.deepEqual(station.receive(m3), { status: 0, frame: null });
    assert.equal(station.state(), STATE.secure);
    assert.equal(hex(station.received()), example.m3Payload);
    assert.equal(hex(station.triggerData()), example.dlData);
    assert.equal(station.setPayload(o("dataPayload"), encrypted ? 1 : 0), 0);
    assert.equal(replyOf(station.send()), frames.dataUlPn2);
    assert.deepEqual(taken.receive(unhex(frames.dataUlPn2)), o("dataPayload"));
    assert.equal(taken.receive(unhex(frames.dataUlPn2)), null);
  });
}

test("example: AAD of M2 binds FC, TDC, TriggerInfo and DL data of M1", () => {
  const m1 = o("m1");
  assert.equal(hex(bindingOfM1(m1[0], m1.slice(3, 5), o("triggerInfo"), o("dlData"))), example.m1Binding);
  const tdc = encodeTdc({
    bodyLength: 39,
    encrypted: true,
    modifier: false,
    generation: 0,
    profile: 1,
    command: false,
    reserved: 0,
  });
  assert.equal(hex(aadOf(session, FC.response, tdc)), example.ccm.aadM2);
  assert.equal(hex(nonceOf(spa, 1)), example.ccm.nonceM2);
});

test("example: root update, its answer and slot B", () => {
  const { modifierPrime, generation, command, root1, proof, m3, answer, slotB } = example.update;
  const { host, station, ap, m1 } = scene();
  assert.equal(station.setPayload(o("reading"), 1), 0);
  station.receive(m1);
  const taken = ap.respond(unhex(example.ccm.m2));
  assert.ok(taken);
  assert.equal(hex(taken.update(unhex(modifierPrime)).frame), m3);
  const reply = station.receive(unhex(m3));
  assert.equal(replyOf(reply), answer);
  const payload = taken.receive(unhex(answer));
  assert.ok(payload);
  assert.equal(hex(payload), `8101${proof}`);
  const next = derive(root, rootUpdateInput(unhex(modifierPrime), generation, spa));
  assert.equal(hex(next), root1);
  assert.ok(isProof(payload, next, generation, spa));
  assert.equal(hex(slotOctets({ generation, key: midstates(next) })), slotB);
  assert.equal(hex(host.nvm.slice(104, 176)), slotB);
  assert.equal(hex(updateCommand(root, unhex(modifierPrime), generation, spa)), command);
});
