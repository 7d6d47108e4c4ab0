/** 003-C15: a PoS says that an MN has come to it, which has not; if it is believed it may have keys made for it from then on. */

import { ID, LINK, type Scene } from "../scene.ts";
import { HANDOVER_RESULT, N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE } from "../wire/messages.ts";
import { STATUS } from "../wire/values.ts";
import { type Attack, inScene, prepare } from "./attack.ts";

async function claims(scene: Scene, to: "sp" | "gm"): Promise<number | undefined> {
  const { member } = scene.poss.tp;
  const partner = scene.partner("tp", to);
  const sa = await member.associationWith(partner);
  if (typeof sa === "string") throw new Error(`tp has no association with ${to}: ${sa}`);
  const body = { mnId: ID.mn, link: LINK.tp, handoverResult: HANDOVER_RESULT.success };
  const outcome = await member.misf.asks(partner, [N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE], body, sa);
  return outcome.kind === "answer" ? outcome.body.status : undefined;
}

export const CLAIMED_ARRIVAL: Attack = {
  name: "a PoS that was prepared says that the MN has come",
  wants: "to be taken for the PoS that serves the MN, by whoever makes keys: the SPoS, or the group manager",
  tags: ["003-C15"],
  run: async (scheme, seed) =>
    inScene({ scheme, seed }, async (scene) => {
      const done = await prepare(scene);
      if (typeof done === "string") throw new Error(`an honest handover was not prepared: ${done}`);
      const maker = scheme === "21d" ? "gm" : "sp";
      const status = await claims(scene, maker);
      const succeeds = status === STATUS.success;
      const who = maker === "gm" ? "the group manager" : "the SPoS";
      return { succeeds, seen: `${who} ${succeeds ? "believes it" : `refuses it with status ${status}`}` };
    }),
};
