/* What a station must keep when it refuses a frame, AMP-R4. */

import { Binding } from "../../assembly/frame/binding";
import { amp_boot, amp_receive, amp_state } from "../../assembly/index";
import { RX, SCRATCH, SCRATCH_SIZE, SPA, TX } from "../../assembly/layout";
import { Root } from "../../assembly/station/record";
import { IDLE, Session, WAITING } from "../../assembly/station/session";
import { Cycle } from "../../assembly/station/snonce";
import { confirm, DATA, powerUp, respond } from "./air";
import { expectAll, expectOctets } from "./check";
import * as oracle from "./oracle";
import * as peer from "./peer";
import { NVM, NVM_SIZE } from "./world";

export const FRAME: usize = memory.data(80);

const RAM: usize = memory.data(1024);
const BEFORE: usize = memory.data(268);
let globalsBefore: string = "";

/** Octets of RAM that a session lives in: from SPA up to the host's buffers; and TX behind RX. */
const LIVE: i32 = (RX - SPA) as i32;

/** Hands in the `length` octets at FRAME, with a right FCS. */
export function hear(length: i32): i32 {
  if (length > 4) store<u16>(FRAME + length - 2, oracle.crc16(FRAME, length - 2));
  memory.copy(RX, FRAME, length);
  return amp_receive(length);
}

/** What the station knows outside its memory. */
function globals(): string {
  const session = `${Session.keptM2} ${Session.dlPn} ${Session.ulPn} ${Session.receivedLength} ${Session.readingLength}`;
  const flags = `${Session.encrypt} ${Session.cacheMissed} ${Session.cacheWritten}`;
  const binding = `${Binding.length} ${Binding.generation} ${Binding.tdc}`;
  return `${session} ${flags} ${binding} ${Cycle.counter} ${Cycle.sNonces} ${Root.newest}`;
}

/** Remembers all of the station's memory but scratch and receive buffer. */
export function remember(): void {
  memory.copy(RAM, SPA, LIVE);
  memory.copy(RAM + LIVE, TX, 72);
  memory.copy(BEFORE, NVM, NVM_SIZE);
  globalsBefore = globals();
}

/** AMP-R4: expects the station as it was remembered, and nothing left in the scratch. */
export function expectUnchanged(state: i32, what: string): void {
  expect(amp_state()).toBe(state, what);
  expect(globals()).toBe(globalsBefore, what);
  expectOctets(SPA, RAM, LIVE, `${what}, session`);
  expectOctets(TX, RAM + LIVE, 72, `${what}, TX`);
  expectOctets(NVM, BEFORE, NVM_SIZE, `${what}, NVM`);
  expectAll(SCRATCH, 0, SCRATCH_SIZE as i32, `${what}, scratch`);
}

/** Hands in the frame at FRAME and expects it refused, with nothing changed. */
export function expectRefused(length: i32, answer: i32, state: i32, what: string): void {
  remember();
  expect(hear(length)).toBe(answer, what);
  expectUnchanged(state, what);
}

/** A station in a state, and at FRAME the frame of a kind that it might hear there: 0 Confirm, 1 Data, 2 Ack. */
export function inState(state: i32, kind: i32): i32 {
  powerUp();
  if (state == IDLE) {
    // The session that the frame is of ended with the power.
    respond();
    expect(amp_boot()).toBe(0);
  } else if (state == WAITING) respond();
  else confirm();
  if (kind == 0) return peer.confirm(DATA, 0, FRAME);
  if (kind == 1) return peer.data(DATA, 5, 2, FRAME);
  store<u8>(FRAME, 0x0c);
  store<u16>(FRAME + 1, 0xc824);
  store<u8>(FRAME + 3, oracle.crc16(FRAME, 3));
  return 4;
}
