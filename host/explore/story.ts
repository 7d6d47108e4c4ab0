/*
 * One story: an exchange, a death in it, what an adversary does then, and the honest end. It has a name that says all of
 * it, by which it can be told again.
 *
 *     m3-update/compact-ccm-cold/plain/nvm=37:FF/replay-m1/1
 */
import { nodeCrypto } from "../crypto/node.ts";
import { FULL } from "../device/meter.ts";
import { streamsOf } from "../sim/streams.ts";
import { CONTINUATIONS, type Continuation } from "./continuations.ts";
import { ENVIRONMENTS, type Environment } from "./environments.ts";
import { EXCHANGES, type Exchange } from "./exchanges.ts";
import type { Call, Context, Machine } from "./machine.ts";
import { freshNoise } from "./noise.ts";
import { IN_FLIGHT, type InFlight, type Point, tornAt } from "./points.ts";
import { READ_FAILS, type ReadFails, readFault } from "./reads.ts";
import { settle } from "./settle.ts";
import { VARIANTS, type Variant, variantName } from "./variant.ts";
import { type Makers, World } from "./world.ts";

export interface Setting {
  readonly exchange: Exchange;
  readonly variant: Variant;
  readonly environment: Environment;
  readonly seed: number;
}

export interface Story extends Setting {
  readonly point: Point;
  /** A second death: in the life after the first, in an honest exchange, by what is left of the budget or in a write. */
  readonly second?: Point;
  readonly continuation: Continuation;
}

/** Where stories happen. */
export interface Stage extends Makers {
  readonly machine: Machine;
}

/** The world at the instant before the call, and the call. @throws DeadEnd */
export function begin(stage: Stage, { exchange, variant, environment, seed }: Setting): { world: World; call: Call } {
  const { noise, worn, isSilent } = environment;
  const label = `seed ${seed}`;
  const world = new World({ ...stage, variant, seed, noise: isSilent ? freshNoise(label) : noise(label), worn });
  const call = exchange.prepare(world);
  if (isSilent) world.device.noise = noise(label);
  return { world, call };
}

/** What a death has left of a device, and what the peers have heard of its answer. */
interface Remains {
  readonly image: Uint8Array;
  readonly onAir: number;
}

/** The world right after that death; power is off. @throws DeadEnd */
export function after(stage: Stage, setting: Setting, { image, onAir }: Remains): World {
  const { world, call } = begin(stage, setting);
  if (onAir > 0) sendCut(world, call, onAir);
  world.die();
  world.device.nvm.octets.set(image);
  world.note("power fails");
  return world;
}

/** Power is back, the adversary acts where that has a meaning, and everything has to work again. */
export function goOn(world: World, { act, isFor, settle: how }: Continuation): void {
  world.boot();
  const isMeant = isFor?.(world) ?? true;
  if (isMeant) act(world);
  settle(world, isMeant ? how : undefined);
}

/** Tells a story as it was found, from the very instant of its death. */
export function tell(stage: Stage, story: Story): World {
  const { world, call } = begin(stage, story);
  die(world, call, story.point, story.seed);
  world.die();
  world.note("power fails");
  wakeAlike(world);
  if (story.second) secondLife(world, story.second, story.seed);
  goOn(world, story.continuation);
  return world;
}

/** One honest exchange that ends at that point of it: fuel and octets count from its power-up on. */
function secondLife(world: World, point: Point, seed: number): void {
  const { device } = world;
  if (point.kind === "fuel") device.budget = point.fuel;
  world.boot();
  if (point.kind === "nvm") device.nvm.cutAt(point.octet, tornAt(point, seed));
  if (device.isOn) world.exchange();
  device.budget = undefined;
  world.die();
  world.note("power fails again");
}

