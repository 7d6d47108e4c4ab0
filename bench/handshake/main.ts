import type { Basis } from "../../host/handshake/way.ts";
import type { HandshakeResult, WayRow } from "./result.ts";

/** Ways that stand for the others where every one would be too many. */
const MAIN = [
  /^AMP compact, CCM, PMK (derived|cached)(, no M3)?$/,
  /^AMP compact, CCM, direct mode$/,
  /^AMP strong, MIC, PMK derived$/,
  // Of the baseline what brings a reading; how a root comes about stands among the ways to a PMK.
  /^(?!AMP)(?!.*a root for AMP$)/,
];

/** Of those that were run: what is counted from published figures stands in tables of its own. */
export function isMain({ name, basis = "run" }: { readonly name: string; readonly basis?: Basis }): boolean {
  return basis === "run" && MAIN.some((pattern) => pattern.test(name));
}

export function mainWays({ ways }: HandshakeResult): WayRow[] {
  return ways.filter(isMain);
}
