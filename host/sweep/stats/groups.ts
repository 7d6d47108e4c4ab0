/*
 * Things by the value that they have, in time that grows with their number and no faster.
 */
import type { Value } from "../grid/schema.ts";

/** Equal for values that are, and for no others. */
export function keyOf(value: Value): number | string {
  return typeof value === "number" ? value : JSON.stringify(value);
}

/** In the order in which the keys come. */
export function grouped<K, T>(all: Iterable<T>, keyed: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyed(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
