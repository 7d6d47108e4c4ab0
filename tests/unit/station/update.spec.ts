import { amp_boot, amp_receive, amp_received, amp_send, amp_state } from "../../../assembly/index";
import {
  ENTRY,
  NVM_CACHE,
  NVM_SLOT_A,
  NVM_SLOT_B,
  RECEIVED,
  RX,
  SCRATCH,
  SCRATCH_SIZE,
  TX,
} from "../../../assembly/layout";
import { IDLE, SECURE } from "../../../assembly/station/session";
import { BAD_COMMAND, NVM_FAILED } from "../../../assembly/status";
import { GOT, powerUp, respond } from "../air";
import { expectAll, expectOctets, fill, flip } from "../check";
import * as oracle from "../oracle";
import * as peer from "../peer";
import { AA, MODIFIER, NVM, NVM_SIZE, PSK, SPA, World } from "../world";

const SLOT_A: usize = NVM + NVM_SLOT_A;
const SLOT_B: usize = NVM + NVM_SLOT_B;
const CACHE: usize = NVM + NVM_CACHE;

/** Modifier', and the root that it makes of the PSK. */
const PRIME: usize = memory.data(16);
const ROOT: usize = memory.data(32);
const COMMAND: usize = memory.data(64);
const WANTED: usize = memory.data(92);
const KEY: usize = memory.data(32);
const PROOF: usize = memory.data(10);
const BEFORE: usize = memory.data(268);

/** A session whose AP has taken M2, in a power cycle of its own, and the UPDATE to generation 1 at COMMAND. */
function waiting(): void {
  powerUp();
  respond();
  fill(PRIME, 16, 1);
  peer.nextRoot(PSK, 0, PRIME, ROOT);
  expect(peer.update(PSK, 0, PRIME, COMMAND)).toBe(26);
  memory.copy(BEFORE, NVM, NVM_SIZE);
  World.forget();
}

/** M3 with the `length` octets at COMMAND: what the station answers. */
function command(length: i32): i32 {
  return amp_receive(peer.command(COMMAND, length, RX));
}

/** Expects the station to go on in the session, with no command in what it has received, and nothing left over. */
function expectSecure(what: string): void {
  expect(amp_state()).toBe(SECURE, what);
  expect(amp_received()).toBe(0, what);
  expectAll(RECEIVED, 0, 56, `${what}, RECEIVED`);
  expectAll(ENTRY, 0, 96, `${what}, ENTRY`);
  expectAll(SCRATCH, 0, SCRATCH_SIZE as i32, `${what}, scratch`);
}

/** Expects an answer at TX that proves a generation, and the next PN in the frame behind it. */
function expectProof(length: i32, root: usize, generation: i32): void {
  peer.proof(root, generation, PROOF);
  expect(length).toBe(7 + 2 + 10 + 8, "an answer");
  expect(peer.receive(TX, length, GOT)).toBe(10, "the AP takes it");
  expectOctets(GOT, PROOF, 10, "proof");
  expect(load<u8>(TX + 3) & 0x40).not.toBe(0, "encrypted");
  expectSecure("proof");
  expect(peer.receive(TX, amp_send(), GOT)).toBe(0, "the session goes on");
  expect(load<u16>(TX + 5)).toBe(0x0300, "PN 3");
}

/** Expects a refusal that changed no root. */
function expectRefused(length: i32, what: string): void {
  expect(command(length)).toBe(BAD_COMMAND, what);
  expectSecure(what);
  expectOctets(SLOT_A, BEFORE + NVM_SLOT_A, 144, `${what}, slots`);
}

/** Another session, which has to be of that generation: its M3 is taken without a command. */
function confirmUnder(generation: i32, root: usize): void {
  expect(amp_boot()).toBe(0);
  expect(amp_state()).toBe(IDLE);
  peer.open(AA, MODIFIER, SPA, generation, root);
  respond();
  expect((load<u8>(TX + 4) & 3) as i32).toBe(generation & 3, "generation of M2");
  expect(amp_receive(peer.confirm(COMMAND, 0, RX))).toBe(0, "M3");
}

