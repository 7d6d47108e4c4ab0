/*
 * Question: how many devices can an AP bear, with short identifiers of 12 or of 16 bits?
 *
 * Exactly (birthday.ts), and measured at the project's AP (sharedids.ts). Assumption: identifiers are as good as random, as
 * those of PROTOCOL.md are, which are hashed. 12 bits are the mail archive's for one class of stations and one of two
 * lengths that are open for another (stds-802-11-tgbp msg01166).
 */
import type { Figures } from "../../host/bench/bench.ts";
import { pow10 } from "../../host/math/pow10.ts";
import { anyShared, beyond, hasTwin, largest, meanTries } from "./birthday.ts";
import type { Lab } from "./lab.ts";
import type { Page, Question } from "./question.ts";
import { answersToShared, type Crowded, crowded } from "./sharedids.ts";
import { curvesSvg } from "./svg/curves.ts";
import type { Colour } from "./svg/theme.ts";
import { brief, chance } from "./units.ts";

const BITS = [12, 16] as const;
/** AMP-R3: an M2 is tried against so many devices at most. */
const CANDIDATES_MAX = 8;
const SIZES = [100, 1000, 4096, 16_384, 65_536];
const ASKED = 256;
/** What one may call bearable: a tenth of a try more an M2; one device in a million that a broadcast cannot reach. */
const MORE_TRIES = 0.1;
const UNHEARD = 1e-6;
/** A twin is a collision whenever it is asked for: one device in a hundred. */
const TWINS = 0.01;

interface Limit {
  readonly bits: number;
  /** Devices until two of them share as likely as not; and until each limit above. */
  readonly evenOdds: number;
  readonly byTwins: number;
  readonly byTries: number;
  readonly byUnheard: number;
}

interface Row extends Crowded {
  /** As reckoned. */
  readonly anyShared: number;
  readonly twin: number;
  readonly triesReckoned: number;
  readonly unheard: number;
}

export interface IdentifiersData {
  readonly candidates: number;
  readonly limits: readonly Limit[];
  readonly rows: readonly Row[];
  /** Of two stations of one identifier, those that answer a trigger for one of them. */
  readonly answers: number;
  /** For the picture: shares by number of devices. */
  readonly curves: readonly {
    readonly bits: number;
    readonly points: readonly { readonly devices: number; readonly twin: number; readonly unheard: number }[];
  }[];
}

export const identifiers: Question<IdentifiersData> = { name: "identifiers", measured, page, figures };

function measured({ module }: Lab): IdentifiersData {
  return {
    candidates: CANDIDATES_MAX,
    limits: BITS.map((bits) => ({
      bits,
      evenOdds: largest((n) => anyShared(n, bits), 0.5),
      byTwins: largest((n) => hasTwin(n, bits), TWINS),
      byTries: largest((n) => meanTries(n, bits), 1 + MORE_TRIES),
      byUnheard: largest((n) => beyond(n, bits, CANDIDATES_MAX), UNHEARD),
    })),
    rows: BITS.flatMap((bits) => SIZES.map((devices) => rowOf(bits, devices))),
    answers: answersToShared(module),
    curves: BITS.map((bits) => ({ bits, points: NUMBERS.map((devices) => pointOf(devices, bits)) })),
  };
}

/** 10 .. 100,000, eight a decade. */
const NUMBERS = Array.from({ length: 33 }, (_, i) => Math.round(pow10(1 + i / 8)));

/** One row alone, for a test to make again. */
export function rowOf(bits: number, devices: number): Row {
  return {
    ...crowded(bits, devices, Math.min(devices, ASKED)),
    anyShared: anyShared(devices, bits),
    twin: hasTwin(devices, bits),
    triesReckoned: meanTries(devices, bits),
    unheard: beyond(devices, bits, CANDIDATES_MAX),
  };
}

function pointOf(devices: number, bits: number) {
  return { devices, twin: hasTwin(devices, bits), unheard: beyond(devices, bits, CANDIDATES_MAX) };
}

