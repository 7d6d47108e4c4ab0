/* The page of slot.ts: made of its data alone. */
import { AMP_SIFS, PADDING_PROTECTED } from "../../host/channel/airtime.ts";
import { pow10 } from "../../host/math/pow10.ts";
import { AIR, READING_octets } from "./lab.ts";
import { type Kind, PLANS } from "./m2work.ts";
import { listed, type Page } from "./question.ts";
import type { SlotData, Work } from "./slot.ts";
import { curvesSvg } from "./svg/curves.ts";
import type { Colour } from "./svg/theme.ts";
import { brief } from "./units.ts";

const MHz = 1e6;
const CLOCKS_MHz = [1, 2, 5, 10, 16, 32, 50, 64, 100];
/** What most small microcontrollers run at without a PLL; one of CLOCKS_MHz. */
const SIXTEEN = 16;

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  cold: "PMK derived",
  cached: "PMK cached",
  direct: "direct mode",
  ready: "SNonce made before, PMK derived",
  directReady: "SNonce made before, direct mode",
  guessed: "SNonce made before, AP guessed",
};
const COLOURS: Readonly<Record<Kind, Colour>> = {
  cold: "blue",
  cached: "orange",
  direct: "green",
  ready: "red",
  directReady: "grey",
  guessed: "purple",
};

/** The work of a kind. */
function workOf(works: readonly Work[], of: Kind): Work {
  const work = works.find(({ kind }) => kind === of);
  if (!work) throw new Error(`no M2 of the kind ${of}`);
  return work;
}

/** From the end of M1's last data bit to the M2, on that clock. */
function answer_s({ instructions, nvm_s }: Work, clock_Hz: number, cycles: number): number {
  return (cycles * instructions) / clock_Hz + nvm_s;
}

/** The first slot, from 0, that begins no earlier than the answer is there. */
function firstSlot({ padding_s, sifs_s, extension_s, slots }: SlotData, t_s: number, ulRate_kbps: number): number {
  const { slot_s } = slots.find((one) => one.ulRate_kbps === ulRate_kbps) ?? slots[0];
  return Math.max(0, Math.ceil((t_s - padding_s - extension_s - sifs_s) / slot_s));
}

export function slotPage(data: SlotData): Page {
  const { works, cycles, padding_s, sifs_s } = data;
  const [cold, cached, direct, ready, directReady, guessed] = KINDS_TOLD.map((kind) => workOf(works, kind));
  const window_s = padding_s + sifs_s;
  const fastest = CLOCKS_MHz[CLOCKS_MHz.length - 1] * MHz;
  const at16 = answer_s(cold, SIXTEEN * MHz, cycles.value);
  const isMet = works.some(({ clock_Hz }) => clock_Hz <= fastest);
  const which = isMet ? "Not every M2 misses the first slot at a clock" : "The first slot is met at no clock";
  const met = `${which} up to ${brief(fastest, "Hz")}:`;
  const clocks = listed([
    `${brief(cold.clock_Hz, "Hz")} with the PMK derived`,
    `${brief(cached.clock_Hz, "Hz")} with the PMK cached`,
    `${brief(direct.clock_Hz, "Hz")} in direct mode`,
  ]);
  return {
    question:
      "How much padding, or which slot, does software crypto need at 1 to 100 MHz, against the " +
      `${brief(window_s, "s")} before slot 1?`,
    answer:
      `${met} at ${brief(fastest, "Hz")} an M2 takes ${brief(answer_s(cold, fastest, cycles.value), "s")} ` +
      `(entropy apart), and ${brief(window_s, "s")} would take ${clocks}. An SNonce made before the trigger ` +
      `leaves ${brief(ready.clock_Hz, "Hz")} with the PMK derived and ${brief(directReady.clock_Hz, "Hz")} in ` +
      `direct mode; a PMK looked up before it as well, ${brief(guessed.clock_Hz, "Hz")}, if the next trigger ` +
      "is from the AP in the cache. " +
      `At ${SIXTEEN} MHz, PMK derived, the answer is there after ${brief(at16, "s")}: that is ` +
      `${brief(at16 - sifs_s, "s")} of padding instead of ` +
      `${brief(padding_s, "s")}, or the slot with index ${firstSlot(data, at16, AIR.ulRate_kbps)} of ` +
      `${brief(data.slots[1].slot_s, "s")} each.`,
    also:
      `Of the ${brief(window_s, "s")} the NVM alone takes ${brief(cold.nvm_s, "s")} of a cold M2, whatever the ` +
      `clock: ${cold.nvmRead_octets + cold.nvmWritten_octets} octets of FRAM. ` +
      `The first slot has index 0 here and is the papers' slot 1.`,
    parts: [
      plot(data),
      {
        id: "slot-clock",
        title: "Time to an M2 by clock, and what it asks of padding or slot",
        headline: true,
        rows: clockRows(data),
        note: `Padding (in place of ${brief(padding_s, "s")}) and first slot, by index from 0, are for the PMK derived; slots hold M2, M3 and
two SIFS, and are ${listed(data.slots.map(({ ulRate_kbps, slot_s }) => `${brief(slot_s, "s")} at ${ulRate_kbps} kb/s`))} long.`,
      },
      {
        id: "slot-work",
        title: "What an M2 computes",
        rows: works.map((work) => ({
          "M2 with": KIND_NAMES[work.kind],
          "M4 instructions": work.instructions,
          ...Object.fromEntries(PHASES.map((phase) => [phase, work.phases[phase] ?? null])),
          "NVM, octets": work.nvmRead_octets + work.nvmWritten_octets,
          "NVM, time": brief(work.nvm_s, "s"),
          [`clock for ${brief(window_s, "s")}`]: brief(work.clock_Hz, "Hz"),
          "at least .. at most": `${brief(work.clockLow_Hz, "Hz")} .. ${brief(work.clockHigh_Hz, "Hz")}`,
        })),
        note: `Profile compact, AES-CCM, ${READING_octets} octets of reading. The band is that of the cycles an instruction,
${cycles.band.map((factor) => factor * cycles.value).join(" .. ")}. The last ${works.length - SHIPPED} are no firmware of today. The SNonce depends on nothing of M1 and can be made before it. The PMK depends on M1's Modifier and AA,
so before M1 it is there in direct mode, where it is the root, or on a guess, that the next trigger is from the AP in the cache:
"${KIND_NAMES.guessed}" is for a guess that is right, without what checking it takes; a wrong one takes what
"${KIND_NAMES.ready}" takes at the least.`,
      },
      {
        id: "slot-entropy",
        title: "Entropy, once in a power cycle, on top of it",
        rows: data.entropy.map(({ mcu, octets, t_s }) => ({ MCU: mcu, octets, time: brief(t_s, "s") })),
        note: "Drawn at the first M1 of a life, and not again in it.",
      },
    ],
    rests: [
      `${cycles.value} cycles a Thumb instruction: assumed, ` +
        `${cycles.band.map((factor) => factor * cycles.value).join(" .. ")}; QEMU counts instructions, not ` +
        "cycles.",
      `The ${brief(window_s, "s")}: ${PADDING_PROTECTED.value} us of padding (${PADDING_PROTECTED.source}) and ` +
        `${AMP_SIFS.value} us of SIFS (${AMP_SIFS.source}), proposals. ` +
        `The signal extension of ${brief(data.extension_s, "s")}, a model, is not in it; first slots in the ` +
        "table do reckon with it.",
      "The slot rules of PROTOCOL.md 4.2, which the draft leaves open.",
    ],
    moved: {
      what:
        `the time to an M2 on ${data.default.mcu} at ${brief(data.default.clock_Hz, "Hz")}, PMK derived, entropy ` +
        "apart",
      value: data.default.t_s,
      shown: (value) => brief(value, "s"),
      swings: data.swings,
    },
  };
}

