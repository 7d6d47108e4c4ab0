/** The server of EAP-PSK (RFC 4764) over the twin's primitives, one station at a time: what the AP's EAP is tried with. */

import type { EapBackend, EapConversation, EapStep } from "../../../host/eap/backend.ts";
import { bigEndian, concat, equal } from "../../twin/bytes.ts";
import { aesCmac } from "../../twin/cmac.ts";
import { aes, eax, plus } from "../twin/eappsk.ts";

const ID_S = new TextEncoder().encode("server");
const DONE_SUCCESS = 0x80;
const PSK = 47;

const packet = (code: number, id: number, ...rest: (Uint8Array | number)[]): Uint8Array => {
  const body = concat(...rest);
  return concat(code, id, bigEndian(4 + body.length, 2), body);
};

class Conversation implements EapConversation {
  readonly #ak: Uint8Array;
  readonly #kdk: Uint8Array;
  readonly #randS: Uint8Array;
  #msk: Uint8Array | null = null;
  #tek: Uint8Array | null = null;

  constructor(psk: Uint8Array, randS: Uint8Array) {
    const c = aes(psk, new Uint8Array(16));
    this.#ak = aes(psk, plus(c, 1));
    this.#kdk = aes(psk, plus(c, 2));
    this.#randS = randS;
  }

  receive(response: Uint8Array): EapStep {
    const [, id, , , type, flags] = response;
    const next = id + 1;
    if (type === 1) return { result: "continue", packet: packet(1, next, PSK, 0x00, this.#randS, ID_S) };
    if (type === PSK && flags === 0x40) return this.#second(response, next);
    if (type === PSK && flags === 0xc0) return this.#fourth(response);
    return { result: "failure", packet: packet(4, id) };
  }

  #second(response: Uint8Array, next: number): EapStep {
    const randP = response.slice(22, 38);
    const idP = response.slice(54);
    const macP = aesCmac(this.#ak, concat(idP, ID_S, this.#randS, randP));
    if (!equal(response.slice(38, 54), macP)) return { result: "failure", packet: packet(4, response[1]) };
    const c = aes(this.#kdk, randP);
    this.#tek = aes(this.#kdk, plus(c, 1));
    this.#msk = concat(...[2, 3, 4, 5].map((n) => aes(this.#kdk, plus(c, n))));
    const macS = aesCmac(this.#ak, concat(ID_S, randP));
    const head = concat(1, next, bigEndian(59, 2), PSK, 0x80, this.#randS);
    const { tag, ciphertext } = eax(this.#tek, 0, head, (stream) => Uint8Array.of(stream[0] ^ DONE_SUCCESS));
    return { result: "continue", packet: concat(head, macS, bigEndian(0, 4), tag, ciphertext) };
  }

  #fourth(response: Uint8Array): EapStep {
    const failure: EapStep = { result: "failure", packet: packet(4, response[1]) };
    if (this.#tek === null || this.#msk === null || response.length !== 43) return failure;
    const { tag, stream } = eax(this.#tek, 1, response.slice(0, 22), () => response.slice(42));
    if (!equal(tag, response.slice(26, 42)) || (response[42] ^ stream[0]) !== DONE_SUCCESS) return failure;
    return { result: "success", packet: packet(3, response[1]), msk: this.#msk };
  }
}

/** Everyone has that EAP-PSK key. */
export function eapPskServer(psk: Uint8Array): EapBackend {
  let n = 0;
  return { begin: () => new Conversation(psk, concat(new Uint8Array(12), bigEndian(++n, 4))) };
}
