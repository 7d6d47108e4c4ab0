/* A file that the reader chose or dropped. */
import { notice } from "./sharing.ts";

/** Octets of a trace that a browser reads in seconds. */
const MOST = 32e6;

/** What is in it; undefined: it is too much or cannot be read, and that is told. */
export async function octetsOf(file: File): Promise<Uint8Array | undefined> {
  const { name, size } = file;
  if (size > MOST) {
    const megabytes = Math.ceil(size / 1e6).toLocaleString("en");
    notice(`${name} has ${megabytes} MB, where at most ${MOST / 1e6} MB are read here: ampcore run takes it.`, true);
    return undefined;
  }
  notice(`Reading ${name}.`, false);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    notice(`${name} cannot be read, where a trace file is expected: it is a folder, or gone.`, true);
    return undefined;
  }
}
