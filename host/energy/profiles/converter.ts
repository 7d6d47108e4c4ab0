/*
 * What a converter is: numbers with their sources, and tables of efficiency.
 */
import type { Harvester } from "../harvester.ts";
import type { Quantity } from "../quantity.ts";

/** Of a whole table. */
type Note = Pick<Quantity, "source" | "status" | "band">;

/** Efficiency of a boost converter by its input; all rows as long. */
export interface InputTable extends Note {
  /** rows[floor(V / vStep_V)], in it one column for each doubling of the current; 0 .. 1. */
  readonly rows: readonly (readonly number[])[];
  readonly vStep_V: number;
  /** Column 0 holds what is below. */
  readonly least_A: number;
}

/** Efficiency of a buck converter by its output's current. */
export interface OutputTable extends Note {
  /** Above 0, at most 1. */
  readonly columns: readonly number[];
  readonly least_A: number;
}

export interface ConverterProfile {
  readonly name: string;
  readonly summary: string;
  /** Where a source with a curve is held; a converter without boost holds it nowhere. */
  readonly harvester: Harvester;
  /** Of a diode in the input. */
  readonly inputDrop_V: Quantity;
  /** In series with the source; only without boost. */
  readonly inputResistance_Ohm: Quantity;
  /** More than that is cut off. */
  readonly inputMax_V: Quantity;
  readonly inputMax_A: Quantity;
  /** null: the source is connected to the storage. */
  readonly boost: InputTable | null;
  /** Below this input a boost converter does not work. */
  readonly boostLeast_V: Quantity;
  /** Of the storage: the boost converter goes no higher. */
  readonly vMax_V: Quantity;
  readonly vOn_V: Quantity;
  readonly vOff_V: Quantity;
  /** From one look at those two to the next; 0: a comparator that sees all. */
  readonly check_s: Quantity;
  /** null: the loads are connected to the storage. */
  readonly buck: OutputTable | null;
  readonly output_V: Quantity;
  /** Below output_V plus this the output follows the storage. */
  readonly outputDrop_V: Quantity;
}

/** What looks at a storage, and what is done to it meanwhile. */
export interface SupervisorProfile {
  readonly name: string;
  readonly summary: string;
  readonly check_s: Quantity;
  /** Of the storage: there the MCU has less than its least supply. */
  readonly brownout_V: Quantity;
  /** What a dead MCU draws from the storage until a look disconnects it. */
  readonly brownoutDrain_A: Quantity;
}
