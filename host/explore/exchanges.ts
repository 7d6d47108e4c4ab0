/*
 * The exchanges: each brings a fresh world to an instant, and names the call that power may fail in from there.
 */
import type { Call } from "./machine.ts";
import type { World } from "./world.ts";

export interface Exchange {
  readonly name: string;
  readonly says: string;
  /** Everything before the call has happened when this returns it. */
  prepare(world: World): Call;
}

const receive = (frame: Uint8Array | undefined): Call => ({ kind: "receive", frame: there(frame) });

/** Power has come, and all that a variant wants before an exchange is there: the PMK in the cache, or not. */
function awake(world: World): void {
  world.boot("lost");
  if (world.variant.keying !== "cached") return;
  there(world.exchange() || undefined);
  again(world);
}

/** A power cycle. */
function again(world: World): void {
  world.die();
  world.boot("lost");
}

/** State 2: a new M1 was answered, and the AP took the answer. The M3 that waits. */
function waiting(world: World): Uint8Array {
  world.read();
  const m2 = there(world.hears(world.trigger())?.frame);
  return there(world.sends(m2));
}

/** State 3; the answer to a command has reached the AP. */
function secure(world: World): void {
  const answer = there(world.hears(waiting(world)));
  if (answer.frame) world.sends(answer.frame);
}

export const EXCHANGES: readonly Exchange[] = [
  {
    name: "boot",
    says: "amp_boot over a record that has been used",
    prepare(world) {
      awake(world);
      secure(world);
      world.die();
      return { kind: "boot" };
    },
  },
  {
    name: "m1-first",
    says: "the first M1 of a power cycle",
    prepare(world) {
      awake(world);
      world.read();
      return receive(world.trigger());
    },
  },
  {
    name: "m1-repeated",
    says: "the same M1 again in state 2: the kept M2",
    prepare(world) {
      awake(world);
      waiting(world);
      return receive(world.repeat());
    },
  },
  {
    name: "m1-repeated-dropped",
    says: "the same M1 again in state 2, after another reading was set",
    prepare(world) {
      awake(world);
      waiting(world);
      world.read();
      return receive(world.repeat());
    },
  },
  {
    name: "m1-repeated-secure",
    says: "the same M1 again in state 3: no answer",
    prepare(world) {
      awake(world);
      secure(world);
      return receive(world.repeat());
    },
  },
  {
    name: "m1-new-waiting",
    says: "another M1 in state 2",
    prepare(world) {
      awake(world);
      waiting(world);
      return receive(world.trigger());
    },
  },
  {
    name: "m1-new-secure",
    says: "another M1 in state 3",
    prepare(world) {
      awake(world);
      secure(world);
      return receive(world.trigger());
    },
  },
  {
    name: "payload",
    says: "amp_set_payload in state 2",
    prepare(world) {
      awake(world);
      waiting(world);
      return { kind: "setPayload", reading: world.nextReading(), encrypt: world.variant.mode === "ccm" };
    },
  },
  {
    name: "m3",
    says: "M3 with data",
    prepare(world) {
      awake(world);
      return receive(waiting(world));
    },
  },
  {
    name: "m3-update",
    says: "M3 with UPDATE",
    prepare(world) {
      awake(world);
      world.startUpdate();
      return receive(waiting(world));
    },
  },
  {
    name: "m3-update-over",
    says: "M3 with the next UPDATE, over the root before, which no M3 has wiped yet",
    prepare(world) {
      awake(world);
      world.startUpdate();
      secure(world);
      again(world);
      world.startUpdate();
      return receive(waiting(world));
    },
  },
  {
    name: "m3-prove",
    says: "M3 with PROVE, the first under a new root: old root and old cache entry are wiped",
    prepare(world) {
      awake(world);
      world.startUpdate();
      // The answer to UPDATE is lost.
      there(world.hears(waiting(world))?.frame);
      again(world);
      return receive(waiting(world));
    },
  },
  {
    name: "m3-settle",
    says: "M3 with data, the first under a new root that is proven: the same wipes",
    prepare(world) {
      awake(world);
      world.startUpdate();
      secure(world);
      again(world);
      return receive(waiting(world));
    },
  },
  {
    name: "data-down",
    says: "DL Data",
    prepare(world) {
      awake(world);
      secure(world);
      return receive(world.data());
    },
  },
  {
    name: "data-up",
    says: "amp_send: UL Data",
    prepare(world) {
      awake(world);
      secure(world);
      world.read();
      return { kind: "send" };
    },
  },
];

/** A step that every world has to get through, whatever was planted in it. */
export class DeadEnd extends Error {
  override readonly name = "DeadEnd";
}

function there<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new DeadEnd("an honest exchange came to nothing before the call was reached");
  return value;
}
