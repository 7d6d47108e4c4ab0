/*
 * The storage capacitor in time: a constant load on it, a harvest of constant pieces into it, a resistance across it.
 *
 *   dE/dt = P_h - P_load - k E,  k = 2 / (R C)                      (E = C V^2 / 2, V^2 / R = k E)
 *   E(t)  = E_0 + D t phi(k t),  D = dE/dt at t = 0,  phi(x) = (1 - e^-x) / x
 *   leak  = k (E_0 t + D t^2 chi(k t)),               chi(x) = (e^-x - 1 + x) / x^2
 *   E(t)  = E*  at  t = -log1p(-k (E* - E_0) / D) / k
 *
 * E is monotonic within a segment, so each has at most one crossing. phi and chi are computed apart from each other:
 * that harvest = stored + spent + leaked + clipped is then a check of the integration, not an identity.
 * The loops keep all they need in fields and make no objects.
 */
import { BOOK, Books } from "./books.ts";
import { chi, crossing_s, phi } from "./decay.ts";
import type { Harvest } from "./harvest.ts";
import { checkStart, checkStorage, energyAt_J, type Storage, voltageOf_V } from "./storage.ts";
import type { Store } from "./store.ts";

export class Capacitor implements Store {
  /** Now, seconds since the harvest began. */
  t_s = 0;
  /** Hears of what is stored at instants between which the energy is monotonic. */
  onStep: ((t_s: number, e_J: number) => void) | undefined;
  readonly #capacitance_F: number;
  readonly #vMax_V: number;
  readonly #k_Hz: number;
  readonly #eMax_J: number;
  readonly #eOn_J: number;
  readonly #eOff_J: number;
  readonly #e0_J: number;
  readonly #harvest: Harvest;
  /** The segment that t_s stands in (its end is later than t_s) and its power. */
  #segment = 0;
  #segmentEnd_s: number;
  #harvest_W: number;
  /** Stored now: the sum of the two, the second what the first rounded off. */
  #e_J: number;
  #eLow_J = 0;
  /** Since t = 0. */
  readonly #books = new Books();

  /**
   * At t = 0 with v0_V on the capacitor, 0 .. vMax_V.
   * @throws EnergyError for a storage that cannot be, or a voltage outside of it.
   */
  constructor(storage: Storage, harvest: Harvest, v0_V: number) {
    checkStorage(storage);
    const { capacitance_F, leak_Ohm, vMax_V, vOn_V, vOff_V } = storage;
    checkStart(storage, v0_V);
    this.#capacitance_F = capacitance_F;
    this.#vMax_V = vMax_V;
    this.#k_Hz = 2 / (leak_Ohm * capacitance_F);
    this.#eMax_J = energyAt_J(capacitance_F, vMax_V);
    this.#eOn_J = energyAt_J(capacitance_F, vOn_V);
    this.#eOff_J = energyAt_J(capacitance_F, vOff_V);
    this.#e0_J = energyAt_J(capacitance_F, v0_V);
    this.#e_J = this.#e0_J;
    this.#harvest = harvest;
    this.#segmentEnd_s = harvest.end_s(0);
    this.#harvest_W = harvest.power_W(0);
  }

  /** Stored now, J. */
  get e_J(): number {
    return this.#e_J;
  }

