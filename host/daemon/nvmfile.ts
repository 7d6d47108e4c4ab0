/**
 * A station's NVM in a file. What the station has said to anyone, it has written before: the file is brought up to date
 * before anything leaves the process. So a process that is killed is a station whose power failed, at the instant of the
 * last thing that anybody saw of it, or at a later one that nobody did.
 */

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { scratchName } from "../build/files.ts";
import { Nvm } from "../device/nvm.ts";
import { isRecordLength, RECORD_LENGTHS } from "../keys/record.ts";
import { equalOctets } from "../wire/octets.ts";

const OWNER_ONLY = 0o600;

export class NvmFile {
  readonly nvm: Nvm;
  readonly #path: string;
  #saved: Uint8Array;

  /** @throws RangeError for a file of another length than a record's; what the file system says of one it cannot read. */
  constructor(path: string) {
    const { size } = statSync(path);
    if (!isRecordLength(size)) throw new RangeError(`it has ${size} octets, where ${RECORD_LENGTHS}`);
    this.#path = path;
    this.#saved = new Uint8Array(readFileSync(path));
    this.nvm = new Nvm(this.#saved);
  }

  /** The file holds what the NVM does, on the medium. @throws what the file system says; then the file is as it was. */
  flush(): void {
    const { octets } = this.nvm;
    if (equalOctets(octets, this.#saved)) return;
    const scratch = scratchName(this.#path);
    withFile(scratch, "w", (file) => {
      writeSync(file, octets);
      fsyncSync(file);
    });
    renameSync(scratch, this.#path);
    withFile(dirname(this.#path), "r", fsyncSync);
    this.#saved = octets.slice();
  }
}

function withFile(path: string, flags: string, work: (file: number) => void): void {
  const file = openSync(path, flags, OWNER_ONLY);
  try {
    work(file);
  } finally {
    closeSync(file);
  }
}
