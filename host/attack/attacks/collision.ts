/*
 * The short ID has 16 bits and follows from the address: devices share one by chance, or because somebody chose their
 * addresses so.
 */
import type { ApReason } from "../../ap/reasons.ts";
import { type Attack, check, counted, derived } from "../attack.ts";
import { Crowd } from "../crowd.ts";

/** PROTOCOL.md section 4a, R3. */
const CANDIDATES_MAX = 8;
const IDS = 0xffff;
const SIZE = 12;
const FLEETS = [100, 1_000, 10_000, 100_000];

export const collision: Attack = {
  name: "id-collision",
  title: "devices are enrolled that share a victim's short ID",
  needs: "the right to enrol devices whose addresses he chooses",

  run(kit) {
    const crowd = new Crowd(kit, SIZE);
    const told = crowd.members.map(({ spa, victim }) => {
      const heard = victim.hears(crowd.trigger()).answer?.frame;
      const broadcast = heard && crowd.workFor(heard);
      const again = victim.hears(crowd.trigger(spa)).answer?.frame;
      const addressed = again && crowd.workFor(again);
      return { broadcast, addressed };
    });
    const takenOf = (which: "broadcast" | "addressed"): number =>
      told.filter((one) => one[which]?.received.kind === "reading").length;
    const [all, addressed] = [takenOf("broadcast"), takenOf("addressed")];
    const deepest = Math.max(...told.map(({ broadcast }) => broadcast?.kdf ?? 0));
    const lockedOut = FLEETS.map((devices) => ({ devices, expected: beyond(devices) }));
    const [reason] = told.flatMap(({ broadcast }) =>
      broadcast?.received.kind === "refused" ? [broadcast.received.reason satisfies ApReason] : [],
    );
    const firstFleet = smallestFleet();
    return {
      happens: [
        `Of ${SIZE} devices with one ID ${all} were heard after a broadcast trigger, each by its own MIC; the others were refused (${reason}). After a trigger of its own each of the ${addressed} was heard.`,
        `An M2 made the AP derive ${deepest} PTKs at most.`,
        `By chance: of ${lockedOut.map(({ devices, expected }) => `${devices.toLocaleString("en")} devices ${expected < 0.01 ? "none" : expected.toPrecision(2)}`).join(", ")} are expected to stand behind ${CANDIDATES_MAX} others; from ${firstFleet.toLocaleString("en")} devices at one AP on, one is.`,
        "No reading is ever taken in another's name: the MIC decides.",
      ],
      verdict: "bounded",
      stops:
        "R3: at most 8 candidates a frame, the addressed device first. Whoever may enrol chosen addresses can push a device out of broadcast triggers; the AP reaches it by a trigger of its own",
      figures: [
        counted("devices with one ID", SIZE, "devices"),
        counted("heard after a broadcast trigger", all, "devices"),
        counted("heard after a trigger of its own", addressed, "devices"),
        counted("PTKs derived for one M2, at most", deepest, "PTKs"),
        ...lockedOut.map(({ devices, expected }) =>
          derived(
            `of ${devices.toLocaleString("en")} devices, expected behind 8 others by chance`,
            expected,
            "devices",
          ),
        ),
        derived("devices at one AP from which one is expected to be", firstFleet, "devices"),
      ],
      checks: [
        check("eight are heard after a broadcast trigger", all === CANDIDATES_MAX),
        check("every one is heard after a trigger of its own", addressed === SIZE),
        check("no M2 costs more than eight PTKs", deepest <= CANDIDATES_MAX),
      ],
    };
  },
};

/**
 * Devices that stand behind eight others of their ID, in the mean: X of an ID are Poisson with mean N / 65535, and
 *
 *     expected = 65535 E[max(0, X - 8)] = 65535 sum over k > 8 of (k - 8) P(X = k)
 */
function beyond(devices: number): number {
  const mean = devices / IDS;
  let [term, expected] = [Math.exp(-mean), 0];
  for (let k = 1; k <= CANDIDATES_MAX + TERMS; k++) {
    term *= mean / k;
    if (k > CANDIDATES_MAX) expected += (k - CANDIDATES_MAX) * term;
  }
  return IDS * expected;
}

/** Behind these the terms no longer count, for any fleet that is asked about. */
const TERMS = 60;

function smallestFleet(): number {
  let [low, high] = [1, 1_000_000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (beyond(middle) >= 1) high = middle;
    else low = middle;
  }
  return high;
}
