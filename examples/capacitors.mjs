// How large a capacitor does a station need? One scenario, one number changed, everything else the same.
import { runScenario } from "ampcore";

for (const capacitance_F of [2.2e-6, 4.7e-6, 10e-6, 22e-6]) {
  const { readings, lives, deaths, violations, energy } = await runScenario({
    duration_s: 5,
    stations: { count: 2 },
    override: { storage: { capacitance_F } },
  });
  const each = energy.perReading ? `${(energy.perReading.e_J * 1e6).toFixed(2)} uJ each` : "none";
  console.log(
    `${capacitance_F * 1e6} uF: ${readings} readings, ${each}; ${lives} lives, ${deaths.total} deaths, ${violations} violations`,
  );
}

/* Prints:
2.2 uF: 135 readings, 4.47 uJ each; 22 lives, 20 deaths, 0 violations
4.7 uF: 179 readings, 3.51 uJ each; 11 lives, 9 deaths, 0 violations
10 uF: 221 readings, 3.14 uJ each; 6 lives, 5 deaths, 0 violations
22 uF: 237 readings, 2.99 uJ each; 2 lives, 1 deaths, 0 violations
*/
