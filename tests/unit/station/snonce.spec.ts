import { reorder } from "../../../assembly/crypto/message";
import { amp_boot } from "../../../assembly/index";
import { DIGEST, ENTROPY } from "../../../assembly/layout";
import { Cycle, drawSNonce } from "../../../assembly/station/snonce";
import { ENTROPY_FAILED, NVM_FAILED } from "../../../assembly/status";
import { powerUp } from "../air";
import { expectAll, expectHex, expectOctets, fill, flip, unhex } from "../check";
import { sha256 } from "../oracle";
import { NOISE, NVM, SPA, World } from "../world";

const TEXT: usize = memory.data(54);
const WANTED: usize = memory.data(32);
const CELL_0: usize = NVM + 16;
const CELL_1: usize = NVM + 24;

/** Draws, and expects SHA-256("AMP SNonce" ‖ entropy ‖ SPA ‖ BE32(counter) ‖ BE16(n)). */
function expectSNonce(counter: u32, n: i32): void {
  unhex("414d5020534e6f6e6365", TEXT);
  memory.copy(TEXT + 10, NOISE, 32);
  memory.copy(TEXT + 42, SPA, 6);
  store<u32>(TEXT + 48, bswap<u32>(counter));
  store<u16>(TEXT + 52, bswap<u16>(n as u16));
  sha256(TEXT, 54, WANTED);
  expect(drawSNonce()).toBe(0, `SNonce ${n}`);
  reorder(DIGEST, 32);
  expectOctets(DIGEST, WANTED, 32, `counter ${counter}, n ${n}`);
}

/** A cell: its value and the complement, or another check field. */
function setCell(cell: usize, value: u32, check: u32): void {
  store<u32>(cell, bswap<u32>(value));
  store<u32>(cell, bswap<u32>(check), 4);
}

function setCells(a: u32, checkA: u32, b: u32, checkB: u32): void {
  powerUp();
  setCell(CELL_0, a, checkA);
  setCell(CELL_1, b, checkB);
}

/** Expects the raised counter, in the cell where it belongs, the other cell as it was. */
function expectRaised(counter: u32, cell: usize): void {
  const other = cell == CELL_0 ? CELL_1 : CELL_0;
  const before = load<u64>(other);
  expectSNonce(counter, 0);
  expect(bswap<u32>(load<u32>(cell))).toBe(counter, "value");
  expect(bswap<u32>(load<u32>(cell, 4))).toBe(~counter, "complement");
  expect(load<u64>(other)).toBe(before, "other cell");
  expect(Cycle.counter).toBe(counter);
}

/** Whether a draw over the noise at NOISE succeeds. It starts a power cycle. */
function isHealthy(): bool {
  expect(amp_boot()).toBe(0);
  World.forget();
  const isDrawn = drawSNonce() == 0;
  expect(World.draws).toBe(1);
  if (!isDrawn) {
    expect(World.writes).toBe(0, "no counter raised for noise that fails");
    expectAll(ENTROPY, 0, 32, "noise that failed");
  }
  return isDrawn;
}

describe("drawSNonce", () => {
  it("makes the worked exchange's SNonce", () => {
    powerUp();
    expect(drawSNonce()).toBe(0);
    reorder(DIGEST, 32);
    expectHex(DIGEST, "007c98c5822e7d36ece13c5f8e50836b");
  });

  it("AMP-R2 draws entropy and raises the counter once a power cycle, and counts n", () => {
    powerUp();
    for (let n = 0; n < 300; ++n) expectSNonce(1, n);
    expect(World.draws).toBe(1);
    expect(World.writes).toBe(2);
    expect(amp_boot()).toBe(0);
    for (let n = 0; n < 3; ++n) expectSNonce(2, n);
    expect(World.draws).toBe(2);
  });

  it("AMP-R2 counts n up to 65535", () => {
    powerUp();
    expectSNonce(1, 0);
    Cycle.sNonces = 0xffff;
    expectSNonce(1, 0xffff);
    expect(Cycle.sNonces).toBe(0x10000);
  });

  it("AMP-R2 answers nothing when the source fails, and asks it again", () => {
    powerUp();
    World.noNoise = true;
    expect(drawSNonce()).toBe(ENTROPY_FAILED);
    expectAll(ENTROPY, 0, 32, "noise");
    expect(World.writes).toBe(0);
    World.noNoise = false;
    expectSNonce(1, 0);
    expect(World.draws).toBe(2);
  });
});

