/* The RSN station under the meter: what each call asks of its power is written down, import by import. */
import type { StationHost } from "../device/host.ts";
import { FULL, fuelOf, meter } from "../device/meter.ts";
import type { Phase } from "../device/phase.ts";
import type { Weights } from "../device/weights.ts";
import type { RsnAnswer } from "../rsn/peer.ts";
import { loadRsnStation, type RsnStation } from "../rsn/station/load.ts";
import type { Recorder } from "./recorder.ts";

export interface MeteredRsnOptions {
  readonly weights: Weights;
  /** The NVM record; a copy is written to. */
  readonly image: Uint8Array;
  readonly power: Recorder;
  readonly entropy: (into: Uint8Array) => boolean;
}

export class MeteredRsn {
  /** As it stands now. */
  readonly nvm: Uint8Array;
  readonly #station: RsnStation;
  readonly #fuel: WebAssembly.Global;
  readonly #power: Recorder;
  #phase: Phase = "boot";
  /** Fuel that was left when something was last told to the power. */
  #left = FULL;

  constructor(module: Uint8Array, { weights, image, power, entropy }: MeteredRsnOptions) {
    this.nvm = image.slice();
    this.#power = power;
    const host: StationHost = {
      entropy: (into) =>
        this.#imported(
          () => power.entropy(into.length, "snonce"),
          () => entropy(into),
        ),
      nvmRead: (offset, into) =>
        this.#imported(
          () => power.nvmRead(into.length),
          () => into.set(this.nvm.subarray(offset, offset + into.length)),
        ),
      nvmWrite: (offset, octets) =>
        this.#imported(
          () => power.nvmWrite(octets.length),
          () => this.nvm.set(octets, offset),
        ),
    };
    this.#station = loadRsnStation(meter(module, "effect", weights), host, { extraExports: true });
    this.#fuel = fuelOf(this.#station.exports);
  }

  currentState(): number {
    return this.#station.state;
  }

  boot(): void {
    this.#call("boot", () => ({ status: this.#station.boot() }));
  }

  /** The frame to send. */
  start(): Uint8Array {
    return this.#sent(this.#call("frame", () => this.#station.start()));
  }

  /** @throws Error when the station refuses it: everything here is honest. */
  receive(mpdu: Uint8Array, phase: Phase): Uint8Array | undefined {
    return this.#call(phase, () => this.#station.receive(mpdu)).frame;
  }

  send(msdu: Uint8Array): Uint8Array {
    return this.#sent(this.#call("data", () => this.#station.send(msdu)));
  }

  #call(phase: Phase, work: () => RsnAnswer): RsnAnswer {
    this.#phase = phase;
    this.#fuel.value = FULL;
    this.#left = FULL;
    const answer = work();
    this.#settle();
    if (answer.status !== 0) throw new Error(`an honest call of the RSN station was answered with ${answer.status}`);
    return answer;
  }

  #imported(draw: () => unknown, work: () => unknown): boolean {
    this.#settle();
    draw();
    return work() !== false;
  }

  #settle(): void {
    const left: number = this.#fuel.value;
    if (left < this.#left) this.#power.ran(this.#left - left, this.#phase);
    this.#left = left;
  }

  #sent({ frame }: RsnAnswer): Uint8Array {
    if (!frame) throw new Error("the RSN station had nothing to send");
    return frame;
  }
}
