/** The peer of EAP-PSK (RFC 4764) and the Requests around it (RFC 3748, 5.1 to 5.3). */

import { cipher, keyExpansion } from "../../twin/aes128.ts";
import { bigEndian, concat, equal, fromBigEndian, xor } from "../../twin/bytes.ts";
import { aesCmac } from "../../twin/cmac.ts";
import type { NonceFailure } from "./nonce.ts";
import type { RsnStatusName } from "./statuses.ts";

const TYPE = { identity: 1, notification: 2, nak: 3, psk: 47 } as const;
/** RFC 4764, 5: flags of the four messages, T in the two high bits. */
const FLAGS = { first: 0x00, second: 0x40, third: 0x80, fourth: 0xc0 } as const;
/** RFC 4764, 3.3: R = DONE_SUCCESS, no extension. */
const DONE_SUCCESS = 0x80;
/** Code ‖ Identifier ‖ Length ‖ Type ‖ Flags ‖ RAND_S: what the PCHANNEL's MAC is over, too. */
const HEAD_octets = 22;
/** Assumption: no server's name is longer; RFC 4764 allows 966. */
const ID_S_MAX_octets = 64;

export const aes = (key: Uint8Array, block: Uint8Array): Uint8Array => cipher(keyExpansion(key), block);

/** c xor n, a counter in the last octet. */
export function plus(c: Uint8Array, n: number): Uint8Array {
  return xor(c, concat(new Uint8Array(15), n));
}

/** EAX (RFC 4764, 3.1.2) over less than a block: the CTR stream and the tag. */
export function eax(
  key: Uint8Array,
  nonce: number,
  header: Uint8Array,
  ciphertextOf: (stream: Uint8Array) => Uint8Array,
) {
  const omac = (t: number, m: Uint8Array): Uint8Array => aesCmac(key, concat(new Uint8Array(15), t, m));
  const n = omac(0, concat(new Uint8Array(12), bigEndian(nonce, 4)));
  const stream = aes(key, n);
  const ciphertext = ciphertextOf(stream);
  return { stream, ciphertext, tag: xor(xor(n, omac(1, header)), omac(2, ciphertext)) };
}

interface Run {
  readonly identifier: number;
  readonly randS: Uint8Array;
  readonly randP: Uint8Array;
  readonly idS: Uint8Array;
}

export type EapAnswer =
  | { readonly response: Uint8Array }
  | { readonly taken: true }
  | { readonly refused: RsnStatusName };

export class EapPskPeer {
  readonly #ak: Uint8Array;
  readonly #kdk: Uint8Array;
  readonly #identity: Uint8Array;
  readonly #random: () => Uint8Array | NonceFailure;
  #run: Run | null = null;
  /** MSK[0..31], once the server has proven itself and said that it is content. */
  pmk: Uint8Array | null = null;

  /** `random` draws a nonce of 32 octets, whose first 16 are RAND_P. */
  constructor(psk: Uint8Array, identity: Uint8Array, random: () => Uint8Array | NonceFailure) {
    const c = aes(psk, new Uint8Array(16));
    this.#ak = aes(psk, plus(c, 1));
    this.#kdk = aes(psk, plus(c, 2));
    this.#identity = identity;
    this.#random = random;
  }

  /** A Request that comes again is answered as before: the answer follows from it and from what is kept. */
  receive(octets: Uint8Array): EapAnswer {
    const length = octets.length < 4 ? 0 : fromBigEndian(octets.slice(2, 4));
    if (length < 4 || length > octets.length) return { refused: "bad length" };
    const packet = octets.slice(0, length);
    const [code, identifier] = packet;
    if (code === 3) return this.pmk ? { taken: true } : { refused: "wrong state" };
    if (code === 4) return { refused: "EAP refused" };
    if (code !== 1) return { refused: "bad type" };
    return packet.length < 5 ? { refused: "bad length" } : this.#request(packet, identifier);
  }

