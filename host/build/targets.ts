/** What `build` makes, and how: one row a module. The compiler's own options of a row stand in asconfig.json. */
export interface Target {
  /** The name it is asked for by, and the target of asconfig.json that holds its compiler options. */
  readonly name: string;
  /** The AssemblyScript entry, relative to the repository. */
  readonly entry: string;
  /** Where the module goes, relative to the repository. */
  readonly output: string;
  /** Where the names of its functions go, relative to the repository (host/device/symbols.ts); left out: nowhere. */
  readonly symbols?: string;
  /** Sources that the compiler finds under another's name: the switch between the builds of the device. */
  readonly swap?: Readonly<Record<string, string>>;
  /** What Binaryen does to the compiler's output. */
  readonly optimise: Optimise;
}

export interface Optimise {
  /** Binaryen's default pipeline at these levels, repeated while the module shrinks (-Oz is 2, 2); null leaves it out. */
  readonly pipeline: { readonly optimizeLevel: number; readonly shrinkLevel: number } | null;
  /**
   * Passes run once, after it, on single functions by name. const-hoisting has to come after every pipeline, which would
   * undo it, and pays only where a function uses the same wide masks over and over.
   */
  readonly functions: Readonly<Record<string, readonly string[]>>;
}

/** Keeps the masks of the unrolled AES rounds in locals. */
const HOISTED = ["const-hoisting", "reorder-locals", "vacuum"];
const HOIST = { "assembly/crypto/aes/encrypt<u32>": HOISTED };

/** The RSN station: the AMP station's crypto and boot counter over a memory map and statuses of its own. */
const RSN_SWAP = { "assembly/layout.ts": "assembly/layout.rsn.ts", "assembly/status.ts": "assembly/status.rsn.ts" };

export const TARGETS: readonly Target[] = [
  {
    name: "release",
    entry: "assembly/index.ts",
    output: "build/station.wasm",
    symbols: "build/station.symbols.json",
    optimise: { pipeline: { optimizeLevel: 2, shrinkLevel: 2 }, functions: HOIST },
  },
  {
    name: "small",
    entry: "assembly/index.ts",
    output: "build/station.small.wasm",
    symbols: "build/station.small.symbols.json",
    swap: { "assembly/build.ts": "assembly/build.small.ts" },
    optimise: { pipeline: { optimizeLevel: 2, shrinkLevel: 2 }, functions: {} },
  },
  {
    // The release station that its AP can tell of the next AP (docs/PROTOCOL.md section 9).
    name: "roaming",
    entry: "assembly/index.ts",
    output: "build/station.roaming.wasm",
    symbols: "build/station.roaming.symbols.json",
    swap: { "assembly/build.ts": "assembly/build.roaming.ts" },
    // The inverse cipher is inlined in there.
    optimise: {
      pipeline: { optimizeLevel: 2, shrinkLevel: 2 },
      functions: { ...HOIST, "assembly/index/amp_receive": HOISTED },
    },
  },
  {
    // The device's primitives, exported for the tests from the sources that the station is made of.
    name: "primitives",
    entry: "tests/unit/primitives.ts",
    output: "build/primitives.wasm",
    optimise: { pipeline: { optimizeLevel: 2, shrinkLevel: 2 }, functions: HOIST },
  },
  {
    name: "rsn",
    entry: "assembly/rsn/index.ts",
    output: "build/rsn.wasm",
    symbols: "build/rsn.symbols.json",
    swap: RSN_SWAP,
    // The inverse cipher has one caller, and that one another: it is inlined there.
    optimise: {
      pipeline: { optimizeLevel: 2, shrinkLevel: 2 },
      functions: { ...HOIST, "assembly/rsn/keydata/openKeyData": HOISTED },
    },
  },
  {
    // What of the RSN station's primitives the AMP station has not, exported for the tests.
    name: "rsn-primitives",
    entry: "tests/unit/rsn/primitives.ts",
    output: "build/rsn.primitives.wasm",
    swap: RSN_SWAP,
    optimise: { pipeline: { optimizeLevel: 2, shrinkLevel: 2 }, functions: HOIST },
  },
  {
    // The station's primitives as a crypto backend of an access point: speed counts there, not size.
    name: "backend",
    entry: "assembly/host/index.ts",
    output: "build/backend.wasm",
    optimise: { pipeline: { optimizeLevel: 3, shrinkLevel: 0 }, functions: {} },
  },
  {
    // The station's primitives, built as the station's, in jobs that other implementations do too (bench/peers).
    name: "jobs",
    entry: "assembly/host/jobs.ts",
    output: "build/jobs.wasm",
    optimise: { pipeline: { optimizeLevel: 2, shrinkLevel: 2 }, functions: HOIST },
  },
];

/** Targets that are the AMP station: what a scenario may name, and a firmware may hold. */
export const STATIONS = ["release", "small", "roaming"] as const;

/** The files that a target's build makes, the module first. */
export function outputsOf({ output, symbols }: Target): string[] {
  return symbols === undefined ? [output] : [output, symbols];
}

/** The module whose octets, ABI and status codes build/station.h carries. */
export const HEADER = { target: "release", output: "build/station.h" } as const;
