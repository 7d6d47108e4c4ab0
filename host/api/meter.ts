import { builtNames } from "../build/build.ts";
import { STATIONS } from "../build/targets.ts";
import { type Counter, type Counts, counter } from "../device/count.ts";
import { loadStation, type Station } from "../device/load.ts";
import type { Weights } from "../device/weights.ts";
import { bandOf } from "../energy/quantity.ts";
import { KNOWN_PROFILES } from "../sim/profiles.ts";
import { FUEL_PER_CYCLE } from "../sim/supply.ts";
import { isOctets } from "../wire/octets.ts";
import { checkParts, oneOf } from "./check.ts";
import { hostOf, type StationParts, stationModule } from "./station.ts";

/** What some work of a station took: exact counts, and what the processor's profile makes of them. */
export interface Measured<Result> {
  readonly result: Result;
  /** Executed WebAssembly operators, `block`, `loop`, `else`, `end` and `nop` not counted. Exact, on every machine. */
  readonly instructions: number;
  /** The same by function, opcode and class. */
  readonly counts: Counts;
  /** Of the profile's processor: a model, see docs/SIMULATOR.md. */
  readonly cycles: number;
  /** Of the processor alone: no radio, no noise source, no NVM. With the least and the most that the figures allow. */
  readonly cpu_J: { readonly e_J: number; readonly low_J: number; readonly high_J: number };
}

/** A station whose instructions are counted. */
export interface MeteredStation {
  readonly station: Station;
  /**
   * Runs `work`, and says what the station executed in it.
   * @throws TypeError for work that is not done when it returns; Error for a measurement inside of another.
   */
  measure<Result>(work: (station: Station) => Result): Measured<Result>;
}

/** `mcu`: the processor whose cycles and joules are told: msp430fr5994, stm32u5, nrf54l15 (default), apollo, ... */
export interface MeterParts extends Omit<StationParts, "reading"> {
  readonly mcu?: string;
}

const counters = new Map<string, Promise<{ counter: Counter; names: readonly string[] | undefined }>>();

/**
 * A station as of {@link loadStation} whose module has a counter in every straight line of instructions.
 * @throws RangeError for an MCU that no profile describes, or a build that does not exist; TypeError for parts of another
 * kind; Error for octets that are no station module: one sentence each.
 */
export async function meterStation(parts: MeterParts): Promise<MeteredStation> {
  checkParts<MeterParts>("parts", parts, { nvm: true, entropy: true, module: true, mcu: true });
  const mcus = KNOWN_PROFILES.mcu;
  const mcu = oneOf("mcu", parts.mcu ?? "nrf54l15", Object.keys(mcus));
  const { weights, cycle_J } = mcus[mcu as keyof typeof mcus];
  const host = hostOf(parts);
  const { counter: meter, names } = await counterOf(parts.module);
  const station = loadStation(meter.wasm, host, { extraExports: true });
  let isMeasuring = false;
  const [low, high] = bandOf(cycle_J);
  return {
    station,
    measure(work) {
      // There is one set of counters: a measurement inside of another would take its instructions away.
      if (isMeasuring) throw new Error("measure: a measurement is under way, and there is one at a time");
      meter.reset(station.exports);
      isMeasuring = true;
      let result: ReturnType<typeof work>;
      try {
        result = work(station);
      } finally {
        isMeasuring = false;
      }
      if (result instanceof Promise) {
        throw new TypeError(
          "measure: the work answered a promise, where work that is done when it returns is expected",
        );
      }
      const counts = named(meter.read(station.exports), names);
      const cycles = cyclesOf(counts, weights);
      const e_J = cycles * cycle_J.value;
      return {
        result,
        instructions: counts.total,
        counts,
        cycles,
        cpu_J: { e_J, low_J: e_J * low, high_J: e_J * high },
      };
    },
  };
}

async function counterOf(module: StationParts["module"] = "release") {
  if (isOctets(module)) return { counter: counter(module), names: undefined };
  const made =
    counters.get(module) ??
    Promise.all([stationModule(oneOf("module", module, STATIONS)), builtNames(module)]).then(([octets, names]) => ({
      counter: counter(octets),
      names,
    }));
  counters.set(module, made);
  return made;
}

/** A shipped module carries no names; its symbol map has them. */
function named(counts: Counts, names: readonly string[] | undefined): Counts {
  if (names === undefined) return counts;
  return { ...counts, functions: counts.functions.map((one) => ({ ...one, name: names[one.index] ?? one.name })) };
}

/** cycles = sum over the classes of executed instructions times weight; weights are in FUEL_PER_CYCLE-ths of a cycle. */
function cyclesOf({ classes }: Counts, weights: Weights): number {
  const fuel = Object.entries(classes).reduce((sum, [name, n]) => sum + n * weights[name as keyof Weights], 0);
  return fuel / FUEL_PER_CYCLE;
}
