/*
 * What a run says: one plain document, the same octets for the same scenario, module and seed on every machine. It holds
 * no path and no time of day.
 */
import type { Phase } from "../device/phase.ts";
import type { Cause } from "../energy/store.ts";
import type { Verdict } from "../observer/rules.ts";
import type { Need } from "./needs.ts";
import type { Timeline } from "./record/timeline.ts";
import type { Scenario } from "./scenario/schema.ts";
import type { Counts } from "./tally.ts";
import type { Energy, Mover } from "./tolerance.ts";

/** What a run comes to: what `ampcore run --json` prints. */
export interface Result {
  /** The version of ampcore. */
  readonly ampcore: string;
  /** Broken rules, in sum: 0, or the exit code is 1. */
  readonly violations: number;
  /** Readings that access points took. */
  readonly readings: number;
  /** Power-ups of all stations. */
  readonly lives: number;
  /** SHA-256, hex. */
  readonly hashes: {
    readonly scenario: string;
    readonly module: string;
    readonly profiles: string;
    readonly trace: string | null;
    /** Of that trace as it was used, times and powers: with its gaps filled, its load, its cell. */
    readonly power: string | null;
  };
  /** Every number of the four profiles and of a modelled harvest, with unit, source and status. */
  readonly profiles: Readonly<Record<string, unknown>>;
  /** With all defaults; of a path only the file's name; converter and supervisor only where there is one. */
  readonly scenario: Omit<Scenario, "converter" | "supervisor"> & Partial<Pick<Scenario, "converter" | "supervisor">>;
  /** What a reader must know before he quotes a figure. */
  readonly warnings: readonly string[];

  readonly invariants: readonly Verdict[];
  readonly exchanges: Exchanges;
  readonly deaths: Deaths;
  readonly energy: EnergyAccount;
  readonly refusals: { readonly stations: Counts; readonly accessPoints: Counts };
  /** Frames by direction and fate. */
  readonly air: { readonly down: Counts; readonly up: Counts };
  readonly needs: readonly Need[];
  readonly stations: readonly StationRow[];
  /** What it looked like over time; null of a run that was not recorded. */
  readonly timeline: Timeline | null;
}

/** Triggers, answers and receipts of a run. */
export interface Exchanges {
  readonly triggers: number;
  /** Triggers of the AP heard by a station that they were for. */
  readonly m1Heard: number;
  /** Triggers of strangers that were heard, and those that found no room between the AP's. */
  readonly m1Strange: number;
  readonly strangersShutOut: number;
  /** Answered with silence: the draw, or the time that computing takes, left no slot. */
  readonly m1Silent: number;
  readonly m2Sent: number;
  readonly m2Late: number;
  readonly taken: number;
  /** M3 verified. */
  readonly confirmed: number;
  readonly perSecond: number;
  readonly dataFrames: number;
  readonly commandsAnswered: number;
  readonly updatesProven: number;
  /** Lives that heard a trigger from one confirmed reading of a station to its next: how often 1, 2, 3 ... */
  readonly livesPerReading: Counts;
  readonly meanLivesPerReading: number | null;
  readonly meanWait_s: number | null;
  readonly longestWait_s: number;
}

/** Where and why power failed. */
export interface Deaths {
  readonly total: number;
  readonly byPhase: Counts<Phase>;
  /** Only with a supervisor that looks now and then: the MCU's own brown-out, or a look that found too little. */
  readonly byCause?: Counts<Cause>;
  /** Of those in a call of the module: how many different instants. */
  readonly instants: number;
}

/** Joules by what they went to, and what harvest gave. */
export interface EnergyAccount {
  readonly byPhase: readonly ({ readonly phase: Phase; readonly share: number } & Energy)[];
  /** What the CPU spent, the largest first; null of a run that was not asked to tell. */
  readonly byFunction: readonly FunctionEnergy[] | null;
  readonly total: Energy;
  /** Spent by stations in sum, over readings confirmed; null without any. */
  readonly perReading: Energy | null;
  /** Spent from a trigger heard until its slots were over, or power failed, without a verified M3: it led to nothing. */
  readonly wasted: { readonly e_J: number; readonly share: number };
  /** The number that, by its band, moves the total most. */
  readonly mover: Mover | null;
  readonly harvest: {
    readonly harvested_J: number;
    readonly stored_J: number;
    readonly spent_J: number;
    readonly leaked_J: number;
    readonly clipped_J: number;
    /** Of the worst station: |harvested - (stored + spent + leaked + clipped)| over the greatest of them. */
    readonly imbalance: number;
  };
  /** Of a station, W. */
  readonly meanHarvest_W: number;
  /** Part of the time that stations were on. */
  readonly availability: number;
  /** Part of the energy spent between a trigger heard and its verified M3; boot and listening are neither this nor waste. */
  readonly forwardProgress: number;
}

/** One function of the module without its callees; or what power failures cut off, which is of none. */
export interface FunctionEnergy {
  readonly function: string;
  readonly cycles: number;
  readonly e_J: number;
  /** Of the energy of the CPU. */
  readonly share: number;
}

/** One station of a run. */
export interface StationRow {
  readonly station: number;
  readonly spa: string;
  readonly channel: number;
  readonly lives: number;
  readonly m1Heard: number;
  readonly m2Sent: number;
  readonly taken: number;
  readonly confirmed: number;
  readonly up_s: number;
  readonly spent_J: number;
  readonly harvested_J: number;
  readonly v_V: number;
}
