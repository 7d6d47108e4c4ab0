/*
 * An M1 is carried to a station far away, and its M2 back: both are genuine. How late may the M2 come?
 */
import { type Attack, check, counted, derived } from "../attack.ts";
import { Crowd } from "../crowd.ts";

const LIGHT_m_s = 299_792_458;

export const relay: Attack = {
  name: "relay",
  title: "M1 is carried to a station elsewhere, and its M2 back",
  needs: "two radios and a link between them",

  run(kit) {
    const { plan } = kit;
    const [taken_s, refused_s] = latest(kit);
    const crowd = new Crowd(kit, 1);
    const m2 = answerOf(crowd);
    const m3 = crowd.reaches(m2);
    const window_s = plan.slot_s;
    return {
      happens: [
        `The AP took a station's own M2 up to ${taken_s.toPrecision(4)} s after the beginning of M1, and refused it after ${refused_s.toPrecision(4)} s (no open session): the reading is genuine and fresh, its place is not proven.`,
        `The M3 can be carried back the same way, so both ends believe in a direct exchange. What is fresh is the reading under this ANonce: it cannot be older than M1.`,
        `A candidate: an AP that takes an M2 only in the slots that it announced (${plan.info.slots} of ${(plan.slot_s * 1e6).toFixed(0)} us) and knows which one a station took would leave a relay less than a slot: ${((window_s * LIGHT_m_s) / 2000).toFixed(0)} km there and back at best, so no bound on distance either. Only a measured round trip bounds that.`,
      ],
      verdict: "open",
      stops: "nothing proves where a station is. R3 bounds how late its M2 may come: 1 s after the last slot",
      figures: [
        counted("latest M2 taken, after the beginning of M1", taken_s, "s"),
        counted("earliest M2 refused for it", refused_s, "s"),
        derived("a slot", plan.slot_s, "s"),
        derived("distance, there and back, that a slot leaves light time for", (window_s * LIGHT_m_s) / 2, "m"),
      ],
      checks: [
        check("a relayed M2 in its session is taken like any", m3.kind === "reading"),
        check("the session bounds the delay", refused_s < 2 && taken_s < refused_s),
      ],
    };
  },
};

function answerOf(crowd: Crowd): Uint8Array {
  const m2 = crowd.members[0].victim.hears(crowd.trigger()).answer?.frame;
  if (!m2) throw new Error("a device did not answer its AP");
  return m2;
}

/** The latest delay at which a fresh M2 is taken, and the earliest at which it is not, to a microsecond. */
function latest(kit: ConstructorParameters<typeof Crowd>[0]): [taken_s: number, refused_s: number] {
  const crowd = new Crowd(kit, 1);
  const isTaken = (delay_s: number): boolean => {
    const m2 = answerOf(crowd);
    crowd.now_s += delay_s;
    return crowd.reaches(m2).kind === "reading";
  };
  let [low, high] = [0, 10];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (isTaken(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}
