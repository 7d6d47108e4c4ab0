/*
 * The instants at which power can fail in a call: at every amount of fuel from 0 to what the call costs, at every octet of
 * every NVM write with anything in flight, and at every octet of the frame that it answers with. Each one is run: the call
 * from the same state, the death, and a restart over the RAM that the death left, which has to end in the very state that
 * a restart with other RAM ends in. So whatever comes after depends on the survivor alone: the NVM image, the octets that
 * went on the air, and what the peers made of them.
 */
import { nodeCrypto } from "../crypto/node.ts";
import { FULL } from "../device/meter.ts";
import type { Torn } from "../device/nvm.ts";
import { tornField } from "../observer/nvmrules.ts";
import type { Violation } from "../observer/witness.ts";
import { type Stream, streamsOf } from "../sim/streams.ts";
import { type Call, type Context, type Machine, sameOctets } from "./machine.ts";
import type { ReadFails } from "./reads.ts";
import type { World } from "./world.ts";

/** What the NVM octet in flight becomes. */
export const IN_FLIGHT = ["old", "new", "00", "FF", "random"] as const;
export type InFlight = (typeof IN_FLIGHT)[number];

export type Point =
  | { readonly kind: "fuel"; readonly fuel: number }
  /** The n-th octet, from 1, that the call writes to NVM. */
  | { readonly kind: "nvm"; readonly octet: number; readonly inFlight: InFlight }
  /** So many octets of the answer, from 1, were sent. */
  | { readonly kind: "air"; readonly octets: number }
  /** No death: the n-th read of the call, from 1, fails, and with "always" all that follow until power is gone. */
  | { readonly kind: "read"; readonly read: number; readonly fails: ReadFails }
  /** Power fails behind the call, and again in the amp_boot that follows. */
  | { readonly kind: "boot"; readonly fuel: number };

export interface Survivor {
  readonly image: Uint8Array;
  /** Octets of the call's answer on the air. */
  readonly onAir: number;
  /** One of its points. */
  readonly point: Point;
  /** How many points lead to it. */
  points: number;
}

export interface Sweep {
  /** Fuel of the whole call. */
  readonly fuel: number;
  readonly written_octets: number;
  readonly answer_octets: number;
  readonly points: Readonly<Record<"fuel" | "nvm" | "air", number>>;
  /** Restarts whose state was compared. */
  readonly restarts: number;
  readonly survivors: readonly Survivor[];
  readonly violations: readonly (Violation & { readonly point: Point })[];
}

interface SweepOptions {
  /** Every n-th amount of fuel: 1 for all of them. */
  readonly fuelStride?: number;
  /** Which kinds of points are run; all if left out. */
  readonly kinds?: readonly ("fuel" | "nvm" | "air")[];
  /** Of the world: what "random" is. */
  readonly seed: number;
  /** A new survivor is restarted with RAM lost and random, too; true if left out. */
  readonly withRams?: boolean;
  /** The image is in order before the call: then what survives has to be. */
  readonly isOrderly?: boolean;
}

const VIOLATIONS_MAX = 8;
const KINDS = ["fuel", "nvm", "air"] as const;

/** The world has been prepared; its device is at the instant before `call`. */
export function sweep(world: World, call: Call, options: SweepOptions): Sweep {
  return new Sweeper(world, call, options).run();
}

interface Known extends Survivor {
  /** The station after amp_boot. */
  readonly woken: Context;
}

class Sweeper {
  readonly #machine: Machine;
  readonly #world: World;
  readonly #call: Call;
  readonly #options: SweepOptions;
  readonly #random: Stream;
  readonly #from: Context;
  readonly #image: Uint8Array;
  readonly #draws: number;
  /** By image. */
  readonly #survivors = new Map<string, Known>();
  readonly #violations: (Violation & { point: Point })[] = [];
  #last: Known | undefined;
  #restarts = 0;

  constructor(world: World, call: Call, options: SweepOptions) {
    this.#machine = world.options.machine;
    this.#world = world;
    this.#call = call;
    this.#options = options;
    this.#random = streamsOf(nodeCrypto, options.seed)("RAM");
    // A call of boot comes upon RAM that a power-up left.
    if (call.kind === "boot") this.#machine.powerUp("kept");
    this.#machine.prepare(call);
    this.#from = this.#machine.context();
    this.#image = world.device.nvm.octets.slice();
    this.#draws = world.device.draws;
  }

