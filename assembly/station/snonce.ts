/*
 * SNonce, AMP-R2 of PROTOCOL.md 4:
 *
 *   SNonce = first N of SHA-256("AMP SNonce" ‖ entropy(32) ‖ SPA ‖ BE32(boot counter) ‖ BE16(n))
 *
 * With a dead entropy source the counter keeps it from repeating; with a dead counter it is still random.
 * Assumption: the draft leaves open how an SNonce is made.
 */
import { wipe } from "../bytes";
import { begin, Cursor, finish, put } from "../crypto/message";
import { INITIAL } from "../crypto/sha256";
import { entropy, nvmRead } from "../env";
import { CELL_BODY, ENTROPY, MESSAGE, NVM_CELL, SPA } from "../layout";
import { ENTROPY_FAILED, NVM_FAILED } from "../status";
import { commit } from "./record";

/** Health test of NIST SP 800-90B 4.4, H = 4 bits an octet, alpha = 2^-20: a test fails when its count gets there. */
const REPETITION_CUTOFF: i32 = 6;
/** Deviation: a window of 32 samples, not 512, and no start-up test of 1024; what it sees is reported, not covered. */
const PROPORTION_CUTOFF: i32 = 12;
const ENTROPY_SIZE: i32 = 32;

/** The counter stays here: the complement of the value above would be 0, which is never valid. */
const COUNTER_LAST: u32 = 0xfffffffe;

export class Cycle {
  /** The raised boot counter of this power cycle; 0 until its first SNonce. */
  static counter: u32 = 0;
  /** SNonces made in this power cycle. */
  static sNonces: i32 = 0;
}

/** Whether the noise at ENTROPY passes both tests. Every octet is looked at, whatever the ones before it were. */
function isHealthy(): bool {
  const first = load<u8>(ENTROPY);
  let last: u32 = 256;
  let run = 0;
  let count = 0;
  let failed: i32 = 0;
  let i: usize = ENTROPY_SIZE;
  do {
    --i;
    const octet: u32 = load<u8>(i, ENTROPY);
    run = run * i32(octet == last) + 1;
    last = octet;
    count += i32(octet == first);
    failed |= i32(run >= REPETITION_CUTOFF);
  } while (i);
  return !(failed | i32(count >= PROPORTION_CUTOFF));
}

/** One more than the value of cell `cell` of the two at MESSAGE, or 0 if it is not valid. */
function cellRaised(cell: usize): u32 {
  const value = load<u32>(MESSAGE + cell);
  return load<u32>(MESSAGE + cell, 4) == ~value ? bswap<u32>(value) + 1 : 0;
}

/**
 * Raises the boot counter from the cells at MESSAGE: the greater valid one (equal: cell 0) plus 1 goes to the other
 * cell; none valid: 1 goes to cell 0. A counter that cannot be written does not silence the device: the raised value is
 * used all the same.
 */
function raiseCounter(): void {
  const a = cellRaised(0);
  const b = cellRaised(8);
  const raised = b > a ? b : a ? a : 1;
  if (raised > COUNTER_LAST) {
    Cycle.counter = COUNTER_LAST;
    return;
  }
  Cycle.counter = raised;
  store<u32>(MESSAGE, bswap<u32>(raised));
  store<u32>(MESSAGE, ~bswap<u32>(raised), 4);
  commit(a && b <= a ? NVM_CELL + 8 : NVM_CELL, MESSAGE, CELL_BODY);
}

/**
 * Draws, tests and counts, once a power cycle. Answers 0, or a status with nothing spent: the next M1 starts anew.
 * Assumption: cells that cannot be read are an NVM that failed. To take them for not valid would start the counter
 * again, and with a dead entropy source an SNonce would repeat.
 */
function startCycle(): i32 {
  if (Cycle.counter) return 0;
  if (nvmRead(NVM_CELL, MESSAGE, 16)) return NVM_FAILED;
  if (entropy(ENTROPY, ENTROPY_SIZE) || !isHealthy()) {
    wipe(ENTROPY, ENTROPY_SIZE);
    return ENTROPY_FAILED;
  }
  raiseCounter();
  Cycle.sNonces = 0;
  return 0;
}

/** DIGEST := a fresh SNonce, as words. Answers 0, or a status with nothing spent. */
export function drawSNonce(): i32 {
  const status = startCycle();
  if (status) return status;
  begin();
  store<u64>(MESSAGE, 0x6e6f4e5320504d41); // "AMP SNon"
  store<u16>(MESSAGE, 0x6563, 8); // "ce"
  Cursor.at += 10;
  put(ENTROPY, ENTROPY_SIZE);
  put(SPA, 6);
  store<u32>(Cursor.at, bswap<u32>(Cycle.counter));
  store<u16>(Cursor.at, bswap<u16>(Cycle.sNonces as u16), 4);
  Cursor.at += 6;
  finish(INITIAL, 0);
  Cycle.sNonces++;
  return 0;
}
