/*
 * What stands on a chart beside its line. Coordinates are of the canvas: device pixels.
 */
import type uPlot from "uplot";
import type { StationTimeline, Timeline } from "../../sim/record/timeline.ts";
import { colour } from "./theme.ts";
import { drawThresholds } from "./thresholds.ts";
import type { Thresholds } from "./view.ts";

/** Of the ticks, CSS pixels. */
const TICK = 4;
/** Rows of ticks along the top. */
function frameRows({ heard, sent, confirmed }: StationTimeline): [counts: readonly number[], ink: string][] {
  return [
    [confirmed, "confirmed"],
    [sent, "tx"],
    [heard, "rx"],
  ];
}

/** The lives that are in view, as shades behind the line. */
export function underlay(u: uPlot, { lives }: StationTimeline): void {
  const { ctx, bbox } = u;
  ctx.save();
  clip(u);
  ctx.fillStyle = colour("life");
  for (const { up_s, down_s } of lives) {
    const [from, to] = [u.valToPos(up_s, "x", true), u.valToPos(down_s, "x", true)];
    if (to >= bbox.left && from <= bbox.left + bbox.width)
      ctx.fillRect(from, bbox.top, Math.max(to - from, 1), bbox.height);
  }
  ctx.restore();
}

/** Thresholds with their names, frames along the top, deaths along the bottom. */
export function overlay(u: uPlot, timeline: Timeline, track: StationTimeline, thresholds: Thresholds): void {
  const { ctx } = u;
  ctx.save();
  drawThresholds(u, thresholds, colour);
  clip(u);
  const { bbox } = u;
  const height = TICK * devicePixelRatio;
  for (const [row, [counts, ink]] of frameRows(track).entries()) {
    drawTicks(u, timeline, counts, ink, bbox.top + row * (height + devicePixelRatio), height);
  }
  // Power failed in these.
  drawTicks(u, timeline, track.cut, "death", bbox.top + height + devicePixelRatio, height);
  drawTicks(u, timeline, track.died, "death", bbox.top + bbox.height - 2 * height, 2 * height);
  nameDeaths(u, track);
  ctx.restore();
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
}

/** A tick for each bucket in view that has something. */
function drawTicks(
  u: uPlot,
  { bucket_s }: Timeline,
  counts: readonly number[],
  ink: string,
  top: number,
  height: number,
): void {
  const [from_s, to_s] = [u.scales.x.min ?? 0, u.scales.x.max ?? 0];
  const last = Math.min(Math.ceil(to_s / bucket_s), counts.length);
  // A line from afar; close by something to look at.
  const width =
    Math.min(Math.max(0.4 * Math.abs(u.valToPos(bucket_s, "x") - u.valToPos(0, "x")), 1), 3) * devicePixelRatio;
  u.ctx.fillStyle = colour(ink);
  for (let bucket = Math.max(Math.floor(from_s / bucket_s), 0); bucket < last; bucket++) {
    if (counts[bucket] === 0) continue;
    const x = u.valToPos((bucket + 0.5) * bucket_s, "x", true);
    u.ctx.fillRect(x - width / 2, top, width, height);
  }
}

/** The phases that lives ended in, where they have room. */
function nameDeaths(u: uPlot, { lives }: StationTimeline): void {
  const { ctx, bbox } = u;
  const scale = devicePixelRatio;
  const floor = bbox.top + bbox.height;
  ctx.fillStyle = colour("death");
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  let free = bbox.left;
  for (const { down_s, phase } of lives) {
    if (phase === null) continue;
    const x = u.valToPos(down_s, "x", true);
    if (x < bbox.left - scale || x > bbox.left + bbox.width + scale) continue;
    const half = ctx.measureText(phase).width / 2 + 4 * scale;
    if (x - half < free) continue;
    ctx.fillText(phase, x, floor - 10 * scale);
    free = x + half;
  }
}
