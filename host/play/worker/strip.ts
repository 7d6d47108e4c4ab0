/*
 * One call of the module as a strip of instructions. It is run again under the microscope from what it began with; the
 * clock of the strip is the simulator's:
 *
 *     t = start + fuel / (16 f_clock) + what the imports took
 */
import type { Microscope, Sight } from "../../device/microscope.ts";
import type { Phase } from "../../device/phase.ts";
import type { Loads } from "../../sim/loads.ts";
import type { Profiles } from "../../sim/profiles.ts";
import { FUEL_PER_CYCLE } from "../../sim/supply.ts";
import type { StripLine } from "../protocol.ts";
import type { Call } from "./watched.ts";

/** Far more than any call has. */
const MOST = 4_000_000;

export class Strip {
  readonly call: Call;
  /** Instructions that ran; of a call that died, the last is that which it could not pay for, or the import it died in. */
  readonly count: number;
  readonly diesAtEnd: boolean;
  /** Power failed while the host was at work for its last instruction, which had begun. */
  readonly diesInImport: boolean;
  readonly #microscope: Microscope;
  readonly #sites: number[] = [];
  readonly #phases: Phase[] = [];
  /** Fuel before each instruction, and what imports took until then. */
  readonly #fuel: number[] = [];
  readonly #imports_s: number[] = [];
  readonly #imports_J: number[] = [];
  readonly #fuel_s: number;
  readonly #cpu_W: number;
  readonly #answer: unknown;
  /** The last two that were looked at. */
  #sights: { readonly n: number; readonly sight: Sight }[] = [];
  #changes: readonly number[] | undefined;
  readonly #memories = new Map<number, Uint8Array>();
  #import_s = 0;
  #import_J = 0;

  constructor(microscope: Microscope, call: Call, { mcu, nvm }: Profiles, loads: Loads) {
    this.#microscope = microscope;
    this.call = call;
    this.#fuel_s = 1 / (mcu.clock_Hz.value * FUEL_PER_CYCLE);
    this.#cpu_W = loads.cpu.power_W;
    const takes = (time_s: number, power_W: number): void => {
      this.#import_s += time_s;
      this.#import_J += time_s * power_W;
    };
    const imports = {
      entropy(octets: number): void {
        takes(mcu.entropyStart_s.value, loads.entropyStart.power_W);
        takes(octets * mcu.entropyOctet_s.value, loads.entropy.power_W);
      },
      nvmRead: (octets: number): void => takes(octets * nvm.readOctet_s.value, loads.nvmRead.power_W),
      nvmWrite: (octets: number): void => takes(octets * nvm.writeOctet_s.value, loads.nvmWrite.power_W),
    };
    let fuel = 0;
    const { answer } = microscope.look(call, {
      instruction: (site, phase) => {
        this.#sites.push(site);
        this.#phases.push(phase);
        this.#fuel.push(fuel);
        this.#imports_s.push(this.#import_s);
        this.#imports_J.push(this.#import_J);
        fuel += microscope.sites[site].cost;
        return this.#sites.length >= MOST;
      },
      imported: (kind, octets) => imports[kind](octets),
    });
    this.#answer = answer;
    const last = this.#deathAt();
    this.diesAtEnd = last !== undefined;
    this.diesInImport = call.end?.failed === "in an import";
    this.count = last === undefined ? this.#sites.length : last + 1;
  }

  /** All fuel of the call, if power had no end. */
  get fuel(): number {
    const last = this.#sites.length - 1;
    return last < 0 ? 0 : this.#fuel[last] + this.#microscope.sites[this.#sites[last]].cost;
  }

  /** Instruction n is about to run then; n = count is the end of the call. */
  time_s(n: number): number {
    const fuel = n < this.#sites.length ? this.#fuel[n] : this.fuel;
    const imports_s = n < this.#sites.length ? this.#imports_s[n] : this.#import_s;
    return this.call.from_s + fuel * this.#fuel_s + imports_s;
  }

  /** The instruction that is next at an instant; of a call that died, none behind the last. */
  instructionAt(t_s: number): number {
    let [low, high] = [0, this.diesAtEnd ? this.count - 1 : this.count];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.time_s(middle) < t_s) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drawn since the call began, whatever was harvested meanwhile. */
  energy_J(n: number): number {
    const fuel = n < this.#sites.length ? this.#fuel[n] : this.fuel;
    const imports_J = n < this.#sites.length ? this.#imports_J[n] : this.#import_J;
    return fuel * this.#fuel_s * this.#cpu_W + imports_J;
  }

  /** The M2 that it comes to if power lasts; undefined: it comes to none. */
  get m2(): Uint8Array | undefined {
    const { call, phase } = this.call;
    const isM1 = call === "receive" && phase === "frame";
    return isM1 ? (this.#answer as { readonly frame?: Uint8Array } | undefined)?.frame : undefined;
  }

  cycles(n: number): number {
    return (n < this.#sites.length ? this.#fuel[n] : this.fuel) / FUEL_PER_CYCLE;
  }

  phase(n: number): Phase {
    return this.#phases[Math.min(n, this.#phases.length - 1)] ?? this.call.phase;
  }

  /** The next instruction behind n that is of another function, or of another phase. */
  after(n: number, change: "function" | "phase"): number {
    const of = (i: number): string =>
      change === "phase" ? this.#phases[i] : this.#microscope.sites[this.#sites[i]].function;
    let next = n + 1;
    while (next < this.count && of(next) === of(n)) next++;
    return next;
  }

  lines(around: number, most: number): StripLine[] {
    const from = Math.max(0, Math.min(around - (most >> 1), this.count - most));
    const end = Math.min(this.count, from + most);
    return Array.from({ length: end - from }, (_, i) => {
      const site = this.#microscope.sites[this.#sites[from + i]];
      const { at, text, cost } = site;
      return {
        n: from + i,
        function: site.function,
        at,
        text,
        cycles: cost / FUEL_PER_CYCLE,
        phase: this.#phases[from + i],
      };
    });
  }

  /** RAM, globals and NVM before instruction n. */
  sight(n: number): Sight {
    const known = this.#sights.find((one) => one.n === n);
    if (known) return known.sight;
    const sight = this.#look(n);
    this.#sights = [...this.#sights.slice(-1), { n, sight }];
    return sight;
  }

  /** RAM at the changes of phase before instruction n. */
  earlier(n: number): Uint8Array[] {
    this.#changes ??= this.#phases.flatMap((phase, i) => (i === 0 || this.#phases[i - 1] !== phase ? [i] : []));
    return this.#changes
      .filter((at) => at < n)
      .map((at) => {
        const known = this.#memories.get(at) ?? this.#look(at).context.memory;
        this.#memories.set(at, known);
        return known;
      });
  }

  #look(n: number): Sight {
    let left = n;
    return this.#microscope.look(this.call, { instruction: () => left-- === 0, imported: () => {} });
  }

  /** Which instruction power failed at: none that follows from the fuel alone, where the host was at work. */
  #deathAt(): number | undefined {
    const { end } = this.call;
    if (!end?.failed) return undefined;
    const inImport = end.failed === "in an import";
    const at = this.#sites.findIndex((number, i) => {
      const { cost, isImport } = this.#microscope.sites[number];
      const after = this.#fuel[i] + cost;
      return inImport ? isImport && after === end.fuel : after > end.fuel;
    });
    return at < 0 ? this.#sites.length - 1 : at;
  }
}
