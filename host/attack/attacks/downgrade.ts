/*
 * M1 is changed on its way: every bit of it, and in ways that make sense to both ends (another profile, no Modifier).
 * What a changed M1 leads to has to end at the AP, for M2 is bound to the M1 that the device heard.
 */
import { statusName } from "../../device/abi.ts";
import { flipped } from "../../explore/forge.ts";
import { VARIANTS, variantName } from "../../explore/variant.ts";
import type { World } from "../../explore/world.ts";
import { checkDownlink } from "../../wire/check.ts";
import { FCS_OCTETS } from "../../wire/fcs.ts";
import { BROADCAST_ID } from "../../wire/mac.ts";
import { equalOctets, readLe16 } from "../../wire/octets.ts";
import { PROFILES } from "../../wire/profile.ts";
import { emitTrigger, type Trigger } from "../../wire/trigger.ts";
import { type Attack, check, counted } from "../attack.ts";
import { Crowd } from "../crowd.ts";
import type { Kit } from "../kit.ts";

export const downgrade: Attack = {
  name: "downgrade",
  title: "M1 is changed on its way: profile, Modifier, slots, DL data, every bit",
  needs: "a transmitter that is heard in the AP's place",

  run(kit) {
    const variants = VARIANTS.filter((variant) => !kit.isShort || variantName(variant) === "compact-ccm-cold");
    const sum: Outcome = {
      bits: 0,
      refused: 0,
      answered: 0,
      taken: 0,
      violations: 0,
      reasons: new Map(),
    };
    for (const variant of variants) flipAll(kit.world(variantName(variant)), sum);
    const rewrites = rewritten(kit);
    const misled = readdressed(kit);
    const wrong = rewrites.filter(({ taken }) => taken);
    const told = rewrites.map(
      ({ what, station, ap }) =>
        `${what}: ${station === "M2" ? `answered, and refused by the AP (${ap})` : `refused by the station (${station})`}`,
    );
    return {
      happens: [
        `${sum.bits.toLocaleString("en")} single bits of M1 were turned over, FCS repaired, in ${variants.length} variants of profile, mode and keying: the station refused ${sum.refused.toLocaleString("en")} of these, and answered ${sum.answered.toLocaleString("en")}; the AP took ${sum.taken} of the answers (${[...sum.reasons].map(([reason, n]) => `${reason} ${n.toLocaleString("en")}`).join(", ")}).`,
        ...told.map((one) => `${one}.`),
        `The ID alone is not bound: an M1 for one of ${misled.devices} stations, its ID changed, was answered by another, and the AP took ${misled.taken} such readings, each under its sender's own name (${misled.rightName}). Who is asked an attacker can choose; what is said, and by whom, he cannot.`,
      ],
      verdict: "stopped",
      stops:
        "section 3: FC, TDC, TriggerInfo and DL data of M1 are in the AAD of M2 and M3; AA, ANonce and Modifier are in the keys. ID and FCS are not bound: they decide who answers, never who is believed",
      figures: [
        counted("bits turned over", sum.bits, "bits"),
        counted("refused by the station", sum.refused, "M1s"),
        counted("answered, and refused by the AP", sum.answered - sum.taken, "M2s"),
        counted("readings taken after a change", sum.taken, "readings"),
        counted("rewritten M1s that make sense", rewrites.length, "M1s"),
        counted("readings taken after one", wrong.length, "readings"),
        counted("readings of another station than the one addressed", misled.taken, "readings"),
        counted("of these under their sender's own name", misled.rightName, "readings"),
      ],
      checks: [
        check("no changed bit of M1 led to a reading", sum.taken === 0),
        check("no rewritten M1 led to a reading", wrong.length === 0),
        check("no rule was broken", sum.violations === 0),
        check(
          "a changed ID leads to readings under their own names only",
          misled.taken > 0 && misled.rightName === misled.taken,
        ),
        check("changed M1s were answered, and so had to be stopped at the AP", sum.answered > 0),
      ],
    };
  },
};

interface Outcome {
  bits: number;
  refused: number;
  answered: number;
  taken: number;
  violations: number;
  readonly reasons: Map<string, number>;
}

function flipAll(world: World, sum: Outcome): void {
  world.boot("lost");
  const bits = 8 * (world.trigger().length - FCS_OCTETS);
  for (let bit = 0; bit < bits; bit++) {
    world.read();
    const changed = flipped(world.trigger(), bit >>> 3, bit & 7);
    const m2 = world.hears(changed, true)?.frame;
    sum.bits++;
    if (!m2) {
      sum.refused++;
      continue;
    }
    sum.answered++;
    const reason = offered(world, m2);
    if (reason === undefined) sum.taken++;
    else sum.reasons.set(reason, (sum.reasons.get(reason) ?? 0) + 1);
  }
  sum.violations += world.witness.violations.length;
}

