/*
 * The file of --pcap: the air of a run, written while it goes on.
 */
import type { Capture } from "../../capture/capture.ts";
import { OutputFile } from "../../capture/file.ts";
import { captureOf } from "../../capture/run.ts";
import type { Materials } from "../../sim/world.ts";
import { Failure } from "../verb.ts";
import { version } from "../version.ts";
import { written } from "./userfile.ts";

export class CaptureFile {
  readonly #name: string;
  /** What came before the file was opened. */
  readonly #early: Uint8Array[] = [];
  #file: OutputFile | undefined;
  #capture: Capture | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Empties the file, or makes it: for when nothing can refuse the run any more. @throws UsageError when it cannot. */
  open(): void {
    const file = written("--pcap", this.#name, () => new OutputFile(this.#name));
    this.#file = file;
    this.#whole(() => {
      for (const octets of this.#early.splice(0)) file.write(octets);
    });
  }

  /** For the run's materials. Its sink throws a Failure when the file cannot take it all. */
  readonly tap: NonNullable<Materials["tap"]> = (run) => {
    this.#capture = captureOf(run, `ampcore ${version()}`, (octets) => this.#write(octets));
    return this.#capture;
  };

  /** The run is over. @throws Failure likewise. */
  end(): void {
    this.#capture?.end();
    this.#whole(() => this.#file?.close());
  }

  #write(octets: Uint8Array): void {
    const file = this.#file;
    if (file === undefined) this.#early.push(octets);
    else this.#whole(() => file.write(octets));
  }

  #whole(write: () => void): void {
    try {
      write();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new Failure(`--pcap ${this.#name} is not complete: writing it failed (${code})`);
    }
  }
}
