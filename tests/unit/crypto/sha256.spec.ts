import { reorder } from "../../../assembly/crypto/message";
import { compress, INITIAL } from "../../../assembly/crypto/sha256";
import { expectHex, expectOctets, fill } from "../check";
import { sha256 } from "../oracle";

const MESSAGE: usize = memory.data(384);
const BLOCK: usize = memory.data(64);
const HASH: usize = memory.data(32);
const OTHER: usize = memory.data(32);
const WANTED: usize = memory.data(32);

/** FIPS 180-4 5.1.1: the octets behind the `length` octets at MESSAGE. Answers how many blocks that makes. */
function pad(length: i32): i32 {
  const blocks = (length + 9 + 63) >> 6;
  memory.fill(MESSAGE + length, 0, (blocks << 6) - length);
  store<u8>(MESSAGE + length, 0x80);
  store<u64>(MESSAGE + (blocks << 6) - 8, bswap<u64>(u64(length) << 3));
  return blocks;
}

/** HASH := SHA-256 of the `length` octets at MESSAGE, block by block. */
function digest(length: i32): void {
  const blocks = pad(length);
  memory.copy(HASH, INITIAL, 32);
  for (let i = 0; i < blocks; ++i) {
    memory.copy(BLOCK, MESSAGE + (i << 6), 64);
    reorder(BLOCK, 64);
    compress(HASH, HASH, BLOCK);
  }
  reorder(HASH, 32);
}

function ascii(text: string): i32 {
  return String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, MESSAGE) as i32;
}

describe("compress", () => {
  it("starts from H(0)", () => {
    memory.copy(HASH, INITIAL, 32);
    reorder(HASH, 32);
    expectHex(HASH, "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19");
  });

  it("hashes FIPS 180-4's one-block and two-block examples", () => {
    digest(ascii("abc"));
    expectHex(HASH, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest(ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
    expectHex(HASH, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  });

  it("chains to @noble's digest of 0 to 300 octets", () => {
    for (let length = 0; length <= 300; ++length) {
      fill(MESSAGE, length, length);
      sha256(MESSAGE, length, WANTED);
      digest(length);
      expectOctets(HASH, WANTED, 32, `${length} octets`);
    }
  });

  it("writes to another place than it reads from, and leaves block and source alone", () => {
    fill(MESSAGE, 64, 1);
    fill(HASH, 32, 2);
    memory.copy(BLOCK, MESSAGE, 64);
    memory.copy(WANTED, HASH, 32);
    compress(HASH, OTHER, BLOCK);
    expectOctets(HASH, WANTED, 32, "source");
    expectOctets(BLOCK, MESSAGE, 64, "block");
    compress(HASH, HASH, BLOCK);
    expectOctets(HASH, OTHER, 32, "both ways");
  });
});
