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
