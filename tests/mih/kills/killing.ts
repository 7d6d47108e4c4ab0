/** Processes of a site that are killed with SIGKILL while an MN goes to and fro, each time at some datagram that passes. */

import assert from "node:assert/strict";
import type { Stream } from "../../../host/sim/streams.ts";
import type { Ampcore } from "../../daemon/running.ts";
import { ended, ID, pmkIn, type RoleName, Site } from "../processes/bed.ts";
import { Relay } from "../processes/relay.ts";

const ROLES = ["pos-a", "pos-b", "gm"] as const satisfies readonly RoleName[];
type Victim = (typeof ROLES)[number] | "mn";
const VICTIMS: readonly Victim[] = [...ROLES, "mn"];
/** A handover has about so many datagrams. */
const DATAGRAMS = 50;
/** Of a user. */
const CALLS = 6;

export interface Killed {
  readonly victim: Victim;
  /** Calls of `ampcore mih mn` until one came to its end. */
  readonly calls: number;
  /** And not by an authentication anew. */
  readonly isDistributed: boolean;
}

export class Killing {
  readonly #site: Site;
  readonly #random: Stream;
  readonly #roles = new Map<RoleName, Ampcore>();
  readonly #relays: Relay[] = [];
  #seen = 0;
  #strike: (() => void) | undefined;
  #target: "pos-a" | "pos-b" = "pos-b";

  private constructor(site: Site, random: Stream) {
    this.#site = site;
    this.#random = random;
  }

  /** A site of remedy 2 whose roles all run. */
  static async begun(folder: string, random: Stream): Promise<Killing> {
    const site = await Site.made(folder, "21d");
    const killing = new Killing(site, random);
    for (const name of ROLES) {
      const relay = await Relay.before(site.portOf(name), () => killing.#passes());
      killing.#relays.push(relay);
      // The MN and the group manager never meet.
      const others = [...ROLES, ...(name === "gm" ? [] : ["mn"])].filter((other) => other !== name);
      for (const other of others) site.change(other, `:${site.portOf(name)}`, `:${relay.port}`);
    }
    await Promise.all(ROLES.map(async (name) => killing.#roles.set(name, await site.start(name))));
    return killing;
  }

  /** One handover with one kill in it. @throws AssertionError when it does not come to its end, or the ends have two PMKs */
  async once(): Promise<Killed> {
    const victim = VICTIMS[this.#random.whole(VICTIMS.length)];
    const at = 1 + this.#random.whole(DATAGRAMS);
    let restarted: Promise<void> = Promise.resolve();
    let failure = "";
    this.#seen = 0;
    for (let calls = 1; calls <= CALLS; calls++) {
      const mn = this.#site.mobile("--to", ID[this.#target]);
      if (calls === 1) {
        this.#strike = () => {
          if (this.#seen !== at) return;
          restarted = victim === "mn" ? mn.end("SIGKILL").then(() => {}) : this.#restarts(victim);
        };
      }
      const { code, outcome } = await ended(mn);
      this.#strike = undefined;
      await restarted;
      if (code !== 0) {
        failure = `${code}: ${outcome?.failure ?? mn.stderr}`;
        continue;
      }
      this.#assertOnePmk(outcome?.pmk ?? undefined, `${victim} killed at datagram ${at}`);
      this.#target = this.#target === "pos-b" ? "pos-a" : "pos-b";
      return { victim, calls, isDistributed: outcome?.pmk != null };
    }
    const told = [...this.#roles].map(([name, { stderr }]) => `${name}\n${stderr}`).join("\n");
    assert.fail(
      `${victim} killed at datagram ${at}: the MN did not come to ${this.#target} in ${CALLS} calls: ${failure}\n${told}`,
    );
  }

  async end(): Promise<void> {
    for (const process of this.#roles.values()) await process.end("SIGKILL");
    for (const relay of this.#relays) await relay.close();
  }

  /** A target that was killed when all was done has none any more, as its link layer is in its process. */
  #assertOnePmk(own: string | undefined, what: string): void {
    const process = this.#roles.get(this.#target);
    const theirs = process && pmkIn(process);
    assert.ok(theirs === undefined || theirs === own, `${what}: the MN has PMK ${own}, its target ${theirs}`);
  }

  async #restarts(name: RoleName): Promise<void> {
    await this.#roles.get(name)?.end("SIGKILL");
    this.#roles.set(name, await this.#site.start(name));
  }

  #passes(): boolean {
    this.#seen++;
    this.#strike?.();
    return true;
  }
}
