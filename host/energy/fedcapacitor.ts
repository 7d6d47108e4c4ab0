/*
 * A capacitor whose source feels its voltage: what capacitor.ts does, for a Feed in place of a Harvest, in the steps of
 * course.ts. It can be drawn on below V_off as well, which a supervisor that looks too late lets happen.
 */
import { BOOK, Books } from "./books.ts";
import { Course } from "./course.ts";
import type { Feed } from "./feed.ts";
import { checkStart, checkStorage, energyAt_J, type Storage, voltageOf_V } from "./storage.ts";
import type { Store } from "./store.ts";

export class FedCapacitor implements Store {
  onStep: ((t_s: number, e_J: number) => void) | undefined;
  readonly storage: Storage;
  readonly #eOn_J: number;
  readonly #eOff_J: number;
  readonly #e0_J: number;
  readonly #now: Course;
  /** Looks ahead; it has no books. */
  readonly #ahead: Course;
  readonly #books = new Books();

  /**
   * At t = 0 with v0_V on it, 0 .. vMax_V.
   * @throws EnergyError for a storage that cannot be, or a voltage outside of it.
   */
  constructor(storage: Storage, feed: Feed, v0_V: number) {
    checkStorage(storage);
    const { capacitance_F, vOn_V, vOff_V } = storage;
    checkStart(storage, v0_V);
    this.storage = storage;
    this.#eOn_J = energyAt_J(capacitance_F, vOn_V);
    this.#eOff_J = energyAt_J(capacitance_F, vOff_V);
    this.#e0_J = energyAt_J(capacitance_F, v0_V);
    this.#now = new Course(storage, feed, this.#e0_J);
    this.#ahead = new Course(storage, feed, this.#e0_J);
  }

  get t_s(): number {
    return this.#now.t_s;
  }

  get e_J(): number {
    return this.#now.e_J;
  }

  get v_V(): number {
    return this.voltageAt_V(this.#now.e_J);
  }

  /** With e_J stored. */
  voltageAt_V(e_J: number): number {
    return Math.min(voltageOf_V(this.storage.capacitance_F, e_J), this.storage.vMax_V);
  }

  get harvested_J(): number {
    return this.#books.of(BOOK.harvested);
  }

  get leaked_J(): number {
    return this.#books.of(BOOK.leaked);
  }

  get clipped_J(): number {
    return this.#books.of(BOOK.clipped);
  }

  get spent_J(): number {
    return this.#books.of(BOOK.spent);
  }

  run(until_s: number, load_W: number): boolean {
    if (this.#now.e_J < this.#eOff_J) return false;
    while (this.#now.t_s < until_s) if (this.#step(until_s, load_W, this.#eOff_J, BOOK.spent)) return false;
    return true;
  }

  charge(until_s: number): boolean {
    if (this.#now.e_J >= this.#eOn_J) return true;
    while (this.#now.t_s < until_s) if (this.#step(until_s, 0, this.#eOn_J, BOOK.spent)) return true;
    return false;
  }

  /** Something that is no load of the station draws, above V_off or below it; false: it is empty, now. It has leaked. */
  drain(until_s: number, load_W: number): boolean {
    while (this.#now.t_s < until_s) if (this.#step(until_s, load_W, 0, BOOK.leaked)) return false;
    return true;
  }

  lifetime_s(load_W: number, horizon_s: number): number {
    if (this.#now.e_J < this.#eOff_J) return 0;
    const ahead = this.#ahead;
    const from_s = this.#now.t_s;
    const until_s = from_s + horizon_s;
    ahead.startFrom(this.#now);
    while (ahead.t_s < until_s) {
      if (ahead.step(until_s, load_W, this.#eOff_J)) return Math.min(ahead.t_s - from_s, horizon_s);
    }
    return horizon_s;
  }

  /** Stored at until_s, J, if that load draws until then, V_off or not. Changes nothing. */
  energyAhead_J(load_W: number, until_s: number): number {
    const ahead = this.#ahead;
    ahead.startFrom(this.#now);
    while (ahead.t_s < until_s) if (ahead.step(until_s, load_W, 0)) break;
    return ahead.e_J;
  }

  imbalance(): number {
    return this.#books.imbalance(this.#now.e_J - this.#e0_J + this.#now.eLow_J);
  }

  #step(until_s: number, load_W: number, threshold_J: number, drawn: typeof BOOK.spent | typeof BOOK.leaked): boolean {
    const now = this.#now;
    const reached = now.step(until_s, load_W, threshold_J);
    const books = this.#books;
    books.add(BOOK.harvested, now.harvest_J);
    books.add(drawn, load_W * now.dt_s);
    books.add(BOOK.leaked, now.leak_J);
    books.add(BOOK.clipped, now.clipped_J);
    if (this.onStep !== undefined) this.onStep(now.t_s, now.e_J);
    return reached;
  }
}
