/** SIGKILL at random instants, and a look at what is left after each: is every station reached, is every reading there once? */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { AccessPoint } from "../../../host/ap/accesspoint.ts";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { builtModule } from "../../../host/build/build.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { loadStation } from "../../../host/device/load.ts";
import { Nvm } from "../../../host/device/nvm.ts";
import { encodeRecord } from "../../../host/keys/record.ts";
import { KeyService } from "../../../host/keys/service.ts";
import type { DurableStore } from "../../../host/keys/store/durable.ts";
import { decodeEntry, type LogEvent } from "../../../host/keys/store/log.ts";
import { verifyLog } from "../../../host/keys/store/verify.ts";
import { PROFILES } from "../../../host/wire/profile.ts";
import { AAS, nvmFile, openAt, pskOf, spaOf } from "./loadplan.ts";

/** From the start of the process, which needs about a quarter of it to open the store. */
const LIFE_MAX_ms = 600;
const STATE_SECURE = 3;

export interface Found {
  readonly devices: number;
  readonly delivered: number;
  readonly acknowledged: number;
  /** Devices whose update was begun and not proven. */
  readonly updating: number;
}

export class Campaign {
  readonly #folder: string;
  readonly #stations: number;
  readonly #where: string;
  #module: WebAssembly.Module | undefined;
  #seen = 0;

  /** `where`: a URL of PostgreSQL; else the store is a folder below. */
  constructor(folder: string, stations: number, where = join(folder, "store")) {
    this.#folder = folder;
    this.#stations = stations;
    this.#where = where;
  }

  /** Bundles the process and makes the stations. */
  async prepare(): Promise<void> {
    const octets = await builtModule("release");
    this.#module = new WebAssembly.Module(octets);
    writeFileSync(join(this.#folder, "station.wasm"), octets);
    mkdirSync(join(this.#folder, "store"));
    for (let n = 0; n < this.#stations; n++) {
      const spa = spaOf(n);
      writeFileSync(nvmFile(this.#folder, n), encodeRecord({ spa, psk: pskOf(spa), counter: 0 }));
    }
    for (const name of ["delivered", "acknowledged"]) writeFileSync(join(this.#folder, name), "");
    await build({
      entryPoints: [fileURLToPath(new URL("load.ts", import.meta.url))],
      outfile: join(this.#folder, "load.cjs"),
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["lmdb", "pg-native"],
      logLevel: "error",
    });
  }

  /** One life: started, killed at any instant of it, the start included. */
  async kill(life_ms = LIFE_MAX_ms * Math.random()): Promise<void> {
    const args = ["load.cjs", this.#folder, "station.wasm", `${this.#stations}`, this.#where];
    const child = spawn(process.execPath, args, {
      cwd: this.#folder,
      env: { ...process.env, NODE_PATH: fileURLToPath(new URL("../../../node_modules", import.meta.url)) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), life_ms);
    const [code, signal] = await once(child, "exit");
    clearTimeout(timer);
    assert.equal(signal, "SIGKILL", `it ended by itself, with ${code}: ${said}`);
  }

  /** What is left, looked at as the next process would. */
  async check({ log = true } = {}): Promise<Found> {
    const readings = this.#readings();
    // Made anew where the process was killed before it had made one.
    const store = await openAt(this.#where);
    try {
      const { devices } = store.load();
      assert.ok(devices.length >= this.#seen, `${devices.length} devices, and there were ${this.#seen}`);
      this.#seen = devices.length;
      for (const { spa } of devices) this.#reaches(store, spa[5]);
      if (log) assert.deepEqual((await verifyLog(store)).faults, []);
      const updating = devices.filter(({ update }) => update !== undefined).length;
      return { devices: devices.length, updating, ...readings };
    } finally {
      await store.close();
    }
  }

  /** How often the log has each event. */
  async events(): Promise<Map<LogEvent, number>> {
    const store = await openAt(this.#where);
    const events = new Map<LogEvent, number>();
    for await (const { octets } of store.entries()) {
      const { event } = decodeEntry(octets).entry;
      events.set(event, (events.get(event) ?? 0) + 1);
    }
    await store.close();
    return events;
  }

  /** A whole handshake of the station as its NVM is, on a copy, with an AP that has its PMKs from that store. */
  #reaches(store: DurableStore, n: number): void {
    assert.ok(this.#module, "prepared");
    const nvm = new Nvm(readFileSync(nvmFile(this.#folder, n)));
    const station = loadStation(this.#module, {
      entropy: (into) => {
        into.set(nodeCrypto.randomBytes(into.length));
        return true;
      },
      nvmRead: (offset, into) => nvm.nvmRead(offset, into),
      nvmWrite: (offset, octets) => nvm.nvmWrite(offset, octets),
    });
    assert.equal(station.boot(), 0, `station ${n} boots`);
    const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
    const keys = new PmkTable(AAS[0], nodeCrypto);
    const { aps } = store.load();
    if (!aps.some(({ aa }) => Buffer.compare(aa, keys.aa) === 0)) return;
    service.serve(keys);
    const ap = new AccessPoint({ crypto: nodeCrypto, keys, service, triggerSpan_s: () => 0.25 });
    const request = { to: spaOf(n), profile: PROFILES[0], acwe: 0, ulRate: 0, access: 1, slots: 1 } as const;
    const { frame: m2 } = station.receive(ap.trigger(0, { ...request, slotDuration_4us: 255 }, 0));
    assert.ok(m2, `station ${n} answers`);
    const received = ap.receive(0, m2, 0);
    assert.ok(received.kind === "reading", `station ${n} is locked out: ${JSON.stringify(received)}`);
    const confirmation = received.reading.delivered(0);
    assert.ok(confirmation, `station ${n} gets its M3`);
    station.receive(confirmation.m3);
    assert.equal(station.state(), STATE_SECURE, `station ${n} takes its M3`);
  }

  #readings(): { delivered: number; acknowledged: number } {
    const lines = (name: string): string[] => {
      const text = readFileSync(join(this.#folder, name), "utf8");
      assert.ok(text === "" || text.endsWith("\n"), `the last line of ${name} is whole`);
      return text.split("\n").slice(0, -1);
    };
    const delivered = lines("delivered").map((line) => line.split(" "));
    const m2s = new Set(delivered.map(([m2]) => m2));
    assert.equal(m2s.size, delivered.length, "no reading is delivered twice for one M2");
    const readings = new Set(delivered.map(([, spa, reading]) => `${spa} ${reading}`));
    const acknowledged = lines("acknowledged");
    for (const line of acknowledged) assert.ok(readings.has(line), `acknowledged and lost: ${line}`);
    return { delivered: delivered.length, acknowledged: acknowledged.length };
  }
}
