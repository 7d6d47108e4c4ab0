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

  /**
   * All of them live until a mark, where some go: their NVM records, in the order of the list. `onPart` hears of each part of a cell
   * that is done; those of one cell are 1 in sum.
   */
  until(at_s: number, leaving: readonly Leaving[], onPart?: OnPart): Uint8Array[] {
    for (const number of this.#numbers) lives(this.#cell(number), at_s, onPart);
    return leaving.map(({ station, from }) => this.#cell(from).leaves(station, at_s));
  }

  comes(at_s: number, coming: readonly Coming[]): void {
    for (const { station, to, image } of coming) this.#cell(to).comes(station, at_s, image);
  }

  /** Each at its end, in their order. */
  *told(onPart?: OnPart): Generator<CellTold, void> {
    for (const number of this.#numbers) {
      const cell = this.#cell(number);
      lives(cell, Number.POSITIVE_INFINITY, onPart);
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

type OnPart = (part: number) => void;

/** A large cell takes long, and is told of on its way. */
function lives(cell: FleetCell, until_s: number, onPart?: OnPart): void {
  const stops_s = cell.stopsTo(until_s);
  for (const at_s of stops_s) {
    cell.advance(at_s);
    onPart?.(1 / stops_s.length);
  }
}
