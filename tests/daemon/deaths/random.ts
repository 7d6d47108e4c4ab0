/**
 * SIGKILLs of random processes at random instants, under load: updates and epochs without an end, datagrams lost. Now and
 * then everyone is killed at once, and what is left is looked at; then everyone starts, and has to be reached.
 */
import type { Gate } from "./gate.ts";
import { pause } from "./gate.ts";
import { agree, logOf, Readings, recordsOf } from "./left.ts";
import type { Member } from "./member.ts";
import type { Site } from "./site.ts";

/** From one kill to the next, at most: a process takes about one second to start. */
const LIFE_MAX_ms = 1200;
/** Kills between two looks. */
const LOOK_EVERY = 20;
/** How often: a second one dies at the same moment; a dead one has to wait for its start; a datagram is lost. */
const TWO = 0.25;
const LATE = 0.3;
const LATE_MAX_ms = 1500;
const LOST = 0.03;
/** Of every station, between the start after a look and the next kills. */
const CONFIRMED = 2;

export interface Found {
  readonly kills: number;
  readonly time_s: number;
  /** Readings in the files, and those that a station knows to be confirmed. */
  readonly stored: number;
  readonly confirmed: number;
  /** Updates of a root that were on their way when everyone was killed. */
  readonly updating: number;
  readonly proven: number;
  readonly epochs: number;
  /** APs without PMKs that ended for want of a key service, and were started again. */
  readonly orphaned: number;
  /** How often each was killed. */
  readonly killed: Readonly<Record<string, number>>;
}

export class Storm {
  readonly #site: Site;
  readonly #readings: Readings;
  readonly #killed: Record<string, number> = {};
  readonly #start_ms = Date.now();
  #kills = 0;
  #updating = 0;

  constructor(site: Site) {
    this.#site = site;
    this.#readings = new Readings(site);
    site.gate = lossy;
  }

  /** At least so many; `tell` is told what was found at each look. @throws AssertionError of the first that is wrong. */
  async run(kills: number, tell: (found: Found) => void): Promise<Found> {
    const site = this.#site;
    for (;;) {
      await site.confirmed(CONFIRMED);
      const until = Math.min(kills, this.#kills + LOOK_EVERY) - site.members.length;
      await this.#storm(until);
      await this.#kill(site.members);
      const found = await this.#look();
      tell(found);
      if (this.#kills >= kills) return found;
      for (const member of site.members) member.start();
    }
  }

  async #storm(kills: number): Promise<void> {
    const { members } = this.#site;
    const starts: Promise<void>[] = [];
    while (this.#kills < kills) {
      await pause(LIFE_MAX_ms * Math.random());
      const first = pick(members);
      const victims = Math.random() < TWO ? [...new Set([first, pick(members)])] : [first];
      await this.#kill(victims);
      starts.push(...victims.map(startAgain));
    }
    await Promise.all(starts);
    await this.#site.confirmed(CONFIRMED);
    // Without a word from anybody: any instant is as good as another.
    await pause(LIFE_MAX_ms * Math.random());
  }

  async #kill(members: readonly Member[]): Promise<void> {
    for (const { name, isRunning } of members) {
      if (!isRunning) continue;
      this.#kills++;
      this.#killed[name] = (this.#killed[name] ?? 0) + 1;
    }
    await this.#site.kill(members);
  }

  async #look(): Promise<Found> {
    const site = this.#site;
    const records = await recordsOf(site);
    agree(site, records);
    this.#readings.check();
    const log = await logOf(site);
    const { stored, confirmed } = this.#readings;
    this.#updating += records.filter(({ update }) => update !== undefined).length;
    return {
      ...{ kills: this.#kills, time_s: (Date.now() - this.#start_ms) / 1000, stored, confirmed },
      ...{ updating: this.#updating, proven: log.get("update proven") ?? 0, epochs: log.get("AP renewed") ?? 0 },
      orphaned: site.orphaned,
      killed: this.#killed,
    };
  }
}

const lossy: Gate = ({ way }, { pass, lose }) => (way === "air" && Math.random() < LOST ? lose() : pass());

async function startAgain(member: Member): Promise<void> {
  if (Math.random() < LATE) await pause(LATE_MAX_ms * Math.random());
  member.start();
}

function pick(members: readonly Member[]): Member {
  return members[Math.floor(members.length * Math.random())];
}
