/**
 * An access router between PaC and PAA (3.2): it passes a PaC's first request on, with a word on who sent it, and keeps
 * nothing. The PAA answers the PaC directly, and from then on the PaC asks the PAA.
 *
 * Assumption: a request is passed on if nothing in it forbids another AVP, that is SCR, and CLR without TLS; Msg-Checksum of
 * any other would be wrong with it. Whoever sends those has had an answer, and goes direct (004-S9, 004-D15).
 */

import type { Link } from "../../datagrams/link.ts";
import { concat } from "../../wire/octets.ts";
import { type Avp, emitAvp, isSameAvp, readAvps } from "../wire/avp.ts";
import { AVP } from "../wire/dictionary.ts";
import { emitHeader, HEADER_OCTETS, MESSAGE_MAX, readHeader } from "../wire/header.ts";
import { readMessage, type Way } from "../wire/message.ts";
import { isRefusal } from "../wire/refusal.ts";

export interface RelayOptions {
  /** Where PaCs ask. */
  readonly near: Link;
  /** From where the PAA is asked; may be the same. */
  readonly far: Link;
  readonly paa: string;
  readonly way: Way;
}

export type RelayDropped = "not a message" | "not a first request" | "relayed already" | "too long";

export class Relay {
  readonly #options: RelayOptions;
  readonly #dropped = new Map<RelayDropped, number>();
  #passed = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    options.near.listen((from, octets) => this.#heard(from, octets));
  }

  get passed(): number {
    return this.#passed;
  }

  get dropped(): ReadonlyMap<RelayDropped, number> {
    return new Map(this.#dropped);
  }

  close(): void {
    this.#options.near.close();
    this.#options.far.close();
  }

  #heard(from: string, octets: Uint8Array): void {
    const { far, paa, way } = this.#options;
    const relayed = relayedOf(from, octets, way);
    if (typeof relayed === "string") {
      this.#dropped.set(relayed, (this.#dropped.get(relayed) ?? 0) + 1);
      return;
    }
    this.#passed++;
    far.send(paa, relayed);
  }
}

/** The request as it is passed on, or why it is not. */
export function relayedOf(from: string, octets: Uint8Array, way: Way): Uint8Array | RelayDropped {
  const message = readMessage(octets, way);
  const header = readHeader(octets)?.header;
  const avps = readAvps(octets, HEADER_OCTETS);
  if (isRefusal(message) || isRefusal(avps) || header === undefined) return "not a message";
  if (!(way === "tls" ? message.name === "SCR" : message.name === "CLR")) return "not a first request";
  if ("relayedSource" in message.body) return "relayed already";
  const own: Avp = { ...AVP.relayedSource, data: AVP.relayedSource.codec.emit(from) };
  // Session-Id stays the first, and TLS-Payload the last.
  const at = isSameAvp(avps[0], AVP.sessionId) ? 1 : 0;
  const all = concat(...[...avps.slice(0, at), own, ...avps.slice(at)].map(emitAvp));
  const length = HEADER_OCTETS + all.length;
  return length > MESSAGE_MAX ? "too long" : concat(emitHeader(header, length), all);
}
