/* A call of the module, instruction by instruction: those around the one that is next. */
import { si } from "../../text/units.ts";
import type { Figures, StripView } from "../protocol.ts";
import { el } from "./dom.ts";

const HEADS = [
  ["", "right"],
  ["", ""],
  ["function", ""],
  ["octet", "right"],
  ["instruction", "wideheads"],
  ["cycles", "right"],
] as const;

export class StripPanel {
  readonly #place: HTMLElement;
  #shown = "";

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  show(strip: StripView | undefined, figures: Figures): void {
    this.#place.hidden = strip === undefined;
    const shown = strip ? `${strip.call} ${strip.at} ${strip.count} ${figures.t_s}` : "";
    if (!strip || shown === this.#shown) return;
    this.#shown = shown;
    const here = strip.lines.find(({ n }) => n === strip.at);
    const facts: readonly (readonly [string, string])[] = [
      ["call", strip.call],
      ["function", here?.function ?? ""],
      ["phase", here?.phase ?? ""],
      ["cycles", strip.cycles.toLocaleString("en", { maximumFractionDigits: 4 })],
      ["energy", si(strip.e_J, "J")],
      ["voltage", `${figures.v_V.toFixed(6)} V`],
      ["RAM", strip.wrote === "" ? "as it was" : `${strip.wrote} written`],
    ];
    const rows = strip.lines.map(({ n, function: name, at, text, cycles, phase }) =>
      el(
        "tr",
        {
          class: n === strip.at ? (strip.diesHere ? "here dies" : "here") : "",
          "aria-current": n === strip.at ? "step" : undefined,
        },
        el("td", { class: "right" }, (n + 1).toLocaleString("en")),
        el("td", {}, el("i", { class: `chip phase-${phase}`, title: phase })),
        el("td", { class: "mono" }, name),
        el("td", { class: "right mono" }, String(at)),
        el("td", { class: "mono" }, text),
        el("td", { class: "right" }, cycles.toFixed(4)),
      ),
    );
    const heads = HEADS.map(([head, kind]) => el("th", { scope: "col", class: kind }, head));
    const title = `Instruction ${(strip.at + 1).toLocaleString("en")} of ${strip.count.toLocaleString("en")}`;
    const says = strip.diesHere
      ? strip.diesInImport
        ? "Power fails here: the host was at work for this call when it did."
        : "Power fails here: this instruction never ran."
      : "It runs next; figures are since the call began.";
    this.#place.replaceChildren(
      el("header", {}, el("h2", {}, title), el("p", { class: strip.diesHere ? "says death" : "says" }, says)),
      el(
        "dl",
        { class: "facts" },
        ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
      ),
      el(
        "div",
        { class: "scroll" },
        el(
          "table",
          { class: "code" },
          el("caption", { class: "hidden" }, "Instructions"),
          el("thead", {}, el("tr", {}, ...heads)),
          el("tbody", {}, ...rows),
        ),
      ),
    );
  }
}
