/*
 * What is too much to be looked at, thinned: a map of 500 x 500 places, a course of 100,000 values.
 */

/** At most so many of them (2 at least), evenly, the first and the last among them. */
export function thinned<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
}

/** What is shown of several, as a sentence; undefined: all of it. */
export function thinTold(parts: readonly { readonly path: string; readonly shown: number; readonly of: number }[]) {
  const thin = parts.filter(({ shown, of }) => shown < of);
  if (thin.length === 0) return undefined;
  const told = thin.map(({ path, shown, of }) => `${shown} of ${of.toLocaleString("en")} values of ${path}`);
  return `Shown are ${told.join(" and ")}; --out and --json have all.`;
}
