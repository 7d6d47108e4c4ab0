/** Deaths at the steps of a root update: each case kills who it names exactly there, and looks at what comes of it. */
import assert from "node:assert/strict";
import { type Gate, OPEN, pause } from "./gate.ts";
import { agree, logOf, type Readings, recordsOf } from "./left.ts";
import type { Member } from "./member.ts";
import type { Site } from "./site.ts";
import { STEPS, type Step, StepFinder } from "./steps.ts";

/** Who may die; the other AP is the one that the station does not speak to. */
export type Victim = "service" | "AP" | "other AP" | "station";

export interface Case {
  readonly step: Step;
  /** Before it is handed on, or in the first instants after that; lost: nobody dies, but it does not arrive. */
  readonly when: "before" | "after" | "lost";
  readonly victims: readonly Victim[];
  /** The step is that of the other AP. */
  readonly atOther?: true;
}

export interface Verdict {
  readonly case: string;
  /** The AP that carried the update. */
  readonly by: string;
  /** The device's, before and after. */
  readonly generations: string;
  /** From the death to the last check, s. */
  readonly time_s: number;
}

/** After the step somebody dies within so long: in the middle of what it does about it. */
const AFTER_MAX_ms = 4;
/** What asks for the update has taken effect, or not, when the service dies within so long. */
const ASKED_MAX_ms = 6;
/** The station whose root is updated. */
const STATION = 0;

const SINGLE: readonly Victim[] = ["service", "AP", "station"];
const PAIRS: readonly (readonly Victim[])[] = [
  ["service", "AP"],
  ["AP", "station"],
  ["service", "station"],
  ["service", "AP", "other AP", "station"],
];
const OF_APS: readonly Step[] = ["hold both", "held both", "hold the new", "held the new"];
const OF_PAIRS: readonly Step[] = [...OF_APS, "tell UPDATE", "M3 with UPDATE", "answer on the air", "verdict"];

/** Every step, everyone, before and after; some together; each lost. */
export function allCases(): Case[] {
  const cases: Case[] = [];
  for (const step of STEPS) {
    for (const victim of SINGLE) {
      for (const when of ["before", "after"] as const) cases.push({ step, when, victims: [victim] });
    }
    if (step !== "asked") cases.push({ step, when: "lost", victims: [] });
    if (OF_PAIRS.includes(step)) for (const victims of PAIRS) cases.push({ step, when: "before", victims });
    if (OF_APS.includes(step)) {
      for (const when of ["before", "after"] as const) {
        cases.push({ step, when, victims: ["other AP"], atOther: true });
      }
    }
  }
  return cases;
}

export function nameOf({ step, when, victims, atOther }: Case): string {
  const where = atOther ? `${step} at the other AP` : step;
  return when === "lost" ? `${where} is lost` : `${victims.join(", ")} dead ${when} ${where}`;
}

/** @throws Error that names the case and says what is not as it should be. */
export async function run(site: Site, of: Case, readings: Readings): Promise<Verdict> {
  try {
    return await judged(site, of, readings);
  } catch (error) {
    throw new Error(`${nameOf(of)}: ${(error as Error).message}`, { cause: error });
  }
}

async function judged(site: Site, of: Case, readings: Readings): Promise<Verdict> {
  await site.served();
  const ap = site.apOf(STATION);
  const [{ generation: before }] = await recordsOf(site);
  const victims = membersOf(site, of.victims, ap);
  await strike(site, of, ap, victims);
  const start_ms = Date.now();
  for (const member of victims) member.start();
  await site.confirmed(1);
  const next = (before + 1) & 0xff;
  // An update that the service was killed before it took is none.
  const mayBeNone = of.step === "asked" && of.when === "before";
  await site.until("the update is proven", async () => {
    const [{ generation, update }] = await recordsOf(site);
    return update === undefined && (generation === next || (mayBeNone && generation === before));
  });
  site.roam();
  await site.confirmed(1);
  const records = await recordsOf(site);
  agree(site, records);
  readings.check();
  await logOf(site);
  const generations = `${before} -> ${records[STATION].generation}`;
  return { case: nameOf(of), by: site.aps[ap].name, generations, time_s: (Date.now() - start_ms) / 1000 };
}

/** Until it has happened. */
async function strike(site: Site, of: Case, ap: number, victims: readonly Member[]): Promise<void> {
  if (of.step === "asked") {
    const asked = site.update(STATION);
    if (of.when === "after") assert.ok(await asked, "the service takes the request");
    else await pause(ASKED_MAX_ms * Math.random());
    await site.kill(victims);
    await asked;
    return;
  }
  const finder = new StepFinder({
    station: STATION,
    spa: site.spaOf(STATION),
    ap: of.atOther ? (ap + 1) % site.aps.length : ap,
  });
  let isDone = false;
  const gate: Gate = async (sight, fate) => {
    if (finder.stepOf(sight) !== of.step) return fate.pass();
    if (of.when === "before") await site.kill(victims);
    if (of.when === "lost") fate.lose();
    else fate.pass();
    if (of.when === "after") {
      await pause(AFTER_MAX_ms * Math.random());
      await site.kill(victims);
    }
    isDone = true;
  };
  site.gate = gate;
  await site.update(STATION);
  await site.until(`${of.step} comes`, () => isDone);
  site.gate = OPEN;
}

function membersOf(site: Site, victims: readonly Victim[], ap: number): Member[] {
  return victims.map((victim) => {
    if (victim === "service") return site.service;
    if (victim === "station") return site.stations[STATION];
    return site.aps[victim === "AP" ? ap : (ap + 1) % site.aps.length];
  });
}
