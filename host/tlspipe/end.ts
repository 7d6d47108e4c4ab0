/**
 * One end of TLS (1.2, RFC 5246; 1.3, RFC 8446) whose octets some other protocol carries, in messages that answer each other:
 * octets of the other end go in, and what is to be sent next comes out as one flight. Node verifies certificates only when the
 * handshake is over, and tells the other end nothing of it: so does this, `refusal` says what is wrong, and nothing of an end
 * that has one may be used.
 */

import { constants, X509Certificate } from "node:crypto";
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  createServer,
  type PeerCertificate,
  type SecureVersion,
  type TLSSocket,
  type TlsOptions,
} from "node:tls";
import { concat } from "../wire/octets.ts";
import { TlsPipe } from "./pipe.ts";
import { certificateOf, isMasterSecretExtended } from "./session.ts";

/** Of one flight, in and out: more than any chain of certificates that is not an attack. */
export const FLIGHT_OCTETS_MAX = 64 * 1024;

/** All suites have forward secrecy and authenticate what they encrypt. */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
].join(":");

export interface TlsEndOptions {
  /** PEM: whose certificates are believed. Never the world's list of authorities. */
  readonly ca: string;
  /** PEM, of this end; a client may have none. */
  readonly certificate?: string;
  readonly key?: string;
  /** 1.2 and 1.3 unless given. */
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** Of a server: must the client have a certificate? Yes unless given. */
  readonly isMutual?: boolean;
  /** Of a client: a DNS name that the server's certificate has to be for (RFC 6125); any server of `ca` unless given. */
  readonly serverName?: string;
  /**
   * Of a server: 48 octets that its session tickets are sealed with; it gives none unless given. Whoever learns them reads every
   * TLS 1.2 session that a ticket was given for, and can resume all: they are drawn at random, and seldom kept for a day.
   */
  readonly ticketKeys?: Uint8Array;
  /** Of a client: shall it take tickets? No unless given, or a session to resume is. */
  readonly isResumable?: boolean;
  /** Of a client: what `session` was at the end of an earlier one with that server. A server that does not know it begins anew. */
  readonly session?: Uint8Array;
}

/** What came out of one step. */
export interface TlsFlight {
  /** To send to the other end, before anything else is done; an alert, too, and none when the engine waits for more. */
  readonly octets: Uint8Array;
  /** What the other end wrote inside of TLS. */
  readonly data: Uint8Array;
  /** The other end has said that it writes no more. */
  readonly isEnded: boolean;
  /** TLS has failed, for this reason, and there will be nothing more. */
  readonly failure?: string;
}

export class TlsEnd {
  readonly #pipe = new TlsPipe();
  readonly #isMutual: boolean;
  readonly #isClient: boolean;
  #socket: TLSSocket | undefined;
  #isSecure = false;
  #refusal: string | undefined;
  #peerName: string | undefined;
  readonly #serverName: string | undefined;
  #session: Uint8Array | undefined;
  #isEnded = false;
  #isBusy = false;
  #failure: string | undefined;
  #data: Uint8Array[] = [];

  private constructor(isClient: boolean, options: TlsEndOptions) {
    this.#isClient = isClient;
    this.#isMutual = isClient || (options.isMutual ?? true);
    this.#serverName = options.serverName;
    const { session, ticketKeys } = options;
    const takesTickets = isClient ? (options.isResumable ?? session !== undefined) : ticketKeys !== undefined;
    const common = {
      ca: options.ca,
      ...(options.certificate === undefined ? {} : { cert: options.certificate, key: options.key }),
      minVersion: options.minVersion ?? "TLSv1.2",
      maxVersion: options.maxVersion ?? "TLSv1.3",
      ciphers: CIPHERS,
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (takesTickets ? 0 : constants.SSL_OP_NO_TICKET),
      rejectUnauthorized: false,
    };
    if (isClient) this.#connect({ ...common, ...(session && { session: Buffer.from(session) }) });
    else {
      const resumption = { sessionIdContext: "ampcore", ...(ticketKeys && { ticketKeys: Buffer.from(ticketKeys) }) };
      this.#accept({ ...common, requestCert: this.#isMutual, ...resumption });
    }
  }

  /** @throws Error for a certificate or a key that OpenSSL does not take. */
  static client(options: TlsEndOptions): TlsEnd {
    return new TlsEnd(true, options);
  }

  /** @throws Error for a certificate or a key that OpenSSL does not take. */
  static server(options: TlsEndOptions): TlsEnd {
    return new TlsEnd(false, options);
  }

  /** Is the handshake over at this end? Whom with is another question: see refusal. */
  get isSecure(): boolean {
    return this.#isSecure;
  }

  /** Why the other end's certificate is not to be believed; undefined: it is, or none was asked for. */
  get refusal(): string | undefined {
    return this.#isSecure ? this.#refusal : "the handshake is not over";
  }

  /** Common name of the other end's certificate; undefined: it has none, or more than one. */
  get peerName(): string | undefined {
    return this.#peerName;
  }

  /** "TLSv1.3"; undefined before the handshake is over. */
  get version(): string | undefined {
    return this.#isSecure ? (this.#socket?.getProtocol() ?? undefined) : undefined;
  }

  /**
   * Was an earlier session resumed, so that nobody has shown a certificate or signed anything? Whether it is to be believed was
   * found out then, not again; its name is looked at anew.
   */
  get isResumed(): boolean {
    return this.#isSecure && (this.#socket?.isSessionReused() ?? false);
  }

