/*
 * An AP of nobody's, or one's own that was turned, asks for readings and never confirms one.
 */
import { FC } from "../../wire/fc.ts";
import { MAC } from "../../wire/mac.ts";
import { toHex } from "../../wire/octets.ts";
import { emitTrigger } from "../../wire/trigger.ts";
import { type Attack, check, counted, simulated } from "../attack.ts";
import { forgedTrigger } from "../attacker.ts";
import type { Kit } from "../kit.ts";
import { Victim } from "../victim.ts";

const SPA = Uint8Array.of(0x02, 0xd0, 0, 0, 0, 4);
const PSK = new Uint8Array(32).fill(0xd3);

export const rogueAp: Attack = {
  name: "rogue-ap",
  title: "an AP triggers a station and never sends M3",
  needs: "a transmitter; to read what is said in clear, a receiver",

  run(kit) {
    const triggers = kit.times(1_000, 100);
    const encrypted = asked(kit, triggers, true);
    const { m2s, sNonces, written, delivered, violations } = encrypted;
    const inClear = asked(kit, 5, false);
    const victim = new Victim(kit, { spa: SPA, psk: PSK, name: "rogue-ap" });
    victim.wake();
    const random = kit.streams("rogue-ap");
    let e_J = 0;
    for (let n = 0; n < triggers; n++) {
      const { profile } = kit.plan;
      e_J += victim.hears(emitTrigger(forgedTrigger(kit.plan, random, { profile, hasModifier: true }))).cost.e_J;
    }
    return {
      happens: [
        `${triggers} triggers without an M3 got ${m2s} M2s with ${sNonces} different SNonces; the station wrote ${written} octets of NVM for all of them, and stayed in state 2.`,
        `The reading was still there afterwards: the honest AP's next M1 brought it, ${delivered} time. Nothing that M1 carried was acted on, for no M3 came.`,
        `Each trigger cost the station ${((e_J / triggers) * 1e6).toPrecision(3)} uJ on average, in one power cycle.`,
        `Encrypted, a reading tells a rogue its length; sent with a MIC only it is in clear for everybody (${inClear.readable} of ${inClear.m2s} M2s), as that mode says.`,
      ],
      verdict: "bounded",
      stops:
        "R1, R2 and 4.5 (nothing is acted on before M3). That a station answers whoever asks is the profile's nature: M1 cannot be authenticated before the work (see trigger-code)",
      figures: [
        counted("triggers without an M3", triggers, "triggers"),
        counted("different SNonces in the answers", sNonces, "SNonces"),
        counted("octets of NVM written for all of them", written, "octets"),
        counted("times that the honest AP got the reading afterwards", delivered, "readings"),
        simulated("energy of a trigger without an M3, mean", e_J / triggers, "J"),
        counted("of 5 readings with a MIC only, readable on the air", inClear.readable, "readings"),
      ],
      checks: [
        check("every trigger got an M2 under an SNonce of its own", m2s === triggers && sNonces === triggers),
        check("the reading was not lost, and taken once", delivered === 1),
        check("one raise of the counter is all that was written", written > 0 && written <= 16),
        check("no rule was broken", violations === 0),
        check(
          "an encrypted reading is not readable, one with a MIC only is",
          inClear.readable === 5 && encrypted.readable === 0,
        ),
      ],
    };
  },
};

function asked(kit: Kit, triggers: number, encrypted: boolean) {
  const world = kit.world(encrypted ? "compact-ccm-cold" : "compact-mic-cold");
  const random = kit.streams("rogue-ap asks");
  const { device } = world;
  const sNonces = new Set<string>();
  let [m2s, readable] = [0, 0];
  // The first power cycles of a device write less: its second counter cell is still empty.
  for (let cycle = 0; cycle < 3; cycle++) {
    world.boot("lost");
    if (cycle === 2) break;
    world.exchange();
    world.die();
  }
  world.read();
  const reading = toHex(world.reading);
  const before = device.nvm.written;
  for (let n = 0; n < triggers; n++) {
    const m1 = emitTrigger(forgedTrigger(kit.plan, random, { profile: world.variant.profile, hasModifier: true }));
    const m2 = world.hears(m1, true)?.frame;
    if (m2?.[MAC.fc] !== FC.Response) continue;
    m2s++;
    if (toHex(m2).includes(reading)) readable++;
    sNonces.add(toHex(m2.subarray(MAC.body, MAC.body + world.variant.profile.N)));
  }
  const written = device.nvm.written - before;
  // The honest AP comes back.
  const m2 = world.hears(world.trigger())?.frame;
  const m3 = m2 && world.sends(m2);
  const delivered = m3 && (world.hears(m3)?.status ?? -1) >= 0 ? 1 : 0;
  return { m2s, sNonces: sNonces.size, written, delivered, readable, violations: world.witness.violations.length };
}
