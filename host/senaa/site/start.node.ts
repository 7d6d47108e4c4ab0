/** One end of SeNAA as this process: from its file to one that listens. */

import { EapPeer } from "../../eap/peer.ts";
import { EapPskServer } from "../../eap/pskserver.ts";
import { beside, hexSecretOf, secretOf, textOf } from "../../mih/site/files.node.ts";
import { readAs, SiteError } from "../../mih/site/read.ts";
import { RadiusUdpClient, steady_s } from "../../radius/udp.node.ts";
import { nodeRsnCrypto as crypto } from "../../rsn/keys/crypto.node.ts";
import { type Authenticator, directly } from "../paa/authenticator.ts";
import { Paa } from "../paa/paa.ts";
import { radiusAuthenticator } from "../paa/radius.ts";
import { Pac } from "../pac/pac.ts";
import { PlainPaa } from "../plain/paa.ts";
import { PlainPac } from "../plain/pac.ts";
import { type Policy, Ways } from "../plain/ways.ts";
import { Relay } from "../transport/relay.ts";
import { TERMINATION_CAUSE } from "../wire/codes.ts";
import { DEVICE_ID_TYPE } from "../wire/deviceid.ts";
import { Gate } from "./gate.node.ts";
import { alsoListening, hostIn, listening, portIn, processClock } from "./links.node.ts";
import {
  PAA_FILE,
  PAC_FILE,
  type PaaFile,
  type PacFile,
  RELAY_FILE,
  type RelayFile,
  type UserEntry,
} from "./schema.ts";
import { certificatesIn, identityOf, methodOf, PSK_OCTETS, utf8 } from "./secrets.node.ts";

export type Tell = (event: string) => void;

/** What listens until it is closed. */
export interface Running {
  /** host:port. */
  readonly address: string;
  /** Tells whoever has to know that it ends, for a moment at most. */
  leave?(): Promise<void>;
  close(): void;
}

/** Whoever does not answer by then hears it from the next PAA. */
const LEAVE_ms = 2000;

const FILES = { paa: PAA_FILE, pac: PAC_FILE, relay: RELAY_FILE } as const;
const GRACE_s = 60;

/** @throws SiteError */
export const paaFile = (file: string): PaaFile => readAs(yamlIn(file), file, "paa", FILES.paa);
/** @throws SiteError */
export const pacFile = (file: string): PacFile => readAs(yamlIn(file), file, "pac", FILES.pac);
/** @throws SiteError */
export const relayFile = (file: string): RelayFile => readAs(yamlIn(file), file, "relay", FILES.relay);

/** @throws SiteError; what the system says of the address */
export async function startPaa(file: string, config: PaaFile, tell: Tell): Promise<Running> {
  const { identity, users, stations, radius, lifetime_s } = config;
  const everybody = [...users, ...stations];
  refuseTwice(file, everybody);
  const tls = identityOf(file, config.tls);
  const secret = radius && secretOf(beside(file, radius.secret_file), "the secret of RADIUS").trim();
  const psks = secret === undefined ? psksOf(file, everybody) : undefined;
  if (secret === "")
    throw new SiteError(`${file}: radius.secret_file is empty, where the secret of RADIUS is expected`);
  const link = await listening(config.listen);
  const plainLink = config.plaintext && (await alsoListening(link, file, "plaintext.listen", config.plaintext.listen));
  const server = radius && secret !== undefined && (await radiusOf(radius.address, secret));
  const authenticator: Authenticator =
    radius && server
      ? radiusAuthenticator({
          client: server.client,
          nasIdentifier: identity,
          address: radius.eui48,
          now_s: steady_s,
        })
      : directly(
          new EapPskServer({
            crypto,
            idS: utf8(identity),
            keyOf: (idP) => psks?.get(new TextDecoder().decode(idP)),
          }),
        );
  const gate = new Gate({
    users: addressesOf(users),
    stations: addressesOf(stations),
    control: config.keys && beside(file, config.keys),
    clock: processClock,
    before_s: lifetime_s + GRACE_s,
    tell,
  });
  const paa = new Paa({
    ...{ link, clock: processClock, crypto, tls, authenticator, identity, lifetime_s, grace_s: GRACE_s },
    enforcement: gate,
    devices: stations.length > 0 ? { authenticator, learned: (device) => gate.learned(device) } : undefined,
    relays: new Set(config.relays),
    onEvent: tell,
  });
  const plain =
    plainLink &&
    new PlainPaa({
      ...{ link: plainLink, clock: processClock, crypto, authenticator, enforcement: gate, onEvent: tell },
      ...{ lifetime_s, grace_s: GRACE_s },
    });
  return {
    address: plain ? `${link.address}, and ${plain.address} without TLS` : link.address,
    async leave() {
      const told = [paa, ...(plain ? [plain] : [])].flatMap((one) =>
        one.open.map((id) => one.abort(id, TERMINATION_CAUSE.administrative)),
      );
      await Promise.race([Promise.all(told), new Promise((resolve) => setTimeout(resolve, LEAVE_ms).unref())]);
    },
    close() {
      gate.close();
      paa.close();
      plain?.close();
      if (server) server.close();
      for (const psk of psks?.values() ?? []) psk.fill(0);
    },
  };
}

