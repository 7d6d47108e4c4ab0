/*
 * Power-up, PROTOCOL.md 7: assumes nothing of RAM, writes nothing to NVM.
 */
import { wipe } from "../bytes";
import { nvmRead } from "../env";
import { crc16 } from "../frame/crc";
import { MESSAGE, RAM_SIZE, SCRATCH, SCRATCH_SIZE, SPA } from "../layout";
import { NVM_FAILED } from "../status";
import { Root, scan } from "./record";
import { IDLE, OFF, Session } from "./session";
import { Cycle } from "./snonce";

const HEAD_SIZE: i32 = 16;
/** "AMP1", LE, and version 1 ‖ 0. */
const MAGIC: u32 = 0x31504d41;
const VERSION: u32 = 1;

/** Whether the head of the record is ours; takes SPA and ID from it. */
function readHead(): bool {
  if (nvmRead(0, MESSAGE, HEAD_SIZE)) return false;
  store<u64>(SPA, load<u64>(MESSAGE + 6));
  return (
    load<u32>(MESSAGE) == MAGIC && load<u16>(MESSAGE + 4) == VERSION && load<u16>(MESSAGE + 14) == crc16(MESSAGE, 14)
  );
}

/** 0, or NVM failed; then the station stays off. */
export function boot(): i32 {
  wipe(SCRATCH, RAM_SIZE);
  Session.state = OFF;
  Session.readingLength = 0;
  Session.encrypt = false;
  Session.cacheWritten = false;
  Cycle.counter = 0;
  const isMine = readHead();
  if (isMine) scan();
  wipe(SCRATCH, SCRATCH_SIZE);
  if (!isMine || !Root.newest) return NVM_FAILED;
  Session.state = IDLE;
  return 0;
}
