/*
 * The unit that a name ends in: capacitance_F is in farads.
 */

/** By what stands behind the last underscore. */
const UNITS: Readonly<Record<string, string>> = {
  F: "F",
  W: "W",
  J: "J",
  V: "V",
  A: "A",
  s: "s",
  ms: "ms",
  us: "us",
  m: "m",
  Hz: "Hz",
  Ohm: "Ohm",
  dB: "dB",
  kbps: "kbit/s",
  octets: "octets",
};

/** Those that take a prefix. */
const SI = ["F", "W", "J", "V", "A", "s", "Hz", "Ohm"];

/** undefined: a number without a unit, or with one of its own. */
export function unitOf(name: string): string | undefined {
  const end = name.slice(name.lastIndexOf("_") + 1);
  return name.includes("_") && Object.hasOwn(UNITS, end) ? UNITS[end] : undefined;
}

/** Whether 1e-6 of it is told with a prefix. */
export function takesPrefix(unit: string): boolean {
  return SI.includes(unit);
}
