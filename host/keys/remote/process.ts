/**
 * The key service as a process of its own: the one place where roots are in clear. APs come to it over their ways in and get
 * PMKs; its owner administers it over a socket beside them. With a store in PostgreSQL each AP's PMKs are written there, too.
 */

import type pg from "pg";
import type { Crypto } from "../../crypto/crypto.ts";
import { addressKey, addressText } from "../address.ts";
import type { ApPort, Command, Grant } from "../link.ts";
import { KeyService } from "../service.ts";
import type { DurableStore } from "../store/durable.ts";
import { clientOf, throughClient } from "../store/postgres.ts";
import { PostgresPort, revokeOthers } from "../store/postgresport.ts";
import { inParts, listenForRequests } from "./administration.ts";
import { KeyServer } from "./server.ts";

export interface KeyProcessOptions {
  readonly crypto: Crypto;
  readonly store: DurableStore;
  /** Where the store is, if that is PostgreSQL: the APs' tables are there, too. */
  readonly postgres?: string;
  readonly onEvent: (event: string) => void;
  /** Somebody should do something. */
  readonly onWarning: (event: string) => void;
  /** It can go on no more. */
  readonly onFailure: (error: Error) => void;
  /** An AP is authorised from now on: it may have a way in. @throws what the system says. */
  readonly onAuthorised?: (aa: Uint8Array) => Promise<void>;
}

export class KeyProcess {
  readonly service: KeyService;
  readonly server: KeyServer;
  readonly #options: KeyProcessOptions;
  /** By AA: where each AP's PMKs stand in PostgreSQL. */
  readonly #stored = new Map<number, { readonly port: PostgresPort; readonly client: pg.Client }>();
  #requests: { close(): void } | undefined;
  #absent = "";

  constructor(options: KeyProcessOptions) {
    const { crypto, store, onEvent } = options;
    this.#options = options;
    this.service = new KeyService({ crypto, master: store.master, store, turn: setImmediate });
    this.server = new KeyServer({
      service: this.service,
      onEvent,
      portFor: (port) => this.#portFor(port),
    });
  }

  /** With PostgreSQL every AP is served from now on, also while it is not here. @throws what the server says. */
  async begin(): Promise<void> {
    const { postgres } = this.#options;
    const { aas } = this.service;
    // Of an AP that was dismissed, too, if the service died before it had taken everything from it.
    if (postgres !== undefined) await throughClient(postgres, (client) => revokeOthers(client, aas));
    for (const aa of aas) await this.#store(aa);
  }

  /** Listens for its owner. @throws RangeError for a path that is taken, or what the system says. */
  async administeredAt(path: string): Promise<void> {
    const { store, postgres, onEvent, onAuthorised } = this.#options;
    this.#requests = await listenForRequests(path, {
      service: this.service,
      settled: () => store.settled(),
      authorised: async (aa) => {
        onEvent(`AP ${addressText(aa)} is authorised`);
        await this.#store(aa);
        await onAuthorised?.(aa);
      },
      ...(postgres !== undefined && { allow: async (aa, role) => this.#stored.get(addressKey(aa))?.port.allow(role) }),
      dismissed: async (aa) => {
        onEvent(`AP ${addressText(aa)} is dismissed`);
        this.server.dismissed(aa);
        const stored = this.#stored.get(addressKey(aa));
        this.#stored.delete(addressKey(aa));
        await stored?.port.revoke();
        await stored?.client.end();
      },
    });
  }

  updateAll(): void {
    void inParts(this.service.spas, (spa) => this.service.startUpdate(spa));
    this.#tellAbsent();
  }

  renewAll(): void {
    for (const aa of this.service.aas) this.service.renew(aa);
  }

  /** UPDATE leaves when every AP has its PMK (PROTOCOL.md section 6): whoever is away is named, once for each such time. */
  #tellAbsent(): void {
    if (this.#options.postgres !== undefined) return;
    const here = new Set(this.server.aas.map(addressKey));
    const absent = this.service.aas.filter((aa) => !here.has(addressKey(aa))).map(addressText);
    const told = absent.join(", ");
    if (told !== "" && told !== this.#absent) {
      this.#options.onWarning(`updates wait for ${told}, not here: it comes, or is dismissed`);
    }
    this.#absent = told;
  }

  /** Nobody is served any more, and everything that was begun is durable. The store is the caller's to close. */
  async close(): Promise<void> {
    this.#requests?.close();
    await this.server.close();
    for (const { port, client } of this.#stored.values()) {
      await port.settled();
      await client.end();
    }
    await this.#options.store.settled();
  }

  async #store(aa: Uint8Array): Promise<void> {
    const { postgres, onFailure } = this.#options;
    if (postgres === undefined) return;
    const client = clientOf(postgres);
    client.on("error", onFailure);
    await client.connect();
    const port = new PostgresPort(aa, client, onFailure);
    this.#stored.set(addressKey(aa), { port, client });
    this.service.serve(port);
  }

  /** undefined: its tables are not there yet. */
  #portFor(port: ApPort): ApPort | undefined {
    if (this.#options.postgres === undefined) return port;
    const stored = this.#stored.get(addressKey(port.aa));
    return stored && new SharedPort(stored.port, port);
  }
}

/** An AP that is here, and whose PMKs stand in PostgreSQL: what is committed there is committed. */
class SharedPort implements ApPort {
  readonly aa: Uint8Array;
  readonly #stored: PostgresPort;
  readonly #here: ApPort;

  constructor(stored: PostgresPort, here: ApPort) {
    this.aa = here.aa;
    this.#stored = stored;
    this.#here = here;
  }

  assign(modifier: Uint8Array | undefined, done: () => void): void {
    this.#here.assign(modifier, nothing);
    this.#stored.assign(modifier, done);
  }

  hold({ spa, pmks }: Grant, done: () => void): void {
    const copies = pmks.map(({ generation, pmk }) => ({ generation, pmk: pmk.slice() }));
    this.#here.hold({ spa, pmks: copies }, nothing);
    this.#stored.hold({ spa, pmks }, done);
  }

  begin(done: () => void): void {
    this.#here.begin(nothing);
    this.#stored.begin(done);
  }

  tell(spa: Uint8Array, commands: readonly Command[]): void {
    this.#here.tell?.(spa, commands);
  }
}

const nothing = (): void => {};
