/** Whole sessions of the shipped module with a scripted AP, in both modes of 000-R11, under all four AKMs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRsnRecord } from "../../../host/rsn/station/record.ts";
import { concat, hex } from "../../support/hex.ts";
import { AKMS, ASSOCIATED, Bed, HANDSHAKE, IDLE, KEYED, KNOWN, OPEN } from "./bed.ts";
import { ccmpOpen, pmkidOf } from "./oracle.ts";
import { AA, LLC_EAPOL, LLC_IP, octetsOf, rsneOf, ScriptedAp, SPA, SSID } from "./scriptedap.ts";

const reading = (length: number): Uint8Array => concat(LLC_IP, octetsOf(`reading ${length}`, length - 8));

for (const akm of AKMS) {
  test(`AKM ${akm}: open-system authentication, then association with the negotiated RSNE (000-R2, 000-R3)`, () => {
    const bed = new Bed(akm).reach(IDLE);
    bed.takes(bed.ap.beacon());
    const authentication = bed.station.start().frame ?? new Uint8Array(0);
    assert.deepEqual(authentication.subarray(0, 22), concat(hex("b0000000"), AA, SPA, AA));
    assert.deepEqual(authentication.subarray(24), hex("0000 0100 0000"), "open system, sequence 1, status 0");
    const request = bed.answers(bed.ap.authentication());
    assert.deepEqual(request.subarray(0, 22), concat(hex("00000000"), AA, SPA, AA));
    const elements = request.subarray(28);
    assert.deepEqual(elements.subarray(0, 8), concat(Uint8Array.of(0, SSID.length), SSID), "SSID");
    assert.equal(elements[8], 1, "rates");
    assert.deepEqual(elements.subarray(14), rsneOf(akm), "one AKM, one pairwise suite, the AP's group suite");
    bed.takes(bed.ap.associationResponse());
    assert.equal(bed.station.state, ASSOCIATED);
  });

  test(`AKM ${akm}, mode rsn: the GTK comes in M3 and the port opens with M4 (000-R8, 000-R11)`, () => {
    const bed = new Bed(akm).reach(HANDSHAKE);
    assert.ok(bed.ap.takes(bed.answers(bed.ap.data(bed.ap.m3()))));
    bed.ap.install();
    assert.equal(bed.station.state, OPEN);
    const frame = bed.sends(reading(24)).frame ?? new Uint8Array(0);
    assert.deepEqual(ccmpOpen(bed.ap.tk, frame), { msdu: reading(24), pn: 1n, keyId: 0 });
    bed.takes(bed.ap.sealed(reading(32)));
    assert.deepEqual(bed.station.received(), reading(32));
    bed.takes(bed.ap.groupSealed(reading(16)));
    assert.deepEqual(bed.station.received(), reading(16));
  });

  test(`AKM ${akm}, mode seed: M3 without GTK, and the port opens with the group message 2 (000-R9, 000-R10, 000-R11)`, () => {
    const bed = new Bed(akm).reach(KEYED);
    assert.equal(bed.sends(reading(24)).status, -12, "wrong state: the port is closed");
    bed.refuses(bed.ap.sealed(reading(24)), "wrong state");
    const g2 = bed.answers(bed.ap.sealed(bed.ap.g1()));
    assert.ok(g2[1] & 0x40, "group message 2 is protected, as message 1 was");
    assert.ok(bed.ap.takes(g2));
    assert.equal(bed.ap.keyPdu(g2).info, 0x0300 | bed.ap.version);
    assert.equal(bed.station.state, OPEN);
    bed.takes(bed.ap.groupSealed(reading(24)));
    assert.deepEqual(bed.station.received(), reading(24));
    assert.equal(ccmpOpen(bed.ap.tk, bed.sends(reading(8)).frame ?? new Uint8Array(0)).pn, 2n);
  });

  test(`AKM ${akm}: M2 and M4 are what IEEE 802.11-2020 12.7.6 has them to be (000-R8)`, () => {
    const bed = new Bed(akm).reach(ASSOCIATED);
    if (akm === 1 || akm === 5) bed.eapPsk();
    const m2 = bed.answers(bed.ap.data(bed.ap.m1()));
    assert.ok(bed.ap.takesM2(m2));
    const { info, counter, nonce, data } = bed.ap.keyPdu(m2);
    assert.deepEqual([info, counter], [0x0108 | bed.ap.version, 1n]);
    assert.notDeepEqual(nonce, new Uint8Array(32));
    assert.deepEqual(data, rsneOf(akm), "the RSNE of the Association Request");
    const m4 = bed.ap.keyPdu(bed.answers(bed.ap.data(bed.ap.m3())));
    assert.deepEqual([m4.info, m4.counter, m4.data.length], [0x0308 | bed.ap.version, 2n, 0]);
    assert.deepEqual(m4.nonce, new Uint8Array(32));
  });

  test(`AKM ${akm}: a group rekey brings the next GTK; the same GTK again keeps its PN (000-R9)`, () => {
    const bed = new Bed(akm).reach(OPEN);
    const { ap } = bed;
    bed.takes(ap.groupSealed(reading(16)));
    const old = ap.groupSealed(reading(16), { pn: 1n });
    assert.ok(ap.takes(bed.answers(ap.sealed(ap.g1({ rsc: 0n })))), "the same GTK, its RSC set back");
    bed.refuses(old, "replayed PN");
    const before = { gtk: ap.gtk, keyId: ap.gtkId };
    Object.assign(ap, { gtk: octetsOf("GTK 2", 16), gtkId: 2, groupPn: 40n });
    assert.ok(ap.takes(bed.answers(ap.sealed(ap.g1()))));
    bed.refuses(ap.groupSealed(reading(16), { pn: 40n }), "replayed PN");
    bed.takes(ap.groupSealed(reading(24)));
    assert.deepEqual(bed.station.received(), reading(24));
    // The AP sends under the old one until all stations have the new one.
    bed.takes(ap.groupSealed(reading(32), { ...before, pn: 99n }));
    bed.refuses(ap.groupSealed(reading(24), { keyId: 3, pn: 99n }), "wrong state");
  });

  test(`AKM ${akm}: an M3 that comes again is answered again and installs nothing: PNs go on (000-R8)`, () => {
    const bed = new Bed(akm).reach(OPEN);
    const { ap } = bed;
    for (let pn = 1n; pn <= 3n; pn++) {
      assert.equal(ccmpOpen(ap.tk, bed.sends(reading(24)).frame ?? new Uint8Array(0)).pn, pn);
    }
    bed.takes(ap.sealed(reading(24)));
    const [replayed, group] = [ap.sealed(reading(24), { pn: 1n }), ap.groupSealed(reading(24))];
    bed.takes(group);
    assert.ok(ap.takes(bed.answers(ap.data(ap.m3({ rsc: 0n })))), "in clear, as the AP that missed M4 sends it");
    const other = { data: concat(ap.rsne, ap.gtkKde(octetsOf("GTK 3", 16), 3)) };
    assert.ok(ap.takes(bed.answers(ap.data(ap.m3(other)))), "whatever GTK it holds");
    bed.refuses(ap.groupSealed(reading(24), { keyId: 3, gtk: octetsOf("GTK 3", 16) }), "wrong state");
    bed.refuses(replayed, "replayed PN");
    bed.refuses(group, "replayed PN");
    assert.equal(ccmpOpen(ap.tk, bed.sends(reading(24)).frame ?? new Uint8Array(0)).pn, 4n);
    const m4 = bed.answers(ap.sealed(ap.m3()));
    assert.equal(ccmpOpen(ap.tk, m4).pn, 5n, "and protected, if it came so");
    assert.equal(bed.station.state, OPEN);
  });

  test(`AKM ${akm}: the same M1 again has the same SNonce, another M1 and another association a new one`, () => {
    const bed = new Bed(akm).reach(HANDSHAKE);
    const { ap } = bed;
    const nonces = new Set<string>();
    const nonceOf = (m2: Uint8Array): string => Buffer.from(ap.keyPdu(m2).nonce).toString("hex");
    const first = nonceOf(bed.answers(ap.data(ap.m1())));
    assert.equal(nonceOf(bed.answers(ap.data(ap.m1()))), first);
    nonces.add(first);
    nonces.add(nonceOf(bed.answers(ap.data(ap.m1({ nonce: octetsOf("other", 32) })))));
    bed.restart();
    bed.reach(ASSOCIATED);
    if (akm === 1 || akm === 5) bed.eapPsk();
    nonces.add(nonceOf(bed.answers(ap.data(ap.m1()))));
    assert.equal(nonces.size, 3);
    assert.equal(decodeRsnRecord(bed.record).counter, 2, "one count a power cycle");
  });

  test(`AKM ${akm}: deauthentication and disassociation end the session and wipe its keys (000-R2)`, () => {
    for (const fc of [0xc0, 0xa0]) {
      const bed = new Bed(akm).reach(OPEN);
      const { ap } = bed;
      const [kck, kek, tk] = [ap.kck, ap.kek, ap.tk];
      bed.takes(ap.sealed(reading(24)));
      const memory = Buffer.from(bed.station.memory.buffer);
      for (const secret of [kck, kek, tk, ap.gtk]) assert.ok(memory.includes(Buffer.from(secret)), "installed");
      bed.takes(ap.management(fc, hex("0300")));
      assert.equal(bed.station.state, KNOWN);
      for (const secret of [kck, kek, tk, ap.gtk, ap.pmk, reading(24)])
        assert.ok(!memory.includes(Buffer.from(secret)), "wiped");
      assert.equal(bed.station.received().length, 0);
      bed.refuses(ap.sealed(reading(24)), "wrong state");
    }
  });

  test(`AKM ${akm}: a second session begins anew: replay counter, PNs and keys`, () => {
    const bed = new Bed(akm).reach(OPEN);
    bed.sends(reading(24));
    const before = bed.ap.tk;
    assert.ok(bed.station.start().frame);
    bed.ap.counter = 0n;
    bed.answers(bed.ap.authentication());
    bed.takes(bed.ap.associationResponse());
    bed.shakes();
    bed.keys();
    assert.notDeepEqual(bed.ap.tk, before);
    assert.equal(ccmpOpen(bed.ap.tk, bed.sends(reading(24)).frame ?? new Uint8Array(0)).pn, 1n);
  });
}

for (const akm of [1, 5] as const) {
  test(`AKM ${akm}: EAP-PSK makes the PMK; the PMKSA is in NVM when M3 has come, and offered to its AP alone (000-R5, 000-R12)`, () => {
    const bed = new Bed(akm).reach(HANDSHAKE);
    const { ap } = bed;
    assert.equal(decodeRsnRecord(bed.record).pmksa, undefined, "M2 writes nothing");
    bed.keys();
    const pmkid = pmkidOf(akm, ap.pmk, AA, SPA);
    assert.deepEqual(decodeRsnRecord(bed.record).pmksa, { aa: AA, akm, pmkid });
    bed.restart();
    bed.reach(KNOWN);
    bed.station.start();
    ap.counter = 0n;
    const request = bed.answers(ap.authentication());
    const rsne = request.slice(-40);
    assert.deepEqual(rsne.subarray(0, 2), Uint8Array.of(48, 38));
    assert.deepEqual(rsne.subarray(22), concat(Uint8Array.of(1, 0), pmkid));
    bed.takes(ap.associationResponse());
    bed.nvm.log = [];
    const m2 = bed.answers(ap.data(ap.m1({ data: ap.pmkidKde() })));
    assert.ok(ap.takesM2(m2), "no EAP before");
    assert.deepEqual(ap.keyPdu(m2).data, rsne, "M2 repeats the RSNE with its PMKID");
    bed.keys();
    assert.equal(bed.station.state, OPEN);
    assert.ok(
      bed.nvm.log.every(({ offset }) => offset < 128),
      "the PMKSA is not written again",
    );

    const elsewhere = new ScriptedAp(akm, hex("02c1c2c3c4c5"));
    bed.restart();
    bed.station.boot();
    bed.takes(elsewhere.beacon());
    bed.station.start();
    assert.deepEqual(bed.answers(elsewhere.authentication()).slice(-22), rsneOf(akm), "another AP hears of no PMKID");
    bed.takes(elsewhere.associationResponse());
    bed.refuses(elsewhere.data(elsewhere.m1()), "wrong state");
  });

  test(`AKM ${akm}: EAP, or an M1 with another PMKID, makes no use of the PMKSA (000-R12)`, () => {
    const bed = new Bed(akm).reach(OPEN);
    const { ap } = bed;
    const associate = (): void => {
      bed.restart();
      bed.reach(KNOWN);
      bed.station.start();
      ap.counter = 0n;
      bed.answers(ap.authentication());
      bed.takes(ap.associationResponse());
    };
    associate();
    bed.refuses(ap.data(ap.m1({ data: ap.pmkidKde(octetsOf("other", 16)) })), "bad key data");
    bed.refuses(ap.data(ap.m1({ data: ap.pmkidKde() })), "wrong state");
    associate();
    bed.answers(ap.data(ap.eap(1, 9, Uint8Array.of(1))));
    bed.refuses(ap.data(ap.m1({ data: ap.pmkidKde() })), "wrong state");
    bed.eapPsk();
    bed.answers(ap.data(ap.m1()));
  });

  test(`AKM ${akm}: EAP Requests that come again get the same answer octet for octet (RFC 3748 4.1)`, () => {
    const bed = new Bed(akm).reach(ASSOCIATED);
    const { ap } = bed;
    const twice = (msdu: Uint8Array): Uint8Array => {
      const first = ap.eapPdu(bed.answers(ap.data(msdu)));
      assert.deepEqual(ap.eapPdu(bed.answers(ap.data(msdu))), first);
      return first;
    };
    twice(ap.eap(1, 1, Uint8Array.of(1)));
    const second = twice(ap.psk1(2));
    twice(ap.psk3(3, second));
    const other = ap.eapPdu(bed.answers(ap.data(ap.psk1(4))));
    assert.notDeepEqual(other.subarray(22, 38), second.subarray(22, 38), "another Request has another RAND_P");
  });

  test(`AKM ${akm}: a method that is not EAP-PSK gets a Nak, a Notification its answer (000-R5)`, () => {
    const bed = new Bed(akm).reach(ASSOCIATED);
    const { ap } = bed;
    const answer = (type: number): Uint8Array =>
      ap.eapPdu(bed.answers(ap.data(ap.eap(1, 7, Uint8Array.of(type, 0x20)))));
    assert.deepEqual(answer(13), Uint8Array.of(2, 7, 0, 6, 3, 47), "TLS");
    assert.deepEqual(answer(2), Uint8Array.of(2, 7, 0, 5, 2), "Notification");
  });
}

test("a Beacon of another AP with the same SSID is taken in state 2, and the session is with that one (000-R1)", () => {
  const bed = new Bed(2).reach(KNOWN);
  const other = hex("02c1c2c3c4c5");
  bed.takes(concat(bed.ap.beacon().subarray(0, 10), other, other, bed.ap.beacon().subarray(22)));
  assert.deepEqual(bed.station.start().frame?.subarray(4, 10), other);
});

test("a Probe Response does as a Beacon does (000-R1)", () => {
  const bed = new Bed(6).reach(IDLE);
  bed.takes(bed.ap.beacon(undefined, 0x50));
  assert.equal(bed.station.state, KNOWN);
});

test("EAPOL in the air is LLC/SNAP 88-8E in Data frames to the DS (000-R4)", () => {
  const bed = new Bed(2).reach(ASSOCIATED);
  const m2 = bed.answers(bed.ap.data(bed.ap.m1()));
  assert.deepEqual(m2.subarray(0, 2), hex("0801"));
  assert.deepEqual(m2.subarray(24, 32), LLC_EAPOL);
});
