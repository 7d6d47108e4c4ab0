/*
 * What may go wrong between an AP that has taken a reading, the store that keeps it, and the M3 that is its receipt: a
 * reading is delivered at most once for one M2, and no M3 is there before it is (AMP-R3). The device that got no M3 brings
 * its reading under another ANonce.
 */
import type { Continuation } from "./continuations.ts";
import { DELIVERY, type Delivery, type World } from "./world.ts";

const NAMES = Object.keys(DELIVERY) as Delivery[];

export const DELIVERIES: readonly Continuation[] = NAMES.map((name) => ({
  name: `delivery-${name}`,
  says: `${DELIVERY[name]}; then the same M2 comes again, to a repeated M1 and by replay`,
  act: (world) => interrupted(world, name),
}));

function interrupted(world: World, delivery: Delivery): void {
  world.read();
  const m2 = world.hears(world.trigger())?.frame;
  if (!m2) return;
  world.delivery = delivery;
  world.sends(m2);
  const m1 = world.repeat();
  const again = m1 && world.hears(m1)?.frame;
  const m3 = again ? world.sends(again) : undefined;
  world.reaches(m2, 0, true);
  if (m3) world.hears(m3);
  // At least once overall: the device has its reading still, and brings it under the next ANonce.
  const next = world.hears(world.trigger())?.frame;
  if (next && !world.sends(next)) world.witness.accuse("AMP-R3", "a reading that came again was not taken");
  world.reaches(m2, 0, true);
}
