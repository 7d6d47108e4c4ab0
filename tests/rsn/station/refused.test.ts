/** Everything that the station refuses: the status of docs/RSN.md, and nothing has changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RSN_STATUS_NAMES, type RsnStatusName } from "../../../host/rsn/station/statuses.ts";
import { AKMS, ASSOCIATED, ASSOCIATING, AUTHENTICATING, Bed, HANDSHAKE, IDLE, KEYED, KNOWN, OFF, OPEN } from "./bed.ts";
import { changed, globalThat, keptBy, PEEKED } from "./peeking.ts";
import { CASES, MSDU, THIRDS } from "./refusedcases.ts";
import { octetsOf } from "./scriptedap.ts";

/** What every refused frame was seen to change: what a call works with, and leaves behind. */
const transient = new Set<number>();

function refusesWithoutTrace(bed: Bed, mpdu: Uint8Array, status: RsnStatusName): void {
  const before = keptBy(bed);
  bed.refuses(mpdu, status);
  const after = keptBy(bed);
  for (const i of changed(before, after)) transient.add(i);
  assert.deepEqual({ ...after, globals: [] }, { ...before, globals: [] });
}

for (const akm of AKMS) {
  test(`AKM ${akm}: each refusal has its status, and changes nothing that the station keeps`, () => {
    for (const [status, what, state, frame, akms = AKMS] of CASES) {
      if (!akms.includes(akm)) continue;
      const bed = new Bed(akm, { module: PEEKED }).reach(state);
      try {
        refusesWithoutTrace(bed, frame(bed.ap, bed), status);
      } catch (error) {
        throw new Error(`${status}: ${what}`, { cause: error });
      }
    }
  });

  test(`AKM ${akm}: an M3 that is refused does not spoil the one that follows (000-R6)`, () => {
    for (const [status, what, state, frame] of CASES.filter(([, , state]) => state === HANDSHAKE)) {
      const bed = new Bed(akm, { module: PEEKED }).reach(state);
      bed.refuses(frame(bed.ap, bed), status);
      bed.keys();
      assert.equal(bed.station.state, OPEN, what);
    }
  });
}

test("at most six globals are changed by refusals, and it makes no difference what they hold", () => {
  assert.ok(transient.size > 0 && transient.size <= 6, `${transient.size}`);
  for (const akm of AKMS) {
    const bed = new Bed(akm, { module: PEEKED });
    const { exports } = bed;
    const junk = (): void => {
      for (const i of transient) {
        const poke = exports[`poke.${i}`] as (value: number | bigint) => void;
        poke(typeof (exports[`peek.${i}`] as () => number | bigint)() === "bigint" ? 77n : 77);
      }
    };
    const { receive } = bed.station;
    bed.station.receive = (mpdu) => {
      junk();
      return receive.call(bed.station, mpdu);
    };
    bed.reach(KEYED);
    bed.answers(bed.ap.sealed(bed.ap.g1()));
    bed.takes(bed.ap.groupSealed(MSDU));
    assert.deepEqual(bed.station.received(), MSDU);
  }
});

for (const akm of [1, 5] as const) {
  test(`AKM ${akm}: EAP-PSK 3 with something wrong is refused, the right one is still taken (000-R5)`, () => {
    for (const [what, wrong] of THIRDS) {
      const bed = new Bed(akm, { module: PEEKED }).reach(ASSOCIATED);
      const { ap } = bed;
      const second = ap.eapPdu(bed.answers(ap.data(ap.psk1(2))));
      try {
        refusesWithoutTrace(bed, ap.data(ap.psk3(3, second, wrong)), "EAP refused");
        refusesWithoutTrace(bed, ap.data(ap.m1()), "wrong state");
      } catch (error) {
        throw new Error(what, { cause: error });
      }
      const fourth = ap.eapPdu(bed.answers(ap.data(ap.psk3(3, second))));
      assert.ok(ap.takesPsk4(second, fourth), what);
      assert.ok(ap.takesM2(bed.answers(ap.data(ap.m1()))), what);
    }
  });

  test(`AKM ${akm}: a wrong PSK in the record: the station refuses the server, and has no PMK (000-R5)`, () => {
    const bed = new Bed(akm);
    bed.nvm.octets[64] ^= 1;
    bed.reach(ASSOCIATED);
    const second = bed.ap.eapPdu(bed.answers(bed.ap.data(bed.ap.psk1(2))));
    assert.ok(!bed.ap.takesPsk2(second), "MAC_P is wrong");
    bed.refuses(bed.ap.data(bed.ap.psk3(3, second)), "EAP refused");
    bed.refuses(bed.ap.data(bed.ap.m1()), "wrong state");
  });
}

