import { amp_boot, amp_receive, amp_received, amp_send, amp_state, amp_trigger_data } from "../../../assembly/index";
import { PAYLOAD, RX, TX } from "../../../assembly/layout";
import { IDLE, SECURE, Session, WAITING } from "../../../assembly/station/session";
import * as status from "../../../assembly/status";
import { confirm, DATA, GOT, M, powerUp, respond, setReading, trigger } from "../air";
import { expectOctets, fill, flip } from "../check";
import * as peer from "../peer";
import { expectRefused, expectUnchanged, FRAME, hear, inState, remember } from "../unchanged";
import { AA, NVM, PSK } from "../world";

const WANTED: usize = memory.data(8);

describe("a frame by state, PROTOCOL.md 4a", () => {
  it("idle: Confirm and Data are of no session, an Ack is nothing", () => {
    expectRefused(inState(IDLE, 0), status.NO_SESSION, IDLE, "Confirm");
    expectRefused(inState(IDLE, 1), status.NO_SESSION, IDLE, "Data");
    expectRefused(inState(IDLE, 2), 0, IDLE, "Ack");
  });

  it("waiting: Confirm makes it secure, Data is of no session, an Ack is nothing", () => {
    expectRefused(inState(WAITING, 1), status.NO_SESSION, WAITING, "Data");
    expectRefused(inState(WAITING, 2), 0, WAITING, "Ack");
    expect(hear(inState(WAITING, 0))).toBe(0, "Confirm");
    expect(amp_state()).toBe(SECURE);
  });

  it("secure: Confirm is a replay, Data is taken, an Ack is nothing", () => {
    expectRefused(inState(SECURE, 0), status.REPLAYED_PN, SECURE, "Confirm");
    expectRefused(inState(SECURE, 2), 0, SECURE, "Ack");
    expect(hear(inState(SECURE, 1))).toBe(0, "Data");
    expect(amp_received()).toBe(5);
    expectOctets(PAYLOAD, DATA, 5, "payload");
  });
});

describe("a Confirm", () => {
  it("AMP-R4 with one bit turned over changes nothing, whatever its FCS says, and the right one is taken then", () => {
    for (let encrypt = 0; encrypt < 2; ++encrypt) {
      powerUp();
      setReading(6, encrypt != 0);
      respond(1, 4);
      fill(DATA, 7, 7);
      const octets = peer.confirm(DATA, 7, FRAME);
      for (let bit = 0; bit < 8 * (octets - 2); ++bit) {
        flip(FRAME, bit);
        remember();
        expect(hear(octets)).toBeLessThan(0, `bit ${bit}`);
        expectUnchanged(WAITING, `encrypt ${encrypt}, bit ${bit}`);
        flip(FRAME, bit);
      }
      expect(hear(octets)).toBe(0, "untouched");
      expect(amp_received()).toBe(7);
      expectOctets(PAYLOAD, DATA, 7, "payload");
    }
  });

  it("of another profile, generation or PN is refused in this order, before its MIC is looked at", () => {
    powerUp();
    respond();
    const octets = peer.confirm(DATA, 30, FRAME);
    const tdc = load<u16>(FRAME + 3) as i32;
    for (let generation = 0; generation < 4; ++generation) {
      for (let profile = 1; profile <= 3; ++profile) {
        for (let pn = 0; pn < 3; ++pn) {
          store<u16>(FRAME + 3, (tdc & ~0x1f00) | (generation << 8) | (profile << 10));
          store<u16>(FRAME + 5, pn << 8);
          const answer =
            profile != 1 ? status.BAD_PROFILE : generation ? status.NO_ROOT : pn != 1 ? status.REPLAYED_PN : 0;
          const what = `profile ${profile}, generation ${generation}, PN ${pn}`;
          if (answer) expectRefused(octets, answer, WAITING, what);
        }
      }
    }
    store<u16>(FRAME + 3, tdc);
    store<u16>(FRAME + 5, 0x0100);
    expect(hear(octets)).toBe(0);
  });

  it("carries payloads of all lengths, in all profiles; only then M1's DL data may be had", () => {
    for (let profile = 1; profile <= 3; ++profile) {
      for (let length = 0; length <= 62 - M[profile]; ++length) {
        powerUp();
        setReading(3, (length & 1) != 0);
        respond(profile, 8);
        expect(amp_trigger_data()).toBe(0, "before M3");
        expect(amp_received()).toBe(0, "before M3");
        fill(DATA, length, length);
        expect(amp_receive(peer.confirm(DATA, length, RX))).toBe(0);
        expect(amp_received()).toBe(length);
        expectOctets(PAYLOAD, DATA, length, "payload");
        fill(WANTED, 8, 508);
        expect(amp_trigger_data()).toBe(8);
        expectOctets(PAYLOAD, WANTED, 8, "DL data");
      }
    }
  });

  it("of the M2 before is refused after a new SNonce", () => {
    powerUp();
    respond();
    const octets = peer.confirm(DATA, 0, FRAME);
    expect(trigger()).toBeGreaterThan(0);
    expectRefused(octets, status.BAD_MIC, WAITING, "old M3");
  });

  it("is taken for the M2 that was sent, though another reading was set meanwhile", () => {
    powerUp();
    setReading(4, true);
    respond();
    setReading(5, true);
    expect(amp_receive(peer.confirm(DATA, 0, RX))).toBe(0);
    expect(amp_state()).toBe(SECURE);
  });
});

