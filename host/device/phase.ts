/*
 * Phases: what a station spends its time and energy on. Everything it draws while it is on belongs to exactly one.
 */

/** Each phase with what belongs to it, in the order of a station's life. */
export const PHASES = {
  boot: "From power-on to state 1: the start of the MCU, and amp_boot.",
  listen: "The receiver is on and nothing that is meant for the station is on the air.",
  rx: "A downlink frame is being received.",
  frame:
    "Checks of a frame, the reading that is set, and the rest of an M1 that has no phase of its own; all the computing of an M1 when the module has no symbol map.",
  snonce: "Entropy, its health test, the boot counter raised, and the hash that is the SNonce.",
  nvm: "Reads and writes of NVM, whoever asked for them.",
  pmk: "The PMK of an M1 with a Modifier: looked up in the cache and, if it is not there, derived from the root.",
  ptk: "The PTK of an M1, from PMK, addresses and nonces.",
  mic: "The M2: nonce, AAD, CCM or CMAC, FCS.",
  sleep: "Waiting for a slot or the next trigger, with the receiver off.",
  tx: "An uplink frame is being sent.",
  m3: "The computing of an M3: its MIC, the housekeeping behind it, its command.",
  data: "The computing of Data frames up and down, and of payloads handed out.",
} as const;

export type Phase = keyof typeof PHASES;
