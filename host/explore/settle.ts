/*
 * The end of every story: whatever happened, power comes back for long enough, nobody attacks, and everything has to work
 * (AMP-R7): at once, unless an AP lacks a PMK that it has to be given first (PROTOCOL.md section 6).
 */
import type { World } from "./world.ts";

export interface SettleOptions {
  /** The AP that is near. */
  readonly ap?: number;
  /** Exchanges until one has to succeed. */
  readonly tries?: number;
}

/** Exchanges in which a pending update has to be proven: UPDATE, its lost answer's PROVE, and one more. */
const UPDATE_TRIES = 3;

export function settle(world: World, { ap = 0, tries = 1 }: SettleOptions = {}): void {
  const { witness, keys, device } = world;
  world.note("from here on nobody interferes");
  if (!device.isOn) world.boot();
  let isDone = false;
  for (let i = 0; i < tries && !isDone; i++) isDone = world.exchange(ap);
  if (!isDone) {
    witness.accuse("AMP-R7", `${tries} honest exchange(s) came to nothing`);
    witness.shares(device.nvm.octets, keys.generations);
    return;
  }
  for (let i = 0; i < UPDATE_TRIES && keys.isUpdating; i++) world.exchange(ap);
  if (keys.isUpdating) witness.accuse("section 6", "an update is not proven after three honest exchanges");
  world.die();
  world.boot();
  if (!world.exchange(ap)) {
    witness.accuse("AMP-R7", "the exchange of the next power cycle came to nothing");
    return;
  }
  const data = world.data(ap);
  if (data) world.hears(data);
  if (!data || !world.says(ap)) witness.accuse("AMP-R7", "no Data after an honest exchange");
  witness.shares(device.nvm.octets, keys.generations);
}
