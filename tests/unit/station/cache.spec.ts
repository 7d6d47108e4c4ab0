import { CACHE_BODY, ENTRY, NVM_CACHE, NVM_SLOT_B, SLOT_BODY } from "../../../assembly/layout";
import { dropEntry, fill as fillCache, isCached, tidy } from "../../../assembly/station/cache";
import { Session } from "../../../assembly/station/session";
import { powerUp, respond } from "../air";
import { expectAll, expectOctets, fill, flip } from "../check";
import * as oracle from "../oracle";
import * as peer from "../peer";
import { AA, MODIFIER, NVM, PSK, World } from "../world";

const CACHE: usize = NVM + NVM_CACHE;
const ENTRY_SIZE: i32 = 96;
const KEY: usize = memory.data(32);
const WANTED: usize = memory.data(96);
const OTHER: usize = memory.data(8);

/** WANTED := the entry of the worked exchange's AP, for a generation. */
function setWanted(generation: i32 = 0): void {
  peer.pmk(PSK, KEY);
  oracle.cache(generation, AA, MODIFIER, KEY, WANTED);
}

/** A station that waits for M3, with this entry in its cache. */
function waiting(generation: i32, aa: usize, modifier: usize): void {
  powerUp();
  respond();
  oracle.cache(generation, aa, modifier, KEY, CACHE);
  World.forget();
}

describe("isCached", () => {
  it("finds the entry of the session's generation, AA and Modifier, and reads it to ENTRY", () => {
    powerUp();
    setWanted();
    waiting(0, AA, MODIFIER);
    expect(isCached()).toBeTruthy();
    expectOctets(ENTRY, WANTED, 92, "ENTRY");
    expect(World.writes).toBe(0);
  });

  it("does not find the entry of another generation, AA or Modifier: each octet of them counts", () => {
    for (let generation = 1; generation < 256; ++generation) {
      if (generation > 8 && generation < 250) continue;
      waiting(generation, AA, MODIFIER);
      expect(isCached()).toBeFalsy(`generation ${generation}`);
    }
    for (let bit = 0; bit < 48; ++bit) {
      memory.copy(OTHER, AA, 6);
      flip(OTHER, bit);
      waiting(0, OTHER, MODIFIER);
      expect(isCached()).toBeFalsy(`AA bit ${bit}`);
    }
    for (let bit = 0; bit < 64; ++bit) {
      memory.copy(OTHER, MODIFIER, 8);
      flip(OTHER, bit);
      waiting(0, AA, OTHER);
      expect(isCached()).toBeFalsy(`Modifier bit ${bit}`);
    }
  });

  it("does not find an entry with one bit turned over, of zeros, or that is not readable", () => {
    waiting(0, AA, MODIFIER);
    for (let bit = 0; bit < 8 * 92; ++bit) {
      flip(CACHE, bit);
      expect(isCached()).toBeFalsy(`bit ${bit}`);
      flip(CACHE, bit);
    }
    expect(isCached()).toBeTruthy("untouched again");
    World.unreadable = NVM_CACHE + 91;
    World.unreadableSize = 1;
    expect(isCached()).toBeFalsy("not readable");
    World.forget();
    memory.fill(CACHE, 0, 92);
    expect(isCached()).toBeFalsy("zeros");
  });
});

describe("dropEntry", () => {
  it("leaves zeros", () => {
    memory.fill(ENTRY, 0xff, ENTRY_SIZE);
    dropEntry();
    expectAll(ENTRY, 0, ENTRY_SIZE, "ENTRY");
  });
});

