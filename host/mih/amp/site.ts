/**
 * The 802.21 side of two AMP APs, put together: the agent of one station at its serving AP, the PoS of that AP, the PoS of the
 * next, and a group manager beside the key service, which has the key of the station's leaf from there.
 */

import type { Clock, Link } from "../../datagrams/link.ts";
import { nodeRsnCrypto } from "../../rsn/keys/crypto.node.ts";
import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { streamsOf } from "../../sim/streams.ts";
import { KeyTree, TREE_SECRET_OCTETS } from "../gkb/keytree.ts";
import { type ManagerKeys, makeManagerKeys, signer, verifier } from "../gkb/signature.node.ts";
import { GroupManager } from "../roles/groupmanager.ts";
import { GroupMember } from "../roles/groupmember.ts";
import type { MemberOptions, Partner } from "../roles/member.ts";
import { MobileNode } from "../roles/mobile.ts";
import { PointOfService, type PosOptions } from "../roles/pos.ts";
import { eapInitiator, eapResponder } from "../sa/eapconversation.ts";
import type { Scheme } from "../schemes/scheme.ts";
import type { Authenticator } from "../services/information.ts";
import type { LinkLayer } from "../services/local.ts";
import type { Timing } from "../transport/reliable.ts";
import { link80211 } from "../wire/values.ts";

/** MISF IDs, which are the addresses, too. */
export const AMP_ID = {
  mn: "station-0@plant.example",
  sp: "ap-1@plant.example",
  tp: "ap-2@plant.example",
  gm: "keys@plant.example",
} as const;
export type AmpName = keyof typeof AMP_ID;
const NAMES = Object.keys(AMP_ID) as AmpName[];

/** The station's leaf is even and the next stays free: it holds the key of its leaf only. */
const LEAF = { mn: 0x1234, sp: 0x4001, tp: 0x8000 } as const;
const PSK_OCTETS = 16;
const LIFETIME_s = 3600;

/** The PoS of the first AP is no target here. */
const NOBODY_COMES: LinkLayer = { install: () => false, remove: () => {}, deliver: () => undefined };

export interface AmpSiteOptions {
  readonly scheme: Scheme;
  readonly seed: number;
  readonly network: { link(address: string): Link };
  readonly clock: Clock;
  readonly timing: Timing;
  /** 6 octets each: of the station, of its serving AP and of the next. */
  readonly ends: { readonly spa: Uint8Array; readonly aa: Uint8Array; readonly aaT: Uint8Array };
  /** DK of the station, from the key service (host/keys/handover.ts, deviceKey); 16 octets. */
  readonly deviceKey: Uint8Array;
  /** Of the agent, and of the next AP's PoS. */
  readonly serving: LinkLayer;
  readonly target: LinkLayer;
  /** Of K, s. */
  readonly keyLifetime_s?: number;
  /** Made if left out. */
  readonly manager?: ManagerKeys;
  /** What stands in the place of a role's cryptography: of an attacker in it, who sees all that it computes. */
  readonly around?: (name: AmpName, crypto: RsnCrypto) => RsnCrypto;
}

export class AmpSite {
  readonly mn: MobileNode;
  readonly sp: PointOfService;
  readonly tp: PointOfService;
  readonly gm: GroupManager;
  readonly #options: AmpSiteOptions;
  readonly #tree: KeyTree;
  readonly #crypto: RsnCrypto;
  readonly #psks = new Map<string, Uint8Array>();
  readonly #random: (octets: number) => Uint8Array;

