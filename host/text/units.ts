/*
 * Numbers as a person reads them: three figures, a prefix, a unit.
 */

const PREFIXES: readonly (readonly [factor: number, prefix: string])[] = [
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "u"],
  [1e-9, "n"],
  [1e-12, "p"],
];
/** Of other units nobody says a thousand with a prefix. */
const WITH_THOUSANDS = ["Hz", "Ohm"];

/** 0.0000056 J -> "5.60 uJ"; 0 -> "0 J"; 128e6 Hz -> "128 MHz". */
export function si(value: number, unit: string): string {
  if (value === 0) return `0 ${unit}`;
  if (!Number.isFinite(value)) return `${value} ${unit}`;
  // As it will be shown: 999.6 uJ is 1.00 mJ.
  const rounded = Math.abs(Number(value.toPrecision(3)));
  const usable = PREFIXES.filter(([factor]) => factor <= 1 || WITH_THOUSANDS.includes(unit));
  const [factor, prefix] = usable.find(([least]) => rounded >= least) ?? usable[usable.length - 1];
  return `${figures(value / factor)} ${prefix}${unit}`;
}

/** Three figures, thousands apart. */
export function figures(value: number): string {
  if (Math.abs(value) >= 99.95) return Math.round(value).toLocaleString("en");
  return value === 0 ? "0" : value.toPrecision(3);
}

/** A number that somebody chose, as he wrote it: 60, 0.025, 86,400. */
export function chosen(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 15 });
}

/** 0.123 -> "12.3 %"; what is there is never told as nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** "1 death", "2,000 deaths", "no deaths". */
export function count(n: number, noun: string): string {
  return `${n === 0 ? "no" : n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
}

/** 0 is "none". */
export function number(n: number): string {
  return n === 0 ? "none" : n.toLocaleString("en");
}
