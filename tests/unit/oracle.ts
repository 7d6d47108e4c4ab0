/*
 * Other people's implementations of what the device does (tests/primitives/imports/oracle.ts): module `oracle`, after this
 * file's name. Lengths in octets; results go to `out`.
 */
export declare function sha256(message: usize, length: i32, out: usize): void;
export declare function hmac(key: usize, keyLength: i32, message: usize, length: i32, out: usize): void;
/** `key`: 32 octets. */
export declare function kdf256(
  key: usize,
  label: usize,
  labelLength: i32,
  context: usize,
  length: i32,
  out: usize,
): void;
/** inner ‖ outer, 64 octets, of a key of 32. */
export declare function midstates(key: usize, out: usize): void;
export declare function aes128(key: usize, block: usize, out: usize): void;
export declare function cmac(key: usize, message: usize, length: i32, out: usize): void;
/** Ciphertext ‖ MIC. `key`: 16 octets, `nonce`: 13. */
export declare function ccmSeal(
  key: usize,
  nonce: usize,
  aad: usize,
  aadLength: i32,
  payload: usize,
  length: i32,
  micLength: i32,
  out: usize,
): void;
export declare function crc16(octets: usize, length: i32): u32;
export declare function crc32(octets: usize, length: i32): u32;

/** The NVM record, 268 octets, as provisioned; a root slot, 72; the PMK cache, 92. Keys are 32 octets. */
export declare function provision(spa: usize, psk: usize, out: usize): void;
export declare function slot(generation: i32, root: usize, out: usize): void;
export declare function cache(generation: i32, aa: usize, modifier: usize, pmk: usize, out: usize): void;

/** The short identifier of a SPA. */
export declare function id(spa: usize): u32;
/** What a station of that ID says of a frame before it looks at its state: a status, or the frame's FC. */
export declare function check(frame: usize, length: i32, id: u32): i32;

/** Whether the run is of the small build. */
export declare function wantsSmall(): bool;
