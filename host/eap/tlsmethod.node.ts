/**
 * The peer's side of EAP-TLS: RFC 5216 with TLS 1.2, RFC 9190 with TLS 1.3. Type-Data (RFC 5216, 3.1) are Flags(1): L M S ‖ [TLS
 * Message Length(4)] ‖ TLS Data; the server begins with S alone, and a flight of TLS is one message.
 *
 * TLS 1.3 has the server say an octet 0 inside of TLS when it has taken the client's certificate (RFC 9190, 2.1.1): nothing is
 * done before that. TLS 1.2 is done with the server's Finished.
 *
 * Deviation: Node tells what it makes of a certificate only when the handshake is over. In TLS 1.3 that is before the peer's
 * certificate goes out; in TLS 1.2 it is behind the server's Finished, so that a server that is refused has seen the peer's
 * certificate, and may count the conversation as a success of which it has a key, and nobody else. No revocation is looked at,
 * which RFC 9190, 5.4 asks for: no stapled answer is asked for, and no list is read.
 */

import { createSecureContext, type SecureVersion } from "node:tls";
import { TlsEnd, type TlsFlight } from "../tlspipe/end.ts";
import { checkNumber, equalOctets } from "../wire/octets.ts";
import { FRAGMENT_OCTETS, Fragments, LENGTH_INCLUDED, MORE_FRAGMENTS, Reassembly } from "./fragments.ts";
import type { EapMethod, MethodDone, MethodRequest, MethodStep } from "./method.ts";
import { EAP_TYPE } from "./packet.ts";
import { type Hellos, tlsResult } from "./tlskeys.ts";

const START = 0x20;
/** RFC 5216, 2.1.5: of the length field 4 octets, of a message up to 64 KiB. */
const FORMAT = { lengthOctets: 4, messageMax: 64 * 1024 } as const;
const COMMITMENT = Uint8Array.of(0);
const NOTHING = new Uint8Array();

/**
 * RFC 5216, 2.1.3: the server is told of a refusal by an alert: fatal, bad_certificate(42), in a record of its own.
 * Deviation: in clear, as Node sends no alert of its caller's; a server whose keys are in use already ends with an error of its
 * own, which comes to the same.
 */
const BAD_CERTIFICATE = Uint8Array.of(21, 3, 3, 0, 2, 2, 42);

export interface EapTlsMethodOptions {
  /** PEM: the authorities that a server may have its certificate of, and no others. */
  readonly ca: string;
  /**
   * DNS name that the server's certificate has to be for: a client of the same authority is no server. Assumption: a common
   * name counts when there is no DNS name in the certificate, as Node and most servers' makers have it.
   */
  readonly serverName: string;
  /** PEM, of this end. */
  readonly certificate: string;
  readonly key: string;
  /** 1.2 and 1.3 unless given. */
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** Octets of Type-Data in a Response; 1015 unless given. */
  readonly fragmentOctets?: number;
}

