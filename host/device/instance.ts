/*
 * One instance of a metered module, shared by any number of devices: an instance reserves gigabytes of address space, so a
 * thousand devices cannot have one each. What makes a device differ from another is its context, the first __heap_base
 * octets of memory and the module's mutable globals; it is put in when another device's turn comes.
 */
import { binaryFacts } from "./facts.ts";
import { FunctionFuel } from "./functionfuel.ts";
import type { StationHost } from "./host.ts";
import { FULL, fuelOf, MARK, meter, stateOf } from "./meter.ts";
import type { Cut } from "./rewrite/regions.ts";
import type { Weights } from "./weights.ts";

/** What the RAM that no data segment sets holds at power-up: nothing, what it held at the death, or anything. */
export const RAM_POLICIES = ["lost", "kept", "random"] as const;
export type RamPolicy = (typeof RAM_POLICIES)[number];

/** Whom the instance works for. Its imports go to the tenant whose call is running. */
export interface Tenant extends StationHost {
  /** The instance's own: what is kept of the tenant while another is in. */
  context?: Context;
  /** The function at `position` of the marks was entered with `fuel` left. */
  mark(position: number, fuel: number): void;
}

/** A tenant's state while another's is in the instance. */
export interface Context {
  readonly memory: Uint8Array;
  readonly globals: (number | bigint)[];
}

/** An instance behind its typed loader. */
export interface Loaded {
  /** The whole linear memory, live. */
  readonly memory: Uint8Array;
  readonly exports: WebAssembly.Exports & { readonly __heap_base: WebAssembly.Global };
}

/** Instantiates a metered module: it has exports beyond the ABI, and imports if functions are marked. */
export type Loader<Module extends Loaded> = (
  octets: Uint8Array,
  host: StationHost,
  options: { readonly extraExports: true; readonly extraImports: WebAssembly.Imports },
) => Module;

export interface InstanceOptions {
  readonly weights?: Weights;
  /** Where the meter cuts; `effect` unless a test wants the oracle. */
  readonly cut?: Cut;
  /** Indices of the functions whose entries tenants hear of (meter.ts). */
  readonly marks?: readonly number[];
  /** Keeps what each function takes. */
  readonly byFunction?: boolean;
}

export class SharedInstance<Module extends Loaded> {
  /** The one instance; it is the current tenant's. */
  readonly station: Module;
  readonly fuel: WebAssembly.Global;
  /** Tenants hear of marks. */
  readonly hasMarks: boolean;
  /** What each function took of all tenants' fuel in sum; undefined: it was not asked for. */
  readonly byFunction: FunctionFuel | undefined;
  readonly #globals: readonly WebAssembly.Global<number | bigint>[];
  /** Memory below __heap_base. */
  readonly #memory: Uint8Array;
  /** Memory and globals as instantiation leaves them. */
  readonly #fresh: Context;
  /** Runs of octets below __heap_base that no data segment sets, and those that one does. */
  readonly #unset: readonly Run[];
  readonly #set: readonly Run[];
  /** Of the dead, for whoever lives next: as many as ever were awake at one time. */
  readonly #spare: Context[] = [];
  #tenant: Tenant | undefined;
  #isRunning = false;

  /**
   * `octets`: a module that `load` takes. Throws a ModuleError or an Error of one sentence when it is none (meter.ts).
   */
  constructor(octets: Uint8Array, load: Loader<Module>, options: InstanceOptions = {}) {
    const { weights, cut = "effect", marks = [], byFunction = false } = options;
    this.hasMarks = marks.length > 0;
    const metered = meter(octets, cut, weights, { withState: true, marks, byFunction });
    const mark = (position: number, fuel: number): void => this.#current.mark(position, fuel);
    const host: StationHost = {
      entropy: (into) => this.#current.entropy(into),
      nvmRead: (offset, into) => this.#current.nvmRead(offset, into),
      nvmWrite: (offset, from) => this.#current.nvmWrite(offset, from),
    };
    const extraImports: WebAssembly.Imports = marks.length > 0 ? { [MARK.module]: { [MARK.name]: mark } } : {};
    this.station = load(metered, host, { extraExports: true, extraImports });
    const { exports, memory } = this.station;
    const heapBase = exports.__heap_base.value;
    this.fuel = fuelOf(exports);
    this.#globals = stateOf(exports);
    this.#memory = memory.subarray(0, heapBase);
    this.#fresh = { memory: this.#memory.slice(), globals: this.#globals.map(({ value }) => value) };
    this.#set = mergedRuns(binaryFacts(octets).dataSegments, heapBase);
    this.#unset = runsBetween(this.#set, heapBase);
    this.byFunction = byFunction ? new FunctionFuel(exports, octets) : undefined;
    // A loader may have called some.
    this.byFunction?.reset();
  }

