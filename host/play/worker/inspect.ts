/*
 * One frame decoded, as ampcore decode does it with the keys of its session; one death, told.
 */
import { PHASES } from "../../device/phase.ts";
import { voltageOf_V } from "../../energy/storage.ts";
import { FUEL_PER_CYCLE } from "../../sim/supply.ts";
import { chosen, count, si } from "../../text/units.ts";
import { checkDownlink, checkUplink } from "../../wire/check.ts";
import type { Known } from "../../wire/explain/exchange.ts";
import { Explainer } from "../../wire/explain/explain.ts";
import { explanationJson } from "../../wire/explain/json.ts";
import { MAC } from "../../wire/mac.ts";
import { readLe16 } from "../../wire/octets.ts";
import type { InspectedDeath, InspectedFrame, Item } from "../protocol.ts";
import { type Roots, sessionOf } from "./keys.ts";
import { nvmRows } from "./nvm.ts";
import type { Player } from "./player.ts";
import type { Run } from "./run.ts";
import { markOf, type Taped } from "./tape.ts";
import type { Watched } from "./watched.ts";

/** Gives the roots of a station by its number. */
export type RootsOf = (station: number) => Roots;

/** Frames back in which the M1 and the M2 of a session are looked for. */
const BACK = 500;
const TOLD = 8;

/** undefined: it is no longer kept. `item.heard`: what was received in its place. */
export function inspectedFrame(
  { run, now_s }: Pick<Player, "run" | "now_s">,
  item: Item & { readonly kind: "frame" },
  watched: Watched,
  rootsOf: RootsOf,
): InspectedFrame | undefined {
  const taped = run.tape.frame(item.n);
  if (!taped) return undefined;
  const { air, got } = taped;
  const other = got.get(air.direction === "up" ? "ap" : watched.index)?.got;
  const octets = item.heard && other ? other : air.octets;
  const side = air.direction === "up" ? "AP" : "device";
  const explainer = new Explainer(run.simulation.world.crypto, knownOf(run, taped, octets, rootsOf), side);
  return {
    kind: "inspected",
    item,
    mark: markOf(taped, watched.index, now_s),
    explained: explanationJson(explainer.explain(octets)),
    fates: fatesOf(run, taped, now_s),
    hasOther: other !== undefined,
  };
}

/** Keys, addresses and frames of the session that a frame belongs to, as far as there is one. */
function knownOf(run: Run, { n, air }: Taped, octets: Uint8Array, rootsOf: RootsOf): Known {
  const { crypto, stations } = run.simulation.world;
  const id = octets.length >= MAC.id + 2 ? readLe16(octets, MAC.id) : undefined;
  const station = stations.find((one) => (air.direction === "up" ? one.index === air.from : one.id === id));
  if (!station) return {};
  let [m1, m2]: [Uint8Array | undefined, Uint8Array | undefined] = [undefined, undefined];
  for (let back = n - 1; back >= Math.max(0, n - BACK) && !m1; back--) {
    const before = run.tape.frame(back);
    if (before?.air.channel !== air.channel) continue;
    const heard = before.got.get(station.index);
    const down = heard?.got ?? before.air.octets;
    if (!m2 && before.air.from === station.index && checkUplink(before.air.octets).frame?.type === "Response") {
      m2 = before.air.octets;
    } else if (heard && heard.outcome !== "lost" && checkDownlink(down).frame?.type === "Trigger") m1 = down;
  }
  const session = sessionOf(crypto, rootsOf(station.index), station.spa, m1, m2 ?? octets);
  const trigger = m1 && checkDownlink(m1).frame;
  const response = m2 && checkUplink(m2).frame;
  return {
    spa: station.spa,
    ...(session && { pmk: session.pmk }),
    ...(trigger?.type === "Trigger" && { m1: trigger }),
    ...(response?.type === "Response" && { m2: response }),
  };
}

function fatesOf(run: Run, { air, got }: Taped, now_s: number): string[] {
  const whole = air.octets.length;
  const length_us = Math.round((air.end_s - air.from_s) * 1e7) / 10;
  const lines = [`${count(whole, "octet")} in ${chosen(length_us)} us`];
  if (air.end_s > now_s) return [...lines, "it is on the air still"];
  if (got.size === 0)
    lines.push(air.direction === "up" ? "nobody heard it: it collided, or was cut" : "no station listened");
  const heard = [...got];
  for (const [to, { outcome }] of heard.slice(0, TOLD)) {
    lines.push(`${to === "ap" ? "the AP" : `station ${to + 1}`}: ${outcome}`);
  }
  if (heard.length > TOLD) {
    const received = heard.filter(([, { outcome }]) => outcome === "received").length;
    lines.push(`of ${count(run.simulation.world.stations.length, "station")} ${received} received it`);
  }
  return lines;
}

/** undefined: it is no longer kept. */
export function inspectedDeath(
  player: Player,
  item: Item & { readonly kind: "death" },
  watched: Watched,
): InspectedDeath | undefined {
  const death = watched.deaths.find(({ life }) => life.life === item.n);
  if (!death) return undefined;
  const { life, phase, call, e_J, t_s } = death;
  const strip = call && player.strips.of(call);
  const [line] = strip ? strip.lines(strip.count - 1, 1) : [];
  const lived_s = life.down_s - life.up_s;
  const { profiles } = player.run.simulation.world;
  const rows: (readonly [string, string])[] = [
    ["when", `${chosen(Number(t_s.toFixed(9)))} s, ${si(lived_s, "s")} after power-up of life ${life.life}`],
    ["phase", phase],
    [
      "call",
      call ? `${call.call}, ${chosen(Math.floor((life.death?.fuel ?? 0) / FUEL_PER_CYCLE))} cycles into it` : "none",
    ],
    ["function", line ? line.function : "none: the module was not running"],
    ...(line && strip
      ? ([["instruction", `${line.text}, octet ${line.at} of the module, number ${line.n + 1} of this call`]] as const)
      : []),
    [
      "energy",
      `${si(e_J, "J")} on the capacitor, ${voltageOf_V(watched.course.capacitance_F, e_J).toFixed(4)} V, where V_off is ${profiles.storage.vOff_V.value} V`,
    ],
    [
      "this life",
      `${si(life.spent_J, "J")} spent, ${count(life.m1Heard, "M1", "M1s")} heard, ${count(life.m2Sent, "M2", "M2s")} sent, ${life.confirmed} confirmed`,
    ],
    ["RAM", ramSays(player)],
    ...(life.death?.nvmOffset === undefined
      ? []
      : ([
          ["torn write", `power failed while octet ${life.death.nvmOffset} of the NVM record was in flight`],
        ] as const)),
  ];
  return {
    kind: "died",
    item,
    mark: { n: item.n, t_s, life: life.life, phase },
    rows,
    phaseSays: PHASES[phase],
    nvm: nvmRows(death.nvm),
    canMagnify: call !== undefined,
  };
}

function ramSays({ run }: Player): string {
  const { ram } = run.scenario.stations;
  const found = { lost: "zeros", kept: "what was there before", random: "anything" } as const;
  return `lost; at the next power-up it holds ${found[ram]}`;
}
