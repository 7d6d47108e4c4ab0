/** How often the tests of the device repeat themselves. */

/** Multiplies every number of seeded repetitions; 1 in `npm test`. */
const VARIABLE = "AMPCORE_ROUNDS";

/**
 * `rounds` repetitions, times AMPCORE_ROUNDS if that is set: AMPCORE_ROUNDS=50 npm test -- --only conformance
 * @throws RangeError when it is set to anything but a number from 1 on.
 */
export function repeated(rounds: number): number {
  const factor = Number(process.env[VARIABLE] ?? 1);
  if (!(factor >= 1)) throw new RangeError(`${VARIABLE} is ${process.env[VARIABLE]}: a number from 1 on is expected`);
  return Math.ceil(rounds * factor);
}
