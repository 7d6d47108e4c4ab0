/** An exchange on an emulated microcontroller, for people. */
import { type Topic, topicText } from "../../mcu/conversation.ts";
import type { Demonstration } from "../../mcu/demonstration.ts";
import type { Firmware } from "../../mcu/firmware.ts";
import type { Cuts } from "../../mcu/powercuts.ts";
import { FC } from "../../wire/fc.ts";
import { type Cell, coloursOf, printTable } from "../terminal.ts";

const FRAMES: Readonly<Record<number, string>> = {
  [FC.Trigger]: "M1 in, M2 out",
  [FC.Confirm]: "M3 in",
  [FC.Data]: "Data in",
};
const KiB = 1024;

interface Made {
  readonly optimisation: string;
  readonly scheme: string;
  readonly topic: Topic;
}

export function printMcu(firmware: Firmware, made: Made, shown: Demonstration): void {
  const { board, flash_octets, moduleFlash_octets, ram_octets, memory_octets } = firmware;
  const { bold, dim, red, green } = coloursOf(process.stdout);
  const { turns, instructions, stack_octets, isSame } = shown;
  const kibi = (octets: number): string => `${(octets / KiB).toFixed(1)} KiB`;
  print(bold(`${board.name}: ${board.says}; gcc ${made.optimisation}, memory ${made.scheme}`));
  print(dim(topicText(made.topic)));
  print(`  flash  ${kibi(flash_octets)}, the module ${kibi(moduleFlash_octets)} of it`);
  print(
    `  RAM    ${kibi(ram_octets)}, the module's memory ${memory_octets} octets of it; stack ${stack_octets} octets`,
  );
  print(`  octets ${isSame ? green("as on Node, every frame and all of the NVM") : red("NOT as on Node")}\n`);
  const rows = turns.flatMap(({ call, frame }, i) => {
    const what = frame ? (FRAMES[frame[0]] ?? "a frame in") : call === "send" ? "Data out" : call;
    const parts = Object.entries(instructions[i] ?? {});
    const own = parts.filter(([phase]) => phase !== "imports");
    const total = own.reduce((sum, [, count]) => sum + count, 0);
    const rest = own.length > 1 ? own : [];
    const row = (of: string, phase: string, count: number): Record<string, Cell> => ({
      call: of,
      phase,
      instructions: count,
    });
    return [
      row(what, own.length > 1 ? "all" : own[0][0], total),
      ...rest.map(([phase, count]) => row("", phase, count)),
    ];
  });
  printTable(rows, false);
  print(dim("Thumb instructions, exact, without those of the three imports, which are the host's."));
}

export function printCuts(all: Readonly<Partial<Record<string, Cuts>>>): void {
  const { bold, red, green } = coloursOf(process.stdout);
  print(`\n${bold("Power cuts, each with two lives behind it")}`);
  printTable(
    Object.entries(all).flatMap(([call, cuts]) =>
      cuts === undefined
        ? []
        : {
            call,
            instructions: cuts.instructions,
            cuts: cuts.cuts,
            died: cuts.died,
            "NVM images left": cuts.images,
            M2s: cuts.m2s,
            "SNonces twice": cuts.repeated,
            "roots apart": cuts.apart,
          },
    ),
    false,
  );
  const broken = Object.values(all).reduce((sum, cuts) => sum + (cuts ? cuts.repeated + cuts.apart : 0), 0);
  print(broken === 0 ? green("0 violations") : red(`${broken} violations`));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
