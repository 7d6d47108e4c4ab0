/** A whole handover in memory in which one role dies at one datagram, with all that it had in RAM, and is made anew at once. */

import assert from "node:assert/strict";
import type { Location } from "../../../host/mih/roles/locationregister.ts";
import { ID, LINK, type Name, POS_NAMES, type PosName, Scene } from "../../../host/mih/scene.ts";
import type { Scheme } from "../../../host/mih/schemes/scheme.ts";
import { LinkTable } from "../../../host/mih/services/linktable.ts";
import { journey } from "../../../host/mih/site/journey.ts";
import type { Place } from "../../../host/mih/site/memory.node.ts";
import type { Timing } from "../../../host/mih/transport/reliable.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { equalOctets } from "../../../host/wire/octets.ts";

/** When a role dies: its datagram arrives and is not handled; is made and does not leave; has left. */
export const MOMENTS = ["before it is handled", "before the answer leaves", "after"] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Kill {
  /** Which datagram of the story, from 0. */
  readonly at: number;
  readonly moment: Moment;
}

export interface Told {
  /** Datagrams of the story. */
  readonly datagrams: number;
  /** Who died; undefined: the story ended before. */
  readonly killed: Name | undefined;
  /** Whether a distributed key came to its end, and not an authentication anew. */
  readonly isDistributed: boolean;
}

const TIMING: Timing = { rto_ms: 20, retries: 4, transaction_ms: 600 };
/** A user gives up at some time. */
const JOURNEYS = 8;
const TRIES = 4;
const QUIET_ms = 40;
const QUESTIONS = 4;

/** @throws AssertionError when something is left half done. */
export async function story(scheme: Scheme, seed: number, kill?: Kill): Promise<Told> {
  const world = new World(scheme, seed, kill);
  try {
    return await world.told();
  } finally {
    world.scene.close();
  }
}

class World {
  readonly scene: Scene;
  readonly #kill: Kill | undefined;
  readonly #tables: Record<Exclude<Name, "gm">, LinkTable>;
  #place: Place = {};
  /** What the group manager keeps outside of its RAM. */
  readonly #locations = new Map<string, Location>();
  #datagrams = 0;
  #killed: Name | undefined;

  constructor(scheme: Scheme, seed: number, kill: Kill | undefined) {
    this.#kill = kill;
    const tap = (from: string, to: string): boolean => this.#passes(from, to);
    this.scene = new Scene({ scheme, seed, timing: TIMING, network: { tap } });
    this.#tables = { ...this.scene.tables };
    this.scene.gm.close();
    this.#renew("gm");
  }

  async told(): Promise<Told> {
    const isDistributed = await this.#arrives();
    await this.#settles();
    assert.equal(this.scene.mn.serving?.id, ID.tp, "the MN knows its target as the one that serves");
    this.#assertSameKeys();
    return { datagrams: this.#datagrams, killed: this.#killed, isDistributed };
  }

  /** As a user does it: again, until it is there. */
  async #arrives(): Promise<boolean> {
    const failures: string[] = [];
    for (let i = 0; i < JOURNEYS; i++) {
      const { mn } = this.scene;
      const arrived = await journey({
        mn,
        poss: new Map(POS_NAMES.map((name) => [ID[name], this.scene.partner("mn", name)])),
        attach: ID.sp,
        place: this.#place,
        wish: { tposId: ID.tp },
        discover: true,
        tries: TRIES,
        // One that is dead writes nothing.
        remember: (place) => {
          if (mn === this.scene.mn) this.#place = place;
        },
      });
      if (mn !== this.scene.mn) failures.push("the MN was made anew");
      else if (typeof arrived === "string") failures.push(arrived);
      else return arrived.prepared !== undefined;
    }
    throw new assert.AssertionError({ message: `the MN never came to its end: ${failures.join("; ")}` });
  }

  /** Whoever still has something to say has said it; then the MN asks its target something, again if that has forgotten it. */
  async #settles(): Promise<void> {
    for (let before = -1; before !== this.#datagrams; ) {
      before = this.#datagrams;
      await new Promise((resolve) => setTimeout(resolve, QUIET_ms));
    }
    for (let i = 0; i < QUESTIONS; i++) {
      if (this.scene.mn.serving === undefined) await this.#arrives();
      if ((await this.scene.mn.discover()) && this.scene.poss.tp.serves(ID.mn)) return;
    }
    assert.fail("the MN and its target have no key in common: nothing that one says reaches the other");
  }

  #assertSameKeys(): void {
    for (const name of POS_NAMES) {
      const [own, theirs] = [this.#tables.mn, this.#tables[name]].map((table) => table.of(ID.mn, LINK[name])?.pmk);
      assert.equal(own !== undefined, theirs !== undefined, `one end alone has a PMK of the link of ${name}`);
      assert.ok(!own || !theirs || equalOctets(own, theirs), `the ends have different PMKs of the link of ${name}`);
    }
  }

  #passes(from: string, to: string): boolean {
    const number = this.#datagrams++;
    const { at, moment } = this.#kill ?? {};
    if (number !== at) return true;
    const isReceiver = moment === "before it is handled";
    this.#killed = (Object.keys(ID) as Name[]).find((name) => ID[name] === (isReceiver ? to : from));
    if (this.#killed) this.#dies(this.#killed);
    return moment === "after";
  }

  #dies(name: Name): void {
    const { scene } = this;
    (name === "mn" ? scene.mn : name === "gm" ? scene.gm : scene.poss[name]).close();
    this.#renew(name);
  }

  /** With its configuration, and with what it keeps elsewhere than in RAM. */
  #renew(name: Name): void {
    const { scene } = this;
    if (name === "gm") {
      const onMoved = (mn: string, location: Location): unknown => this.#locations.set(mn, location);
      scene.gm = scene.newGroupManager({ locations: this.#locations, onMoved });
      return;
    }
    this.#tables[name] = new LinkTable(nodeRsnCrypto);
    if (name === "mn") scene.mn = scene.newMobile({ linkLayer: this.#tables.mn });
    else scene.poss[name as PosName] = scene.newPos(name as PosName, { linkLayer: this.#tables[name] });
  }
}
