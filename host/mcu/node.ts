/* The same station on Node, for comparison: the shipped module over an NVM in memory. */
import { loadStation, type Station } from "../device/load.ts";
import type { Nvm } from "../device/nvm.ts";
import type { Talker } from "./conversation.ts";

/** A power-up over that NVM. */
export function onNode(module: Uint8Array, nvm: Nvm, entropy: (into: Uint8Array) => boolean): Talker & Station {
  nvm.powerUp();
  return loadStation(module, {
    entropy,
    nvmRead: (offset, into) => nvm.nvmRead(offset, into),
    nvmWrite: (offset, from) => nvm.nvmWrite(offset, from),
  });
}
