/* Numbers on the pages: as in host/text/units.ts, and what that leaves out. */

import { log10 } from "../../host/math/log.ts";
import { si } from "../../host/text/units.ts";

/** Three figures, without zeros that say nothing: 0.000046 s -> "46 us". */
export function brief(value: number, unit: string): string {
  if (unit === "Hz" && value >= 1e9) return `${Number((value / 1e9).toPrecision(3))} GHz`;
  return si(value, unit)
    .replace(/(\.\d*?)0+ /, "$1 ")
    .replace(". ", " ");
}

/** A chance: "4.3 %" of what may be seen, "2^-52" of what is not. */
export function chance(p: number): string {
  if (p === 0) return "0";
  return p >= 1e-3 ? `${Number((100 * p).toPrecision(2))} %` : `2^${(log10(p) / Math.LOG10E / Math.LN2).toFixed(0)}`;
}

const SPANS = [
  ["years", 365.25 * 86_400],
  ["days", 86_400],
  ["hours", 3600],
  ["minutes", 60],
] as const;

/** A time that may be of any length: "1.4 s", "3.2 days", "5.8e9 years". */
export function span(t_s: number): string {
  const [unit, length_s] = SPANS.find(([, one_s]) => t_s >= 2 * one_s) ?? ["s", 1];
  if (unit === "s") return si(t_s, "s");
  const n = t_s / length_s;
  return `${n >= 1e4 ? n.toExponential(1).replace("e+", "e") : Number(n.toPrecision(2)).toLocaleString("en")} ${unit}`;
}

/** "4.1 % more", "15.5 % less". */
export function compared(value: number, than: number): string {
  const percent = 100 * (value / than - 1);
  return `${Math.abs(percent).toFixed(1)} % ${percent < 0 ? "less" : "more"}`;
}