describe("fill", () => {
  it("writes the PMK that the cache missed, and forgets it", () => {
    powerUp();
    setWanted();
    respond();
    expect(Session.cacheMissed).toBeTruthy();
    World.forget();
    fillCache();
    expectOctets(CACHE, WANTED, 92, "cache");
    expectAll(ENTRY, 0, ENTRY_SIZE, "ENTRY");
    expect(World.wrote(0, NVM_CACHE, 88)).toBeTruthy("the body first");
    expect(World.wrote(1, NVM_CACHE + 88, 4)).toBeTruthy("then its check field");
    expect(World.writes).toBe(2);
  });

  it("writes over another entry: check field, body, check field", () => {
    powerUp();
    setWanted();
    memory.fill(KEY, 1, 32);
    oracle.cache(0, AA, PSK, KEY, CACHE);
    respond();
    World.forget();
    fillCache();
    expectOctets(CACHE, WANTED, 92, "cache");
    expect(World.wrote(0, NVM_CACHE + 88, 4)).toBeTruthy("check field first");
    expect(World.writes).toBe(3);
  });

  it("writes once a power cycle, and again if its write failed", () => {
    for (let failed = 0; failed < 2; ++failed) {
      powerUp();
      respond();
      World.unwritable = NVM_CACHE;
      World.unwritableSize = failed ? 92 : 0;
      fillCache();
      World.forget();
      // Another Modifier: another miss.
      peer.open(AA, PSK, NVM + 6, 0, PSK);
      respond();
      expect(Session.cacheMissed).toBe(failed != 0);
      if (!failed) expectAll(ENTRY, 0, ENTRY_SIZE, "a PMK that no M3 will write");
      World.forget();
      fillCache();
      if (failed) expect(World.writes).toBeGreaterThan(1, "it had failed");
      else expect(World.writes).toBe(0, "it had succeeded");
      expectAll(ENTRY, 0, ENTRY_SIZE, "ENTRY");
    }
  });

  it("writes nothing after a hit, nor in direct mode", () => {
    powerUp();
    setWanted();
    memory.copy(CACHE, WANTED, 92);
    respond();
    expect(Session.cacheMissed).toBeFalsy();
    expectAll(ENTRY, 0, ENTRY_SIZE, "ENTRY after a hit");
    World.forget();
    fillCache();
    expect(World.writes).toBe(0, "hit");
    powerUp(true);
    respond();
    expectAll(ENTRY, 0, ENTRY_SIZE, "ENTRY in direct mode");
    World.forget();
    fillCache();
    expect(World.writes).toBe(0, "direct mode");
  });
});

describe("tidy", () => {
  it("leaves zeros alone", () => {
    powerUp();
    World.forget();
    tidy(NVM_SLOT_B, SLOT_BODY, -1);
    tidy(NVM_CACHE, CACHE_BODY, 0);
    tidy(NVM_CACHE, CACHE_BODY, 7);
    expect(World.writes).toBe(0);
  });

  it("wipes a slot that has any octet that is not 0, and nothing beside it", () => {
    for (let octet = 0; octet < 72; ++octet) {
      powerUp();
      memory.fill(CACHE, 0xaa, 92);
      store<u8>(NVM + NVM_SLOT_B + octet, 0x80);
      memory.copy(WANTED, NVM + NVM_SLOT_B - 72, 72);
      World.forget();
      tidy(NVM_SLOT_B, SLOT_BODY, -1);
      expectAll(NVM + NVM_SLOT_B, 0, 72, `octet ${octet}`);
      expectOctets(NVM + NVM_SLOT_B - 72, WANTED, 72, "slot A");
      expectAll(CACHE, 0xaa, 92, "cache");
      // A check field that is 0 is not cleared.
      expect(World.writes).toBe(octet < 68 ? 1 : 2, `octet ${octet}`);
    }
  });

  it("keeps the cache's entry of that generation, wipes one of another, and one that is torn", () => {
    for (let generation = 0; generation < 256; ++generation) {
      powerUp();
      oracle.cache(generation, AA, MODIFIER, KEY, CACHE);
      memory.copy(WANTED, CACHE, 92);
      World.forget();
      tidy(NVM_CACHE, CACHE_BODY, generation);
      expect(World.writes).toBe(0, "kept");
      expectOctets(CACHE, WANTED, 92, "kept");
      tidy(NVM_CACHE, CACHE_BODY, (generation + 1) & 255);
      expectAll(CACHE, 0, 92, "another generation");
      memory.copy(CACHE, WANTED, 88);
      tidy(NVM_CACHE, CACHE_BODY, generation);
      expectAll(CACHE, 0, 92, "torn");
    }
  });

  it("passes over what it cannot read or write", () => {
    powerUp();
    fill(NVM + NVM_SLOT_B, 72, 1);
    memory.copy(WANTED, NVM + NVM_SLOT_B, 72);
    World.forget();
    World.unreadable = NVM_SLOT_B;
    World.unreadableSize = 72;
    tidy(NVM_SLOT_B, SLOT_BODY, -1);
    expect(World.writes).toBe(0);
    World.forget();
    World.unwritable = NVM_SLOT_B;
    World.unwritableSize = 72;
    tidy(NVM_SLOT_B, SLOT_BODY, -1);
    expectOctets(NVM + NVM_SLOT_B, WANTED, 72, "still there");
    World.forget();
    tidy(NVM_SLOT_B, SLOT_BODY, -1);
    expectAll(NVM + NVM_SLOT_B, 0, 72, "done the next time");
  });
});
