/** @jsxRuntime automatic @jsxImportSource #html */
/* The places of the voltage charts; the page's script draws them from the result in it. */
import { theResult } from "../figure.tsx";
import { count, si } from "../units.ts";
import { Section } from "./section.tsx";

/** What stands in the charts beside the line: ticks in rows along the top, a shade, ticks along the bottom. */
const MARKS = [
  ["mark-confirmed", "reading confirmed"],
  ["phase-tx", "uplink frame (red: power failed in it)"],
  ["phase-rx", "trigger heard"],
  ["mark-life", "the station is on"],
  ["mark-death", "power failed, and in which phase"],
] as const;

export function Voltage() {
  const { timeline, scenario, stations } = theResult();
  if (timeline === null) {
    return (
      <Section id="voltage" title="Capacitor voltage">
        <p class="empty">This result was not recorded over time: it holds no voltages, frames or lives to draw.</p>
      </Section>
    );
  }
  const drawn = timeline.stations.length;
  const some = drawn < scenario.stations.count ? ` ${drawn} of ${scenario.stations.count} stations are drawn.` : "";
  return (
    <Section
      id="voltage"
      title="Capacitor voltage"
      says={
        <>
          Least and greatest voltage in each {si(timeline.bucket_s, "s")}, so no dip is lost. {some} Drag to zoom,
          double-click for all; with the keyboard <kbd>+</kbd> <kbd>-</kbd> <kbd>←</kbd> <kbd>→</kbd> <kbd>0</kbd>, and{" "}
          <kbd>d</kbd> for the next death.
        </>
      }
    >
      <div class="controls" role="toolbar" aria-label="Zoom of all charts">
        <button type="button" data-zoom="in">
          Zoom in
        </button>
        <button type="button" data-zoom="out">
          Zoom out
        </button>
        <button type="button" data-zoom="left" aria-label="Earlier">
          ←
        </button>
        <button type="button" data-zoom="right" aria-label="Later">
          →
        </button>
        <button type="button" data-zoom="death">
          Next death
        </button>
        <button type="button" data-zoom="all">
          All
        </button>
        <output class="range" />
      </div>
      <ul class="legend">
        {MARKS.map(([chip, says]) => (
          <li>
            <span class={`chip ${chip}`} />
            {says}
          </li>
        ))}
      </ul>
      {timeline.stations.map(({ station, livesLeftOut }, index) => (
        <figure class="track">
          <figcaption>
            <span>
              station {station}: {livesOf(stations[station].lives)}, {count(stations[station].confirmed, "reading")}{" "}
              confirmed
              {livesLeftOut > 0 && (
                <span class="aside">
                  {" "}
                  (lives from the {timeline.stations[index].lives.length + 1}th on are not shaded)
                </span>
              )}
            </span>
            <output class="readout" aria-live="off" />
          </figcaption>
          <div
            class="plot"
            data-track={index}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart is moved by keys
            tabIndex={0}
            role="application"
            aria-label={`Voltage of station ${station} over time; plus and minus zoom, the arrows move, 0 shows all, d goes to the next death`}
          />
        </figure>
      ))}
    </Section>
  );
}

const livesOf = (n: number): string => (n === 1 ? "1 life" : `${n.toLocaleString("en")} lives`);
