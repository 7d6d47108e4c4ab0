/*
 * The wired side: the key service over a store that can be copied, and the PMK tables of its APs. Every durable step (a
 * commit of the service, an assign, a hold or a begin of an AP) is counted; at a planned one the service's process dies, before the
 * step is durable, or after it and before anyone hears of it.
 */
import { PmkTable } from "../ap/pmks.ts";
import type { Crypto } from "../crypto/crypto.ts";
import type { ApPort, KeyDesk } from "../keys/link.ts";
import type { KeyService, KeyServiceOptions } from "../keys/service.ts";
import { type ApRecord, type Change, type DeviceRecord, type KeyStore, MemoryStore } from "../keys/store.ts";

/** The key service's process is gone. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** The n-th durable step from now on, from 0, is the last: is it durable? */
interface CrashPlan {
  readonly step: number;
  readonly durable: boolean;
}

interface KeySideOptions {
  readonly crypto: Crypto;
  readonly master: Uint8Array;
  readonly aas: readonly Uint8Array[];
  /** Of all APs; "direct" for the only one. */
  readonly modifier: Uint8Array | "direct";
  readonly spa: Uint8Array;
  readonly psk: Uint8Array;
  /** Makes the service: a test may give it a fault. */
  readonly makeService: (options: KeyServiceOptions) => KeyService;
}

/** A copy of all that is durable. */
export interface Backup {
  readonly devices: readonly DeviceRecord[];
  readonly aps: readonly ApRecord[];
}

const nothing = (): void => {};

export class KeySide {
  readonly tables: readonly PmkTable[];
  service: KeyService;
  plan: CrashPlan | undefined;
  /** A command that an AP puts into its M3s by itself; "none": it leaves the key service's out. */
  invented: Uint8Array | "none" | undefined;
  readonly #options: KeySideOptions;
  #store: MemoryStore;

  constructor(options: KeySideOptions) {
    const { crypto, aas, modifier, spa, psk } = options;
    this.#options = options;
    this.#store = new MemoryStore();
    this.tables = aas.map((aa) => new PmkTable(aa, crypto));
    this.service = this.#start();
    for (const table of this.tables) this.service.serve(this.#port(table), modifier);
    this.service.enrol(spa, psk);
  }

  /** What an AP asks: whichever service runs, which may die of it. */
  get desk(): KeyDesk {
    return {
      commandFor: (...asked) => {
        if (this.invented === "none") return undefined;
        return this.invented ?? this.service.commandFor(...asked);
      },
      offer: (...offered) => this.service.offer(...offered),
      missing: (...missed) => this.service.missing(...missed),
    };
  }

  /** The service dies and starts again from what it has committed; its APs come back to it. */
  restart(): void {
    this.plan = undefined;
    this.service = this.#start();
    for (const table of this.tables) this.service.serve(this.#port(table));
  }

  backup(): Backup {
    return this.#store.load();
  }

  /** The store is restored from an older copy. */
  rollBack({ devices, aps }: Backup): void {
    this.#store = new MemoryStore(devices);
    for (const record of aps) this.#store.commit({ kind: "AP", record }, nothing);
    this.restart();
  }

  /** The APs hold what a service with that store had given them: their own copies were restored. */
  rollBackTables(backup: Backup): void {
    const { crypto, makeService, master } = this.#options;
    const store = new MemoryStore(backup.devices);
    for (const record of backup.aps) store.commit({ kind: "AP", record }, nothing);
    const before = makeService({ crypto, master, store });
    for (const table of this.tables) before.serve(table);
  }

  /** Generations whose root the service holds durably for the device. */
  get generations(): number[] {
    return this.backup().devices.flatMap(({ generation, update }) => {
      return update ? [generation, update.generation] : [generation];
    });
  }

  get isUpdating(): boolean {
    return this.service.progressOf(this.#options.spa).updatingTo !== undefined;
  }

  #start(): KeyService {
    const { crypto, master, makeService } = this.#options;
    const store: KeyStore = {
      load: () => this.#store.load(),
      commit: (change: Change, done) => this.#step(() => this.#store.commit(change, nothing), done),
    };
    return makeService({ crypto, master, store });
  }

  #port(table: PmkTable): ApPort {
    return {
      aa: table.aa,
      assign: (modifier, done) => this.#step(() => table.assign(modifier, nothing), done),
      hold: (grant, done) => this.#step(() => table.hold(grant, nothing), done),
      begin: (done) => this.#step(() => table.begin(nothing), done),
    };
  }

  #step(make: () => void, done: () => void): void {
    const { plan } = this;
    const isLast = plan?.step === 0;
    if (plan) this.plan = isLast ? undefined : { ...plan, step: plan.step - 1 };
    if (!isLast || plan?.durable) make();
    if (isLast) throw new Crash("the key service's process died");
    done();
  }
}
