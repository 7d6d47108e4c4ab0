import {
  amp_boot,
  amp_payload_buffer,
  amp_receive,
  amp_received,
  amp_rx_buffer,
  amp_send,
  amp_set_payload,
  amp_state,
  amp_trigger_data,
  amp_tx_buffer,
} from "../../assembly/index";
import { PAYLOAD, READING, RX, TX } from "../../assembly/layout";
import { SECURE, Session, WAITING } from "../../assembly/station/session";
import * as status from "../../assembly/status";
import { confirm, DATA, GOT, M, powerUp, respond, setReading } from "./air";
import { expectOctets, fill } from "./check";
import * as peer from "./peer";

const BEFORE: usize = memory.data(64);

describe("buffers", () => {
  it("are 72, 72 and 64 octets that no other takes", () => {
    expect(amp_rx_buffer()).toBe(RX);
    expect(amp_tx_buffer()).toBe(TX);
    expect(amp_payload_buffer()).toBe(PAYLOAD);
    const rx = RX as i32;
    const tx = TX as i32;
    const payload = PAYLOAD as i32;
    expect(abs(rx - tx)).toBeGreaterThan(71);
    expect(abs(payload - (rx > tx ? rx : tx))).toBeGreaterThan(63);
    expect(abs(payload - (rx > tx ? tx : rx))).toBeGreaterThan(63);
  });
});

describe("amp_set_payload", () => {
  it("takes readings of 0 to 54 octets, in either mode", () => {
    powerUp();
    for (let encrypt = 0; encrypt < 2; ++encrypt) {
      for (let length = 0; length <= 54; ++length) {
        setReading(length, encrypt != 0);
        expect(Session.readingLength).toBe(length);
        expect(Session.encrypt).toBe(encrypt != 0);
        expectOctets(READING, DATA, length, "reading");
      }
    }
  });

  it("refuses any other length and mode, and changes nothing then", () => {
    powerUp();
    setReading(7, true);
    respond();
    memory.copy(BEFORE, READING, 56);
    memory.fill(PAYLOAD, 0xee, 64);
    const kept = Session.keptM2;
    const lengths: StaticArray<i32> = [55, 56, 64, 65, 255, 0x10000, i32.MAX_VALUE, i32.MIN_VALUE, -1];
    for (let i = 0; i < lengths.length; ++i) expect(amp_set_payload(lengths[i], 1)).toBe(status.BAD_ARGUMENT);
    for (let encrypt = 2; encrypt < 6; ++encrypt) expect(amp_set_payload(0, encrypt)).toBe(status.BAD_ARGUMENT);
    expect(amp_set_payload(0, -1)).toBe(status.BAD_ARGUMENT);
    expect(amp_set_payload(0, i32.MIN_VALUE)).toBe(status.BAD_ARGUMENT);
    expect(Session.readingLength).toBe(7);
    expect(Session.encrypt).toBeTruthy();
    expect(Session.keptM2).toBe(kept);
    expectOctets(READING, BEFORE, 56, "reading");
    expect(amp_state()).toBe(WAITING);
  });
});

describe("amp_send", () => {
  it("needs a session", () => {
    powerUp();
    expect(amp_send()).toBe(status.NO_SESSION, "idle");
    respond();
    expect(amp_send()).toBe(status.NO_SESSION, "waiting");
  });

  it("sends readings of up to 62 - M octets; a longer one is refused, and uses no PN", () => {
    for (let profile = 1; profile <= 3; ++profile) {
      powerUp();
      confirm(profile);
      let pn = 1;
      for (let length = 0; length <= 54; ++length) {
        setReading(length, (length & 1) != 0);
        const octets = amp_send();
        if (length > 62 - M[profile]) expect(octets).toBe(status.PAYLOAD_TOO_LONG, `reading ${length}`);
        else {
          expect(peer.receive(TX, octets, GOT)).toBe(length, `reading ${length}`);
          expectOctets(GOT, DATA, length, `reading ${length}`);
          expect(bswap<u16>(load<u16>(TX + 5)) as i32).toBe(++pn, "PN");
        }
        expect(Session.ulPn).toBe(pn, `reading ${length}`);
      }
      expect(amp_state()).toBe(SECURE);
    }
  });

  it("says payload too long before PN exhausted", () => {
    powerUp();
    confirm(3);
    Session.ulPn = 0xffff;
    setReading(47, true);
    expect(amp_send()).toBe(status.PAYLOAD_TOO_LONG);
    setReading(46, true);
    expect(amp_send()).toBe(status.PN_EXHAUSTED);
  });
});

describe("amp_received and amp_trigger_data", () => {
  it("answer the same each time, and nothing after the next SNonce or boot", () => {
    powerUp();
    respond(1, 6);
    fill(DATA, 5, 5);
    expect(amp_receive(peer.confirm(DATA, 5, RX))).toBe(0);
    for (let i = 0; i < 3; ++i) {
      expect(amp_trigger_data()).toBe(6);
      fill(DATA, 6, 506);
      expectOctets(PAYLOAD, DATA, 6, "DL data");
      expect(amp_received()).toBe(5);
      fill(DATA, 5, 5);
      expectOctets(PAYLOAD, DATA, 5, "payload");
    }
    respond(1, 6);
    expect(amp_received()).toBe(0);
    expect(amp_trigger_data()).toBe(0);
    confirm();
    expect(amp_boot()).toBe(0);
    expect(amp_received()).toBe(0);
    expect(amp_trigger_data()).toBe(0);
  });
});
