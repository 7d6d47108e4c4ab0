/**
 * One end of TLS (1.2, RFC 5246; 1.3, RFC 8446) whose octets some other protocol carries, in messages that answer each other:
 * octets of the other end go in, and what is to be sent next comes out as one flight. Node verifies certificates only when the
 * handshake is over, and tells the other end nothing of it: so does this, `refusal` says what is wrong, and nothing of an end
 * that has one may be used.
 */

import { constants } from "node:crypto";
import {
  type ConnectionOptions,
  connect,
  createServer,
  type SecureVersion,
  type TLSSocket,
  type TlsOptions,
} from "node:tls";
import { concat } from "../wire/octets.ts";
import { TlsPipe } from "./pipe.ts";

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
  #isEnded = false;
  #isBusy = false;
  #failure: string | undefined;
  #data: Uint8Array[] = [];

  private constructor(isClient: boolean, options: TlsEndOptions) {
    this.#isClient = isClient;
    this.#isMutual = isClient || (options.isMutual ?? true);
    const common = {
      ca: options.ca,
      ...(options.certificate === undefined ? {} : { cert: options.certificate, key: options.key }),
      minVersion: options.minVersion ?? "TLSv1.2",
      maxVersion: options.maxVersion ?? "TLSv1.3",
      ciphers: CIPHERS,
      secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
      rejectUnauthorized: false,
    };
    if (isClient) this.#connect(common);
    else this.#accept({ ...common, requestCert: this.#isMutual });
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

  /** The exporter of RFC 5705 and of RFC 8446, 7.5, with an empty context. @throws RangeError before the handshake is over. */
  exportKey(octets: number, label: string): Uint8Array {
    const exported = this.#established().exportKeyingMaterial(octets, label, Buffer.alloc(0));
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
    if (!this.#isMutual) return;
    const certificate = socket.getPeerCertificate();
    const name: unknown = certificate.subject?.CN;
    this.#peerName = typeof name === "string" ? name : undefined;
    if (Object.keys(certificate).length === 0) this.#refusal = "it has sent no certificate";
    else if (!socket.authorized) this.#refusal = String(socket.authorizationError);
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

/** OpenSSL's own words without the thread and the line of source that it puts around them. */
function reasonOf(error: Error & { reason?: string; code?: string }): string {
  return error.reason ?? error.code ?? error.message;
}
