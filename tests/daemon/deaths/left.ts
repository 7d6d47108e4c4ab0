/** What deaths have left behind: do the devices and the key service share their roots, and is every reading there, once? */
import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { hmacMidstates } from "../../../host/keys/midstate.ts";
import { decodeRecord } from "../../../host/keys/record.ts";
import { rootBy } from "../../../host/keys/roots.ts";
import type { DurableStore } from "../../../host/keys/store/durable.ts";
import { decodeEntry, type LogEvent } from "../../../host/keys/store/log.ts";
import { verifyLog } from "../../../host/keys/store/verify.ts";
import type { DeviceRecord } from "../../../host/keys/store.ts";
import { concat, toHex } from "../../../host/wire/octets.ts";
import type { Site } from "./site.ts";

/** The NVM record (PROTOCOL.md section 7): a slot's inner ‖ outer. */
const SLOTS = [32, 104];
const MIDSTATES = { at: 4, octets: 64 } as const;

/** What the store has of each station, in their order, at this moment. */
export async function recordsOf(site: Site): Promise<DeviceRecord[]> {
  return withStore(site, async (store) => {
    const { devices } = store.load();
    return [...devices].sort((a, b) => a.spa[5] - b.spa[5]);
  });
}

/** Of every station: the newest root in its NVM is the service's, or that of the update on its way. */
export function agree(site: Site, records: readonly DeviceRecord[]): void {
  assert.equal(records.length, site.stations.length, "every device is in the store");
  for (const [n, record] of records.entries()) {
    const { spa, generation, root, update } = record;
    const nvm = new Uint8Array(readFileSync(site.nvmOf(n)));
    const { slots, failure } = decodeRecord(nvm);
    assert.equal(failure, undefined, `station ${n} boots`);
    const newest = slots.findIndex((slot) => slot.newest);
    const roots = [{ generation, root }];
    if (update) roots.push({ generation: update.generation, root: rootBy(nodeCrypto, root, update, spa) });
    const own = `generation ${slots[newest].generation}`;
    const shared = roots.find((known) => known.generation === slots[newest].generation);
    assert.ok(shared, `station ${n} is at ${own}, and the service has ${roots.map((known) => known.generation)}`);
    const { inner, outer } = hmacMidstates(shared.root);
    const at = SLOTS[newest] + MIDSTATES.at;
    const kept = nvm.subarray(at, at + MIDSTATES.octets);
    assert.equal(toHex(kept), toHex(concat(inner, outer)), `station ${n} and the service share one root of ${own}`);
  }
}

/** The log is whole; how often it has each event. */
export async function logOf(site: Site): Promise<Map<LogEvent, number>> {
  return withStore(site, async (store) => {
    assert.deepEqual((await verifyLog(store)).faults, [], "the log is whole");
    const events = new Map<LogEvent, number>();
    for await (const { octets } of store.entries()) {
      const { event } = decodeEntry(octets).entry;
      events.set(event, (events.get(event) ?? 0) + 1);
    }
    return events;
  });
}

async function withStore<T>(site: Site, act: (store: DurableStore) => Promise<T>): Promise<T> {
  const store = await site.place.open({ readOnly: true });
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}

/** The files of readings, read on from where they were read before: whole lines are never taken back. */
export class Readings {
  readonly #site: Site;
  readonly #files: { readonly path: string; read_octets: number }[];
  /** By exchange. */
  readonly #payloads = new Map<string, string>();
  /** Of each station, how many of what it knows to be confirmed have been looked for. */
  readonly #checked: number[];

  constructor(site: Site) {
    this.#site = site;
    this.#files = site.aps.map((_, ap) => ({ path: site.fileOf(ap), read_octets: 0 }));
    this.#checked = site.stations.map(() => 0);
  }

  get stored(): number {
    return this.#payloads.size;
  }

  get confirmed(): number {
    return this.#checked.reduce((sum, count) => sum + count, 0);
  }

  /** No exchange is there twice, and every one that a station knows to be confirmed is. */
  check(): void {
    // First what is known to be confirmed, then the files: it is in them before.
    const known = this.#site.stations.map(({ confirmed }) => confirmed.length);
    for (const file of this.#files) this.#readOn(file);
    for (const [n, { confirmed, name }] of this.#site.stations.entries()) {
      for (const { exchange, payload } of confirmed.slice(this.#checked[n], known[n])) {
        assert.equal(this.#payloads.get(exchange), payload, `${name}: what was confirmed as ${exchange} is stored`);
      }
      this.#checked[n] = known[n];
    }
  }

  #readOn(file: { readonly path: string; read_octets: number }): void {
    const text = textFrom(file.path, file.read_octets);
    const whole = text.subarray(0, text.lastIndexOf("\n") + 1);
    file.read_octets += whole.length;
    for (const line of whole.toString().split("\n")) {
      if (line === "") continue;
      const { kind, exchange, payload } = JSON.parse(line);
      if (kind !== "reading") continue;
      assert.ok(!this.#payloads.has(exchange), `${exchange} is in the files once`);
      this.#payloads.set(exchange, payload);
    }
  }
}

function textFrom(path: string, at: number): Buffer {
  const file = openSync(path, "r");
  try {
    const octets = Buffer.alloc(fstatSync(file).size - at);
    return octets.subarray(0, readSync(file, octets, 0, octets.length, at));
  } finally {
    closeSync(file);
  }
}
