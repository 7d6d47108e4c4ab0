/** 003-C10: the mask of the original scheme has no integrity: who flips a bit on the way flips it in K, and nobody notices. */

import { ID, LINK } from "../scene.ts";
import { N2N_REQUEST, PREREG_RESPONSE } from "../wire/messages.ts";
import { TLV } from "../wire/types.ts";
import { type Attack, haveSamePmk, inScene, prepare } from "./attack.ts";
import { flipped, isMessage } from "./recording.ts";

/** On the way to the MN only: both ends are told that they have a key, and they have two. */
export const TORN_KEY: Attack = {
  name: "a bit flipped on its way to the MN",
  wants: "both ends believe that they have a key, and cannot talk",
  tags: ["003-C10"],
  run: async (scheme, seed) => {
    const tap = (_: string, to: string, octets: Uint8Array): Uint8Array | undefined =>
      to === ID.mn && isMessage(octets, PREREG_RESPONSE) ? flipped(octets, TLV.protectedKey) : undefined;
    return inScene({ scheme, seed, network: { tap } }, async (scene) => {
      const done = await prepare(scene);
      if (typeof done === "string") return { succeeds: false, seen: `the MN takes nothing: ${done}` };
      return haveSamePmk(scene)
        ? { succeeds: false, seen: "both have the key all the same" }
        : { succeeds: true, seen: "the MN was told of success and has another K than its target" };
    });
  },
};

/** On both ways: the key is another one than the SPoS made, and works. */
export const MOVED_KEY: Attack = {
  name: "the same bit flipped on both ways",
  wants: "a key in use that differs from the distributed one by what the attacker chose",
  tags: ["003-C10"],
  run: async (scheme, seed) => {
    // What a scene of the same seed without him ends with.
    const untouched = await inScene({ scheme, seed }, async (scene) => {
      await prepare(scene);
      return scene.tables.tp.of(ID.mn, LINK.tp)?.pmk.slice();
    });
    const tap = (_: string, __: string, octets: Uint8Array): Uint8Array | undefined => {
      const isKey = isMessage(octets, PREREG_RESPONSE) || isMessage(octets, N2N_REQUEST);
      return isKey ? flipped(octets, TLV.protectedKey) : undefined;
    };
    return inScene({ scheme, seed, network: { tap } }, async (scene) => {
      const done = await prepare(scene);
      if (typeof done === "string") return { succeeds: false, seen: `nothing is taken: ${done}` };
      const pmk = scene.tables.tp.of(ID.mn, LINK.tp)?.pmk;
      const isOther = pmk && untouched && Buffer.compare(pmk, untouched) !== 0;
      return haveSamePmk(scene) && isOther
        ? { succeeds: true, seen: "both agree on a K that the SPoS never made" }
        : { succeeds: false, seen: "both agree on the K that was made, or on none" };
    });
  },
};
