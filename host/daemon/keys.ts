/**
 * Where the keys of an AP's daemon come from: a key service in a process of its own. The AP holds PMKs and commands, never a
 * root; what it keeps on a disk are its PMKs.
 */

import { PmkTable } from "../ap/pmks.ts";
import type { Crypto } from "../crypto/crypto.ts";
import type { ApPort, KeyDesk } from "../keys/link.ts";
import { RemoteDesk } from "../keys/remote/desk.ts";
import type { StoreError } from "../keys/store/errors.ts";
import type { Kek } from "../keys/store/kek.ts";
import { EpochSwitch } from "./epochswitch.ts";
import type { KeySource } from "./keysource.ts";
import { loadPostgresPmks, readerAgain } from "./pmkreader.ts";
import { PmkStore } from "./pmkstore.ts";

export interface ApKeys {
  readonly pmks: PmkTable;
  readonly desk: KeyDesk;
  /** The key service is there. */
  readonly isServed: boolean;
  /** Epochs that it has begun here, the first one included. */
  readonly epochs: number;
  /** Calls back when an epoch may begin, which ends the rounds that are open. At once, unless this says otherwise. */
  between: (begin: () => void) => void;
  /** Everything that was begun is done, and the service is let go. */
  close(): Promise<void>;
}

/** Where PMKs are kept for the next start: nowhere, in a folder, or, by the service, in PostgreSQL. */
export type PmkPlace =
  | { readonly kind: "memory" }
  | { readonly kind: "folder"; readonly folder: string; readonly kek: Kek }
  | { readonly kind: "PostgreSQL"; readonly url: string };

export interface ApKeysOptions {
  readonly crypto: Crypto;
  /** The AP's own address, 6 octets. */
  readonly aa: Uint8Array;
  readonly source: KeySource;
  readonly place: PmkPlace;
  /** How long the service may be away before it has given everything, if nothing was kept. */
  readonly patience_s: number;
  readonly onEvent: (event: string) => void;
  /** Told once, if PMKs cannot be kept. */
  readonly onFailure: (error: StoreError) => void;
}

/** How often it is looked whether the service is there. */
const LOOK_s = 0.1;

/** Why an AP has no key at all. */
export class NoKeys extends Error {
  override name = "NoKeys";
}

/**
 * All PMKs are there when it resolves: those that were kept, or those that the service gives.
 * @throws StoreError or ServiceMistake of one sentence; NoKeys when the service gives none in time, or refuses this AP.
 */
export async function openApKeys(options: ApKeysOptions): Promise<ApKeys> {
  const { crypto, aa, source, place, onEvent } = options;
  const pmks = new PmkTable(aa, crypto);
  let between = (begin: () => void): void => begin();
  const { port, closePort } = await portOver(new EpochSwitch(pmks, (begin) => between(begin)), pmks, options);
  let lastEvent = "it does not answer";
  let isOpen = false;
  let closed: Promise<void> | undefined;
  let refuse: (why: string) => void = () => {};
  const refused = new Promise<string>((resolve) => {
    refuse = resolve;
  });
  // What the service itself gives is newer.
  const putWhileAlone = (put: () => void): void => between(() => !desk.isThere && put());
  const desk: RemoteDesk = new RemoteDesk({
    port,
    connect: () => source.connect(),
    onEvent: (event) => {
      lastEvent = event;
      if (isOpen) onEvent(event);
    },
    ...(place.kind === "PostgreSQL" && { onMissing: readerAgain(place.url, pmks, putWhileAlone, onEvent) }),
    onRefusal: refuse,
  });
  const keys: ApKeys = {
    pmks,
    desk,
    get isServed() {
      return desk.isThere;
    },
    get epochs() {
      return desk.epochs;
    },
    set between(when: (begin: () => void) => void) {
      between = when;
    },
    close: () => {
      closed ??= (async () => {
        desk.close();
        await source.close();
        await closePort();
      })();
      return closed;
    },
  };
  try {
    if (pmks.size === 0) await patiently(desk, refused, source, options.patience_s, () => lastEvent);
    isOpen = true;
    return keys;
  } catch (error) {
    await keys.close();
    throw error;
  }
}

async function portOver(
  port: ApPort,
  table: PmkTable,
  { place, onFailure }: ApKeysOptions,
): Promise<{ readonly port: ApPort; readonly closePort: () => Promise<void> }> {
  if (place.kind === "folder") {
    const store = await PmkStore.open({ table: port, folder: place.folder, kek: place.kek, onFailure });
    return { port: store, closePort: () => store.close() };
  }
  if (place.kind === "PostgreSQL") await loadPostgresPmks(place.url, table);
  return { port, closePort: async () => {} };
}

/**
 * Until the service has given everything: as long as it is there that may take, a fleet is large.
 * @throws NoKeys, or what the source failed of.
 */
async function patiently(
  desk: RemoteDesk,
  refused: Promise<string>,
  source: KeySource,
  patience_s: number,
  lastEvent: () => string,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    let absent_s = 0;
    timer = setInterval(() => {
      absent_s = desk.isThere ? 0 : absent_s + LOOK_s;
      if (absent_s < patience_s) return;
      const why = source.reason ?? lastEvent();
      reject(new NoKeys(`${source.name} has given no keys in ${patience_s} s: ${why}`));
    }, LOOK_s * 1000);
  });
  const no = refused.then((why) => {
    throw new NoKeys(`${source.name} refuses: ${why}`);
  });
  try {
    await Promise.race([desk.whole, late, no, source.failed]);
  } finally {
    clearInterval(timer);
  }
}
