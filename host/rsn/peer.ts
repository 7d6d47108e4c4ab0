/**
 * What drives a station of the RSN baseline, whoever wrote it: the wasm module behind its loader, or the reference
 * station of the tests. Frames are whole MPDUs without FCS, as docs/RSN.md section 2 has them.
 */

/** What the station made of one call. `status` is 0 when it was taken, else one of docs/RSN.md section 3. */
export interface RsnAnswer {
  readonly status: number;
  /** The MPDU to put on the air, when there is one. */
  readonly frame?: Uint8Array;
}

export interface RsnPeer {
  /** The state of docs/RSN.md section 3, 0 to 8. */
  readonly state: number;
  /** A power-up: volatile memory is lost, the NVM record is read. 0 or a status. */
  boot(): number;
  /** Begins a session with the BSS that a Beacon made known: the answer holds an Authentication frame. */
  start(): RsnAnswer;
  /** One MPDU of at most 512 octets off the air. */
  receive(mpdu: Uint8Array): RsnAnswer;
  /** One MSDU (LLC/SNAP and data, 8 to 112 octets): the answer holds the protected MPDU. */
  send(msdu: Uint8Array): RsnAnswer;
  /** The MSDU of the last protected frame taken; empty when there is none. */
  received(): Uint8Array;
}
