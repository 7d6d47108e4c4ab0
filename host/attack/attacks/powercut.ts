/*
 * The attacker has the energizer in his hand: he sees what the station sends and switches its power off when it suits
 * him, even between two instructions.
 */
import { nodeCrypto } from "../../crypto/node.ts";
import { runJob } from "../../explore/job.ts";
import { Machine } from "../../explore/machine.ts";
import { constantNoise } from "../../explore/noise.ts";
import { HONEST } from "../../explore/world.ts";
import { streamsOf } from "../../sim/streams.ts";
import { MAC } from "../../wire/mac.ts";
import { toHex } from "../../wire/octets.ts";
import { type Attack, check, counted, simulated } from "../attack.ts";
import { forged } from "../attacker.ts";
import type { Kit } from "../kit.ts";
import { Victim } from "../victim.ts";

const SPA = Uint8Array.of(0x02, 0xd0, 0, 0, 0, 3);
const PSK = new Uint8Array(32).fill(0xd2);

export const powercut: Attack = {
  name: "power-cut",
  title: "power is cut at chosen instants, again and again",
  needs: "control of the energizer, down to an instruction",

  run(kit) {
    const lives = kit.times(20_000, 1_000);
    const deadNoise = cutLives(kit, lives);
    const update = cutUpdate(kit);
    const victim = new Victim(kit, { spa: SPA, psk: PSK, name: "power-cut" });
    const wake = victim.wake();
    const answered = victim.hears(
      forged(kit.plan, kit.streams("power-cut"), { profile: kit.plan.profile, hasModifier: true }),
    );
    const perLife_J = wake.e_J + answered.cost.e_J;
    return {
      happens: [
        `In ${lives.toLocaleString("en")} lives the power was cut in the write of the boot counter, or at a random instruction of the answer to an M1, over noise that is the same in every life: ${deadNoise.sNonces.toLocaleString("en")} M2s got out, with ${deadNoise.different.toLocaleString("en")} different SNonces; ${deadNoise.tornCounters.toLocaleString("en")} of the cuts fell into the counter.`,
        `Cut at ${update.points.toLocaleString("en")} instants of an M3 with UPDATE (every octet of its writes, every ${update.stride}th instruction), the station was left in ${update.survivors} different NVM states; each went on under ${update.runs.toLocaleString("en")} continuations in all, and ${update.violations} broke a rule.`,
        `Cut just before its M2 is out, a life gives nothing and costs ${(perLife_J * 1e6).toPrecision(3)} uJ, all of it the attacker's own energizer's. He who switches the power off for good needs no attack.`,
      ],
      verdict: "stopped",
      stops:
        "R2 (the counter is raised before its SNonce, so no SNonce repeats even with dead noise), section 7's order of writes, R7 (the next M1 starts anew). Availability is the energizer's",
      figures: [
        counted("lives cut short, with dead noise", lives, "lives"),
        counted("M2s that got out", deadNoise.sNonces, "M2s"),
        counted("SNonces among them that came twice", deadNoise.sNonces - deadNoise.different, "SNonces"),
        counted("cuts within the write of the counter", deadNoise.tornCounters, "cuts"),
        counted("instants of death in an M3 with UPDATE", update.points, "instants"),
        counted("NVM states left behind", update.survivors, "states"),
        counted("continuations of them", update.runs, "runs"),
        counted("rules broken", update.violations, "violations"),
        simulated("energy of a life that is cut just before its M2 is out", perLife_J, "J"),
      ],
      checks: [
        check("no SNonce came twice", deadNoise.sNonces === deadNoise.different && deadNoise.sNonces > 0),
        check("some cuts fell into the counter's write", deadNoise.tornCounters > 0),
        check("no rule was broken after a cut UPDATE", update.violations === 0),
      ],
    };
  },
};

/** A raise of the boot counter writes a check field, a value and a check field (PROTOCOL.md section 7). */
const COUNTER_octets = 12;

/** Every life hears one M1 and dies in the counter's write, or at a random amount of fuel of the answer, or lives to send it. */
function cutLives(kit: Kit, lives: number) {
  const world = kit.world(undefined, { noise: constantNoise("power-cut") });
  const random = streamsOf(nodeCrypto, kit.scenario.seed)("instants of power cuts");
  const { device } = world;
  const sNonces = new Set<string>();
  let [got, tornCounters] = [0, 0];
  world.boot("lost");
  world.read();
  const m1 = world.trigger();
  const whole = costOf(world, m1);
  for (let life = 0; life < lives; life++) {
    device.boot("lost");
    // Every second life is cut in the counter's write; of the others, some live: a tenth more than the whole.
    if (life % 2 === 0) device.nvm.cutAt(1 + random.whole(COUNTER_octets), random.whole(256));
    else device.budget = random.whole(Math.ceil(whole * 1.1));
    const m2 = device.call({ kind: "receive", frame: m1 })?.frame;
    device.budget = undefined;
    if (life % 2 === 0 && !m2) tornCounters++;
    if (m2) {
      got++;
      sNonces.add(toHex(m2.subarray(MAC.body, MAC.body + world.variant.profile.N)));
    }
    world.die();
  }
  return { sNonces: got, different: sNonces.size, tornCounters };
}

/** Instructions of the answer to that M1. */
function costOf({ options, device }: ReturnType<Kit["world"]>, m1: Uint8Array): number {
  const { machine } = options;
  const plenty = 2 ** 30;
  device.budget = plenty;
  device.call({ kind: "receive", frame: m1 });
  const spent = plenty - (device.budget ?? plenty);
  device.budget = undefined;
  if (machine.state === 0 || spent === 0) throw new Error("the station did not answer an M1");
  return spent;
}

/** The explorer's own search, of the exchange with most to lose. */
function cutUpdate(kit: Kit) {
  const stride = kit.times(7, 97);
  const result = runJob(
    { ...HONEST, machine: new Machine(kit.module.octets) },
    {
      exchange: "m3-update",
      variant: "compact-ccm-cold",
      environment: "plain",
      seed: kit.scenario.seed,
      fuelStride: stride,
      survivorStride: kit.times(1, 7),
      pairsAtWrites: 0,
      pairsAnywhere: 0,
    },
  );
  const { points, survivors, runs, violations } = result;
  return { stride, points: points.fuel + points.nvm + points.air, survivors, runs, violations: violations.length };
}
