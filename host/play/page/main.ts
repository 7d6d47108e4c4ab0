/* The page's script: it hears the worker and the reader, and draws. Of the simulator it knows nothing. */
import type { Answer, Begun, Item, Listed, PlayMaterials, RunState, Seen, Stride } from "../protocol.ts";
import { type Actions, wire } from "./controls.ts";
import { byId, say, sentence } from "./dom.ts";
import { Events, time } from "./events.ts";
import { FigureTiles } from "./figures.ts";
import { octetsOf } from "./file.ts";
import { Form } from "./form.ts";
import { forgetInks } from "./ink.ts";
import { Inspector } from "./inspector.ts";
import { Keys } from "./keys.ts";
import { Lane } from "./lane.ts";
import { Line } from "./line.ts";
import { notice, save, share } from "./sharing.ts";
import { StripPanel } from "./strip.ts";
import { clockText, Telling } from "./telling.ts";
import { Voltage } from "./voltage.ts";
import { Window } from "./window.ts";

/** After the last key, before a form is judged. */
const PATIENCE_ms = 150;

/** While a run goes on words change no more often than they can be read; pictures move with the screen. */
const READING_ms = 100;

const materials: PlayMaterials = JSON.parse(byId("materials").textContent ?? "null");
const anew = { label: "Start it anew", run: restart };
const line = new Line(byId("worker").textContent ?? "", {
  hear,
  broke: (why) => notice(`The simulator has stopped: ${why}.`, true, anew),
  lost: (isLost) => {
    const sentence =
      "The simulator has been at one thing for seconds: a trace is large, or a scenario is too much for it.";
    notice(isLost ? sentence : "", isLost, isLost ? anew : undefined);
  },
});
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
const telling = new Telling();
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
let fragment = scenarioIn(location.hash);
let judging: ReturnType<typeof setTimeout> | undefined;
/** The first scenario begins by itself: there is something to see at once. */
let isToBegin = true;
let hasMistake = false;
let isReading = false;
/** The notice speaks of a mistake of the form. */
let isOfForm = false;
/** Of the run that is shown, and whether the form's scenario is another. */
let begunOf: string | undefined;
/** The run goes to its end for its result. */
let isSaving = false;
/** The notice outlasts the beginning of the next run. */
let isToStay = false;

function hear(answer: Answer): void {
  switch (answer.kind) {
    case "opened":
      form ??= new Form(answer, judgeSoon, (name) => line.ask({ kind: "preset", name }), takeFile);
      byId("title").title = `ampcore ${answer.version}`;
      break;
    case "form":
      form?.show(answer.filled, answer.preset);
      if (answer.refusal) notice(sentence(answer.refusal), true);
      isToStay = answer.refusal !== undefined;
      isToBegin = true;
      judge();
      break;
    case "judged":
      if (answer.turn !== turn) break;
      form?.judged(answer);
      hasMistake = answer.fragment === undefined;
      if (isReading || (isOfForm && !hasMistake)) notice("", false);
      [isReading, isOfForm] = [false, isOfForm && hasMistake];
      if (answer.fragment !== undefined) addressIs(answer.fragment);
      if (answer.fragment !== undefined && (isToBegin || !begun)) line.ask({ kind: "begin" });
      isToBegin = false;
      compares();
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
      telling.say(`${answer.mark.title} of ${answer.mark.from}, decoded below the lists`);
      reveal();
      break;
    case "died":
      chosen = answer.item;
      inspector.death(answer);
      telling.say(`death of life ${answer.mark.life}, told below the lists`);
      reveal();
      break;
    case "result":
      isSaving = false;
      save(`${begun?.name || "result"}.json`, answer.json);
      notice("The result of the whole run is saved.", false);
      refresh();
      break;
    case "told":
      notice(sentence(answer.sentence), true);
      isOfForm = answer.of === "form";
      isToStay = answer.of === "trace";
      isReading = false;
      if (answer.of === "form") form?.focusMistake();
      if (answer.of === "address") addressIs(fragment);
      break;
  }
}

/** Another worker in the place of one that is lost: with what it had last, or with the default where it never had any. */
function restart(): void {
  line.restart();
  if (!begun) fragment = "";
  begun = undefined;
  last = undefined;
  state = "none";
  [isAwaited, isWished] = [false, false];
  close();
  notice("", false);
  line.ask({ kind: "open", materials, fragment });
}

