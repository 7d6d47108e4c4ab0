// An attacker on the air: sends the last M2 that it heard, again and again. node replayer.mjs, or
// npx ampcore run --attacker replayer.mjs. He gains nothing: a session takes each reading once.
import { replayedFrames, runScenario } from "ampcore";

/** Called once for each channel, before the run. */
export default function replayer({ channel, plan }) {
  return replayedFrames(
    { channel, start_s: 0.5, period_s: plan.period_s / 2, airtime_s: (octets) => 8e-6 * octets },
    "up",
  );
}

if (import.meta.filename === process.argv[1]) {
  const scenario = { duration_s: 10, stations: { count: 2 } };
  const alone = await runScenario(scenario);
  const attacked = await runScenario(scenario, { attacker: replayer });
  for (const [name, { readings, violations, refusals }] of Object.entries({ alone, attacked })) {
    const { "no open session": late = 0, "bad MIC": bad = 0 } = refusals.accessPoints;
    console.log(
      `${name}: ${readings} readings, ${violations} violations; the AP refused ${late} outside of a session, ${bad} for their MIC`,
    );
  }
}

/* Prints:
alone: 556 readings, 0 violations; the AP refused 0 outside of a session, 0 for their MIC
attacked: 578 readings, 0 violations; the AP refused 0 outside of a session, 16 for their MIC
*/
