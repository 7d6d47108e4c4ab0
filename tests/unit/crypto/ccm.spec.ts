import { ccm } from "../../../assembly/crypto/ccm";
import { BLOCKS, LANES, SCRATCH } from "../../../assembly/layout";
import { expectAll, expectOctets, fill, flip } from "../check";
import { ccmSeal } from "../oracle";

const KEY: usize = memory.data(16);
const NONCE: usize = memory.data(13);
const AAD: usize = memory.data(64);
const PAYLOAD: usize = memory.data(64);
const SEALED: usize = memory.data(80);
/** Address of the payload's first block. */
let text: usize = 0;

/** Lays out B0 ‖ AAD ‖ the `length` octets at `payload` (SP 800-38C A.2), and runs CCM over the leavings of another. */
function run(aadLength: i32, payload: usize, length: i32, micLength: i32, open: bool): void {
  fill(SCRATCH, (BLOCKS - SCRATCH) as i32, length);
  memory.fill(BLOCKS, 0, 144);
  store<u8>(BLOCKS, 0x40 | (((micLength - 2) / 2) << 3) | 1);
  memory.copy(BLOCKS + 1, NONCE, 13);
  store<u16>(BLOCKS + 14, bswap<u16>(length as u16));
  store<u16>(BLOCKS + 16, bswap<u16>(aadLength as u16));
  memory.copy(BLOCKS + 18, AAD, aadLength);
  text = BLOCKS + ((18 + aadLength + 15) & ~15);
  memory.copy(text, payload, length);
  ccm(KEY, text, length, open);
}

/** Another key, nonce, AAD and payload, and what node:crypto makes of them. */
function prepare(seed: u32, aadLength: i32, length: i32, micLength: i32): void {
  fill(KEY, 16, seed);
  fill(NONCE, 13, seed + 1);
  fill(AAD, aadLength, seed + 2);
  fill(PAYLOAD, length, seed + 3);
  ccmSeal(KEY, NONCE, AAD, aadLength, PAYLOAD, length, micLength, SEALED);
}

/** Every AAD and payload that fits into the room there is. */
function sweep(micLength: i32): void {
  for (let aadLength = 1; aadLength <= 62; ++aadLength) {
    for (let length = 0; length <= 64; ++length) {
      const what = `AAD ${aadLength}, payload ${length}`;
      prepare(aadLength * 65 + length, aadLength, length, micLength);
      run(aadLength, PAYLOAD, length, micLength, false);
      expectOctets(text, SEALED, length, `${what}, sealed`);
      expectOctets(LANES, SEALED + length, micLength, `${what}, MIC`);
      run(aadLength, SEALED, length, micLength, true);
      expectOctets(text, PAYLOAD, length, `${what}, opened`);
      expectOctets(LANES, SEALED + length, micLength, `${what}, MIC of what was opened`);
    }
  }
}

/** Expects another MIC for what is sealed at SEALED. */
function expectRefused(length: i32, what: string): void {
  run(15, SEALED, length, 8, true);
  expect(load<u64>(LANES)).not.toBe(load<u64>(SEALED + length), what);
}

describe("ccm", () => {
  it("seals and opens payloads of 0 to 64 octets with AAD of 1 to 62, MIC of 8", () => {
    sweep(8);
  });

  it("seals and opens payloads of 0 to 64 octets with AAD of 1 to 62, MIC of 16", () => {
    sweep(16);
  });

  it("makes another MIC when any bit of ciphertext, AAD, nonce or key is another", () => {
    for (let length = 1; length <= 54; length += 13) {
      prepare(length, 15, length, 8);
      run(15, SEALED, length, 8, true);
      expect(load<u64>(LANES)).toBe(load<u64>(SEALED + length), "untouched");
      for (let bit = 0; bit < 8 * length; ++bit) {
        flip(SEALED, bit);
        expectRefused(length, `ciphertext bit ${bit}`);
        flip(SEALED, bit);
      }
      for (let bit = 0; bit < 128; ++bit) {
        flip(KEY, bit);
        expectRefused(length, `key bit ${bit}`);
        flip(KEY, bit);
      }
      for (let bit = 0; bit < 120; ++bit) {
        flip(AAD, bit);
        expectRefused(length, `AAD bit ${bit}`);
        flip(AAD, bit);
      }
      for (let bit = 0; bit < 104; ++bit) {
        flip(NONCE, bit);
        expectRefused(length, `nonce bit ${bit}`);
        flip(NONCE, bit);
      }
    }
  });

  it("leaves nothing but the payload in its last block", () => {
    prepare(7, 15, 37, 8);
    run(15, SEALED, 37, 8, true);
    expectAll(text + 37, 0, 11, "padding, opened");
    run(15, PAYLOAD, 37, 8, false);
    expectAll(text + 37, 0, 11, "padding, sealed");
  });
});
