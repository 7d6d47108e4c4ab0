/*
 * docs/lives.svg: the capacitor of one station of the default scenario for some seconds of a real run, with the lives,
 * deaths and readings in them. Nothing of it is drawn by hand.
 */
import { svgPage } from "../../bench/questions/svg/page.ts";
import { gather } from "../../host/cli/run/materials.ts";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import type { Harvest } from "../../host/energy/harvest.ts";
import { harvestsOf } from "../../host/sim/harvests.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import type { Life } from "../../host/sim/tally.ts";
import type { Materials } from "../../host/sim/world.ts";

const STATION = 0;
const FROM_s = 2.3;
const UNTIL_s = 5.6;
/** How finely the run is looked at: shorter than anything that a reader could see. */
const STEP_s = 0.5e-3;

/** What was seen. */
interface Film {
  readonly voltages: readonly { readonly t_s: number; readonly v_V: number }[];
  readonly readings_s: readonly number[];
  readonly lives: readonly Life[];
  readonly harvest: Harvest;
  readonly storage: Readonly<Record<"vMax_V" | "vOn_V" | "vOff_V", { readonly value: number }>>;
}

/** The picture. */
export async function livesSvg(): Promise<string> {
  const scenario = scenarioFor("default", {});
  const { materials } = await gather(scenario);
  return drawn(filmed(scenario, materials));
}

function filmed(scenario: Scenario, materials: Materials): Film {
  const lives: Life[] = [];
  const onLife = (life: Life): void => {
    if (life.station === STATION) lives.push(life);
  };
  const simulation = new Simulation(scenario, { ...materials, onLife });
  const { capacitor } = simulation.world.stations[STATION].supply;
  const voltages: { t_s: number; v_V: number }[] = [];
  const readings_s: number[] = [];
  for (let taken = 0, step = 0; capacitor.t_s < UNTIL_s; step++) {
    simulation.advance(step * STEP_s);
    if (capacitor.t_s < FROM_s) taken = simulation.port.taken[STATION];
    else if (voltages.at(-1)?.t_s !== capacitor.t_s) voltages.push({ t_s: capacitor.t_s, v_V: capacitor.v_V });
    if (simulation.port.taken[STATION] > taken) {
      readings_s.push(step * STEP_s);
      taken = simulation.port.taken[STATION];
    }
  }
  // So that the last life is told.
  while (simulation.advance(scenario.duration_s));
  const { storage } = simulation.world.profiles;
  const harvest = harvestsOf(scenario, simulation.world.streams)(STATION);
  const isSeen = ({ up_s, down_s }: Life): boolean => down_s > FROM_s && up_s < UNTIL_s;
  const turns = lives.filter(isSeen).flatMap(({ up_s, down_s, vDown_V }) => [
    { t_s: up_s, v_V: storage.vOn_V.value },
    { t_s: down_s, v_V: vDown_V },
  ]);
  const all = [...voltages, ...turns.filter(({ t_s }) => t_s > FROM_s && t_s < UNTIL_s)];
  return {
    voltages: all.sort((a, b) => a.t_s - b.t_s),
    readings_s,
    lives: lives.filter(isSeen),
    harvest,
    storage,
  };
}

const [WIDTH, HEIGHT] = [920, 380];
const [LEFT, RIGHT] = [92, 896];
/** Of the voltages, of the ticks of readings, and of the harvest, from above. */
const [V_TOP, V_BOTTOM] = [36, 242];
const [TICK_TOP, TICK_BOTTOM] = [266, 280];
const [P_TOP, P_BOTTOM] = [298, 342];

