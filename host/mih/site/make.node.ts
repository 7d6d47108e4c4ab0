/** Writes a whole site into an empty folder: YAML for each role, and all its secrets, each in a file of its own. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeRsnCrypto } from "../../rsn/keys/crypto.node.ts";
import { toHex } from "../../wire/octets.ts";
import { KeyTree, TREE_SECRET_OCTETS } from "../gkb/keytree.ts";
import { makeManagerKeys } from "../gkb/signature.node.ts";
import type { Scheme } from "../schemes/scheme.ts";
import { writeSecret } from "./files.node.ts";
import {
  deviceKeysFile,
  doMeet,
  MANAGER_KEY_FILE,
  MEMBERS,
  type PlannedRole,
  pskFile,
  rolesOf,
  SIGNING_KEY_FILE,
  TREE_SECRET_FILE,
  yamlOf,
} from "./plan.ts";
import { SiteError } from "./read.ts";

const PSK_OCTETS = 16;
const FOLDER_MODE = 0o700;
const HOST = "127.0.0.1";

export interface MadeRole {
  readonly role: PlannedRole;
  readonly file: string;
  /** undefined: any, each time that it starts. */
  readonly port: number | undefined;
}

/**
 * `port`: of the first role, the others behind it; 0: any that are free now. @throws SiteError for a folder that is not empty
 * or cannot be written.
 */
export async function makeSite(folder: string, scheme: Scheme, port: number): Promise<MadeRole[]> {
  emptyFolder(folder);
  const roles = rolesOf(scheme);
  const listening = roles.filter(({ role }) => role !== "mn");
  const ports = port === 0 ? await freePorts(listening.length) : listening.map((_, i) => port + i);
  const portOf = new Map(listening.map(({ name }, i) => [name, ports[i]]));
  for (const [i, a] of roles.entries()) {
    for (const b of roles.slice(i + 1)) {
      if (doMeet(a, b)) secret(folder, pskFile(a, b), toHex(nodeRsnCrypto.randomBytes(PSK_OCTETS)));
    }
  }
  if (scheme === "21d") makeGroup(folder);
  return roles.map((role) => {
    const file = join(folder, `${role.name}.yaml`);
    writeFileSync(file, yamlOf(role, scheme, portOf));
    return { role, file, port: portOf.get(role.name) };
  });
}

function makeGroup(folder: string): void {
  const octets = nodeRsnCrypto.randomBytes(TREE_SECRET_OCTETS);
  const tree = new KeyTree(nodeRsnCrypto, octets);
  secret(folder, TREE_SECRET_FILE, toHex(octets));
  octets.fill(0);
  for (const member of MEMBERS) {
    const { leaf, keys } = tree.deviceKeysOf(member.leaf);
    secret(folder, deviceKeysFile(member), JSON.stringify({ leaf, keys: keys.map(toHex) }));
    for (const key of keys) key.fill(0);
  }
  tree.wipe();
  const { privateKey, publicKey } = makeManagerKeys();
  secret(folder, SIGNING_KEY_FILE, privateKey.trimEnd());
  writeFileSync(join(folder, MANAGER_KEY_FILE), publicKey);
}

function secret(folder: string, name: string, text: string): void {
  writeSecret(join(folder, name), `${text}\n`);
}

function emptyFolder(folder: string): void {
  try {
    if (!existsSync(folder)) mkdirSync(folder, { mode: FOLDER_MODE });
    else if (!statSync(folder).isDirectory()) throw new SiteError(`${folder} is a file, where a folder is expected`);
    else if (readdirSync(folder).length > 0) {
      throw new SiteError(`${folder} is not empty: a site is made in a folder of its own`);
    }
    chmodSync(folder, FOLDER_MODE);
  } catch (error) {
    if (error instanceof SiteError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new SiteError(`${folder} cannot be made or written (${code}), where a folder in an existing one is expected`);
  }
}

/** All at once, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const sockets: Socket[] = Array.from({ length: count }, () => createSocket("udp4"));
  const bound = sockets.map((socket) => {
    socket.bind(0, HOST);
    return once(socket, "listening");
  });
  await Promise.all(bound);
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, "close");
      socket.close();
      return closed;
    }),
  );
  return ports;
}
