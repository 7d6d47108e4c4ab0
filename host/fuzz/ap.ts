/*
 * The AP: whatever comes in, at either of two points of an exchange. Garbage moves one counter by one and nothing else:
 * the genuine frames behind it are taken as if it had never been there, and get the same M3, octet for octet.
 */
import type { Received } from "../ap/accesspoint.ts";
import { type Conversation, Scene } from "./conversation.ts";
import { OctetTarget, type Probe } from "./octettarget.ts";
import { changedFrame } from "./station/fields.ts";
import type { Finding } from "./target.ts";

/** One octet says when, the others are the frame. */
const INPUT_MAX_octets = 81;
const BEFORE_M2 = 0;

/** `frames`: those of a conversation with the AP's device. */
export function apTarget(frames: Conversation): OctetTarget {
  const seeds = [0, 1].flatMap((when) =>
    Object.values(frames).map((frame: Uint8Array) => Uint8Array.of(when, ...frame)),
  );
  return new OctetTarget({
    name: "ap",
    seeds,
    words: [],
    max: INPUT_MAX_octets,
    isText: false,
    change: (input, random) => Uint8Array.of(random.whole(2), ...changedFrame(input.subarray(1), random)),
    probe: (input) => probeOf(input, frames),
  });
}

function probeOf(input: Uint8Array, frames: Conversation): Probe {
  const when = (input[0] ?? 0) % 2;
  const octets = input.slice(1);
  const scene = new Scene();
  try {
    if (when !== BEFORE_M2) scene.m3(frames.m2);
    const before = sumOf(scene);
    const received = scene.receive(octets);
    const counted = sumOf(scene) - before;
    const kind = `${when} ${received.kind} ${received.kind === "refused" ? received.reason : ""}`;
    return {
      kind,
      finding: judged(received, counted, octets, frames) ?? goesOn(scene, when, received, frames),
      calls: 3,
    };
  } catch (error) {
    const message = `the AP threw ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "thrown", finding: { rule: "exception", message } };
  }
}

function judged({ kind }: Received, counted: number, octets: Uint8Array, frames: Conversation): Finding | undefined {
  if (kind === "refused") {
    return counted === 1 ? undefined : { rule: "counter", message: `refused, and the counters moved by ${counted}` };
  }
  if (counted !== 0) return { rule: "counter", message: `taken, and the counters moved by ${counted}` };
  const isGenuine = kind === "ack" || [frames.m2, frames.up].some((frame) => Buffer.compare(frame, octets) === 0);
  return isGenuine ? undefined : { rule: "forged", message: `the AP took a frame as ${kind} that no device has sent` };
}

/** Genuine frames after it. */
function goesOn(scene: Scene, when: number, { kind }: Received, { m2, m3, up }: Conversation): Finding | undefined {
  if (kind !== "refused") return undefined;
  if (when === BEFORE_M2) {
    const answer = scene.m3(m2);
    const isSame = answer !== undefined && Buffer.compare(answer, m3) === 0;
    return isSame ? undefined : { rule: "state", message: "after it, the genuine M2 does not get its M3" };
  }
  const data = scene.receive(up);
  return data.kind === "data" ? undefined : { rule: "state", message: `after it, genuine Data are ${data.kind}` };
}

function sumOf({ refused }: Scene): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0);
}
