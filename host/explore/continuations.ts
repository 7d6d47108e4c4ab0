/*
 * What may happen between a death and the next honest exchange. Each runs in a world of its own, whose device has just been
 * powered up again over the survivor; the witness watches.
 */
import { emitCommand, OPCODE } from "../wire/command.ts";
import { DELIVERIES } from "./deliveries.ts";
import { flipped, forgeriesOf, truncationsOf } from "./forge.ts";
import type { SettleOptions } from "./settle.ts";
import type { World } from "./world.ts";
import { AA_AT, SPA } from "./world.ts";

export interface Continuation {
  readonly name: string;
  readonly says: string;
  /** Left out where it has no meaning: in direct mode there is one AP and no epoch. */
  readonly isFor?: (world: World) => boolean;
  act(world: World): void;
  readonly settle?: SettleOptions;
}

const isKeyed = ({ variant }: World): boolean => variant.keying !== "direct";
const isUpdating = ({ keys }: World): boolean => keys.isUpdating;

/** A new M1 is answered, and the AP takes the answer: the M3, which the device has not heard. */
function asked(world: World): Uint8Array | undefined {
  const m2 = world.hears(world.trigger())?.frame;
  return m2 && world.sends(m2);
}

/** An attacker's frame reaches the device, and whatever that answers reaches the AP. */
function attackDevice(world: World, frame: Uint8Array): void {
  const answer = world.hears(frame, true)?.frame;
  if (answer) world.sends(answer);
}

/** The key service dies at a durable step of the honest exchange that follows. */
function crash(step: number, durable: boolean): Continuation {
  return {
    name: `service-dies-${step}-${durable ? "after" : "before"}`,
    says: `the key service dies ${durable ? "behind" : "before"} its durable step ${step}`,
    isFor: isUpdating,
    act(world) {
      world.keys.plan = { step, durable };
    },
  };
}

