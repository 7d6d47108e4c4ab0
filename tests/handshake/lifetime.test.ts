/** What a power cycle has, what survives it, and what an update changes: nothing depends on the other end's memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS } from "../../host/device/abi.ts";
import { DEVICES, type Device } from "../support/device.ts";
import { dlData, m3 } from "../support/deviceframes.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { type ApSession, isProof } from "../twin/ap.ts";
import { ascii, bigEndian, concat, hex } from "../twin/bytes.ts";
import { splitFrame } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { pnOf } from "../twin/session.ts";
import { OPCODE, proveCommand, updateCommand } from "../twin/update.ts";
import { MODIFIER_PRIME, PSK, READING, SPA } from "../vectors/world.ts";

const newScene = ({ module }: Device, options = {}): DeviceScene => new DeviceScene(module, options).boot();

/** The record holds none of these octets, in any order of their words' octets. */
function isNotKept(talk: DeviceScene, key: Uint8Array, what: string): void {
  const swapped = key.map((_, i) => key[(i & ~3) + 3 - (i & 3)]);
  for (const octets of [key, swapped]) assert.ok(!hex(talk.nvm.octets).includes(hex(octets)), `${what} is in NVM`);
}

for (const device of DEVICES) {
  const build = device.name;

  test(`002-A9 on ${build}: keys are fresh after every power-on, and the record never holds one of them`, () => {
    const talk = newScene(device);
    const seen = new Set<string>();
    for (let cycle = 0; cycle < 20; cycle++) {
      for (const { session, sNonce } of [talk.secure(), talk.secure(), talk.waiting()]) {
        for (const key of [session.kck, session.tk, sNonce]) {
          assert.ok(!seen.has(hex(key)));
          seen.add(hex(key));
          isNotKept(talk, key, "a session's key or SNonce");
        }
      }
      talk.powerCycle();
    }
  });

  test(`002-A9, AMP-R7 on ${build}: after power loss in any state the next M1 starts an exchange, with no frame before`, () => {
    const talk = newScene(device);
    const lives: (() => unknown)[] = [
      () => undefined,
      () => talk.answer(talk.m1()),
      () => talk.secure(),
      () => talk.refuses(m3(talk.waiting().session, { from: SPA }), "bad MIC"),
      () => talk.station.receive(talk.waiting().prove().frame),
    ];
    for (const live of lives) {
      live();
      talk.powerCycle().expectState("idle");
      assert.equal(talk.station.send().status, STATUS["no session"]);
      talk.secure();
      talk.powerCycle();
    }
  });

  test(`002-A10 on ${build}: half-finished runs: M2, M3 or their answers lost at any point, the next M1 works`, () => {
    const talk = newScene(device);
    talk.answer(talk.m1()); // M2 lost
    const unconfirmed = talk.waiting(); // M3 lost
    talk.powerCycle();
    talk.refuses(unconfirmed.confirm().frame, "no session");
    const half = talk.secure(); // power fails behind M3; the AP goes on
    talk.powerCycle();
    talk.refuses(half.data(READING).frame, "no session");
    const again = talk.waiting();
    talk.refuses(half.confirm().frame, "bad MIC");
    talk.takes(again.confirm().frame);
  });

  test(`002-A10, 002-A11 on ${build}: the root before works until the next one is proven, whatever frame is lost`, () => {
    const talk = newScene(device);
    talk.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
    talk.waiting().update(MODIFIER_PRIME); // UPDATE lost
    talk.powerCycle();
    assert.equal(talk.secure().session.generation, 0);
    talk.station.receive(talk.waiting().update(MODIFIER_PRIME).frame); // the answer lost
    talk.powerCycle();
    const taken = talk.waiting();
    assert.equal(taken.session.generation, 1);
    const proof = taken.receive(talk.answer(taken.prove().frame));
    assert.ok(proof && isProof(proof, talk.ap.rootOf(SPA, 1), 1, SPA));
    talk.ap.drop(SPA, 0);
    talk.powerCycle().secure();
  });

  test(`002-A11 on ${build}: the PMK is made from the root and Modifier, and updated by one frame of the key service`, () => {
    for (const modifier of [ascii("12345678"), null]) {
      const talk = newScene(device, { modifier });
      const old = talk.secure();
      for (let generation = 1; generation <= 5; generation++) {
        talk.ap.enrolUpdate(SPA, generation - 1, bigEndian(generation, 16));
        const taken = talk.waiting();
        const answer = taken.receive(talk.answer(taken.update(bigEndian(generation, 16)).frame));
        assert.ok(answer && isProof(answer, talk.ap.rootOf(SPA, generation), generation, SPA));
        talk.takes(taken.data(READING).frame); // the session goes on under its PTK
        talk.ap.drop(SPA, generation - 1);
        assert.equal(talk.secure().session.generation, generation);
      }
      isNotKept(talk, midstates(PSK).inner, "the first root");
      talk.refuses(old.data(READING).frame, "no root of that generation");
    }
  });

  test(`002-A11 on ${build}: an AP can carry an update, not make one: a wrong T, Modifier' or generation is bad command`, () => {
    const talk = newScene(device);
    const before = hex(talk.nvm.octets.slice(32, 176));
    const update = updateCommand(midstates(PSK), MODIFIER_PRIME, 1, SPA);
    const forged = [1, 2, 17, 18, 25].map((at) => update.map((octet, i) => (i === at ? octet ^ 0x10 : octet)));
    const byPmk = updateCommand(midstates(new Uint8Array(32)), MODIFIER_PRIME, 1, SPA);
    const lengths = [update.slice(0, 25), concat(update, 0), Uint8Array.of(), Uint8Array.of(OPCODE.prove, 0)];
    for (const command of [...forged, byPmk, ...lengths, Uint8Array.of(0x03), Uint8Array.of(OPCODE.answer)]) {
      const { session } = talk.waiting();
      talk.refuses(m3(session, { payload: command, command: true }), "bad command");
      talk.expectState("secure");
      assert.equal(talk.station.received().length, 0, "a refused command is not handed out");
      talk.takes(dlData(session));
      assert.equal(hex(talk.nvm.octets.slice(32, 176)), before, "no slot is written");
    }
    const { session } = talk.waiting();
    talk.refuses(m3(session, { payload: proveCommand(), encrypted: false, command: true }), "reserved bits");
  });

  test(`002-A15 on ${build}: PN starts at 1 in both directions, M2 and M3 use it up, and every frame takes the next`, () => {
    const talk = newScene(device);
    for (let round = 0; round < 3; round++) {
      const taken: ApSession = talk.secure();
      for (let pn = 2; pn < 6; pn++) {
        const { frame } = talk.station.send();
        assert.ok(frame && pnOf(splitFrame(frame)) === pn);
        assert.ok(taken.receive(frame));
      }
      talk.refuses(dlData(taken.session, { pn: 0 }), "replayed PN");
      talk.refuses(dlData(taken.session, { pn: 1 }), "replayed PN");
      talk.takes(dlData(taken.session, { pn: 2 }));
      talk.refuses(dlData(taken.session, { pn: 2 }), "replayed PN");
      talk.takes(dlData(taken.session, { pn: 300 }));
      talk.refuses(dlData(taken.session, { pn: 299 }), "replayed PN");
      talk.takes(dlData(taken.session, { pn: 65535 }));
      talk.refuses(dlData(taken.session, { pn: 65535 }), "replayed PN");
      if (round === 1) talk.powerCycle();
    }
  });

  test(`002-A15 on ${build}: A2 in the nonce tells the directions apart: a device does not take its own frames back`, () => {
    const talk = newScene(device);
    const { session } = talk.secure();
    const { frame } = talk.station.send();
    assert.ok(frame);
    talk.refuses(frame, "bad MIC");
    talk.refuses(dlData(session, { from: session.spa, pn: 9 }), "bad MIC");
    talk.takes(dlData(session, { pn: 9 }));
  });

  test(`002-A15 on ${build}: a brown-out leaves no TK behind: booted again over the same RAM, old frames meet no session`, () => {
    const talk = newScene(device);
    const { session } = talk.secure();
    talk.boot().expectState("idle");
    talk.refuses(dlData(session), "no session");
    const { sNonce } = talk.waiting();
    assert.equal(talk.entropyDraws, 2, "entropy is drawn anew");
    assert.ok(!hex(talk.station.memory).includes(hex(session.tk)));
    isNotKept(talk, sNonce, "SNonce");
  });
}
