/*
 * Roles of 802.21 on a clock and a network that whoever fuzzes moves: nothing arrives and no time passes unless it is told so.
 * The same seed gives the same datagrams.
 */

import type { Clock, Link } from "../datagrams/link.ts";
import { ID, LINK, type Name, POS_NAMES, Scene } from "../mih/scene.ts";
import type { Scheme } from "../mih/schemes/scheme.ts";
import { type Arrival, journey } from "../mih/site/journey.ts";
import type { Place } from "../mih/site/memory.node.ts";
import type { Timing } from "../mih/transport/reliable.ts";
import { toHex } from "../wire/octets.ts";

export const NAMES = ["mn", "sp", "tp", "umts", "gm"] as const satisfies readonly Name[];
export const TIMING: Timing = { rto_ms: 500, retries: 3, transaction_ms: 8_000 };
const TRIES = 6;

export interface Datagram {
  readonly from: string;
  readonly to: string;
  readonly octets: Uint8Array;
}

class FuzzClock implements Clock {
  #now_ms = 0;
  readonly #timers = new Map<object, { readonly due_ms: number; readonly then: () => void }>();

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  now_ms(): number {
    return this.#now_ms;
  }

  after(delay_ms: number, then: () => void): () => void {
    const key = {};
    this.#timers.set(key, { due_ms: this.#now_ms + Math.max(0, delay_ms), then });
    return () => this.#timers.delete(key);
  }

  /** To the next that is due within so long, which is called; false: there was none, and it is so much later. */
  step(within_ms: number): boolean {
    const until_ms = this.#now_ms + within_ms;
    let first: [object, { readonly due_ms: number; readonly then: () => void }] | undefined;
    for (const timer of this.#timers) if (!first || timer[1].due_ms < first[1].due_ms) first = timer;
    if (!first || first[1].due_ms > until_ms) {
      this.#now_ms = until_ms;
      return false;
    }
    const [key, { due_ms, then }] = first;
    this.#timers.delete(key);
    this.#now_ms = Math.max(this.#now_ms, due_ms);
    then();
    return true;
  }
}

export class MihWorld {
  readonly scene: Scene;
  /** On their way, in the order in which they were sent. */
  readonly queue: Datagram[] = [];
  /** All that a role has sent, and of it what has arrived somewhere. */
  readonly genuine: Datagram[] = [];
  /** Told by the roles. */
  readonly events: string[] = [];
  readonly #clock = new FuzzClock();
  readonly #listeners = new Map<string, (from: string, octets: Uint8Array) => void>();
  readonly #sent = new Set<string>();
  readonly #arrived = new Set<string>();
  #place: Place = {};
  #isUnderWay = false;

  constructor(scheme: Scheme, seed: number) {
    const onEvent = (who: Name, event: string): void => {
      this.events.push(`${who}: ${event}`);
    };
    this.scene = new Scene({ scheme, seed, timing: TIMING, clock: this.#clock, onEvent });
    const { scene } = this;
    scene.close();
    for (const name of POS_NAMES) scene.poss[name] = scene.newPos(name, { link: this.#link(ID[name]) });
    scene.gm = scene.newGroupManager({ link: this.#link(ID.gm) });
    scene.mn = scene.newMobile({ link: this.#link(ID.mn) });
  }

  get timers(): number {
    return this.#clock.waiting;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** The MN goes to its target, once the network moves. */
  begin(): Promise<Arrival | string> {
    const { mn } = this.scene;
    this.#isUnderWay = true;
    return journey({
      mn,
      poss: new Map(POS_NAMES.map((name) => [ID[name], this.scene.partner("mn", name)])),
      attach: ID.sp,
      place: this.#place,
      wish: { tposId: ID.tp },
      discover: true,
      tries: TRIES,
      remember: (place) => {
        this.#place = place;
      },
    }).finally(() => {
      this.#isUnderWay = false;
    });
  }

  /** What the MN says first is on its way. */
  begun(): Promise<void> {
    return settled();
  }

  /** The oldest on its way arrives; false: there is none. */
  async deliver(): Promise<boolean> {
    const datagram = this.queue.shift();
    if (!datagram) return false;
    await this.inject(datagram);
    return true;
  }

  /** It arrives, whoever sent it, and all that follows at once has happened when this resolves. */
  async inject({ from, to, octets }: Datagram): Promise<void> {
    this.#arrived.add(nameOf({ from, to, octets }));
    this.#listeners.get(to)?.(from, octets.slice());
    await settled();
  }

  async pass(within_ms: number): Promise<void> {
    for (const until_ms = this.#clock.now_ms() + within_ms; this.#clock.step(until_ms - this.#clock.now_ms()); ) {
      await settled();
    }
  }

  /** Until nothing is on its way and whoever `isDone` asks for has what it waits for; false: it took too many steps. */
  async run(isDone: () => boolean, steps: number): Promise<boolean> {
    await settled();
    for (let i = 0; i < steps; i++) {
      if (isDone() && this.queue.length === 0) return true;
      if (!(await this.deliver())) {
        this.#clock.step(TIMING.transaction_ms);
        await settled();
      }
    }
    return false;
  }

  /** Is this what a role has sent there, and has not arrived yet? */
  isOnItsWay(datagram: Datagram): boolean {
    const name = nameOf(datagram);
    return this.#sent.has(name) && !this.#arrived.has(name);
  }

  /** Associations, who serves, PMKs, where the MN is held to be: all that only who has proven itself may change. */
  state(): string {
    const { scene } = this;
    const parts = [`mn at ${scene.mn.serving?.id}`, `gm has it at ${scene.gm.servingOf(ID.mn)}`];
    for (const name of NAMES) {
      const { associations } = memberOf(scene, name);
      const newest = NAMES.map((other) => associations.ofPeer(ID[other])).map((sa) =>
        sa ? toHex(sa.said.value) : "-",
      );
      parts.push(`${name} ${associations.size} ${newest.join(" ")}`);
      if (name !== "mn" && name !== "gm") parts.push(`serves ${NAMES.map((one) => scene.poss[name].serves(ID[one]))}`);
      if (name === "gm") continue;
      const pmks = POS_NAMES.map((pos) => scene.tables[name].of(ID.mn, LINK[pos])?.pmk);
      parts.push(pmks.map((pmk) => (pmk ? toHex(pmk) : "-")).join(" "));
    }
    return parts.join("\n");
  }

  /** By reason, what each role refused. */
  refusals(): string {
    return NAMES.map((name) => `${name} ${[...memberOf(this.scene, name).misf.refused.keys()].sort().join("+")}`).join(
      ", ",
    );
  }

  close(): void {
    this.scene.close();
    this.queue.length = 0;
  }

  #link(address: string): Link {
    let isOpen = true;
    return {
      address,
      send: (to, octets) => {
        // What goes to nobody here is lost.
        if (!isOpen || !this.#listeners.has(to)) return;
        const datagram = { from: address, to, octets: octets.slice() };
        this.queue.push(datagram);
        this.genuine.push(datagram);
        this.#sent.add(nameOf(datagram));
      },
      listen: (heard) => this.#listeners.set(address, heard),
      close: () => {
        isOpen = false;
        this.#listeners.delete(address);
      },
    };
  }
}

export function memberOf(scene: Scene, name: Name): Scene["mn"]["member"] {
  return (name === "mn" ? scene.mn : name === "gm" ? scene.gm : scene.poss[name]).member;
}

function nameOf({ from, to, octets }: Datagram): string {
  return `${from} ${to} ${toHex(octets)}`;
}

/** Everything that waits for nothing but promises has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
