/*
 * The form: fields by group, a sentence beside a field whose value will not do. Nothing that was typed is ever changed
 * but by a preset or a link.
 */
import { FIELDS, type Field, GROUPS } from "../fields.ts";
import type { Choice, Filled, Judged, Opened } from "../protocol.ts";
import { byId, el, say, sentence } from "./dom.ts";

type Control = HTMLInputElement | HTMLSelectElement;

export class Form {
  readonly #controls = new Map<string, Control>();
  readonly #mistakes = new Map<string, HTMLElement>();
  readonly #rows = new Map<string, HTMLElement>();
  readonly #more = el("textarea", { id: "more", rows: 2, spellcheck: "false", "aria-describedby": "more-mistake" });
  readonly #traceSays = el("p", { class: "hint", id: "trace-says" });
  readonly #trace = el("input", { type: "file", id: "trace", "aria-describedby": "trace-says trace-mistake" });
  readonly #presets = byId<HTMLSelectElement>("preset");
  #choices: readonly Choice[] = [];
  #isShowing = false;

  constructor(opened: Opened, onFilled: () => void, onPreset: (name: string) => void, onFile: (file: File) => void) {
    const groups = byId("groups");
    for (const { id, title, isOpen, fields } of GROUPS) {
      const rows = fields.map((field) => this.#row(field, opened.choices[field.path]));
      if (id === "harvest") rows.splice(1, 0, this.#traceRow());
      if (id === "run") rows.push(this.#moreRow());
      groups.append(el("details", { class: "group", open: isOpen === true }, el("summary", {}, title), ...rows));
    }
    this.#choices = opened.presets;
    for (const { name } of opened.presets) this.#presets.append(el("option", { value: name }, name));
    this.#presets.prepend(el("option", { value: "", hidden: true }, "of your own"));
    this.#presets.addEventListener("change", () => onPreset(this.#presets.value));
    byId("scenario").addEventListener("input", (event) => {
      if (this.#isShowing || event.target === this.#presets || event.target === this.#trace) return;
      this.#presets.value = "";
      say(byId("preset-says"), "Changed from a built-in scenario, or made here.");
      this.#fits();
      onFilled();
    });
    this.#trace.addEventListener("change", () => {
      const [file] = this.#trace.files ?? [];
      if (file) onFile(file);
    });
  }

  filled(): Filled {
    const texts = FIELDS.map(({ path }): [string, string] => {
      const control = this.#controls.get(path) as Control;
      return [
        path,
        control instanceof HTMLInputElement && control.type === "checkbox" ? String(control.checked) : control.value,
      ];
    });
    return { texts: Object.fromEntries(texts), more: this.#more.value };
  }

  /** Shows another scenario; if it is a built-in one it is chosen in the list of them. */
  show({ texts, more }: Filled, name: string | undefined): void {
    this.#isShowing = true;
    for (const [path, text] of Object.entries(texts)) {
      const control = this.#controls.get(path) as Control;
      if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = text === "true";
      else {
        if (control instanceof HTMLSelectElement && ![...control.options].some(({ value }) => value === text)) {
          control.append(el("option", { value: text }, text));
        }
        control.value = text;
      }
    }
    this.#more.value = more;
    const preset = this.#choices.find((one) => one.name === name);
    this.#presets.value = preset?.name ?? "";
    say(byId("preset-says"), preset?.summary ?? "A scenario of your own.");
    this.#isShowing = false;
    this.#fits();
  }

  /** A source of the kind trace: a file was dropped. */
  choosesTrace(): void {
    (this.#controls.get("harvest.source") as Control).value = "trace";
    this.#presets.value = "";
    this.#fits();
  }

  judged({ sentences, usual, trace }: Judged): void {
    for (const [path, place] of this.#mistakes) {
      const refusal = sentences[path];
      const control = path === "more" ? this.#more : path === "trace" ? this.#trace : this.#controls.get(path);
      const isOfFile = path === "trace" && trace && refusal?.startsWith(`${trace.name}: `);
      say(place, refusal === undefined ? "" : isOfFile ? sentence(refusal) : told(refusal));
      if (refusal === undefined) control?.removeAttribute("aria-invalid");
      else control?.setAttribute("aria-invalid", "true");
      if (refusal !== undefined) place.closest("details")?.setAttribute("open", "");
    }
    say(byId("whole"), sentences[""] === undefined ? "" : told(sentences[""]));
    for (const [path, text] of Object.entries(usual)) this.#controls.get(path)?.setAttribute("placeholder", text);
    say(
      this.#traceSays,
      trace?.told
        ? `${trace.name}: ${trace.told}`
        : "Drop a file anywhere on the page: CSV (t_s,P_uW), Mementos, NREL, REACT or Ekho.",
    );
  }

  /** To the first field that has a mistake; false: there is none. */
  focusMistake(): boolean {
    const wrong = byId("scenario").querySelector<HTMLElement>("[aria-invalid]");
    wrong?.focus();
    return wrong !== null;
  }

  #fits(): void {
    for (const { path, when } of FIELDS) {
      if (when) (this.#rows.get(path) as HTMLElement).hidden = this.#controls.get(when[0])?.value !== when[1];
    }
    (this.#rows.get("trace") as HTMLElement).hidden = this.#controls.get("harvest.source")?.value !== "trace";
  }

  #row(field: Field, choices: readonly Choice[] | undefined): HTMLElement {
    const { path, label, unit, kind } = field;
    const id = `field-${path}`;
    const described = `${id}-mistake${unit ? ` ${id}-unit` : ""}`;
    const control =
      kind === "yes"
        ? el("input", { type: "checkbox", id, "aria-describedby": described })
        : kind === "choice"
          ? el("select", { id, "aria-describedby": described }, ...(choices ?? []).map(optionOf))
          : el("input", {
              type: "text",
              id,
              inputmode: kind === "text" || kind === "pair" ? undefined : "decimal",
              autocomplete: "off",
              spellcheck: "false",
              "aria-describedby": described,
            });
    this.#controls.set(path, control);
    const value = el("div", { class: "value" }, control);
    if (unit) value.append(el("span", { class: "unit", id: `${id}-unit` }, unit));
    return this.#placed(path, el("div", { class: "field" }, el("label", { for: id, title: path }, label), value), id);
  }

  #traceRow(): HTMLElement {
    const row = el(
      "div",
      { class: "field wide" },
      el("label", { for: "trace" }, "Trace file"),
      this.#trace,
      this.#traceSays,
    );
    return this.#placed("trace", row, "trace");
  }

  #moreRow(): HTMLElement {
    const hint = el(
      "p",
      { class: "hint" },
      "Every other key of a scenario, one a line, as --set takes them: override.mcu.clock_Hz=64e6",
    );
    const row = el("div", { class: "field wide" }, el("label", { for: "more" }, "Other keys"), this.#more, hint);
    return this.#placed("more", row, "more");
  }

  #placed(path: string, row: HTMLElement, id: string): HTMLElement {
    const mistake = el("p", { class: "mistake", id: `${id}-mistake`, "aria-live": "polite" });
    row.append(mistake);
    this.#mistakes.set(path, mistake);
    this.#rows.set(path, row);
    return row;
  }
}

function optionOf({ name, summary }: Choice): HTMLOptionElement {
  return el("option", { value: name, title: summary }, name === "" ? summary : name);
}

/** Of a value that has its field beside it. */
function told(text: string): string {
  const whole = sentence(text);
  return whole.charAt(0) === text.charAt(0) ? `It is ${whole}`.replace(/^It is ([a-z]+\.[a-z_.]+ )/i, "$1") : whole;
}
