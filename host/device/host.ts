/*
 * What the station's module asks of its host: the three imports, over octets instead of pointers.
 */

/** Each answers false for "failed" (-1 to the module); what it throws passes through the module to the caller. */
export interface StationHost {
  /** Fills `into` with raw noise. */
  entropy(into: Uint8Array): boolean;
  /** Fills `into` from NVM offset `offset` on. */
  nvmRead(offset: number, into: Uint8Array): boolean;
  /** Writes in ascending order and returns when the octets are durable. `octets` is the module's memory: copy it to keep it. */
  nvmWrite(offset: number, octets: Uint8Array): boolean;
}
