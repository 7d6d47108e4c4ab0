/*
 * A target whose inputs are octets or a text. What it reached is told by kinds of outcome: which check refused, which
 * sentence was said. There are no counters in the host's own code.
 */
import type { Stream } from "../sim/streams.ts";
import { toHex } from "../wire/octets.ts";
import { changedOctets, type OctetRules, smallerOctets } from "./octets.ts";
import type { Coverage, Finding, Outcome, Target } from "./target.ts";

/** What became of one input. */
export interface Probe {
  readonly finding?: Finding;
  /** In a few words: inputs of a new kind are kept. Numbers in it are left out, so that there are not too many kinds. */
  readonly kind: string;
  readonly calls?: number;
}

export interface OctetTargetOptions extends OctetRules {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Inputs are texts: they are shown as such. */
  readonly isText: boolean;
  /** Never throws for what the octets are. */
  readonly probe: (octets: Uint8Array) => Probe | Promise<Probe>;
  /** A change that knows the fields, in place of the blind one half of the time. */
  readonly change?: (octets: Uint8Array, random: Stream) => Uint8Array;
}

const SPACE = 0x20;
const SHOWN_MAX = 2000;

export class OctetTarget implements Target<Uint8Array> {
  readonly name: string;
  readonly #options: OctetTargetOptions;
  readonly #kinds = new Set<string>();

  constructor(options: OctetTargetOptions) {
    this.name = options.name;
    this.#options = options;
  }

  seeds(): readonly Uint8Array[] {
    return this.#options.seeds;
  }

  generate(random: Stream): Uint8Array {
    return random.fill(new Uint8Array(random.whole(Math.min(this.#options.max, 96) + 1)));
  }

  mutate(input: Uint8Array, other: Uint8Array, random: Stream): Uint8Array {
    const { change } = this.#options;
    if (change && random.whole(2) === 0) return change(input, random);
    return changedOctets(input, other, random, this.#options);
  }

  run(input: Uint8Array): Outcome | Promise<Outcome> {
    const probed = this.#options.probe(input);
    return probed instanceof Promise ? probed.then((probe) => this.#outcome(probe)) : this.#outcome(probed);
  }

  coverage(): Coverage {
    return { covered: this.#kinds.size, unit: "kinds of outcome" };
  }

  smaller(input: Uint8Array): Iterable<Uint8Array> {
    return smallerOctets(input, this.#options.isText ? SPACE : 0);
  }

  encode(input: Uint8Array): Uint8Array {
    return input;
  }

  decode(octets: Uint8Array): Uint8Array {
    return octets.slice(0, this.#options.max);
  }

  describe(input: Uint8Array): string[] {
    if (!this.#options.isText) return [toHex(input)];
    return new TextDecoder()
      .decode(input)
      .slice(0, SHOWN_MAX)
      .split("\n")
      .map((line) => JSON.stringify(line));
  }

  #outcome({ finding, kind, calls = 1 }: Probe): Outcome {
    const known = this.#kinds.size;
    this.#kinds.add(kind.replace(/[0-9.]+/g, "#").slice(0, 200));
    return { finding, fresh: this.#kinds.size - known, calls, cost: 0 };
  }
}

/** The octets of each text. */
export function octetsOfTexts(texts: readonly string[]): Uint8Array[] {
  const encoder = new TextEncoder();
  return texts.map((text) => encoder.encode(text));
}