/** What OpenSSL says of a certificate, in the words of who has to mend it. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "no authority that is known here has signed it",
  INVALID_PURPOSE: "it is not for a server",
  SELF_SIGNED_CERT_IN_CHAIN: "no authority that is known here has signed it",
  UNABLE_TO_GET_ISSUER_CERT: "no authority that is known here has signed it",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "no authority that is known here has signed it",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "no authority that is known here has signed it",
};

export class EapTlsMethod implements EapMethod {
  readonly type = EAP_TYPE.tls;
  readonly name = "EAP-TLS";
  readonly #options: EapTlsMethodOptions;
  readonly #fragmentOctets: number;
  readonly #incoming = new Reassembly(FORMAT);
  #end: TlsEnd | undefined;
  /** What is still to be sent, and what the method is when the last of it goes. */
  #outgoing: Fragments | undefined;
  #done: MethodDone | undefined;
  #hellos: Hellos = { client: NOTHING, server: NOTHING };

  /** @throws RangeError for a fragment without room, Error for PEM that OpenSSL does not take. */
  constructor(options: EapTlsMethodOptions) {
    const { ca, certificate: cert, key } = options;
    createSecureContext({ ca, cert, key });
    this.#options = options;
    this.#fragmentOctets = options.fragmentOctets ?? FRAGMENT_OCTETS;
    checkNumber("fragmentOctets", this.#fragmentOctets, 16, 0xffff);
  }

  async receive({ data }: MethodRequest): Promise<MethodStep> {
    if (data.length === 0) return { refused: "too short" };
    const [flags] = data;
    if ((flags & START) !== 0) return this.#start(data);
    if (this.#end === undefined) return { refused: "wrong phase" };
    const isFlagged = (flags & (LENGTH_INCLUDED | MORE_FRAGMENTS)) !== 0;
    if (this.#outgoing !== undefined) {
      return data.length === 1 && !isFlagged ? this.#next() : { refused: "not an acknowledgement" };
    }
    const taken = this.#incoming.take(flags, data.slice(1));
    if ("refused" in taken) return taken;
    if ("isPart" in taken) return { data: Uint8Array.of(0) };
    if (taken.message.length === 0) return { refused: "an acknowledgement of nothing" };
    return this.#flight(this.#end, taken.message);
  }

  close(): void {
    this.#end?.close();
  }

  async #start(data: Uint8Array): Promise<MethodStep> {
    if (this.#end !== undefined) return { refused: "wrong phase" };
    // RFC 5216, 3.1: L and M are no bits of a start.
    if ((data[0] & (LENGTH_INCLUDED | MORE_FRAGMENTS)) !== 0 || data.length > 1) return { refused: "bad length" };
    const { ca, certificate, key, serverName, minVersion, maxVersion } = this.#options;
    this.#end = TlsEnd.client({ ca, certificate, key, serverName, minVersion, maxVersion });
    const { octets } = await this.#end.begin();
    this.#hellos = { client: octets, server: NOTHING };
    return this.#send(octets);
  }

  async #flight(end: TlsEnd, message: Uint8Array): Promise<MethodStep> {
    if (this.#hellos.server.length === 0) this.#hellos = { ...this.#hellos, server: message };
    const flight = await end.receive(message);
    if (flight.failure !== undefined) return this.#fail(`TLS: ${flight.failure}`, flight.octets);
    if (!end.isSecure) {
      if (flight.isEnded) return this.#fail("TLS: the server has ended it", flight.octets);
      return flight.octets.length === 0 ? this.#fail("TLS: half a flight", NOTHING) : this.#send(flight.octets);
    }
    const { refusal } = end;
    if (refusal !== undefined) {
      return this.#fail(`the server's certificate is refused: ${REASONS[refusal] ?? refusal}`, BAD_CERTIFICATE);
    }
    return this.#secured(end, flight);
  }

  #secured(end: TlsEnd, { octets, data, isEnded }: TlsFlight): MethodStep {
    const isCommitted = end.version === "TLSv1.3" && equalOctets(data, COMMITMENT);
    if (data.length > 0 && !isCommitted) return this.#fail("TLS: the server says what it has no reason to", octets);
    // RFC 9190, 2.1.1, 2.5: before the commitment, a server that ends TLS has refused the certificate.
    if (isEnded && !isCommitted) return this.#fail("TLS: the server has ended it", octets);
    if (end.version === "TLSv1.2" || isCommitted) {
      // The commitment is the server's word, the Finished that it answers the peer's; in TLS 1.2 there is no word of the server's.
      this.#done = { result: tlsResult(end, this.#hellos, this.#options.serverName), isProtected: isCommitted };
    }
    return this.#send(octets);
  }

  /** Without octets an acknowledgement: the server hears that its flight is here. */
  #send(octets: Uint8Array): MethodStep {
    this.#outgoing = new Fragments(octets, FORMAT, this.#fragmentOctets);
    return this.#next();
  }

  #next(): MethodStep {
    const outgoing = this.#outgoing as Fragments;
    const data = outgoing.next(0);
    if (!outgoing.isOver) return { data };
    this.#outgoing = undefined;
    return { data, done: this.#done };
  }

  /** The last word is short; what is not is no alert, and is left out. */
  #fail(reason: string, octets: Uint8Array): MethodStep {
    const isShort = octets.length < this.#fragmentOctets;
    const data = new Fragments(isShort ? octets : NOTHING, FORMAT, this.#fragmentOctets).next(0);
    return { failed: reason, data };
  }
}
