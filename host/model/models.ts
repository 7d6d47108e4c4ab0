/**
 * The models of the profile, each small enough that Spin visits every state of it within the bounds stated here. What a
 * model abstracts from, and what it leaves unbounded, stands at the head of its Promela file.
 */

/** Macros of a Promela file: how much of everything there is. */
export type Bounds = Readonly<Record<string, number>>;

export interface Model {
  readonly name: string;
  /** In promela/. */
  readonly file: string;
  readonly shows: string;
  /** safety: assertions, and that no process is stuck. liveness: its ltl formula, under weak fairness. */
  readonly kind: "safety" | "liveness";
  readonly short: Bounds;
  readonly long: Bounds;
  /** In these a planted fault shows. */
  readonly fault: Bounds;
  /** Its bounds leave out a part of the file, which another model of that file reaches. */
  readonly isPartial?: boolean;
}

const PROGRESS = { DEATHS: 1, LOSSES: 1, FORGED: 1, RESTARTS: 1, CRASHES: 1, COPIES: 1, LAST: 1 };
const PROGRESS_FAULT = { ...PROGRESS, FORGED: 0, RESTARTS: 0, CRASHES: 0, COPIES: 0 };

export const MODELS: readonly Model[] = [
  {
    name: "snonce",
    file: "snonce.pml",
    shows: "no SNonce twice, with dead entropy or a dead counter",
    kind: "safety",
    short: { LAST: 7, SNONCES: 2 },
    long: { LAST: 7, SNONCES: 3 },
    fault: { LAST: 7, SNONCES: 2 },
  },
  {
    name: "slots",
    file: "slots.pml",
    shows: "a cut at any octet leaves a root that works",
    kind: "safety",
    short: { GENERATIONS: 4 },
    long: { GENERATIONS: 6 },
    fault: { GENERATIONS: 4 },
  },
  {
    name: "cache",
    file: "cache.pml",
    shows: "the cached PMK is right, proven, and goes with its root",
    kind: "safety",
    short: { GENERATIONS: 2 },
    long: { GENERATIONS: 3 },
    fault: { GENERATIONS: 2 },
  },
  {
    name: "exchange",
    file: "exchange.pml",
    shows: "agreement on (PTK, reading), no (key, PN) twice",
    kind: "safety",
    short: { TRIGGERS: 2, LIVES: 2, RESTARTS: 1, M2S: 2, SNONCES: 2, DATA: 1 },
    long: { TRIGGERS: 2, LIVES: 2, RESTARTS: 1, M2S: 3, SNONCES: 2, DATA: 1 },
    fault: { TRIGGERS: 1, LIVES: 2, RESTARTS: 1, M2S: 2, SNONCES: 2, DATA: 1 },
  },
  {
    name: "lives",
    file: "exchange.pml",
    shows: "the same, over more lives",
    kind: "safety",
    short: { TRIGGERS: 1, LIVES: 3, RESTARTS: 0, M2S: 2, SNONCES: 1, DATA: 1 },
    long: { TRIGGERS: 2, LIVES: 3, RESTARTS: 1, M2S: 3, SNONCES: 1, DATA: 1 },
    fault: { TRIGGERS: 1, LIVES: 2, RESTARTS: 0, M2S: 2, SNONCES: 1, DATA: 1 },
    isPartial: true,
  },
  {
    name: "data",
    file: "exchange.pml",
    shows: "the same, with more Data frames in both directions",
    kind: "safety",
    short: { TRIGGERS: 1, LIVES: 2, RESTARTS: 1, M2S: 1, SNONCES: 1, DATA: 2 },
    long: { TRIGGERS: 2, LIVES: 2, RESTARTS: 1, M2S: 2, SNONCES: 2, DATA: 2 },
    fault: { TRIGGERS: 1, LIVES: 2, RESTARTS: 1, M2S: 1, SNONCES: 1, DATA: 2 },
    isPartial: true,
  },
  {
    name: "update",
    file: "update.pml",
    shows: "no desync, no lock-out, also with a lying AP",
    kind: "safety",
    short: { LAST: 2, COPIES: 1 },
    long: { LAST: 4, COPIES: 2 },
    fault: { LAST: 2, COPIES: 1 },
  },
  {
    name: "deadlock",
    file: "progress.pml",
    shows: "nobody gets stuck",
    kind: "safety",
    short: PROGRESS,
    long: { ...PROGRESS, DEATHS: 2, LOSSES: 2 },
    fault: PROGRESS_FAULT,
  },
  {
    name: "progress",
    file: "progress.pml",
    shows: "readings go on, the update ends, once power lasts",
    kind: "liveness",
    short: { ...PROGRESS, RESTARTS: 0, CRASHES: 0 },
    long: PROGRESS,
    fault: PROGRESS_FAULT,
    isPartial: true,
  },
];
