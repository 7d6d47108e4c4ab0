import { addFirstKey, finishRound, LANE_0, Plane, transpose } from "../../../assembly/crypto/planes";
import { LANES, ROUND_KEYS } from "../../../assembly/layout";
import { expectOctets, fill, hex } from "../check";

const WANTED: usize = memory.data(352);
const KEYS: usize = memory.data(352);
const STATE: usize = memory.data(32);

/** Bit `bit` of octet `octet` of lane `lane` of the blocks in planes: FIPS 197 numbers octets row + 4 column. */
function planeBit(lane: u32, octet: u32, bit: u32): u32 {
  const row = octet & 3;
  const column = octet >> 2;
  return (load<u32>(LANES + (bit << 2)) >>> (8 * row + 4 * lane + column)) & 1;
}

/** xTimes of FIPS 197 4.2. */
function xTimes(b: u32): u32 {
  return ((b << 1) ^ (b & 0x80 ? 0x11b : 0)) & 0xff;
}

/** Octet of row r and column c of the block at `state`. */
function at(state: usize, r: u32, c: u32): u32 {
  return load<u8>(state + (r & 3) + 4 * (c & 3));
}

/** WANTED := ShiftRows, then (with `mix`) MixColumns of the blocks at STATE, as FIPS 197 5.1.2 and 5.1.3 write them. */
function shiftAndMix(mix: bool): void {
  for (let lane: usize = 0; lane < 32; lane += 16) {
    for (let c: u32 = 0; c < 4; ++c) {
      for (let r: u32 = 0; r < 4; ++r) {
        const state = STATE + lane;
        const s0 = at(state, r, c + r);
        const s1 = at(state, r + 1, c + ((r + 1) & 3));
        const s2 = at(state, r + 2, c + ((r + 2) & 3));
        const s3 = at(state, r + 3, c + ((r + 3) & 3));
        store<u8>(WANTED + lane + r + 4 * c, mix ? xTimes(s0) ^ xTimes(s1) ^ s1 ^ s2 ^ s3 : s0);
      }
    }
  }
}

describe("transpose", () => {
  it("puts bit k of every octet of both blocks into plane k, and back", () => {
    for (let seed = 0; seed < 4; ++seed) {
      fill(STATE, 32, seed);
      memory.copy(LANES, STATE, 32);
      transpose();
      for (let octet: u32 = 0; octet < 32; ++octet) {
        for (let bit: u32 = 0; bit < 8; ++bit) {
          const wanted = ((load<u8>(STATE + octet) as u32) >>> bit) & 1;
          expect(planeBit(octet >> 4, octet & 15, bit)).toBe(wanted, `octet ${octet}, bit ${bit}`);
        }
      }
      transpose();
      expectOctets(LANES, STATE, 32, "and back");
    }
  });
});

describe("addFirstKey", () => {
  it("adds the key in lane 1, as the round key of both lanes: lane 1 is 0 then, and the key again", () => {
    fill(STATE, 32, 1);
    memory.copy(LANES, STATE, 32);
    fill(ROUND_KEYS, 352, 2);
    transpose();
    addFirstKey(true);
    transpose();
    for (let i = 0; i < 16; ++i) store<u8>(WANTED + i, load<u8>(STATE + i) ^ load<u8>(STATE + 16 + i));
    memory.copy(WANTED + 16, STATE + 16, 16);
    expectOctets(LANES, WANTED, 32, "lanes");

    memory.copy(LANES, ROUND_KEYS, 32);
    transpose();
    expectOctets(LANES, STATE + 16, 16, "lane 0 of the round key");
    expectOctets(LANES + 16, STATE + 16, 16, "lane 1 of the round key");
  });

  it("adds the first round key that there is, and leaves it alone", () => {
    fill(ROUND_KEYS, 352, 1);
    memory.copy(WANTED, ROUND_KEYS, 352);
    fill(LANES, 32, 2);
    memory.copy(STATE, LANES, 32);
    addFirstKey(false);
    for (let i = 0; i < 32; ++i) store<u8>(STATE + i, load<u8>(STATE + i) ^ load<u8>(WANTED + i));
    expectOctets(LANES, STATE, 32, "lanes");
    expectOctets(ROUND_KEYS, WANTED, 352, "round keys");
  });
});

