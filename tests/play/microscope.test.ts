/** A call under the microscope is the call that the station made: same fuel, same memory, same NVM, same death. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { scenarioFor } from "../../host/cli/run/scenarios.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { Player } from "../../host/play/worker/player.ts";
import { Run } from "../../host/play/worker/run.ts";
import type { Call, Watched } from "../../host/play/worker/watched.ts";
import { CUT_OFF, functionsOf } from "../../host/sim/functions.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";

const MATERIALS = {
  crypto: createPortableCrypto(),
  module: { octets: await builtModule("release"), names: await builtNames("release") },
};

/** Small storage and a source that comes and goes: exchanges that are confirmed, and deaths in most phases. */
const SET = [
  ...["stations.count=3", "override.storage.capacitance_F=2e-6", "harvest.source=markov", "harvest.markov.on_s=0.05"],
  ...[
    "harvest.markov.off_s=0.08",
    "harvest.markov.power_W=200e-6",
    "ap.root_update_every_s=0.4",
    "ap.trigger_period_s=0.04",
  ],
];

interface Made {
  readonly call: Call;
  readonly watched: Watched;
  /** When it ended, and what was spent on it. */
  readonly end_s: number;
  readonly spent_J: number;
}

/** A run, and every call of its stations as it comes. */
function watchedRun(set: readonly string[] = SET): { player: Player; run: Run; all: Made[] } {
  const run = new Run(scenarioFor("default", { set }), { materials: MATERIALS, version: "0" });
  const all: Made[] = [];
  for (const watched of run.watched.values()) {
    const { capacitor } = run.simulation.world.stations[watched.index].supply;
    const [begins, ends] = [watched.begins.bind(watched), watched.ends.bind(watched)];
    let from_J = 0;
    watched.begins = (...call) => {
      from_J = capacitor.spent_J;
      begins(...call);
    };
    watched.ends = (end) => {
      ends(end);
      const { before: call } = watched.around(Number.POSITIVE_INFINITY);
      if (call) all.push({ call, watched, end_s: capacitor.t_s, spent_J: capacitor.spent_J - from_J });
    };
  }
  return { run, player: new Player(run, (work) => setImmediate(work)), all };
}

test("every call, seen instruction by instruction, takes the fuel, the time and the energy that the run paid", () => {
  const { run, player, all } = watchedRun();
  run.advance(3);
  const kinds = new Set<string>();
  let dead = 0;
  for (const { call, end_s, spent_J } of all) {
    kinds.add(call.call);
    if (call.end?.failed) {
      dead++;
      continue;
    }
    const strip = player.strips.of(call);
    assert.equal(strip.cycles(strip.count), (call.end?.fuel ?? Number.NaN) / FUEL_PER_CYCLE, call.call);
    assert.ok(Math.abs(strip.time_s(strip.count) - end_s) < 1e-12, `${call.call} ends at ${end_s}`);
    const off_J = Math.abs(strip.energy_J(strip.count) - spent_J);
    assert.ok(off_J < 1e-7 * spent_J + 1e-17, `${call.call} spent ${spent_J} J, and ${off_J} J more or less were told`);
  }
  assert.ok(all.length > 300 && dead > 30, `${all.length} calls, ${dead} deaths`);
  assert.deepEqual([...kinds].sort(), ["boot", "receive", "received", "setPayload", "triggerData"]);
});

test("each function has the cycles that the meter within the module counted for it", () => {
  const { run, player, all } = watchedRun([
    "stations.count=1",
    "ap.root_update_every_s=0.4",
    "ap.trigger_period_s=0.04",
  ]);
  run.advance(1);
  const found = new Map<string, number>();
  for (const { call } of all) {
    assert.ok(call.end && !call.end.failed);
    const strip = player.strips.of(call);
    for (const { function: name, cycles } of strip.lines(0, strip.count)) {
      found.set(name, (found.get(name) ?? 0) + cycles);
    }
  }
  const metered = functionsOf(run.simulation.world, MATERIALS.module) ?? [];
  const counted = metered.filter(({ function: name, cycles }) => name !== CUT_OFF && cycles > 0);
  assert.ok(counted.length > 20, `${counted.length} functions`);
  assert.deepEqual(
    [...found].filter(([, cycles]) => cycles > 0).sort(),
    counted.map(({ function: name, cycles }) => [name, cycles]).sort(),
  );
});

test("what stands in RAM and NVM behind a call is what the station had, and the next call begins with it", () => {
  const { run, player, all } = watchedRun();
  run.advance(1.5);
  let compared = 0;
  for (const watched of run.watched.values()) {
    const own = all.filter((one) => one.watched === watched);
    for (const [i, { call }] of own.entries()) {
      const next = own[i + 1]?.call;
      if (!next || call.end?.failed || next.call === "boot") continue;
      const sight = player.strips.of(call).sight(Number.MAX_SAFE_INTEGER);
      assert.ok(sight.isOver);
      assert.deepEqual(sight.nvm, next.nvm, `NVM behind ${call.call}`);
      assert.deepEqual(sight.context.globals, next.context.globals);
      assert.deepEqual(sight.context.memory, next.context.memory, `RAM behind ${call.call}`);
      compared++;
    }
  }
  assert.ok(compared > 100, `${compared} calls`);
});

test("a death is found at the instruction that could not be paid for, in the phase that the run tells", () => {
  const { run, player } = watchedRun();
  run.advance(3);
  const phases = new Set<string>();
  for (const watched of run.watched.values()) {
    for (const { call, phase, life } of watched.deaths) {
      if (!call) continue;
      const strip = player.strips.of(call);
      const last = strip.count - 1;
      assert.ok(strip.diesAtEnd);
      assert.equal(strip.instructionAt(Number.POSITIVE_INFINITY), last, "none is next behind the last");
      assert.equal(call.end?.fuel, life.death?.fuel);
      const [line] = strip.lines(last, 1);
      const before = strip.cycles(last) * FUEL_PER_CYCLE;
      const fuel = life.death?.fuel ?? Number.NaN;
      if (call.end?.failed === "computing") {
        assert.ok(
          before <= fuel && fuel < before + line.cycles * FUEL_PER_CYCLE,
          "it had fuel for all before, not for this",
        );
        assert.equal(strip.phase(last), phase);
      } else {
        assert.equal(before + line.cycles * FUEL_PER_CYCLE, fuel);
        assert.match(line.text, /^call env\./);
        assert.match(phase, /^(nvm|snonce)$/);
      }
      phases.add(phase);
    }
  }
  assert.ok(phases.size >= 3, [...phases].join());
});
