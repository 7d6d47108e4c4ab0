/**
 * An initial RAM file system of Linux: an archive in the "newc" format of cpio, each entry
 *
 *     "070701" ‖ 13 numbers of 8 hexadecimal digits ‖ name ‖ 00 ‖ zeros to 4 ‖ data ‖ zeros to 4
 *
 * and one named TRAILER!!! behind the last (Linux Documentation/driver-api/early-userspace/buffer-format.rst).
 */

export interface Entry {
  /** Without a "/" before it. */
  readonly name: string;
  /** undefined: a folder. */
  readonly data?: Uint8Array;
}

const MAGIC = "070701";
const FOLDER = 0o040755;
const FILE = 0o100755;
const TRAILER = "TRAILER!!!";

/** All files are root's, and may be run. */
export function archiveOf(entries: readonly Entry[]): Buffer {
  const all = [...entries, { name: TRAILER, data: new Uint8Array(0) }];
  return Buffer.concat(all.flatMap((entry, i) => partsOf(entry, i + 1)));
}

function partsOf({ name, data }: Entry, inode: number): Buffer[] {
  const named = Buffer.from(`${name}\0`);
  const mode = data === undefined ? FOLDER : FILE;
  // Inode, mode, user, group, links, time, size, four device numbers, length of the name, and a check that newc has not.
  const numbers = [inode, mode, 0, 0, 1, 0, data?.length ?? 0, 0, 0, 0, 0, named.length, 0];
  const head = Buffer.from(MAGIC + numbers.map((number) => number.toString(16).padStart(8, "0")).join(""));
  const whole = Buffer.concat([head, named]);
  return [whole, padding(whole.length), Buffer.from(data ?? []), padding(data?.length ?? 0)];
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