function begins(one: Begun): void {
  begun = one;
  chosen = undefined;
  inspector.hide();
  view.begins(one.duration_s);
  voltage.begins(one);
  say(byId("title"), one.name);
  document.title = `${one.name} - ampcore play`;
  begunOf = fragment;
  isSaving = false;
  compares();
  const stations = byId<HTMLSelectElement>("station");
  const before = stations.value;
  stations.replaceChildren(...one.stations.map((index) => new Option(`station ${index + 1}`, String(index))));
  if (one.stations.includes(Number(before)) && before !== "") stations.value = before;
  if (!isToStay) notice("", false);
  isToStay = false;
  refresh();
}

/** Whether the form says what the run that is shown is. */
function compares(): void {
  const isOther = begun !== undefined && (hasMistake || fragment !== begunOf);
  byId("begin").classList.toggle("primary", isOther);
  say(byId("begin"), isOther || !begun ? "Begin this run" : "Begin again");
  byId("pending").hidden = !isOther;
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
  telling.seen(last);
  say(byId("clock"), clockText(last, begun));
  say(document.querySelector("output.range") as Element, `${time(last.from_s)} to ${time(last.to_s)}`);
  say(byId("play"), isGoing ? "Pause" : state === "ended" ? "Again" : "Play");
  document.body.dataset.state = state;
  if (isGoing || isWished) refresh();
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
  notice("", false);
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
  savesNot();
  if (state === "running" || state === "stepping") line.ask({ kind: "pause" });
  else {
    if (state === "ended") line.ask({ kind: "begin" });
    const speed = byId<HTMLSelectElement>("speed").value;
    view.follow();
    line.ask({ kind: "play", speed: speed === "max" ? Number.POSITIVE_INFINITY : Number(speed) });
  }
  refresh();
}

/** Whoever does something else meanwhile gives the result up. */
function savesNot(): void {
  if (isSaving) notice("The result is not saved: the run did not come to its end.", true);
  isSaving = false;
}

function step(stride: Stride): void {
  if (!begun) return;
  savesNot();
  view.follow();
  line.ask({ kind: "step", stride, station: Number(byId<HTMLSelectElement>("station").value) });
  refresh();
}

async function takeFile(file: File): Promise<void> {
  const octets = await octetsOf(file);
  if (!octets) return;
  line.ask({ kind: "trace", name: file.name, octets });
  form?.choosesTrace();
  isReading = true;
  judge();
}

/** What an address says of a scenario; one that leads to a part of this page says nothing of it. */
function scenarioIn(hash: string): string {
  const text = hash.slice(1);
  return document.getElementById(text) ? "" : text;
}

function addressIs(text: string): void {
  fragment = text;
  history.replaceState(null, "", text === "" ? location.pathname + location.search : `#${text}`);
}

function zoom(how: "in" | "out" | "now" | "all"): void {
  view.zoom(how, last);
  refresh();
}

function pan(by: -1 | 1): void {
  view.pan(by, last);
  refresh();
}

const actions: Actions = {
  playOrPause,
  step,
  zoom,
  pan,
  begin,
  close,
  takeFile: (file) => void takeFile(file),
  share: () => void share(hasMistake),
  result: () => {
    if (!begun) return;
    if (state !== "ended") notice("The run goes to its end as fast as it can; its result is saved then.", false);
    isSaving = true;
    line.ask({ kind: "result" });
    refresh();
  },
  refresh,
  hasNewSpeed: () => {
    if (state !== "running") return;
    line.ask({ kind: "pause" });
    state = "paused";
    playOrPause();
  },
  fit: () => {
    voltage.fit();
    refresh();
  },
  hasNewTheme: () => {
    forgetInks();
    voltage.redraw();
    lane.draw();
  },
  hasNewAddress: (hash) => {
    if (document.getElementById(hash.slice(1))) addressIs(fragment);
    else if (hash.slice(1) !== fragment) line.ask({ kind: "link", fragment: hash.slice(1) });
  },
};
wire(actions);
line.ask({ kind: "open", materials, fragment });
