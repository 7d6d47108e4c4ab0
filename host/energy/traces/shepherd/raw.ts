/*
 * Stored numbers as physical ones: SI value = raw value x gain + offset.
 */
import { EnergyError } from "../../error.ts";
import type { Raw, RecordedFile } from "./file.ts";

export interface Calibration {
  readonly gain: number;
  readonly offset: number;
}

/** @throws EnergyError for a gain or an offset that is none, and where there is none and no `byDefault`. */
export function calibrationOf(file: RecordedFile, path: string, byDefault?: Calibration): Calibration {
  const number = (name: "gain" | "offset"): number => {
    const value = file.attribute(path, name) ?? byDefault?.[name];
    if (typeof value !== "number" || !Number.isFinite(value) || (name === "gain" && !(value > 0))) {
      const has = value === undefined ? `has no attribute ${name}` : `has the ${name} ${JSON.stringify(value)}`;
      throw new EnergyError(`${path} ${has}, where ${name === "gain" ? "a number above 0" : "a number"} is needed`);
    }
    return value;
  };
  return { gain: number("gain"), offset: number("offset") };
}

/** SI values, none below 0: a source that is measured a little below 0 gives nothing. */
export function physical(raw: Raw, { gain, offset }: Calibration): Float64Array {
  const values = doublesOf(raw);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] * gain + offset;
    values[i] = value < 0 ? 0 : value;
  }
  return values;
}

function doublesOf(raw: Raw): Float64Array {
  // Of whole numbers of 64 bits only; the constructor takes the others in one go.
  if (raw instanceof BigUint64Array || raw instanceof BigInt64Array) return Float64Array.from(raw, Number);
  return new Float64Array(raw);
}

/**
 * Times since the file's first one, s. They are nanoseconds since 1970 in 64 bits, of which a double holds 53: the first
 * is taken away before anything is rounded.
 */
export class Clock {
  readonly #gain: number;
  readonly #firstHigh: number;
  readonly #firstLow: number;

  constructor(first: Raw, { gain }: Calibration) {
    this.#gain = gain;
    const halves = halvesOf(first);
    this.#firstLow = halves === undefined ? Number(first[0]) : halves.low[0];
    this.#firstHigh = halves === undefined ? 0 : halves.high[1];
  }

  since_s(raw: Raw): Float64Array {
    const gain = this.#gain;
    const [firstHigh, firstLow] = [this.#firstHigh, this.#firstLow];
    const times_s = new Float64Array(raw.length);
    const halves = halvesOf(raw);
    if (halves === undefined) {
      for (let i = 0; i < raw.length; i++) times_s[i] = (Number(raw[i]) - firstLow) * gain;
      return times_s;
    }
    const { high, low } = halves;
    for (let i = 0; i < times_s.length; i++) {
      times_s[i] = ((high[2 * i + 1] - firstHigh) * 2 ** 32 + (low[2 * i] - firstLow)) * gain;
    }
    return times_s;
  }
}

/**
 * Whole numbers of 64 bits as high 2^32 + low: halves 2i + 1 and 2i. Making a BigInt of each would take ten times as long.
 * Assumption: the machine is little-endian, as all are that Node 20 runs on but IBM Z.
 */
function halvesOf(raw: Raw): { readonly high: Int32Array | Uint32Array; readonly low: Uint32Array } | undefined {
  if (!(raw instanceof BigUint64Array || raw instanceof BigInt64Array)) return undefined;
  const low = new Uint32Array(raw.buffer, raw.byteOffset, 2 * raw.length);
  const isSigned = raw instanceof BigInt64Array;
  return { high: isSigned ? new Int32Array(raw.buffer, raw.byteOffset, 2 * raw.length) : low, low };
}
