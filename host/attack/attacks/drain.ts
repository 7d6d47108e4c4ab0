/*
 * Forged triggers: whoever has a transmitter can make a station answer, and an answer is what costs most.
 */
import { KNOWN_PROFILES } from "../../sim/profiles.ts";
import { withSettings } from "../../sim/scenario/read.ts";
import { PROFILES, type Profile, readingMaxOctets } from "../../wire/profile.ts";
import { dlDataMaxOctets } from "../../wire/trigger.ts";
import { type Attack, check, counted, derived, simulated } from "../attack.ts";
import { forged, TX_W, triggerAirtime_s } from "../attacker.ts";
import { Kit } from "../kit.ts";
import { type Cost, Victim } from "../victim.ts";

const SPA = Uint8Array.of(0x02, 0xd0, 0, 0, 0, 1);
const PSK = new Uint8Array(32).fill(0xd0);

export const drain: Attack = {
  name: "drain",
  title: "forged triggers make a station spend its charge on answers to nobody",
  needs: "a transmitter",

  run(kit) {
    const worst = worstTrigger(kit);
    const { first, later, repeated, refused, attacker_J, name } = worst;
    const rows = Object.keys(KNOWN_PROFILES.mcu).map((mcu) => {
      const scenario = withSettings(kit.scenario, new Map([["stations.mcu", mcu]]), "attack");
      const other = mcu === kit.scenario.stations.mcu ? worst : worstTrigger(new Kit({ ...kit, scenario }));
      return simulated(`${mcu}: the worst forged trigger`, other.later.e_J, "J");
    });
    return {
      happens: [
        `Of the forged triggers tried the one that costs most is of profile ${name}. It takes ${micro(first)} from the station the ` +
          `first time in a power cycle, when entropy is drawn and the boot counter raised, and ${micro(later)} each time after that.`,
        `The same trigger again takes ${micro(repeated)}: the kept M2 goes out as it is. One with a wrong FCS takes ${micro(refused)}.`,
        `The attacker radiates ${(attacker_J * 1e6).toPrecision(3)} uJ for each; every station that hears it pays.`,
      ],
      verdict: "bounded",
      stops:
        "R2 (one NVM write a power cycle) and R1 (a repeat is not computed anew) bound the cost; nothing refuses the trigger before the work: see trigger-code",
      figures: [
        simulated("station, first forged trigger of a power cycle", first.e_J, "J"),
        simulated("station, each later one", later.e_J, "J"),
        simulated("station, the same one again", repeated.e_J, "J"),
        simulated("station, one with a wrong FCS", refused.e_J, "J"),
        derived("attacker, each", attacker_J, "J"),
        derived("station's joules per attacker's, one station", later.e_J / attacker_J, "J/J"),
        derived(
          "stations in range from which the attacker spends less than they do",
          Math.ceil(attacker_J / later.e_J),
          "stations",
        ),
        counted("NVM writes of the first of a power cycle", worst.writes[0], "writes"),
        counted("NVM writes of each later one", worst.writes[1], "writes"),
        ...rows,
      ],
      checks: [
        check(
          "only the first forged trigger of a power cycle writes NVM",
          worst.writes[0] > 0 && worst.writes[1] === 0,
        ),
        check("a repeat costs less than a new trigger", repeated.e_J < later.e_J),
      ],
    };
  },
};

interface Worst {
  readonly name: string;
  readonly first: Cost;
  readonly later: Cost;
  readonly repeated: Cost;
  readonly refused: Cost;
  readonly attacker_J: number;
  /** To NVM: by the first forged trigger of a power cycle, and by a later one. */
  readonly writes: readonly [first: number, later: number];
}

/** Tries every profile, with a Modifier and without, with no DL data and with as much as fits. */
export function worstTrigger(kit: Kit): Worst {
  const tried = PROFILES.flatMap((profile) =>
    [true, false].flatMap((hasModifier) =>
      [0, dlDataMaxOctets(profile, hasModifier)].map((octets) => priced(kit, profile, hasModifier, octets)),
    ),
  );
  return tried.reduce((worst, one) => (one.later.e_J > worst.later.e_J ? one : worst));
}

function priced(kit: Kit, profile: Profile, hasModifier: boolean, dlData_octets: number): Worst {
  const name = `${profile.name} ${hasModifier ? "with" : "without"} a Modifier, ${dlData_octets} octets of DL data`;
  const random = kit.streams(`forger ${name}`);
  const reading_octets = Math.min(kit.scenario.stations.reading_octets, readingMaxOctets(profile));
  const victim = new Victim(kit, { spa: SPA, psk: PSK, name, reading_octets });
  const dlData = new Uint8Array(dlData_octets);
  const next = (): Uint8Array => forged(kit.plan, random, { profile, hasModifier, dlData });
  // The first power cycles of a device write less: its second counter cell is still empty.
  for (let cycle = 0; cycle < 2; cycle++) {
    victim.wake();
    victim.hears(next());
  }
  victim.wake();
  const { cost: first, writes } = victim.hears(next());
  const m1 = next();
  const { cost: later, writes: laterWrites } = victim.hears(m1);
  const repeated = victim.hears(m1).cost;
  const broken = next();
  broken[broken.length - 1] ^= 1;
  const refused = victim.hears(broken).cost;
  const attacker_J = TX_W.value * triggerAirtime_s(kit.plan, m1.length);
  return { name, first, later, repeated, refused, attacker_J, writes: [writes.length, laterWrites.length] };
}

function micro({ e_J, low_J, high_J }: Cost): string {
  const [e, low, high] = [e_J, low_J, high_J].map((value) => (value * 1e6).toPrecision(3));
  return `${e} uJ (${low} .. ${high})`;
}
