/*
 * The worked exchange, on the real module: every answer is compared with the committed one.
 */
import { STATES } from "../../device/abi.ts";
import { meter } from "../../device/meter.ts";
import { Nvm } from "../../device/nvm.ts";
import { encodeRecord } from "../../keys/record.ts";
import type { Example } from "./example.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { Life } from "./life.ts";

/** One call of the station, or what it sent. */
export interface Step {
  readonly call: string;
  /** What it answered, for a reader. */
  readonly answer: string;
  readonly instructions: number;
  readonly nvmWritten: number;
  /** The state after it. */
  readonly state: (typeof STATES)[number];
  /** The frame it was given, and the one it made. */
  readonly received?: Shown;
  readonly sent?: Shown;
  /** Did it answer what is committed? */
  readonly asCommitted: boolean;
}

export interface Shown {
  readonly name: string;
  readonly octets: number;
  readonly fields: readonly Field[];
}

export interface Exchange {
  /** Does provisioning give the committed record? */
  readonly provisionedAsCommitted: boolean;
  readonly steps: readonly Step[];
}

/** A module that can be killed at an instruction, and counts those it executes. */
export function meteredModule(octets: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(meter(octets) as Uint8Array<ArrayBuffer>);
}

/** Provisioned in memory, booted, triggered, confirmed; then it sends a second reading. */
export function runExchange(metered: WebAssembly.Module, example: Example): Exchange {
  const record = encodeRecord({ spa: example.spa, psk: example.psk, counter: 0 });
  const nvm = new Nvm(record);
  const life = new Life(metered, nvm, example.entropy);
  const steps: Step[] = [];

  /** Makes a call; `expected` is the number it must answer, or the frame. */
  const play = (
    call: string,
    make: () => number | Uint8Array,
    expected: number | Uint8Array,
    frames: { received?: Shown; sent?: Shown } = {},
  ): void => {
    const before = nvm.written;
    const { result, instructions } = life.run(make);
    const nvmWritten = nvm.written - before;
    const state = STATES[life.station.state()];
    const answer = typeof result === "number" ? String(result) : `${result.length} octets`;
    steps.push({ call, answer, instructions, nvmWritten, state, ...frames, asCommitted: isEqual(result, expected) });
  };
  const { station } = life;
  const frameOf = ({ status, frame }: { status: number; frame?: Uint8Array }) => frame ?? status;
  const { m1, m2, m3, dataUp, reading, m3Payload, dataPayload, dlData } = example;

  play("amp_boot", () => station.boot(), 0);
  play(`amp_set_payload ${quoted(reading)}, to be encrypted`, () => station.setPayload(reading, true), 0);
  play("amp_receive", () => frameOf(station.receive(m1)), m2, {
    received: shown("M1", m1, dlData),
    sent: shown("M2", m2, reading),
  });
  play("amp_receive", () => frameOf(station.receive(m3)), 0, { received: shown("M3", m3, m3Payload) });
  play("amp_trigger_data", () => station.triggerData(), dlData);
  play("amp_received", () => station.received(), m3Payload);
  play(`amp_set_payload ${quoted(dataPayload)}, to be encrypted`, () => station.setPayload(dataPayload, true), 0);
  play("amp_send", () => frameOf(station.send()), dataUp, { sent: shown("Data", dataUp, dataPayload) });
  return { provisionedAsCommitted: isEqual(record, example.nvm), steps };
}

function shown(name: string, frame: Uint8Array, payload: Uint8Array): Shown {
  return { name, octets: frame.length, fields: fieldsOf(frame, { payload: quoted(payload) }) };
}

function quoted(text: Uint8Array): string {
  return JSON.stringify(new TextDecoder().decode(text));
}

function isEqual(a: number | Uint8Array, b: number | Uint8Array): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return Buffer.compare(a, b) === 0;
}
