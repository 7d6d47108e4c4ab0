/*
 * The voltage as it comes: a band from the least to the greatest of each pixel, lives and thresholds behind it, deaths
 * on it. The worker has decimated it: what is drawn is never more than there are pixels.
 */
import uPlot from "uplot";
import { drawThresholds } from "../../report/page/thresholds.ts";
import type { Begun, DeathMark, Seen } from "../protocol.ts";
import { ink } from "./ink.ts";

const HEIGHT = 230;
/** Left and right of the plot: voltages, and the names of the thresholds. */
export const MARGINS = { left: 50, right: 56 } as const;
const FONT = "12px system-ui, sans-serif";
const SMALL = 11;
/** CSS pixels. */
const LINE = 2;

export class Voltage {
  readonly #chart: uPlot;
  readonly #place: HTMLElement;
  #begun: Begun | undefined;
  #seen: Seen | undefined;

  /** `onSpan`: dragged over; `onDeath`: a death was clicked; `tell`: the pointer is at that instant, or left. */
  constructor(
    place: HTMLElement,
    onSpan: (from_s: number, to_s: number) => void,
    onDeath: (death: DeathMark) => void,
    tell: (t_s: number | undefined) => void,
  ) {
    this.#place = place;
    const axis = {
      stroke: () => ink("faint"),
      grid: { stroke: () => ink("grid"), width: 1 },
      ticks: { show: false },
      font: FONT,
    };
    this.#chart = new uPlot(
      {
        width: Math.max(place.clientWidth, 200),
        height: HEIGHT,
        padding: [8, MARGINS.right, 0, 0],
        legend: { show: false },
        scales: {
          x: { time: false, range: () => [this.#seen?.from_s ?? 0, this.#seen?.to_s ?? 1] },
          y: { range: () => [0, this.#top_V()] },
        },
        axes: [
          { ...axis, size: 26, space: 80, values: (_, splits) => splits.map((at) => `${Number(at.toFixed(7))} s`) },
          { ...axis, size: MARGINS.left, values: (_, splits) => splits.map((at) => `${at} V`) },
        ],
        // One shape to fill, no line to stroke: a picture takes half the time.
        series: [{}, { points: { show: false }, width: 0 }, { points: { show: false }, width: 0 }],
        bands: [{ series: [1, 2], fill: () => ink("line") }],
        cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: false } },
        hooks: {
          drawAxes: [(u) => this.#under(u)],
          draw: [(u) => this.#over(u)],
          setSelect: [
            (u) => {
              const { left, width } = u.select;
              if (width >= 4) onSpan(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
              if (width > 0) u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
          setCursor: [
            (u) => {
              const { left } = u.cursor;
              tell(left === undefined || left === null || left < 0 ? undefined : u.posToVal(left, "x"));
            },
          ],
        },
      },
      [[], [], []],
      place,
    );
    this.#chart.over.addEventListener("click", ({ offsetX }) => {
      const near = nearest(this.#seen?.deaths ?? [], (death) =>
        Math.abs(this.#chart.valToPos(death.t_s, "x") - offsetX),
      );
      if (near) onDeath(near);
    });
  }

  /** CSS pixels of the plot. */
  get width(): number {
    return Math.max(1, Math.round(this.#chart.bbox.width / devicePixelRatio));
  }

  begins(begun: Begun): void {
    this.#begun = begun;
    this.#seen = undefined;
  }

  show(seen: Seen): void {
    this.#seen = seen;
    const { from_s, to_s, least_V, most_V } = seen;
    const width_s = (to_s - from_s) / least_V.length;
    const times = Float64Array.from(least_V, (_, pixel) => from_s + (pixel + 0.5) * width_s);
    // Where it stands still it is as thick as a line.
    const half_V = (LINE / 2 / HEIGHT) * this.#top_V();
    const known = (series: Float32Array, more_V: number): (number | null)[] =>
      Array.from(series, (v_V) => (Number.isNaN(v_V) ? null : v_V + more_V));
    this.#chart.setData([times, known(most_V, half_V), known(least_V, -half_V)], true);
  }

  fit(): void {
    this.#chart.setSize({ width: Math.max(this.#place.clientWidth, 200), height: HEIGHT });
  }

  redraw(): void {
    this.#chart.redraw(false, true);
  }

  /** A clamp that is never reached is no part of the picture. */
  #top_V(): number {
    const on_V = this.#begun?.thresholds.find(([name]) => name === "V_on")?.[1] ?? 1;
    let most_V = on_V;
    for (const v_V of this.#seen?.most_V ?? []) if (v_V > most_V) most_V = v_V;
    return 1.12 * most_V;
  }

  #under(u: uPlot): void {
    const { ctx, bbox } = u;
    ctx.save();
    drawThresholds(u, this.#begun?.thresholds ?? [], ink);
    clip(u);
    ctx.fillStyle = ink("life");
    const lives = this.#seen?.lives ?? [];
    for (let i = 0; i < lives.length; i += 2) {
      const [from, to] = [u.valToPos(lives[i], "x", true), u.valToPos(lives[i + 1], "x", true)];
      ctx.fillRect(from, bbox.top, Math.max(to - from, 1), bbox.height);
    }
    ctx.restore();
  }

  #over(u: uPlot): void {
    const { ctx, bbox } = u;
    const scale = devicePixelRatio;
    ctx.save();
    clip(u);
    const floor = bbox.top + bbox.height;
    ctx.font = `${SMALL * scale}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    ctx.fillStyle = ink("death");
    let free = bbox.left;
    for (const { t_s, phase } of this.#seen?.deaths ?? []) {
      const x = u.valToPos(t_s, "x", true);
      ctx.fillRect(x - scale, floor - 9 * scale, 2 * scale, 9 * scale);
      const half = ctx.measureText(phase).width / 2 + 4 * scale;
      if (x - half < free) continue;
      ctx.fillText(phase, x, floor - 11 * scale);
      free = x + half;
    }
    this.#now(u, scale);
    ctx.restore();
  }

  #now({ ctx, bbox, valToPos }: uPlot, scale: number): void {
    const seen = this.#seen;
    if (!seen || seen.now_s > seen.to_s || seen.now_s < seen.from_s) return;
    ctx.fillStyle = ink("accent");
    ctx.fillRect(valToPos(seen.now_s, "x", true) - scale / 2, bbox.top, scale, bbox.height);
  }
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
}

/** CSS pixels within which a click is meant for something. */
const REACH = 8;

/** The one that is least far away, if it is near enough. */
export function nearest<Mark>(marks: readonly Mark[], away: (mark: Mark) => number): Mark | undefined {
  let found: Mark | undefined;
  let least = REACH;
  for (const mark of marks) {
    const distance = away(mark);
    if (distance > least) continue;
    least = distance;
    found = mark;
  }
  return found;
}
