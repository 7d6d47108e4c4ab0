/*
 * An AP that was broken into holds PMKs and carries the root update of its devices: it may invent, withhold, swallow and
 * claim.
 */

import { nodeCrypto } from "../../crypto/node.ts";
import { statusName } from "../../device/abi.ts";
import { MASTER, PSK, SPA, type World } from "../../explore/world.ts";
import { authenticatorOf } from "../../keys/roots.ts";
import { emitCommand } from "../../wire/command.ts";
import { type Attack, check, counted } from "../attack.ts";
import type { Kit } from "../kit.ts";

export const lyingAp: Attack = {
  name: "lying-ap",
  title: "an AP that was broken into lies about a root update",
  needs: "an AP's process: its PMKs, its link to the key service",

  run(kit) {
    const tries = kit.times(2_000, 100);
    const proofs = claimed(kit, tries);
    const invented = inventedUpdates(kit, tries);
    const honest = otherRoots(kit);
    const withheld = carriedByAnother(kit);
    return {
      happens: [
        `It claimed ${tries.toLocaleString("en")} times that the device had proven the new root: the key service took ${proofs.taken} of the proofs and still asks for it. A guess has a chance of 2^-64.`,
        `It sent ${tries.toLocaleString("en")} UPDATEs of its own in M3s that were good: the station refused ${invented.refused.toLocaleString("en")} (bad command) and wrote none; it went on with its session, and its generation is the key service's.`,
        `With the T of another Modifier' (${honest.tried} tries) it got no further: only who has the root makes T.`,
        `It withheld UPDATE in ${withheld.withheld} exchanges, then swallowed the answer: another AP carried both through in ${withheld.exchanges} exchanges. Where it is the device's only AP, the old root stays in use, by both sides.`,
      ],
      verdict: "stopped",
      stops:
        "section 6: T and the proof are made from roots that no AP has; g is dropped only after the key service has checked the proof itself",
      figures: [
        counted("false proofs offered", tries, "proofs"),
        counted("taken", proofs.taken, "proofs"),
        counted("UPDATEs invented", tries, "commands"),
        counted("refused as bad command", invented.refused, "commands"),
        counted("octets of NVM that they wrote to the root slots", invented.slotOctets, "octets"),
        counted("exchanges through another AP until the update was proven", withheld.exchanges, "exchanges"),
        counted("rules broken", proofs.violations + invented.violations + withheld.violations, "violations"),
      ],
      checks: [
        check("no false proof was taken", proofs.taken === 0),
        check("no invented UPDATE was obeyed", invented.refused === tries && invented.slotOctets === 0),
        check("no T of another Modifier' was obeyed", honest.obeyed === 0),
        check("another AP carries the update through", withheld.isProven),
        check("no rule was broken", proofs.violations + invented.violations + withheld.violations === 0),
      ],
    };
  },
};

function claimed(kit: Kit, tries: number) {
  const world = kit.world();
  const random = kit.streams("false proofs");
  world.boot("lost");
  world.exchange();
  world.startUpdate();
  const { updatingTo } = world.keys.service.progressOf(SPA);
  let taken = 0;
  for (let n = 0; n < tries; n++) {
    const proof = random.fill(new Uint8Array(8));
    if (world.keys.service.offer(SPA, { generation: updatingTo ?? 1, proof })) taken++;
  }
  shared(world);
  return { taken, violations: world.witness.violations.length };
}

function inventedUpdates(kit: Kit, tries: number) {
  const world = kit.world();
  const random = kit.streams("invented updates");
  world.boot("lost");
  let [refused, slotOctets] = [0, 0];
  for (let n = 0; n < tries; n++) {
    const modifierPrime = random.fill(new Uint8Array(16));
    const T = random.fill(new Uint8Array(8));
    const before = world.device.nvm.octets.slice(32, 176);
    if (update(world, { modifierPrime, T }) === "bad command") refused++;
    slotOctets += world.device.nvm.octets.slice(32, 176).filter((octet, i) => octet !== before[i]).length;
  }
  shared(world);
  return { refused, slotOctets, violations: world.witness.violations.length };
}

/** T values that are right, but for something else: another Modifier', another generation, another device. */
function otherRoots(kit: Kit) {
  const world = kit.world();
  world.boot("lost");
  const modifierPrime = new Uint8Array(16).fill(0x6d);
  const inputs = { modifierPrime, generation: 1, spa: SPA };
  const wrong = [
    authenticatorOf(nodeCrypto, PSK, { ...inputs, modifierPrime: new Uint8Array(16).fill(0x6e) }),
    authenticatorOf(nodeCrypto, PSK, { ...inputs, generation: 2 }),
    authenticatorOf(nodeCrypto, PSK, { ...inputs, spa: Uint8Array.of(0x02, 0, 0, 0, 0, 9) }),
    authenticatorOf(nodeCrypto, MASTER, inputs),
  ];
  const obeyed = wrong.filter((T) => update(world, { modifierPrime, T }) !== "bad command").length;
  return { tried: wrong.length, obeyed };
}

/** An M3 with that UPDATE of generation 1, whose MIC is right; what the device makes of it. */
function update(world: World, fields: { readonly modifierPrime: Uint8Array; readonly T: Uint8Array }): string {
  world.keys.invented = emitCommand({ command: "UPDATE", generation: 1, ...fields });
  world.read();
  const m2 = world.hears(world.trigger())?.frame;
  const m3 = m2 && world.sends(m2);
  world.keys.invented = undefined;
  const answer = m3 && world.hears(m3);
  if (answer === undefined) return "no M3";
  return answer.frame ? "answered" : (statusName(answer.status) ?? "no answer");
}

function carriedByAnother(kit: Kit) {
  const world = kit.world();
  const withheld = 20;
  world.boot("lost");
  world.startUpdate();
  // It sends its M3s without the command.
  world.keys.invented = new Uint8Array(0);
  for (let n = 0; n < withheld; n++) world.exchange();
  world.keys.invented = undefined;
  // It carries UPDATE, and never hands in the answer.
  world.read();
  const m2 = world.hears(world.trigger())?.frame;
  const m3 = m2 && world.sends(m2);
  if (m3) world.hears(m3);
  world.die();
  world.boot("lost");
  let exchanges = 0;
  const isProven = (): boolean => world.keys.service.progressOf(SPA).generation === 1;
  while (!isProven() && exchanges < 10) {
    world.exchange(1);
    exchanges++;
  }
  shared(world);
  return { withheld, exchanges, isProven: isProven(), violations: world.witness.violations.length };
}

function shared({ witness, device, keys }: World): void {
  witness.shares(device.nvm.octets, keys.generations);
}
