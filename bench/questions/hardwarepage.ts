/* The page of hardware.ts: made of its data alone. */
import { percent } from "../../host/text/units.ts";
import { type Answers, type HardwareData, type WorkKind, workOf } from "./hardware.ts";
import { MCU_NAMES, PARTS } from "./lab.ts";
import type { Page } from "./question.ts";
import { KIND_NAMES } from "./slotpage.ts";
import { barsSvg } from "./svg/bars.ts";
import type { Colour } from "./svg/theme.ts";
import { brief } from "./units.ts";

/** The fastest clock that is asked about. */
const FAST_Hz = 100e6;
/** Where the CPU weighs most. */
export const SMALL = "near-threshold-10pJ";

export function hardwarePage(data: HardwareData): Page {
  const { engines, blocks, answers, moved_J, swings } = data;
  const cycles = (of: Answers): number => workOf(data, of, "cold").cycles;
  const clock_Hz = (of: Answers, kind: WorkKind): number => workOf(data, of, kind).clock_Hz;
  const clock = (of: Answers, kind: WorkKind): string => brief(clock_Hz(of, kind), "Hz");
  const [software, , , both] = answers;
  const on = ({ energies }: Answers, mcu: string) => energies.find((one) => one.mcu === mcu) ?? energies[0];
  const saved = (mcu: string): string => percent(1 - on(both, mcu).e_J / on(software, mcu).e_J);
  const row = (question: string, of: (answers: Answers) => string) => ({
    question,
    ...Object.fromEntries(answers.map((one) => [one.kind, of(one)])),
  });
  return {
    question: "Where does hardware AES or SHA-256 change an answer?",
    answer:
      `Both engines leave ${percent(cycles(both) / cycles(software))} of the cycles of an M2. The first slot ` +
      `then takes a clock of ${clock(both, "cold")} instead of ${clock(software, "cold")}, ` +
      `${clock(both, "ready")} if the SNonce was made before the trigger, and ${clock(both, "guessed")} if the ` +
      "PMK was looked up before it, too, and the trigger is from the AP in the cache: " +
      `${clock_Hz(both, "guessed") > FAST_Hz ? "still beyond" : "which is within"} ${brief(FAST_Hz, "Hz")}.`,
    also:
      `The energy of an exchange falls by ${saved(SMALL)} on ${SMALL}, where ${percent(both.nvmShare)} of the ` +
      `rest is NVM, and by ${saved("msp430fr5994")} on msp430fr5994, ` +
      `but by ${saved(PARTS.mcu)} on ${PARTS.mcu}, which spends it on entropy. The PMK cache then ` +
      `${cacheText(software, both)}`,
    parts: [
      plot(answers),
      {
        id: "hardware",
        title: "The answers, by what does the crypto",
        headline: true,
        rows: [
          row("cycles of an M2, PMK derived", (one) => Math.round(cycles(one)).toLocaleString("en")),
          row("clock for the first slot, PMK derived", (one) => clock(one, "cold")),
          row(`clock for the first slot, ${KIND_NAMES.ready}`, (one) => clock(one, "ready")),
          row(`clock for the first slot, ${KIND_NAMES.guessed}`, (one) => clock(one, "guessed")),
          ...MCU_NAMES.map((mcu) => row(`first exchange, ${mcu}`, (one) => brief(on(one, mcu).e_J, "J"))),
          row(`share of NVM, ${SMALL}`, (one) => percent(one.nvmShare)),
          row(`share of M3, ${SMALL}`, (one) => percent(on(one, SMALL).m3Share)),
          row(`least capacitor, ${SMALL}`, ({ least_F }) => brief(least_F, "F")),
          row(`a cached PMK saves, ${SMALL}`, ({ cacheSaved_J }) => signed(cacheSaved_J)),
          row(`writing the cache takes, ${SMALL}`, ({ cacheWrite_J }) => brief(cacheWrite_J, "J")),
          row(`nonces of 32 octets add to 16, ${SMALL}`, ({ longNonces_J }) => brief(longNonces_J, "J")),
        ],
        note: `FRAM, the task group's radio, profile compact, AES-CCM. An M2 with the PMK derived is
${blocks.m2.sha} blocks of SHA-256 and ${blocks.m2.aes} of AES (the key schedule among them), an M3 ${blocks.m3.aes} of AES. Cycles are
those of the emulated core (as for the question of the slot) less what engines save, a block in software at the meter's price.
"${KIND_NAMES.guessed}": the PMK follows from M1's Modifier and AA, so before M1 a station can only look up the one of the AP
in its cache; the clock is for a guess that is right.`,
      },
    ],
    rests: [
      `AES: ${engines.aes.value} cycles a block (${engines.aes.source}; ${engines.aes.status}); SHA-256: ` +
        `${engines.sha.value} (${engines.sha.source}; ${engines.sha.status}); up to ${engines.aes.band?.[1]} times ` +
        "that with a driver. Each stands in the data sheet of one part, and is assumed for an engine beside every " +
        "MCU here, which of these only some have: msp430fr5994 has an AES engine and none for SHA-256.",
      "The CPU waits for the engine at the energy of a running cycle, and the engine itself takes nothing more.",
      "What the module does around its blocks (octet order, copies, CRCs) stays in software.",
      "The AES of the module runs in constant time by its construction; whether an engine does, its maker has to say.",
    ],
    moved: {
      what: `the energy of a first exchange on ${SMALL} with both engines`,
      value: moved_J,
      shown: (value) => brief(value, "J"),
      swings,
    },
  };
}

function signed(e_J: number): string {
  return e_J < 0 ? `-${brief(-e_J, "J")}` : brief(e_J, "J");
}

function cacheText(software: Answers, both: Answers): string {
  const before = `it saved ${brief(software.cacheSaved_J, "J")} of an M2 on ${SMALL}`;
  if (both.cacheSaved_J > 0) return `saves ${brief(both.cacheSaved_J, "J")}, where ${before}.`;
  const loses = `loses ${brief(-both.cacheSaved_J, "J")} a look-up`;
  return `${loses}, where ${before}: reading and checking it costs more than deriving the PMK.`;
}

const COLOURS: readonly Colour[] = ["blue", "orange", "green", "navy"];

function plot(answers: readonly Answers[]): Page["parts"][number] {
  const [software] = answers;
  return {
    picture: "energy",
    alt:
      "Energy of a first exchange with engines for AES, SHA-256 and both, as a share of that in software, by " +
      "microcontroller",
    svg: barsSvg({
      title: "Energy of a first exchange by what does the crypto",
      desc: [
        "For each microcontroller the energy of a first exchange in software, with an engine for AES, with one " +
          "for SHA-256, and with",
        "both, as a share of that in software.",
      ],
      keys: answers.map(({ kind }, i) => ({ name: kind, colour: COLOURS[i] })),
      groups: MCU_NAMES.map((mcu) => ({
        name: mcu,
        bars: answers.map(({ kind, energies }, i) => {
          const of = (all: Answers["energies"]): number => all.find((one) => one.mcu === mcu)?.e_J ?? Number.NaN;
          const share = of(energies) / of(software.energies);
          return {
            name: kind,
            parts: [{ colour: COLOURS[i], value: 100 * share }],
            label: `${brief(of(energies), "J")}`,
          };
        }),
      })),
      axis: { label: "of the energy in software, %", tick: (value) => String(value) },
    }),
  };
}
