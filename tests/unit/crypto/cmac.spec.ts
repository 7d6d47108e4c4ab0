import { cmac } from "../../../assembly/crypto/cmac";
import { BLOCKS, LANES, SCRATCH } from "../../../assembly/layout";
import { expectHex, expectOctets, fill, unhex } from "../check";
import * as oracle from "../oracle";

const KEY: usize = memory.data(16);
const MESSAGE: usize = memory.data(144);
const WANTED: usize = memory.data(16);

/** LANES := the MAC of the `length` octets at MESSAGE, over the leavings of another call. */
function mac(length: i32): void {
  fill(SCRATCH, (BLOCKS - SCRATCH) as i32, length);
  memory.fill(BLOCKS, 0, 144);
  memory.copy(BLOCKS, MESSAGE, length);
  cmac(KEY, BLOCKS, length);
}

describe("cmac", () => {
  it("is AES-CMAC of 1 to 144 octets, and leaves the key alone", () => {
    for (let length = 1; length <= 144; ++length) {
      fill(KEY, 16, length);
      fill(MESSAGE, length, length + 1000);
      oracle.cmac(KEY, MESSAGE, length, WANTED);
      mac(length);
      expectOctets(LANES, WANTED, 16, `${length} octets`);
      fill(WANTED, 16, length);
      expectOctets(KEY, WANTED, 16, "key");
    }
  });

  it("makes RFC 4493's examples of 16, 40 and 64 octets", () => {
    unhex("2b7e151628aed2a6abf7158809cf4f3c", KEY);
    unhex(
      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
      MESSAGE,
    );
    mac(16);
    expectHex(LANES, "070a16b46b4d4144f79bdd9dd04a287c");
    mac(40);
    expectHex(LANES, "dfa66747de9ae63030ca32611497c827");
    mac(64);
    expectHex(LANES, "51f0bebf7e3b9d92fc49741779363cfe");
  });

  it("doubles subkeys with and without the carry of SP 800-38B 6.1", () => {
    // Over 64 keys both bits of L that fall out, for K1 and for K2, are seen as 0 and as 1.
    let seen = 0;
    for (let i = 0; i < 64; ++i) {
      fill(KEY, 16, i);
      memory.fill(MESSAGE, 0, 16);
      oracle.aes128(KEY, MESSAGE, WANTED);
      seen |= 1 << (load<u8>(WANTED) >>> 6);
      for (let length = 15; length <= 16; ++length) {
        fill(MESSAGE, length, i);
        oracle.cmac(KEY, MESSAGE, length, WANTED);
        mac(length);
        expectOctets(LANES, WANTED, 16, `key ${i}, ${length} octets`);
      }
    }
    expect(seen).toBe(15);
  });
});