function drawn({ voltages, readings_s, lives, harvest, storage }: Film): string {
  const { vMax_V, vOn_V, vOff_V } = storage;
  const [low_V, high_V] = [vOff_V.value - 0.15, vMax_V.value + 0.1];
  const x = (t_s: number): string => (LEFT + ((t_s - FROM_s) / (UNTIL_s - FROM_s)) * (RIGHT - LEFT)).toFixed(1);
  const y = (v_V: number): string => (V_BOTTOM - ((v_V - low_V) / (high_V - low_V)) * (V_BOTTOM - V_TOP)).toFixed(1);
  const within = (t_s: number): number => Math.min(Math.max(t_s, FROM_s), UNTIL_s);
  const deaths = lives.filter(({ death, down_s }) => death !== undefined && down_s < UNTIL_s);
  const power = powerPath(harvest, x);
  const rule = (v_V: number, what: string): string[] => [
    `<path class="rule" d="M${LEFT} ${y(v_V)} H${RIGHT}" />`,
    `<text class="soft end" x="${LEFT - 8}" y="${Number(y(v_V)) + 4}">${v_V.toFixed(1)} V, ${what}</text>`,
  ];
  const ticks = Array.from({ length: Math.floor(2 * UNTIL_s) + 1 }, (_, i) => i / 2).filter((t_s) => t_s >= FROM_s);
  const lines = [
    ...lives.map(({ up_s, down_s }) => {
      const from = within(up_s);
      const width = (Number(x(within(down_s))) - Number(x(from))).toFixed(1);
      return `<rect class="life" x="${x(from)}" y="${V_TOP}" width="${width}" height="${V_BOTTOM - V_TOP}" />`;
    }),
    ...rule(vMax_V.value, "clamp"),
    ...rule(vOn_V.value, "on"),
    ...rule(vOff_V.value, "off"),
    `<path class="volts" d="M${voltages.map(({ t_s, v_V }) => `${x(t_s)} ${y(v_V)}`).join(" L")}" />`,
    ...deaths.flatMap(({ down_s, vDown_V, death }) => [
      `<path class="cross" transform="translate(${x(down_s)} ${y(vDown_V)})" d="M-6 -6 L6 6 M-6 6 L6 -6" />`,
      `<text class="death middle" x="${x(down_s)}" y="${V_TOP - 8}">dies in ${death?.phase}</text>`,
    ]),
    `<text class="soft end" x="${LEFT - 8}" y="${TICK_BOTTOM - 2}">readings</text>`,
    `<path class="reading" d="${readings_s.map((t_s) => `M${x(t_s)} ${TICK_TOP} V${TICK_BOTTOM}`).join(" ")}" />`,
    `<text class="soft end" x="${LEFT - 8}" y="${P_BOTTOM - 2}">harvest</text>`,
    `<path class="power" d="${power}" />`,
    ...ticks.map((t_s) => `<text class="soft middle" x="${x(t_s)}" y="${HEIGHT - 14}">${t_s.toFixed(1)} s</text>`),
  ];
  return svgPage({
    ...{ width: WIDTH, height: HEIGHT, title: "The capacitor of a station that lives on harvested power" },
    desc: [
      `Station ${STATION} of the default scenario from ${FROM_s} s to ${UNTIL_s} s, as it was simulated: the voltage falls while no power comes`,
      `in, the station dies at V_off (${deaths.length} times) and comes back at V_on; ${readings_s.length} readings are taken in between. Made by`,
      "tests/readme/generate.ts; do not edit.",
    ],
    ...{ styles: STYLES, dark: DARK, lines },
  });
}

/** Harvested power as an area, the greatest at the top. */
function powerPath(harvest: Harvest, x: (t_s: number) => string): string {
  const pieces: { from_s: number; end_s: number; power_W: number }[] = [];
  for (let i = 0, from_s = 0; from_s < UNTIL_s; from_s = harvest.end_s(i++)) {
    const end_s = Math.min(harvest.end_s(i), UNTIL_s);
    if (end_s > FROM_s) pieces.push({ from_s: Math.max(from_s, FROM_s), end_s, power_W: harvest.power_W(i) });
  }
  const greatest_W = Math.max(...pieces.map(({ power_W }) => power_W));
  const steps = pieces.map(({ end_s, power_W }) => {
    const top = P_BOTTOM - (power_W / greatest_W) * (P_BOTTOM - P_TOP);
    return `V${top.toFixed(1)} H${x(end_s)}`;
  });
  return `M${LEFT} ${P_BOTTOM} ${steps.join(" ")} V${P_BOTTOM} Z`;
}

/** CSS rules, and those that a dark background changes. */
const STYLES: readonly string[] = [
  ".soft { fill: #5b6875; }",
  ".end { text-anchor: end; }",
  ".middle { text-anchor: middle; }",
  ".life { fill: #e4f1e6; }",
  ".rule { stroke: #b4bec8; stroke-dasharray: 4 4; fill: none; }",
  ".volts { stroke: #2563a8; stroke-width: 1.5; stroke-linejoin: round; fill: none; }",
  ".reading { stroke: #2563a8; stroke-width: 1.5; fill: none; }",
  ".power { fill: #e3c581; }",
  ".cross { stroke: #c0392b; stroke-width: 3; stroke-linecap: round; }",
  ".death { fill: #c0392b; font-weight: 600; }",
];
const DARK: readonly string[] = [
  ".soft { fill: #9fadba; }",
  ".life { fill: #1d3325; }",
  ".rule { stroke: #4a5662; }",
  ".volts, .reading { stroke: #6cb2f2; }",
  ".power { fill: #7a6128; }",
  ".cross { stroke: #f0776a; }",
  ".death { fill: #f0776a; }",
];
