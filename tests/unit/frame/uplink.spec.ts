import { Binding } from "../../../assembly/frame/binding";
import { sealData } from "../../../assembly/frame/uplink";
import { amp_receive } from "../../../assembly/index";
import { READING, RX, TX } from "../../../assembly/layout";
import { confirm, DATA, GOT, M, N, powerUp, setReading, trigger } from "../air";
import { expectHex, expectOctets, fill, unhex } from "../check";
import * as peer from "../peer";

const M1 = "0824c8a604074001ff0000020000000001404142434445464748494a4b4c4d4e4fa0a1a2a3a4a5a6a74c4544bd60";

/** PROTOCOL.md's worked exchange up to its M2. */
function worked(encrypt: bool): void {
  powerUp();
  setReading(15, encrypt);
  unhex("32332e3520432c2034312025207248", READING);
  expect(amp_receive(unhex(M1, RX))).toBe(46, "M2");
}

describe("seal", () => {
  it("makes the M2 of the worked exchange, encrypted", () => {
    worked(true);
    expectHex(TX, "1924c86604007c98c5822e7d36ece13c5f8e50836b99a1bc9754f7f176080cb719885e8234c57040e4707f8ff2b5");
  });

  it("makes the M2 of the worked exchange, MIC only", () => {
    worked(false);
    expectHex(TX, "1924c82604007c98c5822e7d36ece13c5f8e50836b32332e3520432c2034312025207248a80076ed0b242d16f929");
  });

  it("makes M2s that the AP takes: all profiles, modes and lengths of reading", () => {
    powerUp();
    for (let profile = 1; profile <= 3; ++profile) {
      for (let encrypt = 0; encrypt < 2; ++encrypt) {
        for (let length = 0; length <= 64 - N[profile] - M[profile]; ++length) {
          const what = `profile ${profile}, encrypt ${encrypt}, reading ${length}`;
          setReading(length, encrypt != 0);
          const answer = trigger(profile, 3);
          fill(DATA, length, length);
          expect(answer).toBe(7 + N[profile] + length + M[profile], what);
          expect(peer.respond(TX, answer, GOT)).toBe(length, what);
          expectOctets(GOT, DATA, length, what);
        }
      }
    }
  });
});

describe("sealData", () => {
  it("makes the Data of the worked exchange, in both modes", () => {
    worked(true);
    sealData(READING, unhex("616263", READING), true, 2);
    expectHex(TX, "1b24c84c0400025a5acc29454b23067d7795c4cc");
    worked(false);
    sealData(READING, unhex("616263", READING), false, 2);
    expectHex(TX, "1b24c80c04000261626355b28da706ab3b6de1a2");
  });

  it("makes Data that the AP takes: all profiles, modes, lengths, and PNs up to the last", () => {
    for (let profile = 1; profile <= 3; ++profile) {
      powerUp();
      confirm(profile);
      let pn = 0x10000 - 2 * (63 - M[profile]);
      for (let encrypt = 0; encrypt < 2; ++encrypt) {
        for (let length = 0; length <= 62 - M[profile]; ++length) {
          const what = `profile ${profile}, encrypt ${encrypt}, payload ${length}, PN ${pn}`;
          fill(DATA, length, length);
          const octets = sealData(DATA, length, encrypt != 0, pn++);
          expect(octets).toBe(7 + 2 + length + M[profile], what);
          expect(peer.receive(TX, octets, GOT)).toBe(length, what);
          expectOctets(GOT, DATA, length, what);
        }
      }
      expect(pn).toBe(0x10000, "the last PN was used");
    }
  });

  it("names the generation of the session's root, modulo 4", () => {
    worked(true);
    expect(Binding.generation).toBe(0);
    for (let generation = 0; generation < 4; ++generation) {
      Binding.tdc = (Binding.tdc & ~0x300) | (generation << 8);
      sealData(DATA, 0, true, 2);
      expect((load<u8>(TX + 4) & 3) as i32).toBe(generation);
    }
  });
});
