/** Talks on a traced module: what someone who watches time or memory sees of each call, and where two rounds part. */
import { loadStation } from "../../host/device/load.ts";
import { firstDifference, recorder, tracer } from "../../host/device/trace.ts";
import { type Round, roundOf, type Variant } from "./rounds.ts";
import { Talk } from "./talk.ts";

/** The trace of one call, as two hashes in one text. */
interface TracedCall {
  readonly call: string;
  readonly trace: string;
}

export class Traces {
  readonly #octets: Uint8Array;
  readonly #tracer;
  readonly #module: WebAssembly.Module;
  /** Called with every fresh instance, before its talk. */
  readonly #prepare: (exports: WebAssembly.Exports) => void;

  constructor(octets: Uint8Array, prepare: (exports: WebAssembly.Exports) => void = () => undefined) {
    this.#octets = octets;
    this.#tracer = tracer(octets);
    this.#module = new WebAssembly.Module(this.#tracer.wasm);
    this.#prepare = prepare;
  }

  /** Every call of one round, in order. */
  of(variant: Variant, seed: number): TracedCall[] {
    const { secrets, host } = roundOf(variant, seed);
    const { exports } = loadStation(this.#module, host, { extraExports: true });
    this.#prepare(exports);
    const calls: TracedCall[] = [];
    const before = (): void => this.#tracer.reset(exports);
    const after = (call: string): void => {
      const { path, addresses } = this.#tracer.read(exports);
      calls.push({ call, trace: `path ${path.toString(16)}, addresses ${addresses.toString(16)}` });
    };
    new Talk(exports, variant.exchange, secrets, { before, after }).play();
    return calls;
  }

  /** One sentence on where the first call whose traces differ goes two ways. */
  difference(variant: Variant, seeds: readonly [number, number]): string | undefined {
    const recording = recorder(this.#octets);
    const options = { extraExports: true, extraImports: recording.imports };
    const rounds = seeds.map((seed): Round => roundOf(variant, seed));
    const events = rounds.map(({ secrets, host }) => {
      const { exports } = loadStation(recording.wasm, host, options);
      this.#prepare(exports);
      recording.take();
      new Talk(exports, variant.exchange, secrets, { after: () => undefined }).play();
      return recording.take();
    });
    return firstDifference(events[0], events[1]);
  }
}
