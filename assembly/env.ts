/*
 * The three imports (module `env`, after this file's name). Each answers 0, or -1 when it failed.
 * They are called from within amp_boot and amp_receive only, and must not call the module back.
 */

/** Writes `length` octets of raw noise, straight from the source, to `pointer`. */
export declare function entropy(pointer: usize, length: i32): i32;

/** Reads `length` octets of the NVM record from `offset` to `pointer`. */
export declare function nvmRead(offset: i32, pointer: usize, length: i32): i32;

/**
 * Writes `length` octets at `pointer` to `offset` of the NVM record, in ascending order, and returns when they are
 * durable. If power fails meanwhile the octets before the cut are new, the one in flight has any value, later ones
 * are old.
 */
export declare function nvmWrite(offset: i32, pointer: usize, length: i32): i32;
