import type { CountingModule } from "../../bench/core/bed.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import type { TwinHost } from "../twin/host.ts";
import type { TwinResult } from "../twin/station.ts";
import type { StationLike } from "../vectors/script.ts";

/** The device behind the calls that the vectors are scripts of; tells what each call cost. */
export class CountingStation implements StationLike {
  readonly #station: Station;
  readonly #gauge: CountingModule["gauge"];
  readonly #see: (name: string, instructions: number) => void;

  constructor(
    { module, gauge }: CountingModule,
    host: TwinHost,
    see: (exportName: string, instructions: number) => void,
  ) {
    const into = (answer: Uint8Array | null, target: Uint8Array): boolean => {
      if (answer) target.set(answer);
      return answer !== null;
    };
    const imports = {
      entropy: (target: Uint8Array) => into(host.entropy(target.length), target),
      nvmRead: (offset: number, target: Uint8Array) => into(host.nvmRead(offset, target.length), target),
      nvmWrite: (offset: number, octets: Uint8Array) => host.nvmWrite(offset, octets.slice()),
    };
    this.#station = loadStation(module, imports, { extraExports: true });
    this.#gauge = gauge;
    this.#see = see;
  }

  boot(): number {
    return this.#count("amp_boot", () => this.#station.boot());
  }

  setPayload(reading: Uint8Array | number, encrypt: number): number {
    const { exports, memory } = this.#station;
    if (typeof reading !== "number") memory.set(reading, exports.amp_payload_buffer());
    const length = typeof reading === "number" ? reading : reading.length;
    return this.#count("amp_set_payload", () => exports.amp_set_payload(length, encrypt));
  }

  receive(frame: Uint8Array): TwinResult {
    const { status, frame: sent = null } = this.#count("amp_receive", () => this.#station.receive(frame));
    return { status: sent?.length ?? status, frame: sent };
  }

  send(): TwinResult {
    const { status, frame = null } = this.#count("amp_send", () => this.#station.send());
    return { status: frame?.length ?? status, frame };
  }

  received(): Uint8Array {
    return this.#count("amp_received", () => this.#station.received());
  }

  triggerData(): Uint8Array {
    return this.#count("amp_trigger_data", () => this.#station.triggerData());
  }

  state(): number {
    return this.#station.state();
  }

  #count<Result>(name: string, call: () => Result): Result {
    this.#gauge.reset(this.#station.exports);
    const result = call();
    this.#see(name, this.#gauge.total(this.#station.exports));
    return result;
  }
}
