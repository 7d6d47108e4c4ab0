/** An EAP peer with any methods, for one conversation; whoever carries its packets has their order, their loss and the clock. */

import { type EapPeerAnswer, EapPeerLayer, type EapPeerOptions } from "./layer.ts";
import type { EapMethod, EapResult } from "./method.ts";

export class EapPeer {
  readonly #layer: EapPeerLayer<EapMethod>;
  #isBusy = false;

  /** @throws RangeError for no method, two of one Type, or an identity of more than 1015 octets. */
  constructor(options: EapPeerOptions<EapMethod>) {
    this.#layer = new EapPeerLayer(options);
  }

  /** As soon as the method is done; whoever hears of success by other ways than EAP Success takes it from here. */
  get result(): EapResult | undefined {
    return this.#layer.result;
  }

  /** Why the method has failed, as soon as it has: a server that is not the one need not be waited for. */
  get failure(): string | undefined {
    return this.#layer.failure;
  }

  /** An EAP packet of the server, of whatever octets. What comes while one is handled is refused. */
  async receive(octets: Uint8Array): Promise<EapPeerAnswer> {
    if (this.#isBusy) return { refused: "a Request is under way" };
    const admitted = this.#layer.admit(octets);
    if (!("method" in admitted)) return admitted;
    this.#isBusy = true;
    try {
      return this.#layer.conclude(admitted, await admitted.method.receive(admitted.request));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Ends it, and closes its methods. Keys that it has given stay the receiver's. */
  close(): void {
    this.#layer.close();
  }
}
