/* What runs in a process of the load: it does as it is told, and says what it has counted. */
import { builtModule } from "../../host/build/build.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { createWasmCrypto } from "../../host/crypto/wasm.ts";
import type { Answer, Order } from "./child.ts";
import { Crowd } from "./crowd.ts";
import { Flood } from "./flood.ts";

let crowd: Crowd | undefined;
let flood: Flood | undefined;
let sentBefore = 0;

async function follow(order: Order): Promise<Answer> {
  if (order.order === "crowd") {
    const backend = new WebAssembly.Instance(new WebAssembly.Module(await builtModule("backend")));
    crowd = new Crowd({ ...order.options, crypto: createWasmCrypto(backend, nodeCrypto) });
    await crowd.start();
  } else if (order.order === "flood") {
    flood = new Flood(order.ap, order.options);
    await flood.start();
  } else if (order.order === "replays") {
    await crowd?.replay(order.count);
  } else if (order.order === "move") {
    await crowd?.moveOne();
  } else if (order.order === "stop") {
    sentBefore += flood?.sent ?? 0;
    flood?.stop();
    flood = undefined;
  }
  const { user, system } = process.cpuUsage();
  return {
    crowd: crowd && { known: crowd.known, ...crowd.counts },
    sent: sentBefore + (flood?.sent ?? 0),
    cpu_s: (user + system) * 1e-6,
  };
}

process.on("message", (order: Order) => {
  void follow(order).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit(0));