  /**
   * Of a client: the newest session that can be resumed, with its secret; in TLS 1.3 it comes behind the handshake. undefined:
   * the server has given none, or is refused.
   */
  get session(): Uint8Array | undefined {
    return this.refusal === undefined ? this.#session?.slice() : undefined;
  }

  /** Of a client: its first flight. A server says nothing before it is spoken to. */
  begin(): Promise<TlsFlight> {
    return this.#step(async () => {
      if (this.#isClient) await this.#pipe.spoken();
    });
  }

  /** What the other end sent, each octet once and in order, a whole flight or a part. */
  receive(octets: Uint8Array): Promise<TlsFlight> {
    return this.#step(() => {
      if (octets.length > FLIGHT_OCTETS_MAX) this.#fail("the flight is too long");
      else this.#pipe.put(octets);
    });
  }

  /** Says that inside of TLS. @throws RangeError before the handshake is over. */
  write(data: Uint8Array): Promise<TlsFlight> {
    const socket = this.#established();
    return this.#step(() => {
      if (data.length > 0) socket.write(data);
    });
  }

  /** Says that this end writes no more. @throws RangeError before the handshake is over. */
  end(): Promise<TlsFlight> {
    const socket = this.#established();
    return this.#step(() => {
      socket.end();
    });
  }

  /**
   * The exporter of RFC 5705 and of RFC 8446, 7.5, with that context, empty unless given. TLS 1.2 tells an empty one from
   * "none". @throws RangeError before the handshake is over.
   */
  exportKey(octets: number, label: string, context: Uint8Array | "none" = NOTHING): Uint8Array {
    const given = context === "none" ? [] : [Buffer.from(context)];
    // Node's own types ask for a context, its documentation does not.
    const exporting: (octets: number, label: string, ...context: Buffer[]) => Buffer =
      this.#established().exportKeyingMaterial.bind(this.#socket);
    const exported = exporting(octets, label, ...given);
    const key = new Uint8Array(exported);
    exported.fill(0);
    return key;
  }

  /** Forgets all; nothing more is sent. */
  close(): void {
    this.#failure ??= "closed";
    this.#socket?.destroy();
    this.#pipe.destroy();
  }

  #connect(options: ConnectionOptions): void {
    const socket = connect({ ...options, socket: this.#pipe, checkServerIdentity: () => undefined });
    this.#listen(socket);
    socket.on("session", (session) => {
      this.#session = new Uint8Array(session);
    });
    socket.on("secureConnect", () => this.#secured(socket));
  }

  #accept(options: TlsOptions): void {
    const server = createServer(options);
    server.on("tlsClientError", (error) => this.#fail(reasonOf(error)));
    server.on("secureConnection", (socket) => {
      this.#listen(socket);
      this.#secured(socket);
    });
    server.emit("connection", this.#pipe);
  }

  #listen(socket: TLSSocket): void {
    this.#socket = socket;
    socket.on("data", (data) => this.#data.push(new Uint8Array(data)));
    socket.on("error", (error) => this.#fail(reasonOf(error)));
    socket.on("end", () => {
      this.#isEnded = true;
    });
  }

  #secured(socket: TLSSocket): void {
    this.#isSecure = true;
    if (socket.getProtocol() === "TLSv1.2" && !isMasterSecretExtended(socket.getSession())) {
      this.#refusal = "no extended master secret";
      return;
    }
    if (!this.#isMutual) return;
    const certificate = peerCertificateOf(socket);
    const name: unknown = certificate?.subject?.CN;
    this.#peerName = typeof name === "string" ? name : undefined;
    if (certificate === undefined) this.#refusal = "it has sent no certificate";
    else if (!socket.authorized) this.#refusal = String(socket.authorizationError);
    else if (this.#serverName !== undefined && checkServerIdentity(this.#serverName, certificate) !== undefined) {
      this.#refusal = `it is not for ${this.#serverName}`;
    }
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#pipe.destroy();
  }

  #established(): TLSSocket {
    if (this.#socket === undefined || !this.#isSecure) throw new RangeError("the handshake is not over");
    return this.#socket;
  }

  async #step(does: () => void | Promise<void>): Promise<TlsFlight> {
    if (this.#isBusy) throw new RangeError("a step is under way");
    this.#isBusy = true;
    try {
      await does();
      await this.#pipe.quiet();
    } finally {
      this.#isBusy = false;
    }
    const octets = this.#pipe.takeWritten();
    const data = concat(...this.#data);
    this.#data = [];
    const isTooLong = octets.length > FLIGHT_OCTETS_MAX;
    if (isTooLong) this.#fail("this end's flight is too long");
    return { octets: isTooLong ? NOTHING : octets, data, isEnded: this.#isEnded, failure: this.#failure };
  }
}

const NOTHING = new Uint8Array();

/** Node shows a client nothing of the certificate when the session is resumed; the session itself has it. */
function peerCertificateOf(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.getPeerCertificate();
  if (Object.keys(certificate).length > 0) return certificate;
  const der = socket.isSessionReused() ? certificateOf(socket.getSession()) : undefined;
  return der && (new X509Certificate(der).toLegacyObject() as PeerCertificate);
}

/** OpenSSL's own words without the thread and the line of source that it puts around them. */
function reasonOf(error: Error & { reason?: string; code?: string }): string {
  return error.reason ?? error.code ?? error.message;
}
