/* What the station is and has done, as of now, in boxes. */
import { si } from "../../text/units.ts";
import type { Figures } from "../protocol.ts";
import { byId, el, say } from "./dom.ts";

const TILES: readonly (readonly [label: string, value: (of: Figures) => string, more: (of: Figures) => string])[] = [
  ["voltage", ({ v_V }) => `${v_V.toFixed(3)} V`, ({ e_J }) => `${si(e_J, "J")} stored`],
  [
    "station",
    ({ isUp, state }) => (isUp ? state : "off"),
    ({ phase }) => (phase === "off" ? "charging" : `draws for ${phase}`),
  ],
  [
    "lives",
    ({ lives }) => lives.toLocaleString("en"),
    ({ deaths }) => `${deaths.toLocaleString("en")} ${deaths === 1 ? "death" : "deaths"}`,
  ],
  ["M1 heard", ({ heard }) => heard.toLocaleString("en"), ({ sent }) => `${sent.toLocaleString("en")} M2 sent`],
  [
    "readings taken",
    ({ taken }) => taken.toLocaleString("en"),
    ({ confirmed }) => `${confirmed.toLocaleString("en")} confirmed`,
  ],
  [
    "spent",
    ({ spent_J }) => si(spent_J, "J"),
    ({ taken, spent_J }) => (taken > 0 ? `${si(spent_J / taken, "J")} a reading` : "no reading yet"),
  ],
];

export class FigureTiles {
  readonly #tiles: readonly (readonly [value: HTMLElement, more: HTMLElement])[];

  constructor() {
    this.#tiles = TILES.map(([label]) => {
      const [value, more] = [el("p", { class: "value" }, "–"), el("p", { class: "more" })];
      byId("figures").append(el("div", { class: "tile" }, el("p", { class: "label" }, label), value, more));
      return [value, more];
    });
  }

  show(figures: Figures): void {
    for (const [i, [, value, more]] of TILES.entries()) {
      say(this.#tiles[i][0], value(figures));
      say(this.#tiles[i][1], more(figures));
    }
  }
}