export interface RunningPac extends Running {
  /** The end with TLS: of devices behind it. */
  readonly pac: Pac;
  readonly ways: Ways;
}

export interface PacStart {
  readonly tell: Tell;
  /** It is out, and did not leave. */
  readonly onLost: (reason: string) => void;
  /** As the draft has it: without TLS where nobody answers at the port with TLS (004-D11). */
  readonly isFallback?: boolean;
}

/** @throws SiteError; what the system says of the address */
export async function startPac(
  file: string,
  config: PacFile,
  { tell, onLost, isFallback = false }: PacStart,
): Promise<RunningPac> {
  const { name, eap, paa, relayed } = config;
  const host = hostIn(config.listen);
  if (/^(0\.0\.0\.0|[:0]+)$/.test(host)) {
    throw new SiteError(`${file}: listen is ${config.listen}, where the address that the PAA sees is expected`);
  }
  if (host.includes(":")) throw new SiteError(`${file}: listen is ${config.listen}, where an IPv4 address is expected`);
  const ca = certificatesIn(beside(file, config.ca));
  const method = methodOf(file, name, eap);
  const policy = policyOf(file, config, isFallback);
  const link = await listening(config.listen);
  const deviceIds = [
    { type: DEVICE_ID_TYPE.eui48, value: config.eui48 },
    { type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.from(host.split("."), Number) },
  ];
  const both = {
    ...{ clock: processClock, crypto, userName: name, deviceIds, onEvent: tell, onLost },
    eap: () => new EapPeer({ identity: utf8(name), methods: [method()] }),
  };
  const pac = new Pac({ ...both, link, paa, isRelayed: relayed, tls: { ca, serverName: config.network } });
  const { plaintext } = config;
  const plainLink = plaintext && (await alsoListening(link, file, "plaintext.listen", plaintext.listen));
  const plain = plainLink && new PlainPac({ ...both, link: plainLink, paa: plaintext.paa });
  const ways = new Ways({ tls: pac, plain, policy, onEvent: tell });
  return { address: link.address, pac, ways, close: () => ways.close() };
}

/** @throws SiteError for another host, a fallback to nowhere, or one beside a link that needs none. */
function policyOf(file: string, { plaintext, listen }: PacFile, isFallback: boolean): Policy {
  if (plaintext && hostIn(plaintext.listen) !== hostIn(listen)) {
    throw new SiteError(
      `${file}: plaintext.listen is ${plaintext.listen}, where the host of listen ${listen} is expected`,
    );
  }
  if (!isFallback) return plaintext?.link_is_secure ? "secure link" : "tls";
  if (!plaintext) {
    throw new SiteError(`${file} has no plaintext part, which is needed to fall back to: add plaintext: {paa, listen}`);
  }
  if (plaintext.link_is_secure) {
    throw new SiteError(`${file}: plaintext.link_is_secure is true, where the fallback of the draft begins with TLS`);
  }
  return "insecure fallback";
}

/** @throws SiteError; what the system says of the address */
export async function startRelay(file: string, config: RelayFile): Promise<Running & { readonly relay: Relay }> {
  const near = await listening(config.listen);
  const far = await alsoListening(near, file, "from", config.from);
  const relay = new Relay({ near, far, paa: config.paa, way: "tls" });
  return { address: `${near.address}, asking from ${far.address}`, relay, close: () => relay.close() };
}

function yamlIn(file: string): string {
  return textOf(file, "the YAML file of a paa, a pac or a relay");
}

function refuseTwice(file: string, users: readonly UserEntry[]): void {
  for (const key of ["name", "eui48"] as const) {
    const seen = new Set<string>();
    for (const user of users) {
      const text = `${user[key]}`;
      if (seen.has(text))
        throw new SiteError(`${file}: two users have the ${key} of ${user.name}, where each has its own`);
      seen.add(text);
    }
  }
}

function addressesOf(users: readonly UserEntry[]): ReadonlyMap<string, Uint8Array> {
  return new Map(users.map(({ name, eui48 }) => [name, eui48]));
}

function psksOf(file: string, users: readonly UserEntry[]): ReadonlyMap<string, Uint8Array> {
  return new Map(
    users.map(({ name, psk_file }) => {
      if (psk_file === undefined) {
        throw new SiteError(`${file}: ${name} has no psk_file, which is needed where there is no radius`);
      }
      return [name, hexSecretOf(beside(file, psk_file), PSK_OCTETS)];
    }),
  );
}

function radiusOf(address: string, secret: string): Promise<RadiusUdpClient> {
  return RadiusUdpClient.open({ address: hostIn(address), port: portIn(address) }, utf8(secret));
}
