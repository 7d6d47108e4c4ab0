/*
 * A thief has the PMK that an AP held for a station. What can he do in that epoch, in the next one, and after a root
 * update?
 */
import { AccessPoint } from "../../ap/accesspoint.ts";
import { PmkTable } from "../../ap/pmks.ts";
import { nodeCrypto } from "../../crypto/node.ts";
import { PSK, SPA, type World } from "../../explore/world.ts";
import { pmkOf } from "../../keys/roots.ts";
import { bindingOf } from "../../wire/binding.ts";
import { checkDownlink, checkUplink } from "../../wire/check.ts";
import { open, seal } from "../../wire/protect.ts";
import { deriveSessionKeys } from "../../wire/ptk.ts";
import { emitResponse } from "../../wire/response.ts";
import { type Attack, check, counted, type Figure, simulated } from "../attack.ts";
import type { Kit } from "../kit.ts";
import { updateCost } from "../updatecost.ts";

export const leakedPmk: Attack = {
  name: "leaked-pmk",
  title: "an AP's PMK for a station is stolen, and the AP gets a new Modifier",
  needs: "the PMK, once; then a transmitter",

  run(kit) {
    const world = kit.world();
    world.boot("lost");
    world.exchange();
    const { modifier, aa } = world.keys.tables[0];
    if (!modifier) throw new Error("the AP has no Modifier");
    // As the AP holds it: the thief has broken into it.
    const stolen = pmkOf(nodeCrypto, PSK, modifier, { aa, spa: SPA });
    const thief = new Thief(kit, stolen, { aa, modifier });

    const past = thief.reads(world);
    const forgedBefore = thief.impersonates(world);
    world.keys.service.renew(aa);
    world.exchange();
    const next = thief.reads(world);
    const posed = poses(world, thief);
    const impersonated = thief.impersonates(world);
    const { update, settle } = updateCost(kit);
    world.startUpdate();
    world.exchange();
    again(world);
    world.exchange();
    const after = poses(world, thief);
    return {
      happens: [
        `Of the epoch that the PMK is of, the thief reads what was recorded: ${past} of 1 readings. Of the next epoch ${next}.`,
        `He poses as the AP, under the old Modifier: the station ${posed.isSecure ? "answers, takes his M3 and hands out his data" : "refuses his M3"}, for it keeps no epoch. The new Modifier revokes nothing on the station.`,
        `He poses as the station: in the leaked epoch the AP took his reading for the station's (${forgedBefore}); in its new epoch it does not (${impersonated}).`,
        `After an update of the root he poses again: ${after.isSecure ? "the station still takes his M3" : "the station's M2 does not fit his PMK, and he has no M3 for it"}. The update costs the station ${(update.e_J * 1e6).toPrecision(3)} uJ, and ${(settle.e_J * 1e6).toPrecision(3)} uJ for the first M3 behind it.`,
      ],
      verdict: "open",
      stops:
        "section 1 says so: a new Modifier revokes nothing; the remedy is a root update through any AP (section 6), after which the stolen PMK opens nothing new",
      figures: [
        counted("readings of the leaked epoch that he reads", past, "of 1"),
        counted("readings of the next epoch that he reads", next, "of 1"),
        counted("readings of his that the AP took in the leaked epoch", Number(forgedBefore === "taken"), "of 1"),
        counted("readings of his that the AP took in the new epoch", Number(impersonated === "taken"), "of 1"),
        counted("M3s of his that the station took after the new Modifier", Number(posed.isSecure), "of 1"),
        counted("M3s of his that the station took after a root update", Number(after.isSecure), "of 1"),
        simulated("station: an M3 with UPDATE, and its answer", update.e_J, "J"),
        simulated("station: the first M3 under the new root, without its M1", settle.e_J, "J"),
      ] satisfies Figure[],
      checks: [
        check("the leaked epoch is open to him", past === 1),
        check("the next epoch is closed to him", next === 0),
        check("under the old Modifier he passes for the AP", posed.isSecure && posed.said === THIEF_SAYS),
        check("in the leaked epoch he passes for the station", forgedBefore === "taken"),
        check("he does not pass for the station in the new epoch", impersonated === "bad MIC"),
        check("after a root update he does not pass for the AP", !after.isSecure),
      ],
    };
  },
};

