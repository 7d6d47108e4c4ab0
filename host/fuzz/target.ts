/*
 * What can be fuzzed: something that makes inputs, changes them, runs them and says what became of each. The loop, the
 * corpus and the minimiser (engine.ts, minimise.ts) know no more of it than this.
 */
import type { Stream } from "../sim/streams.ts";

/** A property that an input broke. Two findings are the same one when their rules are equal. */
export interface Finding {
  /** "trap", "unchanged on refusal", ...: one of the target's own list. */
  readonly rule: string;
  /** One line: what happened, where. */
  readonly message: string;
}

/** What became of one input. */
export interface Outcome {
  readonly finding?: Finding;
  /** Features (edges with their hit counts, kinds of answers) that no input before it had. */
  readonly fresh: number;
  /** Calls into what is tested. */
  readonly calls: number;
  /** Of the costliest call, in the target's unit; 0 when it counts none. */
  readonly cost: number;
}

/** How much of what is tested was reached. */
export interface Coverage {
  readonly covered: number;
  /** All there is; undefined where nobody knows. */
  readonly of?: number;
  /** What is counted: "edges", "kinds of answers". */
  readonly unit: string;
}

export interface Target<Input> {
  readonly name: string;
  /** The unit of Outcome.cost; undefined: it counts none. */
  readonly costUnit?: string;
  /** Inputs to start from, before any is drawn. */
  seeds(): readonly Input[];
  /** A new input out of nothing. */
  generate(random: Stream): Input;
  /** A changed copy; `other` is another input of the corpus, to take parts from. */
  mutate(input: Input, other: Input, random: Stream): Input;
  /** Never throws for what the input is. */
  run(input: Input): Outcome | Promise<Outcome>;
  coverage(): Coverage;
  /** A short input that reaches what few inputs have reached; undefined: nobody counts. */
  rare?(random: Stream): Input | undefined;
  /** Smaller inputs that are almost this one, the smallest first. */
  smaller(input: Input): Iterable<Input>;
  /** The inverse of each other; decode takes any octets, and what is left over says nothing. */
  encode(input: Input): Uint8Array;
  decode(octets: Uint8Array): Input;
  /** For a person: one line a step. */
  describe(input: Input): string[];
}
