/* A sequence for a person: one line a step, frames decoded as far as they can be without keys. */
import { RAM_POLICIES } from "../../device/instance.ts";
import { checkDownlink } from "../../wire/check.ts";
import { toHex } from "../../wire/octets.ts";
import { FAULTS, type Sequence, type Step, signed } from "./step.ts";

/** One line for each step of a plain sequence (StationTarget.plain). */
export function describeSequence(plain: Sequence): string[] {
  return plain.map(lineOf);
}

function lineOf(step: Step): string {
  const { kind, a, b, octets } = step;
  switch (kind) {
    case "boot":
      return "amp_boot()";
    case "payload":
      return `amp_set_payload(${signed(a)}, ${b})  ${toHex(octets)}`;
    case "receive":
      return `amp_receive(${signed(a)})  ${toHex(octets)}  ${frameWords(octets)}`;
    case "send":
      return "amp_send()";
    case "received":
      return "amp_received()";
    case "triggerData":
      return "amp_trigger_data()";
    case "power":
      return `power fails and comes back, RAM ${RAM_POLICIES[a % RAM_POLICIES.length]}`;
    case "nvm":
      return `NVM octets from ${a % 268} on become ${toHex(octets)}${(b & 1) === 1 ? ", check fields right" : ""}`;
    default:
      return `fault: ${FAULTS[a % FAULTS.length]} after ${b}`;
  }
}

function frameWords(octets: Uint8Array): string {
  const { refusal, frame } = checkDownlink(octets);
  if (refusal) return `(${refusal.status})`;
  if (frame.type === "Ack") return "(Ack)";
  if (frame.type === "Trigger") return `(Trigger, ${frame.profile.name}, ${frame.dlData.length} octets of DL data)`;
  const mode = frame.encrypted ? "encrypted" : "MIC only";
  return `(${frame.type}, ${frame.profile.name}, ${mode}, PN ${frame.pn}, ${frame.payload.length} octets)`;
}
