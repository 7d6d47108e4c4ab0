import { builtModule, builtNames } from "../../build/build.ts";
import { BOARDS } from "../../mcu/boards.ts";
import { fitting, KEYINGS, type Topic } from "../../mcu/conversation.ts";
import { demonstrated } from "../../mcu/demonstration.ts";
import { firmware, OPTIMISATIONS, SCHEMES } from "../../mcu/firmware.ts";
import { CALLS, type Cuts, powerCuts } from "../../mcu/powercuts.ts";
import { McuError } from "../../mcu/translate.ts";
import { PROFILES } from "../../wire/profile.ts";
import { built } from "../built.ts";
import { printCuts, printMcu } from "../mcu/print.ts";
import { progress } from "../terminal.ts";
import { addExamples, Failure, UsageError, type Verb } from "../verb.ts";

interface McuOptions {
  readonly board: string;
  readonly module: string;
  readonly optimise: string;
  readonly memory: string;
  readonly profile: string;
  readonly keying: string;
  readonly mic?: boolean;
  readonly update?: boolean;
  readonly reading: string;
  readonly cuts?: string;
  readonly json?: boolean;
}

const MODULES = ["release", "small"];
const BOARD_NAMES = BOARDS.map(({ name }) => name);
const PROFILE_NAMES = PROFILES.map(({ name }) => name);

export default {
  summary: "run the station as firmware on an emulated microcontroller, and count its instructions",

  configure(command) {
    command
      .option("--board <name>", BOARDS.map(({ name, says }) => `${name} (${says})`).join(", "), "mps2-an386")
      .option("--module <name>", MODULES.join(" or "), "release")
      .option("--optimise <level>", `how gcc compiles the module: ${OPTIMISATIONS.join(", ")}`, "-O2")
      .option("--memory <scheme>", `how linear memory is reached: ${SCHEMES.join(", ")}`, "checked")
      .option("--profile <name>", PROFILE_NAMES.join(", "), "compact")
      .option("--keying <how>", `where the PMK comes from: ${KEYINGS.join(", ")}`, "cold")
      .option("--reading <octets>", "of the reading", "16")
      .option("--mic", "the reading in clear, with a MIC")
      .option("--update", "M3 carries a root update")
      .option("--cuts <count>", "cut the power at so many instructions of each of three calls, and go on from NVM")
      .option("--json", "as JSON");
    command.addHelpText(
      "after",
      "\nQEMU counts Thumb instructions, which are exact; it counts no cycles. Exit code 1: a frame differs from Node's, or a\n" +
        "power cut broke something.",
    );
    addExamples(command, [
      ["", "an exchange on a Cortex-M4: flash, RAM, instructions by phase"],
      ["--board stm32vldiscovery --optimise -Os", "on a Cortex-M3 with 8 KiB of RAM, made small"],
      ["--board microbit --module small --keying cached", "on a Cortex-M0"],
      ["--cuts 50", "and the power cut at 150 instants"],
    ]);
  },

  async run(options) {
    const { json = false } = options;
    const board = BOARDS[indexIn("--board", options.board, BOARD_NAMES)];
    const name = MODULES[indexIn("--module", options.module, MODULES)];
    const optimisation = OPTIMISATIONS[indexIn("--optimise", options.optimise, OPTIMISATIONS)];
    const scheme = SCHEMES[indexIn("--memory", options.memory, SCHEMES)];
    const topic: Topic = fitting({
      profile: PROFILES[indexIn("--profile", options.profile, PROFILE_NAMES)],
      keying: KEYINGS[indexIn("--keying", options.keying, KEYINGS)],
      encrypt: !options.mic,
      reading_octets: wholeNumber("--reading", options.reading),
      trigger_octets: 0,
      confirm_octets: 8,
      update: options.update ?? false,
      data: true,
    });
    const cuts = options.cuts === undefined ? 0 : wholeNumber("--cuts", options.cuts);
    await built();
    const [module, names] = [await builtModule(name), await builtNames(name)];
    try {
      const made = firmware({ board, module, names, optimisation, scheme });
      const shown = await demonstrated(made, { module, names }, topic);
      if (!json) printMcu(made, { optimisation, scheme, topic }, shown);
      const all: Partial<Record<keyof typeof CALLS, Cuts>> = {};
      for (const call of cuts > 0 ? (Object.keys(CALLS) as (keyof typeof CALLS)[]) : []) {
        progress(`${cuts} power cuts in ${call}`);
        all[call] = await powerCuts({ firmware: made, module }, call, cuts);
      }
      if (json) {
        const { elf: _, ...facts } = made;
        process.stdout.write(`${JSON.stringify({ ...facts, optimisation, scheme, ...shown, cuts: all }, plain, 2)}\n`);
      } else if (cuts > 0) printCuts(all);
      const isBroken = Object.values(all).some(({ repeated, apart }) => repeated + apart > 0);
      return shown.isSame && !isBroken ? 0 : 1;
    } catch (error) {
      if (error instanceof McuError) throw new Failure(error.message);
      throw error;
    }
  },
} satisfies Verb<McuOptions>;

/** Octets as hexadecimal text. */
function plain(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

function indexIn(option: string, value: string, known: readonly string[]): number {
  const index = known.indexOf(value);
  if (index < 0) throw new UsageError(`${option} ${value} is none of ${known.join(", ")}`);
  return index;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${option} ${text} is no whole number from 0 to 999999`);
  return Number(text);
}
