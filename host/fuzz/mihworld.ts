/*
 * Roles of 802.21 on a clock and a network that whoever fuzzes moves: nothing arrives and no time passes unless it is told so.
 * The same seed gives the same datagrams.
 */

import { ID, LINK, type Name, POS_NAMES, Scene } from "../mih/scene.ts";
import type { Scheme } from "../mih/schemes/scheme.ts";
import { type Arrival, journey } from "../mih/site/journey.ts";
import type { Place } from "../mih/site/memory.node.ts";
import type { Timing } from "../mih/transport/reliable.ts";
import { toHex } from "../wire/octets.ts";
import { HeldNetwork } from "./heldnetwork.ts";

export const NAMES = ["mn", "sp", "tp", "umts", "gm"] as const satisfies readonly Name[];
export const TIMING: Timing = { rto_ms: 500, retries: 3, transaction_ms: 8_000 };
const TRIES = 6;

export class MihWorld {
  readonly scene: Scene;
  readonly network = new HeldNetwork(settled);
  /** Told by the roles. */
  readonly events: string[] = [];
  #place: Place = {};
  #isUnderWay = false;

  constructor(scheme: Scheme, seed: number) {
    const onEvent = (who: Name, event: string): void => {
      this.events.push(`${who}: ${event}`);
    };
    this.scene = new Scene({ scheme, seed, timing: TIMING, clock: this.network.clock, onEvent });
    const { scene } = this;
    scene.close();
    for (const name of POS_NAMES) scene.poss[name] = scene.newPos(name, { link: this.network.link(ID[name]) });
    scene.gm = scene.newGroupManager({ link: this.network.link(ID.gm) });
    scene.mn = scene.newMobile({ link: this.network.link(ID.mn) });
  }

  get timers(): number {
    return this.network.clock.waiting;
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

  /** Until the network is still and `isDone`; false: it took too many steps. */
  run(isDone: () => boolean, steps: number): Promise<boolean> {
    return this.network.run(isDone, { steps, idle_ms: TIMING.transaction_ms });
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
    this.network.queue.length = 0;
  }
}

export function memberOf(scene: Scene, name: Name): Scene["mn"]["member"] {
  return (name === "mn" ? scene.mn : name === "gm" ? scene.gm : scene.poss[name]).member;
}

/** Everything that waits for nothing but promises has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
