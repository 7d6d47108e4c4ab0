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

/** The root slots of the NVM record (PROTOCOL.md section 7). */
const SLOTS = { a: 32, b: 104, end: 176 } as const;

export const lyingAp: Attack = {
  name: "lying-ap",
  title: "an AP that was broken into lies about a root update",
  needs: "an AP's process: its PMKs, its link to the key service",

  run(kit) {
    const tries = kit.times(2_000, 100);
    const proofs = claimed(kit, tries);
    const invented = inventedUpdates(kit, tries);
    const honest = otherRoots(kit);
    const withheld = withheldUpdate(kit);
    const swallowed = swallowedAnswer(kit);
    const broken = [proofs, invented, withheld, swallowed].reduce((sum, { violations }) => sum + violations, 0);
    return {
      happens: [
        `It claimed ${tries.toLocaleString("en")} times that the device had proven the new root: the key service took ${proofs.taken} of the proofs and still asks for it. A guess has a chance of 2^-64.`,
        `It sent ${tries.toLocaleString("en")} UPDATEs of its own in M3s that were good: the station refused ${invented.refused.toLocaleString("en")} (bad command) and wrote none; it went on with its session, and its generation is the key service's.`,
        `With the T of another Modifier' (${honest.tried} tries) it got no further: only who has the root makes T.`,
        `It left UPDATE out of ${WITHHELD} M3s: the station kept its root, and so did the key service; another AP carried it through in ${withheld.exchanges} exchanges. It carried UPDATE and swallowed the answer: another AP had it proven in ${swallowed.exchanges}. Where it is the device's only AP, both sides go on as they are.`,
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
        counted("exchanges through another AP, UPDATE withheld before", withheld.exchanges, "exchanges"),
        counted("exchanges through another AP, the answer swallowed before", swallowed.exchanges, "exchanges"),
        counted("rules broken", broken, "violations"),
      ],
      checks: [
        check("no false proof was taken", proofs.taken === 0),
        check("no invented UPDATE was obeyed", invented.refused === tries && invented.slotOctets === 0),
        check("no T of another Modifier' was obeyed", honest.obeyed === 0),
        check("another AP carries a withheld UPDATE through", withheld.isUntouched && withheld.isProven),
        check("another AP has a swallowed answer given again", swallowed.isWritten && swallowed.isProven),
        check("no rule was broken", broken === 0),
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
    const before = world.device.nvm.octets.slice(SLOTS.a, SLOTS.end);
    if (update(world, { modifierPrime, T }) === "bad command") refused++;
    slotOctets += world.device.nvm.octets.slice(SLOTS.a, SLOTS.end).filter((octet, i) => octet !== before[i]).length;
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

/** The AP leaves the command out of its M3s; then another AP is near. */
function withheldUpdate(kit: Kit) {
  const world = kit.world();
  world.boot("lost");
  world.startUpdate();
  world.keys.invented = "none";
  for (let n = 0; n < WITHHELD; n++) world.exchange();
  const isUntouched = slotB(world).every((octet) => octet === 0);
  world.keys.invented = undefined;
  return { isUntouched, ...finished(world) };
}

/** It carries UPDATE, and never hands in the answer; then another AP is near. */
function swallowedAnswer(kit: Kit) {
  const world = kit.world();
  world.boot("lost");
  world.startUpdate();
  world.read();
  const m2 = world.hears(world.trigger())?.frame;
  const m3 = m2 && world.sends(m2);
  if (m3) world.hears(m3);
  const isWritten = slotB(world).some((octet) => octet !== 0);
  world.die();
  world.boot("lost");
  return { isWritten, ...finished(world) };
}

/** Exchanges through the other AP until the key service has its proof. */
function finished(world: World) {
  let exchanges = 0;
  const isProven = (): boolean => world.keys.service.progressOf(SPA).generation === 1;
  while (!isProven() && exchanges < WITHHELD) {
    world.exchange(1);
    exchanges++;
  }
  shared(world);
  return { exchanges, isProven: isProven(), violations: world.witness.violations.length };
}

const WITHHELD = 20;

/** Of the NVM record: where a device of generation 0 writes its next root. */
function slotB({ device }: World): Uint8Array {
  return device.nvm.octets.slice(SLOTS.b, SLOTS.end);
}

function shared({ witness, device, keys }: World): void {
  witness.shares(device.nvm.octets, keys.generations);
}
