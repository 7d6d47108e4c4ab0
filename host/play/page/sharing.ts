/* What leaves the page by the reader's hand: its address, a result; and what the page has to say of it. */
import { byId, el } from "./dom.ts";

/** Good news goes by itself; what is wrong stays until it is not, or is closed. */
const READ_ms = 10_000;
let fading: ReturnType<typeof setTimeout> | undefined;

/** What the reader may do about a notice. */
export interface Remedy {
  readonly label: string;
  readonly run: () => void;
}

/** One sentence above everything. */
export function notice(sentence: string, isBad: boolean, remedy?: Remedy): void {
  const place = byId("notice");
  if (place.firstChild?.textContent === sentence && !remedy) return;
  place.replaceChildren(sentence);
  place.className = isBad ? "bad" : "";
  clearTimeout(fading);
  if (!isBad) fading = setTimeout(() => place.replaceChildren(), READ_ms);
  if (!remedy) return;
  const button = el("button", { type: "button" }, remedy.label);
  button.addEventListener("click", remedy.run);
  place.append(" ", button);
}

/** The page's address is the scenario. */
export async function share(hasMistake: boolean): Promise<void> {
  if (hasMistake) {
    notice("The form has a mistake, and no address: the sentence beside its field says what would be right.", true);
    return;
  }
  try {
    await navigator.clipboard.writeText(location.href);
    notice("The address of the form's scenario is in the clipboard: whoever opens it has the same run.", false);
  } catch {
    notice(`The clipboard is not to be had here; this address has the whole scenario: ${location.href}`, false);
  }
}

const LINGER_ms = 10_000;

/** A text as a file of the reader's. */
export function save(name: string, json: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  link.download = name;
  link.click();
  // Not every browser has begun to read it by now.
  setTimeout(() => URL.revokeObjectURL(link.href), LINGER_ms);
}
