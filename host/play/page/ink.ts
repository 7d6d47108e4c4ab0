/* Colours of the style sheet, asked for once in each theme: a picture takes dozens of them. */
import { colour } from "../../report/page/theme.ts";

const known = new Map<string, string>();

export function ink(name: string): string {
  const found = known.get(name) ?? colour(name);
  known.set(name, found);
  return found;
}

/** The theme has changed. */
export function forgetInks(): void {
  known.clear();
}

/** What is read on that colour: dark on light, light on dark. */
export function inkOn(name: string): string {
  const [r, g, b] = (ink(name).match(/[\d.]+/g) ?? []).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#14171a" : "#ffffff";
}
