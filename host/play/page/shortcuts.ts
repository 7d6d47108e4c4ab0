/* Every key that does something, in one list: what the page listens to and what ? shows cannot differ. */
import { byId, el, table } from "./dom.ts";

export interface Shortcut {
  readonly keys: readonly string[];
  /** As it is shown; undefined: as `keys`. */
  readonly shown?: string;
  readonly does: string;
  readonly run: () => void;
}

/** Where a typed letter is a letter. */
function isTyped(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.matches("input:not([type=checkbox]), textarea, select") || target.isContentEditable)
  );
}

/** Of these each repetition is meant. */
const STEADY = /^([iIupcfx+=-]|Arrow(Left|Right))$/;

export function listen(shortcuts: readonly Shortcut[]): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyped(event.target) && event.key !== "Escape") return;
    // A button that has the focus is pressed by the space bar.
    if (event.key === " " && event.target instanceof HTMLElement && event.target.matches("button, summary, input"))
      return;
    if (byId<HTMLDialogElement>("shortcuts").open && event.key !== "?") return;
    const found = shortcuts.find(({ keys }) => keys.includes(event.key));
    if (!found) return;
    event.preventDefault();
    // A key that is held down steps on; whatever turns something on and off does so once.
    if (!event.repeat || STEADY.test(event.key)) found.run();
  });
}

export function helpDialog(shortcuts: readonly Shortcut[]): { toggle(): void } {
  const dialog = byId<HTMLDialogElement>("shortcuts");
  const close = el("button", { type: "button", class: "close" }, "Close");
  close.addEventListener("click", () => dialog.close());
  const rows = shortcuts.map(({ keys, shown, does }) => [el("kbd", {}, shown ?? keys[0]), does]);
  dialog.append(
    el("header", {}, el("h2", { id: "shortcuts-title" }, "How to use this page"), close),
    el(
      "p",
      { class: "says" },
      "Choose a scenario, begin its run, and play it, or step: by frame, by exchange, or by single instructions of the station's module. " +
        "Click a frame or a death to see what it is. Drag over the voltage to see that part of it. A trace file may be dropped anywhere.",
    ),
    table("Shortcuts", ["key", "what it does"], rows),
    el(
      "p",
      { class: "says" },
      "It is the simulator and the station module of ampcore run: the same scenario and seed come to the same result, which the button Result saves. Nothing leaves this page.",
    ),
  );
  return {
    toggle: () => {
      if (dialog.open) dialog.close();
      else dialog.showModal();
    },
  };
}
