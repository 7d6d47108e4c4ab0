/*
 * The typed loader: a station module and a host -> a Station. One Station is one power-up: after a death make a new one
 * from the same WebAssembly.Module (tens of microseconds), over the same NVM.
 */

import { checkIsOctets } from "../wire/octets.ts";
import {
  FUNCTIONS,
  GLOBALS,
  IMPORT_MODULE,
  IMPORTS,
  MEMORY,
  PAYLOAD_BUFFER_OCTETS,
  RX_BUFFER_OCTETS,
  STATES,
  statusName,
  TX_BUFFER_OCTETS,
} from "./abi.ts";
import type { StationHost } from "./host.ts";

const NOTHING = new Uint8Array(0);

/** The module's exports as they are: for tests that go below a Station, and for fuelOf, counter and tracer. */
export type StationExports = WebAssembly.Exports &
  Readonly<Record<keyof typeof FUNCTIONS, (...operands: number[]) => number>> &
  Readonly<Record<(typeof GLOBALS)[number], WebAssembly.Global>> & { readonly memory: WebAssembly.Memory };

/** What amp_receive or amp_send answered: a frame to send, or a status: 0 (taken, nothing to send) or an abi.ts STATUS. */
export interface Answer {
  readonly status: number;
  readonly frame?: Uint8Array;
}

export interface LoadOptions {
  /** The module exports more than the ABI: a metered, counting or traced one, or a test build. */
  readonly extraExports?: boolean;
  /** Imports beside the ABI's: trace.ts's recorder needs one. The module must import exactly these and the ABI's. */
  readonly extraImports?: WebAssembly.Imports;
}

/**
 * Instantiates a station module; `station` is a compiled one or its octets. Nothing of it runs but the three functions that
 * tell the buffers' addresses. Throws an Error of one sentence when imports or exports are not the ABI's.
 */
export function loadStation(
  station: WebAssembly.Module | Uint8Array,
  host: StationHost,
  options: LoadOptions = {},
): Station {
  const module = station instanceof Uint8Array ? new WebAssembly.Module(station) : station;
  checkAbi(module, options);
  const window = new Window();
  const imports = { ...options.extraImports, [IMPORT_MODULE]: importsOf(host, window) };
  const { exports } = new WebAssembly.Instance(module, imports);
  checkParameters(exports);
  window.open(exports as StationExports);
  return new Station(exports as StationExports);
}

/** Throws, as loadStation does, for what is no station module. Nothing of it runs but what loading runs. */
export function checkStation(octets: Uint8Array): void {
  loadStation(octets, { entropy: () => false, nvmRead: () => false, nvmWrite: () => false });
}

/** A powered station. Octets go in and come out as copies; a number below 0 is a status of abi.ts. */
export class Station {
  readonly exports: StationExports;
  /** The whole linear memory, live. */
  readonly memory: Uint8Array;
  readonly #rx: number;
  readonly #tx: number;
  readonly #payload: number;

  constructor(exports: StationExports) {
    this.exports = exports;
    this.memory = new Uint8Array(exports.memory.buffer);
    this.#rx = exports.amp_rx_buffer();
    this.#tx = exports.amp_tx_buffer();
    this.#payload = exports.amp_payload_buffer();
  }

  /** 0 or a status. */
  boot(): number {
    return this.#status(this.exports.amp_boot(), "amp_boot");
  }

  /** 0 or a status. A reading longer than the buffer is announced as long as it is, and refused by the module. TypeError: no octets. */
  setPayload(octets: Uint8Array, encrypt: boolean): number {
    this.#put("reading", octets, this.#payload, PAYLOAD_BUFFER_OCTETS);
    return this.#status(this.exports.amp_set_payload(octets.length, encrypt ? 1 : 0), "amp_set_payload");
  }

  /** Hands a frame in. One longer than the buffer is announced as long as it is, and refused by the module. TypeError: no octets. */
  receive(frame: Uint8Array): Answer {
    this.#put("frame", frame, this.#rx, RX_BUFFER_OCTETS);
    return this.#answer(this.exports.amp_receive(frame.length), "amp_receive");
  }

  /** Asks for a Data frame with the payload set. */
  send(): Answer {
    return this.#answer(this.exports.amp_send(), "amp_send");
  }

  /** The last authenticated DL payload; empty: there is none. */
  received(): Uint8Array {
    return this.#payloadOf(this.exports.amp_received(), "amp_received");
  }

  /** The DL data of a confirmed M1; empty: there is none. */
  triggerData(): Uint8Array {
    return this.#payloadOf(this.exports.amp_trigger_data(), "amp_trigger_data");
  }

  /** 0 off, 1 idle, 2 waiting for M3, 3 secure: an index of abi.ts STATES. */
  state(): number {
    const state = this.exports.amp_state();
    if (STATES[state] === undefined) throw new Error(`amp_state answered ${state}, which is no state of the ABI`);
    return state;
  }

