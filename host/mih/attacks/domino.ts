/**
 * 003-C12, 003-C14: the SPoS is broken into, and everything that it ever computed or was told is the attacker's, and every
 * datagram on the network beside. Can he read what the MN and its next PoS say to each other, and so on down the chain?
 */

import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { toHex } from "../../wire/octets.ts";
import { readBlock } from "../gkb/block.ts";
import { CIPHERSUITE } from "../keys/ciphersuites.ts";
import { derivedAssociation } from "../sa/derived.ts";
import { ID } from "../scene.ts";
import { associatedData } from "../wire/pdu.ts";
import { readTlvs } from "../wire/tlv.ts";
import { TLV } from "../wire/types.ts";
import { type Attack, inScene, prepare } from "./attack.ts";
import { Recording } from "./recording.ts";

const NONCES: readonly number[] = [TLV.nonceT.type, TLV.nonceN.type];

/** All octet strings that went into a role's cryptography or came out of it, and the TLVs in them. */
class Memory {
  /** Only what a message has as a nonce: all pairs of all strings would take hours, and find no more. */
  readonly nonces: Uint8Array[] = [];
  readonly #seen = new Map<string, Uint8Array>();

  note(octets: Uint8Array): void {
    this.#seen.set(toHex(octets), octets.slice());
    for (const { type, value } of readTlvs(octets) ?? []) {
      this.#seen.set(toHex(value), value);
      if (NONCES.includes(type) && !this.nonces.some((one) => toHex(one) === toHex(value))) this.nonces.push(value);
    }
  }

  all(): Uint8Array[] {
    return [...this.#seen.values()];
  }

  ofLength(...lengths: readonly number[]): Uint8Array[] {
    return this.all().filter(({ length }) => lengths.includes(length));
  }

  /** The keys with which it could unwrap a group key block, tried on every block it has seen. */
  unwrapped(crypto: RsnCrypto): Uint8Array[] {
    const blocks = this.all()
      .map(readBlock)
      .filter((block) => typeof block === "object");
    return blocks.flatMap(({ cover }) =>
      cover.flatMap(({ groupKeyData }) =>
        this.ofLength(16).flatMap((key) => crypto.aesUnwrap(key, groupKeyData) ?? []),
      ),
    );
  }
}

function spied(crypto: RsnCrypto, memory: Memory): RsnCrypto {
  const noted = <T extends Uint8Array | null>(octets: T): T => {
    if (octets) memory.note(octets);
    return octets;
  };
  return {
    ...crypto,
    randomBytes: (length) => noted(crypto.randomBytes(length)),
    hmac: (key, message) => noted(crypto.hmac(noted(key), noted(message))),
    ccmSeal: (key, nonce, aad, plain, mic) => crypto.ccmSeal(noted(key), nonce, aad, noted(plain), mic),
    ccmOpen: (key, nonce, aad, sealed, mic) => noted(crypto.ccmOpen(noted(key), nonce, aad, sealed, mic)),
    aesUnwrap: (kek, wrapped) => noted(crypto.aesUnwrap(noted(kek), wrapped)),
  };
}

/** Of what the MN and its target said to each other: how much does one who knows all these keys and nonces open? */
function read(
  crypto: RsnCrypto,
  recording: Recording,
  keys: readonly Uint8Array[],
  nonces: readonly Uint8Array[],
): number {
  const between = recording
    .pdus()
    .filter(({ source, destination, protection }) => protection && source === ID.mn && destination === ID.tp);
  const isOpened = (k: Uint8Array, nonceT: Uint8Array, nonceN: Uint8Array): boolean => {
    const sa = derivedAssociation({
      crypto,
      k,
      nonceT,
      nonceN,
      ciphersuite: CIPHERSUITE.aesCcm16,
      origin: "remedy1",
      mn: ID.mn,
      tpos: ID.tp,
      end: "TPoS",
      expires_ms: 1,
      now_ms: () => 0,
    });
    return between.some(
      (pdu) =>
        pdu.protection &&
        typeof sa.open(associatedData(pdu, pdu.protection.said), pdu.protection.security) !== "string",
    );
  };
  for (const k of keys) {
    for (const nonceT of nonces) for (const nonceN of nonces) if (isOpened(k, nonceT, nonceN)) return between.length;
  }
  return 0;
}

export const DOMINO: Attack = {
  name: "the SPoS is broken into (domino)",
  wants: "to read what the MN and its next PoS say to each other",
  tags: ["003-C12", "003-C14", "001-P8"],
  run: (scheme, seed) => {
    const [memory, recording] = [new Memory(), new Recording()];
    let plain: RsnCrypto | undefined;
    const around = (name: string, crypto: RsnCrypto): RsnCrypto => {
      plain = crypto;
      return name === "sp" ? spied(crypto, memory) : crypto;
    };
    return inScene({ scheme, seed, network: { tap: recording.tap }, around }, async (scene) => {
      const done = await prepare(scene);
      if (typeof done === "string" || !plain) throw new Error(`an honest handover was not prepared: ${done}`);
      if (!(await scene.mn.complete(done))) throw new Error("an honest handover was not completed");
      // What crosses the network in clear is his, too: nonces of the original scheme do.
      for (const { service } of recording.pdus()) if (service) memory.note(service);
      // Its device keys, too: they are in its memory, whether its cryptography was given them or not.
      const spos = scene.groupMember("sp");
      const opened = memory.all().flatMap((octets) => {
        const mgk = spos.open(octets);
        return typeof mgk === "string" ? [] : [mgk];
      });
      const keys = [...memory.ofLength(16, 32), ...memory.unwrapped(plain), ...opened];
      const readings = read(plain, recording, keys, memory.nonces);
      return readings > 0
        ? { succeeds: true, seen: `${keys.length} octet strings of the SPoS tried as K: one opens what the MN says` }
        : { succeeds: false, seen: `${keys.length} octet strings of the SPoS tried as K: none opens anything` };
    });
  },
};
