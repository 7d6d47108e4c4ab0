import {
  type FUNCTIONS,
  IMPORT_MODULE,
  type IMPORTS,
  NVM_OCTETS,
  PAYLOAD_BUFFER_OCTETS,
  RX_BUFFER_OCTETS,
  STATES,
  STATUS_NAMES,
  TX_BUFFER_OCTETS,
} from "../device/abi.ts";

/** Parameter names, and what a firmware engineer has to know at the place of the call. */
type Declaration = readonly [parameters: readonly string[], meaning: string];

/** "pointer" and "offset" are addresses in the module's memory and in the NVM record: numbers, never C pointers. */
const IMPORT_DECLARATIONS: Readonly<Record<keyof typeof IMPORTS, Declaration>> = {
  entropy: [
    ["pointer", "length"],
    "Raw noise octets of the hardware source into the module's memory. 0, or -1: failed.",
  ],
  nvmRead: [["offset", "pointer", "length"], "Octets of the NVM record into the module's memory. 0, or -1: failed."],
  nvmWrite: [
    ["offset", "pointer", "length"],
    "Octets into the NVM record, in ascending order; returns when they are durable. 0, or -1: failed.",
  ],
};

const FUNCTION_DECLARATIONS: Readonly<Record<keyof typeof FUNCTIONS, Declaration>> = {
  amp_rx_buffer: [[], "Address of the buffer for a received frame; it does not move."],
  amp_tx_buffer: [[], "Address of the buffer a frame to send stands in; the host only reads it."],
  amp_payload_buffer: [[], "Address of the buffer for readings and received data."],
  amp_boot: [[], "After every power-up, before anything else. 0 or a status."],
  amp_set_payload: [["length", "encrypt"], "Takes the reading out of the payload buffer. 0 or a status."],
  amp_receive: [["length"], "A frame stands in the rx buffer. > 0: octets to send from the tx buffer; 0; or a status."],
  amp_send: [[], "A Data frame with the reading. > 0: octets to send from the tx buffer; or a status."],
  amp_received: [[], "Octets of the last authenticated payload, now in the payload buffer; 0: none."],
  amp_trigger_data: [[], "Octets of the confirmed trigger's data, now in the payload buffer; 0: none."],
  amp_state: [[], "An AMP_STATE_ number."],
};

/**
 * The text of build/station.h for a station module: C99, the ABI as declarations and the module as an array.
 * @throws Error when the module does not export __heap_base.
 */
export function stationHeader(module: Uint8Array<ArrayBuffer>): string {
  return `/*
 * The AMP station module and its ABI, made by \`ampcore build\` from build/station.wasm. Do not edit.
 *
 * Include it anywhere; define AMP_STATION_MODULE before the include in the one file that is to hold the module's octets.
 * The prototypes state the shape of the module's exports and imports: a WebAssembly runtime, or the output of wasm2c,
 * provides the exports; the firmware provides the imports. Addresses are offsets in the module's linear memory.
 */
#ifndef AMP_STATION_H
#define AMP_STATION_H

#include <stdint.h>

#define AMP_RX_BUFFER_OCTETS ${RX_BUFFER_OCTETS}
#define AMP_TX_BUFFER_OCTETS ${TX_BUFFER_OCTETS}
#define AMP_PAYLOAD_BUFFER_OCTETS ${PAYLOAD_BUFFER_OCTETS}
#define AMP_NVM_OCTETS ${NVM_OCTETS}

/* Of the linear memory only these first octets are ever touched. */
#define AMP_STATION_MEMORY_OCTETS ${heapBase(module)}

/* Why an export refused: every status is negative, every result is not. */
enum amp_status {
${STATUS_NAMES.map((name, index) => `  AMP_${constant(name)} = ${-1 - index}`).join(",\n")}
};

/* What amp_state answers. */
enum amp_state {
${STATES.map((name, index) => `  AMP_STATE_${constant(name)} = ${index}`).join(",\n")}
};

/* Imports, module "${IMPORT_MODULE}": called from within amp_boot and amp_receive only; they must not call back. */
${prototypes(IMPORT_DECLARATIONS, `amp_${IMPORT_MODULE}_`)}

/* Exports; not reentrant. */
${prototypes(FUNCTION_DECLARATIONS, "")}

#define AMP_STATION_WASM_OCTETS ${module.length}
extern const uint8_t amp_station_wasm[AMP_STATION_WASM_OCTETS];

#ifdef AMP_STATION_MODULE
const uint8_t amp_station_wasm[AMP_STATION_WASM_OCTETS] = {
${octetRows(module)}
};
#endif

#endif
`;
}

function prototypes(declarations: Readonly<Record<string, Declaration>>, prefix: string): string {
  return Object.entries(declarations)
    .map(([name, [parameters, meaning]]) => {
      const list = parameters.map((parameter) => `int32_t ${parameter}`).join(", ") || "void";
      return `/* ${meaning} */\nint32_t ${prefix}${name}(${list});`;
    })
    .join("\n");
}

/** "waiting for M3" -> WAITING_FOR_M3 */
function constant(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
}

const OCTETS_PER_ROW = 20;

function octetRows(module: Uint8Array): string {
  const rows: string[] = [];
  for (let start = 0; start < module.length; start += OCTETS_PER_ROW) {
    rows.push(`  ${Array.from(module.subarray(start, start + OCTETS_PER_ROW), String).join(",")}`);
  }
  return rows.join(",\n");
}

/** Asked of the module itself; its imports are never called, as nothing runs on instantiation. */
function heapBase(octets: Uint8Array<ArrayBuffer>): number {
  const module = new WebAssembly.Module(octets);
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => -1 };
  }
  const heapBase = new WebAssembly.Instance(module, imports).exports.__heap_base as { value?: unknown } | undefined;
  if (typeof heapBase?.value !== "number") throw new Error("the station module does not export __heap_base");
  return heapBase.value;
}
