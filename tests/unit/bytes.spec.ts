import { addBlock, copy, differ, setBlock, swapWords, wipe } from "../../assembly/bytes";
import { expectAll, expectOctets, fill, flip } from "./check";

const SOURCE: usize = memory.data(256, 16);
const TARGET: usize = memory.data(256, 16);
const BEFORE: usize = memory.data(256, 16);

describe("copy", () => {
  it("copies 0 to 72 octets to and from any alignment, and touches at most three octets behind, none before", () => {
    for (let length = 0; length <= 72; ++length) {
      for (let at: usize = 0; at < 16; ++at) {
        const target = TARGET + 16 + (at & 3);
        const source = SOURCE + 16 + (at >> 2);
        fill(SOURCE, 256, length);
        fill(TARGET, 256, length + 1000);
        memory.copy(BEFORE, TARGET, 256);
        copy(target, source, length);
        const end = target + length;
        expectOctets(target, source, length, `${length} octets`);
        expectOctets(TARGET, BEFORE, (target - TARGET) as i32, "before the target");
        expectOctets(end + 3, BEFORE + (end + 3 - TARGET), (TARGET + 256 - end - 3) as i32, "behind the target");
      }
    }
  });
});

describe("blocks", () => {
  it("of 16 octets are set, or added in GF(2), and nothing beside them", () => {
    fill(SOURCE, 256, 1);
    for (let add = 0; add < 2; ++add) {
      fill(TARGET, 256, 2);
      memory.copy(BEFORE, TARGET, 256);
      for (let i = 20; i < 36; ++i) {
        store<u8>(BEFORE + i, load<u8>(SOURCE + i + 3) ^ (add ? load<u8>(TARGET + i) : 0));
      }
      if (add) addBlock(TARGET + 20, SOURCE + 23);
      else setBlock(TARGET + 20, SOURCE + 23);
      expectOctets(TARGET, BEFORE, 256, add ? "added" : "set");
    }
  });
});

describe("wipe", () => {
  it("zeroes what it is told to, and nothing else", () => {
    for (let length = 32; length <= 192; length += 32) {
      memory.fill(TARGET, 0xff, 256);
      wipe(TARGET + 16, length);
      expectAll(TARGET, 0xff, 16, "before");
      expectAll(TARGET + 16, 0, length, "within");
      expectAll(TARGET + 16 + length, 0xff, 240 - length, "behind");
    }
  });
});

describe("differ", () => {
  it("is 0 for the same 1 to 72 octets, whatever stands around them", () => {
    for (let length = 1; length <= 72; ++length) {
      fill(SOURCE, 256, length);
      fill(TARGET, 256, length + 1000);
      memory.copy(TARGET + 17, SOURCE + 16, length);
      expect(differ(TARGET + 17, SOURCE + 16, length)).toBe(0, `${length} octets`);
    }
  });

  it("is not 0 when any one bit of 40 octets is another", () => {
    fill(SOURCE, 40, 3);
    for (let bit = 0; bit < 320; ++bit) {
      memory.copy(TARGET, SOURCE, 40);
      flip(TARGET, bit);
      expect(differ(TARGET, SOURCE, 40)).not.toBe(0, `bit ${bit}`);
    }
  });

  it("is not 0 when differences would cancel each other", () => {
    memory.fill(SOURCE, 0, 8);
    memory.fill(TARGET, 0xff, 8);
    expect(differ(TARGET, SOURCE, 8)).not.toBe(0);
  });
});

describe("swapWords", () => {
  it("turns each word around, and back", () => {
    for (let length = 1; length <= 64; ++length) {
      fill(SOURCE, 256, length);
      memory.copy(TARGET, SOURCE, 256);
      const end = (length + 3) & ~3;
      swapWords(TARGET, length);
      for (let i = 0; i < end; ++i) expect(load<u8>(TARGET + i)).toBe(load<u8>(SOURCE + (i ^ 3)), `octet ${i}`);
      expectOctets(TARGET + end, SOURCE + end, 256 - end, "behind");
      swapWords(TARGET, length);
      expectOctets(TARGET, SOURCE, 256, "twice is not at all");
    }
  });
});
