/**
 * One writer for one folder: each process that wants it puts a file there that names it, and then looks for others.
 *
 *     lock.<pid>.<start of the process, clock ticks since boot>.<boot id>.<PID namespace>.<inode of the folder>
 *
 * A process's file is its own: the name never comes again, so that of a dead one can be taken away by anybody at any moment,
 * without a race for a lock of one name. Whoever comes later sees the file of who came before; two that come at once may both
 * be refused, and never both be let in. The inode tells a file that was copied along with the folder.
 *
 * `Assumption:` the folder is of one machine, as LMDB wants it, too, and that machine has a Linux /proc.
 */

import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { asStoreError, StoreError } from "./errors.ts";

const PREFIX = "lock.";
/** Field 22 of /proc/<pid>/stat (proc(5)), counted behind the name in parentheses, which may hold blanks. */
const START_FIELD = 22 - 3;

interface Owner {
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
  readonly namespace: string;
  readonly folder: string;
}

export interface Lock {
  /** Also done when the process ends by itself. */
  release(): void;
}

/**
 * Of a folder, or with `prefix` of a file in it: names of locks begin with that.
 * @throws StoreError that names the process which has it open, as `where`.
 */
export function lock(folder: string, where: string, prefix = PREFIX): Lock {
  const own = self(folder);
  const name = nameOf(prefix, own);
  const path = join(folder, name);
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw inUse(where, own.pid);
    throw asStoreError(error, where);
  }
  const release = (): void => {
    process.off("exit", release);
    rmSync(path, { force: true });
  };
  try {
    for (const other of readdirSync(folder)) {
      const owner = other === name ? undefined : ownerOf(prefix, other);
      if (!owner) continue;
      const isHere = owner.boot === own.boot && owner.folder === own.folder;
      if (isHere && owner.namespace !== own.namespace) {
        throw new StoreError(
          "in use",
          `${where} may be open in another container, whose processes cannot be seen here: end it, or remove ${join(folder, other)}`,
        );
      }
      if (isHere && startOf(owner.pid) === owner.start) throw inUse(where, owner.pid);
      rmSync(join(folder, other), { force: true });
    }
  } catch (error) {
    release();
    throw error;
  }
  process.on("exit", release);
  return { release };
}

/** Of one file, which stands in a folder with others. @throws StoreError as lock does. */
export function lockFile(path: string, where: string): Lock {
  return lock(dirname(path), where, `${basename(path)}.${PREFIX}`);
}

function inUse(where: string, pid: number): StoreError {
  return new StoreError("in use", `${where} is open already, in process ${pid}: only one may write it at a time`);
}

function nameOf(prefix: string, { pid, start, boot, namespace, folder }: Owner): string {
  return `${prefix}${pid}.${start}.${boot}.${namespace}.${folder}`;
}

function ownerOf(prefix: string, name: string): Owner | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const match = /^([0-9]+)\.([0-9]+)\.([0-9a-f-]+)\.([0-9]+)\.([0-9]+)$/.exec(name.slice(prefix.length));
  if (!match) return undefined;
  const [, pid, start, boot, namespace, folder] = match;
  return { pid: Number(pid), start, boot, namespace, folder };
}

function self(path: string): Owner {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const namespace = readlinkSync("/proc/self/ns/pid").replace(/[^0-9]/g, "");
  return { pid: process.pid, start: startOf(process.pid) ?? "0", boot, namespace, folder: `${statSync(path).ino}` };
}

/** undefined: there is no such process, or it is dead and only not buried yet. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[START_FIELD];
  } catch {
    return undefined;
  }
}
