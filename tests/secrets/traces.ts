/** Stories on a traced module: what someone who watches time or memory sees of each call, and where two rounds part. */
import { loadStation } from "../../host/device/load.ts";
import { firstDifference, recorder, tracer } from "../../host/device/trace.ts";
import { withGlobals } from "../support/deviceglobals.ts";
import { Bed, type Story } from "./bed.ts";
import type { Made } from "./hand.ts";
import { type Round, roundOf, type Variant } from "./rounds.ts";

/** The trace of one call, as two hashes in one text. */
interface TracedCall extends Made {
  readonly trace: string;
}

export class Traces {
  readonly #octets: Uint8Array;
  readonly #tracer;
  readonly #module: WebAssembly.Module;
  /** Called with every fresh instance, before its story. */
  readonly #prepare: (exports: WebAssembly.Exports) => void;

  constructor(octets: Uint8Array, prepare: (exports: WebAssembly.Exports) => void = () => undefined) {
    this.#octets = withGlobals(octets);
    this.#tracer = tracer(this.#octets);
    this.#module = new WebAssembly.Module(this.#tracer.wasm);
    this.#prepare = prepare;
  }

  /** Every call of one round of the story, in order. */
  of(story: Story, variant: Variant, seed: number): TracedCall[] {
    const round = roundOf(variant, seed);
    const { exports } = loadStation(this.#module, round.host, { extraExports: true });
    this.#prepare(exports);
    const calls: TracedCall[] = [];
    const before = (): void => this.#tracer.reset(exports);
    const after = (made: Made): void => {
      const { path, addresses } = this.#tracer.read(exports);
      calls.push({ ...made, trace: `path ${path.toString(16)}, addresses ${addresses.toString(16)}` });
    };
    story(new Bed({ exports, variant, round, listener: { before, after } }));
    return calls;
  }

  /** The first of these seeds whose traces are not those of the first one, as a sentence; undefined: all are equal. */
  leak(story: Story, variant: Variant, seeds: readonly number[]): string | undefined {
    const [first, ...others] = seeds;
    const expected = this.of(story, variant, first);
    for (const seed of others) {
      for (const [i, { trace, name, state }] of this.of(story, variant, seed).entries()) {
        if (trace === expected[i].trace) continue;
        return `call ${i}, ${name} in state ${state}, seed ${seed}: ${this.#difference(story, variant, [first, seed])}`;
      }
    }
    return undefined;
  }

  /** One sentence on where the first call whose traces differ goes two ways. */
  #difference(story: Story, variant: Variant, seeds: readonly [number, number]): string | undefined {
    const recording = recorder(this.#octets);
    const options = { extraExports: true, extraImports: recording.imports };
    const events = seeds
      .map((seed): Round => roundOf(variant, seed))
      .map((round) => {
        const { exports } = loadStation(recording.wasm, round.host, options);
        this.#prepare(exports);
        recording.take();
        story(new Bed({ exports, variant, round, listener: { after: () => undefined } }));
        return recording.take();
      });
    return firstDifference(events[0], events[1]);
  }
}
