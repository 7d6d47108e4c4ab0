/** Takes the place of build.ts when the roaming module is built (host/build/targets.ts). */
export const SMALL: bool = false;
export const ROAMING: bool = true;
