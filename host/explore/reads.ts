/*
 * NVM that cannot be read: one read of a call fails, alone or with all that follow it until power is gone. The call answers
 * a status or goes on (PROTOCOL.md sections 7 and 8), the session that was there is whole, and with the failure over the
 * next exchange works: in the same power cycle, unless amp_boot itself was refused, and in every later one.
 */
import type { Call } from "./machine.ts";
import type { World } from "./world.ts";

export const READ_FAILS = ["once", "always"] as const;
export type ReadFails = (typeof READ_FAILS)[number];

interface ReadFault {
  /** The n-th of the call, from 1. */
  readonly read: number;
  readonly fails: ReadFails;
}

const WAITING = 2;
const SECURE = 3;

/** Every read of the call, failing in every way: the call is run. */
export function readFaultsOf(world: World, call: Call): ReadFault[] {
  let reads = 0;
  world.device.nvm.failRead = () => {
    reads++;
    return false;
  };
  run(world, call);
  return Array.from({ length: reads }, (_, i) => READ_FAILS.map((fails) => ({ read: i + 1, fails }))).flat();
}

/** The call with that failure, and what follows in the same power cycle. The world is at the instant before the call. */
export function readFault(world: World, call: Call, { read, fails }: ReadFault): void {
  const { device, witness } = world;
  const isWaiting = (): boolean => device.state === WAITING;
  const wasWaiting = isWaiting();
  let reads = 0;
  device.nvm.failRead = () => {
    reads++;
    return fails === "once" ? reads === read : reads >= read;
  };
  world.note(`read ${read} of the call fails${fails === "once" ? "" : ", and all that follow"}`);
  const answer = run(world, call);
  if (answer?.frame) {
    const m3 = world.sends(answer.frame);
    if (m3) world.hears(m3);
  } else if (call.kind === "receive" && wasWaiting && isWaiting()) {
    // It was refused: the session before is whole, and its M3 is taken.
    const m3 = world.last("Confirm");
    if (m3) world.hears(m3);
    if (device.state !== SECURE) witness.accuse("AMP-R5", "a refused M1 ended the session before it");
  }
  const isWell = device.state !== 0 && world.exchange();
  const isDue = fails === "once" && call.kind !== "boot";
  if (isDue && !isWell) witness.accuse("AMP-R7", "a read that failed once silences it until power is gone");
}

function run({ device, options }: World, call: Call): ReturnType<World["device"]["call"]> {
  if (call.kind === "boot") {
    options.machine.powerUp("kept");
    device.isOn = true;
  }
  return device.call(call);
}
