/*
 * The file of --pcap: the air of a run, written while it goes on.
 */
import type { Capture } from "../../capture/capture.ts";
import { OutputFile } from "../../capture/file.ts";
import { captureOf } from "../../capture/run.ts";
import type { Materials } from "../../sim/world.ts";
import { Failure, UsageError } from "../verb.ts";
import { version } from "../version.ts";

export class CaptureFile {
  readonly #name: string;
  readonly #file: OutputFile;
  #capture: Capture | undefined;

  /** @throws UsageError when it cannot be made. */
  constructor(name: string) {
    this.#name = name;
    try {
      this.#file = new OutputFile(name);
    } catch (error) {
      throw new UsageError(
        `--pcap ${name} cannot be written (${codeOf(error)}), where a file in an existing folder is expected`,
      );
    }
  }

  /** For the run's materials. Its sink throws a Failure when the file cannot take it all. */
  readonly tap: NonNullable<Materials["tap"]> = (run) => {
    this.#capture = captureOf(run, `ampcore ${version()}`, (octets) => this.#written(() => this.#file.write(octets)));
    return this.#capture;
  };

  /** The run is over. @throws Failure likewise. */
  end(): void {
    this.#capture?.end();
    this.#written(() => this.#file.close());
  }

  #written(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw new Failure(`--pcap ${this.#name} is not complete: writing it failed (${codeOf(error)})`);
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
