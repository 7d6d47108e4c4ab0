/**
 * Motions 64 and 65: the keys are a function of ANonce, SNonce, AA, SPA and PMK, and the MICs bind the rest of M1. Each
 * input alone, wrong at either end, ends in a MIC that does not fit, and in nothing else.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEVICES } from "../support/device.ts";
import { m3, tampered } from "../support/deviceframes.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { ascii, concat, littleEndian } from "../twin/bytes.ts";
import { crc16 } from "../twin/crc.ts";
import { idOf } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { derive, pmkOf, ptkInput, splitPtk } from "../twin/keys.ts";
import type { Session } from "../twin/session.ts";
import { AA_HIGH, AA_LOW, labelled, MODIFIER, PROVISIONED, PSK, READING, SPA } from "../vectors/world.ts";

/** Where the fields of a compact M1 with Modifier stand. */
const M1 = { tdc: 3, info: 5, aa: 11, aNonce: 17, modifier: 33, dlData: 41 } as const;

/** The record of another device that has taken this one's ID: the AP takes its M2 for this device's. */
function withSpa(spa: Uint8Array): Uint8Array {
  const image = PROVISIONED.slice();
  image.set(concat(spa, littleEndian(idOf(SPA), 2)), 6);
  image.set(littleEndian(crc16(image.subarray(0, 14)), 2), 14);
  return image;
}

/** What PTK is a function of. */
interface Inputs {
  readonly psk: Uint8Array;
  readonly modifier: Uint8Array | null;
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  readonly aNonce: Uint8Array;
  readonly sNonce: Uint8Array;
}

const OTHER_SPA = concat(SPA.slice(0, 5), SPA[5] ^ 1);

