/** A file that is written piece by piece, in writes of some length. */

import { closeSync, openSync, writeSync } from "node:fs";

const CHUNK_OCTETS = 1 << 16;

export class OutputFile {
  readonly #descriptor: number;
  readonly #chunk = new Uint8Array(CHUNK_OCTETS);
  #used = 0;

  /** Empties the file, or makes it. Throws the system's error, as the other two do. */
  constructor(path: string) {
    this.#descriptor = openSync(path, "w");
  }

  write(octets: Uint8Array): void {
    if (this.#used + octets.length > CHUNK_OCTETS) this.#flush();
    if (octets.length > CHUNK_OCTETS) {
      writeAll(this.#descriptor, octets);
      return;
    }
    this.#chunk.set(octets, this.#used);
    this.#used += octets.length;
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #flush(): void {
    const used = this.#used;
    this.#used = 0;
    writeAll(this.#descriptor, this.#chunk.subarray(0, used));
  }
}

function writeAll(descriptor: number, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
}
