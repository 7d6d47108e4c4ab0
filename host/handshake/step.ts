/*
 * A handshake as a station lives it: a list of steps, each a draw of power for some time. Made once by running the module;
 * then played on any microcontroller, radio and capacitor.
 */
import { dlAirtime_us, ulAirtime_us } from "../channel/airtime.ts";
import type { Phase } from "../device/phase.ts";
import type { Supply } from "../sim/supply.ts";

const us = 1e-6;

export type Step =
  /** From power-on to the first instruction. */
  | { readonly kind: "start" }
  /** The CPU runs, fuel in the unit of the weights that it was counted with. */
  | { readonly kind: "cpu"; readonly phase: Phase; readonly fuel: number }
  | { readonly kind: "entropy"; readonly phase: Phase; readonly octets: number }
  | { readonly kind: "nvmRead"; readonly octets: number }
  | { readonly kind: "nvmWrite"; readonly octets: number }
  /** A downlink frame is received, an uplink frame sent. */
  | { readonly kind: "rx"; readonly octets: number }
  | { readonly kind: "tx"; readonly octets: number }
  /** The receiver is on and nothing comes; the receiver is off. */
  | { readonly kind: "listen"; readonly t_s: number }
  | { readonly kind: "sleep"; readonly t_s: number };

/** The air that frames go over. */
export interface Air {
  readonly dlRate_kbps: number;
  readonly ulRate_kbps: number;
  readonly padding_us: number;
}

/** How long a frame is on the air, s. */
export function airtime_s(
  step: Extract<Step, { kind: "rx" | "tx" }>,
  { dlRate_kbps, ulRate_kbps, padding_us }: Air,
): number {
  return step.kind === "rx"
    ? dlAirtime_us(step.octets, dlRate_kbps, padding_us) * us
    : ulAirtime_us(step.octets, ulRate_kbps) * us;
}

/** Lives through the steps; false: power failed before their end. */
export function played(steps: readonly Step[], supply: Supply, air: Air): boolean {
  return steps.every((step) => plays(step, supply, air));
}

function plays(step: Step, supply: Supply, air: Air): boolean {
  const { loads } = supply;
  switch (step.kind) {
    case "start":
      return supply.boot();
    case "cpu":
      return supply.runs(step.fuel, step.phase);
    case "entropy":
      return supply.entropy(step.octets, step.phase);
    case "nvmRead":
      return supply.nvmRead(step.octets);
    case "nvmWrite":
      return supply.nvmWrite(step.octets) === step.octets;
    case "rx":
    case "tx":
      return supply.draw(loads[step.kind], supply.t_s + airtime_s(step, air), step.kind);
    case "listen":
    case "sleep":
      return supply.draw(loads[step.kind], supply.t_s + step.t_s, step.kind);
  }
}
