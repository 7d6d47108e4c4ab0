/* The page of cache.ts: made of its data alone. */
import { percent } from "../../host/text/units.ts";
import type { CacheData, Row } from "./cache.ts";
import { EEPROMS } from "./eeprom.ts";
import { MCU_NAMES, PARTS } from "./lab.ts";
import { listed, type Page } from "./question.ts";
import { dotsSvg } from "./svg/dots.ts";
import type { Colour } from "./svg/theme.ts";
import { brief } from "./units.ts";

export function cachePage(data: CacheData): Page {
  const own = data.rows.filter(({ mcu }) => mcu === PARTS.mcu);
  const on = (nvm: string): Row => own.find((row) => row.nvm === nvm) ?? own[0];
  const fram = on("fram");
  const [, , flash, direct, large] = data.runs;
  return {
    question: "What is the PMK cache worth, in FRAM, EEPROM and flash?",
    answer:
      `A cached PMK saves ${data.savedInstructions?.toLocaleString("en")} Cortex-M4 instructions, ` +
      `${brief(fram.saved_J, "J")} and ${brief(fram.saved_s, "s")} of an M2 on ${PARTS.mcu} with FRAM. ` +
      `Writing its ${data.written_octets} octets takes what ${between(data, "fram")} warm exchanges save in ` +
      `FRAM, ${between(data, "rram")} in RRAM, ${between(data, "flash-with-adapter")} in flash and ` +
      `${between(data, "eeprom")} in EEPROM, by MCU.`,
    also:
      `In flash the write takes ${on("flash-with-adapter").charges.toPrecision(2)} charges of ${data.storage}, ` +
      `at the end of every life's first M3: in ${data.run_s} s of the default scenario ` +
      `${flash.deathsInNvm.toLocaleString("en")} of ${flash.deaths.toLocaleString("en")} deaths are in NVM, ` +
      `the AP takes ${flash.taken.toLocaleString("en")} readings and ${flash.confirmed.toLocaleString("en")} ` +
      `are confirmed, against ${direct.confirmed.toLocaleString("en")} without a cache. ` +
      `On ${large.storage} it is ${large.confirmed.toLocaleString("en")} with one. ` +
      "An adapter on flash should refuse the cache's writes, which the station passes over.",
    parts: [
      plot(data),
      {
        id: "cache",
        title: "Break-even of the PMK cache",
        headline: true,
        rows: memories(data).flatMap((name) =>
          data.rows
            .filter(({ nvm }) => nvm === name)
            .map((row) => ({
              ...{
                NVM: row.nvm,
                MCU: row.mcu,
                "saved by a warm M2": brief(row.saved_J, "J"),
                "cost of the write": brief(row.write_J, "J"),
              },
              "warm exchanges to break even": row.breakEven === null ? null : rounded(row.breakEven),
              "M2 earlier by": brief(row.saved_s, "s"),
              "M3 longer by": brief(row.write_s, "s"),
              "charges for the write": Number(row.charges.toPrecision(3)),
            })),
        ),
        note: `Profile compact, AES-CCM; a charge is ${brief(data.charge_J, "J")} (${data.storage}).
The write is over an older entry, ${data.written_octets} octets: its check field is put to 0 first, which the ${data.writtenFirst_octets} into an empty one spare.
${listed(EEPROMS.map(({ name, summary }) => `${name}: ${summary}`))}.`,
      },
      {
        id: "cache-ends",
        title: "What moves both ends of each range",
        rows: data.ends.map(({ nvm, mcu, breakEven, swings }) => ({
          ...{ NVM: nvm, MCU: mcu, "warm exchanges": breakEven === null ? null : rounded(breakEven) },
          ...Object.fromEntries(swings.map((swing, i) => [["moved most by", "then by"][i], moverText(swing)])),
        })),
        note: "The two numbers of the parts that move it most, each alone, from the low to the high end of its band.",
      },
      {
        id: "cache-runs",
        title: `The default scenario for ${data.run_s} s, with the cache (a Modifier) and in direct mode, which has none`,
        rows: data.runs.map((run) => ({
          ...{ NVM: run.nvm, capacitor: run.storage, "PMK cache": run.hasModifier, "readings taken": run.taken },
          ...{ confirmed: run.confirmed, lives: run.lives, deaths: run.deaths, "of these in NVM": run.deathsInNvm },
        })),
        note: "Direct mode also spares the PMK; on FRAM the two are close, so what differs on flash is the write.",
      },
    ],
    rests: [
      "What moves the break-even is told for both ends of every range in the answer, and in full for FRAM on the " +
        `default MCU, ${PARTS.mcu}.`,
      `EEPROM: ${EEPROMS[0].writeOctet_J.source} (${EEPROMS[0].writeOctet_J.status}, ceilings of the data sheet).`,
      "A write of flash is one word an octet behind a log, its erasing paid elsewhere (host/energy/profiles/nvms.ts).",
      "Warm exchanges are with the same AP, Modifier and root generation; another AP between them writes the cache anew.",
      "Cold and warm M2 draw the same entropy, so it decides nothing here; deaths of the runs depend on the " +
        `default harvest (${percent(data.runs[0].deathsInNvm / Math.max(1, data.runs[0].deaths))} of those on ` +
        "FRAM are in NVM).",
    ],
    moved: {
      what: `the break-even on ${PARTS.mcu} in ${PARTS.nvm}`,
      value: fram.breakEven ?? Number.NaN,
      shown: (value) => `${told(value)} exchanges`,
      swings: data.swings,
    },
  };
}