  constructor(options: AmpSiteOptions) {
    const { seed, scheme, ends, deviceKey, serving, keyLifetime_s = LIFETIME_s, manager = makeManagerKeys() } = options;
    this.#options = options;
    const stream = streamsOf(nodeRsnCrypto, seed)("802.21");
    this.#random = (octets) => stream.fill(new Uint8Array(octets));
    this.#crypto = { ...nodeRsnCrypto, randomBytes: this.#random };
    const tree = new KeyTree(this.#crypto, this.#random(TREE_SECRET_OCTETS));
    tree.adopt(LEAF.mn, deviceKey);
    this.#tree = tree;
    this.sp = this.#pos("sp", NOBODY_COMES, tree, manager);
    this.tp = this.#pos("tp", options.target, tree, manager);
    const poss = this.#partners("gm", ["sp", "tp"]);
    this.gm = new GroupManager({
      ...this.#member("gm"),
      tree,
      leaves: new Map(Object.entries(LEAF).map(([name, leaf]) => [AMP_ID[name as AmpName], leaf])),
      poss,
      locations: new Map([[AMP_ID.mn, { servedBy: AMP_ID.sp, goesTo: [], shown: 0 }]]),
      sign: signer(manager.privateKey),
      keyLifetime_s,
      conversationFor: this.#conversationFor("gm"),
    });
    this.mn = new MobileNode({
      ...this.#member("mn"),
      scheme,
      links: [link80211(ends.spa)],
      linkLayer: serving,
      group: { leaf: LEAF.mn },
      poss: this.#partners("mn", ["sp", "tp"]),
    });
  }

  /** First attachment: the association of the agent with the PoS of its own AP. A string: why there is none. */
  async attach(): Promise<string | undefined> {
    const association = await this.mn.attach(this.#partner("mn", "sp"));
    return typeof association === "string" ? association : undefined;
  }

  /** Those of PoSs and manager among each other, which are there before any station moves. */
  async associate(): Promise<void> {
    for (const [one, other] of [
      ["sp", "tp"],
      ["sp", "gm"],
      ["gm", "tp"],
    ] as const) {
      await this[one].member.associationWith(this.#partner(one, other));
    }
  }

  /** The station has a newer root: what is wrapped for it from now on is wrapped with the key of its leaf that follows from it. */
  rooted(deviceKey: Uint8Array): void {
    this.#tree.adopt(LEAF.mn, deviceKey);
  }

  close(): void {
    for (const name of NAMES) this[name].close();
  }

  #pos(name: "sp" | "tp", linkLayer: LinkLayer, tree: KeyTree, manager: ManagerKeys): PointOfService {
    const { scheme, ends, keyLifetime_s = LIFETIME_s } = this.#options;
    const at = (aa: Uint8Array, pos: AmpName): Authenticator => ({
      link: link80211(aa),
      pos: AMP_ID[pos],
      domain: "plant.example",
      methods: ["AMP handover key"],
    });
    const member = new GroupMember({
      crypto: this.#crypto,
      deviceKeys: tree.deviceKeysOf(LEAF[name]),
      verify: verifier(manager.publicKey),
    });
    return new PointOfService({
      ...this.#member(name),
      scheme,
      base: [at(ends.aa, "sp"), at(ends.aaT, "tp")],
      partners: this.#partners(name, ["sp", "tp"]),
      group: { manager: this.#partner(name, "gm"), member },
      keyLifetime_s,
      linkLayer,
      conversationFor: this.#conversationFor(name),
    });
  }

  #member(name: AmpName): MemberOptions {
    const { network, clock, timing, around } = this.#options;
    const crypto = around?.(name, this.#crypto) ?? this.#crypto;
    return { id: AMP_ID[name], link: network.link(AMP_ID[name]), clock, timing, crypto, lifetime_s: LIFETIME_s };
  }

  #partners(name: AmpName, others: readonly AmpName[]): Map<string, Partner> {
    return new Map(others.filter((one) => one !== name).map((other) => [AMP_ID[other], this.#partner(name, other)]));
  }

  #partner(name: AmpName, other: AmpName): Partner {
    const converse = () => eapInitiator({ crypto: this.#crypto, identity: AMP_ID[name], psk: this.#psk(name, other) });
    return { id: AMP_ID[other], address: AMP_ID[other], method: "eap", converse };
  }

  #conversationFor(name: AmpName): PosOptions["conversationFor"] {
    return (method, peer) => {
      const other = NAMES.find((one) => AMP_ID[one] === peer);
      if (method !== "eap" || other === undefined) return undefined;
      const keyOf = (identity: string) => (identity === peer ? this.#psk(name, other) : undefined);
      return eapResponder({ crypto: this.#crypto, identity: AMP_ID[name], keyOf });
    };
  }

  /** Of each pair, one. */
  #psk(a: AmpName, b: AmpName): Uint8Array {
    const pair = [a, b].sort().join(" ");
    const psk = this.#psks.get(pair) ?? this.#random(PSK_OCTETS);
    this.#psks.set(pair, psk);
    return psk;
  }
}
