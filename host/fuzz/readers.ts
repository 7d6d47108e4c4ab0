/*
 * The readers of what users write: traces and scenarios. Any text gives either a value or an error of theirs with one
 * line, and in bounded time.
 */

import { EnergyError } from "../energy/error.ts";
import { CELLS } from "../energy/profiles/cells.ts";
import { Cell } from "../energy/pv/cell.ts";
import { parseRecording, type TraceOptions } from "../energy/traces/parse.ts";
import { powerOf } from "../energy/traces/power.ts";
import type { Recording } from "../energy/traces/recording.ts";
import { readScenario, ScenarioError } from "../sim/scenario/read.ts";
import { OctetTarget, octetsOfTexts, type Probe } from "./octettarget.ts";
import type { Finding } from "./target.ts";

const TEXT_MAX_octets = 4096;
/** A text of 4 KiB is read in a few milliseconds; a machine that is busy gets a thousand times that. */
const TIME_MAX_ms = 5000;

type Reader = (text: string) => Finding | undefined;

/** Runs a reader on octets as a text: `mistake` is the class of its own errors. */
export function probeOf(read: Reader, mistake: new (message: string) => Error): (octets: Uint8Array) => Probe {
  const decoder = new TextDecoder();
  return (octets) => {
    const from_ms = performance.now();
    const probe = outcomeOf(() => read(decoder.decode(octets)), mistake);
    return tooSlow(performance.now() - from_ms) ?? probe;
  };
}

/** A finding for what took too long; undefined: it did not. */
export function tooSlow(took_ms: number, most_ms = TIME_MAX_ms): Probe | undefined {
  if (took_ms <= most_ms) return undefined;
  return { kind: "slow", finding: { rule: "time", message: `it took ${Math.round(took_ms)} ms to read` } };
}

/** What became of one reading, whose own errors are of the class `mistake`. */
export function outcomeOf(read: () => Finding | undefined, mistake: new (message: string) => Error): Probe {
  try {
    const finding = read();
    return { kind: "read", finding };
  } catch (error) {
    if (!(error instanceof mistake)) {
      const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return { kind: "thrown", finding: { rule: "exception", message: `it threw ${thrown.split("\n")[0]}` } };
    }
    const { message } = error;
    const isOneLine = message.length > 0 && !/[\n\r]/.test(message);
    // What a user wrote stands in quotes or behind "is": kinds are told apart by what is around it.
    const kind = message
      .replace(/no key .*?(;|$)/s, "no key")
      .replace(/the columns .*?, where/s, "the columns")
      .replace(/".*"|'.*'/gs, "...")
      .split(" is ")[0];
    if (isOneLine) return { kind };
    return { kind, finding: { rule: "one line", message: `its message is ${JSON.stringify(message)}` } };
  }
}

const TRACES = [
  "t_s,P_uW\n0,100\n1,250.5\n2,0\n",
  "t_ms,V_mV\n0,500\n10,250\n20,1000\n",
  "P,t\n1e-6,0\n2e-6,0.5\n# remark\n\n3e-6,1\n",
  "0 0.5\n1 0.75\n2 1.0\n3 0.25\n",
  "DATE (MM/DD/YYYY),MST,Global Horizontal [W/m^2]\n1/1/2020,00:00,0\n1/1/2020,00:01,10\n2/29/2020,12:00,1e3\n",
  "t_s,lux\n0,200\n60,0\n120,1e5\n",
  "t_s,V,I_uA\n0,2,100\n1,1.5,50\n2,0,0\n",
  "sec RSSI,mW\n0.00\t0.03\n0.02\t1.25\n0.04\t0.50\n",
  "1\n0,3.5\n0.2,0.3,0.2,0\n0.4,0.1,0.05,-0.001\n0.6,0,0,0\n",
];
const TRACE_WORDS = [
  "t_s",
  "t_us",
  "P_nW",
  "V_uV",
  "lux",
  "I_A",
  "sec RSSI,mW",
  "16",
  ",",
  "\n",
  "1e308",
  "-1",
  "1e-400",
  "NaN",
  "Infinity",
  '"',
  "\uFEFF",
  "#",
];

/** What the light of a trace falls on. */
const CELL = new Cell(CELLS.am1417.points);
/** The same text under each of these: gaps stand or are an error, and light has a cell or none. */
const TRACE_OPTIONS: readonly TraceOptions[] = [
  { gaps: "hold", load_Ohm: 30_000, cell: CELL },
  { gaps: "zero", load_Ohm: 30_000, cell: CELL, light: 0.1 },
];

/** Text -> a recording. */
export function tracesTarget(): OctetTarget {
  const read: Reader = (text) => {
    const findings = TRACE_OPTIONS.map((options) => oddity(parseRecording(text, options)));
    return findings.find((finding) => finding !== undefined);
  };
  return new OctetTarget({
    name: "traces",
    seeds: octetsOfTexts(TRACES),
    words: octetsOfTexts(TRACE_WORDS),
    max: TEXT_MAX_octets,
    isText: true,
    probe: probeOf(read, EnergyError),
  });
}

/** What a recording must not be. */
export function oddity(recording: Recording): Finding | undefined {
  const wrong = (what: string): Finding => ({ rule: "value", message: `it read a recording with ${what}` });
  const { times_s, end_s } = recording;
  const isNumber = (value: number): boolean => Number.isFinite(value) && value >= 0;
  const { power_W } = powerOf(recording);
  if (times_s.length === 0 || times_s.length !== power_W.length)
    return wrong("no samples, or not one power for each time");
  if (!times_s.every((t, i) => Number.isFinite(t) && (i === 0 ? t === 0 : t > times_s[i - 1])))
    return wrong("times that do not ascend from 0");
  if (!power_W.every(isNumber)) return wrong("a power that is none");
  if (!(end_s >= times_s[times_s.length - 1] && Number.isFinite(end_s))) return wrong("an end before its last sample");
  if (recording.kind === "power") return undefined;
  const { kind, v_V, i_A } = recording;
  if (!v_V.every(isNumber) || !i_A.every(isNumber)) return wrong("a voltage or a current that is none");
  const currents = kind === "curves" ? times_s.length * v_V.length : times_s.length;
  if (i_A.length !== currents) return wrong("not one current for each voltage");
  if (kind === "points") return v_V.length === times_s.length ? undefined : wrong("not one voltage for each time");
  return v_V.length >= 2 && v_V.every((v, k) => k === 0 || v > v_V[k - 1])
    ? undefined
    : wrong("voltages that do not ascend");
}

const SCENARIO_WORDS = [
  ...["stations:", "count:", "harvest:", "kind:", "ap:", "slots:", "channel:", "seed:", "duration_s:", "!!int", "null"],
  ...[
    "true",
    "-1",
    "1e999",
    ".inf",
    ".nan",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: *a",
    "\n",
    "  ",
    "- ",
    "|",
    ">",
    "? ",
    "__proto__:",
  ],
];

/** YAML -> a scenario. `texts`: scenarios to start from. */
export function scenarioTarget(texts: readonly string[]): OctetTarget {
  const read: Reader = (text) => {
    readScenario(text, "the scenario");
    return undefined;
  };
  return new OctetTarget({
    name: "scenario",
    seeds: octetsOfTexts(texts),
    words: octetsOfTexts(SCENARIO_WORDS),
    max: TEXT_MAX_octets,
    isText: true,
    probe: probeOf(read, ScenarioError),
  });
}
