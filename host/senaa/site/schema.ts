/** The file of one end of SeNAA as a process: who it is, where it listens, whom it believes. Units in keys. */

import { z } from "zod";
import { addressFrom } from "../../keys/address.ts";
import { address, file, whole } from "../../mih/site/schema.ts";
import { GROUP_BIT } from "../../wire/trigger.ts";

/** The version of this format. */
const FORMAT = 1;
/** An authorization for longer than a day is hardly taken back. */
const LIFETIME_MAX_s = 24 * 3600;

const senaa = z.literal(FORMAT).describe(`${FORMAT}, the version of this format`);

const name = z
  .string()
  .regex(/^[!-?A-~]{1,126}@[!-?A-~]{1,126}$/)
  .describe("a user name with a realm, like ap-1@plant.example");

const ipv4 = address(1)
  .refine((text) => z.ipv4().safeParse(text.slice(0, text.lastIndexOf(":"))).success)
  .describe("an IPv4 address with a port, like 127.0.0.1:1812");

const identity = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,253}$/)
  .describe("a name like paa.plant.example");

const eui48 = z
  .string()
  .refine((text) => !((addressFrom(text)?.[0] ?? GROUP_BIT) & GROUP_BIT))
  .describe("a device's own address, like 02:a0:00:00:00:00")
  .transform((text) => addressFrom(text) as Uint8Array);

const user = z
  .strictObject({ name, eui48, psk_file: file.optional() })
  .describe("an entry with name, eui48, and unless radius is there psk_file");

export const PAA_FILE = z.strictObject({
  senaa,
  role: z.literal("paa"),
  identity,
  listen: address(0),
  tls: z.strictObject({ certificate: file, key: file, ca: file }).describe("three files in PEM: certificate, key, ca"),
  lifetime_s: whole(1, LIFETIME_MAX_s).default(3600),
  relays: z.array(address(1)).describe("a list of addresses that relays ask from").default([]),
  users: z.array(user).min(1).describe("a list of access points, each with name, eui48 and psk_file"),
  stations: z.array(user).describe("a list of stations, each with name, eui48 and psk_file").default([]),
  radius: z
    .strictObject({ address: ipv4, secret_file: file, eui48 })
    .describe("address and secret_file of a RADIUS server, which then knows the users, and the PAA's own eui48")
    .optional(),
  keys: file.optional(),
  plaintext: z
    .strictObject({ listen: address(0) })
    .describe("listen, an address without TLS, for PaCs whose link is secure by itself")
    .optional(),
});

export const PAC_FILE = z.strictObject({
  senaa,
  role: z.literal("pac"),
  name,
  eui48,
  listen: address(0),
  paa: address(1),
  relayed: z.boolean().describe("true or false").default(false),
  network: identity,
  ca: file,
  eap: z
    .strictObject({
      psk_file: file.optional(),
      password_file: file.optional(),
      tls: z
        .strictObject({ certificate: file, key: file, ca: file, server: identity })
        .describe("certificate, key and ca, files in PEM, and server, the name of the EAP server")
        .optional(),
    })
    .refine((given) => Object.values(given).filter((one) => one !== undefined).length === 1)
    .describe("one of psk_file, for EAP-PSK, password_file, for EAP-pwd, and tls, for EAP-TLS"),
  plaintext: z
    .strictObject({ paa: address(1), listen: address(0), link_is_secure: z.literal(true).optional() })
    .describe("paa and listen, addresses without TLS, and link_is_secure: true where that link is secure by itself")
    .optional(),
});

export const RELAY_FILE = z.strictObject({
  senaa,
  role: z.literal("relay"),
  listen: address(0),
  from: address(0),
  paa: address(1),
});

export type PaaFile = z.output<typeof PAA_FILE>;
export type PacFile = z.output<typeof PAC_FILE>;
export type RelayFile = z.output<typeof RELAY_FILE>;
export type UserEntry = z.output<typeof user>;
