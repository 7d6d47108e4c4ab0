/* What was chosen: a frame field by field, a death with all that is known of it. */
import type { InspectedDeath, InspectedFrame, KeyRow } from "../protocol.ts";
import { el, table } from "./dom.ts";
import { time } from "./events.ts";

export interface InspectorActions {
  readonly close: () => void;
  readonly heard: (isHeard: boolean) => void;
  readonly magnify: (death: number) => void;
}

type Fields = InspectedFrame["explained"]["fields"];

export class Inspector {
  readonly #place: HTMLElement;
  readonly #actions: InspectorActions;

  constructor(place: HTMLElement, actions: InspectorActions) {
    this.#place = place;
    this.#actions = actions;
  }

  hide(): void {
    this.#place.hidden = true;
    this.#place.replaceChildren();
  }

  frame({ mark, explained, fates, hasOther, item }: InspectedFrame): void {
    const { title, from, from_s } = mark;
    const verdicts = explained.verdicts.map(({ by, taken, status, check, why }) => {
      const refused = status ? ` (${status}, by the check of ${check})` : "";
      const side = by === "device" ? "A station" : "The AP";
      return el(
        "p",
        { class: `verdict ${taken ? "good" : "bad"}` },
        `${side} ${taken ? "takes it" : "refuses it"}${refused}: ${why}.`,
      );
    });
    const parts: (Node | string)[] = [
      el("p", { class: "says" }, `${from_s.toFixed(6)} s, from ${from}. ${fates.join("; ")}.`),
      ...verdicts,
      fieldTable(`Fields of this ${title}`, explained.fields),
    ];
    if (explained.payloadFields.length > 0) {
      parts.push(el("h3", {}, "Payload, in clear"), fieldTable("Fields of its payload", explained.payloadFields));
    }
    if (explained.mic) {
      const { verified, nonce, aad, sender } = explained.mic;
      const rows: [string, Node][] = [
        ["nonce", el("code", { class: "octets" }, nonce)],
        ["AAD", el("code", { class: "octets" }, aad)],
      ];
      parts.push(
        el("h3", {}, verified ? `MIC: right, as sent by the ${sender}` : "MIC: wrong"),
        table("Of the MIC", [], rows),
      );
    }
    const actions: Node[] = [];
    if (hasOther && item.kind === "frame") {
      const isHeard = item.heard === true;
      const button = el("button", { type: "button" }, isHeard ? "As it was sent" : "As it was heard");
      button.addEventListener("click", () => this.#actions.heard(!isHeard));
      actions.push(button);
    }
    this.#show(`${title}${item.kind === "frame" && item.heard ? ", as it was heard" : ""}`, actions, parts);
  }

  death({ mark, rows, phaseSays, nvm, canMagnify }: InspectedDeath): void {
    const actions: Node[] = [];
    if (canMagnify) {
      const button = el("button", { type: "button", class: "primary" }, "Show the instruction");
      button.addEventListener("click", () => this.#actions.magnify(mark.n));
      actions.push(button);
    }
    this.#show(`Death of life ${mark.life}, in ${mark.phase}`, actions, [
      el("p", { class: "says" }, `${time(mark.t_s)}. ${phaseSays}`),
      table("The death", [], rows),
      el("h3", {}, "What the NVM kept"),
      table(
        "NVM at the death",
        [],
        nvm.map((row): [string, string] => [row.name, nvmSays(row)]),
      ),
    ]);
  }

  #show(title: string, actions: readonly Node[], parts: readonly (Node | string)[]): void {
    const close = el("button", { type: "button", class: "close", "aria-label": "Close what was chosen" }, "Close");
    close.addEventListener("click", () => this.#actions.close());
    const head = el("header", {}, el("h2", {}, title), ...actions, close);
    this.#place.replaceChildren(head, ...parts);
    this.#place.hidden = false;
  }
}

function nvmSays({ state, told }: KeyRow): string {
  return state === "there" ? told : `${state === "wiped" ? "gone" : state}: ${told}`;
}

function fieldTable(caption: string, fields: Fields): HTMLElement {
  const rows = fields.map(({ offset, octets, of, bits, field, value, meaning }) => [
    el("span", { class: of ? "part" : "" }, field),
    bits ? "" : String(offset),
    el("code", { class: "octets" }, bits ?? octets),
    value,
    meaning,
  ]);
  return table(caption, ["field", "at", "octets", "value", "meaning"], rows);
}
