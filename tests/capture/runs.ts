/** Captures of runs, made in this process: what of the air differs, in few seconds of virtual time. */

import type { Capture } from "../../host/capture/capture.ts";
import { captureOf } from "../../host/capture/run.ts";
import type { Result } from "../../host/sim/result.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { builtIn, changed, simulated } from "../support/simulated.ts";

export interface CapturedRun {
  readonly file: Uint8Array;
  readonly result: Result;
  readonly frames: number;
  /** Frames that were written when the run ended. */
  readonly written: number;
  readonly round_s: number;
  /** Roots that the key service had when the run began and when it ended, newest last. */
  readonly roots: readonly KnownRoot[];
}

export interface KnownRoot {
  readonly spa: Uint8Array;
  readonly root: Uint8Array;
}

/** By what is special of it. Each is a run that ends within a second of real time. */
export const RUNS: Readonly<Record<string, Scenario>> = {
  "the default scenario": changed({ duration_s: 2 }),
  "the hostile scenario": changed({ duration_s: 4 }, builtIn("hostile")),
  "stations that die while they send": changed({
    duration_s: 4,
    override: { storage: { capacitance_F: 1.5e-6 }, radio: { tx_W: 6e-3 } },
    air: { channels: 2 },
  }),
  "profile wide, in clear, to each, with data": changed({
    duration_s: 2,
    stations: { encrypt: false, data_frames: 2 },
    ap: { profile: "wide", to: "each", trigger_period_s: 0.1, trigger_data_octets: 5, confirm_data_octets: 3 },
  }),
  "profile strong, direct mode, root updates": changed({
    duration_s: 2,
    stations: { reading_octets: 0, data_frames: 1 },
    ap: { profile: "strong", modifier: false, trigger_period_s: 0.1, root_update_every_s: 0.5, repeats: 1, slots: 8 },
  }),
};

/** Each scenario is run once. */
export function capturedRun(scenario: Scenario): CapturedRun {
  const known = captured.get(scenario);
  if (known) return known;
  const pieces: Uint8Array[] = [];
  const captures: Capture[] = [];
  const roots: KnownRoot[] = [];
  const { simulation, result } = simulated(scenario, {
    tap(run) {
      const capture = captureOf(run, "a test", (octets) => pieces.push(octets));
      captures.push(capture);
      return capture;
    },
    prepare({ world }) {
      roots.push(...world.store.load().devices);
    },
  });
  roots.push(...simulation.world.store.load().devices);
  const [capture, ...others] = captures;
  if (others.length > 0) throw new Error(`a run and what its result tries asked for ${captures.length} taps`);
  const written = capture.frames;
  capture.end();
  const file = new Uint8Array(Buffer.concat(pieces));
  const { round_s } = simulation.world.plan;
  const run = { file, result, frames: capture.frames, written, round_s, roots };
  captured.set(scenario, run);
  return run;
}
const captured = new Map<Scenario, CapturedRun>();
