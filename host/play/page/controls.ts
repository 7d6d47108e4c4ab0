/* All that the reader can do, by button, by key, by dropping a file: what is done is main.ts's. */
import { watchTheme } from "../../report/page/theme.ts";
import type { Stride } from "../protocol.ts";
import { byId } from "./dom.ts";
import { legend } from "./legend.ts";
import { helpDialog, listen, type Shortcut } from "./shortcuts.ts";

type Zoom = "in" | "out" | "now" | "all";

export interface Actions {
  playOrPause(): void;
  step(stride: Stride): void;
  zoom(how: Zoom): void;
  pan(by: -1 | 1): void;
  begin(): void;
  /** What was chosen is chosen no more. */
  close(): void;
  takeFile(file: File): void;
  share(): void;
  result(): void;
  /** Something else is to be shown. */
  refresh(): void;
  hasNewSpeed(): void;
  fit(): void;
  hasNewTheme(): void;
  /** With its #. */
  hasNewAddress(hash: string): void;
}

export function wire(actions: Actions): void {
  const shortcuts = shortcutsOf(actions, () => help.toggle());
  const help = helpDialog(shortcuts);
  listen(shortcuts);
  legend(byId("legend"));
  watchTheme(actions.hasNewTheme);
  clicked("play", actions.playOrPause);
  clicked("help", help.toggle);
  clicked("share", actions.share);
  clicked("save", actions.result);
  byId("scenario").addEventListener("submit", (event) => {
    event.preventDefault();
    actions.begin();
  });
  byId("station").addEventListener("change", actions.close);
  byId("listed").addEventListener("change", actions.refresh);
  byId("speed").addEventListener("change", actions.hasNewSpeed);
  for (const button of document.querySelectorAll<HTMLElement>("[data-stride]")) {
    button.addEventListener("click", () => actions.step(button.dataset.stride as Stride));
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-zoom]")) {
    button.addEventListener("click", () => actions.zoom(button.dataset.zoom as Zoom));
  }
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) actions.takeFile(file);
  });
  new ResizeObserver(actions.fit).observe(byId("plot"));
  addEventListener("hashchange", () => actions.hasNewAddress(location.hash));
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')) leadsWithin(link);
}

/** The address is the scenario's: a link within the page leads there and leaves it as it is. */
function leadsWithin(link: HTMLAnchorElement): void {
  const target = byId(link.hash.slice(1));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  });
}

function clicked(id: string, does: () => void): void {
  byId(id).addEventListener("click", () => does());
}

function shortcutsOf(actions: Actions, help: () => void): readonly Shortcut[] {
  return [
    { keys: [" ", "k"], shown: "space", does: "play or pause", run: actions.playOrPause },
    { keys: ["i"], does: "the next instruction", run: () => actions.step("instruction") },
    { keys: ["I"], shown: "shift i", does: "one instruction back", run: () => actions.step("back") },
    { keys: ["u"], does: "the next function", run: () => actions.step("function") },
    { keys: ["p"], does: "the next phase", run: () => actions.step("phase") },
    { keys: ["c"], does: "to the end of this call", run: () => actions.step("call") },
    { keys: ["f"], does: "the next frame", run: () => actions.step("frame") },
    { keys: ["x"], does: "the end of the next exchange", run: () => actions.step("exchange") },
    { keys: ["+", "="], shown: "+", does: "closer", run: () => actions.zoom("in") },
    { keys: ["-"], does: "farther", run: () => actions.zoom("out") },
    { keys: ["ArrowLeft"], shown: "←", does: "earlier", run: () => actions.pan(-1) },
    { keys: ["ArrowRight"], shown: "→", does: "later", run: () => actions.pan(1) },
    { keys: ["n"], does: "follow now", run: () => actions.zoom("now") },
    { keys: ["a"], does: "all of the run", run: () => actions.zoom("all") },
    { keys: ["b"], does: "begin the scenario of the form", run: actions.begin },
    { keys: ["s"], does: "copy the link", run: actions.share },
    { keys: ["Escape"], shown: "Esc", does: "close what was chosen, and this", run: actions.close },
    { keys: ["?"], does: "this help", run: help },
  ];
}
