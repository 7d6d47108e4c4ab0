/** @jsxRuntime automatic @jsxImportSource #html */
/* The ladder, chapter by chapter: who speaks to whom, in which order, and what of it is protected. */
import { type Line, ladderOf, restText } from "../ladder.ts";
import type { Story } from "../story.ts";
import { LANES, type Lane } from "../telling.ts";

const LANE = 80;
const MARGIN = 34;
const WIDTH = (LANES.length - 1) * LANE + 2 * MARGIN;
const HEIGHT = 22;
const TIP = 6;

export function Ladder({ story }: { readonly story: Story }) {
  return (
    <section id="ladder">
      <h2>The ladder</h2>
      <p class="says">
        Every message but those that repeat themselves, in the order in which they went out. A full line is protected, a
        dashed one in clear; a loop stays within one access point. In the first two chapters and the last a message is
        given a millisecond; between them times are those of the simulation.
      </p>
      {ladderOf(story).map(({ chapter, lines }, i) => (
        <>
          <h3>
            {i + 1}. {chapter}
          </h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
          <section class="scroll" aria-label={chapter} tabIndex={0}>
            <table class="ladder">
              <thead>
                <tr>
                  <th scope="col" class="number at">
                    s
                  </th>
                  <th scope="col" class="between">
                    <Names />
                  </th>
                  <th scope="col" class="over">
                    over
                  </th>
                  <th scope="col">message</th>
                  <th scope="col" class="number length">
                    octets
                  </th>
                </tr>
              </thead>
              <tbody>{lines.map(Drawn)}</tbody>
            </table>
          </section>
        </>
      ))}
    </section>
  );
}

function Drawn(line: Line) {
  if (line.kind === "rest") {
    return (
      <tr class="rest">
        <td />
        <td class="between">
          <Lanes />
        </td>
        <td class="message" colSpan="3">
          … {restText(line.rest)} …
        </td>
      </tr>
    );
  }
  if (line.kind === "remark") {
    const { who, text, time_s } = line.remark;
    return (
      <tr class="remark">
        <td class="number">{time_s.toFixed(3)}</td>
        <td class="between">
          <Lanes at={who} />
        </td>
        <td class="message" colSpan="3">
          <strong>{who}:</strong> {text}
        </td>
      </tr>
    );
  }
  const { time_s, from, to, way, name, isProtected, octets, fate } = line.rung;
  return (
    <tr class={fate === undefined ? "" : "failed"}>
      <td class="number">{time_s.toFixed(3)}</td>
      <td class="between">
        <Lanes arrow={{ from, to, isProtected }} />
      </td>
      <td class={`way over-${way.replace(".", "")}`}>{way}</td>
      <td class="message">
        {name}
        {fate === undefined ? "" : `: ${fate}`}
        <span class="unseen">{isProtected ? ", protected" : ", in clear"}</span>
      </td>
      <td class="number length">{octets.length}</td>
    </tr>
  );
}

const at = (lane: Lane): number => MARGIN + LANES.indexOf(lane) * LANE;

function Names() {
  return (
    <svg class="lanes" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="presentation">
      {LANES.map((lane) => (
        <text x={at(lane)} y="15" text-anchor="middle">
          {lane}
        </text>
      ))}
    </svg>
  );
}

interface Arrow {
  readonly from: Lane;
  readonly to: Lane;
  readonly isProtected: boolean;
}

function Lanes({ arrow, at: who }: { readonly arrow?: Arrow; readonly at?: Lane }) {
  const label = arrow ? `${arrow.from} to ${arrow.to}` : "";
  return (
    <svg class="lanes" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {LANES.map((lane) => (
        <path class="lane" d={`M${at(lane)} 0V${HEIGHT}`} />
      ))}
      {who && <circle class="who" cx={at(who)} cy={HEIGHT / 2} r="4" />}
      {arrow && <path class={arrow.isProtected ? "arrow sealed" : "arrow"} d={pathOf(arrow)} />}
      {arrow && arrow.from !== arrow.to && <path class="tip" d={tipOf(arrow)} />}
    </svg>
  );
}

function pathOf({ from, to }: Arrow): string {
  const y = HEIGHT / 2;
  // A loop that leaves the lane and comes back.
  return from === to ? `M${at(from)} ${y - 5}h14v10h-14` : `M${at(from)} ${y}H${at(to)}`;
}

function tipOf({ from, to }: Arrow): string {
  const [x, y] = [at(to), HEIGHT / 2];
  const back = at(from) < x ? -TIP : TIP;
  return `M${x} ${y}l${back} -4v8z`;
}
