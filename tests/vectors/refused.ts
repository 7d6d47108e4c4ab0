/** refused.json: one script for every check of PROTOCOL 4a and every status, each followed by what must still work. */
import { hex } from "../twin/bytes.ts";
import { status } from "../twin/status.ts";
import { type RefusedCall, refusedCalls } from "./refused-calls.ts";
import { type RefusedFrame, refusedFrames } from "./refused-frames.ts";
import { refusedNumbered } from "./refused-numbered.ts";
import { expectStatus, READING, Scene, type VectorFile } from "./world.ts";

/** The frame in states 1, 2 and 3; after each, the exchange goes on as if it had not come (AMP-R4). */
function frameCase({ check, name, status: statusName, frame }: RefusedFrame) {
  const number = status(statusName);
  const scene = new Scene().boot();
  expectStatus(scene.receive(frame, { note: "in state 1" }), number);
  const taken = scene.waiting();
  expectStatus(scene.receive(frame, { note: "in state 2" }), number);
  expectStatus(scene.receive(taken.confirm().frame), 0);
  expectStatus(scene.receive(frame, { note: "in state 3" }), number);
  expectStatus(scene.receive(taken.data(READING).frame), 0);
  return {
    name: `${statusName}: ${name}`,
    check,
    status: number,
    statusName,
    frame: hex(frame),
    script: scene.script(),
  };
}

function callCase({ check, name, status: statusName, options, act }: RefusedCall) {
  const number = status(statusName);
  const scene = new Scene(options);
  expectStatus(act(scene), number);
  return { name: `${statusName}: ${name}`, check, status: number, statusName, script: scene.script() };
}

export function refusedFile(): VectorFile {
  return {
    about: "Everything a device refuses (PROTOCOL 4a and 5), by frame or by call, and that nothing changed by it.",
    cases: [...refusedFrames().map(frameCase), ...[...refusedCalls(), ...refusedNumbered()].map(callCase)],
  };
}