  /**
   * Power-up: `tenant` has the data segments' octets and the globals as instantiation makes them; of the rest of its RAM
   * `policy` decides. `random` in [0, 1) is drawn from for "random" only.
   */
  powerUp(tenant: Tenant, policy: RamPolicy, random: () => number): void {
    this.#put(tenant);
    if (policy === "lost") this.#memory.set(this.#fresh.memory);
    else for (const { from, end } of this.#set) this.#memory.set(this.#fresh.memory.subarray(from, end), from);
    if (policy === "random") {
      for (const { from, end } of this.#unset) {
        for (let at = from; at < end; at++) this.#memory[at] = Math.floor(256 * random());
      }
    }
    this.#putGlobals(this.#fresh.globals);
  }

  /** The tenant has no power, and `policy` keeps nothing of its RAM: neither is its context kept here. */
  powerDown(tenant: Tenant, policy: RamPolicy): void {
    if (policy === "kept") return;
    if (this.#tenant === tenant) this.#tenant = undefined;
    if (tenant.context) this.#spare.push(tenant.context);
    tenant.context = undefined;
  }

  /** Runs `work` on the tenant's station; it may throw. @throws Error when another call is still running. */
  run<Result>(tenant: Tenant, work: (station: Module) => Result): Result {
    this.#put(tenant);
    this.#isRunning = true;
    try {
      return work(this.station);
    } finally {
      this.#isRunning = false;
    }
  }

  /** The same as an onlooker, who has all the fuel there is and whose calls are in no account. */
  look<Result>(tenant: Tenant, work: (station: Module) => Result): Result {
    this.fuel.value = FULL;
    this.byFunction?.aside();
    try {
      return this.run(tenant, work);
    } finally {
      this.byFunction?.aside();
    }
  }

  /** A copy of what the tenant's RAM and globals hold now; not while a call runs. */
  contextOf(tenant: Tenant): Context {
    this.#put(tenant);
    return { memory: this.#memory.slice(), globals: this.#globals.map(({ value }) => value) };
  }

  /** Makes the instance the tenant's, as it left it; a new tenant has a fresh one. */
  #put(tenant: Tenant): void {
    if (this.#isRunning) throw new Error("A station was used from within an import of one on the same instance.");
    if (this.#tenant === tenant) return;
    if (this.#tenant) this.#keep(this.#tenant);
    const { memory, globals } = tenant.context ?? this.#fresh;
    this.#memory.set(memory);
    this.#putGlobals(globals);
    this.#tenant = tenant;
  }

  #keep(tenant: Tenant): void {
    const kept = tenant.context ?? this.#spare.pop();
    if (!kept) {
      tenant.context = { memory: this.#memory.slice(), globals: this.#globals.map(({ value }) => value) };
      return;
    }
    tenant.context = kept;
    kept.memory.set(this.#memory);
    for (let i = 0; i < this.#globals.length; i++) kept.globals[i] = this.#globals[i].value;
  }

  #putGlobals(globals: Context["globals"]): void {
    for (let i = 0; i < globals.length; i++) this.#globals[i].value = globals[i];
  }

  get #current(): Tenant {
    if (!this.#tenant) throw new Error("A station's import was called before any device was there.");
    return this.#tenant;
  }
}

/** Octets `from` .. `end` - 1. */
interface Run {
  readonly from: number;
  readonly end: number;
}

/** Ascending, without overlap, below `heapBase`. */
function mergedRuns(
  segments: readonly { readonly address: number; readonly octets: number }[],
  heapBase: number,
): Run[] {
  const runs: { from: number; end: number }[] = [];
  for (const { address, octets } of [...segments].sort((a, b) => a.address - b.address)) {
    const end = Math.min(address + octets, heapBase);
    const last = runs.at(-1);
    if (last && address <= last.end) last.end = Math.max(last.end, end);
    else if (address < end) runs.push({ from: address, end });
  }
  return runs;
}

function runsBetween(runs: readonly Run[], heapBase: number): Run[] {
  const edges = [0, ...runs.flatMap(({ from, end }) => [from, end]), heapBase];
  const between = Array.from({ length: edges.length / 2 }, (_, i) => ({ from: edges[2 * i], end: edges[2 * i + 1] }));
  return between.filter(({ from, end }) => from < end);
}