function die(world: World, call: Call, point: Point, seed: number): void {
  const { device, witness } = world;
  const { nvm } = device;
  if (point.kind === "air") {
    sendCut(world, call, point.octets);
    return;
  }
  if (point.kind === "read") {
    readFault(world, call, point);
    return;
  }
  if (call.kind === "boot") {
    world.options.machine.powerUp("kept");
    device.isOn = true;
  }
  if (point.kind === "boot") {
    device.call(call);
    world.options.machine.powerUp("kept");
    device.isOn = true;
    device.budget = point.fuel;
    device.call({ kind: "boot" });
  } else {
    if (point.kind === "fuel") device.budget = point.fuel;
    else nvm.cutAt(point.octet, tornAt(point, seed));
    device.call(call);
  }
  device.budget = undefined;
  witness.survives(nvm.octets, point.kind === "nvm" ? device.inFlight : undefined);
}

/** Whatever RAM holds when power is back, amp_boot has to end in one and the same state. */
function wakeAlike({ device, witness, options: { machine, seed } }: World): void {
  const dead = machine.context();
  const random = streamsOf(nodeCrypto, seed)("RAM");
  const wake = (ram: "lost" | "kept" | "random"): Context => {
    machine.restore(dead);
    machine.powerUp(ram, random.uniform);
    device.nvm.powerUp();
    machine.run({ kind: "boot" }, FULL);
    return machine.context();
  };
  const woken = wake("lost");
  for (const ram of ["random", "random", "kept"] as const) {
    wake(ram);
    if (!machine.isIn(woken)) {
      witness.accuse("AMP-R5", `with RAM ${ram} it wakes up in another state than with RAM lost`);
    }
  }
  machine.restore(dead);
}

function sendCut(world: World, call: Call, octets: number): void {
  const frame = world.device.call(call)?.frame;
  if (frame) world.sends(frame, octets);
}

export function pointText(point: Point): string {
  if (point.kind === "fuel" || point.kind === "boot") return `${point.kind}=${point.fuel}`;
  if (point.kind === "read") return `read=${point.read}:${point.fails}`;
  return point.kind === "nvm" ? `nvm=${point.octet}:${point.inFlight}` : `air=${point.octets}`;
}

/** The story's name. */
export function tokenOf({ exchange, variant, environment, point, second, continuation, seed }: Story): string {
  const points = second ? `${pointText(point)}+${pointText(second)}` : pointText(point);
  return [exchange.name, variantName(variant), environment.name, points, continuation.name, seed].join("/");
}

/** The inverse. @throws RangeError, one sentence, for what names no story. */
export function storyOf(token: string): Story {
  const [exchangeName, variant, environmentName, points = "", continuationName, seed, ...rest] = token.split("/");
  const [point, second] = points.split("+").map(parsePoint);
  const story = {
    exchange: EXCHANGES.find(({ name }) => name === exchangeName),
    variant: VARIANTS.find((candidate) => variantName(candidate) === variant),
    environment: ENVIRONMENTS.find(({ name }) => name === environmentName),
    point,
    continuation: CONTINUATIONS.find(({ name }) => name === continuationName),
    seed: /^\d+$/.test(seed ?? "") ? Number(seed) : undefined,
  };
  const wrong = Object.entries(story).find(([, value]) => value === undefined);
  if (wrong || rest.length > 0) {
    throw new RangeError(`${JSON.stringify(token)} names no story: its ${wrong?.[0] ?? "end"} is none`);
  }
  return { ...story, second } as Story;
}

function parsePoint(text: string): Point | undefined {
  const [, kind, number, inFlight] = /^(fuel|nvm|air|boot|read)=(\d+)(?::(\w+))?$/.exec(text) ?? [];
  const n = Number(number);
  if ((kind === "fuel" || kind === "boot") && inFlight === undefined) return { kind, fuel: n };
  if (kind === "air" && inFlight === undefined && n > 0) return { kind, octets: n };
  if (kind === "read" && n > 0 && READ_FAILS.includes(inFlight as ReadFails)) {
    return { kind, read: n, fails: inFlight as ReadFails };
  }
  if (kind === "nvm" && n > 0 && IN_FLIGHT.includes(inFlight as InFlight)) {
    return { kind, octet: n, inFlight: inFlight as InFlight };
  }
  return undefined;
}
