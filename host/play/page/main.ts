/* The page's script: it hears the worker and the reader, and draws. Of the simulator it knows nothing. */
import { watchTheme } from "../../report/page/theme.ts";
import type { Answer, Begun, Item, Listed, PlayMaterials, RunState, Seen, Stride } from "../protocol.ts";
import { byId, say } from "./dom.ts";
import { Events, time } from "./events.ts";
import { FigureTiles } from "./figures.ts";
import { Form } from "./form.ts";
import { forgetInks } from "./ink.ts";
import { Inspector } from "./inspector.ts";
import { Keys } from "./keys.ts";
import { Lane } from "./lane.ts";
import { legend } from "./legend.ts";
import { Line } from "./line.ts";
import { helpDialog, listen, type Shortcut } from "./shortcuts.ts";
import { StripPanel } from "./strip.ts";
import { Voltage } from "./voltage.ts";
import { Window } from "./window.ts";

/** After the last key, before a form is judged. */
const PATIENCE_ms = 150;

/** While a run goes on words change no more often than they can be read; pictures move with the screen. */
const READING_ms = 100;

const materials: PlayMaterials = JSON.parse(byId("materials").textContent ?? "null");
const line = new Line(byId("worker").textContent ?? "", hear, (sentence) =>
  notice(`The simulator has stopped: ${sentence}`, true),
);
const view = new Window();
const voltage = new Voltage(
  byId("plot"),
  (from_s, to_s) => {
    view.stretch(from_s, to_s);
    refresh();
  },
  ({ n }) => choose({ kind: "death", n }),
  (t_s) => say(readout, t_s === undefined ? "" : readoutAt(t_s)),
);
const lane = new Lane(byId<HTMLCanvasElement>("lane"), ({ n }) => choose({ kind: "frame", n }));
const tiles = new FigureTiles();
const events = new Events(byId("rows"), choose);
const keys = new Keys(byId("keytable"));
const strip = new StripPanel(byId("strip"));
const inspector = new Inspector(byId("inspector"), {
  close,
  heard: (heard) => chosen?.kind === "frame" && choose({ ...chosen, heard }),
  magnify: (death) => {
    line.ask({ kind: "magnify", death });
    view.follow();
    refresh();
    byId("strip").scrollIntoView({ block: "nearest" });
  },
});
const readout = document.querySelector("output.readout") as HTMLOutputElement;

let form: Form | undefined;
let begun: Begun | undefined;
let last: Seen | undefined;
let state: RunState = "none";
let chosen: Item | undefined;
let toldAt_ms = 0;
let isAwaited = false;
let isWished = false;
let turn = 0;
let fragment = location.hash.slice(1);
let judging: ReturnType<typeof setTimeout> | undefined;
/** The first scenario begins by itself: there is something to see at once. */
let isToBegin = true;
/** The notice outlasts the beginning of the next run. */
let isToStay = false;

function hear(answer: Answer): void {
  switch (answer.kind) {
    case "opened":
      form = new Form(answer, judgeSoon, (name) => line.ask({ kind: "preset", name }), takeFile);
      byId("title").title = `ampcore ${answer.version}`;
      break;
    case "form":
      form?.show(answer.filled, answer.preset);
      if (answer.refusal) notice(answer.refusal, true);
      isToStay = answer.refusal !== undefined;
      isToBegin = true;
      judge();
      break;
    case "judged":
      if (answer.turn !== turn) break;
      form?.judged(answer);
      if (answer.fragment !== undefined) addressIs(answer.fragment);
      if (answer.fragment !== undefined && (isToBegin || !begun)) line.ask({ kind: "begin" });
      isToBegin = false;
      break;
    case "begun":
      begins(answer);
      break;
    case "seen":
      last = answer;
      isAwaited = false;
      state = answer.state;
      requestAnimationFrame(draw);
      break;
    case "inspected":
      chosen = answer.item;
      inspector.frame(answer);
      reveal();
      break;
    case "died":
      chosen = answer.item;
      inspector.death(answer);
      reveal();
      break;
    case "result":
      save(answer.json);
      refresh();
      break;
    case "told":
      notice(answer.sentence, true);
      form?.focusMistake();
      break;
  }
}

