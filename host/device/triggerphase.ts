/*
 * Where in an M1 the station is: the phase of what it computes, followed by what it asks of its host and by the entries
 * of four of its functions.
 *
 *   frame ── reads the cells, or hashes ──> snonce ── reads the cache ──> pmk ──> ptk ── seals the M2 ──> mic
 *                                             └───── direct mode: starts a KDF ────┘
 *
 * In pmk the first KDF that starts is the PTK's when the cache had the PMK, and the PMK's own when the entry was dropped.
 */
import type { Phase } from "./phase.ts";

/** Offsets in the NVM record that an M1 reads once each (PROTOCOL.md section 7). */
const CELLS_OFFSET = 16;
const CACHE_OFFSET = 176;

/** The functions, as the symbol map calls them. */
const HASH = "crypto/message/finish";
const DROP_ENTRY = "station/cache/dropEntry";
const START_KDF = "crypto/kdf/open";
const SEAL = "frame/uplink/seal";
const MARKED: readonly string[] = [HASH, DROP_ENTRY, START_KDF, SEAL];

/**
 * The indices of the functions to be marked, given the names of all. Undefined unless all four are there: then all that
 * an M1 computes is of the phase frame.
 */
export function phaseMarks(names: readonly string[] = []): readonly number[] | undefined {
  const indices = MARKED.map((name) => names.indexOf(name));
  return indices.includes(-1) ? undefined : indices;
}

export class TriggerPhase {
  /** The phase from here on. */
  phase: Phase = "frame";
  readonly #isFollowed: boolean;
  #dropped = false;

  /** `isFollowed`: the module reports the functions of phaseMarks. */
  constructor(isFollowed: boolean) {
    this.#isFollowed = isFollowed;
  }

  /** A frame was handed in. */
  start(): void {
    this.phase = "frame";
    this.#dropped = false;
  }

  /** The NVM record is read from `offset` on. */
  reads(offset: number): void {
    if (!this.#isFollowed) return;
    if (offset === CELLS_OFFSET && this.phase === "frame") this.phase = "snonce";
    if (offset === CACHE_OFFSET && this.phase === "snonce") this.phase = "pmk";
  }

  /** The function at `position` of phaseMarks is entered. */
  enters(position: number): void {
    const { phase } = this;
    switch (MARKED[position]) {
      case HASH:
        if (phase === "frame") this.phase = "snonce";
        break;
      case DROP_ENTRY:
        if (phase === "pmk") this.#dropped = true;
        break;
      case START_KDF:
        if (phase === "snonce" || (phase === "pmk" && !this.#dropped)) this.phase = "ptk";
        this.#dropped = false;
        break;
      case SEAL:
        if (phase === "ptk") this.phase = "mic";
        break;
    }
  }
}
