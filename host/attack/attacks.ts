/* All attacks, in the order in which they are told. */
import type { Attack } from "./attack.ts";
import { collision } from "./attacks/collision.ts";
import { downgrade } from "./attacks/downgrade.ts";
import { drain } from "./attacks/drain.ts";
import { flood } from "./attacks/flood.ts";
import { leakedPmk } from "./attacks/leakedpmk.ts";
import { lyingAp } from "./attacks/lyingap.ts";
import { powercut } from "./attacks/powercut.ts";
import { relay } from "./attacks/relay.ts";
import { replay } from "./attacks/replay.ts";
import { rogueAp } from "./attacks/rogueap.ts";
import { silence } from "./attacks/silence.ts";
import { starve } from "./attacks/starve.ts";
import { timing } from "./attacks/timing.ts";
import { triggerCode } from "./attacks/triggercode.ts";
import { wear } from "./attacks/wear.ts";

export const ATTACKS: readonly Attack[] = [
  drain,
  starve,
  silence,
  wear,
  triggerCode,
  powercut,
  rogueAp,
  replay,
  downgrade,
  relay,
  collision,
  flood,
  timing,
  lyingAp,
  leakedPmk,
];
