/**
 * What a story is told in: messages, one below the other, each of a chapter, between two of those who are in it. Whoever draws a
 * ladder, a page or a capture of it needs nothing else.
 */

export const CHAPTERS = [
  "the access points enter",
  "the station is born",
  "the access points get to know each other",
  "readings on harvested power",
  "the way to the next access point",
  "readings at the next access point",
  "the access points leave",
] as const;
export type Chapter = (typeof CHAPTERS)[number];

/** From the left to the right of a ladder. "network": PAA, key service and group manager. */
export const LANES = ["station", "AP 1", "AP 2", "network"] as const;
export type Lane = (typeof LANES)[number];

/** What a message goes over. The first two are UDP. */
export type Way = "SeNAA" | "802.21" | "802.11" | "AMP";

/** Where something stands in a story: of one instant, what was told first comes first. */
export interface Place {
  readonly chapter: Chapter;
  /** Since the beginning of the story. */
  readonly time_s: number;
  readonly order: number;
}

export interface Rung extends Place {
  readonly way: Way;
  readonly from: Lane;
  readonly to: Lane;
  /** As its protocol calls it. */
  readonly name: string;
  /** Nobody between the two can read or change it unseen. */
  readonly isProtected: boolean;
  /** A datagram, an MPDU without FCS, an AMP frame. */
  readonly octets: Uint8Array;
  /** Of a datagram: "host:port" of both ends. */
  readonly ends?: { readonly from: string; readonly to: string };
  /** Of a frame that did not arrive whole, why. */
  readonly fate?: string;
}

/** What somebody says beside it, in a sentence without a full stop. */
export interface Remark extends Place {
  readonly who: Lane;
  readonly text: string;
}

/** Below 0: a is told before b. */
export function inOrder(a: Place, b: Place): number {
  return a.time_s - b.time_s || a.order - b.order;
}

/**
 * Assumption: what happens while a device has power, before the station's own time begins, takes a millisecond a message: the
 * order is true, the times are not measured.
 */
const MESSAGE_s = 1e-3;

/** Collects a story as it happens. */
export class Teller {
  readonly rungs: Rung[] = [];
  readonly remarks: Remark[] = [];
  #chapter: Chapter = CHAPTERS[0];
  #now_s = 0;
  #origin_s: number | undefined;
  #order = 0;

  get chapter(): Chapter {
    return this.#chapter;
  }

  begins(chapter: Chapter): void {
    this.#chapter = chapter;
  }

  /** From now on somebody else's clock counts, which begins at 0; undefined: nobody's, as before. */
  clock(now_s: number | undefined): void {
    if (now_s === undefined) {
      this.#origin_s = undefined;
      return;
    }
    this.#origin_s ??= this.#now_s;
    this.#now_s = Math.max(this.#now_s, this.#origin_s + now_s);
  }

  /** `at_s`: by that clock, of a frame that is told of ahead of its turn. */
  message(rung: Omit<Rung, keyof Place>, at_s?: number): number {
    if (this.#origin_s === undefined) this.#now_s = Math.round((this.#now_s + MESSAGE_s) * 1e6) / 1e6;
    const time_s = at_s === undefined ? this.#now_s : (this.#origin_s ?? 0) + at_s;
    return this.rungs.push({ ...rung, ...this.#place(time_s) }) - 1;
  }

  /** What is known of a message only later. */
  became(index: number, fate: string | undefined): void {
    this.rungs[index] = { ...this.rungs[index], fate };
  }

  says(who: Lane, text: string): void {
    this.remarks.push({ ...this.#place(this.#now_s), who, text });
  }

  #place(time_s: number): Place {
    return { chapter: this.#chapter, time_s, order: this.#order++ };
  }
}
