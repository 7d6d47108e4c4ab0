/*
 * The host's codec: any octets, as a device and as an AP takes them. Nothing throws, a frame that is taken is emitted as
 * the octets that it was read from, and the device's module, idle, refuses the same octets for the same reason.
 */
import { checkDownlink, checkUplink } from "../wire/check.ts";
import { emitFrame, type Frame } from "../wire/frame.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import { changedFrame } from "./station/fields.ts";
import type { Player } from "./station/player.ts";
import { receiveStep, STEP_OCTETS_MAX, step } from "./station/step.ts";
import { DEVICE } from "./station/world.ts";
import type { Finding } from "./target.ts";

/** Octets are any; the device's buffer has room for so many. */
const FRAME_MAX_octets = 80;

/** `frames`: genuine ones of both directions; `player` holds the device against the codec (its rule "agreement"). */
export function wireTarget(frames: readonly Uint8Array[], player: Player): OctetTarget {
  return new OctetTarget({
    name: "wire",
    seeds: frames,
    words: [],
    max: FRAME_MAX_octets,
    isText: false,
    change: changedFrame,
    probe: (octets) => probeOf(octets, player),
  });
}

function probeOf(octets: Uint8Array, player: Player): Probe {
  try {
    const down = checkDownlink(octets, DEVICE);
    const anyone = checkDownlink(octets);
    const up = checkUplink(octets);
    const finding = [down, anyone, up].map(({ frame }) => frame && identity(octets, frame)).find((found) => found);
    const kinds = [down, anyone, up].map(({ refusal, frame }) => refusal?.check ?? kindOf(frame as Frame));
    return { kind: kinds.join("; "), finding: finding ?? disagreement(octets, player), calls: 3 };
  } catch (error) {
    const message = `a check threw ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "thrown", finding: { rule: "exception", message } };
  }
}

function disagreement(octets: Uint8Array, player: Player): Finding | undefined {
  return octets.length > STEP_OCTETS_MAX ? undefined : player.play([step("boot"), receiveStep(octets)]).finding;
}

function identity(octets: Uint8Array, frame: Frame): Finding | undefined {
  const again = emitFrame(frame);
  if (Buffer.compare(again, octets) === 0) return undefined;
  return { rule: "identity", message: `a ${frame.type} was taken, and emits other octets than it was read from` };
}

function kindOf(frame: Frame): string {
  if (frame.type === "Ack") return "Ack";
  if (frame.type === "Trigger") return `Trigger ${frame.profile.name} ${frame.modifier !== undefined}`;
  return `${frame.type} ${frame.profile.name} ${frame.encrypted} ${frame.type === "Confirm" && frame.command}`;
}
