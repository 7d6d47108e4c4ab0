import { crc16, crc32 } from "../../../assembly/frame/crc";
import { expectOctets, fill, flip, unhex } from "../check";
import * as oracle from "../oracle";

const TEXT: usize = memory.data(304);
const BEFORE: usize = memory.data(304);

describe("crc16", () => {
  it("is CRC-16/X-25 of 0 to 300 octets, from any alignment", () => {
    for (let length = 0; length <= 300; ++length) {
      const text = TEXT + (length & 3);
      fill(text, length, length);
      expect(crc16(text, length)).toBe(oracle.crc16(text, length), `${length} octets`);
    }
  });

  it("has the check values of PROTOCOL.md 2", () => {
    expect(crc16(TEXT, unhex("313233343536373839", TEXT))).toBe(0x906e);
    expect(crc16(TEXT, unhex("0c3412", TEXT)) & 0xff).toBe(0x3e, "Ack");
    expect(crc16(TEXT, unhex("0cffff", TEXT)) & 0xff).toBe(0xd7, "Ack to all");
  });

  it("sees every change of one bit, and reads only", () => {
    fill(TEXT, 69, 1);
    memory.copy(BEFORE, TEXT, 304);
    const crc = crc16(TEXT, 69);
    expectOctets(TEXT, BEFORE, 304, "read only");
    for (let bit = 0; bit < 8 * 69; ++bit) {
      flip(TEXT, bit);
      expect(crc16(TEXT, 69)).not.toBe(crc, `bit ${bit}`);
      flip(TEXT, bit);
    }
  });
});

describe("crc32", () => {
  it("is CRC-32 of 0 to 300 octets by fours, from any alignment", () => {
    for (let length = 4; length <= 300; length += 4) {
      const text = TEXT + ((length >> 2) & 3);
      fill(text, length, length);
      expect(crc32(text, length)).toBe(oracle.crc32(text, length), `${length} octets`);
    }
  });

  it("tells 0 as 1", () => {
    // The register is 0 behind these four octets; all that follows of zeros stays 0, complemented.
    unhex("9d0ad96d", TEXT);
    expect(oracle.crc32(TEXT, 4)).toBe(0, "the octets are chosen well");
    expect(crc32(TEXT, 4)).toBe(1);
  });

  it("sees every change of one bit of a slot, and reads only", () => {
    fill(TEXT, 68, 1);
    memory.copy(BEFORE, TEXT, 304);
    const crc = crc32(TEXT, 68);
    expectOctets(TEXT, BEFORE, 304, "read only");
    for (let bit = 0; bit < 8 * 68; ++bit) {
      flip(TEXT, bit);
      expect(crc32(TEXT, 68)).not.toBe(crc, `bit ${bit}`);
      flip(TEXT, bit);
    }
  });
});
