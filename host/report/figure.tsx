/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * Figures of a result as they stand in its report. Each knows its place in the JSON and says it, so that whoever doubts a
 * figure, a person or a test, can look it up.
 */
import type { Result } from "../sim/result.ts";
import { chosen, figures, percent, si } from "./units.ts";

let told: Result | undefined;

/** Makes markup of a result: what `make` calls finds it by theResult(). */
export function tellingOf<Markup>(result: Result, make: () => Markup): Markup {
  told = result;
  try {
    return make();
  } finally {
    told = undefined;
  }
}

/** The result that is being told of. */
export function theResult(): Result {
  if (!told) throw new Error("a part of a report stands outside of one");
  return told;
}

/** How a number is written: whole, with three figures, as it was chosen, as a share, or in an SI unit. */
export type Style = "whole" | "three" | "chosen" | "share" | "J" | "W" | "s" | "F" | "V" | "Hz" | "Ohm";

/** The number at that place of the JSON, "energy.byPhase.0.e_J"; null is told as "none". */
export function Figure({ of, as = "whole" }: { readonly of: string; readonly as?: Style }) {
  const value = valueAt(theResult(), of);
  if (value === null)
    return (
      <data data-of={of} value="">
        none
      </data>
    );
  if (typeof value !== "number") throw new TypeError(`${of} is ${JSON.stringify(value)}, where a number is expected`);
  return (
    <data data-of={of} value={String(value)}>
      {written(value, as)}
    </data>
  );
}

export function written(value: number, as: Style): string {
  switch (as) {
    case "whole":
      return value.toLocaleString("en", { maximumFractionDigits: 0 });
    case "three":
      return figures(value);
    case "chosen":
      return chosen(value);
    case "share":
      return percent(value);
    default:
      return si(value, as);
  }
}

export function valueAt(root: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null) throw new TypeError(`there is no ${path} in the result`);
    return (value as Record<string, unknown>)[key];
  }, root);
}
