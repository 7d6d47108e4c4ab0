/* The state that a conversation begins in, made anew as often as it is needed: the same in every respect each time. */
import { nodeCrypto } from "../crypto/node.ts";
import { Nvm } from "../device/nvm.ts";
import { streamsOf } from "../sim/streams.ts";
import { OtherEnd, type Topic } from "./conversation.ts";
import { onNode } from "./node.ts";

export class Scene {
  readonly #module: Uint8Array;
  readonly #topic: Topic;
  readonly #seed: number;

  constructor(module: Uint8Array, topic: Topic, seed: number) {
    this.#module = module;
    this.#topic = topic;
    this.#seed = seed;
  }

  /** The station's noise, from its beginning. */
  entropy(): (into: Uint8Array) => boolean {
    const stream = streamsOf(nodeCrypto, this.#seed)("noise");
    return (into) => stream.fill(into).length > 0;
  }

  /** The other end, and the station's NVM; for a cached PMK they have talked once before. */
  async begin(): Promise<{ readonly end: OtherEnd; readonly image: Uint8Array }> {
    const end = new OtherEnd(this.#seed, this.#topic.keying === "direct");
    const nvm = new Nvm(end.image);
    if (this.#topic.keying === "cached") {
      await end.converse(onNode(this.#module, nvm, this.entropy()), { ...this.#topic, update: false, data: false });
    }
    return { end, image: nvm.octets };
  }
}