function begins(one: Begun): void {
  begun = one;
  chosen = undefined;
  inspector.hide();
  view.begins(one.duration_s);
  voltage.begins(one);
  say(byId("title"), one.name);
  const stations = byId<HTMLSelectElement>("station");
  const before = stations.value;
  stations.replaceChildren(...one.stations.map((index) => new Option(`station ${index + 1}`, String(index))));
  if (one.stations.includes(Number(before)) && before !== "") stations.value = before;
  if (!isToStay) notice("", false);
  isToStay = false;
  refresh();
}

/** One picture is drawn for each that came; the next is asked for while the run goes on. */
function draw(): void {
  if (!last || !begun) return;
  voltage.show(last);
  lane.show(last, chosen?.kind === "frame" ? chosen.n : undefined);
  const isGoing = state === "running" || state === "stepping";
  const now_ms = performance.now();
  if (!isGoing || now_ms - toldAt_ms >= READING_ms) {
    toldAt_ms = now_ms;
    tiles.show(last.figures);
    events.show(last.rows, chosen);
    keys.show(last.keys);
    strip.show(last.strip, last.figures);
  }
  say(byId("clock"), clockText(last, begun));
  say(document.querySelector("output.range") as Element, `${time(last.from_s)} to ${time(last.to_s)}`);
  say(byId("play"), isGoing ? "Pause" : state === "ended" ? "Again" : "Play");
  document.body.dataset.state = state;
  if (isGoing || isWished) refresh();
}

function clockText({ now_s, strip: magnified, figures }: Seen, { duration_s }: Begun): string {
  const parts = [`${time(now_s)} of ${duration_s.toLocaleString("en")} s`, state === "ended" ? "over" : state];
  if (magnified) parts[1] = "at an instruction";
  if (figures.violations > 0) parts.push(`${figures.violations} violations of the protocol`);
  return parts.join(", ");
}

/** Asks for a picture; while one is on its way, for another one after it. */
function refresh(): void {
  if (!begun) return;
  isWished = isAwaited;
  if (isAwaited) return;
  isAwaited = true;
  const station = Number(byId<HTMLSelectElement>("station").value);
  const listed = byId<HTMLSelectElement>("listed").value as Listed;
  line.ask({ kind: "look", view: { ...view.range(), pixels: voltage.width, station, listed } });
}

function readoutAt(t_s: number): string {
  if (!last) return "";
  const { from_s, to_s, least_V, most_V } = last;
  const pixel = Math.floor(((t_s - from_s) / (to_s - from_s)) * least_V.length);
  const [least, most] = [least_V[pixel], most_V[pixel]];
  if (least === undefined || Number.isNaN(least)) return time(t_s);
  const volts = most - least < 0.0005 ? `${least.toFixed(3)} V` : `${least.toFixed(3)} to ${most.toFixed(3)} V`;
  return `${time(t_s)}: ${volts}`;
}

function choose(item: Item): void {
  chosen = item;
  line.ask({ kind: "inspect", item });
  refresh();
}

function close(): void {
  chosen = undefined;
  inspector.hide();
  refresh();
}

/** Into view, where it is not; without a sweep for who wants none. */
function reveal(): void {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  byId("inspector").scrollIntoView({ block: "nearest", behavior: isCalm ? "auto" : "smooth" });
}

function judgeSoon(): void {
  clearTimeout(judging);
  judging = setTimeout(judge, PATIENCE_ms);
}

function judge(): void {
  if (!form) return;
  clearTimeout(judging);
  line.ask({ kind: "filled", filled: form.filled(), turn: ++turn });
}

function begin(): void {
  isToBegin = false;
  // What was typed a moment ago counts.
  judge();
  line.ask({ kind: "begin" });
}

function playOrPause(): void {
  if (!begun) return;
  if (state === "running" || state === "stepping") line.ask({ kind: "pause" });
  else {
    if (state === "ended") line.ask({ kind: "begin" });
    const speed = byId<HTMLSelectElement>("speed").value;
    view.follow();
    line.ask({ kind: "play", speed: speed === "max" ? Number.POSITIVE_INFINITY : Number(speed) });
  }
  refresh();
}

