/** All attacks on key distribution, in the order in which they are told. */

import { CLAIMED_ARRIVAL } from "./arriving.ts";
import type { Attack } from "./attack.ts";
import { DOMINO } from "./domino.ts";
import { REPLAYED_N2N, REPLAYED_PUSH, SPOOFED_POS, STRANGE_POS } from "./forging.ts";
import { BLOCK_FOR_OTHERS, FORGED_BLOCK, KEY_FOR_ONESELF } from "./summoning.ts";
import { MOVED_KEY, TORN_KEY } from "./tampering.ts";
import { TWO_TIME_PAD } from "./twotimepad.ts";

export const ATTACKS: readonly Attack[] = [
  TORN_KEY,
  MOVED_KEY,
  TWO_TIME_PAD,
  SPOOFED_POS,
  STRANGE_POS,
  REPLAYED_N2N,
  DOMINO,
  KEY_FOR_ONESELF,
  CLAIMED_ARRIVAL,
  REPLAYED_PUSH,
  BLOCK_FOR_OTHERS,
  FORGED_BLOCK,
];
