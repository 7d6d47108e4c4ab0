import { reorder } from "../../../assembly/crypto/message";
import { BODY } from "../../../assembly/frame/fields";
import { amp_boot, amp_receive } from "../../../assembly/index";
import { ENTRY, KCK, NVM_CACHE, RX, SCRATCH, SCRATCH_SIZE, TX } from "../../../assembly/layout";
import { PMK } from "../../../assembly/station/cache";
import { Session } from "../../../assembly/station/session";
import { DATA, GOT, N, powerUp } from "../air";
import { expectAll, expectHex, expectOctets, unhex } from "../check";
import * as oracle from "../oracle";
import * as peer from "../peer";
import { AA, MODIFIER, NOISE, NVM, PSK, SPA, World } from "../world";

const PTK: usize = memory.data(32);
const MIDSTATES: usize = memory.data(64);
const OTHER_AA: usize = memory.data(6);
const NONCE: usize = memory.data(32);

/** An exchange up to M2, whose PTK must be the AP's: each has it of its own. */
function expectPtk(profile: i32, what: string): void {
  const length = amp_receive(peer.trigger(profile, DATA, 0, false, RX));
  expect(length).toBeGreaterThan(0, what);
  expect(peer.respond(TX, length, GOT)).toBe(0, what);
  peer.ptk(PTK);
  expectOctets(KCK, PTK, 32, what);
}

describe("makeKeys", () => {
  it("makes the KCK and TK of the worked exchange", () => {
    powerUp();
    const m1 = "0824c8a604074001ff0000020000000001404142434445464748494a4b4c4d4e4fa0a1a2a3a4a5a6a74c4544bd60";
    expect(amp_receive(unhex(m1, RX))).toBeGreaterThan(0);
    expectHex(KCK, "1ad072524f39972c27e9344ee8556968531fc90ac143a0c0c2391d5a11c8dadd");
  });

  it("makes the AP's PTK in every profile, from a PMK, from one that is cached, and from the root", () => {
    for (let direct = 0; direct < 2; ++direct) {
      for (let profile = 1; profile <= 3; ++profile) {
        powerUp(direct != 0);
        for (let i = 0; i < 32; ++i) expectPtk(profile, `profile ${profile}, direct ${direct}, ${i}`);
        expect(Session.cacheMissed).toBe(!direct);
        if (direct) continue;
        peer.pmk(PSK, PTK);
        oracle.cache(0, AA, MODIFIER, PTK, NVM + NVM_CACHE);
        for (let i = 0; i < 32; ++i) expectPtk(profile, `profile ${profile}, cached, ${i}`);
        expect(Session.cacheMissed).toBeFalsy();
      }
    }
  });

  it("sorts AA and SPA, whichever octet tells them apart", () => {
    for (let octet = 0; octet < 6; ++octet) {
      for (let greater = 0; greater < 2; ++greater) {
        powerUp();
        memory.copy(OTHER_AA, SPA, 6);
        // 0x02 and 0x06, or 0x02 and 0x00: no group bit. Behind the octet that tells, the order is the other way round.
        store<u8>(OTHER_AA + octet, load<u8>(OTHER_AA + octet) ^ (octet == 0 ? (greater ? 4 : 2) : 0x80));
        const isGreater = load<u8>(OTHER_AA + octet) > load<u8>(SPA + octet);
        for (let i = octet + 1; i < 6; ++i) store<u8>(OTHER_AA + i, isGreater ? 0 : 0xff);
        peer.open(OTHER_AA, MODIFIER, SPA, 0, PSK);
        expectPtk(1, `octet ${octet}, greater ${isGreater}`);
      }
    }
  });

  it("sorts ANonce and SNonce, whichever octet tells them apart, and takes them when they are equal", () => {
    for (let profile = 1; profile <= 2; ++profile) {
      for (let octet = -1; octet < N[profile]; ++octet) {
        for (let greater = 0; greater < 2; ++greater) {
          // The SNonce follows from noise and counter: what it will be is seen in a power cycle before.
          powerUp();
          expectPtk(profile, "before");
          memory.copy(NONCE, TX + BODY, N[profile]);
          powerUp();
          if (octet >= 0) {
            const there = load<u8>(NONCE + octet);
            store<u8>(NONCE + octet, greater ? there | 0x80 : there & 0x7f);
            // One of the two is the SNonce itself, the other differs in this octet, and goes the other way behind it.
            if (load<u8>(NONCE + octet) == there) store<u8>(NONCE + octet, there ^ 1);
            const isGreater = load<u8>(NONCE + octet) > there;
            for (let i = octet + 1; i < N[profile]; ++i) store<u8>(NONCE + i, isGreater ? 0 : 0xff);
          }
          peer.setNonce(NONCE, N[profile]);
          expectPtk(profile, `profile ${profile}, octet ${octet}, greater ${greater}`);
          expect(memory.compare(TX + BODY, NONCE, N[profile]) == 0).toBe(octet < 0, "the SNonce was foreseen");
        }
      }
    }
  });

  it("002-A13 makes another PTK when AA, Modifier, ANonce, SNonce or root alone is another", () => {
    powerUp();
    const m1 = "0824c8a604074001ff0000020000000001404142434445464748494a4b4c4d4e4fa0a1a2a3a4a5a6a74c4544";
    const length = unhex(m1, RX) + 2;
    store<u16>(RX + length - 2, oracle.crc16(RX, length - 2));
    expect(amp_receive(length)).toBeGreaterThan(0);
    memory.copy(PTK, KCK, 32);
    for (let i = 0; i < 5; ++i) {
      World.provision();
      if (i == 0) store<u8>(NOISE, 0x81);
      if (i == 1) {
        store<u8>(PSK, 1);
        oracle.provision(SPA, PSK, NVM);
      }
      expect(amp_boot()).toBe(0);
      unhex(m1, RX);
      if (i == 2) store<u8>(RX + 16, 2);
      if (i == 3) store<u8>(RX + 17, 0x41);
      if (i == 4) store<u8>(RX + 40, 0xa8);
      store<u16>(RX + length - 2, oracle.crc16(RX, length - 2));
      expect(amp_receive(length)).toBeGreaterThan(0);
      expect(memory.compare(PTK, KCK, 16)).not.toBe(0, `KCK, case ${i}`);
      expect(memory.compare(PTK + 16, KCK + 16, 16)).not.toBe(0, `TK, case ${i}`);
    }
  });

  it("AMP-R5 leaves the PMK only where a miss has to wait for M3, and nothing in the scratch", () => {
    powerUp();
    expectPtk(1, "miss");
    peer.pmk(PSK, PTK);
    oracle.midstates(PTK, MIDSTATES);
    reorder(MIDSTATES, 64);
    expectOctets(PMK, MIDSTATES, 64, "ENTRY after a miss");
    expectAll(SCRATCH, 0, SCRATCH_SIZE as i32, "scratch");
    powerUp(true);
    expectPtk(1, "direct mode");
    expectAll(ENTRY, 0, 96, "ENTRY in direct mode");
    expectAll(SCRATCH, 0, SCRATCH_SIZE as i32, "scratch");
  });
});
