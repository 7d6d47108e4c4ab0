/**
 * A story as a ladder: what is worth a line of its own, and in between how much there was of the rest. Of readings, which are
 * hundreds, each chapter shows one exchange whole, and those in which something else happens: a command and its answer, a frame
 * in which power failed.
 */

import type { Story } from "./story.ts";
import { CHAPTERS, type Chapter, inOrder, type Remark, type Rung } from "./telling.ts";

/** What was left out between two lines. */
export interface Rest {
  /** M3s that reached the station or not: each a reading that an access point took. */
  readonly readings: number;
  /** Triggers that nobody heard, or nobody answered. */
  readonly unanswered: number;
  /** Of 802.21: acknowledgements, and the EAP of associations but for its ends. */
  readonly datagrams: number;
  readonly deaths: number;
}

export type Line =
  | { readonly kind: "rung"; readonly rung: Rung }
  | { readonly kind: "remark"; readonly remark: Remark }
  | { readonly kind: "rest"; readonly rest: Rest };

export interface LadderChapter {
  readonly chapter: Chapter;
  readonly lines: readonly Line[];
}

/** Chapters that were reached, in their order. */
export function ladderOf({ rungs, remarks, lived }: Story): LadderChapter[] {
  const lives = lived?.timeline.stations[0].lives ?? [];
  const start_s = rungs.find(({ way }) => way === "AMP" || way === "802.21")?.time_s ?? 0;
  const deaths_s = lives.flatMap(({ down_s, phase }) => (phase === null ? [] : [start_s + down_s]));
  const told = CHAPTERS.map((chapter) => ({
    chapter,
    rungs: rungs.filter((rung) => rung.chapter === chapter),
    remarks: remarks.filter((remark) => remark.chapter === chapter),
  })).filter((one) => one.rungs.length + one.remarks.length > 0);
  return told.map(({ chapter, rungs: own, remarks: said }, i) => {
    const [from_s, to_s] = [
      i === 0 ? 0 : beginning_s(told[i]),
      i + 1 < told.length ? beginning_s(told[i + 1]) : Number.POSITIVE_INFINITY,
    ];
    const died_s = deaths_s.filter((at_s) => at_s >= from_s && at_s < to_s);
    return { chapter, lines: linesOf(own, said, died_s) };
  });
}

function beginning_s({
  rungs,
  remarks,
}: {
  readonly rungs: readonly Rung[];
  readonly remarks: readonly Remark[];
}): number {
  return Math.min(...[...rungs.slice(0, 1), ...remarks.slice(0, 1)].map(({ time_s }) => time_s));
}

function linesOf(rungs: readonly Rung[], remarks: readonly Remark[], deaths_s: readonly number[]): Line[] {
  const shown = shownOf(rungs);
  const lines: Line[] = [];
  let left: Rung[] = [];
  let [said, died] = [0, 0];
  const rest = (until_s: number): void => {
    const before = died;
    while (died < deaths_s.length && deaths_s[died] < until_s) died++;
    if (left.length + died - before > 0) lines.push({ kind: "rest", rest: restOf(left, died - before) });
    left = [];
  };
  const sayUntil = (rung?: Rung): void => {
    for (; said < remarks.length && (!rung || inOrder(remarks[said], rung) < 0); said++) {
      rest(remarks[said].time_s);
      lines.push({ kind: "remark", remark: remarks[said] });
    }
  };
  for (const rung of rungs) {
    sayUntil(rung);
    if (!shown.has(rung)) {
      left.push(rung);
      continue;
    }
    rest(rung.time_s);
    lines.push({ kind: "rung", rung });
  }
  sayUntil();
  rest(Number.POSITIVE_INFINITY);
  return lines;
}

/** All but acknowledgements, EAP of 802.21, and what repeats itself on the air of AMP. */
function shownOf(rungs: readonly Rung[]): Set<Rung> {
  const shown = new Set(
    rungs.filter((rung, i) => rung.way !== "AMP" && !isPassedOver(rung, rungs[i - 1], rungs[i + 1])),
  );
  let isFirst = true;
  let isFirstCut = true;
  for (const exchange of exchangesOf(rungs)) {
    const names = exchange.map(({ name }) => name);
    const isWhole = names.includes("M3") && exchange.every(({ fate }) => fate === undefined);
    const isCut = exchange.some(({ fate }) => fate?.startsWith("power"));
    const isShown = (isWhole && isFirst) || names.includes("Data") || (isCut && isFirstCut);
    if (isWhole) isFirst = false;
    if (isCut) isFirstCut = false;
    if (isShown) for (const rung of exchange) shown.add(rung);
  }
  return shown;
}

/** Of the EAP that associates two PoSs, the first message and the last are told. */
function isPassedOver(rung: Rung, before: Rung | undefined, after: Rung | undefined): boolean {
  const isLike = (other: Rung | undefined): boolean =>
    other?.name.startsWith("MIS_Auth") === true &&
    [other.ends?.from, other.ends?.to].sort().join() === [rung.ends?.from, rung.ends?.to].sort().join();
  if (rung.way !== "802.21") return false;
  return rung.name === "acknowledgement" || (rung.name.startsWith("MIS_Auth") && isLike(before) && isLike(after));
}

/** A trigger and all that follows it until the next. */
function exchangesOf(rungs: readonly Rung[]): Rung[][] {
  const exchanges: Rung[][] = [];
  for (const rung of rungs) {
    if (rung.way !== "AMP") continue;
    if (rung.name === "M1") exchanges.push([rung]);
    else exchanges.at(-1)?.push(rung);
  }
  return exchanges;
}

function restOf(rungs: readonly Rung[], deaths: number): Rest {
  return {
    readings: rungs.filter(({ name }) => name === "M3").length,
    unanswered: exchangesOf(rungs).filter((exchange) => exchange.length === 1).length,
    datagrams: rungs.filter(({ way }) => way === "802.21").length,
    deaths,
  };
}

/** "12 readings, 3 deaths": what there is of each. */
export function restText({ readings, unanswered, datagrams, deaths }: Rest): string {
  const of = (n: number, one: string, many = `${one}s`): string[] => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]);
  return [
    ...of(readings, "reading"),
    ...of(deaths, "death"),
    ...of(unanswered, "trigger without an answer", "triggers without an answer"),
    ...of(datagrams, "datagram of 802.21", "datagrams of 802.21"),
  ].join(", ");
}
