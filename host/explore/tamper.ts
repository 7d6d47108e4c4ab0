/** What a damage is made of: lives that leave an image, the image of a stranger, a clone that answers first. */
import { encodeRecord } from "../keys/record.ts";
import { Body } from "./body.ts";
import { freshNoise } from "./noise.ts";
import { SPA, World } from "./world.ts";

/** Octets [from, end) of the record. */
export interface Region {
  readonly from: number;
  readonly end: number;
}

export const CELLS: Region = { from: 16, end: 32 };
export const SLOTS: readonly [Region, Region] = [
  { from: 32, end: 104 },
  { from: 104, end: 176 },
];
export const CACHE: Region = { from: 176, end: 268 };

/** A power cycle: an exchange; one with a root update; one with a root update whose proof is lost. */
export type Life = "exchange" | "update" | "unproven";

/** Such a power cycle, and the image that it leaves. */
export function live(world: World, life: Life): Uint8Array {
  if (life !== "exchange") world.startUpdate();
  world.die();
  world.boot();
  if (life === "unproven") {
    world.read();
    const m2 = world.hears(world.trigger())?.frame;
    const m3 = m2 && world.sends(m2);
    if (m3) world.hears(m3);
  } else {
    world.exchange();
  }
  world.die();
  return world.device.nvm.octets.slice();
}

/** The image of a device of the same key service, AP and Modifier, with another SPA and PSK, behind one exchange. */
export function strangersImage(world: World): Uint8Array {
  const { machine } = world.options;
  world.device.leave();
  const other = new World({ ...world.options, psk: new Uint8Array(32).fill(0x5a) });
  other.device.nvm.octets.set(encodeRecord({ spa: SPA, psk: other.psk, counter: 0 }));
  const image = live(other, "exchange");
  machine.powerUp("lost");
  world.device.enter();
  return image;
}

/** A second station of the same image answers an M1 before the device does. */
export function cloneAnswers(world: World, noise: "own noise" | "the same noise"): void {
  const { device, options, witness } = world;
  const itsNoise = noise === "own noise" ? freshNoise("the clone") : device.noise;
  const clone = new Body(options.machine, witness, device.nvm.octets, itsNoise, 1);
  world.boot();
  world.read();
  device.leave();
  clone.enter();
  clone.boot("lost");
  clone.call({ kind: "setPayload", reading: Uint8Array.of(0xc1, 0x0e), encrypt: options.variant.mode === "ccm" });
  const m1 = world.trigger();
  const m2 = clone.call({ kind: "receive", frame: m1 })?.frame;
  clone.leave();
  device.enter();
  if (m2) {
    witness.sentUp(m2, 1);
    world.reaches(m2);
  }
  const own = world.hears(m1)?.frame;
  if (own) world.sends(own);
  world.die();
}
