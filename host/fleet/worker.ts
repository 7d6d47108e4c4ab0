/* One thread of a fleet: does what it is told, with the cells that are its. */
import type { MessagePort } from "node:worker_threads";
import { createPortableCrypto } from "../crypto/portable.ts";
import type { Given, Order, Said } from "./protocol.ts";
import { Shift } from "./shift.ts";

export function serve(port: Pick<MessagePort, "on" | "postMessage">, { wish, numbers, materials }: Given): void {
  const shift = new Shift(wish, numbers, materials, createPortableCrypto());
  const say = (said: Said): void => port.postMessage(said);
  port.on("message", (order: Order) => {
    try {
      say({ kind: "done", images: done(shift, order, say) });
    } catch (error) {
      const { name, message } = error as Error;
      say({ kind: "failed", name, message });
    }
  });
}

function done(shift: Shift, order: Order, say: (said: Said) => void): readonly Uint8Array[] {
  switch (order.kind) {
    case "until": {
      const lives = shift.until(order.at_s, order.leaving);
      for (;;) {
        const { value, done: isDone } = lives.next();
        if (isDone) return value;
        say({ kind: "cell" });
      }
    }
    case "comes":
      shift.comes(order.at_s, order.coming);
      return [];
    case "end":
      for (const told of shift.told()) say({ kind: "cell", told });
      return [];
  }
}
