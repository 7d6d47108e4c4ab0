/* Builds every firmware, holds the same conversations with each, and fits the meter's prices to each core. */
import { createHash } from "node:crypto";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { BOARDS, type Board } from "../../host/mcu/boards.ts";
import { calibrated, conversations } from "../../host/mcu/calibrate.ts";
import type { Topic } from "../../host/mcu/conversation.ts";
import { demonstrated } from "../../host/mcu/demonstration.ts";
import { firmware, type Optimisation, type Scheme } from "../../host/mcu/firmware.ts";
import { topics } from "../../host/mcu/topics.ts";
import { run } from "../../host/mcu/translate.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import type { FirmwareRow, McuResult } from "./result.ts";

/** Of each combination of profile, mode and keying, so many conversations, with other lengths each time. */
const ROUNDS = 2;
const READING_octets = 16;

interface Module {
  readonly name: string;
  readonly module: Uint8Array;
  readonly names?: readonly string[];
}

export async function measuredMcu(onStep: (step: string) => void): Promise<McuResult> {
  const [release, small] = await Promise.all(["release", "small"].map(moduleNamed));
  const firmwares: FirmwareRow[] = [];
  for (const board of BOARDS) {
    onStep(`firmware of ${board.name}`);
    for (const one of [release, small]) {
      for (const optimisation of ["-O2", "-Os"] as const)
        firmwares.push(await rowOf(one, board, optimisation, "checked"));
    }
    for (const scheme of ["masked", "none", "wasm2c"] as const)
      firmwares.push(await rowOf(release, board, "-O2", scheme));
  }
  const calibrations: McuResult["calibrations"][number][] = [];
  for (const board of BOARDS) {
    onStep(`the meter against ${board.name}`);
    const talked = (one: Module) => conversations({ firmware: firmware({ board, ...one }), ...one }, topics(ROUNDS));
    calibrations.push({
      board: board.name,
      ...calibrated({ release: await talked(release), small: await talked(small) }),
    });
  }
  return { tools: tools(), hashes: { release: hashOf(release), small: hashOf(small) }, firmwares, calibrations };
}

async function moduleNamed(name: string): Promise<Module> {
  return { name, module: await builtModule(name), names: await builtNames(name) };
}

async function rowOf(one: Module, board: Board, optimisation: Optimisation, scheme: Scheme): Promise<FirmwareRow> {
  const made = firmware({ board, module: one.module, names: one.names, optimisation, scheme });
  const talked = async (change: Partial<Topic>) => {
    const shown = await demonstrated(made, one, { ...TOPIC, ...change });
    if (!shown.isSame) throw new Error(`${board.name} ${one.name} does not say what the module says on Node`);
    const of = (call: number): number =>
      Object.entries(shown.instructions[call]).reduce((sum, [phase, n]) => (phase === "imports" ? sum : sum + n), 0);
    return { boot: of(BOOT), m2: of(M2), m3: of(M3), stack_octets: shown.stack_octets };
  };
  const cold = await talked({});
  const cached = await talked({ keying: "cached" });
  const update = await talked({ update: true });
  return {
    board: board.name,
    module: one.name,
    optimisation,
    scheme,
    flash_octets: made.flash_octets,
    module_octets: made.moduleFlash_octets,
    ram_octets: made.ram_octets,
    stack_octets: Math.max(cold.stack_octets, cached.stack_octets, update.stack_octets),
    instructions: { boot: cold.boot, m2Cold: cold.m2, m2Cached: cached.m2, m3: cold.m3, m3Update: update.m3 },
  };
}

/** Calls of a conversation: boot, setPayload, M1, M3. */
const [BOOT, , M2, M3] = [0, 1, 2, 3];

const TOPIC: Topic = {
  profile: PROFILES[0],
  encrypt: true,
  keying: "cold",
  reading_octets: READING_octets,
  trigger_octets: 0,
  confirm_octets: 0,
  update: false,
  data: true,
};

function tools(): McuResult["tools"] {
  const first = (tool: string): string => run(tool, ["--version"], ".").split("\n")[0];
  return { gcc: first("arm-none-eabi-gcc"), qemu: first("qemu-system-arm") };
}

function hashOf({ module }: Module): string {
  return createHash("sha256").update(module).digest("hex");
}
