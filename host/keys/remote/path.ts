/** Paths of Unix sockets. */

import { once } from "node:events";
import { chmodSync, existsSync, lstatSync, mkdirSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { dirname } from "node:path";

const OWNER_ONLY_UMASK = 0o177;
/** Others may pass through a folder of sockets, each of which has a mode of its own. */
const FOLDER_MODE = 0o711;

/** What the system's socket address has room for (sun_path of unix(7), its last octet 0). */
const PATH_MAX_OCTETS = 107;

/**
 * Makes sure that a socket may be made there: one that a killed process left behind is taken away.
 * @throws RangeError of one sentence for a path that is too long, or taken.
 */
async function freePath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > PATH_MAX_OCTETS) {
    throw new RangeError(`${path} is longer than the ${PATH_MAX_OCTETS} octets that a socket's path may have`);
  }
  if (!existsSync(path)) return;
  if (!lstatSync(path).isSocket()) throw new RangeError(`${path} is there already, and is no socket`);
  const probe = connect(path);
  try {
    await once(probe, "connect");
  } catch {
    unlinkSync(path);
    return;
  } finally {
    probe.destroy();
  }
  throw new RangeError(`at ${path} another key service listens`);
}

/** Listens there, in a folder that is made if there is none; nobody whom `mode` leaves out may open it at any time. @throws as freePath, and what the system says. */
export async function listenAtPath(server: Server, path: string, mode: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
  await freePath(path);
  const listening = once(server, "listening");
  const before = process.umask(OWNER_ONLY_UMASK);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await listening;
  chmodSync(path, mode);
}
