/* One thread of a fleet: does what it is told, with the cells that are its. */
import type { MessagePort } from "node:worker_threads";
import { createPortableCrypto } from "../crypto/portable.ts";
import type { Answered, Given, Numbered, Order, Said } from "./protocol.ts";
import { Shift } from "./shift.ts";

export function serve(port: Pick<MessagePort, "on" | "postMessage">, given: Given): void {
  const crypto = createPortableCrypto();
  let shift: Shift | undefined;
  port.on("message", ({ number, order }: Numbered) => {
    const say = (said: Said): void => port.postMessage({ number, said } satisfies Answered);
    try {
      if (order.kind === "begin") shift = new Shift(order.wish, order.numbers, given, crypto);
      if (shift === undefined) throw new Error(`${order.kind} before any fleet has begun`);
      say({ kind: "done", images: done(shift, order, say) });
    } catch (error) {
      const { name, message, stack } = error as Error;
      say({ kind: "failed", name, message, stack });
    }
  });
}

function done(shift: Shift, order: Order, say: (said: Said) => void): readonly Uint8Array[] {
  const onPart = (part: number): void => say({ kind: "part", part });
  switch (order.kind) {
    case "begin":
      return [];
    case "until":
      return shift.until(order.at_s, order.leaving, onPart);
    case "comes":
      shift.comes(order.at_s, order.coming);
      return [];
    case "end":
      for (const told of shift.told(onPart)) say({ kind: "told", told });
      return [];
  }
}