/** The least and the most, over the microcontrollers. */
function between({ rows }: CacheData, nvm: string): string {
  const all = rows.filter((row) => row.nvm === nvm).map(({ breakEven }) => breakEven ?? Number.POSITIVE_INFINITY);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  if (least === Number.POSITIVE_INFINITY) return "no number of exchanges";
  return `${told(least)} to ${told(most)}`;
}

/** Three figures, wherever a number of exchanges stands. */
function rounded(exchanges: number): number {
  return Number(exchanges.toPrecision(3));
}

function told(exchanges: number): string {
  return exchanges === Number.POSITIVE_INFINITY
    ? "never"
    : rounded(exchanges).toLocaleString("en", { maximumFractionDigits: 3 });
}

function moverText({ number, status, atLow, atHigh }: CacheData["swings"][number]): string {
  const [low, high] = [atLow, atHigh].map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  return `${number} (${status}): ${told(low)} .. ${told(high)}`;
}

const COLOURS: readonly Colour[] = ["red", "orange", "blue", "green", "purple"];

function plot(data: CacheData): Page["parts"][number] {
  return {
    picture: "break-even",
    alt: "Warm exchanges until the cache's write is won back, by memory and microcontroller, on a logarithmic axis",
    svg: dotsSvg({
      title: "Warm exchanges until the write of the PMK cache is won back",
      desc: [
        "For each memory a dot a microcontroller: how many warm exchanges save as much energy as the cache's write took.",
      ],
      keys: MCU_NAMES.map((name, i) => ({ name, colour: COLOURS[i] })),
      rows: memories(data).map((name) => ({
        name,
        dots: MCU_NAMES.flatMap((mcu, i) => {
          const value = data.rows.find((row) => row.mcu === mcu && row.nvm === name)?.breakEven ?? null;
          return value === null ? [] : [{ colour: COLOURS[i], value, label: told(value) }];
        }),
      })),
      guides: [{ value: 1, label: "the first" }],
      axis: { label: "warm exchanges", tick: (value) => value.toLocaleString("en") },
    }),
  };
}

/** In the order in which they were asked. */
function memories({ rows }: CacheData): string[] {
  return [...new Set(rows.map(({ nvm }) => nvm))];
}
