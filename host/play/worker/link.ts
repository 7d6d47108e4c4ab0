/*
 * A scenario in an address: what it has otherwise than the default, as --set takes it, and a check value, by which a
 * fragment that was cut off or changed is known.
 *
 *     #seed=5&stations.count=8&trace.sha256=...&check=1a2b3c4d        check: CRC-32 of what stands before its &
 */
import { crc32 } from "../../keys/crc.ts";
import { ScenarioError, withSettings } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { DEFAULT, settingsOf } from "./filled.ts";

/** Beside the scenario's own keys: of the recording that a link cannot carry. */
const TRACE = "trace.sha256";

export interface Linked {
  readonly scenario: Scenario;
  readonly traceHash?: string;
}

/** The fragment, without #; of the default scenario it is empty. */
export function fragmentOf({ scenario, traceHash }: Linked): string {
  const parts = [...settingsOf(scenario)].map(([path, value]) => `${path}=${escaped(JSON.stringify(value))}`);
  if (traceHash !== undefined) parts.push(`${TRACE}=${traceHash}`);
  if (parts.length === 0) return "";
  const text = parts.join("&");
  return `${text}&check=${checkOf(text)}`;
}

/** @throws ScenarioError, one sentence, for what is no link of this page. */
export function linked(fragment: string): Linked {
  if (fragment === "") return { scenario: DEFAULT };
  const match = /^(.*)&check=([0-9a-f]{8})$/s.exec(fragment);
  if (!match) {
    throw new ScenarioError(
      `this address ends in ${shown(fragment)}, which is no scenario of this page, or a part of one: it has no check at its end`,
    );
  }
  const [, text, check] = match;
  if (checkOf(text) !== check) {
    throw new ScenarioError(
      "the scenario in this address was changed or cut off on its way: its check value is another; ask for the link anew",
    );
  }
  const settings = new Map<string, unknown>();
  let traceHash: string | undefined;
  for (const part of text.split("&")) {
    const [path] = part.split("=", 1);
    const value = part.slice(path.length + 1);
    if (path === TRACE) traceHash = hashOf(value);
    else settings.set(path, jsonOf(path, value));
  }
  return { scenario: withSettings(DEFAULT, settings, "the scenario in this address"), traceHash };
}

function hashOf(value: string): string {
  if (/^[0-9a-f]{64}$/.test(value)) return value;
  throw new ScenarioError(
    `the scenario in this address says of ${TRACE} ${shown(value)}, where 64 hexadecimal digits are expected`,
  );
}

function jsonOf(path: string, value: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(value));
  } catch {
    throw new ScenarioError(`the scenario in this address says of ${path} what cannot be read: ${shown(value)}`);
  }
}

/** What stands in a fragment as it is, and what splits ours, is not the same. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":");
}

function checkOf(text: string): string {
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, "0");
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
