/** Texts as traces, for tests. */
import { parseRecording, type TraceOptions } from "../../host/energy/traces/parse.ts";
import { powerOf } from "../../host/energy/traces/power.ts";
import type { Trace } from "../../host/energy/traces/trace.ts";

/** The power of a text's recording, at the most that its source gave. @throws EnergyError as parseRecording does. */
export function parseTrace(text: string, options: TraceOptions): Trace {
  return powerOf(parseRecording(text, options));
}
