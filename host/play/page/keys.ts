/* The keys of the station, RAM above NVM: what is there now, and what became of the rest. */
import type { KeyRow } from "../protocol.ts";
import { el, say } from "./dom.ts";

const STATES: Readonly<Record<KeyRow["state"], string>> = {
  there: "there",
  "not yet": "not yet",
  wiped: "gone",
  lost: "lost",
  empty: "empty",
};

export class Keys {
  readonly #place: HTMLElement;
  readonly #rows = new Map<string, { row: HTMLElement; state: HTMLElement; told: HTMLElement; octets: HTMLElement }>();
  #shape = "";

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  show(keys: readonly KeyRow[]): void {
    const shape = keys.map(({ name, where }) => `${where} ${name}`).join();
    if (shape !== this.#shape) this.#build(keys);
    this.#shape = shape;
    for (const key of keys) {
      const cells = this.#rows.get(`${key.where} ${key.name}`);
      if (!cells) continue;
      const state = STATES[key.state];
      if (cells.state.textContent !== state) {
        cells.state.textContent = state;
        cells.row.className = `key ${key.state.replace(" ", "-")}`;
      }
      say(cells.told, key.told);
      say(cells.octets, key.octets ?? "");
    }
  }

  #build(keys: readonly KeyRow[]): void {
    this.#rows.clear();
    const tables = (["RAM", "NVM"] as const).map((where) => {
      const rows = keys.filter((key) => key.where === where).map((key) => this.#row(key));
      const says = where === "RAM" ? "RAM: lost with the power" : "NVM: kept through every death";
      return el("table", { class: "keys" }, el("caption", {}, says), el("tbody", {}, ...rows));
    });
    this.#place.replaceChildren(...tables);
  }

  #row({ name, where }: KeyRow): HTMLElement {
    const [state, told, octets] = [el("span", { class: "keystate" }), el("span", {}), el("code", { class: "octets" })];
    const row = el(
      "tr",
      { class: "key" },
      el("th", { scope: "row" }, name),
      el("td", {}, state),
      el("td", {}, told, octets),
    );
    this.#rows.set(`${where} ${name}`, { row, state, told, octets });
    return row;
  }
}