const THIEF_SAYS = "open the valve";

class Thief {
  readonly #ap: AccessPoint;
  readonly #pmk: Uint8Array;
  readonly #kit: Kit;

  /** His AP has the stolen PMK, the AP's address and its old Modifier, and asks no key service. */
  constructor(kit: Kit, pmk: Uint8Array, { aa, modifier }: { readonly aa: Uint8Array; readonly modifier: Uint8Array }) {
    const crypto = kit.crypto("thief");
    const table = new PmkTable(aa, crypto);
    const nothing = (): void => {};
    table.assign(modifier, nothing);
    table.hold({ spa: SPA, pmks: [{ generation: 0, pmk: pmk.slice() }] }, nothing);
    table.begin(nothing);
    const service = { commandFor: () => undefined, offer: () => false, missing: nothing };
    this.#ap = new AccessPoint({ crypto, keys: table, service, triggerSpan_s: () => 0.01 });
    this.#pmk = pmk;
    this.#kit = kit;
  }

  /** M1 as the AP. */
  asks(now_s: number): Uint8Array {
    const { profile, info } = this.#kit.plan;
    return this.#ap.trigger(0, { to: "broadcast", profile, ...info, access: 0 }, now_s);
  }

  /** M3 for an M2, if his PMK opens it. */
  confirms(m2: Uint8Array, now_s: number): Uint8Array | undefined {
    const received = this.#ap.receive(0, m2, now_s);
    return received.kind === "reading"
      ? received.reading.delivered(now_s, new TextEncoder().encode(THIEF_SAYS))?.m3
      : undefined;
  }

  /** How many of the last M2 (0 or 1) that was on the air he can read. */
  reads(world: World): number {
    const [m1, m2] = [world.last("Trigger"), world.last("Response")];
    const trigger = m1 && checkDownlink(m1).frame;
    const response = m2 && checkUplink(m2).frame;
    if (trigger?.type !== "Trigger" || response?.type !== "Response") throw new Error("no exchange was recorded");
    const { aa, aNonce } = trigger;
    const keys = deriveSessionKeys(nodeCrypto, this.#pmk, { aa, spa: SPA, aNonce, sNonce: response.sNonce });
    return open(nodeCrypto, keys, response, { a2: SPA, m1: bindingOf(trigger) }) ? 1 : 0;
  }

  /** An M2 of his own for the AP's next M1; why the AP refuses it, or "taken". */
  impersonates(world: World): string {
    const { frame } = checkDownlink(world.trigger());
    if (frame?.type !== "Trigger") throw new Error("an AP's trigger is none");
    const { aa, aNonce, profile } = frame;
    const sNonce = new Uint8Array(profile.N).fill(0x7f);
    const keys = deriveSessionKeys(nodeCrypto, this.#pmk, { aa, spa: SPA, aNonce, sNonce });
    const unsealed = {
      ...({ type: "Response", id: this.#idOf(world), encrypted: true, generation: 0, profile, sNonce } as const),
      payload: new TextEncoder().encode("all is well"),
    };
    const m2 = emitResponse(
      seal(nodeCrypto, keys, unsealed, { a2: SPA, m1: bindingOf(frame) }) as Parameters<typeof emitResponse>[0],
    );
    world.now_s += 1e-4;
    const received = world.aps[0].receive(0, m2, world.now_s);
    return received.kind === "refused" ? received.reason : "taken";
  }

  #idOf({ device }: World): number {
    return new DataView(device.nvm.octets.buffer).getUint16(12, true);
  }
}

/** He asks the station as the AP; the station is in a new power cycle, as he finds it. */
function poses(world: World, thief: Thief): { isSecure: boolean; said: string } {
  again(world);
  const m2 = world.hears(thief.asks(world.now_s), true)?.frame;
  const m3 = m2 && thief.confirms(m2, world.now_s);
  if (m3) world.options.machine.call({ kind: "receive", frame: m3 });
  const { machine } = world.options;
  const said = new TextDecoder().decode(machine.received());
  const isSecure = machine.state === 3;
  again(world);
  return { isSecure, said };
}

function again(world: World): void {
  world.die();
  world.boot("lost");
  world.read();
}
