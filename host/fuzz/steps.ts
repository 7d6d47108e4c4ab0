/*
 * Steps in octets, for a target whose input is a sequence of them: operation, two arguments, a length, and so many octets more.
 * Any octets are steps.
 */
import { concat } from "../wire/octets.ts";

export interface Step<Operation extends string> {
  readonly operation: Operation;
  readonly a: number;
  readonly b: number;
  readonly octets: Uint8Array;
}

const HEAD_octets = 4;

/** At most so many; what is behind them says nothing. */
export function readSteps<Operation extends string>(
  octets: Uint8Array,
  operations: readonly Operation[],
  most: number,
): Step<Operation>[] {
  const steps: Step<Operation>[] = [];
  for (let at = 0; at < octets.length && steps.length < most; ) {
    const [operation, a = 0, b = 0, length = 0] = octets.subarray(at, at + HEAD_octets);
    const start = at + HEAD_octets;
    at = start + length;
    steps.push({ operation: operations[operation % operations.length], a, b, octets: octets.slice(start, at) });
  }
  return steps;
}

/** The inverse. */
export function emitSteps<Operation extends string>(
  steps: readonly Step<Operation>[],
  operations: readonly Operation[],
): Uint8Array {
  return concat(
    ...steps.map(({ operation, a, b, octets }) => {
      const cut = octets.slice(0, 0xff);
      return concat(Uint8Array.of(operations.indexOf(operation), a, b, cut.length), cut);
    }),
  );
}

export function stepOf<Operation extends string>(
  operation: Operation,
  a = 0,
  b = 0,
  octets: readonly number[] = [],
): Step<Operation> {
  return { operation, a, b, octets: Uint8Array.from(octets) };
}
