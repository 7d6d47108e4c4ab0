import { check, open, packetNumber, payloadLength } from "../../../assembly/frame/downlink";
import { FC_ACK, FC_CONFIRM, FC_DATA, FC_TRIGGER } from "../../../assembly/frame/fields";
import { RX } from "../../../assembly/layout";
import * as status from "../../../assembly/status";
import { DATA, M, powerUp, respond, setReading, trigger } from "../air";
import { expectOctets, fill, flip, hex } from "../check";
import * as oracle from "../oracle";
import * as peer from "../peer";

/** ID of the worked exchange's station. */
const ID: u16 = 0xc824;

const FRAME: usize = memory.data(80);

/** What the station says of the `length` octets at FRAME, which has to be what the twin says. */
function checked(length: i32): i32 {
  memory.copy(RX, FRAME, 72);
  const answer = check(length);
  const wanted = oracle.check(FRAME, length, ID);
  if (answer != wanted) expect(answer).toBe(wanted, `${length} octets of ${hex(FRAME, 72)}`);
  return answer;
}

/** Gives the `length` octets at FRAME a right FCS. */
function setFcs(length: i32): void {
  store<u16>(FRAME + length - 2, oracle.crc16(FRAME, length - 2));
}

/** A body of `length` - 7 octets behind FC and TDC, addressed to the station (or to all), TDC's length right. */
function frame(fc: i32, tdc: i32, length: i32, broadcast: bool): void {
  fill(FRAME, 80, length);
  store<u8>(FRAME, fc);
  store<u16>(FRAME + 1, broadcast ? 0xffff : ID);
  store<u16>(FRAME + 3, (tdc & ~63) | ((length - 8) & 63));
  setFcs(length);
}

describe("check", () => {
  it("answers as the twin does for every FC and every TDC, addressed and to all", () => {
    powerUp();
    let passed = 0;
    for (let fc = 0; fc < 256; ++fc) {
      // All TDCs of the types that there are, some of those that there are not.
      const step = fc == FC_TRIGGER || fc == FC_CONFIRM || fc == FC_DATA ? 1 : 37;
      for (let bits = 0; bits < 1024; bits += step) {
        for (let all = 0; all < 2; ++all) {
          frame(fc, bits << 6, 71, all != 0);
          if (checked(71) >= 0) ++passed;
          frame(fc, bits << 6, 8 + ((bits * 29 + fc) & 63), all != 0);
          checked(8 + ((bits * 29 + fc) & 63));
        }
      }
    }
    // Four generations and three profiles; a Modifier or not (twice: to all); Encrypted, with a command, or neither.
    expect(passed).toBe(12 * (2 * 2 + 3 + 2));
  });

  it("answers as the twin does for any length, also ones that no frame has", () => {
    powerUp();
    for (let length = -2; length <= 80; ++length) {
      for (let type = 0; type < 16; ++type) {
        frame(type, 1 << 10, length < 8 ? 8 : length > 71 ? 71 : length, false);
        checked(length);
      }
    }
    memory.fill(FRAME, 0, 80);
    memory.copy(RX, FRAME, 72);
    expect(check(i32.MIN_VALUE)).toBe(status.TOO_SHORT);
    expect(check(i32.MAX_VALUE)).toBe(status.TOO_LONG);
  });

  it("answers as the twin does when TDC's length is any other", () => {
    powerUp();
    for (let length = 8; length <= 71; ++length) {
      for (let told = 0; told < 64; ++told) {
        frame(FC_TRIGGER, 1 << 10, length, false);
        store<u8>(FRAME + 3, told);
        setFcs(length);
        checked(length);
      }
    }
  });

  it("takes a Trigger, Confirm, Data and Ack, and refuses each with any one bit of it turned over", () => {
    powerUp();
    respond();
    fill(DATA, 20, 1);
    for (let kind = 0; kind < 4; ++kind) {
      let length = 4;
      if (kind == 0) length = peer.trigger(2, DATA, 3, false, FRAME);
      else if (kind == 1) length = peer.confirm(DATA, 20, FRAME);
      else if (kind == 2) length = peer.data(DATA, 20, 2, FRAME);
      else {
        store<u8>(FRAME, FC_ACK);
        store<u16>(FRAME + 1, ID);
        store<u8>(FRAME + 3, oracle.crc16(FRAME, 3));
      }
      expect(checked(length)).toBe(load<u8>(FRAME), `kind ${kind}`);
      for (let bit = 0; bit < 8 * length; ++bit) {
        flip(FRAME, bit);
        expect(checked(length)).toBeLessThan(0, `kind ${kind}, bit ${bit}`);
        flip(FRAME, bit);
      }
    }
  });

  it("says the first reason of 4a when several apply", () => {
    powerUp();
    frame(0x1a, 0, 20, false);
    store<u8>(FRAME + 18, ~load<u8>(FRAME + 18)); // FCS
    store<u16>(FRAME + 3, 0xffff); // reserved bits, length, profile
    store<u8>(FRAME, 0xf9); // type: a Response
    store<u16>(FRAME + 1, 0x1234); // ID
    expect(checked(3)).toBe(status.TOO_SHORT);
    expect(checked(72)).toBe(status.TOO_LONG);
    expect(checked(20)).toBe(status.NOT_FOR_ME);
    store<u16>(FRAME + 1, ID);
    expect(checked(20)).toBe(status.BAD_TYPE);
    store<u8>(FRAME, 0xfa);
    expect(checked(20)).toBe(status.BAD_FCS);
    setFcs(20);
    expect(checked(20)).toBe(status.RESERVED_BITS);
    store<u8>(FRAME, 0x1a);
    store<u16>(FRAME + 3, 0); // length 1, profile 0
    setFcs(20);
    expect(checked(20)).toBe(status.BAD_LENGTH);
    store<u16>(FRAME + 3, 12); // profile 0
    setFcs(20);
    expect(checked(20)).toBe(status.BAD_PROFILE);
    store<u16>(FRAME + 3, 12 | (3 << 10)); // body of 13, of which the MIC alone takes 16
    setFcs(20);
    expect(checked(20)).toBe(status.BAD_LENGTH);
  });
});