describe("finishRound", () => {
  it("is ShiftRows, MixColumns but in the last round, and AddRoundKey with the key of the round", () => {
    for (let r: usize = 32; r <= 320; r += 32) {
      for (let seed = 0; seed < 8; ++seed) {
        fill(ROUND_KEYS, 352, r as u32);
        memory.copy(KEYS, ROUND_KEYS, 352);
        fill(STATE, 32, seed);
        memory.copy(LANES, STATE, 32);
        shiftAndMix(r != 320);
        transpose();
        finishRound(r, false, 1);
        for (let i: usize = 0; i < 32; ++i) store<u8>(LANES + i, load<u8>(LANES + i) ^ load<u8>(KEYS + r + i));
        transpose();
        expectOctets(LANES, WANTED, 32, `${hex(STATE, 32)}, round key at ${r}`);
        expectOctets(ROUND_KEYS, KEYS, 352, "round keys");
      }
    }
  });

  it("makes the next round key first, out of lane 1, and leaves the key in lane 1", () => {
    fill(ROUND_KEYS, 352, 1);
    memory.copy(KEYS, ROUND_KEYS, 352);
    fill(STATE, 32, 5);
    memory.copy(LANES, STATE, 32);
    transpose();
    for (let k: u32 = 0; k < 8; ++k) {
      store<u32>(KEYS + 64 + 4 * k, Plane.nextKey(load<u32>(LANES + 4 * k), load<u32>(KEYS + 32 + 4 * k), 2 >>> k));
    }
    finishRound(64, true, 2);
    expectOctets(ROUND_KEYS, KEYS, 352, "round keys");
    for (let i: usize = 0; i < 32; ++i) store<u8>(LANES + i, load<u8>(LANES + i) ^ load<u8>(KEYS + 64 + i));
    transpose();
    memory.fill(STATE + 16, 0, 16);
    shiftAndMix(true);
    expectOctets(LANES, WANTED, 32, "lanes");
  });
});

describe("Plane", () => {
  it("has lane 0 in the even nibbles", () => {
    memory.fill(LANES, 0, 32);
    memory.fill(LANES, 0xff, 16);
    transpose();
    for (let k = 0; k < 8; ++k) expect(load<u32>(LANES + 4 * k)).toBe(LANE_0);
  });

  it("makes the next round key of FIPS 197 appendix A.1 out of the S-box's output", () => {
    // w[0..3], SubWord over all of w[3]'s block (as the S-box leaves it in lane 1), and w[4..7].
    const key: StaticArray<u8> = [
      0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c,
    ];
    const sub: StaticArray<u8> = [
      0xf1, 0xf3, 0x59, 0x47, 0x34, 0xe4, 0xb5, 0x24, 0x62, 0x68, 0x59, 0xc4, 0x01, 0x8a, 0x84, 0xeb,
    ];
    const next: StaticArray<u8> = [
      0xa0, 0xfa, 0xfe, 0x17, 0x88, 0x54, 0x2c, 0xb1, 0x23, 0xa3, 0x39, 0x39, 0x2a, 0x6c, 0x76, 0x05,
    ];
    // The old round key, in both lanes.
    memory.copy(LANES, changetype<usize>(key), 16);
    memory.copy(LANES + 16, changetype<usize>(key), 16);
    transpose();
    memory.copy(WANTED, LANES, 32);
    fill(LANES, 16, 1);
    memory.copy(LANES + 16, changetype<usize>(sub), 16);
    transpose();
    for (let k: u32 = 0; k < 8; ++k) {
      store<u32>(LANES + 4 * k, Plane.nextKey(load<u32>(LANES + 4 * k), load<u32>(WANTED + 4 * k), 1 >>> k));
    }
    transpose();
    expectOctets(LANES, changetype<usize>(next), 16, "lane 0");
    expectOctets(LANES + 16, changetype<usize>(next), 16, "lane 1");
  });
});
