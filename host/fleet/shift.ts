/*
 * The cells of one worker, from one mark to the next. Where nobody moves a cell is made, lived to its end and forgotten, so that there
 * is one in memory; a cell is lived for as long as it goes before the next has its turn, as its data are near then.
 */
import type { Crypto } from "../crypto/crypto.ts";
import type { Materials } from "../sim/world.ts";
import { FleetCell } from "./cell.ts";
import type { FleetWish } from "./plan.ts";
import type { CellTold } from "./told.ts";

/** A station that comes, with what it brings. */
export interface Coming {
  readonly station: number;
  readonly to: number;
  readonly image: Uint8Array;
}

export interface Leaving {
  readonly station: number;
  readonly from: number;
}

export class Shift {
  readonly #wish: FleetWish;
  readonly #materials: Omit<Materials, "crypto">;
  readonly #crypto: Crypto;
  readonly #numbers: readonly number[];
  readonly #cells = new Map<number, FleetCell>();

  constructor(wish: FleetWish, numbers: readonly number[], materials: Omit<Materials, "crypto">, crypto: Crypto) {
    this.#wish = wish;
    this.#numbers = numbers;
    this.#materials = materials;
    this.#crypto = crypto;
  }

  /** Stations that are on, of the cells that are there. */
  get awake(): number {
    return [...this.#cells.values()].reduce((sum, { awake }) => sum + awake, 0);
  }

  /** All of them live until a mark, where some go: their NVM records, in the order of the list. */
  *until(at_s: number, leaving: readonly Leaving[]): Generator<void, Uint8Array[]> {
    for (const number of this.#numbers) {
      this.#cell(number).advance(at_s);
      yield;
    }
    return leaving.map(({ station, from }) => this.#cell(from).leaves(station, at_s));
  }

  comes(at_s: number, coming: readonly Coming[]): void {
    for (const { station, to, image } of coming) this.#cell(to).comes(station, at_s, image);
  }

  /** Each at its end, in their order. */
  *told(): Generator<CellTold, void> {
    for (const number of this.#numbers) {
      const cell = this.#cell(number);
      cell.advance(Number.POSITIVE_INFINITY);
      this.#cells.delete(number);
      yield cell.told();
    }
  }

  #cell(number: number): FleetCell {
    const known = this.#cells.get(number);
    if (known) return known;
    const made = new FleetCell(this.#wish, number, this.#materials, this.#crypto);
    this.#cells.set(number, made);
    return made;
  }
}
