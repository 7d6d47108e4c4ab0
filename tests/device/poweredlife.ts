/*
 * One life of a station, from power-on to Data, as the tests of silicon.ts and runner.ts play it: the frames are fixed,
 * so that a station on shared silicon and one with an instance of its own can be compared octet for octet.
 */
import type { Answer } from "../../host/device/load.ts";
import { FULL } from "../../host/device/meter.ts";
import { Nvm } from "../../host/device/nvm.ts";
import type { Phase } from "../../host/device/phase.ts";
import type { Power } from "../../host/device/powered.ts";
import { ONE_EACH, type Weights } from "../../host/device/weights.ts";
import { dlData } from "../support/deviceframes.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { entropyOf, PROVISIONED, READING } from "../vectors/world.ts";

/** Not one each: a mix-up of classes or units shows. */
export const WEIGHTS: Weights = { ...ONE_EACH, load: 3, store: 2, branch: 4, call: 5, alu: 2, const: 1, local: 1 };

/** The noise of every power cycle; the boot counter keeps SNonces apart. */
export const NOISE = entropyOf(0);

/** What a life needs of a station; undefined: power failed. */
export interface Living {
  boot(): number | undefined;
  setPayload(reading: Uint8Array, encrypt: boolean): number | undefined;
  receive(frame: Uint8Array): Answer | undefined;
  send(): Answer | undefined;
  received(): Uint8Array | undefined;
}

/** The frames that an AP sends to a station with the record `image` in its next power cycle. */
export interface Downlink {
  readonly image: Uint8Array;
  readonly frames: readonly Uint8Array[];
}

/** M1, M3 with a payload, DL Data, a second M1 and its M3, a frame for nobody. */
export function downlinkFor(module: WebAssembly.Module, image: Uint8Array = PROVISIONED): Downlink {
  const scene = new DeviceScene(module, { image, entropy: () => NOISE });
  scene.boot();
  scene.station.setPayload(READING, true);
  const frames: Uint8Array[] = [];
  const heard = (frame: Uint8Array): Uint8Array => {
    frames.push(frame);
    return frame;
  };
  for (const payload of [READING, undefined]) {
    const taken = scene.taken(scene.answer(heard(scene.m1({ dlData: READING }))));
    scene.takes(heard(taken.confirm(payload).frame));
    scene.takes(heard(dlData(taken.session, { payload: READING })));
  }
  frames.push(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  return { image, frames };
}

/** The calls of the life, one after the other: what each answered, as octets or a status. */
export function* live(station: Living, { frames }: Downlink): Generator<string> {
  const told = (answer: Answer | Uint8Array | number | undefined): string => {
    if (answer === undefined) return "power failed";
    if (typeof answer === "number" || answer instanceof Uint8Array) return String(answer);
    return `${answer.status} ${answer.frame ?? ""}`;
  };
  yield told(station.boot());
  yield told(station.setPayload(READING, true));
  for (const frame of frames) {
    yield told(station.receive(frame));
    yield told(station.received());
    yield told(station.send());
  }
}

/** Power of so much fuel, of which every import takes some; and imports may be made to fail. */
export class Budget implements Power {
  left: number;
  readonly #perImport: number;
  /** Imports that are still carried out; of the one after them, NVM octets that are still written. */
  imports = Number.POSITIVE_INFINITY;
  octets = 0;
  /** Everything told, in order. */
  readonly told: { readonly fuel: number; readonly phase: Phase }[] = [];
  readonly deaths: Phase[] = [];
  onTold: (() => void) | undefined;

  constructor(fuel = FULL, perImport = 0) {
    this.left = fuel;
    this.#perImport = perImport;
  }

  fuel(): number {
    return this.left;
  }

  ran(fuel: number, phase: Phase): void {
    this.left -= fuel;
    this.told.push({ fuel, phase });
    this.onTold?.();
  }

  died(phase: Phase): void {
    this.deaths.push(phase);
  }

  entropy(): boolean {
    return this.#imported();
  }

  nvmRead(): boolean {
    return this.#imported();
  }

  nvmWrite(octets: number): number {
    return this.#imported() ? octets : Math.min(this.octets, octets - 1);
  }

  #imported(): boolean {
    const isPaid = this.left >= this.#perImport;
    this.left = Math.max(0, this.left - this.#perImport);
    return this.imports-- > 0 && isPaid;
  }

  /** Fuel by phase. */
  byPhase(): Partial<Record<Phase, number>> {
    const sums: Partial<Record<Phase, number>> = {};
    for (const { fuel, phase } of this.told) sums[phase] = (sums[phase] ?? 0) + fuel;
    return sums;
  }
}

/** A new record, as the downlink's station has it. */
export const nvmOf = ({ image }: Downlink): Nvm => new Nvm(image);
