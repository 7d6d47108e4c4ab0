/**
 * 802.21 prepares a handover of one station, played by its roles once: the keys that come to both ends, and what crossed the
 * network for it. Associations of agent, PoSs and group manager are there before, as APs have them with their neighbours.
 */

import { nodeRsnCrypto } from "../../../rsn/keys/crypto.node.ts";
import { streamsOf } from "../../../sim/streams.ts";
import type { Scheme } from "../../schemes/scheme.ts";
import type { LinkGrant, LinkLayer, SealedGrant } from "../../services/local.ts";
import { DEFAULT_TIMING } from "../../transport/reliable.ts";
import { link80211 } from "../../wire/values.ts";
import { emitGeneration } from "../ends.ts";
import { AmpSite, type AmpSiteOptions } from "../site.ts";
import { VirtualNetwork, VirtualTime } from "../virtualtime.ts";
import type { Traffic } from "./moved.ts";

export interface Played {
  /** Gives the serving AP's end and the next one's what 802.21 gave each. */
  readonly deliver: (serving: LinkLayer, target: LinkLayer) => void;
  readonly network: Traffic;
  /** From the wish to the end. */
  readonly duration_s: number;
}

export interface PlayOptions extends Pick<AmpSiteOptions, "seed" | "ends" | "deviceKey" | "manager"> {
  readonly scheme: Scheme;
  /** Of the network between APs, one way. */
  readonly delay_ms: number;
  /** Of its datagrams, from the wish on. */
  readonly loss: number;
  /** Of the station's root, 0..255. */
  readonly generation: number;
}

/** Keeps what it is given, K and all. */
class Kept implements LinkLayer {
  grant: LinkGrant | undefined;
  sealed: SealedGrant | undefined;

  install(grant: LinkGrant): boolean {
    this.grant = { ...grant, k: grant.k.slice() };
    return true;
  }

  installSealed(grant: SealedGrant): void {
    this.sealed = grant;
  }

  remove(): void {}

  deliver(_: string, __: unknown, frame: Uint8Array): Uint8Array {
    return frame;
  }
}

/** An agent asks its PoS so often. */
const TRIES = 10;

/** @throws Error when honest roles do not come to their end. */
export async function played({ delay_ms, loss, generation, ...options }: PlayOptions): Promise<Played> {
  const time = new VirtualTime();
  const { uniform } = streamsOf(nodeRsnCrypto, options.seed)("lost datagrams");
  let isWished = false;
  const network = new VirtualNetwork(time, { delay_ms, isLost: () => isWished && uniform() < loss });
  const [serving, target] = [new Kept(), new Kept()];
  const site = new AmpSite({ ...options, network, clock: time, timing: DEFAULT_TIMING, serving, target });
  await time.of(site.attach());
  await time.of(site.associate());
  // What is still acknowledged of that is none of the handover's.
  await time.pass(1000);
  const before = { messages: network.sent, octets: network.sent_octets, at_ms: time.now_ms() };
  const targetLink = link80211(options.ends.aaT);
  const llInformation = emitGeneration(generation);
  isWished = true;
  const prepares = () => time.of(site.mn.prepare({ targetLink, candidateLinks: [targetLink], llInformation }));
  let done = await prepares();
  for (let tries = 1; typeof done === "string" && tries < TRIES; tries++) done = await prepares();
  const duration_s = (time.now_ms() - before.at_ms) / 1000;
  await time.pass(1000);
  const traffic = { messages: network.sent - before.messages, octets: network.sent_octets - before.octets };
  site.close();
  const own = serving.grant ?? serving.sealed;
  const theirs = target.grant;
  if (typeof done === "string" || !own || !theirs) throw new Error(`honest roles did not prepare a handover: ${done}`);
  const deliver: Played["deliver"] = (at, next) => {
    next.deliver(theirs.mn, theirs.poaLink, llInformation);
    next.install(theirs);
    if ("wrapped" in own) at.installSealed?.(own);
    else at.install(own);
  };
  return { deliver, network: traffic, duration_s };
}
