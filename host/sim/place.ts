/*
 * A cell that is one of many: whose access point it has, which stations of the fleet are in it, and where they stand. Without
 * a place a run has one access point and stations from 0 on.
 */
import type { Streams } from "./streams.ts";

/** Of the cell's own numbers of stations: those that it began with, and then those that came, in the order of their coming. */
export interface Place {
  /** 6 octets. */
  readonly aa: Uint8Array;
  /** 6 octets. */
  spaOf(index: number): Uint8Array;
  /** What the device shares with the key service, 32 octets. */
  rootOf(index: number): Uint8Array;
  /** From the cell's energizer, m: in place of harvest.energizer.distance_m. */
  energizerAt_m(index: number): number;
  /** From its access point, m: in place of stations.distance_m. */
  apAt_m(index: number): number;
  /** Of the harvest that all stations of all cells see at the same time, where the scenario wants it so. */
  readonly field: Streams;
}

/** A station that comes into a cell, with nothing on its capacitor. */
export interface Arrival {
  /** Of the cell. */
  readonly index: number;
  /** When; nothing is harvested before. */
  readonly at_s: number;
  /** Its NVM record, as it left it. */
  readonly image: Uint8Array;
}