function step(stride: Stride): void {
  if (!begun) return;
  view.follow();
  line.ask({ kind: "step", stride, station: Number(byId<HTMLSelectElement>("station").value) });
  refresh();
}

async function takeFile(file: File): Promise<void> {
  const octets = new Uint8Array(await file.arrayBuffer());
  line.ask({ kind: "trace", name: file.name, octets });
  form?.choosesTrace();
  judge();
}

function addressIs(text: string): void {
  fragment = text;
  history.replaceState(null, "", text === "" ? location.pathname + location.search : `#${text}`);
}

async function share(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    notice("The address of this scenario is in the clipboard: whoever opens it has the same run.", false);
  } catch {
    notice(
      `The clipboard is not to be had here; the address of this page has the whole scenario: ${location.href}`,
      false,
    );
  }
}

function save(json: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  link.download = `${begun?.name ?? "result"}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function notice(sentence: string, isBad: boolean): void {
  const place = byId("notice");
  say(place, sentence);
  place.className = isBad ? "bad" : "";
}

const shortcuts: readonly Shortcut[] = [
  { keys: [" ", "k"], shown: "space", does: "play or pause", run: playOrPause },
  { keys: ["i"], does: "the next instruction", run: () => step("instruction") },
  { keys: ["I"], shown: "shift i", does: "one instruction back", run: () => step("back") },
  { keys: ["u"], does: "the next function", run: () => step("function") },
  { keys: ["p"], does: "the next phase", run: () => step("phase") },
  { keys: ["c"], does: "to the end of this call", run: () => step("call") },
  { keys: ["f"], does: "the next frame", run: () => step("frame") },
  { keys: ["x"], does: "the end of the next exchange", run: () => step("exchange") },
  { keys: ["+", "="], shown: "+", does: "closer", run: () => zoom("in") },
  { keys: ["-"], does: "farther", run: () => zoom("out") },
  { keys: ["ArrowLeft"], shown: "←", does: "earlier", run: () => pan(-1) },
  { keys: ["ArrowRight"], shown: "→", does: "later", run: () => pan(1) },
  { keys: ["n"], does: "follow now", run: () => zoom("now") },
  { keys: ["a"], does: "all of the run", run: () => zoom("all") },
  { keys: ["b"], does: "begin the scenario of the form", run: begin },
  { keys: ["s"], does: "copy the link", run: () => void share() },
  { keys: ["Escape"], shown: "Esc", does: "close what was chosen, and this", run: close },
  { keys: ["?"], does: "this help", run: () => help.toggle() },
];

function zoom(how: "in" | "out" | "now" | "all"): void {
  view.zoom(how, last);
  refresh();
}

function pan(by: -1 | 1): void {
  view.pan(by, last);
  refresh();
}

const help = helpDialog(shortcuts);
listen(shortcuts);
watchTheme(() => {
  forgetInks();
  voltage.redraw();
  lane.draw();
});
legend(byId("legend"));
byId("scenario").addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
byId("play").addEventListener("click", playOrPause);
byId("help").addEventListener("click", () => help.toggle());
byId("share").addEventListener("click", () => void share());
byId("save").addEventListener("click", () => line.ask({ kind: "result" }));
byId("station").addEventListener("change", close);
byId("listed").addEventListener("change", refresh);
byId("speed").addEventListener("change", () => {
  if (state !== "running") return;
  line.ask({ kind: "pause" });
  state = "paused";
  playOrPause();
});
for (const button of document.querySelectorAll<HTMLElement>("[data-stride]")) {
  button.addEventListener("click", () => step(button.dataset.stride as Stride));
}
for (const button of document.querySelectorAll<HTMLElement>("[data-zoom]")) {
  button.addEventListener("click", () => zoom(button.dataset.zoom as "in"));
}
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) void takeFile(file);
});
new ResizeObserver(() => {
  voltage.fit();
  refresh();
}).observe(byId("plot"));
addEventListener("hashchange", () => {
  const text = location.hash.slice(1);
  if (text !== fragment) line.ask({ kind: "link", fragment: text });
});
line.ask({ kind: "open", materials, fragment });