for (const akm of [2, 6] as const) {
  test(`AKM ${akm}: with a wrong PMK M2's MIC is wrong and M3 is refused: the port stays closed (000-R6)`, () => {
    const bed = new Bed(akm);
    bed.nvm.octets[64] ^= 1;
    bed.reach(ASSOCIATED);
    assert.ok(!bed.ap.takesM2(bed.answers(bed.ap.data(bed.ap.m1()))));
    bed.refuses(bed.ap.data(bed.ap.m3()), "bad MIC");
    assert.equal(bed.station.state, HANDSHAKE);
  });
}

test("an Authentication or Association Response that refuses ends the session: status refused, state 2 (000-R3)", () => {
  for (const status of [1, 40, 43, 53]) {
    const bed = new Bed(2).reach(AUTHENTICATING);
    bed.refuses(bed.ap.authentication({ status }), "refused");
    assert.equal(bed.station.state, KNOWN);
    const associating = new Bed(2).reach(ASSOCIATING);
    associating.refuses(associating.ap.associationResponse(status), "refused");
    assert.equal(associating.station.state, KNOWN);
  }
});

test("calls in the wrong place: not booted, no BSS, wrong state, bad argument", () => {
  const bed = new Bed(2);
  assert.deepEqual([bed.station.start().status, bed.sends(MSDU).status, bed.station.received().length], [-1, -1, 0]);
  bed.reach(IDLE);
  assert.equal(bed.station.start().status, -9);
  assert.equal(bed.sends(MSDU).status, -12);
  const open = new Bed(2).reach(OPEN);
  for (const length of [0, 7, 113, -1]) assert.equal(open.exports.rsn_send(length), -20, `${length} octets`);
  assert.equal(open.sends(MSDU).status, 0);
});

test("NVM failed: a record that cannot be read or is not sound, and a key that cannot be read (000-R8)", () => {
  for (const at of [0, 3, 4, 5, 6, 12, 13, 14, 15]) {
    const bed = new Bed(2);
    bed.nvm.octets[at] ^= 0x40;
    assert.equal(bed.station.boot(), -7, `octet ${at}`);
    assert.equal(bed.station.state, OFF);
  }
  const bed = new Bed(2).reach(ASSOCIATED);
  bed.nvm.failRead = (offset) => offset === 64;
  bed.refuses(bed.ap.data(bed.ap.m1()), "NVM failed");
  bed.nvm.failRead = undefined;
  bed.shakes();
  const eap = new Bed(1).reach(ASSOCIATED);
  eap.nvm.failRead = (offset) => offset === 64 || offset === 96;
  eap.refuses(eap.ap.data(eap.ap.eap(1, 1, Uint8Array.of(1))), "NVM failed");
  eap.refuses(eap.ap.data(eap.ap.psk1(1)), "NVM failed");
  eap.nvm.failRead = undefined;
  eap.shakes();
});

test("entropy failed: no noise, or noise that fails its test; the next M1 draws anew", () => {
  for (const noise of ["none", "stuck"] as const) {
    const bed = new Bed(6, { module: PEEKED }).reach(ASSOCIATED);
    bed.noise = noise;
    refusesWithoutTrace(bed, bed.ap.data(bed.ap.m1()), "entropy failed");
    bed.noise = "good";
    bed.shakes();
  }
});

test("PN exhausted: behind PN 2^48 - 1 nothing is sent, behind 65536 nonces none is made", () => {
  const bed = new Bed(2, { module: PEEKED }).reach(OPEN);
  const send = (): void => assert.equal(bed.sends(MSDU).status, 0);
  const pn = globalThat(bed, [
    [send, 1n],
    [send, 2n],
    [send, 3n],
  ]);
  pn.value = 0xfffffffffffen;
  send();
  assert.equal(bed.sends(MSDU).status, -18);
  assert.equal(pn.value, 0xffffffffffffn);
  refusesWithoutTrace(bed, bed.ap.sealed(bed.ap.g1()), "PN exhausted");
  bed.takes(bed.ap.sealed(MSDU));

  const shaking = new Bed(2, { module: PEEKED }).reach(ASSOCIATED);
  const m1 = (label: string) => (): void =>
    void shaking.answers(shaking.ap.data(shaking.ap.m1({ nonce: octetsOf(label, 32) })));
  const nonces = globalThat(shaking, [
    [m1("a"), 1],
    [m1("b"), 2],
    [m1("c"), 3],
  ]);
  nonces.value = 0xffff;
  m1("d")();
  refusesWithoutTrace(shaking, shaking.ap.data(shaking.ap.m1({ nonce: octetsOf("e", 32) })), "PN exhausted");
});

test("every status of the page is met in this file", () => {
  const met = new Set<string>(CASES.map(([status]) => status));
  // By the tests above that are no rows of the table.
  for (const name of ["NVM failed", "entropy failed", "refused", "PN exhausted", "bad argument"]) met.add(name);
  assert.deepEqual(
    RSN_STATUS_NAMES.filter((name) => !met.has(name)),
    [],
  );
});
