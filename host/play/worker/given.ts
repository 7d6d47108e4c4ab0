/*
 * What a scenario names and does not hold, as far as a page has it: the shipped modules, and the recording that was
 * dropped on it.
 */
import { createPortableCrypto } from "../../crypto/portable.ts";
import { Efficiency } from "../../energy/efficiency.ts";
import { EnergyError } from "../../energy/error.ts";
import { CELLS } from "../../energy/profiles/cells.ts";
import { RECTIFIERS } from "../../energy/profiles/rectifiers.ts";
import { Cell } from "../../energy/pv/cell.ts";
import { formatOf, parseRecording } from "../../energy/traces/parse.ts";
import { powerOf } from "../../energy/traces/power.ts";
import type { Recording } from "../../energy/traces/recording.ts";
import { statisticsOf } from "../../energy/traces/statistics.ts";
import { ScenarioError } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import type { Materials } from "../../sim/world.ts";
import { chosen, si } from "../../text/units.ts";
import { toHex } from "../../wire/octets.ts";
import type { PlayMaterials } from "../protocol.ts";
import type { Given } from "./run.ts";

/** A file that was dropped. */
export interface Dropped {
  readonly name: string;
  readonly octets: Uint8Array;
  readonly hash: string;
}

type Wishes = Scenario["harvest"]["trace"];

const HDF5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46);

export class Stock {
  readonly version: string;
  readonly crypto = createPortableCrypto();
  readonly #modules: ReadonlyMap<string, Materials["module"]>;
  /** The last recording that was read, or why it was none: a large one takes seconds. */
  #read: { readonly of: Dropped; readonly key: string; readonly recording: Recording | EnergyError } | undefined;
  #told: { readonly of: Recording; readonly line: string } | undefined;

  constructor({ version, modules }: PlayMaterials) {
    this.version = version;
    const module = ([name, { wasm, names }]: [string, PlayMaterials["modules"][string]]) =>
      [name, { octets: Uint8Array.from(atob(wasm), (one) => one.charCodeAt(0)), names }] as const;
    this.#modules = new Map(Object.entries(modules).map(module));
  }

  get moduleNames(): readonly string[] {
    return [...this.#modules.keys()];
  }

  hashOf(octets: Uint8Array): string {
    return toHex(this.crypto.sha256(octets));
  }

  /** @throws ScenarioError or EnergyError, one sentence. */
  given(scenario: Scenario, dropped: Dropped | undefined): Given {
    const { stations, harvest, converter } = scenario;
    const module = this.#modules.get(stations.module);
    if (!module) {
      const names = this.moduleNames.join(", ");
      throw new ScenarioError(
        `stations.module is ${stations.module}, where this page has one of ${names}; ampcore run takes any`,
      );
    }
    if (converter !== null && (converter.file !== null || converter.storage !== null)) {
      throw new ScenarioError("converter.file names a file, which a page cannot open: ampcore run takes it");
    }
    const materials = { crypto: this.crypto, module, isRoaming: stations.module === "roaming" };
    const { version } = this;
    if (harvest.source !== "trace") return { materials, version };
    if (!dropped)
      throw new ScenarioError("harvest.source is trace, where a trace file has to be chosen, or dropped on this page");
    const recording = this.recordingOf(dropped, harvest.trace);
    return { materials: { ...materials, recording, trace: powerOf(recording) }, version, traceHash: dropped.hash };
  }

  /** @throws EnergyError, one sentence that begins with the file's name. */
  recordingOf(dropped: Dropped, wishes: Wishes): Recording {
    const { gap, load_Ohm, cell, rectifier } = wishes;
    const key = JSON.stringify([gap, load_Ohm, cell, rectifier]);
    if (Array.isArray(cell))
      throw new ScenarioError("harvest.trace.cell names files, which a page cannot open: ampcore run takes them");
    if (this.#read?.of !== dropped || this.#read.key !== key) {
      this.#read = { of: dropped, key, recording: this.#readAs(dropped, { gap, load_Ohm, cell, rectifier }) };
    }
    const { recording } = this.#read;
    if (recording instanceof EnergyError) throw recording;
    return recording;
  }

  #readAs(
    { name, octets }: Dropped,
    {
      gap,
      load_Ohm,
      cell,
      rectifier,
    }: Pick<Wishes, "gap" | "load_Ohm" | "rectifier"> & {
      readonly cell: keyof typeof CELLS | null;
    },
  ): Recording | EnergyError {
    try {
      if (HDF5.every((octet, i) => octets[i] === octet)) {
        throw new EnergyError("this is HDF5, which this page does not read: ampcore trace convert makes a CSV of it");
      }
      // As host/data/recording.ts reads a text.
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(octets);
      return parseRecording(text, {
        gaps: gap,
        load_Ohm: load_Ohm ?? undefined,
        cell: cell === null ? undefined : new Cell(CELLS[cell].points),
        rectifier: rectifier === null ? undefined : new Efficiency(RECTIFIERS[rectifier].points),
      });
    } catch (error) {
      if (error instanceof EnergyError) return new EnergyError(`${name}: ${error.message}`);
      throw error;
    }
  }

  /** One line on a recording. */
  told(dropped: Dropped, recording: Recording): string {
    if (this.#told?.of !== recording) this.#told = { of: recording, line: this.#tells(dropped, recording) };
    return this.#told.line;
  }

  #tells(dropped: Dropped, recording: Recording): string {
    const { duration_s, mean_W } = statisticsOf(powerOf(recording));
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(dropped.octets.subarray(0, 65_536));
    const entries = chosen(recording.times_s.length);
    return `${formatOf(text)}, ${entries} entries, ${chosen(Number(duration_s.toPrecision(6)))} s, mean ${si(mean_W, "W")}`;
  }
}
