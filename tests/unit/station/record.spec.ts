import { NVM_SLOT_A, NVM_SLOT_B, SLOT, SLOT_BODY } from "../../../assembly/layout";
import { commit, isWhole, otherSlot, Root, readNewest, readSlot, scan } from "../../../assembly/station/record";
import { expectAll, expectOctets, fill, flip } from "../check";
import * as oracle from "../oracle";
import { NVM, PSK, World } from "../world";

const OLD: usize = memory.data(72);
const NEW: usize = memory.data(72);
const EMPTY: usize = memory.data(72);
/** A slot of every generation. */
const SLOTS: usize = memory.data(18432);

function slotOf(generation: i32): usize {
  return SLOTS + (generation & 255) * 72;
}

function prepare(): void {
  World.provision();
  for (let generation = 0; generation < 256; ++generation) oracle.slot(generation, PSK, slotOf(generation));
  memory.copy(OLD, slotOf(7), 72);
  memory.copy(NEW, slotOf(8), 72);
}

/** Puts images into both slots. */
function put(a: usize, b: usize): void {
  memory.copy(NVM + NVM_SLOT_A, a, 72);
  memory.copy(NVM + NVM_SLOT_B, b, 72);
}

describe("commit", () => {
  it("clears the check field, writes the body, writes the check field: three writes", () => {
    prepare();
    put(slotOf(6), OLD);
    expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).toBe(0);
    expectOctets(NVM + NVM_SLOT_B, NEW, 72, "slot");
    expect(World.writes).toBe(3);
    expect(World.wrote(0, NVM_SLOT_B + 68, 4)).toBeTruthy("check field first");
    expect(World.wrote(1, NVM_SLOT_B, 68)).toBeTruthy("then the body");
    expect(World.wrote(2, NVM_SLOT_B + 68, 4)).toBeTruthy("then the check field");
  });

  it("does not clear a check field that is 0", () => {
    prepare();
    put(slotOf(6), EMPTY);
    expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).toBe(0);
    expectOctets(NVM + NVM_SLOT_B, NEW, 72, "slot");
    expect(World.writes).toBe(2);
    expect(World.wrote(0, NVM_SLOT_B, 68)).toBeTruthy("the body first");
  });

  it("clears a check field that it cannot read", () => {
    prepare();
    put(slotOf(6), OLD);
    World.unreadable = NVM_SLOT_B + 68;
    World.unreadableSize = 4;
    expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).toBe(0);
    expect(World.writes).toBe(3);
    expectOctets(NVM + NVM_SLOT_B, NEW, 72, "slot");
  });

  it("wipes with an image of zeros: check field, then the rest", () => {
    prepare();
    put(slotOf(6), OLD);
    expect(commit(NVM_SLOT_B, EMPTY, SLOT_BODY)).toBe(0);
    expectAll(NVM + NVM_SLOT_B, 0, 72, "slot");
    expect(World.writes).toBe(2);
    expect(World.wrote(0, NVM_SLOT_B + 68, 4)).toBeTruthy("check field first");
    expect(World.wrote(1, NVM_SLOT_B, 68)).toBeTruthy("then the rest, zeros included");
  });

  it("writes nothing behind a write that failed, and says so", () => {
    prepare();
    put(slotOf(6), OLD);
    World.unwritable = NVM_SLOT_B + 68;
    World.unwritableSize = 4;
    expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).not.toBe(0);
    expect(World.writes).toBe(1);
    expectOctets(NVM + NVM_SLOT_B, OLD, 72, "slot");

    World.forget();
    World.unwritable = NVM_SLOT_B + 20;
    World.unwritableSize = 1;
    expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).not.toBe(0);
    expect(World.writes).toBe(2);

    World.forget();
    World.unwritable = NVM_SLOT_B + 71;
    World.unwritableSize = 1;
    expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).not.toBe(0, "the last write");
    expect(World.writes).toBe(2);
    expect(isWhole(NVM + NVM_SLOT_B, SLOT_BODY)).toBeFalsy();
  });

  it("leaves the old, the new or nothing valid when power fails at any octet, whatever the one in flight becomes", () => {
    prepare();
    let old = 0;
    for (let octets = 0; octets < 76; ++octets) {
      for (let inFlight = 0; inFlight < 256; inFlight += 5) {
        put(slotOf(6), OLD);
        World.octetsLeft = octets;
        World.inFlight = inFlight as u8;
        expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).not.toBe(0, "power failed");
        World.forget();
        if (!isWhole(NVM + NVM_SLOT_B, SLOT_BODY)) continue;
        if (memory.compare(NVM + NVM_SLOT_B, OLD, 72) == 0) ++old;
        else expectOctets(NVM + NVM_SLOT_B, NEW, 72, `${octets} octets, then ${inFlight}`);
      }
    }
    // Nothing was written, the octet in flight kept its value: the old one is still there.
    expect(old).toBeGreaterThan(0);
    World.octetsLeft = 76;
    put(slotOf(6), OLD);
    expect(commit(NVM_SLOT_B, NEW, SLOT_BODY)).toBe(0, "76 octets are enough");
  });
});

