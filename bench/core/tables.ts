/*
 * The result for the eye. Every word here is about figures of the result: nothing is measured.
 */
import type { Table } from "../../host/bench/bench.ts";
import type { Cell } from "../../host/cli/terminal.ts";
import type { OpcodeClass } from "../../host/device/rewrite/opcodes.ts";
import { COMPACT } from "../../tests/vectors/world.ts";
import { BUILDS, type Build } from "./builds.ts";
import { FIGURE_NAMES, type Figure, GOALS, verdict } from "./goals.ts";
import { m2Name } from "./jobs.ts";
import { PEERS } from "./peers.ts";
import type { PrimitiveCosts } from "./primitives.ts";
import type { BuildResult, CoreResult } from "./result.ts";

type Row = Readonly<Record<string, Cell>>;

export function coreTables(result: CoreResult): Table[] {
  return [
    {
      id: "goals",
      title: "Goals",
      headline: true,
      rows: GOALS.map(({ build, figure, goal }) => {
        const measured = figureOf(result, build, figure);
        return { build, figure: FIGURE_NAMES[figure], measured, goal, verdict: verdict(measured, goal) };
      }),
      note: `M2: one amp_receive of a 43-octet M1 with Modifier, answered under CCM with a reading of 16 octets, the first
of its power cycle (entropy, health test and boot counter included). Cold: the PMK is derived. Warm: it is cached.`,
    },
    {
      id: "peers",
      title: "Beside the peers",
      headline: true,
      rows: peerRows(result),
      note: `Ours is the whole protocol. The peers, and "crypto alone", are 7 SHA-256 blocks (warm: 3), the AES key schedule and
CCM of 16 octets with an AAD of 22, added up; an M2 has an AAD of 12, which is one cipher call less. Cited: measured
once, elsewhere, with the same counting. Constant time: one trace of branches and addresses over
${result.release.constantTime.secrets} random keys and readings.`,
    },
    {
      id: "jobs",
      title: "What each call costs, in instructions",
      rows: Object.keys(result.release.jobs).map((name) => ({
        call: name,
        release: result.release.jobs[name].instructions,
        small: result.small.jobs[name].instructions,
        "NVM octets written": result.release.jobs[name].nvmWritten,
      })),
      note: "Readings and data are 16 octets, triggers without DL data. What the imports do is not counted.",
    },
    {
      id: "exports",
      title: "Worst cost of each export, in instructions",
      rows: exportRows(result),
      note: `The costliest of ${count(result.release.worst.tried)} calls over all kinds of input, state and NVM record. The first two rows are amp_receive: an M1
costs its sender no key, so the first is what an attacker can make a station spend with one frame; that its ANonce is
like an SNonce not yet drawn is beyond an attacker, and worth a few hundred instructions.`,
    },
    { id: "primitives", title: "The primitives, in instructions", rows: primitiveRows(result), note: PRIMITIVES_NOTE },
    {
      id: "classes",
      title: "Kinds of instructions in a cold M2",
      rows: classRows(result),
      note: "pick: drop, select. alu: compare, add, logic, shift, of 32 bits; the 64-bit ones apart, as they are two or more on small cores.",
    },
    ...BUILDS.map((build) => ({
      id: `functions-${build}`,
      title: `Where a cold M2 spends them, ${build}`,
      rows: functionRows(result[build]),
      note: "A function's own instructions, without those of what it calls; what was inlined is its caller's.",
    })),
  ];
}

function figureOf(result: CoreResult, build: Build, figure: Figure): number {
  const { module, jobs } = result[build];
  if (figure === "octets" || figure === "touched") return module[figure];
  return jobs[m2Name(COMPACT, "CCM", figure === "m2Cold" ? "cold" : "warm")].instructions;
}

