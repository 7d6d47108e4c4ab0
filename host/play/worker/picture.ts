/*
 * One picture of a run, as of now: no more of anything than BOUNDS allows.
 */
import { STATES } from "../../device/abi.ts";
import type { Context } from "../../device/instance.ts";
import { voltageOf_V } from "../../energy/storage.ts";
import { BOUNDS, type Figures, type Listed, type Row, type Seen, type StripView, type View } from "../protocol.ts";
import { type Roots, ramRows, type Session, sessionOf } from "./keys.ts";
import { type Moment, momentOf } from "./moment.ts";
import { nvmRows } from "./nvm.ts";
import type { Player } from "./player.ts";
import { deathsIn, livesIn, turnsBy } from "./spans.ts";
import { markOf } from "./tape.ts";
import type { Watched } from "./watched.ts";

/** The last session that was worked out: the same from picture to picture. */
export class Memory {
  #m2: Uint8Array | undefined;
  #session: Session | undefined;

  session(player: Player, watched: Watched, roots: Roots, { m1, m2, before }: Moment): Session | undefined {
    if (m2 !== this.#m2) {
      this.#m2 = m2;
      const { crypto, stations } = player.run.simulation.world;
      this.#session = sessionOf(crypto, roots, stations[watched.index].spa, m1, m2, before);
    }
    return this.#session;
  }
}

export function pictureOf(player: Player, watched: Watched, view: View, roots: Roots, memory: Memory): Seen {
  const { run, now_s, strip } = player;
  const { course } = watched;
  const { duration_s } = run.scenario;
  const to_s =
    view.to_s === "now" ? Math.min(duration_s, Math.max(now_s, Math.min(view.span_s, duration_s))) : view.to_s;
  const from_s = Math.max(0, to_s - view.span_s);
  const pixels = Math.max(1, Math.min(view.pixels, BOUNDS.pixels));
  const until_s = Math.min(to_s, now_s);
  const { channels } = run.scenario.air;
  const channel = watched.index % Math.min(channels, run.scenario.stations.count);
  const near = run.tape.between(
    from_s,
    to_s,
    BOUNDS.frames / 2,
    (air) => air.channel === channel && air.from_s <= now_s,
    (taped) => (taped.air.from === watched.index ? 1 : 0),
  );
  const moment = momentOf(player, watched);
  const { context, nvm, noise, earlier } = moment;
  const session = memory.session(player, watched, roots, moment);
  return {
    kind: "seen",
    state: player.state,
    now_s,
    from_s,
    to_s,
    ...course.voltages(from_s, to_s, pixels, now_s),
    pieces: course.pieces(from_s, until_s, BOUNDS.pieces),
    lives: livesIn(watched, from_s, until_s, BOUNDS.spans),
    deaths: deathsIn(watched, from_s, until_s, BOUNDS.spans),
    frames: near.slice(0, BOUNDS.frames).map((taped) => markOf(taped, watched.index, now_s)),
    rows: rowsOf(player, watched, channel, view.listed),
    figures: figuresOf(player, watched, context),
    keys: [...ramRows(context?.memory, session, noise, earlier), ...nvmRows(nvm)],
    strip: strip && stripView(player, strip, context),
  };
}

/** The latest that happened on the station's channel and to itself, the latest first. */
function rowsOf({ run, now_s }: Player, watched: Watched, channel: number, listed: Listed): Row[] {
  const frames = run.tape
    .latest(
      now_s,
      listed === "lives" ? 0 : BOUNDS.rows,
      (air) => air.channel === channel && (air.direction === "down" || air.from === watched.index),
    )
    .map((taped): Row => ({ kind: "frame", ...markOf(taped, watched.index, now_s) }));
  const turns = turnsBy(watched, now_s, listed === "frames" ? 0 : BOUNDS.rows).map(
    (turn): Row => ("up_s" in turn ? { kind: "up", t_s: turn.up_s, life: turn.life } : { kind: "death", ...turn }),
  );
  const at = (row: Row): number => (row.kind === "frame" ? row.from_s : row.t_s);
  return [...turns, ...frames.reverse()]
    .sort((a, b) => at(a) - at(b))
    .reverse()
    .slice(0, BOUNDS.rows);
}

function figuresOf(player: Player, watched: Watched, context: Context | undefined): Figures {
  const { run, now_s, strip } = player;
  const { course } = watched;
  const { tally, supply } = run.simulation.world.stations[watched.index];
  const e_J = course.energyAt_J(now_s) ?? course.e_J;
  const isUp = strip !== undefined || context !== undefined;
  return {
    t_s: Math.min(course.t_s, now_s),
    e_J,
    v_V: voltageOf_V(course.capacitance_F, e_J),
    isUp,
    state: isUp && context ? STATES[run.microscope.stateOf(context)] : STATES[0],
    phase: strip ? strip.phase(player.at) : isUp ? (course.phaseAt(now_s) ?? "listen") : "off",
    lives: watched.livesBy(now_s),
    deaths: watched.deathsBy(now_s),
    heard: tally.m1Heard,
    sent: tally.m2Sent,
    confirmed: tally.confirmed,
    taken: run.simulation.port.taken[watched.index],
    spent_J: supply.capacitor.spent_J,
    frames: run.tape.count,
    violations: run.simulation.world.observer.violations,
  };
}

function stripView(player: Player, strip: NonNullable<Player["strip"]>, context: Context | undefined): StripView {
  const { at } = player;
  return {
    call: strip.call.call,
    at,
    count: strip.count,
    lines: strip.lines(at, BOUNDS.lines),
    cycles: strip.cycles(at),
    e_J: strip.energy_J(at),
    wrote: at > 0 && context ? changed(strip.sight(at - 1).context.memory, context.memory) : "",
    diesHere: strip.diesAtEnd && at === strip.count - 1,
    diesInImport: strip.diesInImport,
  };
}

/** "568..571" or "". */
function changed(before: Uint8Array, after: Uint8Array): string {
  const first = after.findIndex((octet, i) => octet !== before[i]);
  if (first < 0) return "";
  const last = after.findLastIndex((octet, i) => octet !== before[i]);
  return first === last ? `octet ${first}` : `octets ${first} to ${last}`;
}
