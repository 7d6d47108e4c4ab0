import { encrypt } from "../../../assembly/crypto/aes";
import { LANE_1, LANES, ROUND_KEYS } from "../../../assembly/layout";
import { expectHex, expectOctets, fill, flip, unhex } from "../check";
import { aes128 } from "../oracle";

const KEY: usize = memory.data(16);
const BLOCK: usize = memory.data(32);
const SCHEDULE: usize = memory.data(352);
const WANTED: usize = memory.data(32);

/** Enciphers the block at BLOCK beside the schedule of the key at KEY, over the leavings of another call. */
function encryptFirst(seed: u32): void {
  fill(ROUND_KEYS, 352, seed);
  memory.copy(LANES, BLOCK, 16);
  memory.copy(LANE_1, KEY, 16);
  encrypt(true);
}

describe("encrypt", () => {
  it("enciphers FIPS 197's examples of appendix B and C", () => {
    unhex("2b7e151628aed2a6abf7158809cf4f3c", KEY);
    unhex("3243f6a8885a308d313198a2e0370734", BLOCK);
    encryptFirst(1);
    expectHex(LANES, "3925841d02dc09fbdc118597196a0b32");
    unhex("000102030405060708090a0b0c0d0e0f", KEY);
    unhex("00112233445566778899aabbccddeeff", BLOCK);
    encryptFirst(2);
    expectHex(LANES, "69c4e0d86a7b0430d8cdb78070b4c55a");
  });

  it("is AES-128 of lane 0 while lane 1 makes the schedule, then of both, under 300 keys", () => {
    for (let i = 0; i < 300; ++i) {
      fill(KEY, 16, i);
      fill(BLOCK, 32, i + 1000);
      aes128(KEY, BLOCK, WANTED);
      aes128(KEY, BLOCK + 16, WANTED + 16);
      encryptFirst(i);
      expectOctets(LANES, WANTED, 16, `beside the schedule, key ${i}`);
      memory.copy(SCHEDULE, ROUND_KEYS, 352);
      memory.copy(LANES, BLOCK, 32);
      encrypt(false);
      expectOctets(LANES, WANTED, 32, `both lanes, key ${i}`);
      expectOctets(ROUND_KEYS, SCHEDULE, 352, `schedule, key ${i}`);
    }
  });

  it("keeps the lanes apart: all keys of one bit, blocks of one bit", () => {
    for (let bit = 0; bit < 128; ++bit) {
      memory.fill(KEY, 0, 16);
      memory.fill(BLOCK, 0, 32);
      flip(KEY, bit);
      flip(BLOCK + 16, bit);
      aes128(KEY, BLOCK, WANTED);
      aes128(KEY, BLOCK + 16, WANTED + 16);
      encryptFirst(3);
      expectOctets(LANES, WANTED, 16, `key bit ${bit}`);
      memory.copy(LANES, BLOCK, 32);
      encrypt(false);
      expectOctets(LANES, WANTED, 32, `block bit ${bit}`);
    }
  });
});
