/** 003-M5, 003-C6, 003-C15: keys that come from whom they should not, in clear, or again. */

import { nodeRsnCrypto } from "../../rsn/keys/crypto.node.ts";
import { CIPHERSUITE } from "../keys/ciphersuites.ts";
import { Misf } from "../misf.ts";
import { SaTable } from "../sa/table.ts";
import { ID, LINK, type Scene } from "../scene.ts";
import { systemClock } from "../transport/link.ts";
import { N2N_REQUEST, N2N_RESPONSE, PUSH_REQUEST } from "../wire/messages.ts";
import { KEY_OCTETS, NONCE_OCTETS } from "../wire/types.ts";
import { STATUS } from "../wire/values.ts";
import { type Attack, haveSamePmk, inScene, PATIENCE, prepare, type Result, settle } from "./attack.ts";
import { Recording } from "./recording.ts";

/** Sends a key of its own for the MN to the target, under that MISF ID, in clear. Did the target take it? */
async function sendsKey(scene: Scene, id: string): Promise<boolean> {
  const randomBytes = (length: number): Uint8Array => nodeRsnCrypto.randomBytes(length);
  const link = scene.network.link("attacker");
  const associations = new SaTable(1);
  const misf = new Misf({ id, link, clock: systemClock, timing: PATIENCE, randomBytes, associations });
  const body = {
    targetLink: LINK.tp,
    mnId: ID.mn,
    mnLink: LINK.mn,
    ciphersuite: CIPHERSUITE.aesCcm16,
    key: randomBytes(KEY_OCTETS),
    nonceT: randomBytes(NONCE_OCTETS),
    nonceN: randomBytes(NONCE_OCTETS),
    lifetime: 3600,
  };
  const outcome = await misf.asks({ id: ID.tp, address: ID.tp }, [N2N_REQUEST, N2N_RESPONSE], body);
  misf.close();
  return outcome.kind === "answer" && outcome.body.status === STATUS.success;
}

export const STRANGE_POS: Attack = {
  name: "N2N from a PoS that is no partner",
  wants: "the target prepares for an MN that a stranger sends it",
  tags: ["003-M5"],
  run: (scheme, seed) =>
    inScene({ scheme, seed }, async (scene) => {
      const isTaken = await sendsKey(scene, "pos-x@nowhere.example");
      return { succeeds: isTaken, seen: isTaken ? "the target has a key for it" : "the target answers: authorization" };
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
      const isTaken = await sendsKey(scene, ID.sp);
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
