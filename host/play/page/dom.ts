/* The few things that are done with elements everywhere. */

/** The element with that id. @throws Error when the page has none: its skeleton and its script do not fit together. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as Kind;
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A new element; what is undefined or false among its attributes is left out. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** Sets a text only where it is another: what did not change need not be laid out anew. */
export function say(place: Element, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

/** Half a sentence of a refusal as a whole one; keys and names of files stay as they are written. */
export function sentence(text: string): string {
  const whole = text.endsWith(".") ? text : `${text}.`;
  return /^(an?|the|this|there|no) /.test(whole) ? whole.charAt(0).toUpperCase() + whole.slice(1) : whole;
}

/** A table of rows; the first cell of each is its header. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
): HTMLElement {
  const body = rows.map(([first, ...rest]) =>
    el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((cell) => el("td", {}, cell))),
  );
  const made = el("table", { class: heads.length > 2 ? "fields" : "" }, el("caption", { class: "hidden" }, caption));
  if (heads.length > 0)
    made.append(el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))));
  made.append(el("tbody", {}, ...body));
  return el("div", { class: "scroll" }, made);
}
