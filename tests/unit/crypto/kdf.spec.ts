import { prepare } from "../../../assembly/crypto/hmac";
import { derive, open } from "../../../assembly/crypto/kdf";
import { put, reorder } from "../../../assembly/crypto/message";
import { DIGEST } from "../../../assembly/layout";
import { expectHex, expectOctets, fill, unhex } from "../check";
import { kdf256 } from "../oracle";

const KEY: usize = memory.data(32);
const LABEL: usize = memory.data(16);
const CONTEXT: usize = memory.data(128);
const MIDSTATES: usize = memory.data(64);
const WANTED: usize = memory.data(32);

function setKey(): void {
  memory.copy(DIGEST, KEY, 32);
  reorder(DIGEST, 32);
  prepare(MIDSTATES);
}

describe("derive", () => {
  it("is KDF-256 of labels of 0 to 8 octets and contexts that fill what two blocks leave", () => {
    for (let size = 0; size <= 8; ++size) {
      for (let length = 8; length <= 115 - size; ++length) {
        fill(KEY, 32, length);
        // The label is a number, first octet lowest, with nothing above; KDF labels are ASCII.
        memory.fill(LABEL, 0, 16);
        for (let i = 0; i < size; ++i) store<u8>(LABEL + i, 0x41 + i);
        fill(CONTEXT, length, length + 1000);
        kdf256(KEY, LABEL, size, CONTEXT, length, WANTED);
        setKey();
        open(load<u64>(LABEL), size);
        put(CONTEXT, length);
        derive(MIDSTATES);
        reorder(DIGEST, 32);
        expectOctets(DIGEST, WANTED, 32, `label ${size}, context ${length}`);
      }
    }
  });

  it("makes the PMK of PROTOCOL.md's worked exchange", () => {
    unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", KEY);
    setKey();
    open(0x4b4d5020504d41, 7); // "AMP PMK"
    put(CONTEXT, unhex("a0a1a2a3a4a5a6a702000000000102c0ffee0001", CONTEXT));
    derive(MIDSTATES);
    reorder(DIGEST, 32);
    expectHex(DIGEST, "8d1769ab097372c9a0c96f14368bb6f98b6bf27dd2ab58390c1bf36f96005919");
  });
});
