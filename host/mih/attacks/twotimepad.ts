/** 003-C10: names and nonces that come again bring the same mask again, and two keys under one mask tell their difference. */

import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { LINK } from "../scene.ts";
import { PREREG_RESPONSE } from "../wire/messages.ts";
import { KEY_OCTETS, NONCE_OCTETS, TLV } from "../wire/types.ts";
import { type Attack, inScene, prepare } from "./attack.ts";
import { clearValue, Recording } from "./recording.ts";

/** A weak source: what are nonces are the same again and again. K is not. */
function stuck(crypto: RsnCrypto): RsnCrypto {
  const randomBytes = (length: number): Uint8Array =>
    length === NONCE_OCTETS ? new Uint8Array(NONCE_OCTETS).fill(7) : crypto.randomBytes(length);
  return { ...crypto, randomBytes };
}

export const TWO_TIME_PAD: Attack = {
  name: "two keys under one mask",
  wants: "the difference of two keys, where nonces repeat (a device without entropy, a restored image)",
  tags: ["003-C10"],
  run: async (scheme, seed) => {
    const recording = new Recording();
    const made: Uint8Array[] = [];
    const around = (name: string, crypto: RsnCrypto): RsnCrypto => {
      const weak = name === "mn" || name === "sp" ? stuck(crypto) : crypto;
      // What the attacker does not see, to judge him by.
      const randomBytes = (length: number): Uint8Array => {
        const octets = weak.randomBytes(length);
        if (name === "sp" && length === KEY_OCTETS) made.push(octets.slice());
        return octets;
      };
      return { ...weak, randomBytes };
    };
    return inScene({ scheme, seed, network: { tap: recording.tap }, around }, async (scene) => {
      await prepare(scene);
      await scene.mn.prepare({ targetLink: LINK.tp, candidateLinks: [LINK.tp] });
      if (scheme === "21d") return { succeeds: false, seen: "the SPoS makes no key, and masks none" };
      if (made.length < 2) throw new Error("two honest handovers were not prepared");
      const masked = recording.of(PREREG_RESPONSE).map(({ octets }) => clearValue(octets, TLV.protectedKey));
      const distinct = [...new Set(masked.filter((one) => one !== undefined).map(hex))];
      if (distinct.length < 2) return { succeeds: false, seen: "no key is seen on the network, masked or not" };
      const [first, second] = distinct.map((one) => Buffer.from(one, "hex"));
      const guessed = hex(first.map((octet, i) => octet ^ second[i]));
      const true_ = hex(made[0].map((octet, i) => octet ^ made[1][i]));
      return guessed === true_
        ? { succeeds: true, seen: "the difference of the two keys was read off the network" }
        : { succeeds: false, seen: "what was read is not their difference" };
    });
  },
};

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}