  #request(packet: Uint8Array, identifier: number): EapAnswer {
    const respond = (type: number, data: Uint8Array): EapAnswer => ({
      response: concat(2, identifier, bigEndian(5 + data.length, 2), type, data),
    });
    const type = packet[4];
    if (type === TYPE.identity) return respond(type, this.#identity);
    if (type === TYPE.notification) return respond(type, new Uint8Array(0));
    if (type !== TYPE.psk) return respond(TYPE.nak, Uint8Array.of(TYPE.psk));
    if (packet.length < 6) return { refused: "bad length" };
    return packet[5] === FLAGS.first ? this.#first(packet, identifier, respond) : this.#third(packet, identifier);
  }

  /** RAND_S ‖ ID_S -> RAND_S ‖ RAND_P ‖ MAC_P ‖ ID_P, with MAC_P = CMAC(AK, ID_P ‖ ID_S ‖ RAND_S ‖ RAND_P). */
  #first(packet: Uint8Array, identifier: number, respond: (type: number, data: Uint8Array) => EapAnswer): EapAnswer {
    if (packet.length < HEAD_octets) return { refused: "bad length" };
    const given = packet.slice(HEAD_octets);
    if (given.length > ID_S_MAX_octets) return { refused: "EAP refused" };
    const asked = packet.slice(6, HEAD_octets);
    const isSame = this.#run?.identifier === identifier && equal(this.#run.randS, asked) && equal(this.#run.idS, given);
    if (this.#run === null || !isSame) {
      const random = this.#random();
      if (typeof random === "string") return { refused: random };
      this.#run = { identifier, randS: asked, randP: random.slice(0, 16), idS: given };
    }
    const { randS, randP, idS } = this.#run;
    const macP = aesCmac(this.#ak, concat(this.#identity, idS, randS, randP));
    return respond(TYPE.psk, concat(FLAGS.second, randS, randP, macP, this.#identity));
  }

  /** RAND_S ‖ MAC_S ‖ nonce(4) ‖ tag(16) ‖ sealed -> RAND_S ‖ nonce + 1 ‖ tag ‖ sealed. */
  #third(packet: Uint8Array, identifier: number): EapAnswer {
    const run = this.#run;
    if (run === null || packet[5] !== FLAGS.third) return { refused: "EAP refused" };
    if (packet.length !== HEAD_octets + 37) return { refused: "bad length" };
    const macS = packet.slice(HEAD_octets, HEAD_octets + 16);
    const isServer = equal(macS, aesCmac(this.#ak, concat(run.idS, run.randP)));
    if (!equal(packet.slice(6, HEAD_octets), run.randS) || !isServer) return { refused: "EAP refused" };

    const c = aes(this.#kdk, run.randP);
    const tek = aes(this.#kdk, plus(c, 1));
    const nonce = fromBigEndian(packet.slice(HEAD_octets + 16, HEAD_octets + 20));
    const tag = packet.slice(HEAD_octets + 20, HEAD_octets + 36);
    const sealed = packet.slice(HEAD_octets + 36);
    const opened = eax(tek, nonce, packet.slice(0, HEAD_octets), () => sealed);
    if (!equal(opened.tag, tag) || (sealed[0] ^ opened.stream[0]) !== DONE_SUCCESS) {
      return { refused: "EAP refused" };
    }
    this.pmk = concat(aes(this.#kdk, plus(c, 2)), aes(this.#kdk, plus(c, 3)));
    const head = concat(2, identifier, bigEndian(HEAD_octets + 21, 2), TYPE.psk, FLAGS.fourth, run.randS);
    const answer = eax(tek, nonce + 1, head, (stream) => Uint8Array.of(stream[0] ^ DONE_SUCCESS));
    return { response: concat(head, bigEndian(nonce + 1, 4), answer.tag, answer.ciphertext) };
  }
}
