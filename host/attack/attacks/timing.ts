/*
 * Does the time that an AP takes say who is there? The number of PTKs that it derives does depend on who shares an ID,
 * and on where among them the sender stands.
 */
import { type Attack, check, counted, derived, timed } from "../attack.ts";
import { Crowd } from "../crowd.ts";

const SIZE = 8;

export const timing: Attack = {
  name: "ap-timing",
  title: "the AP's time to answer says how many share an ID, and who was sent",
  needs: "a receiver with a good clock, or a process beside the AP's",

  run(kit) {
    const crowd = new Crowd(kit, SIZE);
    const times = kit.times(400, 20);
    const rows = crowd.members.map(({ victim }, place) => {
      const work = crowd.workFor(answerOf(crowd, place));
      const times_s = Array.from({ length: times }, () => {
        const frame = answerOf(crowd, place);
        // Without the delivery and the M3, which cost the same for all.
        const start_ms = performance.now();
        crowd.ap.receive(0, frame, crowd.now_s);
        return (performance.now() - start_ms) / 1000;
      });
      return { place, kdf: work.kdf, median_s: median(times_s), isTaken: work.received.kind === "reading", victim };
    });
    const [first] = rows;
    const last = rows[rows.length - 1];
    const ratio = last.median_s / first.median_s;
    return {
      happens: [
        `With ${SIZE} devices of one ID the M2 of the first took the AP ${first.kdf} PTK, that of the last ${last.kdf}.`,
        "On the air there is nothing to see of that: M3 leaves one SIFS after M2 or not at all (R3's assumption), and a refused M2 has no answer. An AP that sends M3 late, or whose next frame waits for this one, gives it away; so does a process that shares its core.",
        "What it gives away is where in the AP's list a device stands that shares its ID with others. That a device is there at all, its ID says in clear.",
        `A candidate defence, to try all ${SIZE} always, costs ${SIZE} PTKs an M2 in place of ${(rows.reduce((all, { kdf }) => all + kdf, 0) / SIZE).toPrecision(2)} on average here, and of 1 where nobody shares an ID.`,
      ],
      here: [`The last took ${ratio.toPrecision(2)} times as long as the first.`],
      verdict: "bounded",
      stops:
        "section 4.4 (M3 a SIFS after M2, or none) hides the AP's time from the air; privacy of the ID is not claimed",
      figures: [
        ...rows.map(({ place, kdf }) => counted(`PTKs for the device at place ${place + 1}`, kdf, "PTKs")),
        timed("M2 of the first of them, median", first.median_s, "s"),
        timed("M2 of the last of them, median", last.median_s, "s"),
        timed("ratio", ratio, "x"),
        derived("PTKs an M2 if all places were always tried", SIZE, "PTKs"),
      ],
      checks: [
        check(
          "every M2 of the eight is taken",
          rows.every(({ isTaken }) => isTaken),
        ),
        check(
          "the work grows by one PTK a place",
          rows.every(({ place, kdf }) => kdf === place + 1),
        ),
      ],
    };
  },
};

function answerOf(crowd: Crowd, place: number): Uint8Array {
  const m2 = crowd.members[place].victim.hears(crowd.trigger()).answer?.frame;
  if (!m2) throw new Error("a device did not answer its AP");
  return m2;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
