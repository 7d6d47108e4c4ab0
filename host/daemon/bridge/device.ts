/** What a bridge has on its other side: something that takes an AMP station's calls, and outlives its power-ups. */

import type { AmpConsole } from "../../mcu/console.ts";
import type { Trigger } from "../../wire/trigger.ts";

export interface BridgedDevice {
  /** As a line of a log names it. */
  readonly name: string;
  /** Of the process that it runs in just now; undefined: none of this machine's. */
  readonly pid: number | undefined;
  /** Power-up; the station in it is off until it is told to boot. @throws McuError when it cannot be powered. */
  powerUp(): Promise<AmpConsole>;
  /** How long the calls since it was last asked took by the device's clock, seconds. */
  took_s(): number;
  /** From the end of the data of such an M1 until its M2 is ready at the latest, seconds. @throws McuError */
  m2_s(m1: Trigger): Promise<number>;
  /** What the device has written survives this process. @throws what the file system says. */
  flush(): void;
}

/** What a station's reading is like. */
export interface ReadingKind {
  readonly octets: number;
  readonly encrypt: boolean;
}
