/** The file of one role of a site: who it is, where it listens, whom it knows and how each proves who it is. Units in keys. */

import { z } from "zod";
import { TREE_DEPTH } from "../gkb/keytree.ts";
import { SCHEMES } from "../schemes/scheme.ts";
import { METHODS } from "../services/information.ts";
import { DEFAULT_TIMING } from "../transport/reliable.ts";
import { LINK_EXAMPLE, readLinkText } from "./linktext.ts";

/** The version of this format. */
const FORMAT = 1;
const PORT_MAX = 0xffff;
/** KeyLifeTime has 32 bits; a K that is older than a month is no fresh one. */
const LIFETIME_MAX_s = 30 * 24 * 3600;

export const whole = (least: number, most: number) =>
  z
    .number()
    .int()
    .min(least)
    .max(most)
    .describe(`a whole number from ${least} to ${most.toLocaleString("en")}`);

const id = z
  .string()
  .regex(/^[!-~]{1,253}$/)
  .describe("an MISF ID of 1 to 253 printable characters without spaces, like pos-a@home.example");

export const address = (least: number) =>
  z
    .string()
    .regex(/^(\[[0-9a-f:.]+\]|[0-9.]+):[0-9]{1,5}$/i)
    .refine((text) => inPorts(text, least))
    .describe(`a numeric address with a port from ${least} on, like 127.0.0.1:4551 or [::1]:4551`);

function inPorts(text: string, least: number): boolean {
  const port = Number(text.slice(text.lastIndexOf(":") + 1));
  return port >= least && port <= PORT_MAX;
}

export const file = z.string().min(1).describe("the name of a file, from this file's folder on");

const link = z
  .string()
  .refine((text) => readLinkText(text) !== undefined)
  .describe(`a link, like "${LINK_EXAMPLE}" or "umts cell 62f21000000107"`)
  .transform((text) => readLinkText(text) as NonNullable<ReturnType<typeof readLinkText>>);

const scheme = z.enum(SCHEMES as [string, ...string[]]).describe(`a scheme, one of ${SCHEMES.join(", ")}`);

const tls = z
  .strictObject({ ca: file, certificate: file, key: file })
  .describe("three files in PEM: ca, certificate, key");

/** With whom, and how both prove who they are: by a key of both (EAP-PSK), or by certificates. */
const known = { id, eap_psk_file: file.optional(), tls: tls.optional() };
const hasOneWay = ({ eap_psk_file, tls: files }: { eap_psk_file?: string; tls?: object }): boolean =>
  (eap_psk_file === undefined) !== (files === undefined);
const ONE_WAY = "an entry with an id and either eap_psk_file or tls, which say how both prove who they are";

const visitor = z.strictObject(known).refine(hasOneWay).describe(ONE_WAY);
const partner = z
  .strictObject({ ...known, address: address(1) })
  .refine(hasOneWay)
  .describe(`${ONE_WAY}, and an address`);

const leaf = whole(0, 2 ** TREE_DEPTH - 1);

const common = {
  mih: z.literal(FORMAT).describe(`${FORMAT}, the version of this format`),
  id,
  listen: address(0),
  association_lifetime_s: whole(1, LIFETIME_MAX_s).default(3600),
  timing: z
    .strictObject({ rto_ms: whole(1, 60_000), retries: whole(0, 20), transaction_ms: whole(1, 600_000) })
    .describe("rto_ms, retries and transaction_ms")
    .default(DEFAULT_TIMING),
};

const device = z
  .strictObject({ device_keys_file: file, manager_key_file: file })
  .describe("device_keys_file and manager_key_file, which only scheme 21d needs");

export const POS_FILE = z.strictObject({
  ...common,
  role: z.literal("pos"),
  scheme,
  key_lifetime_s: whole(1, LIFETIME_MAX_s).default(3600),
  authenticators: z
    .array(
      z.strictObject({
        link,
        pos: id,
        domain: id,
        methods: z
          .array(z.enum(METHODS))
          .min(1)
          .describe(`a list of some of ${METHODS.join(", ")}`),
      }),
    )
    .min(1)
    .describe("a list of authenticators, each with link, pos, domain and methods"),
  partners: z.array(partner).describe("a list of other points of service"),
  mobile_nodes: z.array(visitor).describe("a list of mobile nodes that are let in"),
  group_manager: partner.optional(),
  group: device.optional(),
});

export const GM_FILE = z.strictObject({
  ...common,
  role: z.literal("gm"),
  key_lifetime_s: whole(1, LIFETIME_MAX_s).default(3600),
  tree_secret_file: file,
  signing_key_file: file,
  memory_file: file,
  leaves: z.array(z.strictObject({ id, leaf })).describe("a list of entries with id and leaf"),
  points_of_service: z.array(partner).describe("a list of points of service"),
  revoked: z.array(id).describe("a list of MISF IDs that no key is made for any more").default([]),
});

export const MN_FILE = z.strictObject({
  ...common,
  role: z.literal("mn"),
  scheme,
  links: z.array(link).min(1).describe("a list of its own links"),
  attach: id,
  points_of_service: z.array(partner).min(1).describe("a list of points of service"),
  group: device.optional(),
  memory_file: file,
});

export const ROLE_FILES = { pos: POS_FILE, gm: GM_FILE, mn: MN_FILE } as const;
export type RoleKind = keyof typeof ROLE_FILES;
export type PosFile = z.output<typeof POS_FILE>;
export type GmFile = z.output<typeof GM_FILE>;
export type MnFile = z.output<typeof MN_FILE>;
export type PartnerEntry = z.output<typeof partner>;
export type VisitorEntry = z.output<typeof visitor>;
export type DeviceEntry = z.output<typeof device>;
