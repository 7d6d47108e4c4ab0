/* Power without end that writes down what was asked of it: the steps of whatever a device does. */
import { FULL } from "../device/meter.ts";
import type { Phase } from "../device/phase.ts";
import type { Power } from "../device/powered.ts";
import type { Step } from "./step.ts";

export class Recorder implements Power {
  #steps: Step[] = [];

  /** The steps since it was last asked. */
  take(): Step[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }

  fuel(): number {
    return FULL;
  }

  ran(fuel: number, phase: Phase): void {
    this.#steps.push({ kind: "cpu", phase, fuel });
  }

  died(): void {
    throw new Error("power without end failed");
  }

  entropy(octets: number, phase: Phase): boolean {
    this.#steps.push({ kind: "entropy", phase, octets });
    return true;
  }

  nvmRead(octets: number): boolean {
    this.#steps.push({ kind: "nvmRead", octets });
    return true;
  }

  nvmWrite(octets: number): number {
    this.#steps.push({ kind: "nvmWrite", octets });
    return octets;
  }
}
