/**
 * TLS between two MISFs, both with a certificate whose common name is the MISF ID (Assumption), and the MSK by its exporter:
 *
 *     MSK = Exporter("EXPORTER-ampcore-mis-sa", no context),  64 octets
 *
 * In TLS 1.3 the initiator's handshake is over before the responder has looked at its certificate. So, as EAP-TLS has it (RFC
 * 9190, 2.5), the responder ends with an octet 0 inside of TLS, and nobody has an MSK before that: in 1.2, too.
 */

import type { SecureVersion } from "node:tls";
import { TlsEnd, type TlsEndOptions, type TlsFlight } from "../../tlspipe/end.ts";
import { concat, equalOctets } from "../../wire/octets.ts";
import { bounded, type Conversation, MSK_OCTETS, type Step } from "./conversation.ts";

const EXPORTER_LABEL = "EXPORTER-ampcore-mis-sa";
const COMMITMENT = Uint8Array.of(0);

export interface TlsConversationOptions {
  /** PEM: authorities of the federation, and no others. */
  readonly ca: string;
  /** PEM, of this end. */
  readonly certificate: string;
  readonly key: string;
  /** MISF ID that the other end has to prove; undefined: whoever it is, `identity` tells. */
  readonly peer?: string;
  /** 1.2 and 1.3 unless given. */
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

/** @throws Error for PEM that OpenSSL does not take. */
export function tlsInitiator(options: TlsConversationOptions): Conversation {
  return bounded(new TlsInitiator(TlsEnd.client(endOptions(options)), options.peer));
}

/** @throws Error for PEM that OpenSSL does not take. */
export function tlsResponder(options: TlsConversationOptions): Conversation {
  return bounded(new TlsResponder(TlsEnd.server(endOptions(options)), options.peer));
}

function endOptions({ ca, certificate, key, minVersion, maxVersion }: TlsConversationOptions): TlsEndOptions {
  return { ca, certificate, key, minVersion, maxVersion };
}

/** What both ends have in common. */
abstract class TlsConversation implements Conversation {
  protected readonly end: TlsEnd;
  readonly #peer: string | undefined;

  constructor(end: TlsEnd, peer: string | undefined) {
    this.end = end;
    this.#peer = peer;
  }

  abstract begin(): Promise<Uint8Array>;

  async next(payload: Uint8Array): Promise<Step> {
    const flight = await this.end.receive(payload);
    const { octets, failure } = flight;
    if (failure !== undefined) {
      return { kind: "failed", reason: `TLS: ${failure}`, ...(octets.length > 0 && { payload: octets }) };
    }
    if (!this.end.isSecure) {
      return flight.isEnded ? { kind: "failed", reason: "TLS: closed early" } : { kind: "send", payload: octets };
    }
    const refused = this.#refused();
    return refused === undefined ? this.secured(flight) : this.refuse(refused, octets);
  }

  close(): void {
    this.end.close();
  }

  /** The handshake is over, and the other end is who it has to be. */
  protected abstract secured(flight: TlsFlight): Promise<Step>;

  /** It is not; `octets` are what TLS would say. */
  protected abstract refuse(reason: string, octets: Uint8Array): Promise<Step>;

  protected done(payload: Uint8Array): Step {
    const msk = this.end.exportKey(MSK_OCTETS, EXPORTER_LABEL);
    return { kind: "done", msk, identity: this.end.peerName, ...(payload.length > 0 && { payload }) };
  }

  #refused(): string | undefined {
    const { refusal, peerName } = this.end;
    if (refusal !== undefined) return `the other end's certificate is refused: ${refusal}`;
    if (peerName === undefined) return "the other end's certificate has no common name, or several";
    if (this.#peer === undefined || peerName === this.#peer) return undefined;
    return `the other end's certificate is that of ${peerName}, not of ${this.#peer}`;
  }
}

class TlsInitiator extends TlsConversation {
  async begin(): Promise<Uint8Array> {
    return (await this.end.begin()).octets;
  }

  protected async secured({ octets, data, isEnded }: TlsFlight): Promise<Step> {
    if (equalOctets(data, COMMITMENT)) return this.done(octets);
    if (data.length > 0) return { kind: "failed", reason: "TLS: the responder says what it has no reason to" };
    if (isEnded) return { kind: "failed", reason: "TLS: the responder has refused this end, its certificate perhaps" };
    return { kind: "send", payload: octets };
  }

  /** Nothing is sent: in TLS 1.3 it would be this end's certificate, and the end of the responder's handshake. */
  protected async refuse(reason: string): Promise<Step> {
    return { kind: "failed", reason };
  }
}

class TlsResponder extends TlsConversation {
  /** Empty: asks the initiator to begin. */
  async begin(): Promise<Uint8Array> {
    return new Uint8Array();
  }

  protected async secured({ octets, data }: TlsFlight): Promise<Step> {
    if (data.length > 0) return { kind: "failed", reason: "TLS: the initiator says what it has no reason to" };
    const { octets: commitment, failure } = await this.end.write(COMMITMENT);
    if (failure !== undefined) return { kind: "failed", reason: `TLS: ${failure}` };
    return this.done(concat(octets, commitment));
  }

  protected async refuse(reason: string, octets: Uint8Array): Promise<Step> {
    const { octets: closing } = await this.end.end();
    return { kind: "failed", reason, payload: concat(octets, closing) };
  }
}
