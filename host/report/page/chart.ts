/*
 * The voltage of one station: a band from the least to the greatest of each bucket, its lives behind it, thresholds,
 * readings and deaths on it.
 */
import uPlot from "uplot";
import type { StationTimeline, Timeline } from "../../sim/record/timeline.ts";
import { overlay, underlay } from "./marks.ts";
import { readoutOf } from "./readout.ts";
import { colour } from "./theme.ts";
import { thresholdsOf, type View } from "./view.ts";

const HEIGHT = 190;
/** Right of the plot: the names of the thresholds. */
const MARGIN = 56;
const AXIS_FONT = "12px system-ui, sans-serif";

export interface Chart {
  /** Shows that stretch of time. */
  show(from_s: number, to_s: number): void;
  /** To the width of its place. */
  fit(): void;
  redraw(): void;
}

/** `onMoved`: the reader has chosen another stretch of time by dragging. */
export function chartOf(
  place: HTMLElement,
  result: View,
  timeline: Timeline,
  track: StationTimeline,
  onMoved: (from_s: number, to_s: number) => void,
): Chart {
  const { bucket_s } = timeline;
  const end_s = result.scenario.duration_s;
  const thresholds = thresholdsOf(result);
  const on_V = thresholds.find(([name]) => name === "V_on")?.[1] ?? 0;
  // A clamp that is never reached is no part of the picture.
  const top_V = 1.12 * Math.max(on_V, ...track.vMax_mV.map((mV) => mV / 1000));
  const tell = readoutOf(result, timeline, track);
  const readout = place.parentElement?.querySelector<HTMLOutputElement>("output.readout");
  const axis = {
    stroke: () => colour("faint"),
    grid: { stroke: () => colour("grid"), width: 1 },
    ticks: { show: false },
    font: AXIS_FONT,
  };
  const chart = new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      padding: [6, MARGIN, 0, 0],
      legend: { show: false },
      scales: { x: { time: false, range: (_, from, to) => [from ?? 0, to ?? end_s] }, y: { range: () => [0, top_V] } },
      axes: [
        { ...axis, size: 28, values: (_, splits) => splits.map((at) => `${Number(at.toFixed(4))} s`) },
        { ...axis, size: 50, values: (_, splits) => splits.map((at) => `${at} V`) },
      ],
      series: [
        {},
        { stroke: () => colour("line"), width: 1.2, points: { show: false } },
        { stroke: () => colour("line"), width: 1.2, points: { show: false } },
      ],
      bands: [{ series: [1, 2], fill: () => colour("line") }],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        sync: { key: "time" },
        points: { show: false },
      },
      hooks: {
        drawAxes: [(u) => underlay(u, track)],
        draw: [(u) => overlay(u, timeline, track, thresholds)],
        setSelect: [
          (u) => {
            const { left, width } = u.select;
            if (width < 4) return;
            onMoved(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        setCursor: [
          (u) => {
            if (!readout || u.cursor.left === undefined || u.cursor.left === null) return;
            readout.value = u.cursor.left < 0 ? "" : tell(u.posToVal(u.cursor.left, "x"));
          },
        ],
      },
    },
    [
      track.vMax_mV.map((_, bucket) => (bucket + 0.5) * bucket_s),
      track.vMax_mV.map((mV) => mV / 1000),
      track.vMin_mV.map((mV) => mV / 1000),
    ],
    place,
  );
  place.addEventListener("dblclick", () => onMoved(0, end_s));
  chart.setScale("x", { min: 0, max: end_s });
  return {
    show: (min, max) => chart.setScale("x", { min, max }),
    fit: () => chart.setSize({ width: place.clientWidth, height: HEIGHT }),
    redraw: () => chart.redraw(false, true),
  };
}
