/*
 * NVM wears out by being written. A forged trigger makes a station raise its boot counter, once in a power cycle; whoever
 * controls the power too makes as many power cycles as the station can live through.
 */
import { valuesOf } from "../../energy/profiles/profile.ts";
import { assumed, datasheet, type Quantity } from "../../energy/quantity.ts";
import { usableEnergy_J } from "../../energy/storage.ts";
import type { KNOWN_PROFILES } from "../../sim/profiles.ts";
import { withSettings } from "../../sim/scenario/read.ts";
import { type Attack, check, counted, derived, type Figure, simulated } from "../attack.ts";
import { forged } from "../attacker.ts";
import { Kit } from "../kit.ts";
import { Victim } from "../victim.ts";

const UNITS: readonly (readonly [least_s: number, unit: string])[] = [
  [365.25 * 86_400, "years"],
  [86_400, "days"],
  [3600, "hours"],
  [60, "minutes"],
];
const SPA = Uint8Array.of(0x02, 0xd0, 0, 0, 0, 2);
const PSK = new Uint8Array(32).fill(0xd1);

type NvmName = keyof typeof KNOWN_PROFILES.nvm;

/** Writes that a place of it lasts. */
const ENDURANCE: Readonly<Record<NvmName, Quantity>> = {
  fram: datasheet(1e15, "writes", "TI MSP430FR5994 product page: FRAM, 10^15 write cycles"),
  rram: datasheet(
    1e4,
    "writes",
    "nRF54L15 product specification: nENDURANCE, 10,000 writes of a 128-bit word line, as Nordic DevZone 121164 cites it",
  ),
  "flash-with-adapter": assumed(1e4, "writes", "NOR flash, 10,000 erasures of a page, from memory", [1, 10]),
};

/** The log of the flash adapter: a word for each octet written, two pages, one erased while the other fills. */
const FLASH = { page_octets: 4096, word_octets: 4, pages: 2 } as const;
/** RRAM is written by this many octets at once. */
const RRAM_UNIT_octets = 16;
/** At 2^32 - 2 the counter stays, and no longer keeps SNonces apart (PROTOCOL.md section 7). */
const COUNTER_LAST = 2 ** 32 - 2;
/** What an energizer close by may give; a life is over when the charge is, and begins when it is there again. */
const NEAR_W = assumed(1e-3, "W", "ours: an energizer at arm's length", [0.1, 10]);

export const wear: Attack = {
  name: "wear",
  title: "forged triggers and power cuts wear out the NVM",
  needs: "a transmitter; for the worst of it the energizer too",

  run(kit) {
    const cycles = kit.times(1000, 100);
    const measured = (Object.keys(ENDURANCE) as NvmName[]).map((nvm) => measure(kit, nvm, cycles));
    const [fram] = measured;
    // The whole charge has to be spent and harvested again; a station that shows its voltage may be cut sooner.
    const charged_s = usableEnergy_J(valuesOf(kit.profiles.storage)) / NEAR_W.value;
    const told = measured.map(({ nvm, cycles: lasts, cycle_s }) => {
      if (lasts > COUNTER_LAST) return `${nvm} not at all, as the counter ends before`;
      return `${nvm} in ${lasting(lasts * Math.max(cycle_s, charged_s))} (${lasting(lasts * cycle_s)} at its own pace)`;
    });
    const honest = measured.map(({ nvm, cycles: lasts }) =>
      lasts > COUNTER_LAST ? `${nvm} longer than the counter` : `${nvm} ${lasting(lasts)}`,
    );
    const [quickest] = measured;
    return {
      happens: [
        `In ${cycles} power cycles with two forged triggers each a station wrote ${fram.octetsPerCycle.toPrecision(3)} octets of NVM a cycle, all in the counter's cells; the octet written most, ${fram.mostPerCycle.toPrecision(3)} times a cycle.`,
        `An attacker who also gives the power, ${NEAR_W.value * 1e3} mW of it, and makes every life just long enough to raise the counter, wears out ${told.join("; ")}. A full charge each time sets the pace; the station's own is ${(quickest.cycle_s * 1e3).toPrecision(3)} ms.`,
        `The counter itself ends after ${COUNTER_LAST.toLocaleString("en")} power cycles: ${lasting(COUNTER_LAST * Math.max(quickest.cycle_s, charged_s))} at that pace, ${lasting(COUNTER_LAST)} at one a second. From then on it stays, nothing is written, and noise alone keeps SNonces apart.`,
        `With nobody attacking, at one power cycle a second: ${honest.join(", ")}.`,
        "A station whose counter cannot be written goes on, its SNonces from its noise alone (R2); only with dead noise as well could one repeat.",
      ],
      verdict: "bounded",
      stops:
        "R2: one raise of the counter a power cycle, however many triggers are forged. FRAM outlives the counter's 32 bits; NVM of 10^4 writes needs its host to spread the cells over more of it",
      figures: measured.flatMap(
        ({ nvm, octetsPerCycle, mostPerCycle, endurance, cycles: lasts, cycle_s, others }): Figure[] => [
          counted(`${nvm}: octets written in a power cycle`, octetsPerCycle, "octets"),
          counted(`${nvm}: writes of the octet written most, a power cycle`, mostPerCycle, "writes"),
          derived(`${nvm}: lasts (${endurance.status}: ${endurance.source})`, lasts, "power cycles"),
          simulated(`${nvm}: shortest life that raises the counter`, cycle_s, "s"),
          derived(
            `${nvm}: worn out at a charge of ${kit.profiles.storage.name} each time, after`,
            lasts * Math.max(cycle_s, charged_s),
            "s",
          ),
          counted(`${nvm}: octets written outside the counter's cells`, others, "octets"),
        ],
      ),
      checks: [
        check(
          "nothing but the counter's cells is written",
          measured.every(({ others }) => others === 0),
        ),
        check(
          "two forged triggers in a power cycle write no more than one",
          measured.every(({ second }) => second === 0),
        ),
      ],
    };
  },
};