  run(): Sweep {
    const { fuelStride = 1, kinds = KINDS } = this.#options;
    const { nvm } = this.#world.device;
    const limit = Error.stackTraceLimit;
    // A death is an error that is caught at once: nobody reads its stack.
    Error.stackTraceLimit = 0;
    try {
      const answer = this.#fromHere(FULL);
      const fuel = FULL - this.#machine.left;
      const written_octets = nvm.written;
      const answer_octets = isFrame(this.#call, answer) ? answer : 0;
      const image = nvm.octets.slice();
      const points = { fuel: 0, nvm: 0, air: 0 };
      if (kinds.includes("fuel")) {
        for (let n = 0; n < fuel; n += fuelStride) {
          points.fuel++;
          this.#dieAt({ kind: "fuel", fuel: n });
        }
        points.fuel++;
        this.#dieAt({ kind: "fuel", fuel });
      }
      if (kinds.includes("nvm")) {
        for (let octet = 1; octet <= written_octets; octet++) {
          for (const inFlight of IN_FLIGHT) {
            points.nvm++;
            this.#dieAt({ kind: "nvm", octet, inFlight });
          }
        }
      }
      const survivors: Survivor[] = [...this.#survivors.values()];
      if (kinds.includes("air")) {
        for (let octets = 1; octets <= answer_octets; octets++) {
          points.air++;
          survivors.push({ image, onAir: octets, point: { kind: "air", octets }, points: 1 });
        }
      }
      return {
        fuel,
        written_octets,
        answer_octets,
        points,
        restarts: this.#restarts,
        survivors: survivors.map(({ image, onAir, point, points }) => ({ image, onAir, point, points })),
        violations: this.#violations,
      };
    } finally {
      Error.stackTraceLimit = limit;
      this.#reset();
    }
  }

  /** Puts the station back to the instant before the call. */
  #reset(): void {
    const { device } = this.#world;
    device.nvm.powerUp();
    device.nvm.octets.set(this.#image);
    device.draws = this.#draws;
    this.#machine.restore(this.#from);
  }

  #fromHere(fuel: number): number | undefined {
    this.#reset();
    return this.#machine.run(this.#call, fuel);
  }

  #dieAt(point: Point): void {
    const { nvm } = this.#world.device;
    let inFlight: number | undefined;
    if (point.kind === "fuel") {
      this.#fromHere(point.fuel);
    } else if (point.kind === "nvm") {
      this.#reset();
      nvm.cutAt(point.octet, tornAt(point, this.#options.seed));
      nvm.log = [];
      if (this.#machine.run(this.#call, FULL) !== undefined) throw new Error("a write was not reached");
      const last = nvm.log[nvm.log.length - 1];
      inFlight = last.offset + last.written - 1;
      nvm.log = undefined;
    }
    const known = this.#survivor(point, inFlight);
    known.points++;
    this.#restart(known, point);
  }

  /** The survivor of the death that just was; a new one is restarted with every kind of RAM, and the RAM left as it was. */
  #survivor(point: Point, inFlight: number | undefined): Known {
    const { octets } = this.#world.device.nvm;
    if (this.#last && sameOctets(octets, this.#last.image)) return this.#last;
    const key = Buffer.from(octets).toString("latin1");
    this.#last = this.#survivors.get(key) ?? this.#learn(key, point, inFlight);
    return this.#last;
  }

  #learn(key: string, point: Point, inFlight: number | undefined): Known {
    const machine = this.#machine;
    const dead = machine.context();
    const image = this.#world.device.nvm.octets.slice();
    machine.powerUp("lost");
    this.#boot();
    const known: Known = { image, onAir: 0, point, points: 0, woken: machine.context() };
    this.#survivors.set(key, known);
    if (this.#options.withRams !== false) {
      for (let i = 0; i < 2; i++) {
        machine.powerUp("random", this.#random.uniform);
        this.#boot();
        this.#compare(known, point, "random");
      }
    }
    machine.restore(dead);
    if (this.#options.isOrderly !== false) {
      const torn = tornField(image, inFlight);
      if (torn) this.#accuse("section 7", `a check field stands behind half written octets: ${torn}`, point);
    }
    return known;
  }

  #restart(known: Known, point: Point): void {
    this.#machine.powerUp("kept");
    this.#boot();
    this.#compare(known, point, "kept");
  }

  #boot(): void {
    const { nvm } = this.#world.device;
    nvm.powerUp();
    this.#restarts++;
    this.#machine.run({ kind: "boot" }, FULL);
  }

  #compare(known: Known, point: Point, ram: string): void {
    const { nvm } = this.#world.device;
    if (nvm.written > 0) this.#accuse("section 7", "amp_boot wrote to NVM", point);
    if (!this.#machine.isIn(known.woken)) {
      this.#accuse("AMP-R5", `with RAM ${ram} it wakes up in another state than with RAM lost`, point);
    }
  }

  #accuse(rule: Violation["rule"], what: string, point: Point): void {
    if (this.#violations.length < VIOLATIONS_MAX) this.#violations.push({ rule, what, point });
  }
}

/** What becomes of the octet in flight: a random one is the same whenever that point is run. */
export function tornAt({ octet, inFlight }: Extract<Point, { kind: "nvm" }>, seed: number): Torn {
  if (inFlight === "old" || inFlight === "new") return inFlight;
  if (inFlight === "00") return 0x00;
  return inFlight === "FF" ? 0xff : streamsOf(nodeCrypto, seed)(`in flight ${octet}`).whole(256);
}

function isFrame({ kind }: Call, answer: number | undefined): answer is number {
  return (kind === "receive" || kind === "send") && answer !== undefined && answer > 0;
}