  /** As much as there is room for. */
  #put(name: string, octets: Uint8Array, address: number, atMost: number): void {
    checkIsOctets(name, octets);
    this.memory.set(octets.length > atMost ? octets.slice(0, atMost) : octets, address);
  }

  #status(result: number, from: string): number {
    if (result !== 0 && !statusName(result))
      throw new Error(`${from} answered ${result}, which is no status of the ABI`);
    return result;
  }

  #answer(result: number, from: string): Answer {
    if (result <= 0) return { status: this.#status(result, from) };
    return { status: 0, frame: this.#copy(this.#tx, result, TX_BUFFER_OCTETS, from) };
  }

  #payloadOf(length: number, from: string): Uint8Array {
    return this.#copy(this.#payload, length, PAYLOAD_BUFFER_OCTETS, from);
  }

  #copy(address: number, length: number, atMost: number, from: string): Uint8Array {
    if (length < 0 || length > atMost) throw new Error(`${from} answered ${length} octets, its buffer has ${atMost}`);
    return length === 0 ? NOTHING : this.memory.slice(address, address + length);
  }
}

/** The part of memory that an import may be pointed at: below __heap_base, which is all that shrunk runtimes have. */
class Window {
  #memory = new Uint8Array();
  #heapBase = 0;
  /** By place and length: a module points at the same few again and again. */
  readonly #views = new Map<number, Uint8Array>();

  open(exports: StationExports): void {
    this.#memory = new Uint8Array(exports.memory.buffer);
    this.#heapBase = exports.__heap_base.value;
  }

  at(ptr: number, len: number, importName: string): Uint8Array {
    if (ptr < 0 || len < 0 || ptr + len > this.#heapBase) {
      throw new Error(
        `${importName} was pointed at octets ${ptr} .. ${ptr + len - 1}, __heap_base is ${this.#heapBase}`,
      );
    }
    const key = ptr * (this.#heapBase + 1) + len;
    const view = this.#views.get(key) ?? this.#memory.subarray(ptr, ptr + len);
    this.#views.set(key, view);
    return view;
  }
}

function importsOf(host: StationHost, window: Window): Record<keyof typeof IMPORTS, (...operands: number[]) => number> {
  const answer = (done: boolean): number => (done ? 0 : -1);
  return {
    entropy: (ptr, len) => answer(host.entropy(window.at(ptr, len, "entropy"))),
    nvmRead: (offset, ptr, len) => answer(host.nvmRead(offset, window.at(ptr, len, "nvmRead"))),
    nvmWrite: (offset, ptr, len) => answer(host.nvmWrite(offset, window.at(ptr, len, "nvmWrite"))),
  };
}

/** Modules that passed, with the names of the extras they passed with: a sweep loads one module thousands of times. */
const checked = new WeakMap<WebAssembly.Module, string>();

function checkAbi(module: WebAssembly.Module, { extraExports = false, extraImports = {} }: LoadOptions): void {
  const extras = Object.entries(extraImports).flatMap(([from, names]) => Object.keys(names).map((n) => `${from}.${n}`));
  const key = `${extraExports} ${extras}`;
  if (checked.get(module) === key) return;
  const wantedImports = [...Object.keys(IMPORTS).map((name) => `${IMPORT_MODULE}.${name}`), ...extras];
  const wantedExports = [
    `memory ${MEMORY}`,
    ...GLOBALS.map((name) => `global ${name}`),
    ...Object.keys(FUNCTIONS).map((name) => `function ${name}`),
  ];
  const imports = WebAssembly.Module.imports(module).map(({ module: from, name, kind }) =>
    kind === "function" ? `${from}.${name}` : `the ${kind} ${from}.${name}`,
  );
  const exports = WebAssembly.Module.exports(module).map(({ kind, name }) => `${kind} ${name}`);
  const complaints = [
    ...complaint("does not import", wantedImports, imports),
    ...complaint("imports beyond the ABI", imports, wantedImports),
    ...complaint("does not export", wantedExports, exports),
    ...(extraExports ? [] : complaint("exports beyond the ABI", exports, wantedExports)),
  ];
  if (complaints.length > 0) throw new Error(`This is no AMP station: it ${complaints.join("; it ")}.`);
  checked.set(module, key);
}

/** A compiled module hides its signatures; an exported function's length is its parameter count. */
function checkParameters(exports: WebAssembly.Exports): void {
  for (const [name, parameters] of Object.entries(FUNCTIONS)) {
    const { length } = exports[name] as (...operands: number[]) => number;
    if (length !== parameters) {
      throw new Error(`This is no AMP station: ${name} takes ${length} parameters, not ${parameters}.`);
    }
  }
}

/** What of `these` is not in `those`. */
function complaint(verb: string, these: readonly string[], those: readonly string[]): string[] {
  const left = these.filter((name) => !those.includes(name));
  return left.length > 0 ? [`${verb} ${left.join(", ")}`] : [];
}
