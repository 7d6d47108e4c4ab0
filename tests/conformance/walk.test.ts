/** Seeded random walks: what the twin answered and wrote is what both builds answer and write, octet for octet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEVICES, scripted } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { STATUS_NAMES } from "../twin/status.ts";
import { replay, type Step } from "../vectors/script.ts";
import { Walk } from "./walk.ts";

const WALKS = repeated(600);
const STEPS = 30;

/** No walk is long enough for it: refused.json has the scripts that use up a counter. */
const OUT_OF_REACH = ["PN exhausted"];

/** What the walks came by: statuses, states and the writes of the record's parts, with how often. */
function count(met: Map<string, number>, step: Step): void {
  const found = [step.statusName ?? "ok", `state ${step.state}`, ...(step.nvmWrites ?? []).map(writeName)];
  if (step.reply !== undefined) found.push(`${step.call} replied ${step.reply.slice(0, 2)}`);
  for (const name of found) met.set(name, (met.get(name) ?? 0) + 1);
}

function writeName({ offset }: { readonly offset: number }): string {
  return offset < 32 ? "writes a cell" : offset < 176 ? "writes a slot" : "writes the cache";
}

test(`AMP-R1 to AMP-R7: ${WALKS} walks of ${STEPS} calls, the twin's answers from both builds`, () => {
  const met = new Map<string, number>();
  for (let seed = 1; seed <= WALKS; seed++) {
    const script = new Walk(seed).script(STEPS);
    for (const { name, module } of DEVICES) {
      try {
        replay(script, (host) => scripted(module, host));
      } catch (error) {
        throw new Error(`new Walk(${seed}).script(${STEPS}) on ${name}`, { cause: error });
      }
    }
    for (const step of script.steps) count(met, step);
  }
  const wanted = STATUS_NAMES.filter((name) => !OUT_OF_REACH.includes(name)) as string[];
  wanted.push("state 0", "state 1", "state 2", "state 3", "writes a cell", "writes a slot", "writes the cache");
  wanted.push("receive replied 19", "receive replied 1b", "send replied 1b");
  for (const name of wanted) assert.ok((met.get(name) ?? 0) >= WALKS / 200, `the walks hardly met: ${name}`);
});