describe("open", () => {
  it("opens what the AP sealed, in both modes, all profiles and lengths", () => {
    for (let profile = 1; profile <= 3; ++profile) {
      for (let encrypt = 0; encrypt < 2; ++encrypt) {
        powerUp();
        setReading(4, encrypt != 0);
        respond(profile, 5);
        for (let length = 0; length <= 62 - M[profile]; ++length) {
          const what = `profile ${profile}, encrypt ${encrypt}, payload ${length}`;
          fill(DATA, length, length);
          const octets = peer.data(DATA, length, 1000 + length, RX);
          expect(packetNumber()).toBe(1000 + length, what);
          expect(payloadLength(octets)).toBe(length, what);
          const payload = open(octets);
          expect(payload).not.toBe(0, what);
          expectOctets(payload, DATA, length, what);
        }
      }
    }
  });

  it("opens M3, which is bound to its M1, and nothing that has one bit more or less", () => {
    for (let encrypt = 0; encrypt < 2; ++encrypt) {
      powerUp();
      setReading(4, encrypt != 0);
      respond(3, 7);
      fill(DATA, 9, 9);
      const length = peer.confirm(DATA, 9, FRAME);
      memory.copy(RX, FRAME, length);
      expectOctets(open(length), DATA, 9, `encrypt ${encrypt}`);
      // All but ID and FCS, which are another layer's.
      for (let bit = 0; bit < 8 * (length - 2); ++bit) {
        if (bit >= 8 && bit < 24) continue;
        memory.copy(RX, FRAME, length);
        flip(RX, bit);
        expect(open(length)).toBe(0, `encrypt ${encrypt}, bit ${bit}`);
      }
      memory.copy(RX, FRAME, length);
      expect(open(length)).not.toBe(0, "untouched again");
    }
  });

  it("opens nothing that was sealed in another session", () => {
    powerUp();
    respond(1);
    const length = peer.confirm(DATA, 3, FRAME);
    expect(trigger(1)).toBeGreaterThan(0);
    memory.copy(RX, FRAME, length);
    expect(open(length)).toBe(0);
  });
});
