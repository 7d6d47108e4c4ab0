/**
 * A small world of 802.21 in one process: an MN with two interfaces, the PoS that serves it, two that it may go to, one of them
 * of another domain and one of another link type, and a group manager. The same seed gives the same keys and nonces,
 * but for the group manager's signatures and sequence numbers.
 */

import type { Clock } from "../datagrams/link.ts";
import { systemClock } from "../datagrams/link.ts";
import { MemoryNetwork, type NetworkOptions } from "../datagrams/memory.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import type { RsnCrypto } from "../rsn/keys/crypto.ts";
import { streamsOf } from "../sim/streams.ts";
import { KeyTree } from "./gkb/keytree.ts";
import { makeManagerKeys, signer, verifier } from "./gkb/signature.node.ts";
import { GroupManager, type GroupManagerOptions } from "./roles/groupmanager.ts";
import { GroupMember } from "./roles/groupmember.ts";
import type { Partner } from "./roles/member.ts";
import { MobileNode, type MobileOptions } from "./roles/mobile.ts";
import { PointOfService, type PosOptions } from "./roles/pos.ts";
import { eapInitiator, eapResponder } from "./sa/eapconversation.ts";
import type { Scheme } from "./schemes/scheme.ts";
import type { Authenticator } from "./services/information.ts";
import { LinkTable } from "./services/linktable.ts";
import type { Timing } from "./transport/reliable.ts";
import { LINK_TYPE, type LinkId, link80211 } from "./wire/values.ts";

/** MISF IDs, which are the addresses in memory, too. */
export const ID = {
  mn: "mn@home.example",
  sp: "pos-a@home.example",
  tp: "pos-b@visited.example",
  umts: "pos-c@umts.example",
  gm: "gm@home.example",
} as const;
export type Name = keyof typeof ID;
export type PosName = Exclude<Name, "mn" | "gm">;
export const POS_NAMES: readonly PosName[] = ["sp", "tp", "umts"];

const cell = (last: number): LinkId => ({
  type: LINK_TYPE.umts,
  address: { kind: "3G cell", octets: Uint8Array.of(0x62, 0xf2, 0x10, 0, 0, 1, last) },
});
export const LINK = {
  mn: link80211(Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 0)),
  mnUmts: {
    type: LINK_TYPE.umts,
    address: { kind: "other", octets: new TextEncoder().encode("imsi-001010000000001") },
  },
  sp: link80211(Uint8Array.of(0x02, 0xa0, 0, 0, 0, 1)),
  tp: link80211(Uint8Array.of(0x02, 0xa0, 0, 0, 0, 2)),
  umts: cell(7),
} as const satisfies Record<string, LinkId>;

export const BASE: readonly Authenticator[] = [
  { link: LINK.sp, pos: ID.sp, domain: "home.example", methods: ["EAP-PSK", "AMP handover key"] },
  { link: LINK.tp, pos: ID.tp, domain: "visited.example", methods: ["EAP-PSK", "AMP handover key"] },
  { link: LINK.umts, pos: ID.umts, domain: "umts.example", methods: ["UMTS AKA"] },
];

const LEAF: Readonly<Record<Exclude<Name, "gm">, number>> = { mn: 0x1234, sp: 0x1235, tp: 0x8000, umts: 0x0007 };
const LIFETIME_s = 3600;
const PSK_OCTETS = 16;

export interface SceneOptions {
  readonly scheme: Scheme;
  readonly seed: number;
  readonly network?: NetworkOptions;
  readonly timing?: Timing;
  readonly keyLifetime_s?: number;
  readonly isLiteral?: boolean;
  readonly clock?: Clock;
  readonly onEvent?: (who: Name, event: string) => void;
  /** MAC addresses of the MN and of the AP of "tp", if they are not those of LINK. */
  readonly macs?: { readonly mn: Uint8Array; readonly tp: Uint8Array };
  /** What stands in the place of a role's cryptography: of an attacker in it, who sees all that it computes. */
  readonly around?: (name: Name, crypto: RsnCrypto) => RsnCrypto;
}

/** Short, for a network that has no delay. */
export const QUICK: Timing = { rto_ms: 25, retries: 9, transaction_ms: 5_000 };

export class Scene {
  readonly network: MemoryNetwork;
  readonly tables: Readonly<Record<Exclude<Name, "gm">, LinkTable>>;
  readonly poss: Record<PosName, PointOfService>;
  mn: MobileNode;
  gm: GroupManager;
  /** Answers frames of remote commands at a link of that PoS. */
  onFrame: ((name: Name, frame: Uint8Array) => Uint8Array | undefined) | undefined;
  readonly #options: SceneOptions;
  readonly #crypto: RsnCrypto;
  /** The group manager's, 32 octets. */
  readonly treeSecret: Uint8Array;
  readonly #manager = makeManagerKeys();
  readonly #psks = new Map<string, Uint8Array>();
  readonly #random: (octets: number) => Uint8Array;

