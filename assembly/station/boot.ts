/*
 * Power-up, PROTOCOL.md 7: assumes nothing of RAM, writes nothing to NVM.
 */
import { wipe } from "../bytes";
import { nvmRead } from "../env";
import { crc16 } from "../frame/crc";
import { LANE_1, MESSAGE, RAM_SIZE, SCRATCH, SCRATCH_SIZE, SPA } from "../layout";
import { NVM_FAILED } from "../status";
import { Root, scan } from "./record";
import { IDLE, OFF, Session } from "./session";
import { Cycle } from "./snonce";

const HEAD_SIZE: i32 = 16;
/** "AMP1", LE, and version 1 ‖ 0. */
const MAGIC: u32 = 0x31504d41;
const VERSION: u32 = 1;

/** Whether the head of the record cannot be read or is not ours; takes SPA and ID from it. */
function isForeign(): i32 {
  if (nvmRead(0, MESSAGE, HEAD_SIZE)) return 1;
  store<u64>(SPA, load<u64>(MESSAGE, 6));
  return (
    i32(load<u32>(MESSAGE) != MAGIC) |
    i32(load<u16>(MESSAGE, 4) != VERSION) |
    i32(load<u16>(MESSAGE, 14) != crc16(MESSAGE, 14))
  );
}

/** 0, or NVM failed; then the station stays off. */
export function boot(): i32 {
  // LANES goes with the rest of SCRATCH, below.
  wipe(LANE_1, RAM_SIZE - 16);
  Session.state = OFF;
  Session.readingLength = 0;
  Session.encrypt = false;
  Session.cacheWritten = false;
  Cycle.counter = 0;
  Root.newest = 0;
  if (!isForeign()) scan();
  wipe(SCRATCH, SCRATCH_SIZE);
  if (!Root.newest) return NVM_FAILED;
  Session.state = IDLE;
  return 0;
}
