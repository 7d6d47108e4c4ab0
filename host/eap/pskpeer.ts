/** An EAP peer with EAP-PSK alone, whose answers need no waiting: what a station is before the server. */

import { EapPeerLayer } from "./layer.ts";
import { EapPskMethod, type EapPskMethodOptions } from "./pskmethod.ts";

export type PskPeerAnswer =
  | { readonly response: Uint8Array }
  /** The conversation is over. */
  | { readonly ended: "success" | "failure" }
  /** Dropped: the packet changed nothing. */
  | { readonly refused: string };

/** `identity` is ID_P, and what an Identity Request is answered with. */
export type EapPskPeerOptions = EapPskMethodOptions;

export class EapPskPeer {
  readonly #layer: EapPeerLayer<EapPskMethod>;

  /** @throws RangeError for a key or an identity of a wrong length. */
  constructor(options: EapPskPeerOptions) {
    this.#layer = new EapPeerLayer({ identity: options.identity, methods: [new EapPskMethod(options)] });
  }

  /** 64 octets, as soon as the server has proven itself. */
  get msk(): Uint8Array | undefined {
    return this.#layer.result?.msk;
  }

  /** The same. */
  get emsk(): Uint8Array | undefined {
    return this.#layer.result?.emsk;
  }

  /** An EAP packet of the server, of whatever octets. */
  receive(octets: Uint8Array): PskPeerAnswer {
    const admitted = this.#layer.admit(octets);
    const answer =
      "method" in admitted ? this.#layer.conclude(admitted, admitted.method.receive(admitted.request)) : admitted;
    return "ended" in answer ? { ended: answer.ended } : answer;
  }
}
