/*
 * Recordings of the shepherd testbed (nes-lab/shepherd, HDF5; shepherd-tools' writer.py and reader.py say what is where):
 *
 *   /                 attribute mode: harvester or emulator
 *   /data             attributes datatype: ivsample, ivcurve or isc_voc; window_samples: of a curve, else 0
 *   /data/time        nanoseconds, u64; /data/voltage, /data/current u32; each with attributes gain and offset,
 *                     SI value = raw value x gain + offset
 *
 * 100,000 samples a second are some 130 GB a day: they are read piece by piece, and what is kept of them is chosen before
 * the first is seen. Memory depends on how much is kept, not on how long the file is.
 */
import { EnergyError } from "../../error.ts";
import { powerOf } from "../power.ts";
import type { CurveRecording, PointRecording } from "../recording.ts";
import { GAP_STEPS, type GapOptions, medianStep, seconds } from "../stamps.ts";
import { gridOf, MeanCurves } from "./curves.ts";
import type { Column, RecordedFile } from "./file.ts";
import { EstimatedPoint, EveryPoint, MeanPoints, SampledPoint } from "./points.ts";
import { type Calibration, Clock, calibrationOf, physical } from "./raw.ts";
import type { Sink } from "./sink.ts";
import { countOf, roundStep_s } from "./windows.ts";

export interface ShepherdOptions extends GapOptions {
  /** From one entry of the recording to the next; by default so that a file has about 200,000 points or 20,000 curves. */
  readonly step_s?: number;
  /** Is told which part of the file has been read, 0 .. 1. */
  readonly onProgress?: (part: number) => void;
  /** Is told how many samples the file has. */
  readonly onSamples?: (count: number) => void;
}

/** Entries that a file of any length comes to unless step_s says otherwise. */
export const POINTS = 200_000;
export const CURVES = 20_000;
/** Values of all entries together that step_s may ask for: 160 MB. */
export const VALUES_MAX = 20_000_000;
/** Samples that are read at once, rounded to the file's own pieces. */
export const PIECE = 262_144;
/** Samples of a curve: ten seconds of ramp. */
const WINDOW_MAX = 1_000_000;
/** Samples of Isc and Voc in turn, each with one to wait: virtual_harvester_fixture.yaml, isc_voc. */
const PAIR_SAMPLES = 4;
/** Steps from which the middle one is taken. */
const STEPS_SEEN = 4096;

const DATATYPES = ["ivsample", "ivcurve", "isc_voc"] as const;
type Datatype = (typeof DATATYPES)[number];

/** The three columns and what their numbers mean. */
interface Columns {
  readonly time: Column;
  readonly voltage: Column;
  readonly current: Column;
  readonly clock: Clock;
  readonly volts: Calibration;
  readonly amperes: Calibration;
}

/** @throws EnergyError, one sentence, for a file that is no such recording, or is a broken one. */
export function readShepherd(file: RecordedFile, options: ShepherdOptions): PointRecording | CurveRecording {
  const datatype = datatypeOf(file);
  const columns = columnsOf(file);
  const { time, clock } = columns;
  const count = time.length;
  options.onSamples?.(count);
  const begin_s = clock.since_s(time.read(0, Math.min(count, STEPS_SEEN)));
  checkAscends(begin_s, 0, Number.NEGATIVE_INFINITY);
  const step_s = medianStep(begin_s);
  const end_s = clock.since_s(time.read(count - 1, count))[0] + step_s;
  if (!(end_s > step_s && Number.isFinite(end_s))) {
    throw new EnergyError(`sample ${count}: time goes back, to ${seconds(end_s - step_s)} after the first sample`);
  }
  const size = groupOf(file, datatype, count);
  const sink = sinkFor(datatype, columns, { size, step_s, end_s, wish_s: options.step_s });
  const reached_s = pour(columns, sink, size, step_s, options);
  const recording = sink.recording(reached_s) as PointRecording | CurveRecording;
  const { power_W } = powerOf(recording);
  if (![recording.v_V, recording.i_A, power_W].every((values) => values.every(Number.isFinite))) {
    throw new EnergyError("its voltages and currents come to powers that are no finite numbers");
  }
  return recording;
}

/** Reads all samples into the sink, and says when the last whole group ended. */
function pour(columns: Columns, sink: Sink, size: number, step_s: number, options: ShepherdOptions): number {
  const { time, voltage, current, clock, volts, amperes } = columns;
  const count = time.length;
  const piece = pieceOf([time, voltage, current]);
  let last_s = Number.NEGATIVE_INFINITY;
  let groupFrom_s = 0;
  let inGroup = 0;
  let hole_s = 0;
  for (let from = 0; from < count; from += piece) {
    const to = Math.min(from + piece, count);
    const times_s = clock.since_s(time.read(from, to));
    const v_V = physical(voltage.read(from, to), volts);
    const i_A = physical(current.read(from, to), amperes);
    checkAscends(times_s, from, last_s);
    for (let k = 0; k < times_s.length; k++) {
      const time_s = times_s[k];
      if (from + k > 0) {
        const since_s = time_s - last_s;
        if (since_s > GAP_STEPS * step_s) hole_s += holeOf_s(from + k, last_s, since_s, step_s, options);
        if (inGroup === size) {
          sink.close(groupFrom_s, time_s - hole_s);
          groupFrom_s = time_s;
          inGroup = 0;
          hole_s = 0;
        }
      }
      if (!(v_V[k] * i_A[k] < Number.POSITIVE_INFINITY)) {
        throw new EnergyError(`sample ${from + k + 1}: ${v_V[k]} V and ${i_A[k]} A are no power`);
      }
      sink.take(v_V[k], i_A[k]);
      inGroup++;
      last_s = time_s;
    }
    options.onProgress?.(to / count);
  }
  // A group that the file breaks off in says too little: the recording ends before it.
  if (inGroup < size) return groupFrom_s;
  sink.close(groupFrom_s, last_s + step_s - hole_s);
  return last_s + step_s;
}

