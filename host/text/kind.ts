/** What a value is, for a sentence to whoever handed it in; never what is in it: that may be a key. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const kind = typeof value === "object" ? (value.constructor?.name ?? "bare object") : typeof value;
  return `${/^[aeio]/i.test(kind) ? "an" : "a"} ${kind}`;
}

/** Why something was thrown, in a line; anything can be, and with nothing to say. */
export function whyOf(thrown: unknown): string {
  const [line] = String(thrown instanceof Error ? thrown.message || thrown.name : told(thrown)).split("\n");
  return line;
}

function told(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : kindOf(thrown);
}