function page({ candidates, limits, rows, answers, curves }: IdentifiersData): Page {
  const [twelve, sixteen] = limits;
  const n = (value: number): string => value.toLocaleString("en");
  const thousand = (bits: number): Row => rows.find((row) => row.bits === bits && row.devices === 1000) ?? rows[0];
  return {
    question: "How many devices can one AP bear, with identifiers of 12 or of 16 bits?",
    answer:
      `Work is no limit: an M2 takes a tenth of a try more at ${n(twelve.byTries)} devices with 12 bits and at ` +
      `${n(sixteen.byTries)} with 16, and one device in a million ` +
      `has ${candidates} others before it, so that a broadcast trigger cannot hear it, at ` +
      `${n(twelve.byUnheard)} and ${n(sixteen.byUnheard)}. The limit is the trigger for one device: all ` +
      "devices of its " +
      "identifier answer it, every time, and if they compute as fast in the same slot; one device in a hundred has such a twin at " +
      `${n(twelve.byTwins)} devices with 12 bits and at ` +
      `${n(sixteen.byTwins)} with 16.`,
    also:
      `Of two stations with one identifier, both the shipped module, ${answers} answered a trigger for one of ` +
      `them. At 1,000 devices ${chance(thousand(12).twin)} have a twin with 12 bits and ` +
      `${chance(thousand(16).twin)} with 16.`,
    parts: [
      plot(curves, candidates),
      {
        id: "identifiers-limits",
        title: "Devices at one AP until",
        headline: true,
        rows: limits.map(({ bits, evenOdds, byTwins, byTries, byUnheard }) => ({
          "bits of ID": bits,
          "two share, as likely as not": evenOdds,
          [`${100 * TWINS} % have a twin`]: byTwins,
          [`${MORE_TRIES} tries more an M2`]: byTries,
          "one in a million is beyond the candidates": byUnheard,
        })),
        note:
          "Each the greatest number for which it is not yet so. Candidates: an AP tries an M2 against " +
          `${candidates} devices at most (AMP-R3).`,
      },
      {
        id: "identifiers",
        title: "Reckoned, and measured at the project's AP",
        rows: rows.map((row) => ({
          ...{ "bits of ID": row.bits, devices: row.devices, "any two share": chance(row.anyShared) },
          "have a twin": chance(row.twin),
          "twins measured": chance(row.sharing / row.devices),
          "tries an M2": brief(row.triesReckoned, "").trim(),
          "tries measured": brief(row.meanTries, "").trim(),
          most: row.mostTries,
          "beyond the candidates": chance(row.unheard),
          "M2s sent": row.asked,
          refused: row.asked - row.taken,
        })),
        note: `A try is one PTK and one MIC. Measured: so many devices in the table of the AP (host/ap), M2s
of up to ${ASKED} of them, spread evenly over the order in which they came, on one broadcast trigger. Tries are reckoned
without the limit of ${candidates}, which cuts them off.`,
      },
    ],
    rests: [
      "Identifiers are random: those of PROTOCOL.md are hashes of the addresses. Identifiers that an AP hands " +
        "out would not collide at all, but a station that keeps nothing cannot keep one.",
      "The value that is broadcast is left out, and the one beside it is twice as likely: two of 2^16.",
      "An AP knows which of its devices share an identifier. A trigger for one of those had better have random slots than " +
        "the access of one station only; the project's AP leaves that to its caller.",
      "No number of the profiles moves this answer; what moves it is the number of devices, and each bit of ID " +
        "as much as twice the devices.",
    ],
  };
}

const COLOURS: Readonly<Record<number, readonly [Colour, Colour]>> = { 12: ["red", "orange"], 16: ["blue", "green"] };

function plot(curves: IdentifiersData["curves"], candidates: number): Page["parts"][number] {
  const least = 1e-6;
  return {
    picture: "shares",
    alt:
      "Share of devices with a twin, and beyond the candidates of an M2, by number of devices, for identifiers " +
      "of 12 and of 16 bits",
    svg: curvesSvg({
      title: "Devices that share an identifier, by number of devices",
      desc: [
        "Shares over the number of devices at one AP, both logarithmic, for identifiers of 12 and of 16 bits: " +
          "devices with a twin, and",
        "devices that a broadcast trigger cannot hear because too many come before them.",
      ],
      x: { label: "devices at one AP", low: 10, high: 1e5, log: true, tick: (devices) => devices.toLocaleString("en") },
      y: {
        label: "of all devices",
        low: least,
        high: 1,
        log: true,
        tick: (share) => `${Number((100 * share).toPrecision(2))} %`,
      },
      curves: curves.flatMap(({ bits, points }) => {
        const of = (name: string, colour: Colour, value: (point: (typeof points)[number]) => number) => ({
          name: `${name}, ${bits} bits`,
          colour,
          points: points.map((point) => ({ x: point.devices, y: value(point) })).filter(({ y }) => y >= least),
        });
        const [first, second] = COLOURS[bits];
        return [
          of("with a twin", first, ({ twin }) => twin),
          of(`behind ${candidates} others`, second, ({ unheard }) => unheard),
        ];
      }),
      guides: [{ y: TWINS, label: `${100 * TWINS} %` }],
    }),
  };
}

function figures({ rows }: IdentifiersData): Figures {
  return Object.fromEntries(
    rows.map(({ bits, devices, mostTries }) => [`${bits} bits, ${devices} devices: most tries`, mostTries]),
  );
}
