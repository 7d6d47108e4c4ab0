/**
 * A flight of TLS in messages that fit into packets (004-D16): TLS is a stream in lock-step, so a part needs no offset. A part
 * with TLS-More is answered, or asked for, by the next message with an empty TLS-Payload, of the same command.
 */

import { checkLength, concat } from "../../wire/octets.ts";
import { CHUNK_OCTETS_MAX } from "./dictionary.ts";

/** More than any chain of certificates that is not an attack. */
export const FLIGHT_OCTETS_MAX = 64 * 1024;

/** Assumption: nobody needs more parts, who has 256 octets for each. */
const PARTS_MAX = FLIGHT_OCTETS_MAX / 256;

export interface Chunk {
  readonly tls: Uint8Array;
  readonly tlsMore?: true;
}

/** At least one, which is empty if the flight is. @throws RangeError for a flight that is too long. */
export function chunksOf(flight: Uint8Array): readonly Chunk[] {
  checkLength("flight", flight.length, 0, FLIGHT_OCTETS_MAX);
  const chunks: Chunk[] = [];
  for (let at = 0; chunks.length === 0 || at < flight.length; at += CHUNK_OCTETS_MAX) {
    const tls = flight.slice(at, at + CHUNK_OCTETS_MAX);
    chunks.push(at + CHUNK_OCTETS_MAX < flight.length ? { tls, tlsMore: true } : { tls });
  }
  return chunks;
}

/** The other end's flight, part by part. */
export class FlightReader {
  #parts: Uint8Array[] = [];
  #octets = 0;

  /** The flight, when that was its last part; then the next may begin. A flight that is too long is forgotten. */
  take({ tls, tlsMore }: Chunk): Uint8Array | "more" | "too long" {
    this.#octets += tls.length;
    if (this.#octets > FLIGHT_OCTETS_MAX || this.#parts.length === PARTS_MAX) {
      this.forget();
      return "too long";
    }
    this.#parts.push(tls);
    if (tlsMore) return "more";
    const flight = concat(...this.#parts);
    this.forget();
    return flight;
  }

  forget(): void {
    this.#parts = [];
    this.#octets = 0;
  }
}