for (const { name: build, module } of DEVICES) {
  const scene = (options = {}): DeviceScene => {
    const made = new DeviceScene(module, options).boot();
    made.station.setPayload(READING, true);
    return made;
  };

  /** The AP takes no session from this M2, and still takes the device's answer to its next trigger. */
  const isRefusedByAp = (talk: DeviceScene, m2: Uint8Array, what: string): void => {
    assert.equal(talk.ap.respond(m2), null, what);
    talk.secure();
  };

  const onTheAir: Readonly<Record<string, number>> = {
    "002-A13 AA": M1.aa + 5,
    "002-A2 ANonce": M1.aNonce,
    "002-A13 PMK, by another Modifier": M1.modifier,
    "002-A6 DL data": M1.dlData,
    "002-A7 TriggerInfo": M1.info,
  };
  for (const [what, at] of Object.entries(onTheAir)) {
    test(`${what} changed in M1 on ${build}: the MIC of M2 does not fit at the AP`, () => {
      const talk = scene();
      isRefusedByAp(talk, talk.answer(tampered(talk.m1({ dlData: ascii("LED") }), at)), what);
    });
  }

  test(`002-A13 SNonce changed in M2 on ${build}: the MIC does not fit at the AP; the M2 that was sent still does`, () => {
    const talk = scene();
    const m2 = talk.answer(talk.m1());
    assert.equal(talk.ap.respond(tampered(m2, 5)), null);
    talk.takes(talk.taken(m2).confirm().frame);
  });

  test(`002-A13 SPA on ${build}: a device of another address with the same root and ID: its MIC does not fit`, () => {
    const talk = scene({ image: withSpa(OTHER_SPA) });
    assert.equal(talk.ap.respond(talk.answer(talk.m1())), null);
  });

  test(`002-A13 PMK on ${build}: an AP with another root, one without the Modifier, and one with another AA`, () => {
    const talk = scene();
    const aNonce = labelled("an ANonce for two", 16);
    const otherRoot = { roots: new Map([[0, labelled("another root", 32)]]) };
    for (const other of [scene(otherRoot), scene({ modifier: null }), scene({ aa: AA_HIGH })]) {
      const m2 = talk.answer(talk.m1({ aNonce }));
      other.m1({ aNonce });
      assert.equal(other.ap.respond(m2), null);
      talk.taken(m2);
    }
  });

  test(`002-A4 on ${build}: a candidate key whose MIC failed leaves nothing at the AP: no reading, no M3`, () => {
    const talk = scene();
    const m2 = talk.answer(talk.m1());
    for (let at = 5; at < m2.length - 2; at++) assert.equal(talk.ap.respond(tampered(m2, at)), null, `octet ${at}`);
    const taken = talk.taken(m2);
    assert.deepEqual(taken.reading, READING);
    talk.takes(taken.confirm().frame);
  });

  test(`002-A7 on ${build}: any octet of M1 changed on its way ends without a session at either end`, () => {
    const talk = scene();
    const length = talk.m1({ dlData: ascii("LED") }).length;
    for (let at = 0; at < length - 2; at++) {
      const { status, frame } = talk.station.receive(tampered(talk.m1({ dlData: ascii("LED") }), at, 0x40));
      if (frame === undefined) assert.ok(status < 0, `octet ${at} was taken`);
      else assert.equal(talk.ap.respond(frame), null, `octet ${at}`);
      assert.notEqual(talk.station.state(), 3);
    }
    talk.secure();
  });

  test(`002-A7 on ${build}: the Modifier or DL data cut out of M1, and another profile: the AP takes no M2`, () => {
    const talk = scene();
    const m1 = (): Uint8Array => talk.m1({ dlData: labelled("sixteen octets of DL data", 16) });
    const rebuilt = (bits: number, ...parts: Uint8Array[]): Uint8Array => {
      const octets = concat(...parts, 0, 0);
      octets.set(littleEndian((octets.length - 8) | bits, 2), M1.tdc);
      return tampered(octets, 0, 0);
    };
    const [compact, wide, modifier] = [1 << 10, 2 << 10, 1 << 7];
    const changes: ((frame: Uint8Array) => Uint8Array)[] = [
      (frame) => rebuilt(compact, frame.slice(0, M1.modifier), frame.slice(M1.dlData, -2)),
      (frame) => rebuilt(compact, frame.slice(0, -2)), // the Modifier read as DL data
      (frame) => rebuilt(compact | modifier, frame.slice(0, M1.dlData)),
      (frame) => rebuilt(wide, frame.slice(0, -2)), // the Modifier and half the DL data read as ANonce
      (frame) => rebuilt(wide | modifier, frame.slice(0, -2)),
    ];
    for (const [i, change] of changes.entries()) {
      assert.equal(talk.ap.respond(talk.answer(change(m1()))), null, `change ${i}`);
    }
    talk.secure();
  });

  test(`002-A13, 002-A7 on ${build}: an M3 made with AA, SPA, PMK, ANonce, SNonce, direction or M1 wrong is a bad MIC`, () => {
    const talk = scene();
    const m1 = talk.m1({ dlData: ascii("LED") });
    const { session, sNonce } = talk.taken(talk.answer(m1));
    const aNonce = m1.slice(M1.aNonce, M1.modifier);
    const good: Inputs = { psk: PSK, modifier: MODIFIER, aa: AA_LOW, spa: SPA, aNonce, sNonce };
    const under = (wrong: Partial<Inputs>): Session => {
      const { psk, modifier, aa, spa, aNonce, sNonce } = { ...good, ...wrong };
      const pmk = pmkOf(midstates(psk), modifier, aa, spa);
      return { ...session, ...splitPtk(derive(pmk, ptkInput(aa, spa, aNonce, sNonce))) };
    };
    const flipped = (octets: Uint8Array): Uint8Array => octets.map((octet, i) => (i === 0 ? octet ^ 0x80 : octet));
    const wrong: Readonly<Record<string, Session>> = {
      AA: under({ aa: AA_HIGH }),
      SPA: under({ spa: OTHER_SPA }),
      "PMK, by the root": under({ psk: flipped(PSK) }),
      "PMK, by the Modifier": under({ modifier: flipped(MODIFIER) }),
      "PMK, direct": under({ modifier: null }),
      ANonce: under({ aNonce: flipped(aNonce) }),
      SNonce: under({ sNonce: flipped(sNonce) }),
      "the binding of M1": { ...session, m1Binding: flipped(session.m1Binding) },
      "no binding of M1": { ...session, m1Binding: new Uint8Array(0) },
      "KCK and TK changed over": { ...session, kck: session.tk, tk: session.kck },
    };
    for (const encrypted of [true, false]) {
      for (const [what, other] of Object.entries(wrong)) {
        talk.refuses(m3(other, { encrypted, payload: ascii("ok") }), "bad MIC");
        assert.equal(talk.station.state(), 2, what);
      }
      talk.refuses(m3(session, { encrypted, from: session.spa }), "bad MIC");
      const right = m3(session, { encrypted, payload: ascii("ok") });
      for (let at = 7; at < right.length - 2; at++) talk.refuses(tampered(right, at), "bad MIC");
    }
    talk.takes(m3(under({}), { payload: ascii("ok") }));
    assert.deepEqual(talk.station.received(), ascii("ok"));
  });

  test(`002-A13 on ${build}: an old M2 under a new ANonce is refused; the SNonce of the new M2 is another`, () => {
    const talk = scene();
    const old = talk.answer(talk.m1());
    const m1 = talk.m1();
    assert.equal(talk.ap.respond(old), null);
    const fresh = talk.answer(m1);
    assert.notDeepEqual(fresh.slice(5, 21), old.slice(5, 21));
    talk.takes(talk.taken(fresh).confirm().frame);
  });

  test(`002-A13 on ${build}: an M3 of one session is refused in the next, and so are its Data`, () => {
    const talk = scene();
    const before = talk.waiting();
    const [confirm, data] = [before.confirm().frame, before.data(READING).frame];
    const now = talk.waiting();
    talk.refuses(confirm, "bad MIC");
    talk.takes(now.confirm().frame);
    talk.refuses(data, "bad MIC");
    talk.takes(now.data(READING).frame);
  });
}