describe("Data", () => {
  it("is taken with rising PNs, gaps too, up to the last; none twice", () => {
    powerUp();
    confirm();
    const pns: StaticArray<i32> = [2, 3, 7, 255, 256, 0x7fff, 0x8000, 0xfffe, 0xffff];
    for (let i = 0; i < pns.length; ++i) {
      fill(DATA, i, i);
      const octets = peer.data(DATA, i, pns[i], FRAME);
      expect(hear(octets)).toBe(0, `PN ${pns[i]}`);
      expect(amp_received()).toBe(i);
      expectOctets(PAYLOAD, DATA, i, "payload");
      expectRefused(octets, status.REPLAYED_PN, SECURE, `PN ${pns[i]} again`);
    }
    for (let pn = 0; pn < 0x10000; pn += 251) {
      expectRefused(peer.data(DATA, 0, pn, FRAME), status.REPLAYED_PN, SECURE, `PN ${pn} after the last`);
    }
  });

  it("that is forged moves no PN: the right one is taken then", () => {
    powerUp();
    confirm();
    const octets = peer.data(DATA, 4, 2, FRAME);
    flip(FRAME, 8 * (octets - 3));
    store<u16>(FRAME + 5, 0xffff);
    expectRefused(octets, status.BAD_MIC, SECURE, "forged");
    expect(hear(peer.data(DATA, 4, 2, FRAME))).toBe(0);
  });

  it("AMP-R4 with one bit turned over changes nothing", () => {
    powerUp();
    confirm();
    const octets = peer.data(DATA, 9, 5, FRAME);
    for (let bit = 0; bit < 8 * (octets - 2); ++bit) {
      flip(FRAME, bit);
      remember();
      expect(hear(octets)).toBeLessThan(0, `bit ${bit}`);
      expectUnchanged(SECURE, `bit ${bit}`);
      flip(FRAME, bit);
    }
    expect(hear(octets)).toBe(0, "untouched");
  });

  it("goes up with PNs from 2 to the last, then there is none, and DL Data is still taken", () => {
    powerUp();
    setReading(2, true);
    confirm();
    expect(peer.receive(TX, amp_send(), GOT)).toBe(2);
    expect(load<u16>(TX + 5)).toBe(0x0200, "PN 2");
    Session.ulPn = 0xfffe;
    expect(peer.receive(TX, amp_send(), GOT)).toBe(2, "the last");
    expect(load<u16>(TX + 5)).toBe(0xffff);
    for (let i = 0; i < 3; ++i) expect(amp_send()).toBe(status.PN_EXHAUSTED);
    expect(amp_state()).toBe(SECURE);
    expect(hear(peer.data(DATA, 1, 2, FRAME))).toBe(0);
  });
});

describe("AMP-R7", () => {
  it("after a power loss in any state the next M1 starts from step 2", () => {
    for (let state = IDLE; state <= SECURE; ++state) {
      inState(state, 0);
      expect(amp_boot()).toBe(0);
      peer.open(AA, 0, NVM + 6, 0, PSK);
      confirm();
    }
  });
});
