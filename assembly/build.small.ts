/** Takes the place of build.ts when the small module is built (host/build/targets.ts). */
export const SMALL: bool = true;
export const ROAMING: bool = false;
