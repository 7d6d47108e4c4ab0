/** One session of a PAA: its TLS, its user, and the parts of flights that are on their way. Requests come one after the other. */

import type { TlsEnd } from "../../tlspipe/end.ts";
import { type Chunk, chunksOf, FlightReader } from "../wire/chunks.ts";
import type { DevicesBehind } from "./behind.ts";
import type { Grant } from "./enforcement.ts";
import type { Phase2 } from "./phase2.ts";

/** handshake: no user yet, and the network may not be believed yet. secured: TLS is there. open: admitted. */
export type Phase = "handshake" | "secured" | "open";

/** The first part of a flight, whose message Msg-Checksum is made of. */
interface Incoming {
  readonly outside: Uint8Array;
  readonly name: string;
}

export class Session {
  readonly id: string;
  /** Where it was begun, and where all its requests come from. */
  readonly source: string;
  end: TlsEnd;
  /** Under way, of a re-authentication. */
  next: TlsEnd | undefined;
  phase: Phase = "handshake";
  phase2: Phase2 | undefined;
  grant: Grant | undefined;
  behind: DevicesBehind | undefined;
  /** Of its authorization, as the PaC was told. */
  lifetime_s = 0;
  /** A request is being answered. */
  isBusy = false;
  /** Why nothing follows the flight that is on its way. */
  over: string | undefined;
  cancelDeadline: (() => void) | undefined;
  /** When it ends by itself, by the PAA's clock. */
  deadline_s = Number.POSITIVE_INFINITY;
  readonly #reader = new FlightReader();
  #incoming: Incoming | undefined;
  #outgoing: readonly Chunk[] = [];

  constructor(id: string, source: string, end: TlsEnd) {
    this.id = id;
    this.source = source;
    this.end = end;
  }

  /** Does the PaC still have to fetch parts of a flight? */
  get isSending(): boolean {
    return this.#outgoing.length > 0;
  }

  /** This end's flight, of which the first part goes now. */
  sends(flight: Uint8Array): Chunk {
    const [head, ...rest] = chunksOf(flight);
    this.#outgoing = rest;
    return head;
  }

  /**
   * A part of the PaC's flight: what to answer it with, or the whole flight. A string: out of order, or too long, and the session
   * has no future, as a stream with a hole has none.
   */
  takes(
    name: string,
    chunk: Chunk,
    outside: Uint8Array,
  ): Chunk | { readonly flight: Uint8Array; readonly outside: Uint8Array } | string {
    const [next, ...rest] = this.#outgoing;
    if (next) {
      if (chunk.tls.length > 0 || chunk.tlsMore) return "it speaks before it has heard all";
      this.#outgoing = rest;
      return next;
    }
    this.#incoming ??= { outside, name };
    if (this.#incoming.name !== name) return "a flight goes on in another message";
    const flight = this.#reader.take(chunk);
    if (flight === "more") return { tls: new Uint8Array() };
    const first = this.#incoming;
    this.#incoming = undefined;
    return flight === "too long" ? "its flight is too long" : { flight, outside: first.outside };
  }

  close(): void {
    this.cancelDeadline?.();
    this.end.close();
    this.next?.close();
    this.phase2?.close();
    this.behind?.close();
  }
}
