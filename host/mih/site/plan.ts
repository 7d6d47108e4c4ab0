/** A small site to begin with: an MN, the PoS that serves it, two that it may go to, and a group manager where there is one. */

import { stringify } from "yaml";
import type { Scheme } from "../schemes/scheme.ts";
import { DEFAULT_TIMING } from "../transport/reliable.ts";

export interface PlannedRole {
  /** Of its files. */
  readonly name: string;
  readonly role: "pos" | "gm" | "mn";
  /** MISF ID. */
  readonly id: string;
  /** As linktext.ts has it; of an MN those of its interfaces. */
  readonly links: readonly string[];
  readonly domain: string;
  readonly methods: readonly string[];
  readonly leaf: number;
}

const POSS: readonly PlannedRole[] = [
  {
    name: "pos-a",
    role: "pos",
    id: "pos-a@home.example",
    links: ["802.11 02:a0:00:00:00:01"],
    domain: "home.example",
    methods: ["EAP-PSK", "AMP handover key"],
    leaf: 0x1235,
  },
  {
    name: "pos-b",
    role: "pos",
    id: "pos-b@visited.example",
    links: ["802.11 02:a0:00:00:00:02"],
    domain: "visited.example",
    methods: ["EAP-PSK", "AMP handover key"],
    leaf: 0x8000,
  },
  {
    name: "pos-c",
    role: "pos",
    id: "pos-c@umts.example",
    links: ["umts cell 62f21000000107"],
    domain: "umts.example",
    methods: ["UMTS AKA"],
    leaf: 0x0007,
  },
];
const MN: PlannedRole = {
  name: "mn",
  role: "mn",
  id: "mn@home.example",
  links: ["802.11 02:c0:ff:ee:00:00", "umts imsi-001010000000001"],
  domain: "home.example",
  methods: [],
  leaf: 0x1234,
};
const GM: PlannedRole = {
  name: "gm",
  role: "gm",
  id: "gm@home.example",
  links: [],
  domain: "home.example",
  methods: [],
  leaf: 0,
};
export const FIRST = POSS[0];

/** The roles of a site of that scheme; only remedy 2 has a group manager. */
export function rolesOf(scheme: Scheme): readonly PlannedRole[] {
  return scheme === "21d" ? [...POSS, GM, MN] : [...POSS, MN];
}

/** Roles with leaves of the group manager's tree. */
export const MEMBERS: readonly PlannedRole[] = [...POSS, MN];

/** Which pairs ever authenticate each other: all but the MN and the group manager. */
export function doMeet(a: PlannedRole, b: PlannedRole): boolean {
  return a !== b && ![a, b].every(({ role }) => role !== "pos");
}

/** Of the key that both have. */
export function pskFile(a: PlannedRole, b: PlannedRole): string {
  return `${[a.name, b.name].sort().join("+")}.psk`;
}
export const deviceKeysFile = ({ name }: PlannedRole): string => `${name}.device-keys.json`;
export const TREE_SECRET_FILE = "gm.tree-secret";
export const SIGNING_KEY_FILE = "gm.signing-key.pem";
export const MANAGER_KEY_FILE = "gm.public-key.pem";

/** The YAML of one role. `ports`: by name. */
export function yamlOf(self: PlannedRole, scheme: Scheme, ports: ReadonlyMap<string, number>): string {
  const roles = rolesOf(scheme);
  const others = roles.filter((other) => doMeet(self, other));
  const addressOf = ({ name }: PlannedRole): string => `127.0.0.1:${ports.get(name)}`;
  const visitor = (other: PlannedRole) => ({ id: other.id, eap_psk_file: pskFile(self, other) });
  const partner = (other: PlannedRole) => ({
    id: other.id,
    address: addressOf(other),
    eap_psk_file: pskFile(self, other),
  });
  const poss = others.filter(({ role }) => role === "pos").map(partner);
  const common = {
    mih: 1,
    role: self.role,
    id: self.id,
    listen: self.role === "mn" ? "127.0.0.1:0" : addressOf(self),
    association_lifetime_s: 3600,
    timing: DEFAULT_TIMING,
  };
  const group =
    scheme === "21d" ? { group: { device_keys_file: deviceKeysFile(self), manager_key_file: MANAGER_KEY_FILE } } : {};
  switch (self.role) {
    case "pos":
      return stringify({
        ...common,
        scheme,
        key_lifetime_s: 3600,
        authenticators: POSS.map(({ links: [link], id, domain, methods }) => ({ link, pos: id, domain, methods })),
        partners: poss,
        mobile_nodes: [visitor(MN)],
        ...(scheme === "21d" ? { group_manager: partner(GM) } : {}),
        ...group,
      });
    case "gm":
      return stringify({
        ...common,
        key_lifetime_s: 3600,
        tree_secret_file: TREE_SECRET_FILE,
        signing_key_file: SIGNING_KEY_FILE,
        memory_file: "gm.memory.json",
        leaves: MEMBERS.map(({ id, leaf }) => ({ id, leaf })),
        points_of_service: poss,
      });
    case "mn":
      return stringify({
        ...common,
        scheme,
        links: self.links,
        attach: FIRST.id,
        points_of_service: poss,
        ...group,
        memory_file: "mn.memory.json",
      });
  }
}
