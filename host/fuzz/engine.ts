/*
 * The loop: take an input of the corpus, change it, run it, keep it if it reached something new. The same seed and the
 * same number of runs give the same corpus, findings and figures, on any machine: no clock decides anything here.
 */
import type { Stream } from "../sim/streams.ts";
import type { Attacker } from "./attacker.ts";
import type { Finding, Target } from "./target.ts";

/** Of how many new inputs one is drawn out of nothing, and of how many one comes from the plugged-in attacker. */
const GENERATED_EVERY = 12;
const ATTACKER_EVERY = 2;
/** Of so many inputs one is changed from one that reaches what few do. */
const RARE_EVERY = 2;
/** Half of the time one of so many that were kept last is changed: what is new has been changed least. */
const RECENT = 24;
/** At most so many findings of one rule are kept: the first says as much as the thousandth. */
const FINDINGS_PER_RULE = 3;

export interface Found<Input> {
  readonly finding: Finding;
  readonly input: Input;
  /** It was that execution, counted from 1. */
  readonly execution: number;
}

export interface Costliest<Input> {
  readonly cost: number;
  readonly input: Input;
}

export class Fuzzer<Input> {
  /** Inputs that reached something new, in the order in which they did. */
  readonly corpus: Input[] = [];
  readonly found: Found<Input>[] = [];
  /** Inputs run, and calls into what is tested. */
  executions = 0;
  calls = 0;
  costliest: Costliest<Input> | undefined;
  readonly #target: Target<Input>;
  readonly #random: Stream;
  readonly #attacker: Attacker<Input> | undefined;
  /** Inputs that are run before any is drawn. */
  readonly #waiting: Input[];

  /** `corpus`: inputs of an earlier run. */
  constructor(target: Target<Input>, random: Stream, corpus: readonly Input[] = [], attacker?: Attacker<Input>) {
    this.#target = target;
    this.#random = random;
    this.#attacker = attacker;
    this.#waiting = [...target.seeds(), ...corpus].reverse();
  }

  /** One execution. */
  async step(): Promise<void> {
    const input = this.#waiting.pop() ?? this.#next();
    const running = this.#target.run(input);
    // Awaiting what is there already would cost more than many a run.
    const { finding, fresh, calls, cost } = running instanceof Promise ? await running : running;
    this.executions++;
    this.calls += calls;
    if (cost > (this.costliest?.cost ?? 0)) this.costliest = { cost, input };
    if (finding) this.#keep(finding, input);
    else if (fresh > 0) this.corpus.push(input);
  }

  #next(): Input {
    const { corpus } = this;
    const random = this.#random;
    const given =
      this.#attacker && random.whole(ATTACKER_EVERY) === 0 ? this.#attacker.input(random, corpus) : undefined;
    if (given !== undefined) return given;
    if (corpus.length === 0 || random.whole(GENERATED_EVERY) === 0) return this.#target.generate(random);
    return this.#target.mutate(this.#pick(), corpus[random.whole(corpus.length)], random);
  }

  #pick(): Input {
    const { corpus } = this;
    const rare = this.#random.whole(RARE_EVERY) === 0 ? this.#target.rare?.(this.#random) : undefined;
    if (rare !== undefined) return rare;
    const among = this.#random.whole(2) === 0 ? Math.min(RECENT, corpus.length) : corpus.length;
    return corpus[corpus.length - 1 - this.#random.whole(among)];
  }

  #keep(finding: Finding, input: Input): void {
    const same = this.found.filter((one) => one.finding.rule === finding.rule);
    if (same.length < FINDINGS_PER_RULE) this.found.push({ finding, input, execution: this.executions });
  }
}