/** In the order in which the answer tells of them. */
const KINDS_TOLD = ["cold", "cached", "direct", "ready", "directReady", "guessed"] as const;
/** How many kinds the firmware has: those with nothing made before M1, which stand first. */
const SHIPPED = Object.values(PLANS).filter(({ early }) => early.length === 0).length;

const PHASES = ["frame", "snonce", "pmk", "ptk", "mic"];

function clockRows(data: SlotData) {
  const cold = workOf(data.works, "cold");
  return CLOCKS_MHz.map((clock_MHz) => {
    const time = (work: Work): number => answer_s(work, clock_MHz * MHz, data.cycles.value);
    return {
      clock: `${clock_MHz} MHz`,
      ...Object.fromEntries(data.works.map((work) => [KIND_NAMES[work.kind], brief(time(work), "s")])),
      "padding, PMK derived": brief(time(cold) - data.sifs_s, "s"),
      ...Object.fromEntries(
        data.slots.map(({ ulRate_kbps }) => [
          `first slot, UL ${ulRate_kbps} kb/s`,
          firstSlot(data, time(cold), ulRate_kbps),
        ]),
      ),
    };
  });
}

/** Far enough for the eye to see where the window would be met. */
const LAST_MHz = 1000;

function plot(data: SlotData): Page["parts"][number] {
  const { works, cycles, padding_s, sifs_s, slots } = data;
  const clocks = Array.from({ length: 31 }, (_, i) => pow10(i / 10));
  const slot_s = slots[1].slot_s;
  return {
    picture: "time",
    alt:
      "Time to an M2 over the clock, both logarithmic: lines that fall, ever less where NVM is what is left, and " +
      "the first slot far below them up to 100 MHz",
    svg: curvesSvg({
      title: "Time to an M2 by the clock of a Cortex-M4",
      desc: [
        "Time from the last data bit of M1 to the M2 in software, entropy apart, by clock, for each kind of keying,",
        "with the band of the cycles an instruction for the first; beside the window before the first slot and the",
        "start of the second. An SNonce made before and direct mode lie where the right guess lies, and are left out.",
      ],
      x: { label: "clock of the CPU", low: 1, high: LAST_MHz, log: true, tick: (clock) => brief(clock * MHz, "Hz") },
      y: {
        label: "from M1 to the M2",
        low: 1e-5,
        high: 0.1,
        log: true,
        tick: (t_s) => brief(t_s, "s"),
      },
      // In direct mode an SNonce made before leaves what a right guess leaves, to a few instructions: one line for both.
      curves: works
        .filter(({ kind }) => kind !== "directReady")
        .map((work) => ({
          name: KIND_NAMES[work.kind],
          colour: COLOURS[work.kind],
          points: clocks.map((clock) => {
            const [y, low, high] = [1, ...cycles.band].map((f) => answer_s(work, clock * MHz, f * cycles.value));
            // One band is enough to see how wide they are.
            return work.kind === "cold" ? { x: clock, y, low, high } : { x: clock, y };
          }),
        })),
      guides: [
        { y: padding_s + sifs_s, label: `${brief(padding_s + sifs_s, "s")}: padding and SIFS before the first slot` },
        { y: padding_s + sifs_s + slot_s, label: `the second slot, ${brief(slot_s, "s")} later (UL 1 Mb/s)` },
        { x: 100, label: "100 MHz" },
      ],
    }),
  };
}
