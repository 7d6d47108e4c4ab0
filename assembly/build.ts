/**
 * One source, two modules: `station.small.wasm`, the fewest bytes, and `station.wasm`, the fewest instructions. A branch
 * on this is decided by the compiler and leaves no code. Compiled by hand, shrinkLevel 2 makes the small one; `npm run
 * build` puts build.small.ts in this file's place, so that the compiler leaves all shrinking to Binaryen.
 */
export const SMALL: bool = ASC_SHRINK_LEVEL == 2;

/** `station.roaming.wasm`: the release module that takes a HANDOVER command, too (station/handover.ts). */
export const ROAMING: bool = false;
