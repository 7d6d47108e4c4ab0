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
/** So many of the greatest prefix, or so little of the least, are told by a power of ten. */
const [MANY, LITTLE] = [1e9, 1e-6];
/** Integers from here on are no longer all doubles. */
const DIGITS_MAX = 1e15;

/** 0.0000056 J -> "5.60 uJ"; 0 -> "0 J"; 128e6 Hz -> "128 MHz"; 1e300 W -> "1.00e300 W". With more digits 4.701 uF. */
export function si(value: number, unit: string, digits = 3): string {
  if (value === 0) return `0 ${unit}`;
  if (!Number.isFinite(value)) return `${value} ${unit}`;
  // As it will be shown: 999.6 uJ is 1.00 mJ.
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  const usable = PREFIXES.filter(([factor]) => factor <= 1 || WITH_THOUSANDS.includes(unit));
  const [factor, prefix] = usable.find(([least]) => rounded >= least) ?? usable[usable.length - 1];
  if (rounded / factor >= MANY || rounded / factor < LITTLE) return `${powerOfTen(value, digits - 1)} ${unit}`;
  const told = digits === 3 ? figures(value / factor) : chosen(Number((value / factor).toPrecision(digits)));
  return `${told} ${prefix}${unit}`;
}

/** Three figures, thousands apart. */
export function figures(value: number): string {
  if (isLong(value)) return powerOfTen(value, 2);
  if (Math.abs(value) >= 99.95) return Math.round(value).toLocaleString("en");
  return value === 0 ? "0" : value.toPrecision(3);
}

/** A number that somebody chose, as he wrote it: 60, 0.025, 86,400, 1e300. */
export function chosen(value: number): string {
  if (isLong(value)) return powerOfTen(value);
  return value.toLocaleString("en", { maximumSignificantDigits: 15 });
}

/** 1.00e300; without `digits` behind the point as many as it takes. */
function powerOfTen(value: number, digits?: number): string {
  return value.toExponential(digits).replace("e+", "e");
}

/** Whether it takes a line of zeros. */
function isLong(value: number): boolean {
  const size = Math.abs(value);
  return Number.isFinite(value) && (size >= DIGITS_MAX || (size > 0 && size < LITTLE));
}

/** 0.123 -> "12.3 %"; what is there is never told as nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** "1 death", "2,000 deaths", "no deaths"; "3 lives" of a noun that has a plural of its own. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n === 0 ? "no" : n.toLocaleString("en")} ${n === 1 ? noun : plural}`;
}

/** 0 is "none". */
export function number(n: number): string {
  return n === 0 ? "none" : n.toLocaleString("en");
}
