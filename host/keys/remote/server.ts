/** The key service's ways in: a Unix socket for each AP, TLS for those elsewhere. One AP has one connection, the newest. */

import { once } from "node:events";
import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { addressFrom, addressKey, addressText } from "../address.ts";
import type { ApPort } from "../link.ts";
import type { KeyService } from "../service.ts";
import { listenAtPath } from "./path.ts";
import { Visit } from "./visit.ts";
import { socketOf, TLS_VERSION, type TlsMaterial } from "./where.ts";

/** Connections over TLS, those whose certificates are still being looked at included, and how long that may take. */
const CONNECTIONS_MAX = 1024;
const HANDSHAKE_ms = 10_000;
/** For a last word to those who are here. */
const GOODBYE_ms = 200;

export interface KeyServerOptions {
  readonly service: KeyService;
  readonly portFor?: (port: ApPort) => ApPort | undefined;
  readonly onEvent: (event: string) => void;
}

export class KeyServer {
  readonly #options: KeyServerOptions;
  readonly #visits = new Map<number, Visit>();
  readonly #servers: Server[] = [];
  /** Of TLS: also those that nobody is known on yet. */
  readonly #connections = new Set<Duplex>();

  constructor(options: KeyServerOptions) {
    this.#options = options;
  }

  /** APs that are here. */
  get aas(): Uint8Array[] {
    return [...this.#visits.values()].map(({ aa }) => aa);
  }

  /** A connection that is certainly that AP's. */
  welcome(stream: Duplex, aa: Uint8Array): void {
    const key = addressKey(aa);
    this.#visits.get(key)?.refuse("another connection of this AP has taken its place");
    const visit: Visit = new Visit(stream, {
      ...this.#options,
      aa,
      onEnd: () => {
        if (this.#visits.get(key) === visit) this.#visits.delete(key);
      },
    });
    this.#visits.set(key, visit);
  }

  /** One that is served no more is told so. */
  dismissed(aa: Uint8Array): void {
    this.#visits.get(addressKey(aa))?.refuse(`${addressText(aa)} is authorised no more`);
  }

  /** A socket for that AP, in a folder that is made if there is none; `mode` says who may open it. @throws what the system says. */
  async socket(folder: string, aa: Uint8Array, mode: number): Promise<void> {
    const path = socketOf(folder, aa);
    const server = createServer((stream) => this.welcome(stream, aa));
    await listenAtPath(server, path, mode);
    this.#servers.push(server);
  }

  /** TLS for every AP; resolves with the port. @throws what the system says, or OpenSSL of the files. */
  async tls(host: string, port: number, material: TlsMaterial): Promise<number> {
    const server = createTlsServer(
      {
        ...material,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: TLS_VERSION,
        handshakeTimeout: HANDSHAKE_ms,
      },
      (socket) => this.#certified(socket),
    );
    server.on("connection", (socket: Duplex) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
    server.maxConnections = CONNECTIONS_MAX;
    server.on("tlsClientError", (error) => this.#options.onEvent(`a connection was refused: ${error.message}`));
    const listening = once(server, "listening");
    server.listen(port, host);
    await listening;
    this.#servers.push(server);
    const address = server.address();
    return typeof address === "object" && address ? address.port : port;
  }

  /** Nobody is served any more. */
  async close(): Promise<void> {
    const closed = this.#servers.map((server) => once(server, "close"));
    for (const server of this.#servers) server.close();
    for (const visit of this.#visits.values()) visit.refuse("the key service stops");
    setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, GOODBYE_ms);
    await Promise.all(closed);
  }

  #certified(socket: TLSSocket): void {
    const name = socket.getPeerCertificate().subject?.CN ?? "";
    const aa = addressFrom(name);
    if (aa === undefined) {
      this.#options.onEvent(
        `a connection was refused: its certificate is of ${JSON.stringify(name)}, and not of an AP`,
      );
      socket.destroy();
      return;
    }
    this.welcome(socket, aa);
  }
}
