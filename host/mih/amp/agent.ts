/**
 * What the serving AP does in 802.21 for a station that cannot: it is the station's MN. It prepares a handover, tells the
 * station through its M3, and sees to it that the next AP knows the root generation that the station will answer under.
 */

import type { HandedOver } from "../../ap/handoverdesk.ts";
import type { MobileNode, Prepared, PrepareWish } from "../roles/mobile.ts";
import type { LinkId } from "../wire/values.ts";
import { emitGeneration } from "./ends.ts";
import type { ServingLink } from "./servinglink.ts";

/** Assumption: a station that has had no session with this AP is at the root that it was made with. */
const FIRST_GENERATION = 0;

export interface StationAgentOptions {
  readonly mobile: MobileNode;
  readonly link: ServingLink;
  readonly spa: Uint8Array;
}

export class StationAgent {
  readonly #options: StationAgentOptions;
  /** The AP that it is sent to, and the generation that this one was told. */
  #next: { readonly targetLink: LinkId; generation: number } | undefined;

  constructor(options: StationAgentOptions) {
    this.#options = options;
  }

  /** K at the target, and on its way to the station. A string: why not. */
  async prepare(targetLink: LinkId): Promise<Prepared | string> {
    const { mobile, link, spa } = this.#options;
    const generation = link.generationOf(spa) ?? FIRST_GENERATION;
    const prepared = await mobile.prepare(wishFor(targetLink, generation));
    if (typeof prepared === "string") return prepared;
    const next = { targetLink, generation };
    this.#next = next;
    // Of a key that the device alone has, the MN keeps nothing that could end.
    const { member } = mobile;
    member.at(member.clock.now_ms() + 1000 * prepared.lifetime_s, () => {
      if (this.#next === next) link.remove(mobile.id, targetLink);
    });
    return prepared;
  }

  /**
   * The station has the entry. Of another generation than the target was told, as an update came between, the target is told
   * again. false: it could not be.
   */
  async told({ generation }: Pick<HandedOver, "generation">): Promise<boolean> {
    const next = this.#next;
    if (!next || next.generation === generation) return next !== undefined;
    const relayed = await this.#options.mobile.relay(wishFor(next.targetLink, generation));
    if (typeof relayed === "string") return false;
    next.generation = generation;
    return true;
  }

  /** The station's root is another than when it was told: its entry is of no use any more, and a new K is made. */
  async again(): Promise<Prepared | string> {
    return this.#next ? this.prepare(this.#next.targetLink) : "nothing was prepared";
  }
}

function wishFor(targetLink: LinkId, generation: number): PrepareWish & { readonly llInformation: Uint8Array } {
  return { targetLink, candidateLinks: [targetLink], llInformation: emitGeneration(generation) };
}
