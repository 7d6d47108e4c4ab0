/* An AP's process with a crowd before it, and floods beside that: what windows of time are measured in. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApProcess } from "./approcess.ts";
import { Child } from "./child.ts";
import { storeIn } from "./devices.ts";
import type { FloodOptions } from "./flood.ts";
import type { CpuProfile } from "./profile.ts";

export interface BedOptions {
  readonly stations: number;
  readonly channels: number;
  readonly reading_octets: number;
  /** Devices beside each station's that have its short ID. */
  readonly sharing?: number;
  /** Readings into a file; else to stdout. */
  readonly toFile?: boolean;
  /** Datagrams of a source, and frames of an ID, a second. */
  readonly rates?: { readonly source: number; readonly id: number };
  readonly isProfiled?: boolean;
  /** Before anything is measured: the AP's code is compiled by then. */
  readonly warm_s?: number;
}

/** Between two instants. */
export interface Window {
  readonly lasts_s: number;
  readonly confirmed: number;
  readonly wrong: number;
  readonly cpu_s: number;
  readonly flooded: number;
  readonly overflowed: number;
  /** Growth of the AP's metrics. */
  readonly metrics: ReadonlyMap<string, number>;
  /** Of the system's steady clock. */
  readonly from_us: number;
  readonly end_us: number;
}

const LISTENERS_MAX = 4000;
/** Long enough for slots of a whole crowd. */
const PERIOD_s = 2;
const WARM_s = 1.5;
const KNOWN_ms = 20_000;

export class LoadBed {
  readonly folder: string;
  readonly ap: ApProcess;
  readonly #crowd: Child;
  readonly #flood: Child;

  private constructor(folder: string, ap: ApProcess) {
    this.folder = folder;
    this.ap = ap;
    this.#crowd = new Child();
    this.#flood = new Child();
  }

  /** @throws Error when a process does not begin, or a station does not become known. */
  static async make(options: BedOptions): Promise<LoadBed> {
    const { stations, channels, reading_octets, sharing = 0, toFile = false, rates } = options;
    const { isProfiled = false, warm_s = WARM_s } = options;
    const folder = mkdtempSync(join(tmpdir(), "ampcore-load-"));
    let bed: LoadBed | undefined;
    try {
      const args = [...(await storeIn(folder, stations, sharing)), "--fast", "--period", String(PERIOD_s)];
      args.push("--slots", String(Math.ceil(stations / channels)), "--channels", String(channels));
      args.push("--peers", String(LISTENERS_MAX));
      if (toFile) args.push("--out", join(folder, "readings.ndjson"));
      if (rates) args.push("--source-rate", String(rates.source), "--id-rate", String(rates.id));
      const nodeArgs = isProfiled ? ["--cpu-prof", `--cpu-prof-dir=${folder}`] : [];
      bed = new LoadBed(folder, await ApProcess.start({ args, nodeArgs }));
      const crowd = { ap: bed.ap.at, stations, channels, reading_octets };
      await bed.#crowd.ask({ order: "crowd", options: crowd });
      await bed.#allKnown(stations);
      await pause(warm_s * 1000);
      return bed;
    } catch (error) {
      await bed?.end();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async flood(options: FloodOptions): Promise<void> {
    await this.#flood.ask({ order: "flood", ap: this.ap.at, options });
  }

  async noFlood(): Promise<void> {
    await this.#flood.ask({ order: "stop" });
  }

  /** Every M2 is said so often once more by somebody else. */
  async replays(count: number): Promise<void> {
    await this.#crowd.ask({ order: "replays", count });
  }

  /** A station goes, and comes back from elsewhere. */
  async move(): Promise<void> {
    await this.#crowd.ask({ order: "move" });
  }

  /** What happens in so many seconds from now on. */
  async window(lasts_s: number): Promise<Window> {
    const before = await this.#now();
    await pause(lasts_s * 1000);
    const after = await this.#now();
    const metrics = new Map([...after.metrics].map(([name, value]) => [name, value - (before.metrics.get(name) ?? 0)]));
    return {
      lasts_s: (after.at_us - before.at_us) * 1e-6,
      confirmed: after.confirmed - before.confirmed,
      wrong: after.wrong - before.wrong,
      cpu_s: after.cpu_s - before.cpu_s,
      flooded: after.flooded - before.flooded,
      overflowed: after.overflowed - before.overflowed,
      metrics,
      from_us: before.at_us,
      end_us: after.at_us,
    };
  }

  /** Everything ends. The profile, if one was wanted. */
  async end(): Promise<CpuProfile | undefined> {
    try {
      await Promise.all([this.#crowd.end(), this.#flood.end()]);
      await this.ap.end();
      const file = readdirSync(this.folder).find((name) => name.endsWith(".cpuprofile"));
      return file && JSON.parse(readFileSync(join(this.folder, file), "utf8"));
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  async #allKnown(stations: number): Promise<void> {
    for (const start = Date.now(); Date.now() - start < KNOWN_ms; ) {
      const { crowd } = await this.#crowd.ask({ order: "counts" });
      if (crowd?.known === stations) return;
      await pause(50);
    }
    throw new Error("the AP does not know all stations");
  }

  async #now() {
    const [{ crowd }, { sent }, metrics] = await Promise.all([
      this.#crowd.ask({ order: "counts" }),
      this.#flood.ask({ order: "counts" }),
      this.ap.metrics(),
    ]);
    const { confirmed = 0, wrong = 0, replayed = 0 } = crowd ?? {};
    const at_us = Number(process.hrtime.bigint() / 1000n);
    const { cpu_s, overflowed } = this.ap;
    return { at_us, confirmed, wrong, flooded: sent + replayed, cpu_s, overflowed, metrics };
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
