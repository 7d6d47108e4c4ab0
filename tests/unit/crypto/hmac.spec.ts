import { hmac, prepare } from "../../../assembly/crypto/hmac";
import { begin, put, reorder } from "../../../assembly/crypto/message";
import { compress, INITIAL } from "../../../assembly/crypto/sha256";
import { DIGEST } from "../../../assembly/layout";
import { expectHex, expectOctets, fill, unhex } from "../check";
import * as oracle from "../oracle";

const KEY: usize = memory.data(64);
const BLOCK: usize = memory.data(64);
const TEXT: usize = memory.data(128);
const MIDSTATES: usize = memory.data(64);
const WANTED: usize = memory.data(64);

/** The midstates of the 32-octet key at KEY. */
function setKey(): void {
  memory.copy(DIGEST, KEY, 32);
  reorder(DIGEST, 32);
  prepare(MIDSTATES);
}

/** DIGEST := HMAC of the `length` octets at TEXT, as octets. */
function mac(length: i32): void {
  begin();
  put(TEXT, length);
  hmac(MIDSTATES);
  reorder(DIGEST, 32);
}

/** One midstate of a key of `length` octets (up to a block) at KEY. */
function midstate(length: i32, pad: u8, target: usize): void {
  for (let i = 0; i < 64; ++i) store<u8>(BLOCK + i, (i < length ? load<u8>(KEY + i) : 0) ^ pad);
  reorder(BLOCK, 64);
  compress(INITIAL, target, BLOCK);
}

describe("prepare", () => {
  it("makes the chaining values behind K ^ ipad and K ^ opad", () => {
    for (let i = 0; i < 50; ++i) {
      fill(KEY, 32, i);
      oracle.midstates(KEY, WANTED);
      setKey();
      reorder(MIDSTATES, 64);
      expectOctets(MIDSTATES, WANTED, 64, `key ${i}`);
    }
  });
});

describe("hmac", () => {
  it("is @noble's HMAC of 0 to 119 octets under a key of 32, and leaves the midstates as they were", () => {
    for (let length = 0; length <= 119; ++length) {
      fill(KEY, 32, length);
      fill(TEXT, length, length + 1000);
      setKey();
      memory.copy(WANTED, MIDSTATES, 64);
      mac(length);
      expectOctets(MIDSTATES, WANTED, 64, "midstates");
      oracle.hmac(KEY, 32, TEXT, length, WANTED);
      expectOctets(DIGEST, WANTED, 32, `${length} octets`);
    }
  });

  it("is @noble's HMAC under keys of 0 to 64 octets, which others than `prepare` made midstates of", () => {
    for (let length = 0; length <= 64; ++length) {
      fill(KEY, 64, length);
      fill(TEXT, 48, length + 1000);
      midstate(length, 0x36, MIDSTATES);
      midstate(length, 0x5c, MIDSTATES + 32);
      oracle.hmac(KEY, length, TEXT, 48, WANTED);
      mac(48);
      expectOctets(DIGEST, WANTED, 32, `key of ${length} octets`);
    }
  });

  it("is RFC 4231's test case 2", () => {
    midstate(unhex("4a656665", KEY), 0x36, MIDSTATES);
    midstate(4, 0x5c, MIDSTATES + 32);
    mac(unhex("7768617420646f2079612077616e7420666f72206e6f7468696e673f", TEXT));
    expectHex(DIGEST, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  });
});
