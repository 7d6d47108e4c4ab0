import { amp_receive, amp_state } from "../../../assembly/index";
import { KCK, RX, SPA, TRIGGER, TX } from "../../../assembly/layout";
import { IDLE, SECURE, WAITING } from "../../../assembly/station/session";
import { Cycle } from "../../../assembly/station/snonce";
import * as status from "../../../assembly/status";
import { DATA, GOT, M, N, powerUp, setReading, trigger } from "../air";
import { expectOctets, fill, flip } from "../check";
import * as peer from "../peer";
import { expectRefused, FRAME, hear, inState } from "../unchanged";
import { AA, NOISE, World } from "../world";

const M2: usize = memory.data(80);
const KEYS: usize = memory.data(32);

describe("a Trigger", () => {
  it("AMP-R1 that comes again is answered with the kept M2, octet for octet, with no import called", () => {
    powerUp();
    setReading(9, true);
    const length = trigger(1, 3);
    memory.copy(FRAME, RX, 72);
    memory.copy(M2, TX, length);
    World.forget();
    for (let i = 0; i < 3; ++i) {
      memory.copy(RX, FRAME, 72);
      expect(amp_receive(7 + (load<u8>(FRAME + 3) & 63) + 1)).toBe(length);
      expectOctets(TX, M2, length, "M2");
    }
    expect(World.reads + World.writes + World.draws).toBe(0);
    expect(Cycle.sNonces).toBe(1);
  });

  it("AMP-R1 that comes again after another reading was set gets a new SNonce, and another PTK", () => {
    powerUp();
    setReading(9, true);
    const length = trigger(1, 3);
    memory.copy(FRAME, RX, 72);
    memory.copy(M2, TX, length);
    memory.copy(KEYS, KCK, 32);
    setReading(9, true);
    expect(hear(8 + (load<u8>(FRAME + 3) & 63))).toBe(length);
    expect(memory.compare(TX + 5, M2 + 5, 16)).not.toBe(0, "SNonce");
    expect(memory.compare(KCK, KEYS, 16)).not.toBe(0, "KCK");
    expect(memory.compare(KCK + 16, KEYS + 16, 16)).not.toBe(0, "TK");
  });

  it("AMP-R1 that comes again in state 3 is answered with nothing; any other one ends the session", () => {
    powerUp();
    const length = trigger(1, 3);
    memory.copy(FRAME, RX, 72);
    const octets = 8 + (load<u8>(FRAME + 3) & 63);
    expect(peer.respond(TX, length, GOT)).toBe(0);
    expect(amp_receive(peer.confirm(DATA, 0, RX))).toBe(0);
    expectRefused(octets, 0, SECURE, "the same");
    flip(FRAME, 8 * 17);
    expect(hear(octets)).toBe(length, "another ANonce");
    expect(amp_state()).toBe(WAITING);
  });

  it("is not the session's when one bit of it is another, or one octet more or less", () => {
    powerUp();
    const length = trigger(1, 3);
    memory.copy(FRAME, RX, 72);
    const octets = 8 + (load<u8>(FRAME + 3) & 63);
    // The last octet of DL data; and an M1 without it.
    flip(FRAME, 8 * (octets - 3));
    expect(hear(octets)).toBe(length);
    expect(Cycle.sNonces).toBe(2);
    store<u8>(FRAME + 3, load<u8>(FRAME + 3) - 1);
    expect(hear(octets - 1)).toBe(length);
    expect(Cycle.sNonces).toBe(3);
    expect(load<u8>(TRIGGER + 3)).toBe(load<u8>(FRAME + 3));
  });

  it("is not for a device whose SPA is its AA, or from a group: nothing changes, in no state", () => {
    for (let state = IDLE; state <= SECURE; ++state) {
      inState(state, 0);
      const octets = peer.trigger(1, DATA, 0, false, FRAME);
      memory.copy(FRAME + 11, SPA, 6);
      expectRefused(octets, status.NOT_FOR_ME, state, "AA is SPA");
      memory.copy(FRAME + 11, AA, 6);
      flip(FRAME, 8 * 11);
      expectRefused(octets, status.NOT_FOR_ME, state, "group");
    }
  });

  it("with a TriggerInfo that says what is reserved is dropped", () => {
    inState(WAITING, 0);
    for (let all = 0; all < 2; ++all) {
      const octets = peer.trigger(1, DATA, 0, all != 0, FRAME);
      for (let flags = 0; flags < 256; ++flags) {
        const access = flags >> 6;
        const isReserved = ((flags >> 4) & 3) == 3 || access > 1 || (access == 1 && all != 0);
        store<u8>(FRAME + 6, flags as u8);
        if (isReserved) expectRefused(octets, status.RESERVED_BITS, WAITING, `flags ${flags}, to all ${all}`);
        else expect(hear(octets)).toBeGreaterThan(0, `flags ${flags}, to all ${all}`);
      }
      store<u8>(FRAME + 6, 0);
      for (let last = 1; last < 256; ++last) {
        store<u8>(FRAME + 10, last as u8);
        expectRefused(octets, status.RESERVED_BITS, WAITING, `last octet ${last}`);
      }
      store<u8>(FRAME + 10, 0);
      store<u8>(FRAME + 7, 0);
      expectRefused(octets, status.RESERVED_BITS, WAITING, "no slots");
    }
  });

  it("whose profile has no room for the reading is refused before entropy and NVM are touched", () => {
    for (let profile = 1; profile <= 3; ++profile) {
      const room = 64 - N[profile] - M[profile];
      for (let length = 0; length <= 54; ++length) {
        powerUp();
        setReading(length, true);
        const octets = peer.trigger(profile, DATA, 0, false, FRAME);
        World.forget();
        if (length <= room) expect(hear(octets)).toBe(7 + N[profile] + length + M[profile], `reading ${length}`);
        else expectRefused(octets, status.PAYLOAD_TOO_LONG, IDLE, `profile ${profile}, reading ${length}`);
        expect(World.reads + World.draws == 0).toBe(length > room);
      }
    }
  });

  it("AMP-R5 leaves the old session whole when NVM or entropy fail, or n is used up", () => {
    for (let state = WAITING; state <= SECURE; ++state) {
      for (let fault = 0; fault < 2; ++fault) {
        inState(state, 0);
        const octets = peer.trigger(1, DATA, 0, false, FRAME);
        if (fault == 0) {
          World.unreadable = 32;
          World.unreadableSize = 144;
          expectRefused(octets, status.NVM_FAILED, state, "root not readable");
        } else {
          Cycle.sNonces = 0x10000;
          expectRefused(octets, status.PN_EXHAUSTED, state, "n used up");
        }
        World.forget();
        Cycle.sNonces = 1;
        expect(hear(octets)).toBeGreaterThan(0, "and then it is taken");
      }
    }
    powerUp();
    World.noNoise = true;
    const octets = peer.trigger(1, DATA, 0, false, FRAME);
    expectRefused(octets, status.ENTROPY_FAILED, IDLE, "no noise");
    memory.fill(NOISE, 7, 32);
    World.noNoise = false;
    expectRefused(octets, status.ENTROPY_FAILED, IDLE, "noise that is none");
    fill(NOISE, 32, 1);
    expect(hear(octets)).toBeGreaterThan(0, "and then it is taken");
    expect(World.draws).toBe(3);
  });

  it("says the first reason of 4a when several apply", () => {
    powerUp();
    setReading(54, true);
    World.unreadable = 32;
    World.unreadableSize = 144;
    World.noNoise = true;
    const octets = peer.trigger(1, DATA, 0, false, FRAME);
    store<u8>(FRAME + 7, 0);
    flip(FRAME, 8 * 11);
    expectRefused(octets, status.NOT_FOR_ME, IDLE, "AA");
    flip(FRAME, 8 * 11);
    expectRefused(octets, status.RESERVED_BITS, IDLE, "TriggerInfo");
    store<u8>(FRAME + 7, 1);
    expectRefused(octets, status.PAYLOAD_TOO_LONG, IDLE, "reading");
    setReading(0, true);
    expectRefused(octets, status.NVM_FAILED, IDLE, "root");
    World.unreadableSize = 0;
    expectRefused(octets, status.ENTROPY_FAILED, IDLE, "noise");
  });

  it("to all is answered as one that is addressed is", () => {
    powerUp();
    const length = amp_receive(peer.trigger(1, DATA, 0, true, RX));
    expect(length).toBe(31);
    expect(peer.respond(TX, length, GOT)).toBe(0);
    expect(amp_receive(peer.confirm(DATA, 0, RX))).toBe(0);
  });
});
