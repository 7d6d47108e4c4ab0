import { begin, Cursor, finish, put, reorder } from "../../../assembly/crypto/message";
import { compress, INITIAL } from "../../../assembly/crypto/sha256";
import { DIGEST, MESSAGE } from "../../../assembly/layout";
import { expectOctets, fill } from "../check";
import { sha256 } from "../oracle";

const TEXT: usize = memory.data(192);
const CHAINING: usize = memory.data(32);
const WANTED: usize = memory.data(32);

/** A new message, over the leavings of another. */
function start(): void {
  fill(MESSAGE, 128, 77);
  begin();
}

describe("put", () => {
  it("appends: what it leaves behind the octets is gone with the next ones", () => {
    fill(TEXT, 119, 1);
    start();
    expect(Cursor.at).toBe(MESSAGE);
    put(TEXT, 7);
    put(TEXT + 7, 0);
    put(TEXT + 7, 32);
    put(TEXT + 39, 1);
    put(TEXT + 40, 6);
    expect(Cursor.at).toBe(MESSAGE + 46);
    expectOctets(MESSAGE, TEXT, 46, "what was put");
  });
});

describe("finish", () => {
  it("is SHA-256 of 0 to 119 octets", () => {
    for (let length = 0; length <= 119; ++length) {
      fill(TEXT, length, length);
      sha256(TEXT, length, WANTED);
      start();
      put(TEXT, length);
      finish(INITIAL, 0);
      reorder(DIGEST, 32);
      expectOctets(DIGEST, WANTED, 32, `${length} octets`);
    }
  });

  it("goes on behind a block that a chaining value has taken", () => {
    for (let length = 0; length <= 119; ++length) {
      fill(TEXT, 64 + length, length);
      sha256(TEXT, 64 + length, WANTED);
      begin();
      put(TEXT, 64);
      reorder(MESSAGE, 64);
      compress(INITIAL, CHAINING, MESSAGE);
      start();
      put(TEXT + 64, length);
      finish(CHAINING, 64);
      reorder(DIGEST, 32);
      expectOctets(DIGEST, WANTED, 32, `${length} octets`);
    }
  });
});
