/* The colours of the phases, each with what belongs to it in its tooltip. */
import { PHASES } from "../../device/phase.ts";
import { el } from "./dom.ts";

export function legend(place: HTMLElement): void {
  for (const [phase, says] of Object.entries(PHASES)) {
    place.append(el("li", { title: says }, el("i", { class: `chip phase-${phase}` }), phase));
  }
}
