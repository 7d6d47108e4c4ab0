/** A role of a site as this process: from its file to one that listens. */

import { type Clock, type Link, systemClock } from "../../datagrams/link.ts";
import { udpLink } from "../../datagrams/udp.node.ts";
import { nodeRsnCrypto } from "../../rsn/keys/crypto.node.ts";
import { KeyTree, TREE_SECRET_OCTETS } from "../gkb/keytree.ts";
import { signer, verifier } from "../gkb/signature.node.ts";
import { GroupManager } from "../roles/groupmanager.ts";
import { GroupMember } from "../roles/groupmember.ts";
import type { MemberOptions } from "../roles/member.ts";
import { MobileNode } from "../roles/mobile.ts";
import { PointOfService } from "../roles/pos.ts";
import type { Scheme } from "../schemes/scheme.ts";
import { Acquaintances } from "./acquaintances.node.ts";
import { beside, deviceKeysOf, hexSecretOf, secretOf, textOf } from "./files.node.ts";
import { type Locations, locationsIn, type Place, placeIn, remember } from "./memory.node.ts";
import { readRole, SiteError } from "./read.ts";
import type { DeviceEntry, GmFile, MnFile, PosFile, RoleKind } from "./schema.ts";
import { CountedLink, TellingLinks } from "./telling.ts";

export type Tell = (event: string) => void;

/** What listens until it is closed. */
export interface Running {
  readonly id: string;
  /** host:port. */
  readonly address: string;
  close(): void;
}

const crypto = nodeRsnCrypto;

/** @throws SiteError */
export function fileOf<Kind extends RoleKind>(file: string, kind: Kind): ReturnType<typeof readRole<Kind>> {
  return readRole(textOf(file, "the YAML file of a role"), file, kind);
}

/** @throws SiteError; what the system says of the address */
export async function startPos(file: string, config: PosFile, tell: Tell): Promise<Running> {
  const known = new Acquaintances(crypto, file, config.id);
  const partners = known.partners(config.partners);
  for (const visitor of config.mobile_nodes) known.visitor(visitor);
  const manager = config.group_manager && known.partner(config.group_manager);
  const group = groupOf(file, config);
  if (config.scheme === "21d" && (manager === undefined || group === undefined)) {
    throw new SiteError(`${file}: scheme 21d needs group_manager and group, which are not there`);
  }
  const link = await listening(config.listen);
  const pos = new PointOfService({
    ...memberOf(config, link, tell),
    scheme: config.scheme as Scheme,
    base: config.authenticators,
    partners,
    group: manager && group && { manager, member: group },
    keyLifetime_s: config.key_lifetime_s,
    linkLayer: new TellingLinks(crypto, tell),
    conversationFor: known.conversationFor,
  });
  return { id: config.id, address: link.address, close: () => pos.close() };
}

/** @throws SiteError; what the system says of the address */
export async function startGroupManager(file: string, config: GmFile, tell: Tell): Promise<Running> {
  const known = new Acquaintances(crypto, file, config.id);
  const poss = known.partners(config.points_of_service);
  const secret = hexSecretOf(beside(file, config.tree_secret_file), TREE_SECRET_OCTETS);
  const tree = new KeyTree(crypto, secret);
  secret.fill(0);
  const sign = ed25519(
    () => signer(secretOf(beside(file, config.signing_key_file), "a private key in PEM")),
    file,
    "signing_key_file",
  );
  const memory = beside(file, config.memory_file);
  const locations = new Map(Object.entries(locationsIn(memory) ?? {}));
  const link = await listening(config.listen);
  const gm = new GroupManager({
    ...memberOf(config, link, tell),
    tree,
    leaves: new Map(config.leaves.map(({ id, leaf }) => [id, leaf])),
    poss,
    locations,
    onMoved: (mn, location) => {
      locations.set(mn, location);
      remember(memory, Object.fromEntries(locations) satisfies Locations);
    },
    revoked: new Set(config.revoked),
    sign,
    keyLifetime_s: config.key_lifetime_s,
    conversationFor: known.conversationFor,
  });
  return { id: config.id, address: link.address, close: () => gm.close() };
}

/** An MN, and what its process knows beside it. */
export interface RunningMobile extends Running {
  readonly mn: MobileNode;
  readonly link: CountedLink;
  readonly links: TellingLinks;
  readonly poss: ReturnType<Acquaintances["partners"]>;
  readonly place: Place;
  readonly remember: (place: Place) => void;
}

/** @throws SiteError; what the system says of the address */
export async function startMobile(file: string, config: MnFile, tell: Tell): Promise<RunningMobile> {
  const known = new Acquaintances(crypto, file, config.id);
  const poss = known.partners(config.points_of_service);
  if (!poss.has(config.attach)) throw new SiteError(`${file}: attach is ${config.attach}, which is none of its PoSs`);
  const group = groupOf(file, config);
  if (config.scheme === "21d" && group === undefined) {
    throw new SiteError(`${file}: scheme 21d needs group, which is not there`);
  }
  const memory = beside(file, config.memory_file);
  const place = placeIn(memory) ?? {};
  const link = new CountedLink(await listening(config.listen));
  const links = new TellingLinks(crypto, tell);
  const mn = new MobileNode({
    ...memberOf(config, link, tell),
    links: config.links,
    scheme: config.scheme as Scheme,
    linkLayer: links,
    group,
    poss,
  });
  return {
    id: config.id,
    address: link.address,
    mn,
    link,
    links,
    poss,
    place,
    remember: (next) => remember(memory, next),
    close: () => mn.close(),
  };
}

function memberOf(config: PosFile | GmFile | MnFile, link: Link, tell: Tell): MemberOptions {
  return {
    id: config.id,
    link,
    clock: processClock,
    timing: config.timing,
    crypto,
    lifetime_s: config.association_lifetime_s,
    onEvent: tell,
  };
}

/** Nothing that is to come in an hour keeps a process from ending now: its socket keeps it as long as it is wanted. */
const processClock: Clock = {
  now_ms: () => systemClock.now_ms(),
  after(delay_ms, then) {
    const timer = setTimeout(then, delay_ms).unref();
    return () => clearTimeout(timer);
  },
};

function groupOf(file: string, { group }: { readonly group?: DeviceEntry }): GroupMember | undefined {
  if (group === undefined) return undefined;
  const deviceKeys = deviceKeysOf(beside(file, group.device_keys_file));
  const key = textOf(beside(file, group.manager_key_file), "a public key in PEM");
  return new GroupMember({ crypto, deviceKeys, verify: ed25519(() => verifier(key), file, "manager_key_file") });
}

function ed25519<T>(make: () => T, file: string, key: "signing_key_file" | "manager_key_file"): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new SiteError(`${file}: ${key} does not hold an Ed25519 key in PEM`);
    throw error;
  }
}

async function listening(address: string): Promise<Link> {
  const at = address.lastIndexOf(":");
  return udpLink(address.slice(0, at).replace(/^\[(.*)\]$/, "$1"), Number(address.slice(at + 1)));
}
