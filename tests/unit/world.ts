/*
 * What a station stands on, in the suite's own memory: the imports of module `env` over an NVM and a noise source whose
 * faults the suite sets. as-pect.config.js connects the imports with the functions below.
 */
import { provision } from "./oracle";

/** The NVM record, and what the noise source gives next. */
export const NVM_SIZE: i32 = 268;
export const NVM: usize = memory.data(268);
export const NOISE: usize = memory.data(32);

/** The octets of PROTOCOL.md's worked exchange. */
export const SPA: usize = memory.data<u8>([0x02, 0xc0, 0xff, 0xee, 0x00, 0x01]);
export const AA: usize = memory.data<u8>([0x02, 0x00, 0x00, 0x00, 0x00, 0x01]);
export const MODIFIER: usize = memory.data<u8>([0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7]);
/** Octets 0 to 31. */
export const PSK: usize = memory.data(32);

/** The nvmWrites asked for, as they came: offset and length, and which of them are kept. */
const LOG: usize = memory.data(256);
const LOG_SIZE: i32 = 32;

export class World {
  /** Calls of each import. */
  static draws: i32 = 0;
  static reads: i32 = 0;
  static writes: i32 = 0;
  /** Octets of NVM, from an offset, that cannot be read, or written. */
  static unreadable: i32 = 0;
  static unreadableSize: i32 = 0;
  static unwritable: i32 = 0;
  static unwritableSize: i32 = 0;
  /** Octets until the power is cut, -1 for never; the octet in flight takes the value. No write succeeds after that. */
  static octetsLeft: i32 = -1;
  static inFlight: u8 = 0;
  static noNoise: bool = false;

  /** A station fresh from the factory, with healthy noise and no faults. */
  static provision(): void {
    for (let i: u8 = 0; i < 32; ++i) store<u8>(PSK + i, i);
    provision(SPA, PSK, NVM);
    for (let i: u8 = 0; i < 32; ++i) store<u8>(NOISE + i, 0x80 + i);
    World.forget();
  }

  /** No faults, and no calls counted. */
  static forget(): void {
    World.draws = World.reads = World.writes = 0;
    World.unreadableSize = World.unwritableSize = 0;
    World.octetsLeft = -1;
    World.noNoise = false;
  }

  /** Whether nvmWrite number `i` was of so many octets at this offset. */
  static wrote(i: i32, offset: i32, length: i32): bool {
    return i < World.writes && load<i32>(LOG + (i << 3)) == offset && load<i32>(LOG + (i << 3), 4) == length;
  }
}

function overlaps(from: i32, size: i32, offset: i32, length: i32): bool {
  return offset < from + size && from < offset + length;
}

/** No station asks for octets that are not there: the suite ends. */
function inside(offset: i32, length: i32): void {
  if (offset < 0 || length < 1 || offset + length > NVM_SIZE) unreachable();
}

export function entropy(pointer: usize, length: i32): i32 {
  ++World.draws;
  if (length != 32) unreachable();
  memory.copy(pointer, NOISE, length);
  return World.noNoise ? -1 : 0;
}

export function nvmRead(offset: i32, pointer: usize, length: i32): i32 {
  ++World.reads;
  inside(offset, length);
  if (World.unreadableSize && overlaps(World.unreadable, World.unreadableSize, offset, length)) {
    // A failed read leaves anything.
    memory.fill(pointer, 0x55, length);
    return -1;
  }
  memory.copy(pointer, NVM + offset, length);
  return 0;
}

export function nvmWrite(offset: i32, pointer: usize, length: i32): i32 {
  if (World.writes < LOG_SIZE) {
    store<i32>(LOG + (World.writes << 3), offset);
    store<i32>(LOG + (World.writes << 3), length, 4);
  }
  ++World.writes;
  inside(offset, length);
  if (World.unwritableSize && overlaps(World.unwritable, World.unwritableSize, offset, length)) return -1;
  for (let i = 0; i < length; ++i) {
    if (!World.octetsLeft) {
      // Power is gone: here the station is told so and goes on; a write that follows must not be its saving.
      if (World.inFlight) store<u8>(NVM + offset + i, World.inFlight);
      World.inFlight = 0;
      return -1;
    }
    if (World.octetsLeft > 0) --World.octetsLeft;
    store<u8>(NVM + offset + i, load<u8>(pointer + i));
  }
  return 0;
}
