/*
 * What the page and its worker say to each other. The page draws and listens; whatever knows of scenarios, stations and
 * frames is the worker's. A message that comes again and again is bounded: BOUNDS says by what.
 */
import type { Phase } from "../device/phase.ts";
import type { explanationJson } from "../wire/explain/json.ts";

/** The most of each that one picture of a run holds, however long the run. */
export const BOUNDS = { pixels: 1600, pieces: 600, spans: 300, frames: 600, rows: 60, lines: 21 } as const;

/** What the page brings with it. */
export interface PlayMaterials {
  readonly version: string;
  /** By target: a module in base64, and its functions' names. */
  readonly modules: Readonly<Record<string, { readonly wasm: string; readonly names?: readonly string[] }>>;
  /** Built-in scenarios by name, YAML. */
  readonly scenarios: Readonly<Record<string, string>>;
}

/** The form as it is filled in: texts by the field's path, and other keys as lines of key=value. */
export interface Filled {
  readonly texts: Readonly<Record<string, string>>;
  readonly more: string;
}

/** Sentences by the path of the field that they belong to; `more`, `trace` and "" (the whole) are places too. */
export type Sentences = Readonly<Record<string, string>>;

export type Stride = "instruction" | "back" | "function" | "phase" | "call" | "frame" | "exchange";

/** Which part of a run the page shows. */
export interface View {
  /** The last so many seconds, up to now; or what is between two instants. */
  readonly span_s: number;
  readonly to_s: number | "now";
  readonly pixels: number;
  readonly station: number;
  /** What is listed. */
  readonly listed: Listed;
}

/** All, frames alone, or power-ups and deaths alone. */
export type Listed = "all" | "frames" | "lives";

export type Item =
  | { readonly kind: "frame"; readonly n: number; readonly heard?: boolean }
  | { readonly kind: "death"; readonly n: number };

export type Request =
  | { readonly kind: "open"; readonly materials: PlayMaterials; readonly fragment: string }
  | { readonly kind: "preset"; readonly name: string }
  | { readonly kind: "link"; readonly fragment: string }
  | { readonly kind: "filled"; readonly filled: Filled; readonly turn: number }
  | { readonly kind: "trace"; readonly name: string; readonly octets: Uint8Array }
  | { readonly kind: "begin" }
  | { readonly kind: "play"; readonly speed: number }
  | { readonly kind: "pause" }
  | { readonly kind: "step"; readonly stride: Stride; readonly station: number }
  | { readonly kind: "look"; readonly view: View }
  | { readonly kind: "inspect"; readonly item: Item }
  | { readonly kind: "magnify"; readonly death: number }
  | { readonly kind: "result" };

export interface Choice {
  readonly name: string;
  readonly summary: string;
}

export interface Opened {
  readonly kind: "opened";
  readonly version: string;
  readonly presets: readonly Choice[];
  /** By path. */
  readonly choices: Readonly<Record<string, readonly Choice[]>>;
}

/** The form is to show this. */
export interface Form {
  readonly kind: "form";
  readonly filled: Filled;
  /** The built-in scenario that it is; undefined: it is another. */
  readonly preset?: string;
  /** Why what the page was opened with is not there; the form has the default. */
  readonly refusal?: string;
}

/** What a filled form comes to. */
export interface Judged {
  readonly kind: "judged";
  readonly turn: number;
  readonly sentences: Sentences;
  /** Of a form without a mistake: the fragment of its address. */
  readonly fragment?: string;
  /** Of the trace that is there. */
  readonly trace?: { readonly name: string; readonly told: string };
  /** What the numbers of the parts come to where the form has none: placeholders, by path. */
  readonly usual: Readonly<Record<string, string>>;
}

/** A run stands at its beginning. */
export interface Begun {
  readonly kind: "begun";
  readonly name: string;
  readonly duration_s: number;
  /** Those that can be looked at, by number. */
  readonly stations: readonly number[];
  readonly thresholds: readonly (readonly [name: string, v_V: number])[];
}

export type RunState = "none" | "paused" | "running" | "stepping" | "ended";

export type Fate = "received" | "changed" | "lost" | "cut" | "collided" | "flying" | "";

