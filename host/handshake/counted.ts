/* A counting model as a way: its frames over the same air, its cycles on the same parts. */
import { AMP_SIFS } from "../channel/airtime.ts";
import type { Weights } from "../device/weights.ts";
import { CORTEX_M4 } from "../energy/profiles/weights.ts";
import { FUEL_PER_CYCLE } from "../sim/supply.ts";
import { type Counts, costsOf, cyclesOf, plus } from "./figures.ts";
import type { Model } from "./models.ts";
import type { Step } from "./step.ts";
import type { Way } from "./way.ts";

const us = 1e-6;

/** The model from power-off to its reading, which is `reading_octets` long. */
export function countedWay(model: Model, reading_octets: number): Way {
  const { name, family, reading, sources } = model;
  if (!reading) throw new Error(`${name} brings no reading of its own`);
  const sent = reading_octets + reading.added_octets + model.frame_octets;
  const { frames, dl_octets, ul_octets } = airOf(model);
  return {
    ...{ name, family, basis: "cited", sources, wasm: null, m4: null, slot_s: null },
    costs: costsOf(plus(...model.work, reading.work)),
    frames: frames + 1,
    dl_octets,
    ul_octets: ul_octets + sent,
    steps: (weights) => [
      { kind: "start" },
      ...talk(model, weights),
      ran(reading.work, weights, "data"),
      { kind: "tx", octets: sent },
    ],
    answer: () => [],
  };
}

/** The model in front of an AMP exchange, in one life: the exchange's start begins both. */
export function countedBefore(model: Model, exchange: Way, name: string): Way {
  const { frames, dl_octets, ul_octets } = airOf(model);
  return {
    ...exchange,
    ...{ name, basis: "cited", sources: model.sources, costs: costsOf(plus(...model.work)), wasm: null, m4: null },
    frames: exchange.frames + frames,
    dl_octets: exchange.dl_octets + dl_octets,
    ul_octets: exchange.ul_octets + ul_octets,
    slotted: Math.ceil(frames / 2),
    steps: (weights) => {
      const [start, ...rest] = exchange.steps(weights);
      return [start, ...talk(model, weights), ...rest];
    },
  };
}

/** Frames and octets of the flights. */
function airOf({ flights, frame_octets }: Model) {
  const sum = (parity: number): number =>
    flights.reduce((total, octets, i) => total + (i % 2 === parity ? octets + frame_octets : 0), 0);
  return { frames: flights.length, ul_octets: sum(0), dl_octets: sum(1) };
}

function talk({ flights, frame_octets, entropy_octets, work }: Model, weights: Weights): Step[] {
  const steps: Step[] = [{ kind: "entropy", phase: "snonce", octets: entropy_octets }, ran(work[0], weights, "pmk")];
  for (const [i, octets] of flights.entries()) {
    const isUp = i % 2 === 0;
    steps.push({ kind: isUp ? "tx" : "rx", octets: octets + frame_octets });
    if (isUp) steps.push({ kind: "listen", t_s: AMP_SIFS.value * us });
    else steps.push(ran(work[(i + 1) / 2], weights, "ptk"));
  }
  return steps;
}

/**
 * Assumption: what a core takes for its own weights over the Cortex-M4's it takes for these cycles, too: nobody published
 * all of them for another.
 */
function ran(counts: Counts, weights: Weights, phase: "pmk" | "ptk" | "data"): Step {
  const factor = weights.alu / CORTEX_M4.alu;
  return { kind: "cpu", phase, fuel: Math.round(FUEL_PER_CYCLE * cyclesOf(counts) * factor) };
}
