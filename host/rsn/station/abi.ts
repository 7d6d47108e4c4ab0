/*
 * The ABI of build/rsn.wasm (docs/RSN.md, section 3), as the host sees it: every name and size exists once here and once in
 * assembly/rsn/, and a test holds them equal. All parameters and results are i32. Its imports are the AMP station's.
 */

/** Exported functions with their parameter counts. */
export const RSN_FUNCTIONS = {
  rsn_rx_buffer: 0,
  rsn_tx_buffer: 0,
  rsn_payload_buffer: 0,
  rsn_boot: 0,
  rsn_start: 0,
  rsn_receive: 1,
  rsn_send: 1,
  rsn_received: 0,
  rsn_state: 0,
} as const;

/** The three buffers, octets. */
export const RSN_RX_OCTETS = 512;
export const RSN_TX_OCTETS = 320;
export const RSN_PAYLOAD_OCTETS = 112;

/** What rsn_state answers, by number. */
export const RSN_STATES = [
  "off",
  "idle",
  "BSS known",
  "authenticating",
  "associating",
  "associated",
  "4-way handshake",
  "keyed",
  "port open",
] as const;
