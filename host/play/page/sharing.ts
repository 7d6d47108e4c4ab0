/* What leaves the page by the reader's hand: its address, a result; and what the page has to say of it. */
import { byId, say } from "./dom.ts";

/** One sentence above everything. */
export function notice(sentence: string, isBad: boolean): void {
  const place = byId("notice");
  say(place, sentence);
  place.className = isBad ? "bad" : "";
}

/** The page's address is the scenario. */
export async function share(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    notice("The address of this scenario is in the clipboard: whoever opens it has the same run.", false);
  } catch {
    notice(`The clipboard is not to be had here; this address has the whole scenario: ${location.href}`, false);
  }
}

/** A text as a file of the reader's. */
export function save(name: string, json: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