const CELLS = { from: 16, end: 32 } as const;

interface Measured {
  readonly nvm: NvmName;
  readonly endurance: Quantity;
  readonly octetsPerCycle: number;
  readonly mostPerCycle: number;
  /** Power cycles until the place that wears most is worn out. */
  readonly cycles: number;
  /** Octets written outside the counter's cells, and by a second forged trigger of a power cycle. */
  readonly others: number;
  readonly second: number;
  /** The shortest power cycle that raises the counter, if the charge sets no other pace. */
  readonly cycle_s: number;
}

function measure(base: Kit, nvm: NvmName, cycles: number): Measured {
  const kit = new Kit({ ...base, scenario: withSettings(base.scenario, new Map([["stations.nvm", nvm]]), "attack") });
  const victim = new Victim(kit, { spa: SPA, psk: PSK, name: `wear ${nvm}` });
  const random = kit.streams(`wear ${nvm}`);
  const next = (): Uint8Array => forged(kit.plan, random, { profile: kit.plan.profile, hasModifier: true });
  const writes = new Uint32Array(victim.nvm.octets.length);
  let unitWrites = 0;
  let second = 0;
  let [before, cycle_s] = [0, Number.POSITIVE_INFINITY];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const wake = victim.wake();
    const first = victim.hears(next());
    for (const { offset, written } of first.writes) {
      for (let i = 0; i < written; i++) writes[offset + i]++;
      unitWrites += 1 + Math.floor((offset + written - 1) / RRAM_UNIT_octets) - Math.floor(offset / RRAM_UNIT_octets);
    }
    second += victim.hears(next()).writes.length;
    // It may die as soon as the counter is raised; the rest of the answer it need not live for.
    cycle_s = Math.min(cycle_s, wake.t_s + first.written_s);
    before += first.writes.reduce((all, { written }) => all + written, 0);
  }
  const octetsPerCycle = before / cycles;
  const mostPerCycle = Math.max(...writes) / cycles;
  const others = writes.reduce((all, n, at) => (at < CELLS.from || at >= CELLS.end ? all + n : all), 0);
  const endurance = ENDURANCE[nvm];
  const lasts = endurance.value / wearOf(nvm, octetsPerCycle, mostPerCycle, unitWrites / cycles);
  return {
    nvm,
    endurance,
    octetsPerCycle,
    mostPerCycle,
    others,
    second,
    cycle_s,
    cycles: lasts,
  };
}

function lasting(t_s: number): string {
  const [unit_s, unit] = UNITS.find(([least_s]) => t_s >= least_s) ?? [1, "seconds"];
  const n = t_s / unit_s;
  return `${n >= 100 ? Math.round(n).toLocaleString("en") : n.toPrecision(2)} ${unit}`;
}

/**
 * FRAM wears by the octet; RRAM by its unit, both cells in one; of flash a page is erased when its log is full:
 *
 *     erasures of a page in a power cycle = octets written x word / (page x pages)
 */
function wearOf(nvm: NvmName, octetsPerCycle: number, mostPerCycle: number, unitsPerCycle: number): number {
  if (nvm === "fram") return mostPerCycle;
  if (nvm === "rram") return unitsPerCycle;
  return (octetsPerCycle * FLASH.word_octets) / (FLASH.page_octets * FLASH.pages);
}
