/*
 * Bars of a table: blocks in eighths of a character where they can be drawn, # elsewhere.
 */
import { drawsUnicode } from "../terminal.ts";

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of `share` of `width` characters; what is there has one, however short. */
export function bar(share: number, width: number, inBlocks = drawsUnicode(process.stdout)): string {
  if (!inBlocks) return "#".repeat(Math.round(share * width));
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(8 * share * width));
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}