function peerRows(result: CoreResult): Row[] {
  const row = (name: string, constantTime: boolean, octets: Cell, cold: Cell, warm: Cell, status: string): Row => ({
    module: name,
    "constant time": constantTime,
    octets,
    "cold M2": cold,
    "warm M2": warm,
    status,
  });
  const ours = BUILDS.flatMap((build) => {
    const { sha256Block, ccm16Aad22 } = result[build].primitives;
    const isConstantTime = result[build].constantTime.traces === 1;
    // The peers' AAD, so that like is beside like.
    const parts = (blocks: number): number => blocks * sha256Block + ccm16Aad22;
    const whole = [figureOf(result, build, "m2Cold"), figureOf(result, build, "m2Warm")] as const;
    return [
      row(`ampcore, ${build}`, isConstantTime, result[build].module.octets, ...whole, "measured"),
      row(`ampcore, ${build}, crypto alone`, isConstantTime, null, parts(7), parts(3), "measured, added up"),
    ];
  });
  const peers = PEERS.map(({ name, isConstantTime, octets, m2Cold, m2Warm, source }) =>
    row(name, isConstantTime, octets, m2Cold, m2Warm, `cited: ${source}`),
  );
  return [...ours, ...peers];
}

function exportRows(result: CoreResult): Row[] {
  const row = (
    name: string,
    release: { instructions: number; input: string },
    small: { instructions: number },
  ): Row => ({
    export: name,
    release: release.instructions,
    small: small.instructions,
    "the costliest input (of release)": release.input,
  });
  const [release, small] = BUILDS.map((build) => result[build].worst);
  const names = Object.keys(release.exports) as (keyof typeof release.exports)[];
  return [
    row("amp_receive, sender without a key", release.input.withoutKey, small.input.withoutKey),
    row("amp_receive, sender with the keys", release.input.withKey, small.input.withKey),
    ...names
      .filter((name) => name !== "amp_receive" && release.exports[name].input !== "any")
      .map((name) => row(name, release.exports[name], small.exports[name])),
  ];
}

const PRIMITIVES_NOTE = `Key schedule of ampcore: what it adds to the first call of the cipher, in whose idle lane it rides. hostap makes it
inside of each frame's CCM. A block of AES in CCM: ours are made two at a time.`;

function primitiveRows(result: CoreResult): Row[] {
  const heads = ["SHA-256 block", "AES key schedule", "CCM, 16 octets, AAD 22, with key schedule"] as const;
  const row = (name: string, constantTime: boolean, values: readonly Cell[], more: Row, status: string): Row => ({
    module: name,
    "constant time": constantTime,
    ...Object.fromEntries(heads.map((head, i) => [head, values[i]])),
    ...more,
    status,
  });
  const rest = (costs?: PrimitiveCosts): Row => ({
    "two AES blocks": costs?.aesTwoBlocks ?? null,
    "KDF-256, 55 octets": costs?.kdf256 ?? null,
    "CCM of an M2": costs?.ccm16 ?? null,
    "CMAC of an M2": costs?.cmac ?? null,
  });
  return [
    ...BUILDS.map((build) => {
      const { sha256Block, aesBlockAndKey, aesTwoBlocks, ccm16Aad22 } = result[build].primitives;
      const values = [sha256Block, aesBlockAndKey - aesTwoBlocks, ccm16Aad22];
      return row(
        `ampcore, ${build}`,
        result[build].constantTime.traces === 1,
        values,
        rest(result[build].primitives),
        "measured",
      );
    }),
    ...PEERS.map(({ name, isConstantTime, sha256Block, keySchedule, ccm16 }) =>
      row(name, isConstantTime, [sha256Block, keySchedule, ccm16 + (keySchedule ?? 0)], rest(), "cited"),
    ),
  ];
}

function classRows(result: CoreResult): Row[] {
  return [...new Set(BUILDS.flatMap((build) => Object.keys(result[build].classes)))].map((name) => ({
    kind: name,
    ...Object.fromEntries(BUILDS.map((build) => [build, result[build].classes[name as OpcodeClass] ?? 0])),
  }));
}

/** Below this share of the whole a function goes to "others". */
const LEAST_SHARE = 0.002;

function functionRows({ functions: all }: BuildResult): Row[] {
  const total = all.reduce((sum, { instructions }) => sum + instructions, 0);
  const shown = all.filter(({ instructions }) => instructions >= LEAST_SHARE * total);
  const others = total - shown.reduce((sum, { instructions }) => sum + instructions, 0);
  const row = (name: string, instructions: number): Row => ({
    function: name,
    instructions,
    share: `${((instructions / total) * 100).toFixed(1)} %`,
  });
  return [...shown.map(({ name, instructions }) => row(name, instructions)), row("others", others), row("all", total)];
}

function count(value: number): string {
  return value.toLocaleString("en");
}
