/**
 * `ampcore attack`: every attack's short form comes out as its report claims, and a station with a known error makes the
 * claim that it concerns fail.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ATTACKS } from "../../host/attack/attacks.ts";
import { Kit } from "../../host/attack/kit.ts";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import type { Materials } from "../../host/sim/world.ts";
import { DEAD_ENTROPY, type Edit, mutant } from "../support/mutant.ts";

const scenario = checkScenario({ stations: { count: 1 } }, "attacks");
const kitOf = (module: Materials["module"]): Kit => new Kit({ scenario, module, isShort: true });

let honest: Kit;
before(async () => {
  honest = kitOf({ octets: await builtModule("release"), names: await builtNames("release") });
});

/** Whose requirement or rule an attack is aimed at. */
const AIMED_AT: Readonly<Record<string, string>> = {
  drain: "AMP-R2",
  wear: "AMP-R2",
  "power-cut": "AMP-R7",
  "rogue-ap": "AMP-R1",
  replay: "AMP-R3",
  "id-collision": "AMP-R3",
  "m2-flood": "AMP-R4",
};

for (const attack of ATTACKS) {
  const rule = AIMED_AT[attack.name];
  test(`${rule ? `${rule}: ` : ""}attack ${attack.name} comes out as its report claims`, async () => {
    const { happens, stops, figures, checks } = await attack.run(honest);
    for (const { claim, holds } of checks) assert.ok(holds, `did not come true: ${claim}`);
    assert.ok(checks.length >= 2 && happens.length >= 1 && stops !== "", "a report says what happens and claims it");
    for (const { name, value } of figures) assert.ok(Number.isFinite(value), `${name} is ${value}`);
  });
}

const FAULTS: readonly { attack: string; claim: RegExp; says: string; edits: readonly Edit[] }[] = [
  {
    attack: "drain",
    claim: /a repeat costs less/,
    says: "keeps no M2",
    edits: [["station/exchange.ts", "if (Session.keptM2) return Session.keptM2;", ""]],
  },
  {
    attack: "wear",
    claim: /two forged triggers in a power cycle/,
    says: "raises its counter for every SNonce",
    edits: [["station/snonce.ts", "if (Cycle.counter) return 0;", ""]],
  },
  {
    attack: "power-cut",
    claim: /no SNonce came twice/,
    says: "leaves the counter out of its SNonces",
    edits: [["station/snonce.ts", "bswap<u32>(Cycle.counter)", "0"]],
  },
  {
    attack: "replay",
    claim: /every replayed M1 got a new SNonce/,
    says: "has dead noise and does not count",
    edits: [DEAD_ENTROPY, ["station/snonce.ts", "bswap<u16>(Cycle.sNonces as u16)", "0"]],
  },
  {
    attack: "lying-ap",
    claim: /no invented UPDATE was obeyed/,
    says: "does not look at T",
    edits: [["station/update.ts", "return differ(DIGEST, T, 8) ? BAD_COMMAND : 0;", "return 0;"]],
  },
];

for (const { attack: name, claim, says, edits } of FAULTS) {
  test(`attack ${name} shows a station that ${says}`, async () => {
    const attack = ATTACKS.find((one) => one.name === name);
    const report = await attack?.run(kitOf({ octets: await mutant(...edits) }));
    const broken = report?.checks.filter(({ holds }) => !holds).map((one) => one.claim) ?? [];
    assert.ok(
      broken.some((one) => claim.test(one)),
      `only this did not come true: ${broken.join("; ") || "nothing"}`,
    );
  });
}
