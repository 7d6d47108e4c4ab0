/** @jsxRuntime automatic @jsxImportSource #html */
/* What stands on the page before its script fills it. */
import { BOUNDS } from "./protocol.ts";

const SPEEDS: readonly (readonly [value: string, label: string])[] = [
  ["0.0001", "1/10,000 of real time"],
  ["0.001", "1/1000 of real time"],
  ["0.01", "1/100 of real time"],
  ["0.1", "1/10 of real time"],
  ["1", "real time"],
  ["10", "10 times real time"],
  ["max", "as fast as it goes"],
];

const STRIDES = [
  ["back", "◂", "One instruction back"],
  ["instruction", "Instruction", "The next instruction of the station's module"],
  ["function", "Function", "To the next function"],
  ["phase", "Phase", "To the next phase"],
  ["call", "Call", "To the end of this call of the module"],
  ["frame", "Frame", "To the next frame on the air"],
  ["exchange", "Exchange", "To the end of the next exchange, confirmed or lost"],
] as const;

export function Skeleton() {
  return (
    <>
      <a class="skip" href="#stage">
        to the run
      </a>
      <nav aria-label="Page">
        <div>
          <span class="brandname">ampcore play</span>
          <a href="#scenario">Scenario</a>
          <a href="#stage">Run</a>
          <a href="#events">Events</a>
          <a href="#keys">Keys</a>
        </div>
        <button type="button" id="share">
          Copy link
        </button>
        <button type="button" id="save">
          Result
        </button>
        <button type="button" id="help" aria-label="Help and shortcuts">
          ?
        </button>
        <button type="button" class="theme" aria-label="Change between light and dark">
          ◐
        </button>
      </nav>
      <p id="notice" role="status" aria-live="polite" />
      <p id="told" class="hidden" role="status" aria-live="polite" />
      <noscript>
        <p class="empty">The simulator is this page's script: without it there is nothing to see.</p>
      </noscript>
      <main>
        <form id="scenario" aria-label="Scenario" tabindex="-1" novalidate>
          <div class="presets">
            <label for="preset">Scenario</label>
            <select id="preset" />
            <p id="preset-says" class="hint" />
          </div>
          <div id="groups" />
          <button type="submit" id="begin">
            Begin this run
          </button>
          <p id="pending" class="hint" hidden>
            The run that is shown is of other values.
          </p>
          <p id="whole" class="mistake" role="alert" />
        </form>
        <div id="stage" tabindex="-1">
          <header class="runhead">
            <h1 id="title">A run</h1>
            <p id="clock" class="number">
              no run yet
            </p>
          </header>
          <fieldset class="toolbar" aria-label="Run">
            <button type="button" id="play" class="primary">
              Play
            </button>
            <label class="inline">
              <span class="hidden">Speed</span>
              <select id="speed">
                {SPEEDS.map(([value, label]) => (
                  <option value={value} selected={value === "1"}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
            <label class="inline">
              <span class="hidden">Station</span>
              <select id="station" />
            </label>
          </fieldset>
          <fieldset class="toolbar steps" aria-label="Step to the next">
            <span class="says">Step</span>
            {STRIDES.map(([stride, label, title]) => (
              <button type="button" data-stride={stride} title={title} aria-label={title}>
                {label}
              </button>
            ))}
          </fieldset>
          <section class="tiles" id="figures" aria-label="The station now" />
          <figure class="track">
            <figcaption>
              <strong id="voltage-title">Voltage</strong>
              <output class="readout" />
            </figcaption>
            <div class="plot" id="plot" tabindex="0" role="img" aria-label="Voltage over time" />
            <canvas
              id="lane"
              role="img"
              aria-label="Phases and frames over time; the list of events has them in words"
            />
            <div class="controls">
              <button type="button" data-zoom="in" aria-label="Closer">
                +
              </button>
              <button type="button" data-zoom="out" aria-label="Farther">
                −
              </button>
              <button type="button" data-zoom="now">
                Follow now
              </button>
              <button type="button" data-zoom="all">
                All
              </button>
              <output class="range" />
            </div>
            <ul class="legend" id="legend" />
          </figure>
          <section id="strip" aria-label="Instructions" hidden />
          <div class="columns">
            <section id="events" aria-labelledby="events-title" tabindex="-1">
              <div class="sectionhead">
                <h2 id="events-title">On the air, and deaths</h2>
                <label>
                  <span class="hidden">Listed</span>
                  <select id="listed">
                    <option value="all">all</option>
                    <option value="frames">frames</option>
                    <option value="lives">lives and deaths</option>
                  </select>
                </label>
              </div>
              <p class="says">The latest {BOUNDS.rows} of its channel. Choose one to see what it is.</p>
              <ol id="rows" aria-label="Events, the latest first" />
            </section>
            <section id="keys" aria-labelledby="keys-title" tabindex="-1">
              <h2 id="keys-title">Keys in the station now</h2>
              <div id="keytable" />
            </section>
          </div>
          <section id="inspector" aria-label="What was chosen" tabindex="-1" hidden />
        </div>
      </main>
      <dialog id="shortcuts" aria-labelledby="shortcuts-title" />
    </>
  );
}
