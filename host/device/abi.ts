/*
 * The device ABI (ARCHITECTURE.md, "Device ABI"), as the host sees it: every name, size and number exists once here and
 * once in assembly/, and a test holds them equal. All parameters and results are i32.
 */

/** Imports of module `env` with their parameter counts; each answers 0 or -1. */
export const IMPORT_MODULE = "env";
export const IMPORTS = {
  /** (ptr, len): raw noise octets. */
  entropy: 2,
  /** (offset, ptr, len) */
  nvmRead: 3,
  /** (offset, ptr, len): ascending order, durable when it returns (PROTOCOL.md section 7). */
  nvmWrite: 3,
} as const;

/** Exported functions with their parameter counts. */
export const FUNCTIONS = {
  amp_rx_buffer: 0,
  amp_tx_buffer: 0,
  amp_payload_buffer: 0,
  amp_boot: 0,
  amp_set_payload: 2,
  amp_receive: 1,
  amp_send: 0,
  amp_received: 0,
  amp_trigger_data: 0,
  amp_state: 0,
} as const;

/** Exported constant globals: runtimes shrink the memory to what lies below them. */
export const GLOBALS = ["__heap_base", "__data_end"] as const;
export const MEMORY = "memory";

/** The three buffers, octets. A frame has 71 at most (PROTOCOL.md section 2), a body 64. */
export const RX_BUFFER_OCTETS = 72;
export const TX_BUFFER_OCTETS = 72;
export const PAYLOAD_BUFFER_OCTETS = 64;

/** The NVM record, octets (PROTOCOL.md section 7). */
export const NVM_OCTETS = 268;
/** That of a roaming station, which has a handover entry behind it (docs/PROTOCOL.md section 9). */
export const ROAMING_NVM_OCTETS = 360;

/** What amp_state answers, by number (PROTOCOL.md section 4a). */
export const STATES = ["off", "idle", "waiting for M3", "secure"] as const;

/** Why the device refused, in the words and the order of PROTOCOL.md section 5: the first is -1, the last -19. */
export const STATUS_NAMES = [
  "not booted",
  "too short",
  "too long",
  "not for me",
  "bad type",
  "bad FCS",
  "reserved bits",
  "bad length",
  "bad profile",
  "payload too long",
  "entropy failed",
  "NVM failed",
  "no session",
  "no root of that generation",
  "bad MIC",
  "replayed PN",
  "PN exhausted",
  "bad command",
  "bad argument",
] as const;
/** One of STATUS_NAMES. */
export type StatusName = (typeof STATUS_NAMES)[number];

/** Name -> number: STATUS['bad MIC'] is -15. */
export const STATUS = Object.fromEntries(STATUS_NAMES.map((name, index) => [name, -1 - index])) as Readonly<
  Record<StatusName, number>
>;

/** Number -> name; undefined for what is no status (0 and above are results). */
export function statusName(status: number): StatusName | undefined {
  return STATUS_NAMES[-1 - status];
}
