/* What a root update costs a station: the M3 that carries it with the answer to it, and the first M3 under the new root. */
import { Crowd } from "./crowd.ts";
import type { Kit } from "./kit.ts";
import type { Cost } from "./victim.ts";

interface UpdateCost {
  readonly update: Cost;
  /** Wipes the old root and the old cache entry, writes the new one. */
  readonly settle: Cost;
}

/** @throws Error if the update does not come to its end. */
export function updateCost(kit: Kit): UpdateCost {
  const crowd = new Crowd(kit, 1);
  const [{ spa, victim }] = crowd.members;
  const confirm = (): Cost => {
    const m2 = victim.hears(crowd.trigger()).answer?.frame;
    const received = m2 && crowd.reaches(m2);
    const confirmation = received?.kind === "reading" ? received.reading.confirmation : undefined;
    if (!confirmation) throw new Error("an honest M2 got no M3");
    const { answer, cost } = victim.hears(confirmation.m3);
    if (answer?.frame) crowd.reaches(answer.frame);
    return cost;
  };
  confirm();
  crowd.keys.startUpdate(spa);
  victim.wake();
  const update = confirm();
  if (crowd.keys.progressOf(spa).generation !== 1) throw new Error("an honest update was not proven");
  victim.wake();
  return { update, settle: confirm() };
}