interface Rewritten {
  readonly what: string;
  /** "M2", or why it gave none. */
  readonly station: string;
  readonly ap: string | undefined;
  readonly taken: boolean;
}

/** M1s of the default variant, parsed, changed and put together again: every length fits. */
function rewritten(kit: Kit): Rewritten[] {
  const [compact, wide, strong] = PROFILES;
  const longer = (nonce: Uint8Array, N: number): Uint8Array =>
    Uint8Array.from({ length: N }, (_, i) => nonce[i % nonce.length]);
  const changes: [what: string, of: (m1: Trigger) => Trigger, variant?: string][] = [
    ["without its Modifier", (m1) => ({ ...m1, modifier: undefined })],
    ["with the Modifier of another epoch", (m1) => ({ ...m1, modifier: new Uint8Array(8).fill(7) })],
    ["profile wide for compact", (m1) => ({ ...m1, profile: wide, aNonce: longer(m1.aNonce, wide.N) })],
    [
      "profile compact for strong",
      (m1) => ({ ...m1, profile: compact, aNonce: m1.aNonce.subarray(0, compact.N) }),
      "strong-ccm-cold",
    ],
    ["profile wide for strong, whose nonces are as long", (m1) => ({ ...m1, profile: wide }), "strong-ccm-cold"],
    ["profile strong for wide", (m1) => ({ ...m1, profile: strong }), "wide-mic-cold"],
    ["another AA", (m1) => ({ ...m1, aa: Uint8Array.of(0x0a, ...m1.aa.subarray(1)) })],
    ["more slots", (m1) => ({ ...m1, info: { ...m1.info, slots: 200 } })],
    ["another uplink rate", (m1) => ({ ...m1, info: { ...m1.info, ulRate: 2 } })],
    ["another Session ID", (m1) => ({ ...m1, info: { ...m1.info, sessionId: m1.info.sessionId ^ 1 } })],
    ["other DL data", (m1) => ({ ...m1, dlData: new TextEncoder().encode("OPEN") })],
    ["without DL data", (m1) => ({ ...m1, dlData: new Uint8Array(0) })],
    ["another generation", (m1) => ({ ...m1, generation: 3 })],
  ];
  return changes.map(([what, of, variant]) => {
    const world = kit.world(variant);
    world.boot("lost");
    world.read();
    const { frame: m1 } = checkDownlink(world.trigger());
    if (m1?.type !== "Trigger") throw new Error("an AP's trigger is none");
    const answer = world.hears(emitTrigger(of(m1)), true);
    if (!answer?.frame)
      return { what, station: statusName(answer?.status ?? 0) ?? "no answer", ap: undefined, taken: false };
    const ap = offered(world, answer.frame);
    return { what, station: "M2", ap, taken: ap === undefined };
  });
}

/** Why the AP refuses an M2; undefined: it took a reading. */
function offered(world: World, m2: Uint8Array): string | undefined {
  world.now_s += 1e-4;
  const received = world.aps[0].receive(0, m2, world.now_s);
  return received.kind === "refused" ? received.reason : undefined;
}

/** M1s for one station, their ID rewritten to each other's, or to everybody's: who is read, and in whose name. */
function readdressed(kit: Kit): { devices: number; taken: number; rightName: number } {
  const crowd = new Crowd(kit, 4, "different");
  let [taken, rightName] = [0, 0];
  for (const [i, { spa, victim }] of crowd.members.entries()) {
    const other = crowd.members[(i + 1) % crowd.members.length];
    for (const id of [readLe16(victim.nvm.octets, ID_AT), BROADCAST_ID]) {
      const { frame: m1 } = checkDownlink(crowd.trigger(other.spa));
      if (m1?.type !== "Trigger") throw new Error("an AP's trigger is none");
      const m2 = victim.hears(emitTrigger({ ...m1, id })).answer?.frame;
      const received = m2 && crowd.reaches(m2);
      if (received?.kind !== "reading") continue;
      taken++;
      if (equalOctets(received.reading.spa, spa)) rightName++;
    }
  }
  return { devices: crowd.members.length, taken, rightName };
}

/** In the NVM record (PROTOCOL.md section 7). */
const ID_AT = 12;
