/* A metered device as one end of a conversation. */
import type { Device } from "../device/runner.ts";
import type { Talker } from "./conversation.ts";

/** A device that is powered without end; `next` hears of each call before it is made. */
export function talking(device: Device, next: () => void): Talker {
  const alive = <Result>(answer: Result | undefined): Result => {
    if (answer === undefined) throw new Error("power without end failed");
    return answer;
  };
  const call =
    <Args extends unknown[], Result>(work: (...args: Args) => Result | undefined) =>
    (...args: Args): Result => {
      next();
      return alive(work(...args));
    };
  return {
    boot: call(() => device.boot()),
    setPayload: call((reading: Uint8Array, encrypt: boolean) => device.setPayload(reading, encrypt)),
    receive: call((frame: Uint8Array) => device.receive(frame)),
    send: call(() => device.send()),
    received: call(() => device.received()),
    triggerData: call(() => device.triggerData()),
  };
}
