import { nodeCrypto } from "../crypto/node.ts";
import type { Known } from "../wire/explain/exchange.ts";
import { Explainer, type Explanation } from "../wire/explain/explain.ts";

/**
 * Frames in the order in which they were heard, each explained field by field, with who would refuse it and why; an M1 and
 * an M2 serve the frames behind them. With keys also whether a MIC is right, and what the payload says. An implementation
 * of its own, not the module's. Takes any octets, never throws for what they are.
 */
export function explainFrames(frames: Iterable<Uint8Array>, known: Known = {}): Explanation[] {
  const explainer = new Explainer(nodeCrypto, known);
  return [...frames].map((frame) => explainer.explain(frame));
}
