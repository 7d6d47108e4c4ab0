import {
  amp_receive,
  amp_received,
  amp_send,
  amp_set_payload,
  amp_state,
  amp_trigger_data,
} from "../../../assembly/index";
import { ID, RAM_SIZE, RX, SCRATCH, SPA } from "../../../assembly/layout";
import { boot } from "../../../assembly/station/boot";
import { IDLE, OFF, Session } from "../../../assembly/station/session";
import { Cycle } from "../../../assembly/station/snonce";
import { NOT_BOOTED, NVM_FAILED } from "../../../assembly/status";
import { confirm, DATA, powerUp, setReading } from "../air";
import { expectAll, expectHex, expectOctets, fill, flip } from "../check";
import * as oracle from "../oracle";
import * as peer from "../peer";
import { NVM, NVM_SIZE, PSK, World } from "../world";

const BEFORE: usize = memory.data(268);
const SLOT: usize = memory.data(72);

/** A boot that fails, and leaves the station off. */
function expectOff(what: string): void {
  expect(boot()).toBe(NVM_FAILED, what);
  expect(amp_state()).toBe(OFF, what);
  expect(World.writes).toBe(0, what);
}

/** Gives the head of the record a right CRC-16. */
function setHeadCrc(): void {
  store<u16>(NVM + 14, oracle.crc16(NVM, 14));
}

describe("boot", () => {
  it("takes SPA and ID from the record, is idle then, and has written nothing", () => {
    World.provision();
    memory.copy(BEFORE, NVM, NVM_SIZE);
    expect(boot()).toBe(0);
    expect(amp_state()).toBe(IDLE);
    expectHex(SPA, "02c0ffee0001");
    expectHex(ID, "24c8");
    expect(World.writes).toBe(0);
    expect(World.draws).toBe(0);
    expectOctets(NVM, BEFORE, NVM_SIZE, "NVM");
  });

  it("AMP-R5 leaves nothing in RAM but SPA and ID, whatever was there, keys of another life too", () => {
    for (let kind = 0; kind < 3; ++kind) {
      powerUp();
      setReading(20, true);
      confirm();
      if (kind) memory.fill(SCRATCH, 0xff, RAM_SIZE);
      if (kind == 2) fill(SCRATCH, RAM_SIZE as i32, 1);
      expect(boot()).toBe(0);
      expectAll(SCRATCH, 0, (SPA - SCRATCH) as i32, "below SPA");
      expectHex(SPA, "02c0ffee000124c8");
      expectAll(SPA + 8, 0, (RAM_SIZE - (SPA - SCRATCH) - 8) as i32, "above ID");
    }
  });

  it("AMP-R7 forgets session, reading and power cycle", () => {
    powerUp();
    setReading(20, true);
    confirm();
    expect(boot()).toBe(0);
    expect(amp_state()).toBe(IDLE);
    expect(Session.readingLength).toBe(0);
    expect(Session.encrypt).toBeFalsy();
    expect(Session.cacheWritten).toBeFalsy();
    expect(Cycle.counter).toBe(0);
    expect(amp_received()).toBe(0);
    expect(amp_trigger_data()).toBe(0);
  });

  it("fails when any one bit of the head is another", () => {
    for (let bit = 0; bit < 128; ++bit) {
      World.provision();
      flip(NVM, bit);
      expectOff(`bit ${bit}`);
    }
  });

  it("fails with another magic or version, and with octet 5 not 0, though the CRC-16 is right", () => {
    for (let bit = 0; bit < 48; ++bit) {
      World.provision();
      flip(NVM, bit);
      setHeadCrc();
      expectOff(`bit ${bit}`);
    }
    // SPA and ID may be any.
    for (let bit = 48; bit < 112; ++bit) {
      World.provision();
      flip(NVM, bit);
      setHeadCrc();
      expect(boot()).toBe(0, `bit ${bit}`);
    }
  });

  it("fails when head or a slot is not readable, not when counter or cache are not", () => {
    for (let octet = 0; octet < NVM_SIZE; ++octet) {
      World.provision();
      World.unreadable = octet;
      World.unreadableSize = 1;
      const isNeeded = octet < 16 || (octet >= 32 && octet < 176);
      if (isNeeded) expectOff(`octet ${octet}`);
      else expect(boot()).toBe(0, `octet ${octet}`);
    }
  });

  it("fails without a valid slot, and with two that are not neighbours", () => {
    World.provision();
    flip(NVM + 32, 40);
    expectOff("no valid slot");
    for (let generation = 0; generation < 256; ++generation) {
      World.provision();
      oracle.slot(generation, PSK, NVM + 104);
      if (generation == 1 || generation == 255) expect(boot()).toBe(0, `generation ${generation}`);
      else expectOff(`generations 0 and ${generation}`);
    }
  });

  it("boots over any slot beside a valid one", () => {
    for (let seed = 0; seed < 50; ++seed) {
      World.provision();
      memory.copy(SLOT, NVM + 32, 72);
      fill(NVM + (seed & 1 ? 32 : 104), 72, seed);
      if (seed & 1) memory.copy(NVM + 104, SLOT, 72);
      expect(boot()).toBe(0, `seed ${seed}`);
    }
  });

  it("leaves a station that failed deaf: every call answers not booted, or nothing", () => {
    powerUp();
    confirm();
    const length = peer.data(DATA, 0, 2, RX);
    memory.copy(DATA, RX, length);
    World.forget();
    flip(NVM, 0);
    expectOff("head");
    memory.copy(RX, DATA, length);
    expect(amp_receive(length)).toBe(NOT_BOOTED);
    expect(amp_receive(-1)).toBe(NOT_BOOTED);
    expect(amp_send()).toBe(NOT_BOOTED);
    expect(amp_set_payload(0, 0)).toBe(NOT_BOOTED);
    expect(amp_set_payload(-1, 7)).toBe(NOT_BOOTED);
    expect(amp_received()).toBe(0);
    expect(amp_trigger_data()).toBe(0);
    flip(NVM, 0);
    expect(boot()).toBe(0, "and boots again");
  });
});
