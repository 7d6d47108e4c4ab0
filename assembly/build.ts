/**
 * One source, two modules. `station.small.wasm` (fewest bytes) is compiled with shrinkLevel 2, `station.wasm` (fewest
 * instructions) with less. A branch on this is decided by the compiler and leaves no code.
 */
export const SMALL: bool = ASC_SHRINK_LEVEL == 2;
