/* The station's module as a target of the fuzzer. */
import { functionNames } from "../../device/rewrite/names.ts";
import { parse } from "../../device/rewrite/parse.ts";
import type { Stream } from "../../sim/streams.ts";
import type { Coverage, Outcome, Target } from "../target.ts";
import { describeSequence } from "./describe.ts";
import { anySequence, changedSequence, smallerSequences } from "./mutate.ts";
import { type Heard, Player } from "./player.ts";
import { SEEDS } from "./seeds.ts";
import { decodeSequence, encodeSequence, KINDS, PLAIN_KINDS, type Sequence, type Step } from "./step.ts";

/** One input of so many is played twice: the same sequence has to take the same way. */
const TWICE_EVERY = 64;

/** So many edges count as rare; which ones they are is looked at once in so many runs. */
const RAREST = 12;
const RANKED_EVERY = 256;

/** Of so many inputs one is changed with its frames as octets: what an AP made is then changed field by field, and stays. */
const PLAIN_EVERY = 6;

/** A count of hits as one of eight bits: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, more. */
const BUCKET = Uint8Array.from({ length: 256 }, (_, hits) => {
  if (hits <= 3) return hits === 0 ? 0 : 1 << (hits - 1);
  return [8, 16, 32, 128].reduce((bit, from) => (hits >= from ? bit << 1 : bit), 8);
});

export class StationTarget implements Target<Sequence> {
  readonly name = "station";
  readonly costUnit = "instructions";
  readonly #player: Player;
  /** Buckets that each edge was seen in. */
  readonly #seen: Uint8Array;
  readonly #words: Uint32Array;
  readonly #names: readonly string[];
  /** How many inputs have come along each edge, and the shortest of them. */
  readonly #visits: Uint32Array;
  readonly #shortest: (Sequence | undefined)[];
  /** Edges that were reached, the least visited first; made anew now and then. */
  #rarest: number[] = [];
  #runs = 0;

  /**
   * `octets`: a station module; `names` of its functions by index, for the edges that were not reached; `listener` hears
   * of every call.
   * @throws ModuleError or an Error of one sentence when it is none.
   */
  constructor(octets: Uint8Array, names?: readonly string[], listener?: (call: Heard) => void) {
    this.#player = new Player(octets, listener);
    const { hits } = this.#player;
    this.#seen = new Uint8Array(hits.length);
    this.#visits = new Uint32Array(hits.length);
    this.#shortest = Array(hits.length);
    this.#words = new Uint32Array(hits.buffer, hits.byteOffset, hits.length / 4);
    this.#names = names ?? functionNames(parse(octets));
  }

  seeds(): readonly Sequence[] {
    return SEEDS;
  }

  generate(random: Stream): Sequence {
    return anySequence(random);
  }

  mutate(input: Sequence, other: Sequence, random: Stream): Sequence {
    return changedSequence(random.whole(PLAIN_EVERY) === 0 ? this.plain(input) : input, other, random);
  }

  run(input: Sequence): Outcome {
    const { finding, calls, cost } = this.#player.play(input);
    const fresh = this.#merge(input);
    this.#runs++;
    if (fresh > 0 || this.#runs % RANKED_EVERY === 0) this.#rank();
    if (finding === undefined && this.#runs % TWICE_EVERY === 0) {
      const first = this.#player.hits.slice();
      this.#player.play(input);
      if (Buffer.compare(first, this.#player.hits) !== 0) {
        const message = "played twice, the sequence took two different ways";
        return { finding: { rule: "determinism", message }, fresh, calls, cost };
      }
    }
    return { finding, fresh, calls, cost };
  }

  coverage(): Coverage {
    const covered = this.#seen.reduce((sum, buckets) => sum + (buckets === 0 ? 0 : 1), 0);
    return { covered, of: this.#player.edges.length, unit: "edges" };
  }

  rare(random: Stream): Sequence | undefined {
    return this.#shortest[this.#rarest[random.whole(Math.max(this.#rarest.length, 1))]];
  }

  /** Edges that no input has reached, by the function that they are in, the most first. */
  unreached(): { readonly name: string; readonly edges: number }[] {
    const counts = new Map<string, number>();
    for (const [edge, functionIndex] of this.#player.edges.entries()) {
      if (this.#seen[edge] !== 0) continue;
      const name = this.#names[functionIndex];
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, edges]) => ({ name, edges })).sort((a, b) => b.edges - a.edges);
  }

  /** When nothing of a sequence can go any more, its frames become octets, which can go one by one. */
  *smaller(input: Sequence): Iterable<Sequence> {
    yield* smallerSequences(input);
    if (input.some(({ kind }) => KINDS.indexOf(kind) >= PLAIN_KINDS)) yield this.plain(input);
  }

  encode(input: Sequence): Uint8Array {
    return encodeSequence(input);
  }

  decode(octets: Uint8Array): Sequence {
    return decodeSequence(octets);
  }

  describe(input: Sequence): string[] {
    return describeSequence(this.plain(input));
  }

  /** The sequence with every frame as the octets that came to be: what needs no AP to be played. */
  plain(input: Sequence): Sequence {
    const plain: Step[] = [];
    this.#player.play(input, plain);
    return plain;
  }

  /** Buckets that are new. */
  #merge(input: Sequence): number {
    const { hits } = this.#player;
    let fresh = 0;
    for (let word = 0; word < this.#words.length; word++) {
      if (this.#words[word] === 0) continue;
      for (let edge = 4 * word; edge < 4 * word + 4; edge++) {
        if (hits[edge] === 0) continue;
        this.#visits[edge]++;
        if (input.length < (this.#shortest[edge]?.length ?? Number.POSITIVE_INFINITY)) this.#shortest[edge] = input;
        const bucket = BUCKET[hits[edge]];
        if ((bucket & ~this.#seen[edge]) === 0) continue;
        this.#seen[edge] |= bucket;
        fresh++;
      }
    }
    return fresh;
  }

  #rank(): void {
    const reached = [...this.#visits.keys()].filter((edge) => this.#visits[edge] > 0);
    this.#rarest = reached.sort((a, b) => this.#visits[a] - this.#visits[b] || a - b).slice(0, RAREST);
  }
}