  constructor(options: SceneOptions) {
    this.#options = options;
    const stream = streamsOf(nodeRsnCrypto, options.seed)("802.21");
    this.#random = (octets) => stream.fill(new Uint8Array(octets));
    this.#crypto = { ...nodeRsnCrypto, randomBytes: this.#random };
    this.treeSecret = this.#random(32);
    this.network = new MemoryNetwork({ random: stream.uniform, ...options.network });
    const table = (name: Exclude<Name, "gm">): LinkTable =>
      new LinkTable(this.#crypto, (_, frame) => this.onFrame?.(name, frame));
    this.tables = { mn: table("mn"), sp: table("sp"), tp: table("tp"), umts: table("umts") };
    this.poss = { sp: this.newPos("sp"), tp: this.newPos("tp"), umts: this.newPos("umts") };
    this.gm = this.newGroupManager();
    this.mn = this.newMobile();
  }

  /** As after a restart: it has its configuration, and nothing that it learned. */
  newPos(name: PosName, changed: Partial<PosOptions> = {}): PointOfService {
    const { scheme, keyLifetime_s = LIFETIME_s, isLiteral } = this.#options;
    return new PointOfService({
      ...this.#member(name),
      scheme,
      base: this.#base(),
      partners: this.#partners(name),
      group: { manager: this.#partner(name, "gm"), member: this.groupMember(name) },
      keyLifetime_s,
      linkLayer: this.tables[name],
      conversationFor: this.#conversationFor(name),
      isLiteral,
      ...changed,
    });
  }

  newMobile(changed: Partial<MobileOptions> = {}): MobileNode {
    const { scheme, macs } = this.#options;
    return new MobileNode({
      ...this.#member("mn"),
      scheme,
      links: [macs ? link80211(macs.mn) : LINK.mn, LINK.mnUmts],
      linkLayer: this.tables.mn,
      group: this.groupMember("mn"),
      poss: this.#partners("mn"),
      ...changed,
    });
  }

  newGroupManager(changed: Partial<GroupManagerOptions> = {}): GroupManager {
    const { keyLifetime_s = LIFETIME_s } = this.#options;
    return new GroupManager({
      ...this.#member("gm"),
      tree: new KeyTree(this.#crypto, this.treeSecret),
      leaves: new Map(Object.entries(LEAF).map(([name, leaf]) => [ID[name as Name], leaf])),
      poss: this.#partners("gm"),
      sign: signer(this.#manager.privateKey),
      keyLifetime_s,
      conversationFor: this.#conversationFor("gm"),
      ...changed,
    });
  }

  leafOf(name: Exclude<Name, "gm">): number {
    return LEAF[name];
  }

  groupMember(name: Exclude<Name, "gm">): GroupMember {
    const tree = new KeyTree(this.#crypto, this.treeSecret);
    const deviceKeys = tree.deviceKeysOf(LEAF[name]);
    return new GroupMember({ crypto: this.#crypto, deviceKeys, verify: verifier(this.#manager.publicKey) });
  }

  /** How `name` authenticates towards `other`. */
  partner(name: Name, other: Name): Partner {
    return this.#partner(name, other);
  }

  close(): void {
    this.mn.close();
    this.gm.close();
    for (const name of POS_NAMES) this.poss[name].close();
    this.network.close();
  }

  #base(): readonly Authenticator[] {
    const { macs } = this.#options;
    return BASE.map((one) => (macs && one.link === LINK.tp ? { ...one, link: link80211(macs.tp) } : one));
  }

  #member(name: Name) {
    const { timing = QUICK, clock = systemClock, onEvent, around } = this.#options;
    return {
      id: ID[name],
      link: this.network.link(ID[name]),
      clock,
      timing,
      crypto: around?.(name, this.#crypto) ?? this.#crypto,
      lifetime_s: LIFETIME_s,
      onEvent: (event: string) => onEvent?.(name, event),
    };
  }

  #partners(name: Name): Map<string, Partner> {
    return new Map(POS_NAMES.filter((other) => other !== name).map((other) => [ID[other], this.#partner(name, other)]));
  }

  #partner(name: Name, other: Name): Partner {
    const converse = () => eapInitiator({ crypto: this.#crypto, identity: ID[name], psk: this.#pskOf(name, other) });
    return { id: ID[other], address: ID[other], method: "eap", converse };
  }

  #conversationFor(name: Name): PosOptions["conversationFor"] {
    return (method, peer) => {
      const other = (Object.keys(ID) as Name[]).find((one) => ID[one] === peer);
      if (method !== "eap" || other === undefined) return undefined;
      return eapResponder({
        crypto: this.#crypto,
        identity: ID[name],
        keyOf: (identity) => (identity === peer ? this.#pskOf(name, other) : undefined),
      });
    };
  }

  /** Of each pair, one. */
  #pskOf(a: Name, b: Name): Uint8Array {
    const pair = [a, b].sort().join(" ");
    const psk = this.#psks.get(pair) ?? this.#random(PSK_OCTETS);
    this.#psks.set(pair, psk);
    return psk;
  }
}
