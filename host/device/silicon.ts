/* An AMP station module for any number of devices, metered, with the phases of an M1 told apart where its names are known. */
import { type InstanceOptions, SharedInstance } from "./instance.ts";
import { loadStation, type Station } from "./load.ts";
import { phaseMarks } from "./triggerphase.ts";

export interface SiliconOptions extends Omit<InstanceOptions, "marks"> {
  /** The names of the module's functions, by index (symbols.ts): what lets an M1 be split into its phases. */
  readonly names?: readonly string[];
}

export class Silicon extends SharedInstance<Station> {
  /** `octets`: a station module. @throws ModuleError or an Error of one sentence when it is none (load.ts, meter.ts). */
  constructor(octets: Uint8Array, { names, ...options }: SiliconOptions = {}) {
    super(octets, loadStation, { ...options, marks: phaseMarks(names) });
  }
}