export const CONTINUATIONS: readonly Continuation[] = [
  { name: "nothing", says: "nobody interferes", act() {} },
  {
    name: "replay-m1",
    says: "the last M1 is replayed to the device, which has another reading, its answer reaches the AP, the last M3 follows",
    act(world) {
      world.read();
      const [m1, m3] = [world.last("Trigger"), world.last("Confirm")];
      if (m1) attackDevice(world, m1);
      if (m3) world.hears(m3, true);
    },
  },
  {
    name: "replay-down",
    says: "every frame that the device was ever sent is replayed to it, before and after a new M1",
    act(world) {
      const frames = world.heard("down");
      for (const frame of frames) world.hears(frame, true);
      const m3 = asked(world);
      for (const frame of frames) world.hears(frame, true);
      if (m3) world.hears(m3);
    },
  },
  {
    name: "replay-up",
    says: "every frame that the AP was ever sent is replayed to it, before and after a new M1",
    act(world) {
      const frames = world.heard("up");
      for (const frame of frames) world.reaches(frame, 0, true);
      const m1 = world.trigger();
      for (const frame of frames) world.reaches(frame, 0, true);
      world.hears(m1);
    },
  },
  {
    name: "new-m1",
    says: "a new M1, whose M2 is lost",
    act(world) {
      world.hears(world.trigger());
    },
  },
  {
    name: "forged-m1",
    says: "M1s with another ANonce, AA, Modifier or profile are answered, and the answers reach the AP",
    act(world) {
      const m1 = world.trigger();
      for (const at of [AA_AT + 6, AA_AT + 5, -5, 6]) attackDevice(world, flipped(m1, at));
      attackDevice(world, flipped(m1, 3, 7));
      attackDevice(world, flipped(m1, 4, 0));
    },
  },
  {
    name: "forged",
    says: "forgeries of each M2, M3 and Data come before the real one, both ways, and the real one twice",
    act(world) {
      const { device } = world;
      const both = (frame: Uint8Array | undefined, deliver: (octets: Uint8Array, isAttack: boolean) => void): void => {
        if (!frame) return;
        for (const { octets } of forgeriesOf(frame)) deliver(octets, true);
        deliver(frame, false);
        deliver(frame, true);
      };
      const toDevice = (octets: Uint8Array, isAttack: boolean): void => {
        const answer = world.hears(octets, isAttack)?.frame;
        if (answer) both(answer, (forged, attacks) => toAp(forged, attacks));
      };
      const toAp = (octets: Uint8Array, isAttack: boolean): void => {
        if (isAttack) world.reaches(octets, 0, true);
        else world.sends(octets);
      };
      let m3: Uint8Array | undefined;
      const m2 = world.hears(world.trigger())?.frame;
      both(m2, (octets, isAttack) => {
        if (isAttack) world.reaches(octets, 0, true);
        else m3 = world.sends(octets);
      });
      both(m3, toDevice);
      both(world.data(), toDevice);
      world.read();
      both(device.call({ kind: "send" })?.frame, toAp);
    },
  },
  {
    name: "truncated",
    says: "every beginning of M1, M2 and M3 comes before the whole frame",
    act(world) {
      const m1 = world.trigger();
      for (const octets of truncationsOf(m1)) world.hears(octets, true);
      const m2 = world.hears(m1)?.frame;
      if (!m2) return;
      for (const octets of truncationsOf(m2)) world.reaches(octets, 0, true);
      const m3 = world.sends(m2);
      if (!m3) return;
      for (const octets of truncationsOf(m3)) world.hears(octets, true);
      world.hears(m3);
    },
  },
  {
    name: "ap-repeats",
    says: "the AP repeats its M1, the device its M2, the AP its M3, and each arrives twice",
    act(world) {
      const m1 = world.repeat() ?? world.trigger();
      for (let i = 0; i < 2; i++) {
        const m2 = world.hears(m1)?.frame;
        const m3 = m2 && world.sends(m2);
        if (m2) world.reaches(m2, 0, true);
        if (m3 && i === 1) for (let j = 0; j < 2; j++) attackDevice(world, m3);
        world.repeat();
      }
      world.hears(m1);
    },
  },
  {
    name: "reading-changed",
    says: "another reading is set after the M2, and the same M1 comes again",
    act(world) {
      const m1 = world.trigger();
      for (let i = 0; i < 2; i++) {
        world.read();
        const m2 = world.hears(m1)?.frame;
        if (m2) world.sends(m2);
      }
      const m3 = asked(world);
      world.read();
      if (m3) attackDevice(world, m3);
      world.says();
      world.says();
    },
  },
  {
    name: "ap-restarts",
    says: "the AP restarts; what it was ever sent is replayed to it, before and after its new M1",
    act(world) {
      const frames = world.heard("up");
      const m3s = world.heard("down");
      world.aps[0].restart();
      for (const frame of frames) world.reaches(frame, 0, true);
      world.trigger();
      for (const frame of frames) world.reaches(frame, 0, true);
      for (const frame of m3s) world.hears(frame, true);
    },
  },
  {
    name: "ap-rolled-back",
    says: "the AP restarts from the PMKs that it had before the last root update",
    act(world) {
      world.rollBackAps();
    },
    settle: { tries: 2 },
  },
  {
    name: "service-restarts",
    says: "the key service restarts from its store",
    act(world) {
      world.keys.restart();
    },
  },
  {
    name: "service-rolled-back",
    says: "the key service is restored from the copy of before the last root update, and asked for that again",
    isFor: (world) => world.hasUpdated,
    act(world) {
      world.rollBackService();
      world.keys.service.startUpdate(SPA);
    },
    settle: { tries: 2 },
  },
  ...[0, 1, 2].flatMap((step) => [crash(step, false), crash(step, true)]),
  {
    name: "lying-ap",
    says: "an AP brings proofs that no device made, and asks for PMKs that there are none of",
    act(world) {
      const { service } = world.keys;
      const { generation, updatingTo = generation + 1 } = service.progressOf(SPA);
      for (const claimed of [updatingTo, generation]) {
        service.offer(SPA, { generation: claimed, proof: new Uint8Array(8).fill(OPCODE.answer) });
      }
      for (let bits = 0; bits < 4; bits++) service.missing(world.keys.tables[0].aa, SPA, bits);
    },
  },
  {
    name: "broken-ap",
    says: "an AP that was broken into sends UPDATEs of its own in M3s that are good",
    act(world) {
      const { generation } = world.keys.service.progressOf(SPA);
      for (const ahead of [1, 2]) {
        const wanted = generation + ahead;
        const fields = { modifierPrime: new Uint8Array(16).fill(0xbb), T: new Uint8Array(8).fill(0xbb) };
        world.keys.invented = emitCommand({ command: "UPDATE", generation: wanted, ...fields });
        const m3 = asked(world);
        const answer = m3 && world.hears(m3)?.frame;
        if (answer) world.sends(answer);
      }
      world.keys.invented = undefined;
    },
  },
  {
    name: "other-ap",
    says: "the device is near another AP from now on",
    isFor: isKeyed,
    act() {},
    settle: { ap: 1 },
  },
  {
    name: "new-epoch",
    says: "the key service gives the AP another Modifier",
    isFor: isKeyed,
    act(world) {
      const frames = world.heard("up");
      world.keys.service.renew(world.keys.tables[0].aa);
      for (const frame of frames) world.reaches(frame, 0, true);
    },
  },
  ...DELIVERIES,
];
