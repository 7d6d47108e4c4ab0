/** 003-C14, 003-C15: a PoS that asks the group manager for what is none of its business, and blocks that are for others. */

import { nodeRsnCrypto } from "../../rsn/keys/crypto.node.ts";
import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { GROUP_ID_OCTETS } from "../gkb/block.ts";
import { KeyTree } from "../gkb/keytree.ts";
import { makeGroupKeyBlock } from "../gkb/make.ts";
import { makeManagerKeys, signer } from "../gkb/signature.node.ts";
import { mediaSpecificPmk } from "../keys/keys.ts";
import { ID, LINK, type Scene } from "../scene.ts";
import type { Scheme } from "../schemes/scheme.ts";
import { GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE, PREREG_RESPONSE } from "../wire/messages.ts";
import { KEY_OCTETS, NONCE_OCTETS } from "../wire/types.ts";
import { linkId, STATUS } from "../wire/values.ts";
import { type Attack, inScene, prepare, type Result } from "./attack.ts";

/** The answer of the group manager to a PoS's own request. */
async function summons(scene: Scene, by: "sp" | "tp", tposId: string): Promise<number | undefined> {
  const { member } = scene.poss[by];
  const manager = scene.partner(by, "gm");
  const sa = await member.associationWith(manager);
  if (typeof sa === "string") throw new Error(`${by} has no association with the group manager: ${sa}`);
  const body = { mnId: ID.mn, tposId, nonceT: member.crypto.randomBytes(NONCE_OCTETS), sequence: 1 };
  const outcome = await member.misf.asks(manager, [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE], body, sa);
  return outcome.kind === "answer" ? outcome.body.status : undefined;
}

/** Where the SPoS makes K there is nobody to ask: is one of the octet strings that it drew the K of MN and target? */
async function made(scheme: Scheme, seed: number): Promise<Result> {
  const drawn: Uint8Array[] = [];
  const around = (name: string, crypto: RsnCrypto): RsnCrypto => {
    const randomBytes = (length: number): Uint8Array => {
      const octets = crypto.randomBytes(length);
      if (name === "sp" && length === KEY_OCTETS) drawn.push(octets.slice());
      return octets;
    };
    return { ...crypto, randomBytes };
  };
  return inScene({ scheme, seed, around }, async (scene) => {
    const done = await prepare(scene);
    const pmk = scene.tables.tp.of(ID.mn, LINK.tp)?.pmk;
    if (typeof done === "string" || !pmk) throw new Error(`an honest handover was not prepared: ${done}`);
    const links = { mnLink: linkId.emit(LINK.mn), poaLink: linkId.emit(LINK.tp) };
    const isMade = drawn.some((k) => Buffer.compare(mediaSpecificPmk(nodeRsnCrypto, k, links), pmk) === 0);
    return { succeeds: isMade, seen: isMade ? "the SPoS has drawn the K of both itself" : "the SPoS has not drawn K" };
  });
}

export const KEY_FOR_ONESELF: Attack = {
  name: "a PoS asks for a key of an MN and itself",
  wants: "a key of an MN that is to go to another PoS, or is not served by who asks",
  tags: ["003-C15"],
  run: async (scheme, seed) => {
    if (scheme !== "21d") return made(scheme, seed);
    return inScene({ scheme, seed }, async (scene) => {
      await scene.mn.attach(scene.partner("mn", "sp"));
      const itself = await summons(scene, "sp", ID.sp);
      const others = await summons(scene, "tp", ID.umts);
      const isRefused = itself === STATUS.authorizationFailure && others === STATUS.authorizationFailure;
      return isRefused
        ? { succeeds: false, seen: "the group manager refuses both, an own key and one for another's MN" }
        : { succeeds: true, seen: `the group manager answers with status ${itself} and ${others}` };
    });
  },
};

export const BLOCK_FOR_OTHERS: Attack = {
  name: "a group key block for others",
  wants: "to open a block that names the MN and its target only, as the PoS that passes it on, or a third one",
  tags: ["003-C14", "003-C17"],
  run: async (scheme, seed) => {
    if (scheme !== "21d") return undefined;
    const blocks: Uint8Array[] = [];
    return inScene({ scheme, seed }, async (scene) => {
      const { misf } = scene.mn.member;
      const asks = misf.asks.bind(misf);
      // What the MN was given is what the SPoS has passed on.
      misf.asks = (async (...args: Parameters<typeof asks>) => {
        const outcome = await asks(...args);
        const block = outcome.kind === "answer" && args[1][1] === PREREG_RESPONSE && outcome.body;
        if (block && "groupKeyBlock" in block) blocks.push(block.groupKeyBlock as Uint8Array);
        return outcome;
      }) as typeof misf.asks;
      const done = await prepare(scene);
      if (typeof done === "string" || blocks.length === 0) throw new Error("no block was passed on");
      const opened = (["sp", "umts"] as const).map((name) => scene.groupMember(name).open(blocks[0]));
      const seen = opened.map((one) => (typeof one === "string" ? one : "opened")).join(", ");
      return { succeeds: opened.some((one) => typeof one !== "string"), seen: `the SPoS and a third PoS: ${seen}` };
    });
  },
};

export const FORGED_BLOCK: Attack = {
  name: "a block forged by a device of the same tree",
  wants: "the target takes a group key of the attacker's, wrapped under a node key that both have",
  tags: ["003-C15", "003-C16"],
  run: async (scheme, seed) => {
    if (scheme !== "21d") return undefined;
    return inScene({ scheme, seed }, async (scene) => {
      // He has the tree itself: more than any device. What he lacks is the group manager's signature.
      const { privateKey } = makeManagerKeys();
      const forged = makeGroupKeyBlock({
        crypto: nodeRsnCrypto,
        tree: new KeyTree(nodeRsnCrypto, scene.treeSecret),
        groupId: new Uint8Array(GROUP_ID_OCTETS),
        sequence: 1,
        members: [scene.leafOf("tp"), scene.leafOf("mn")],
        excluded: [],
        sign: signer(privateKey),
      });
      const opened = scene.groupMember("tp").open(forged.octets);
      return {
        succeeds: typeof opened !== "string",
        seen: `the target: ${typeof opened === "string" ? opened : "opened"}`,
      };
    });
  },
};
