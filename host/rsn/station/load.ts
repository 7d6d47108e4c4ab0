/*
 * The typed loader of the RSN station: a module and a host -> an RsnStation. One RsnStation is one power-up: after a death
 * make a new one from the same WebAssembly.Module, over the same NVM.
 */
import { GLOBALS, IMPORT_MODULE, IMPORTS, MEMORY } from "../../device/abi.ts";
import type { StationHost } from "../../device/host.ts";
import type { RsnAnswer, RsnPeer } from "../peer.ts";
import { RSN_FUNCTIONS, RSN_PAYLOAD_OCTETS, RSN_RX_OCTETS, RSN_STATES, RSN_TX_OCTETS } from "./abi.ts";
import { rsnStatusName } from "./statuses.ts";

/** The module's exports as they are. */
export type RsnExports = WebAssembly.Exports &
  Readonly<Record<keyof typeof RSN_FUNCTIONS, (...operands: number[]) => number>> &
  Readonly<Record<(typeof GLOBALS)[number], WebAssembly.Global>> & { readonly memory: WebAssembly.Memory };

export interface RsnLoadOptions {
  /** The module exports more than the ABI: a metered, counting or watched one. */
  readonly extraExports?: boolean;
}

/**
 * Instantiates an RSN station module; `station` is a compiled one or its octets. Throws an Error of one sentence when
 * imports or exports are not the ABI's.
 */
export function loadRsnStation(
  station: WebAssembly.Module | Uint8Array,
  host: StationHost,
  { extraExports = false }: RsnLoadOptions = {},
): RsnStation {
  const module = station instanceof Uint8Array ? new WebAssembly.Module(station as Uint8Array<ArrayBuffer>) : station;
  checkAbi(module, extraExports);
  let exports: RsnExports;
  /** The octets that an import is pointed at: below __heap_base, which is all that shrunk runtimes have. */
  const at = (pointer: number, length: number): Uint8Array => {
    const end: number = exports.__heap_base.value;
    if (pointer < 0 || length < 0 || pointer + length > end) {
      throw new Error(`an import was pointed at ${length} octets from ${pointer} on, __heap_base is ${end}`);
    }
    return new Uint8Array(exports.memory.buffer, pointer, length);
  };
  const answer = (done: boolean): number => (done ? 0 : -1);
  const env: Record<keyof typeof IMPORTS, (...operands: number[]) => number> = {
    entropy: (pointer, length) => answer(host.entropy(at(pointer, length))),
    nvmRead: (offset, pointer, length) => answer(host.nvmRead(offset, at(pointer, length))),
    nvmWrite: (offset, pointer, length) => answer(host.nvmWrite(offset, at(pointer, length))),
  };
  exports = new WebAssembly.Instance(module, { [IMPORT_MODULE]: env }).exports as RsnExports;
  for (const [name, parameters] of Object.entries(RSN_FUNCTIONS)) {
    const { length } = exports[name as keyof typeof RSN_FUNCTIONS];
    if (length !== parameters) {
      throw new Error(`This is no RSN station: ${name} takes ${length} parameters, not ${parameters}.`);
    }
  }
  return new RsnStation(exports);
}

/** A powered RSN station. Octets go in and come out as copies; a number below 0 is a status (statuses.ts). */
export class RsnStation implements RsnPeer {
  readonly exports: RsnExports;
  /** The whole linear memory, live. */
  readonly memory: Uint8Array;
  readonly #rx: number;
  readonly #tx: number;
  readonly #payload: number;

  constructor(exports: RsnExports) {
    this.exports = exports;
    this.memory = new Uint8Array(exports.memory.buffer);
    this.#rx = exports.rsn_rx_buffer();
    this.#tx = exports.rsn_tx_buffer();
    this.#payload = exports.rsn_payload_buffer();
  }

  /** An index of RSN_STATES. */
  get state(): number {
    const state = this.exports.rsn_state();
    if (RSN_STATES[state] === undefined) throw new Error(`rsn_state answered ${state}, which is no state of the ABI`);
    return state;
  }

  /** 0 or a status. */
  boot(): number {
    return checked(this.exports.rsn_boot(), "rsn_boot");
  }

  start(): RsnAnswer {
    return this.#answer(this.exports.rsn_start(), "rsn_start");
  }

  /** Hands an MPDU in. One longer than the buffer is announced as long as it is, and refused by the module. */
  receive(mpdu: Uint8Array): RsnAnswer {
    this.memory.set(mpdu.subarray(0, RSN_RX_OCTETS), this.#rx);
    return this.#answer(this.exports.rsn_receive(mpdu.length), "rsn_receive");
  }

  send(msdu: Uint8Array): RsnAnswer {
    this.memory.set(msdu.subarray(0, RSN_PAYLOAD_OCTETS), this.#payload);
    return this.#answer(this.exports.rsn_send(msdu.length), "rsn_send");
  }

  received(): Uint8Array {
    return this.#copy(this.#payload, this.exports.rsn_received(), RSN_PAYLOAD_OCTETS, "rsn_received");
  }

  #answer(result: number, from: string): RsnAnswer {
    if (result <= 0) return { status: checked(result, from) };
    return { status: 0, frame: this.#copy(this.#tx, result, RSN_TX_OCTETS, from) };
  }

  #copy(address: number, length: number, atMost: number, from: string): Uint8Array {
    if (length < 0 || length > atMost) throw new Error(`${from} answered ${length} octets, its buffer has ${atMost}`);
    return this.memory.slice(address, address + length);
  }
}

function checked(result: number, from: string): number {
  if (result !== 0 && !rsnStatusName(result)) {
    throw new Error(`${from} answered ${result}, which is no status of the ABI`);
  }
  return result;
}

function checkAbi(module: WebAssembly.Module, extraExports: boolean): void {
  const wantedImports = Object.keys(IMPORTS).map((name) => `function ${IMPORT_MODULE}.${name}`);
  const wantedExports = [
    `memory ${MEMORY}`,
    ...GLOBALS.map((name) => `global ${name}`),
    ...Object.keys(RSN_FUNCTIONS).map((name) => `function ${name}`),
  ];
  const imports = WebAssembly.Module.imports(module).map(({ module: from, name, kind }) => `${kind} ${from}.${name}`);
  const exports = WebAssembly.Module.exports(module).map(({ kind, name }) => `${kind} ${name}`);
  const without = (these: readonly string[], those: readonly string[]) => these.filter((name) => !those.includes(name));
  const complaints = [
    ["does not import", without(wantedImports, imports)],
    ["imports beyond the ABI", without(imports, wantedImports)],
    ["does not export", without(wantedExports, exports)],
    ["exports beyond the ABI", extraExports ? [] : without(exports, wantedExports)],
  ].flatMap(([verb, names]) => (names.length > 0 ? [`${verb} ${[names].flat().join(", ")}`] : []));
  if (complaints.length > 0) throw new Error(`This is no RSN station: it ${complaints.join("; it ")}.`);
}
