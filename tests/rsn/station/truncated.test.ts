/** Frames cut short at every length, changed in every octet, and at random: refused, never a trap, never a change. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { repeated } from "../../support/devicerounds.ts";
import { concat, hex } from "../../support/hex.ts";
import { AKMS, ASSOCIATED, ASSOCIATING, AUTHENTICATING, Bed, HANDSHAKE, IDLE, KEYED, OPEN } from "./bed.ts";
import { keptBy, PEEKED } from "./peeking.ts";
import { LLC_IP, octetsOf, type ScriptedAp } from "./scriptedap.ts";

const MSDU = concat(LLC_IP, hex("45000020deadbeef"));

/** A frame that is taken in that state, and of how many of its last octets the station asks nothing. */
type Taken = readonly [
  what: string,
  state: number,
  frame: (ap: ScriptedAp, bed: Bed) => Uint8Array,
  unread?: number,
  akms?: readonly number[],
];

const TAKEN: readonly Taken[] = [
  ["Beacon", IDLE, (ap) => ap.beacon()],
  ["Authentication", AUTHENTICATING, (ap) => ap.authentication()],
  ["Association Response", ASSOCIATING, (ap) => ap.associationResponse(), 6],
  ["EAP Identity", ASSOCIATED, (ap) => ap.data(ap.eap(1, 1, Uint8Array.of(1))), 0, [1, 5]],
  ["EAP-PSK 1", ASSOCIATED, (ap) => ap.data(ap.psk1(2)), 0, [1, 5]],
  ["EAP-PSK 3", ASSOCIATED, (ap, bed) => ap.data(ap.psk3(3, ap.eapPdu(bed.answers(ap.data(ap.psk1(2)))))), 0, [1, 5]],
  ["M1", ASSOCIATED, (ap) => ap.data(ap.m1({ data: ap.pmkidKde() })), 0, [2, 6]],
  ["M3", HANDSHAKE, (ap) => ap.data(ap.m3())],
  ["protected M3", OPEN, (ap) => ap.sealed(ap.m3())],
  ["group message 1", KEYED, (ap) => ap.sealed(ap.g1())],
  ["group message 1 in clear", KEYED, (ap) => ap.data(ap.g1())],
  ["Data", OPEN, (ap) => ap.sealed(MSDU)],
  ["Data to a group", OPEN, (ap) => ap.groupSealed(MSDU)],
  ["Deauthentication", OPEN, (ap) => ap.management(0xc0, hex("0300"))],
];

const withoutGlobals = (bed: Bed) => ({ ...keptBy(bed), globals: [] });

for (const akm of AKMS) {
  for (const [what, state, frame, unread = 0, akms = AKMS] of TAKEN) {
    if (!akms.includes(akm)) continue;

    test(`AKM ${akm}: a ${what} cut short at any length is refused and changes nothing, and the whole one is then taken`, () => {
      const bed = new Bed(akm, { module: PEEKED }).reach(state);
      const whole = frame(bed.ap, bed);
      const before = withoutGlobals(bed);
      for (let length = 0; length < whole.length - unread; length++) {
        const { status } = bed.station.receive(whole.subarray(0, length));
        assert.ok(status < 0, `${length} octets of ${whole.length} are refused`);
        assert.deepEqual(withoutGlobals(bed), before, `${length} octets of ${whole.length}`);
      }
      bed.takes(whole);
    });
  }

  for (const [what, state, frame] of TAKEN.filter(([what]) => /M3|group message 1|Data/.test(what))) {
    test(`AKM ${akm}: a ${what} with any authenticated octet changed is refused and changes nothing`, () => {
      const bed = new Bed(akm, { module: PEEKED }).reach(state);
      const whole = frame(bed.ap, bed);
      const before = withoutGlobals(bed);
      const isProtected = (whole[1] & 0x40) !== 0;
      for (let at = 0; at < whole.length; at++) {
        // Not authenticated: flags, Duration and sequence number; of a frame in clear the header but its addresses, of the
        // CCMP header its reserved octet and bits.
        const unread = isProtected ? [26, 27] : [16, 17, 18, 19, 20, 21];
        if ([1, 2, 3, 22, 23, ...unread].includes(at)) continue;
        const mpdu = whole.slice();
        mpdu[at] ^= 1 << (at & 7);
        const { status } = bed.station.receive(mpdu);
        assert.ok(status < 0, `octet ${at} changed`);
        assert.deepEqual(withoutGlobals(bed), before, `octet ${at} changed`);
      }
    });
  }
}

const ROUNDS = repeated(2500);
test(`${ROUNDS} frames changed at random in every state: an answer of the ABI, never a trap`, () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const akm = AKMS[random(4)];
    const [, state, frame, , akms = AKMS] = TAKEN[random(TAKEN.length)];
    if (!akms.includes(akm)) continue;
    const bed = new Bed(akm).reach(state);
    const mpdu = frame(bed.ap, bed).slice(0, 512);
    for (let flips = 1 + random(3); flips > 0; flips--) mpdu[random(mpdu.length)] = random(256);
    // One that is taken may end anything but the module.
    for (const octets of [
      mpdu,
      octetsOf(`${round}`, random(512)),
      concat(mpdu.subarray(0, 34), octetsOf(`${round}`, random(200))),
    ]) {
      if (bed.station.receive(octets).status < 0) refused++;
      assert.ok(bed.station.state >= IDLE);
    }
  }
  assert.ok(refused > ROUNDS, `${refused} refused`);
});