/** What of a gap nobody fills, s. @throws EnergyError under the policy error. */
function holeOf_s(sample: number, last_s: number, since_s: number, step_s: number, options: ShepherdOptions): number {
  if (options.gaps === "error") {
    throw new EnergyError(
      `sample ${sample + 1}: a gap of ${seconds(since_s)} after the sample before, where a step is ` +
        `${seconds(step_s)}; the gap policy hold or zero would fill it`,
    );
  }
  options.onGap?.(last_s + step_s, since_s - step_s);
  return options.gaps === "zero" ? since_s - step_s : 0;
}

function checkAscends(times_s: Float64Array, first: number, before_s: number): void {
  let last_s = before_s;
  for (let k = 0; k < times_s.length; k++) {
    if (!(times_s[k] > last_s)) {
      const how = times_s[k] === last_s ? "stands still" : "goes back";
      throw new EnergyError(
        `sample ${first + k + 1}: time ${how}, from ${seconds(last_s)} to ${seconds(times_s[k])} after the first sample`,
      );
    }
    last_s = times_s[k];
  }
}

interface Plan {
  readonly size: number;
  readonly step_s: number;
  readonly end_s: number;
  readonly wish_s?: number;
}

function sinkFor(datatype: Datatype, columns: Columns, { size, step_s, end_s, wish_s }: Plan): Sink {
  if (datatype === "ivcurve") {
    const v_V = gridOf(physical(columns.voltage.read(0, size), columns.volts));
    const every_s = wish_s ?? Math.max(size * step_s, roundStepFor(end_s, CURVES, size * step_s));
    checkCount(every_s, end_s, v_V.length);
    return new MeanCurves(v_V, every_s, end_s);
  }
  const point = datatype === "isc_voc" ? new EstimatedPoint() : new SampledPoint();
  if (wish_s === undefined && columns.time.length / size <= POINTS) return new EveryPoint(point);
  const every_s = wish_s ?? roundStepFor(end_s, POINTS, step_s);
  checkCount(every_s, end_s, 3);
  return new MeanPoints(point, every_s, end_s);
}

/** A round step of at most that many entries; `own_s`, the file's own, where that makes few enough. */
function roundStepFor(end_s: number, entries: number, own_s: number): number {
  return countOf(own_s, end_s) <= entries ? own_s : roundStep_s(end_s / entries);
}

function checkCount(step_s: number, end_s: number, width: number): void {
  const most = Math.floor(VALUES_MAX / width);
  if (step_s > 0 && countOf(step_s, end_s) <= most) return;
  throw new EnergyError(
    `a step of ${step_s} s makes ${step_s > 0 ? countOf(step_s, end_s) : "no number"} of entries of ${seconds(end_s)}, where at most ${most} are kept`,
  );
}

/** How many samples belong together. */
function groupOf(file: RecordedFile, datatype: Datatype, count: number): number {
  if (datatype === "ivsample") return 1;
  const given = file.attribute("/data", "window_samples") ?? 0;
  const size = datatype === "isc_voc" && given === 0 ? PAIR_SAMPLES : given;
  if (typeof size !== "number" || !Number.isInteger(size) || size < 2 || size > WINDOW_MAX) {
    throw new EnergyError(
      `/data has the window_samples ${JSON.stringify(given)}, where ${datatype} needs a whole number from 2 to ${WINDOW_MAX}`,
    );
  }
  if (size > count)
    throw new EnergyError(`it has ${count} samples, where ${datatype} takes ${size} of them for one entry`);
  return size;
}

function datatypeOf(file: RecordedFile): Datatype {
  const mode = file.attribute("/", "mode");
  if (mode === "emulator" || mode === "load") {
    throw new EnergyError(`its mode is ${mode}: that is what a target drew, where what a source gave is needed`);
  }
  // The first shepherd knew samples only, and did not say so.
  const wish = file.attribute("/data", "datatype") ?? "ivsample";
  const datatype = DATATYPES.find((known) => known === wish);
  if (datatype !== undefined) return datatype;
  throw new EnergyError(
    `/data has the datatype ${JSON.stringify(wish).slice(0, 80)}, where one of ${DATATYPES.join(", ")} is needed`,
  );
}

function columnsOf(file: RecordedFile): Columns {
  const paths = ["/data/time", "/data/voltage", "/data/current"];
  const missing = paths.find((path) => !file.has(path));
  if (missing !== undefined) {
    throw new EnergyError(`it has no ${missing}, where a recording of shepherd has ${paths.join(", ")}`);
  }
  const [time, voltage, current] = paths.map((path) => file.column(path));
  for (const [k, column] of [voltage, current].entries()) {
    if (column.length !== time.length) {
      throw new EnergyError(
        `${paths[k + 1]} has ${column.length} samples, where ${paths[0]} has ${time.length}; they must be as long`,
      );
    }
  }
  if (time.length < 2) throw new EnergyError(`it has ${time.length} samples, where a recording needs at least two`);
  const clock = new Clock(time.read(0, 1), calibrationOf(file, paths[0], { gain: 1e-9, offset: 0 }));
  return {
    time,
    voltage,
    current,
    clock,
    volts: calibrationOf(file, paths[1]),
    amperes: calibrationOf(file, paths[2]),
  };
}

/** Whole pieces of the file's own, near PIECE samples. */
function pieceOf(columns: readonly Column[]): number {
  const chunk = columns.reduce((most, column) => Math.max(most, column.chunk), 1);
  return Math.max(1, Math.floor(PIECE / chunk)) * chunk;
}
