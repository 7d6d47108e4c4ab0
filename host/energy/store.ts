/*
 * What a station lives on, whatever it is made of: a capacitor by itself, one whose harvest depends on its voltage, or
 * one with a supervisor that looks only now and then.
 */

/** What ended a life: the MCU's own brown-out, or the supervisor's look. */
export type Cause = "brown-out" | "supervisor";

export interface Store {
  /** Now, seconds since the harvest began. */
  readonly t_s: number;
  /** Stored now, J. */
  readonly e_J: number;
  /** Across it now; never above V_max. */
  readonly v_V: number;
  /** Since t = 0, J: what the source gave, clipped or not. */
  readonly harvested_J: number;
  /** Since t = 0, J: through the leakage resistance, and through whatever hangs on it that is no load of the station. */
  readonly leaked_J: number;
  /** Since t = 0, J: harvest that found the storage full. */
  readonly clipped_J: number;
  /** Since t = 0, J: into the station's loads. */
  readonly spent_J: number;
  /** Hears of what is stored at instants between which the energy is monotonic. */
  onStep: ((t_s: number, e_J: number) => void) | undefined;
  /** What ended the last life, where it can be told apart. */
  readonly cause?: Cause;
  /** A constant load until until_s. False: power failed, t_s is that instant (at once, if it had failed before). */
  run(until_s: number, load_W: number): boolean;
  /** The station is off. True: it is turned on, t_s is that instant. False: until_s was reached before. */
  charge(until_s: number): boolean;
  /** Seconds from now until run() would stop under that load, at most horizon_s. Changes nothing. */
  lifetime_s(load_W: number, horizon_s: number): number;
  /** |harvested - (stored + spent + leaked + clipped)| relative to the greatest of the five. */
  imbalance(): number;
}
