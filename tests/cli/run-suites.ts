/** Runs all suites of the project in argv with both runners; its last line is what they counted. */
import { runHostSuites, runUnitSuites } from "../../host/cli/testing/runners.ts";
import { findSuites } from "../../host/cli/testing/suites.ts";
import { hostTotals, unitTotals } from "../../host/cli/testing/totals.ts";

const root = process.argv[2];
const { unit, host } = findSuites(root);
const totals = {
  unit: unitTotals(await runUnitSuites(root, unit, "release")),
  host: hostTotals(await runHostSuites(root, host)),
};
process.stdout.write(`${JSON.stringify(totals)}\n`);
