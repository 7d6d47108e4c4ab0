/*
 * The figures of a run, a line each: what was taken, how many lives that took, and what it cost.
 */
import type { Result } from "../../sim/result.ts";
import { count, figures, number, percent, si } from "../../text/units.ts";

/** Labels and what stands behind them. */
export function overviewOf(result: Result): [label: string, text: string][] {
  const first = [readings(result), triggers(result), ...air(result), lives(result)];
  return [...first, ...confirmed(result), ...exchange(result), harvest(result)];
}

type Row = [string, string];

function readings({ readings, exchanges }: Result): Row {
  if (readings === 0) return ["readings taken", "none"];
  const arrived = `${number(exchanges.confirmed)} confirmed by an M3 that arrived`;
  return ["readings taken", `${number(readings)}, ${figures(exchanges.perSecond)} a second; ${arrived}`];
}

function triggers({ exchanges: { m1Heard, m1Strange, m2Sent, m1Silent, m2Late } }: Result): Row {
  if (m1Heard + m1Strange === 0) return ["triggers heard", "none"];
  const answered = `${m2Sent === m1Heard + m1Strange ? "all" : number(m2Sent)} answered`;
  const strange = m1Strange > 0 ? ` and ${number(m1Strange)} of a stranger` : "";
  const others = told([m1Silent, "got no slot"], [m2Late, "too late for their slot"]);
  return ["triggers heard", [`${number(m1Heard)}${strange}; ${answered}`, ...others].join(", ")];
}

/** Frames that did not come through as they were sent; nothing if all did. */
function air({ air: { down, up } }: Result): Row[] {
  const fates = told(
    [up.collided, "collided"],
    [(up.lost ?? 0) + (down.lost ?? 0), "lost"],
    [(up.changed ?? 0) + (down.changed ?? 0), "changed"],
    [up.cut, "cut short when power failed"],
  );
  return fates.length > 0 ? [["on the air", fates.join(", ")]] : [];
}

function lives({ lives, deaths, energy }: Result): Row {
  const ended = deaths.total > 0 && deaths.total === lives ? "all" : number(deaths.total);
  const on = `on ${percent(energy.availability)} of the time`;
  const causes = Object.entries(deaths.byCause ?? {}).map(([cause, times]) => `${number(times)} by ${CAUSES[cause]}`);
  const why = causes.length > 0 ? ` (${causes.join(", ")})` : "";
  return ["lives", lives > 0 ? `${number(lives)}; ${ended} ended when power failed${why}; ${on}` : "none"];
}

/** What the entries of deaths.byCause are called. */
const CAUSES: Readonly<Record<string, string>> = { "brown-out": "the MCU's brown-out", supervisor: "a look" };

/** What there is to say of readings that were confirmed, of Data and of root updates. */
function confirmed({ exchanges, energy: { perReading, wasted } }: Result): Row[] {
  const { livesPerReading, meanLivesPerReading, meanWait_s, longestWait_s } = exchanges;
  const rows: Row[] = [];
  if (meanLivesPerReading !== null && meanWait_s !== null) {
    const spread = Object.entries(livesPerReading).sort(([a], [b]) => Number(a) - Number(b));
    const most = spread.slice(0, 3).map(([n, times = 0]) => `${number(times)} in ${n === "1" ? "one" : n}`);
    const all = `${most.join(", ")}${spread.length > 3 ? ", ..." : ""}`;
    rows.push(["lives a reading", `${figures(meanLivesPerReading)} in the mean: ${all}`]);
    rows.push(["between readings", `${si(meanWait_s, "s")} in the mean, ${si(longestWait_s, "s")} at most`]);
  }
  const { dataFrames, commandsAnswered, updatesProven } = exchanges;
  if (dataFrames > 0) rows.push(["Data", `${count(dataFrames, "frame")} taken after an M3`]);
  if (commandsAnswered > 0) {
    rows.push(["root updates", `${number(updatesProven)} proven; ${count(commandsAnswered, "command")} answered`]);
  }
  if (perReading) {
    const band = `${si(perReading.low_J, "J")} .. ${si(perReading.high_J, "J")}`;
    rows.push(["energy a reading", `${si(perReading.e_J, "J")} (${band}); ${percent(wasted.share)} led to nothing`]);
  }
  return rows;
}

/** Of the scenario's own MCU, the first: does a charge of the storage do for an exchange? */
function exchange({ needs }: Result): Row[] {
  return needs.slice(0, 1).map(({ cold, charge_J, charges, fitsInOneLife, onOneCharge, capacitance_F }) => {
    const unsure = onOneCharge === "perhaps" ? ", within the bands perhaps" : "";
    const enough = `${(1 / charges).toFixed(1)} to a charge${unsure}`;
    const verdict = fitsInOneLife ? enough : `not on a charge alone${unsure}, that needs ${si(capacitance_F, "F")}`;
    return ["one exchange", `takes ${si(cold.e_J, "J")}, a charge gives ${si(charge_J, "J")}: ${verdict}`];
  });
}

function harvest({ energy: { harvest } }: Result): Row {
  const { harvested_J, stored_J, spent_J, clipped_J, leaked_J } = harvest;
  // With what was stored at the start: that is where all of it came from.
  const all_J = stored_J + spent_J + clipped_J + leaked_J;
  const part = (e_J: number): string => percent(all_J > 0 ? e_J / all_J : 0);
  const parts = `${part(spent_J)} spent, ${part(clipped_J)} clipped at V_max, ${part(leaked_J)} leaked, ${part(stored_J)} left`;
  return ["harvest", harvested_J > 0 ? `${si(harvested_J, "J")}: ${parts}` : "none"];
}

/** Of counts with their names those that are not 0. */
function told(...counts: readonly (readonly [n: number | undefined, what: string])[]): string[] {
  return counts.flatMap(([n = 0, what]) => (n > 0 ? [`${number(n)} ${what}`] : []));
}