describe("readSlot", () => {
  it("answers the generation of a slot that is valid, and leaves it in SLOT", () => {
    prepare();
    for (let generation = 0; generation < 256; ++generation) {
      put(slotOf(generation), EMPTY);
      expect(readSlot(NVM_SLOT_A)).toBe(generation);
      expectOctets(SLOT, slotOf(generation), 72, "SLOT");
    }
  });

  it("answers -1 when one bit is another, and for a slot of zeros or ones", () => {
    prepare();
    for (let bit = 0; bit < 8 * 72; ++bit) {
      put(OLD, EMPTY);
      flip(NVM + NVM_SLOT_A, bit);
      expect(readSlot(NVM_SLOT_A)).toBe(-1, `bit ${bit}`);
    }
    expect(readSlot(NVM_SLOT_B)).toBe(-1, "zeros");
    memory.fill(NVM + NVM_SLOT_B, 0xff, 72);
    expect(readSlot(NVM_SLOT_B)).toBe(-1, "ones");
  });

  it("answers -2 when it is not readable", () => {
    prepare();
    World.unreadable = NVM_SLOT_A;
    World.unreadableSize = 1;
    expect(readSlot(NVM_SLOT_A)).toBe(-2);
  });
});

describe("scan", () => {
  it("takes the slot that is ahead by 1 modulo 256, and none of two that are not neighbours", () => {
    prepare();
    for (let a = 0; a < 256; ++a) {
      for (let b = 0; b < 256; ++b) {
        put(slotOf(a), slotOf(b));
        scan();
        const wanted = ((b - a) & 255) == 1 ? NVM_SLOT_B : ((a - b) & 255) == 1 ? NVM_SLOT_A : 0;
        if (Root.newest != wanted) expect(Root.newest).toBe(wanted, `A ${a}, B ${b}`);
      }
    }
    put(slotOf(255), slotOf(0));
    scan();
    expect(Root.newest).toBe(NVM_SLOT_B, "0 comes after 255");
    expect(otherSlot()).toBe(NVM_SLOT_A);
    put(slotOf(0), slotOf(255));
    scan();
    expect(Root.newest).toBe(NVM_SLOT_A, "in either slot");
    expect(otherSlot()).toBe(NVM_SLOT_B);
  });

  it("takes the only valid slot, whatever stands in the other", () => {
    prepare();
    for (let generation = 0; generation < 256; ++generation) {
      put(slotOf(generation), EMPTY);
      scan();
      expect(Root.newest).toBe(NVM_SLOT_A);
      put(EMPTY, slotOf(generation));
      scan();
      expect(Root.newest).toBe(NVM_SLOT_B);
    }
    for (let octet = 0; octet < 72; ++octet) {
      put(OLD, NEW);
      flip(NVM + NVM_SLOT_B, 8 * octet);
      scan();
      expect(Root.newest).toBe(NVM_SLOT_A, `B torn at ${octet}`);
      put(OLD, NEW);
      flip(NVM + NVM_SLOT_A, 8 * octet);
      scan();
      expect(Root.newest).toBe(NVM_SLOT_B, `A torn at ${octet}`);
    }
  });

  it("takes none when none is valid, or one is not readable", () => {
    prepare();
    put(EMPTY, EMPTY);
    scan();
    expect(Root.newest).toBe(0, "none valid");
    for (let slot = NVM_SLOT_A; slot <= NVM_SLOT_B; slot += 72) {
      put(OLD, NEW);
      World.unreadable = slot;
      World.unreadableSize = 72;
      scan();
      expect(Root.newest).toBe(0, `the one at ${slot} not readable`);
    }
  });
});

describe("readNewest", () => {
  it("puts the newest slot into SLOT, or says that it cannot", () => {
    prepare();
    put(NEW, OLD);
    scan();
    fill(SLOT, 72, 1);
    expect(readNewest()).toBeTruthy();
    expectOctets(SLOT, NEW, 72, "SLOT");
    World.unreadable = NVM_SLOT_A;
    World.unreadableSize = 72;
    expect(readNewest()).toBeFalsy("not readable");
    World.forget();
    put(EMPTY, EMPTY);
    scan();
    expect(readNewest()).toBeFalsy("none");
  });
});
