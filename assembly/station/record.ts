/*
 * The NVM record, PROTOCOL.md 7: writes that a power failure cannot turn into something else. A check field that is
 * not 0 stands only behind octets that were written whole.
 */
import { nvmRead, nvmWrite } from "../env";
import { crc32 } from "../frame/crc";
import { DIGEST, NVM_SLOT_A, NVM_SLOT_B, SLOT, SLOT_BODY, SLOT_MIDSTATES } from "../layout";

/** Midstates of the root in SLOT. */
export const ROOT: usize = SLOT + SLOT_MIDSTATES;

export class Root {
  /** Offset of the newest valid slot; 0: none, two that are not neighbours, or to be looked for again. */
  static newest: i32 = 0;
}

/**
 * Writes the `body` octets at `image`, and the check field behind them, to `offset`: the old check field := 0 unless it
 * is 0 already; all octets before it; the new check field. An image of zeros wipes. Answers 0, or another value once a
 * write failed; nothing is written behind that one.
 */
export function commit(offset: i32, image: usize, body: i32): i32 {
  // A check field that cannot be read may be set.
  if (nvmRead(offset + body, DIGEST, 4) | load<i32>(DIGEST)) {
    store<u32>(DIGEST, 0);
    if (nvmWrite(offset + body, DIGEST, 4)) return -1;
  }
  if (nvmWrite(offset, image, body)) return -1;
  return load<u32>(image + body) ? nvmWrite(offset + body, image + body, 4) : 0;
}

/** Whether the image of `body` octets and a CRC-32 at `image` is complete. */
export function isWhole(image: usize, body: i32): bool {
  return crc32(image, body) == load<u32>(image + body);
}

/** SLOT := the root slot at `offset`. Answers its generation, -1 if it is not valid, -2 if it is not readable. */
export function readSlot(offset: i32): i32 {
  if (nvmRead(offset, SLOT, SLOT_BODY + 4)) return -2;
  return isWhole(SLOT, SLOT_BODY) ? load<u8>(SLOT) : -1;
}

/** Finds the newest valid slot: X is newer than Y when gen X - gen Y = 1 modulo 256. */
export function scan(): void {
  let a = readSlot(NVM_SLOT_A);
  let b = readSlot(NVM_SLOT_B);
  Root.newest = 0;
  if (a < -1 || b < -1 || (a & b) < 0) return;
  // One that is not valid counts as the neighbour before the other.
  if (a < 0) a = b - 1;
  if (b < 0) b = a - 1;
  const ahead = (b - a) & 255;
  if (ahead == 1) Root.newest = NVM_SLOT_B;
  if (ahead == 255) Root.newest = NVM_SLOT_A;
}

/**
 * SLOT := the newest root, as it was found valid in this power cycle. False if it is not readable, or there is none even
 * if it is looked for again.
 */
export function readNewest(): bool {
  if (!Root.newest) scan();
  return Root.newest && !nvmRead(Root.newest, SLOT, SLOT_BODY + 4);
}

/** The slot beside the newest. */
export function otherSlot(): i32 {
  return NVM_SLOT_A + NVM_SLOT_B - Root.newest;
}
