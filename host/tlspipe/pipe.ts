/**
 * The transport under a TLS engine that has no socket: what the engine writes is kept until it is taken, and what the other end
 * wrote is put in by hand. It knows when the engine waits for input, which is how the end of a flight is found.
 */

import { Duplex } from "node:stream";
import { concat } from "../wire/octets.ts";

export class TlsPipe extends Duplex {
  #written: Uint8Array[] = [];
  #writes = 0;
  #isAsked = false;
  #changed: (() => void) | undefined;

  /** The octets that the engine wrote since the last time. */
  takeWritten(): Uint8Array {
    const octets = concat(...this.#written);
    this.#written = [];
    return octets;
  }

  /** Octets of the other end, each once and in order. */
  put(octets: Uint8Array): void {
    if (octets.length === 0 || this.destroyed) return;
    this.#isAsked = false;
    this.push(octets);
  }

  /**
   * Until the engine waits for input and has nothing more to write, or the pipe is destroyed. The engine handles input as it
   * gets it, and asks for more when it has handled all. What it then has to say leaves it in one write or several; it makes the
   * next when the one before is done, of which Node tells it one turn of the event loop later. So two turns without a write
   * are its end, however busy the machine is: no clock is looked at.
   */
  async quiet(): Promise<void> {
    while (!this.destroyed) {
      const writes = this.#writes;
      if (!this.#isAsked) await this.#change();
      await turn();
      await turn();
      if (this.#isAsked && writes === this.#writes) return;
    }
    // Why it was destroyed is told behind this.
    await turn();
  }

  /** Until the engine has written anything, or the pipe is destroyed: of an end that speaks first. */
  async spoken(): Promise<void> {
    while (!this.destroyed && this.#written.length === 0) await this.#change();
  }

  override _read(): void {
    this.#isAsked = true;
    this.#tell();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#written.push(new Uint8Array(chunk));
    this.#writes++;
    this.#tell();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#tell();
    done(error);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #tell(): void {
    this.#changed?.();
    this.#changed = undefined;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
