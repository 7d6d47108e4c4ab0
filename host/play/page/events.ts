/*
 * The latest frames, deaths and power-ups as a list of buttons: what a click on a chart chooses can be chosen here by key.
 * Rows are kept and written over, so that the one that has the focus is not torn away. Tab leads to the list and out of it
 * again, the arrows from row to row.
 */
import type { Item, Row } from "../protocol.ts";
import { el, say } from "./dom.ts";

const FATES: Readonly<Record<string, string>> = {
  received: "received",
  changed: "changed",
  lost: "lost",
  cut: "cut by a death",
  collided: "collided",
  flying: "on the air",
  "": "not heard here",
};

export class Events {
  readonly #list: HTMLElement;
  readonly #buttons: HTMLButtonElement[] = [];
  #rows: readonly Row[] = [];
  /** Where Tab leads to. */
  #stop: HTMLButtonElement | undefined;

  constructor(list: HTMLElement, onChosen: (item: Item) => void) {
    this.#list = list;
    list.addEventListener("click", ({ target }) => {
      const at = this.#buttons.findIndex((button) => button.contains(target as Node));
      const item = itemOf(this.#rows[at]);
      if (item) onChosen(item);
    });
    list.addEventListener("keydown", (event) => {
      const open = this.#open();
      const at = open.indexOf(document.activeElement as HTMLButtonElement);
      const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: open.length - 1 }[event.key];
      if (next === undefined || at < 0) return;
      event.preventDefault();
      open[next]?.focus();
    });
    list.addEventListener("focusin", ({ target }) => {
      this.#stop = target as HTMLButtonElement;
      this.#stops();
    });
  }

  /** What can be chosen: of a power-up there is nothing to be told. */
  #open(): HTMLButtonElement[] {
    return this.#buttons.slice(0, this.#rows.length).filter(({ disabled }) => !disabled);
  }

  #stops(): void {
    const open = this.#open();
    const stop = open.find((button) => button === this.#stop) ?? open[0];
    for (const button of this.#buttons) button.tabIndex = button === stop ? 0 : -1;
  }

  show(rows: readonly Row[], chosen: Item | undefined): void {
    this.#rows = rows;
    while (this.#buttons.length < rows.length) {
      const button = el(
        "button",
        { type: "button" },
        el("span", { class: "at" }),
        el("span", { class: "what" }),
        el("span", { class: "how" }),
      );
      this.#buttons.push(button);
      this.#list.append(el("li", {}, button));
    }
    for (const [i, button] of this.#buttons.entries()) {
      const row = rows[i];
      const isThere = row !== undefined;
      (button.parentElement as HTMLElement).hidden = !isThere;
      if (!isThere) continue;
      const [at, what, how, kind] = told(row);
      say(button.children[0], at);
      say(button.children[1], what);
      say(button.children[2], how);
      button.className = kind;
      const item = itemOf(row);
      const isChosen = item !== undefined && item.kind === chosen?.kind && item.n === chosen.n;
      button.setAttribute("aria-pressed", String(isChosen));
      button.disabled = item === undefined;
    }
    this.#stops();
  }
}

function itemOf(row: Row | undefined): Item | undefined {
  return row === undefined || row.kind === "up" ? undefined : { kind: row.kind, n: row.n };
}

function told(row: Row): [at: string, what: string, how: string, kind: string] {
  if (row.kind === "up") return [time(row.t_s), `life ${row.life}`, "power-up", "up"];
  if (row.kind === "death") return [time(row.t_s), "death", `life ${row.life}, in ${row.phase}`, "death"];
  const { from_s, title, from, octets, fate } = row;
  const isBad = !["received", "flying", ""].includes(fate);
  const what = `${title} of ${from}`;
  return [time(from_s), what, `${octets} octets, ${FATES[fate]}`, isBad ? "frame bad" : "frame"];
}

/** To the microsecond. */
export function time(t_s: number): string {
  return `${t_s.toFixed(6)} s`;
}