describe("health test", () => {
  it("AMP-R2 takes a run of 5 octets, not of 6, wherever it stands", () => {
    powerUp();
    for (let run = 1; run <= 32; ++run) {
      for (let at = 0; at <= 32 - run; ++at) {
        // Octets that all differ, but for the run; its first octet may be the first of all.
        for (let i = 0; i < 32; ++i) store<u8>(NOISE + i, i < at || i >= at + run ? i : 0xee);
        // Where the run is at the start the other test counts too, but from 12 on.
        if (isHealthy() != run < 6) expect(run < 6).toBe(run >= 6, `run of ${run} at ${at}`);
      }
    }
  });

  it("AMP-R2 takes 11 occurrences of the first octet, itself included, not 12", () => {
    powerUp();
    for (let occurrences = 1; occurrences <= 16; ++occurrences) {
      // Spread, so that no run is made: at 0, 2, 4, ...; and at the end.
      for (let late = 0; late < 2; ++late) {
        for (let i = 0; i < 32; ++i) store<u8>(NOISE + i, 0x40 + i);
        store<u8>(NOISE, 0xee);
        for (let i = 1; i < occurrences; ++i) store<u8>(NOISE + (late ? 33 - 2 * i : 2 * i), 0xee);
        expect(isHealthy()).toBe(occurrences < 12, `${occurrences} occurrences, late ${late}`);
      }
    }
  });

  it("AMP-R2 counts the first octet only: 16 of another one are not looked at", () => {
    powerUp();
    for (let i = 0; i < 32; ++i) store<u8>(NOISE + i, i & 1 ? 0xee : 0x40 + i);
    expect(isHealthy()).toBeTruthy();
  });

  it("AMP-R2 refuses a source that is stuck", () => {
    powerUp();
    for (let value = 0; value < 256; ++value) {
      memory.fill(NOISE, value as u8, 32);
      expect(isHealthy()).toBeFalsy(`stuck at ${value}`);
    }
  });

  it("AMP-R2 is not often wrong: it takes noise", () => {
    powerUp();
    for (let seed = 0; seed < 500; ++seed) {
      fill(NOISE, 32, seed);
      expect(isHealthy()).toBeTruthy(`seed ${seed}`);
    }
  });
});

describe("boot counter", () => {
  it("is 0 with no valid cell, and the next goes to cell 0", () => {
    setCells(5, 5, 9, 9);
    expectRaised(1, CELL_0);
    setCells(0, 0, 0, 0);
    expectRaised(1, CELL_0);
    setCells(0xffffffff, 0, 0xffffffff, 0);
    expectRaised(1, CELL_0);
  });

  it("goes to cell 1 when cell 0 alone is valid, and to cell 0 when cell 1 alone is", () => {
    setCells(0, ~0, 0, 0);
    expectRaised(1, CELL_1);
    setCells(41, ~41, 99, 99);
    expectRaised(42, CELL_1);
    setCells(99, 99, 41, ~41);
    expectRaised(42, CELL_0);
    setCells(0, 0, 0, ~0);
    expectRaised(1, CELL_0);
  });

  it("takes the greater of two, as unsigned numbers; equal: cell 0", () => {
    setCells(41, ~41, 40, ~40);
    expectRaised(42, CELL_1);
    setCells(40, ~40, 41, ~41);
    expectRaised(42, CELL_0);
    setCells(41, ~41, 41, ~41);
    expectRaised(42, CELL_1);
    setCells(0x80000000, 0x7fffffff, 1, ~1);
    expectRaised(0x80000001, CELL_1);
    setCells(0x7fffffff, 0x80000000, 0x80000000, 0x7fffffff);
    expectRaised(0x80000001, CELL_0);
    setCells(255, ~255, 256, ~256);
    expectRaised(257, CELL_0);
  });

  it("does not take a cell that is torn: any one bit of value or complement", () => {
    for (let bit = 0; bit < 64; ++bit) {
      setCells(41, ~41, 40, ~40);
      flip(CELL_0, bit);
      expectRaised(41, CELL_0);
    }
  });

  it("stays at 2^32 - 2, and writes nothing then", () => {
    setCells(0xfffffffd, 2, 0xfffffffc, 3);
    expectRaised(0xfffffffe, CELL_1);
    for (let cell = 0; cell < 2; ++cell) {
      setCells(cell ? 7 : 0xfffffffe, cell ? ~7 : 1, cell ? 0xfffffffe : 7, cell ? 1 : ~7);
      World.forget();
      expectSNonce(0xfffffffe, 0);
      expectSNonce(0xfffffffe, 1);
      expect(World.writes).toBe(0);
      expect(World.draws).toBe(1);
    }
  });

  it("AMP-R2 is used raised when it cannot be written, and not tried again in that power cycle", () => {
    setCells(41, ~41, 40, ~40);
    World.unwritable = 16;
    World.unwritableSize = 16;
    expectSNonce(42, 0);
    expectSNonce(42, 1);
    expect(World.writes).toBe(1);
    World.forget();
    expectSNonce(42, 2);
    expect(World.writes).toBe(0);
  });

  it("AMP-R2 is not started again when it cannot be read: nothing is spent until it can", () => {
    for (let cell = 16; cell < 32; cell += 8) {
      setCells(41, ~41, 40, ~40);
      World.unreadable = cell;
      World.unreadableSize = 8;
      expect(drawSNonce()).toBe(NVM_FAILED);
      expect(World.draws).toBe(0, "entropy");
      expect(World.writes).toBe(0, "writes");
      World.forget();
      expectSNonce(42, 0);
    }
  });

  it("AMP-R2 never goes back when power fails at any octet of its write", () => {
    for (let octets = 0; octets < 12; ++octets) {
      for (let inFlight = 0; inFlight < 256; inFlight += 3) {
        setCells(41, ~41, 40, ~40);
        World.octetsLeft = octets;
        World.inFlight = inFlight as u8;
        expect(drawSNonce()).toBe(0);
        World.forget();
        expect(amp_boot()).toBe(0);
        expect(drawSNonce()).toBe(0);
        // 42 may come again: the SNonce that the cut interrupted never left.
        expect(Cycle.counter - 42).toBeLessThan(2, `${octets} octets, then ${inFlight}`);
      }
    }
  });
});
