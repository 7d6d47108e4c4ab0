/**
 * What is killed: a key service over a durable store, two APs and their stations in one process, under a load of readings and
 * root updates without an end, with lost frames and deaths of stations among it. Started by kills.ts, as a bundle.
 *
 * A station's NVM is a file, which each nvmWrite changes in place, exactly the octets that it names: a kill between two of them
 * leaves a torn record as a power cut does. What the AP has delivered and what a station knows to be taken are lines of two
 * files. All of that is in the kernel's hands when a call returns, and so survives SIGKILL.
 */
import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { AccessPoint } from "../../../host/ap/accesspoint.ts";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { loadStation, type Station } from "../../../host/device/load.ts";
import { Nvm, PowerFailure } from "../../../host/device/nvm.ts";
import { addressText } from "../../../host/keys/address.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { PROFILES } from "../../../host/wire/profile.ts";
import { AAS, nvmFile, openAt, pskOf, spaOf } from "./loadplan.ts";

const REQUEST = {
  to: "broadcast",
  profile: PROFILES[0],
  acwe: 0,
  ulRate: 0,
  access: 0,
  slots: 1,
  slotDuration_4us: 255,
} as const;
const READING_OCTETS = 8;
/** Octets that the NVM writes of an exchange with an update may have, about. */
const NVM_OCTETS_A_SESSION = 180;
const STATE_SECURE = 3;

/** How often things happen: shares of exchanges. */
const DEATHS = 0.3;
const CUTS = 0.2;
const LOST = 0.15;

class LoadStation {
  readonly spa: Uint8Array;
  readonly #nvm: Nvm;
  readonly #file: number;
  readonly #module: WebAssembly.Module;
  #station: Station;
  #reading = randomBytes(READING_OCTETS);

  constructor(module: WebAssembly.Module, folder: string, n: number) {
    this.spa = spaOf(n);
    const path = nvmFile(folder, n);
    this.#nvm = new Nvm(readFileSync(path));
    this.#file = openSync(path, "r+");
    this.#module = module;
    this.#station = this.#boot();
  }

  #boot(): Station {
    this.#nvm.powerUp();
    const station = loadStation(this.#module, {
      entropy: (into) => {
        into.set(randomBytes(into.length));
        return true;
      },
      nvmRead: (offset, into) => this.#nvm.nvmRead(offset, into),
      nvmWrite: (offset, octets) => {
        try {
          return this.#nvm.nvmWrite(offset, octets);
        } finally {
          const end = offset + octets.length;
          writeSync(this.#file, this.#nvm.octets.subarray(offset, end), 0, octets.length, offset);
        }
      },
    });
    if (station.boot() !== 0) throw new Error(`${addressText(this.spa)} does not boot`);
    station.setPayload(this.#reading, true);
    return station;
  }

  /** Power comes back. */
  restart(): void {
    this.#station = this.#boot();
  }

  /** Dies of what comes next, if that writes to its NVM. */
  cut(): void {
    this.#nvm.cutAt(1 + Math.floor(NVM_OCTETS_A_SESSION * Math.random()), Math.floor(256 * Math.random()));
  }

  receive(frame: Uint8Array): Uint8Array | undefined {
    return this.#station.receive(frame).frame;
  }

  /** The M3 was right: this reading is taken, and the next one waits. */
  take(): string | undefined {
    if (this.#station.state() !== STATE_SECURE) return undefined;
    const reading = this.#reading.toString("hex");
    this.#reading = randomBytes(READING_OCTETS);
    this.#station.setPayload(this.#reading, true);
    return reading;
  }
}

async function main(folder: string, wasm: string, stations: number, where: string): Promise<never> {
  const store = await openAt(where);
  const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
  const aps = AAS.map((aa) => {
    const keys = new PmkTable(aa, nodeCrypto);
    service.serve(keys);
    return new AccessPoint({ crypto: nodeCrypto, keys, service, triggerSpan_s: () => 0.25 });
  });
  const known = new Set(store.load().devices.map(({ spa }) => addressText(spa)));
  const module = new WebAssembly.Module(readFileSync(wasm));
  const fleet = Array.from({ length: stations }, (_, n) => new LoadStation(module, folder, n));
  for (const { spa } of fleet) if (!known.has(addressText(spa))) service.enrol(spa, pskOf(spa));
  await store.settled();

  const [delivered, acknowledged] = ["delivered", "acknowledged"].map((name) => openSync(join(folder, name), "a"));
  process.on("exit", () => closeSync(delivered));
  for (let now_s = 0; ; now_s += 2) {
    for (const station of fleet) {
      const ap = aps[Math.random() < 0.5 ? 0 : 1];
      if (Math.random() < DEATHS) station.restart();
      if (Math.random() < CUTS) station.cut();
      try {
        exchange(station, ap, now_s);
      } catch (error) {
        if (!(error instanceof PowerFailure)) throw error;
        station.restart();
      }
      if (service.progressOf(station.spa).updatingTo === undefined) service.startUpdate(station.spa);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function exchange(station: LoadStation, ap: AccessPoint, now_s: number): void {
    const m2 = station.receive(ap.trigger(0, REQUEST, now_s));
    if (!m2) return;
    const received = ap.receive(0, m2, now_s);
    if (received.kind !== "reading") return;
    const { spa, payload } = received.reading;
    const name = createHash("sha256").update(m2).digest("hex");
    writeSync(delivered, `${name} ${addressText(spa)} ${Buffer.from(payload).toString("hex")}\n`);
    const confirmation = received.reading.delivered(now_s);
    if (!confirmation || Math.random() < LOST) return;
    const answer = station.receive(confirmation.m3);
    const reading = station.take();
    if (reading !== undefined) writeSync(acknowledged, `${addressText(spa)} ${reading}\n`);
    if (answer && Math.random() >= LOST) ap.receive(0, answer, now_s);
  }
}

const [folder, wasm, stations, where] = process.argv.slice(2);
main(folder, wasm, Number(stations), where).catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
