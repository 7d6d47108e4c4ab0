/*
 * The candidate defence against forged triggers, measured: the device's own sources with the check put in.
 */
import { Silicon } from "../../device/silicon.ts";
import { type Attack, check, counted, derived, simulated } from "../attack.ts";
import { forgedTrigger, triggerAirtime_s } from "../attacker.ts";
import type { Kit } from "../kit.ts";
import { CODE_OCTETS, codedTrigger, type Form, triggerCodeModule } from "../triggercode.ts";
import { type Cost, Victim } from "../victim.ts";

const SPA = Uint8Array.of(0x02, 0xd0, 0, 0, 0, 5);
const PSK = new Uint8Array(32).fill(0xd4);
const DAY_s = 86_400;

export const triggerCode: Attack = {
  name: "trigger-code",
  title: "the same drain against a candidate that the profile does not have: a code in M1",
  needs: "a transmitter; to get past it, a receiver too",

  async run(kit) {
    const plain = drained(kit, kit.silicon);
    const coded = drained(kit, await silicon(kit, "code"), "code");
    const numbered = drained(kit, await silicon(kit, "numbered code"), "numbered code");
    const less = plain.forged.e_J / coded.forged.e_J;
    // The air, or the station's own check, whichever is slower.
    const guess_days = (2 ** (8 * CODE_OCTETS) * Math.max(coded.forged.t_s, coded.airtime_s)) / DAY_s;
    const lessFirst = plain.forgedFirst.e_J / coded.forgedFirst.e_J;
    return {
      happens: [
        `A forged trigger costs a station ${micro(plain.forged)} as the profile is, ${micro(coded.forged)} with a code of ${CODE_OCTETS} octets that is checked before any KDF: ${less.toPrecision(2)} times less, and ${lessFirst.toPrecision(2)} times less for the first of a power cycle, where entropy and the counter are saved too. An honest exchange gets dearer by ${percent((coded.honest.e_J - plain.honest.e_J) / plain.honest.e_J)} and ${CODE_OCTETS} octets of M1.`,
        `Replayed it helps nobody: two triggers that the AP did send, again and again in turn, cost ${micro(coded.replayed)} each, for a station without memory cannot tell them from new ones.`,
        `With a number under the code, kept in RAM, the replay costs ${micro(numbered.replayed)} in the same power cycle; after a power failure one old trigger is answered once more, at ${micro(numbered.afterDeath)}.`,
        `A guess of 4 octets is right once in 2^32 triggers, which take ${guess_days.toPrecision(2)} days on the air and give one M2; 5 octets would take ${Math.round((guess_days * 256) / 365)} years. A trigger for all stations cannot have such a code without a key that all of them hold.`,
      ],
      verdict: "bounded",
      stops:
        "a candidate, not in the profile: code and number together leave one answer a power cycle to whoever replays, and a frame check to whoever forges",
      figures: [
        simulated("forged trigger, the profile as it is", plain.forged.e_J, "J"),
        simulated("forged trigger, with a code", coded.forged.e_J, "J"),
        derived("times less", less, "x"),
        simulated("the first of a power cycle, the profile as it is", plain.forgedFirst.e_J, "J"),
        simulated("the first of a power cycle, with a code", coded.forgedFirst.e_J, "J"),
        simulated("replayed triggers in turn, with a code", coded.replayed.e_J, "J"),
        simulated("replayed triggers in turn, with a numbered code", numbered.replayed.e_J, "J"),
        simulated("one replayed trigger after a power failure, with a numbered code", numbered.afterDeath.e_J, "J"),
        simulated("honest trigger, the profile as it is", plain.honest.e_J, "J"),
        simulated("honest trigger, with a code", coded.honest.e_J, "J"),
        counted("octets of M1 for a code", CODE_OCTETS, "octets"),
        derived("a guess that is right, in the mean after", guess_days * DAY_s, "s"),
      ],
      checks: [
        check("every honest trigger with its code is answered", coded.isAnswered && numbered.isAnswered),
        check("no forged trigger gets past the code", coded.forgeries === 0 && numbered.forgeries === 0),
        check("the code makes a forgery cheaper for the station", less > 1),
        check("two replayed triggers in turn get past the code", coded.replays > 0),
        check("they do not get past a numbered one in the same power cycle", numbered.replays === 0),
        check("one does after a power failure", numbered.afterDeath.e_J > numbered.replayed.e_J),
      ],
    };
  },
};

async function silicon(kit: Kit, form: Form): Promise<Silicon> {
  return new Silicon(await triggerCodeModule(form), { weights: kit.profiles.mcu.weights });
}

interface Drained {
  readonly honest: Cost;
  readonly isAnswered: boolean;
  /** Of a forged trigger, neither the first of its power cycle; and how many were answered. */
  readonly forged: Cost;
  readonly forgeries: number;
  /** Of such a trigger. */
  readonly airtime_s: number;
  /** Of a forged trigger that is the first frame of its power cycle. */
  readonly forgedFirst: Cost;
  /** Of two honest ones in turn, replayed; and how many were answered. */
  readonly replayed: Cost;
  readonly replays: number;
  /** Of one of them, the first frame of the next power cycle. */
  readonly afterDeath: Cost;
}

const TIMES = 16;

function drained(kit: Kit, chip: Silicon, form?: Form): Drained {
  const victim = new Victim(kit, { spa: SPA, psk: PSK, name: "trigger-code", silicon: chip });
  const random = kit.streams("trigger-code");
  const wish = { profile: kit.plan.profile, hasModifier: true };
  let number = 0;
  const honest = (): Uint8Array => {
    const m1 = forgedTrigger(kit.plan, random, { ...wish, aa: Uint8Array.of(0x02, 0xa0, 0, 0, 0, 1) });
    return codedTrigger(victim.nvm.octets, m1, form === "numbered code" ? ++number : undefined);
  };
  const forge = (): Uint8Array =>
    codedTrigger(
      new Uint8Array(268),
      forgedTrigger(kit.plan, random, wish),
      form === "numbered code" ? 1e6 : undefined,
    );
  victim.wake();
  const sent = [honest(), honest(), honest()];
  const heard = sent.map((m1) => victim.hears(m1));
  const forged = repeated(victim, forge);
  let turn = 0;
  // Not the last of them: that is the session's own, and gets the kept M2.
  const replayed = repeated(victim, () => sent[turn++ % 2]);
  victim.wake();
  const afterDeath = victim.hears(sent[1]).cost;
  victim.wake();
  return {
    // The first of a power cycle draws entropy: it is no measure of the others.
    honest: heard[1].cost,
    isAnswered: heard.every(({ answer }) => answer?.frame !== undefined),
    forged: forged.cost,
    forgeries: form === undefined ? 0 : forged.answered,
    airtime_s: triggerAirtime_s(kit.plan, sent[0].length),
    replayed: replayed.cost,
    replays: replayed.answered,
    afterDeath,
    forgedFirst: victim.hears(forge()).cost,
  };
}

/** The mean cost of such frames, and how many were answered. */
function repeated(victim: Victim, next: () => Uint8Array): { cost: Cost; answered: number } {
  let answered = 0;
  const sum = { e_J: 0, low_J: 0, high_J: 0, t_s: 0 };
  for (let n = 0; n < TIMES; n++) {
    const { answer, cost } = victim.hears(next());
    if (answer?.frame) answered++;
    for (const key of ["e_J", "low_J", "high_J", "t_s"] as const) sum[key] += cost[key] / TIMES;
  }
  return { cost: sum, answered };
}

function micro({ e_J }: Cost): string {
  return `${(e_J * 1e6).toPrecision(3)} uJ`;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