  /** Across it now: while the station is on never below V_off, and never above V_max, not by one bit. */
  get v_V(): number {
    return Math.min(voltageOf_V(this.#capacitance_F, this.#e_J), this.#vMax_V);
  }

  /** Since t = 0, J: what the source gave, clipped or not. */
  get harvested_J(): number {
    return this.#books.of(BOOK.harvested);
  }

  /** Since t = 0, J: through the leakage resistance. */
  get leaked_J(): number {
    return this.#books.of(BOOK.leaked);
  }

  /** Since t = 0, J: harvest that found the storage full. */
  get clipped_J(): number {
    return this.#books.of(BOOK.clipped);
  }

  /** Since t = 0, J: into the loads. */
  get spent_J(): number {
    return this.#books.of(BOOK.spent);
  }

  /**
   * A constant load until until_s. True: still above V_off then. False: V_off was reached, t_s is that instant (at once,
   * if the storage was below it already). An until_s (finite) that has passed is now.
   */
  run(until_s: number, load_W: number): boolean {
    if (this.#e_J < this.#eOff_J) return false;
    while (this.t_s < until_s) if (this.#advance(until_s, load_W, this.#eOff_J)) return false;
    return true;
  }

  /** No load: the station is off. True: V_on was reached, t_s is that instant. False: until_s was reached before. */
  charge(until_s: number): boolean {
    if (this.#e_J >= this.#eOn_J) return true;
    while (this.t_s < until_s) if (this.#advance(until_s, 0, this.#eOn_J)) return true;
    return false;
  }

  /**
   * Seconds from now until V_off under that load, at most horizon_s: where run() would stop. Changes nothing. It looks at
   * every segment up to the answer, so a horizon no longer than the load can last keeps it cheap.
   */
  lifetime_s(load_W: number, horizon_s: number): number {
    const k = this.#k_Hz;
    const eOff = this.#eOff_J;
    const until_s = this.t_s + horizon_s;
    let e = this.#e_J;
    if (e < eOff) return 0;
    let t_s = this.t_s;
    let segment = this.#segment;
    let end_s = this.#segmentEnd_s;
    let harvest_W = this.#harvest_W;
    while (t_s < until_s) {
      const dt = (end_s < until_s ? end_s : until_s) - t_s;
      const d = harvest_W - load_W - k * e;
      const after = e + d * dt * phi(k * dt);
      if (d < 0 && after <= eOff) return Math.min(t_s - this.t_s + crossing_s(k, eOff - e, d, dt), horizon_s);
      e = after < this.#eMax_J ? after : this.#eMax_J;
      if (end_s >= until_s) break;
      t_s = end_s;
      segment++;
      end_s = this.#harvest.end_s(segment);
      harvest_W = this.#harvest.power_W(segment);
    }
    return horizon_s;
  }

  /** Of all that happened since t = 0. */
  imbalance(): number {
    return this.#books.imbalance(this.#e_J - this.#e0_J + this.#eLow_J);
  }

  /**
   * One step within one segment: to its end, until_s, the clamp or threshold_J, whichever is first.
   * True: it is the threshold, reached from above or from below.
   */
  #advance(until_s: number, load_W: number, threshold_J: number): boolean {
    const k = this.#k_Hz;
    const e = this.#e_J;
    const end_s = this.#segmentEnd_s < until_s ? this.#segmentEnd_s : until_s;
    const dt = end_s - this.t_s;
    const d = this.#harvest_W - load_W - k * e;
    const change = d * dt * phi(k * dt);
    // Of a storage that is all but empty after an outage rounding must not make less than nothing.
    const after = Math.max(e + change, 0);
    if (d > 0) {
      if (e >= this.#eMax_J) {
        // Full, and it stays so: the power left over at V_max is positive until the segment or the load changes.
        this.#books.add(BOOK.clipped, d * dt);
        this.#pass(end_s, dt, load_W, k * e * dt);
        return false;
      }
      // No threshold is above the clamp, so the next one upwards is the only one in the way.
      const bound_J = e < threshold_J ? threshold_J : this.#eMax_J;
      if (after >= bound_J) {
        this.#cross(bound_J, d, end_s, dt, load_W);
        return bound_J === threshold_J;
      }
    } else if (d < 0 && e >= threshold_J && after <= threshold_J) {
      this.#cross(threshold_J, d, end_s, dt, load_W);
      return true;
    }
    // Two-sum: nothing is lost however small the change is.
    const part = after - e;
    this.#eLow_J += e - (after - part) + (change - part);
    this.#e_J = after;
    this.#pass(end_s, dt, load_W, k * (e * dt + d * dt * dt * chi(k * dt)));
    return false;
  }

  /** To the instant, at most dt away, at which the storage holds exactly bound_J. */
  #cross(bound_J: number, d: number, end_s: number, dt: number, load_W: number): void {
    const k = this.#k_Hz;
    const step = crossing_s(k, bound_J - this.#e_J - this.#eLow_J, d, dt);
    const leak_J = k * (this.#e_J * step + d * step * step * chi(k * step));
    this.#e_J = bound_J;
    this.#eLow_J = 0;
    this.#pass(Math.min(this.t_s + step, end_s), step, load_W, leak_J);
  }

  /** dt seconds have passed: the books, and the next segment when this one is over. */
  #pass(t_s: number, dt: number, load_W: number, leak_J: number): void {
    this.#books.add(BOOK.harvested, this.#harvest_W * dt);
    this.#books.add(BOOK.spent, load_W * dt);
    this.#books.add(BOOK.leaked, leak_J);
    this.t_s = t_s;
    if (this.onStep !== undefined) this.onStep(t_s, this.#e_J);
    if (t_s >= this.#segmentEnd_s) {
      this.#segment++;
      this.#segmentEnd_s = this.#harvest.end_s(this.#segment);
      this.#harvest_W = this.#harvest.power_W(this.#segment);
    }
  }
}