describe("UPDATE", () => {
  it("writes the next root to the other slot, answers with its proof, and goes on under the old PTK", () => {
    waiting();
    expectProof(command(26), ROOT, 1);
    oracle.slot(1, ROOT, WANTED);
    expectOctets(SLOT_B, WANTED, 72, "slot B");
    expectOctets(SLOT_A, BEFORE + NVM_SLOT_A, 72, "slot A");
  });

  it("takes effect with the next M1; the first M3 verified under it wipes the slot before, and its cache entry", () => {
    waiting();
    expect(command(26)).toBeGreaterThan(0);
    peer.pmk(PSK, KEY);
    oracle.cache(0, AA, MODIFIER, KEY, WANTED);
    expectOctets(CACHE, WANTED, 92, "the cache still names generation 0");
    confirmUnder(1, ROOT);
    expectAll(SLOT_A, 0, 72, "slot A");
    oracle.slot(1, ROOT, WANTED);
    expectOctets(SLOT_B, WANTED, 72, "slot B");
    peer.pmk(ROOT, KEY);
    oracle.cache(1, AA, MODIFIER, KEY, WANTED);
    expectOctets(CACHE, WANTED, 92, "the cache names generation 1");
  });

  it("goes on through 260 generations, 0 after 255", () => {
    powerUp();
    memory.copy(ROOT, PSK, 32);
    for (let g = 0; g < 260; ++g) {
      const generation = g & 255;
      if (g) expect(amp_boot()).toBe(0);
      peer.open(AA, MODIFIER, SPA, generation, ROOT);
      respond();
      fill(PRIME, 16, g);
      peer.update(ROOT, generation, PRIME, COMMAND);
      const answer = command(26);
      peer.nextRoot(ROOT, generation, PRIME, ROOT);
      expectProof(answer, ROOT, (generation + 1) & 255);
      oracle.slot((generation + 1) & 255, ROOT, WANTED);
      expectOctets(g & 1 ? SLOT_A : SLOT_B, WANTED, 72, `slot of generation ${g + 1}`);
    }
  });

  it("to the generation that the device has is answered as PROVE, whatever Modifier' and T are; nothing is written", () => {
    waiting();
    fill(COMMAND, 26, 9);
    store<u8>(COMMAND, 1);
    store<u8>(COMMAND + 1, 0);
    expectProof(command(26), PSK, 0);
    expectOctets(SLOT_A, BEFORE + NVM_SLOT_A, 144, "slots");
  });

  it("is refused when any one bit of Modifier' or T is another", () => {
    for (let bit = 16; bit < 8 * 26; ++bit) {
      waiting();
      flip(COMMAND, bit);
      expectRefused(26, `bit ${bit}`);
    }
  });

  it("is refused for any generation but this and the next", () => {
    for (let generation = 2; generation < 256; ++generation) {
      waiting();
      store<u8>(COMMAND + 1, generation as u8);
      expectRefused(26, `generation ${generation}`);
    }
  });

  it("is refused when an AP made it without the root, for another device, or from another generation's root", () => {
    waiting();
    fill(KEY, 32, 5);
    peer.update(KEY, 0, PRIME, COMMAND);
    expectRefused(26, "another root");
    waiting();
    peer.open(AA, MODIFIER, AA, 0, PSK);
    peer.update(PSK, 0, PRIME, COMMAND);
    peer.open(AA, MODIFIER, SPA, 0, PSK);
    respond();
    expectRefused(26, "another device");
  });

  it("is exactly 26 octets", () => {
    for (let length = 0; length <= 54; ++length) {
      if (length == 26) continue;
      waiting();
      memory.fill(COMMAND + 26, 0, 38);
      expectRefused(length, `${length} octets`);
    }
  });

  it("answers NVM failed, and nothing else, when the slot cannot be written, or read before", () => {
    for (let octet = 0; octet < 72; ++octet) {
      waiting();
      World.unwritable = NVM_SLOT_B + octet;
      World.unwritableSize = 1;
      expect(command(26)).toBe(NVM_FAILED, `octet ${octet}`);
      expectSecure(`octet ${octet}`);
      World.forget();
      confirmUnder(0, PSK);
    }
    waiting();
    World.unreadable = NVM_SLOT_A;
    World.unreadableSize = 72;
    expect(command(26)).toBe(NVM_FAILED, "root not readable");
    expectSecure("root not readable");
    expectOctets(SLOT_A, BEFORE + NVM_SLOT_A, 144, "slots");
  });

  it("leaves one of both generations when power fails at any octet of any write", () => {
    // Cache: 88 + 4; slot: 68 + 4. The old check fields are 0.
    let old = 0;
    let updated = 0;
    for (let octets = 0; octets <= 164; ++octets) {
      waiting();
      World.octetsLeft = octets;
      World.inFlight = 0xa5;
      const answer = command(26);
      World.forget();
      expect(answer > 0).toBe(octets == 164, `${octets} octets`);
      expect(amp_boot()).toBe(0, `${octets} octets`);
      oracle.slot(1, ROOT, WANTED);
      const isUpdated = memory.compare(SLOT_B, WANTED, 72) == 0;
      if (isUpdated) ++updated;
      else ++old;
      if (isUpdated) confirmUnder(1, ROOT);
      else confirmUnder(0, PSK);
      expectAll(isUpdated ? SLOT_A : SLOT_B, 0, 72, `${octets} octets: the other slot is tidied`);
    }
    expect(old).toBe(164);
    expect(updated).toBe(1);
  });
});

