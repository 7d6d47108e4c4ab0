import { nodeCrypto } from "../crypto/node.ts";
import { kindOf } from "../text/kind.ts";
import type { Known } from "../wire/explain/exchange.ts";
import { Explainer, type Explanation } from "../wire/explain/explain.ts";
import { checkOctets, isOctets } from "../wire/octets.ts";
import { checkParts, octetsOf } from "./check.ts";

/**
 * Frames in the order in which they were heard, each explained field by field, with who would refuse it and why; an M1 and
 * an M2 serve the frames behind them. With keys also whether a MIC is right, and what the payload says. An implementation
 * of its own, not the module's. Takes any octets, never throws for what they are.
 * @throws TypeError for what are no octets, or keys that are none; RangeError for keys and addresses of another length.
 */
export function explainFrames(frames: Iterable<Uint8Array>, known: Known = {}): Explanation[] {
  checkParts<Known>("known", known, { pmk: true, kck: true, tk: true, aa: true, spa: true, m1: true, m2: true });
  for (const [name, length] of LENGTHS) {
    const octets = known[name];
    if (octets !== undefined) checkOctets(`known.${name}`, octets, length);
  }
  // A Uint8Array is itself an iterable, of numbers.
  if (isOctets(frames) || typeof (frames as Partial<typeof frames> | null)?.[Symbol.iterator] !== "function") {
    throw new TypeError(`frames: ${kindOf(frames)}, where a list of frames is expected`);
  }
  const explainer = new Explainer(nodeCrypto, known);
  return Array.from(frames, (frame, i) => explainer.explain(octetsOf(`frames[${i}]`, frame)));
}

/** Octets that each of them has, if it is known. */
const LENGTHS = [
  ["pmk", 32],
  ["kck", 16],
  ["tk", 16],
  ["aa", 6],
  ["spa", 6],
] as const;