export interface FrameMark {
  readonly n: number;
  readonly from_s: number;
  readonly end_s: number;
  readonly direction: "up" | "down";
  /** M1, M2, M3, Data, Ack or ?. */
  readonly title: string;
  /** "AP", "station 3", "a stranger". */
  readonly from: string;
  readonly isOwn: boolean;
  readonly octets: number;
  readonly fate: Fate;
}

export interface DeathMark {
  /** That of its life. */
  readonly n: number;
  readonly t_s: number;
  readonly life: number;
  readonly phase: Phase;
}

export type Row =
  | ({ readonly kind: "frame" } & FrameMark)
  | ({ readonly kind: "death" } & DeathMark)
  | { readonly kind: "up"; readonly t_s: number; readonly life: number };

/** One secret, nonce or record, and where it is. */
export interface KeyRow {
  readonly name: string;
  readonly where: "RAM" | "NVM";
  readonly state: "there" | "not yet" | "wiped" | "lost" | "empty";
  /** Half a sentence. */
  readonly told: string;
  /** Of a simulation's secret there is no harm in showing some. */
  readonly octets?: string;
}

export interface StripLine {
  readonly n: number;
  readonly function: string;
  readonly at: number;
  readonly text: string;
  readonly cycles: number;
  readonly phase: Phase;
}

/** A call instruction by instruction. */
export interface StripView {
  readonly call: string;
  readonly at: number;
  readonly count: number;
  readonly lines: readonly StripLine[];
  /** Since the call began. */
  readonly cycles: number;
  readonly e_J: number;
  /** Octets of RAM that the last instruction changed. */
  readonly wrote: string;
  /** Power failed at its last instruction. */
  readonly diesHere: boolean;
  /** ... while the host was at work for it. */
  readonly diesInImport: boolean;
}

export interface Figures {
  readonly t_s: number;
  readonly v_V: number;
  readonly e_J: number;
  readonly isUp: boolean;
  readonly state: string;
  readonly phase: Phase | "off";
  readonly lives: number;
  readonly deaths: number;
  readonly heard: number;
  readonly sent: number;
  readonly confirmed: number;
  readonly taken: number;
  readonly spent_J: number;
  readonly frames: number;
  readonly violations: number;
}

/** One picture of the run, as of now. */
export interface Seen {
  readonly kind: "seen";
  readonly state: RunState;
  readonly now_s: number;
  readonly from_s: number;
  readonly to_s: number;
  /** Least and greatest voltage of each pixel; NaN where nothing is known yet. */
  readonly least_V: Float32Array;
  readonly most_V: Float32Array;
  /** Phases as [number in PHASES, from_s, to_s, ...]; undefined: too many to be seen. */
  readonly pieces?: Float64Array;
  /** Lives as [up_s, down_s, ...]. */
  readonly lives: Float64Array;
  readonly deaths: readonly DeathMark[];
  /** Where many lie close together, one of them. */
  readonly frames: readonly FrameMark[];
  readonly rows: readonly Row[];
  readonly figures: Figures;
  readonly keys: readonly KeyRow[];
  readonly strip?: StripView;
}

export interface InspectedFrame {
  readonly kind: "inspected";
  readonly item: Item;
  readonly mark: FrameMark;
  readonly explained: ReturnType<typeof explanationJson>;
  /** What became of it, one sentence for each receiver that is told. */
  readonly fates: readonly string[];
  /** The station that is looked at heard other octets. */
  readonly hasOther: boolean;
}

export interface InspectedDeath {
  readonly kind: "died";
  readonly item: Item;
  readonly mark: DeathMark;
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly phaseSays: string;
  readonly nvm: readonly KeyRow[];
  readonly canMagnify: boolean;
}

export interface Told {
  readonly kind: "told";
  /** For the reader: what could not be done, and why. */
  readonly sentence: string;
  /** The form has the mistake; the address was no scenario and is to be put back; the trace is another. */
  readonly of?: "form" | "address" | "trace";
}

export interface Ended {
  readonly kind: "result";
  readonly json: string;
}

export type Answer = Opened | Form | Judged | Begun | Seen | InspectedFrame | InspectedDeath | Told | Ended;