describe("PROVE", () => {
  it("is answered for the newest generation, and writes to no slot", () => {
    waiting();
    store<u8>(COMMAND, 2);
    expectProof(command(1), PSK, 0);
    expectOctets(SLOT_A, BEFORE + NVM_SLOT_A, 144, "slots");
  });

  it("is answered for the generation of an UPDATE whose answer was lost", () => {
    waiting();
    expect(command(26)).toBeGreaterThan(0);
    expect(amp_boot()).toBe(0);
    peer.open(AA, MODIFIER, SPA, 1, ROOT);
    respond();
    store<u8>(COMMAND, 2);
    expectProof(command(1), ROOT, 1);
    expectAll(SLOT_A, 0, 72, "slot A");
  });

  it("answers NVM failed when the root cannot be read", () => {
    waiting();
    store<u8>(COMMAND, 2);
    World.unreadable = NVM_SLOT_A;
    World.unreadableSize = 72;
    expect(command(1)).toBe(NVM_FAILED);
    expectSecure("PROVE");
  });

  it("is one octet", () => {
    for (let length = 2; length <= 54; ++length) {
      waiting();
      fill(COMMAND, length, length);
      store<u8>(COMMAND, 2);
      expectRefused(length, `${length} octets`);
    }
  });
});

describe("a command", () => {
  it("of any other first octet is refused, and the M3 that carried it has made the session secure", () => {
    for (let first = 0; first < 256; ++first) {
      for (let length = 1; length <= 26; length += 25) {
        if ((first == 1 && length == 26) || (first == 2 && length == 1)) continue;
        waiting();
        store<u8>(COMMAND, first as u8);
        expectRefused(length, `first octet ${first}, ${length} octets`);
      }
    }
  });

  it("is not in an M3 that says it carries none", () => {
    waiting();
    expect(amp_receive(peer.confirm(COMMAND, 26, RX))).toBe(0);
    expectOctets(SLOT_A, BEFORE + NVM_SLOT_A, 144, "slots");
    expect(amp_received()).toBe(26, "it is data");
  });

  it("does not keep the housekeeping of M3 from being done: an old slot is wiped, the cache written", () => {
    waiting();
    oracle.slot(255, PSK, SLOT_B);
    store<u8>(COMMAND, 7);
    expect(command(26)).toBe(BAD_COMMAND);
    expectAll(SLOT_B, 0, 72, "slot B");
    peer.pmk(PSK, KEY);
    oracle.cache(0, AA, MODIFIER, KEY, WANTED);
    expectOctets(CACHE, WANTED, 92, "cache");
  });
});
