/** What the proxies show of all that passes between two processes, and what may become of it. */
import type { Datagram } from "../../../host/daemon/datagram.ts";
import type { Message } from "../../../host/keys/remote/messages.ts";

/** Something on its way; APs and stations are numbered from 0. */
export type Sight =
  | { readonly way: "keys"; readonly ap: number; readonly message: Message }
  | { readonly way: "air"; readonly station: number; readonly datagram: Datagram };

/** One of the two is called, once; what comes behind it in the same direction waits until the gate is done. */
export interface Fate {
  /** Hands it on. */
  pass(): void;
  /** A datagram is lost; a connection breaks before its message arrives. */
  lose(): void;
}

export type Gate = (sight: Sight, fate: Fate) => void | Promise<void>;

export const OPEN: Gate = (_sight, { pass }) => pass();

/** What goes one way, one after the other. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  /** A gate that fails fails the process: the site is not what its test takes it for. */
  push(work: () => void | Promise<void>): void {
    this.#last = this.#last.then(work);
  }
}

export function pause(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time_ms));
}
