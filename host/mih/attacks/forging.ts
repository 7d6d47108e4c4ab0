/** 003-M5, 003-C6, 003-C15: keys that come from whom they should not, in clear, or again. */

import { systemClock } from "../../datagrams/link.ts";
import { nodeRsnCrypto } from "../../rsn/keys/crypto.node.ts";
import { CIPHERSUITE } from "../keys/ciphersuites.ts";
import { Misf } from "../misf.ts";
import { SaTable } from "../sa/table.ts";
import { ID, LINK, type Scene } from "../scene.ts";
import type { BodyOf } from "../wire/message.ts";
import { N2N_REQUEST, N2N_RESPONSE, PUSH_REQUEST } from "../wire/messages.ts";
import { KEY_OCTETS, NONCE_OCTETS } from "../wire/types.ts";
import { STATUS } from "../wire/values.ts";
import { type Attack, haveSamePmk, inScene, PATIENCE, prepare, type Result, settle } from "./attack.ts";
import { Recording } from "./recording.ts";

const randomBytes = (length: number): Uint8Array => nodeRsnCrypto.randomBytes(length);

/** A key of the attacker's for that MN. */
function keyFor(mnId: string): BodyOf<typeof N2N_REQUEST> {
  return {
    targetLink: LINK.tp,
    mnId,
    mnLink: LINK.mn,
    ciphersuite: CIPHERSUITE.aesCcm16,
    key: randomBytes(KEY_OCTETS),
    nonceT: randomBytes(NONCE_OCTETS),
    nonceN: randomBytes(NONCE_OCTETS),
    lifetime: 3600,
  };
}

/** Sends it to the target in clear, in the name of the SPoS. Did the target take it? */
async function spoofs(scene: Scene): Promise<boolean> {
  const link = scene.network.link("attacker");
  const associations = new SaTable(1);
  const misf = new Misf({ id: ID.sp, link, clock: systemClock, timing: PATIENCE, randomBytes, associations });
  const outcome = await misf.asks({ id: ID.tp, address: ID.tp }, [N2N_REQUEST, N2N_RESPONSE], keyFor(ID.mn));
  misf.close();
  if (outcome.kind !== "answer") throw new Error("the target did not answer the attacker at all");
  return outcome.body.status === STATUS.success;
}

export const STRANGE_POS: Attack = {
  name: "N2N from who is no PoS",
  wants: "the target prepares for an MN that somebody sends it who has an association there, and is no partner",
  tags: ["003-M5"],
  run: (scheme, seed) =>
    inScene({ scheme, seed }, async (scene) => {
      // An honest MN's own association with the target: all that a PoS would have, but the name.
      const target = scene.partner("mn", "tp");
      const sa = await scene.mn.attach(target);
      if (typeof sa === "string") throw new Error(`the MN is not attached: ${sa}`);
      const { misf } = scene.mn.member;
      // Remedy 2 sends no key, so that would be refused for itself.
      const { key: _, nonceN: __, lifetime: ___, ...keyless } = keyFor("victim@home.example");
      const body = scheme === "21d" ? keyless : keyFor("victim@home.example");
      const outcome = await misf.asks(target, [N2N_REQUEST, N2N_RESPONSE], body, sa);
      if (outcome.kind !== "answer") throw new Error("the target did not answer the attacker at all");
      const isTaken = outcome.body.status === STATUS.success;
      return { succeeds: isTaken, seen: `the target answers with status ${outcome.body.status}` };
    }),
};

export const SPOOFED_POS: Attack = {
  name: "N2N with a key in clear, in the SPoS's name",
  wants: "a prepared handover is replaced, and the MN cannot be taken over",
  tags: ["003-C6", "003-M3"],
  run: (scheme, seed) =>
    inScene({ scheme, seed }, async (scene) => {
      const done = await prepare(scene);
      if (typeof done === "string") throw new Error(`an honest handover was not prepared: ${done}`);
      const isTaken = await spoofs(scene);
      return haveSamePmk(scene) && !isTaken
        ? { succeeds: false, seen: "the key is refused, the prepared one is untouched" }
        : { succeeds: true, seen: "the target has thrown the MN's key away for the attacker's octets" };
    }),
};

/** What was heard once goes in again, from the same address, behind a second, newer handover. */
async function replays(
  scene: Scene,
  recording: Recording,
  message: typeof N2N_REQUEST | typeof PUSH_REQUEST,
): Promise<Result | undefined> {
  const done = await prepare(scene);
  if (typeof done === "string") throw new Error(`an honest handover was not prepared: ${done}`);
  const old = recording.of(message).find(({ to }) => to === ID.tp);
  if (old === undefined) return undefined;
  const again = await scene.mn.prepare({ targetLink: LINK.tp, candidateLinks: [LINK.tp] });
  if (typeof again === "string") throw new Error(`the second honest handover was not prepared: ${again}`);
  // The target has forgotten what it answered: the replay is not taken for a repetition.
  await new Promise((resolve) => setTimeout(resolve, PATIENCE.transaction_ms + 50));
  scene.network.inject(old.from, old.to, old.octets);
  await settle();
  return haveSamePmk(scene)
    ? { succeeds: false, seen: "the target keeps the newer key" }
    : { succeeds: true, seen: "the target has gone back to the old key, the MN has not" };
}

export const REPLAYED_N2N: Attack = {
  name: "a replayed N2N request",
  wants: "the target goes back to a key of before",
  tags: ["003-M3", "001-P8"],
  run: (scheme, seed) => {
    const recording = new Recording();
    return inScene({ scheme, seed, network: { tap: recording.tap } }, (scene) =>
      replays(scene, recording, N2N_REQUEST),
    );
  },
};

export const REPLAYED_PUSH: Attack = {
  name: "a replayed push of a group key",
  wants: "the target goes back to a key of before",
  tags: ["003-C15", "003-C17"],
  run: async (scheme, seed) => {
    if (scheme !== "21d") return undefined;
    const recording = new Recording();
    return inScene({ scheme, seed, network: { tap: recording.tap } }, (scene) =>
      replays(scene, recording, PUSH_REQUEST),
    );
  },
};
