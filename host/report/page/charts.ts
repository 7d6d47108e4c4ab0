/*
 * All voltage charts of a page and their common time axis: zoomed by mouse, button or key, they move together.
 */
import { type Chart, chartOf } from "./chart.ts";
import type { View } from "./view.ts";

/** Buckets that fill a chart at the closest. */
const CLOSEST = 12;
/** Seconds shown around a death, in buckets. */
const AROUND = 60;

type Move = "in" | "out" | "left" | "right" | "death" | "all";

const KEYS: Readonly<Record<string, Move>> = {
  "+": "in",
  "=": "in",
  "-": "out",
  ArrowLeft: "left",
  ArrowRight: "right",
  "0": "all",
  Home: "all",
  d: "death",
};

export class Charts {
  readonly #charts: readonly Chart[];
  readonly #end_s: number;
  readonly #bucket_s: number;
  readonly #deaths_s: readonly number[];
  readonly #range = document.querySelector<HTMLOutputElement>("output.range");
  #isMoving = false;
  #from_s = 0;
  #to_s: number;

  constructor(result: View) {
    const { timeline, scenario } = result;
    this.#end_s = scenario.duration_s;
    this.#to_s = this.#end_s;
    this.#bucket_s = timeline?.bucket_s ?? this.#end_s;
    const places = [...document.querySelectorAll<HTMLElement>(".plot[data-track]")];
    this.#charts = places.flatMap((place) => {
      const track = timeline?.stations[Number(place.dataset.track)];
      return track && timeline ? [chartOf(place, result, timeline, track, (from, to) => this.#moved(from, to))] : [];
    });
    const buckets = (timeline?.stations ?? []).flatMap(({ died }) =>
      died.flatMap((n, bucket) => (n > 0 ? [bucket] : [])),
    );
    this.#deaths_s = buckets.sort((a, b) => a - b).map((bucket) => (bucket + 0.5) * this.#bucket_s);
    for (const place of places) place.addEventListener("keydown", (event) => this.#key(event));
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-zoom]")) {
      button.addEventListener("click", () => this.#move(button.dataset.zoom as Move));
    }
    const fit = (): void => {
      for (const chart of this.#charts) chart.fit();
    };
    addEventListener("resize", fit);
    this.#tell();
  }

  redraw(): void {
    for (const chart of this.#charts) chart.redraw();
  }

  #key(event: KeyboardEvent): void {
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.#move(move);
  }

  #move(move: Move): void {
    const [from, to] = [this.#from_s, this.#to_s];
    const [middle, width] = [(from + to) / 2, to - from];
    if (move === "in") this.#show(middle - width / 4, middle + width / 4);
    else if (move === "out") this.#show(middle - width, middle + width);
    else if (move === "left") this.#show(from - width / 4, to - width / 4);
    else if (move === "right") this.#show(from + width / 4, to + width / 4);
    else if (move === "all") this.#show(0, this.#end_s);
    else this.#nextDeath(middle, width);
  }

  /** The first behind the middle of what is shown; from all of it, the first of all. */
  #nextDeath(middle: number, width: number): void {
    const half = Math.min(width, AROUND * this.#bucket_s) / 2;
    const after = width >= this.#end_s ? -1 : middle + this.#bucket_s;
    const at = this.#deaths_s.find((death_s) => death_s > after) ?? this.#deaths_s[0];
    if (at !== undefined) this.#show(at - half, at + half);
  }

  /** Within the run, no closer than there is something to see. */
  #show(from: number, to: number): void {
    const width = Math.min(Math.max(to - from, CLOSEST * this.#bucket_s), this.#end_s);
    const first = Math.min(Math.max((from + to - width) / 2, 0), this.#end_s - width);
    this.#moved(first, first + width);
  }

  #moved(from: number, to: number): void {
    // Setting a chart's scale tells it here again.
    if (this.#isMoving) return;
    this.#isMoving = true;
    [this.#from_s, this.#to_s] = [from, to];
    for (const chart of this.#charts) chart.show(from, to);
    this.#isMoving = false;
    this.#tell();
  }

  #tell(): void {
    if (!this.#range) return;
    // A thousandth of what is shown.
    const places = Math.max(2, Math.ceil(-Math.log10(this.#to_s - this.#from_s)) + 3);
    this.#range.value = `${this.#from_s.toFixed(places)} to ${this.#to_s.toFixed(places)} s`;
  }
}
