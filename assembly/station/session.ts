/*
 * The state of the station (PROTOCOL.md 4a) that is not octets; it dies with the power. Every field starts at 0, as
 * small runtimes like it; `boot` resets those that are read before they are set.
 */

/** Off: boot was not called, or failed. */
export const OFF: i32 = 0;
/** Booted, no session. */
export const IDLE: i32 = 1;
/** M2 was answered; M3 is awaited. */
export const WAITING: i32 = 2;
/** M3 was verified: the AP is authenticated. */
export const SECURE: i32 = 3;

export class Session {
  /** OFF, IDLE, WAITING or SECURE. */
  static state: i32 = 0;
  /** Octets of the kept M2 at TX; 0 when it was dropped. */
  static keptM2: i32 = 0;
  /** PN of the last frame taken, and of the last frame made. */
  static dlPn: i32 = 0;
  static ulPn: i32 = 0;
  /** Octets at RECEIVED. */
  static receivedLength: i32 = 0;
  /** ENTRY holds midstates of a PMK that a verified M3 writes to the cache. */
  static cacheMissed: bool = false;
  /** The cache was written: that happens at most once a power cycle. */
  static cacheWritten: bool = false;
  /** The reading: octets at READING, and whether to encrypt them. */
  static readingLength: i32 = 0;
  static encrypt: bool = false;
}
