/* One power cycle on an emulated microcontroller, and the same on Node beside it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Nvm } from "../device/nvm.ts";
import { equalOctets } from "../wire/octets.ts";
import { STACK_octets } from "./boards.ts";
import type { Topic, Turn } from "./conversation.ts";
import { Emulated } from "./emulated.ts";
import type { Firmware } from "./firmware.ts";
import { onNode } from "./node.ts";
import { type Instructions, instructionsOf } from "./phases.ts";
import { Scene } from "./scene.ts";

export interface Demonstration {
  readonly turns: readonly Turn[];
  /** By phase, for each turn. */
  readonly instructions: readonly Instructions[];
  /** Octets of stack that the deepest call took. */
  readonly stack_octets: number;
  /** Every frame, answer and octet of NVM is what the module gives on Node. */
  readonly isSame: boolean;
}

export async function demonstrated(
  firmware: Firmware,
  { module, names }: { readonly module: Uint8Array; readonly names?: readonly string[] },
  topic: Topic,
): Promise<Demonstration> {
  const scene = new Scene(module, topic, 1);
  const folder = mkdtempSync(join(tmpdir(), "ampcore-mcu-"));
  try {
    const { end, image } = await scene.begin();
    writeFileSync(join(folder, "nvm.bin"), image);
    const station = new Emulated({ firmware, folder, entropy: scene.entropy() });
    const turns = await end.converse(station, topic);
    const stack_octets = STACK_octets - (await station.stackLeft());
    const instructions = instructionsOf(station, turns, names !== undefined);
    await station.off();
    const here = await scene.begin();
    const nvm = new Nvm(here.image);
    const same = await here.end.converse(onNode(module, nvm, scene.entropy()), topic);
    const isSame =
      JSON.stringify(turns) === JSON.stringify(same) &&
      equalOctets(new Uint8Array(readFileSync(join(folder, "nvm.bin"))), nvm.octets);
    return { turns, instructions, stack_octets, isSame };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
