/** A parameter that changes, changes the table that it should, by as much as can be reckoned, and no other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { Phase } from "../../host/device/phase.ts";
import type { Result } from "../../host/sim/result.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import { toHex } from "../support/hex.ts";
import {
  AMPLE,
  broken,
  builtIn,
  type Changes,
  changed,
  MODULES,
  type Simulated,
  simulated,
} from "../support/simulated.ts";

/** One station, an exchange with every trigger, power without end. */
const STEADY: Changes = { duration_s: 2, stations: { count: 1 }, harvest: AMPLE, ap: { to: "each" } };

function steady(changes: Changes = {}): Simulated {
  return simulated(changed(changes, changed(STEADY)));
}

const joules = (result: Result, phase: Phase): number =>
  result.energy.byPhase.find((row) => row.phase === phase)?.e_J ?? 0;

/** `count` of `n` tries with probability p, within 5 sigma: less than one false alarm in a million. */
function isBinomial(count: number, n: number, p: number, what: string): void {
  const sigma = Math.sqrt(n * p * (1 - p));
  assert.ok(n > 200, `${what}: ${n} tries`);
  assert.ok(
    Math.abs(count - n * p) <= 5 * sigma,
    `${what}: ${count} of ${n}, where ${n * p} +- ${5 * sigma} is expected`,
  );
}

test("a larger capacitor: fewer deaths, on the same harvest", () => {
  const deaths = [4.7e-6, 10e-6, 47e-6].map((capacitance_F) => {
    const { result } = simulated(changed({ duration_s: 30, override: { storage: { capacitance_F } } }));
    return result.deaths.total;
  });
  assert.ok(deaths[0] > deaths[1] && deaths[1] > deaths[2], `${deaths}`);
});

test("capture: at 0 dB the strongest of several is always heard, at 60 dB none is", () => {
  const crowded: Changes = {
    duration_s: 3,
    stations: { count: 8, distance_m: [1, 3] },
    harvest: AMPLE,
    ap: { slots: 10, trigger_period_s: 0.05 },
  };
  const [always, never] = [0, 60].map(
    (capture_dB) => simulated(changed({ air: { capture_dB } }, changed(crowded))).result,
  );
  const { sent = 0, collided: aloneAt60 = 0 } = never.air.up;
  const { sent: sentAt0 = 0, collided: aloneAt0 = 0 } = always.air.up;
  assert.equal(sentAt0, sent, "the draws are the same");
  assert.ok(sent > 300 && aloneAt60 > sent / 5, `${aloneAt60} of ${sent} collided`);
  assert.ok(aloneAt0 < aloneAt60 * 0.85, `${aloneAt0} against ${aloneAt60}`);
  assert.ok(always.readings > never.readings + 50, `${always.readings} against ${never.readings} readings`);
  // Two equally far away are never told apart.
  const equal = simulated(
    changed({ air: { capture_dB: 0 }, stations: { distance_m: [2, 2] } }, changed(crowded)),
  ).result;
  assert.equal(equal.readings, sent - (equal.air.up.collided ?? 0));
  assert.ok(equal.readings <= never.readings + 1, `${equal.readings} of equals, ${never.readings} at 60 dB`);
});

test("loss: as many frames are lost as the probability says, each way by itself", () => {
  const scenario: Changes = { duration_s: 20, ap: { trigger_period_s: 0.02 } };
  const down = steady({ ...scenario, air: { loss_down: 0.25 } }).result.air;
  isBinomial(down.down.lost ?? 0, (down.down.lost ?? 0) + (down.down.received ?? 0), 0.25, "down");
  assert.equal(down.up.lost, undefined);
  const up = steady({ ...scenario, air: { loss_up: 0.4 } }).result.air;
  isBinomial(up.up.lost ?? 0, (up.up.lost ?? 0) + (up.up.received ?? 0), 0.4, "up");
  assert.equal(up.down.lost, undefined);
});

test("flips, cuts and replays: as many frames change as the probability says, and nothing is broken by them", () => {
  const scenario: Changes = { duration_s: 10, ap: { trigger_period_s: 0.02 } };
  for (const air of [{ flip_down: 0.2 }, { flip_up: 0.2 }] as const) {
    const run = steady({ ...scenario, air });
    const counts = run.result.air["flip_down" in air ? "down" : "up"];
    const [altered = 0, received = 0] = [counts.changed, counts.received];
    isBinomial(altered, altered + received, 0.2, JSON.stringify(air));
    assert.deepEqual(broken(run), []);
  }
  // A cut to nothing, one octet of a frame, counts as lost.
  const cut = steady({ ...scenario, air: { truncate_up: 0.2 } }).result.air.up;
  const bad = (cut.changed ?? 0) + (cut.lost ?? 0);
  isBinomial(bad, bad + (cut.received ?? 0), 0.2, "truncate_up");
  const replayed = steady({ ...scenario, air: { replay_up: 0.3 } }).result;
  isBinomial(replayed.air.up.changed ?? 0, replayed.exchanges.m2Sent, 0.3, "replay_up");
});

test("padding: the time to compute in grows by it, and so does the slot", () => {
  const planWith = (padding_us: number) => {
    const scenario = changed({ ap: { padding_us, trigger_period_s: 1 } }, changed(STEADY));
    return new Simulation(scenario, { crypto: nodeCrypto, module: MODULES.release }).world.plan;
  };
  const [none, some, much] = [0, 36, 10_036].map(planWith);
  assert.ok(none.ready_us > 100, `${none.ready_us} us`);
  assert.ok(Math.abs(none.ready_us - some.ready_us - 36) < 1e-6, `${none.ready_us} - ${some.ready_us}`);
  assert.equal(much.ready_us, 0, "ready before the end of M1");
  assert.ok(Math.abs(some.slot_s - none.slot_s - 36e-6) < 4e-6 + 1e-12, "in whole units of 4 us");
  // The first slot that can be met comes earlier: the same exchange sleeps less.
  const asleep_J = [0, 10_036].map((padding_us) => {
    const { simulation } = steady({ duration_s: 4, ap: { padding_us, slots: 12, trigger_period_s: 0.5 } });
    return simulation.world.stations[0].supply.ledger.ofPhase("sleep");
  });
  assert.notEqual(asleep_J[0], asleep_J[1]);
});

test("ACWE: a station stays silent as often as its draw says", () => {
  const { exchanges } = steady({ duration_s: 40, ap: { to: "broadcast", acwe: 6, slots: 16 } }).result;
  // ABOC is uniform in 0 .. 63, and 16 slots are there.
  isBinomial(exchanges.m1Silent, exchanges.m1Heard, 1 - 16 / 64, "acwe 6, 16 slots");
  assert.equal(steady({ ap: { to: "broadcast", acwe: 4, slots: 16 } }).result.exchanges.m1Silent, 0);
  assert.equal(steady({ ap: { acwe: 15, slots: 16 } }).result.exchanges.m1Silent, 0, "a station that is meant answers");
});

test("the MCU: cycles cost what its profile says, its own phases and no others change", () => {
  const runOn = (mcu: string): Simulated => steady({ stations: { mcu }, ap: { slots: 40, trigger_period_s: 0.1 } });
  const [nordic, apollo] = ["nrf54l15", "apollo"].map(runOn);
  assert.equal(nordic.result.exchanges.confirmed, apollo.result.exchanges.confirmed);
  const cpu = ({ simulation }: Simulated): number => simulation.world.stations[0].supply.ledger.ofSource("cpu");
  // The same weights, so the same cycles: 61 and 20 pJ each.
  assert.ok(Math.abs(cpu(nordic) / cpu(apollo) / (61 / 20) - 1) < 1e-9, `${cpu(nordic)} against ${cpu(apollo)}`);
  assert.equal(joules(nordic.result, "boot") > joules(apollo.result, "boot"), true);
  const tx = [nordic, apollo].map(({ result }) => joules(result, "tx"));
  assert.ok(Math.abs(tx[0] / tx[1] - 1) < 1e-9, "both sleep at 9 uW while the radio sends");
});

test("modifier: without one there is no PMK to derive, and nothing to cache", () => {
  const [cached, direct] = [true, false].map((modifier) => steady({ ap: { modifier } }));
  assert.ok(joules(cached.result, "pmk") > 0, "derived or looked up");
  assert.equal(joules(direct.result, "pmk"), 0);
  assert.ok(direct.result.readings > 50, `${direct.result.readings} readings`);
  const cache = ({ simulation }: Simulated): number =>
    Math.max(...simulation.world.stations[0].nvm.octets.subarray(176));
  assert.ok(cache(cached) > 0, "the cache is written");
  assert.equal(cache(direct), 0, "the cache is not written");
});

test("encrypt: a MIC alone is other work than CCM, and the reading stands in clear in the frame", () => {
  const seen = [true, false].map((encrypt) => {
    const frames: string[] = [];
    const run = simulated(changed({ stations: { encrypt } }, changed(STEADY)), {
      prepare: (made) => listen(made, frames),
    });
    return { run, frames };
  });
  const [sealed, clear] = seen.map(({ run }) => joules(run.result, "mic") / run.result.exchanges.m2Sent);
  assert.ok(Math.abs(sealed / clear - 1) > 0.1, `${sealed} and ${clear} J`);
  // BE32 sample ‖ BE16 station of the samples 1 to 9, behind a nonce of 16 octets.
  const isClear = (frame: string): boolean => /^19.{8}.{32}0000000[1-9]0000/.test(frame);
  assert.equal(seen[0].frames.filter(isClear).length, 0, "of those encrypted");
  assert.ok(seen[1].frames.filter(isClear).length >= 9, "of those in clear");
});

/** What goes up, in its order. */
function listen(
  {
    world: {
      media: [medium],
    },
  }: Simulation,
  frames: string[],
): void {
  const put = medium.put.bind(medium);
  medium.put = (air) => {
    if (air.direction === "up") frames.push(toHex(air.octets));
    put(air);
  };
}

test("RAM: what it holds at power-up changes nothing", () => {
  const outcome = (ram: "lost" | "kept" | "random"): object => {
    const { result, lives } = simulated(
      changed({ duration_s: 15, stations: { ram }, override: { storage: { capacitance_F: 4.7e-6 } } }),
    );
    assert.ok(result.deaths.total > 20, `${result.deaths.total} deaths`);
    const { hashes, scenario, ...rest } = result;
    return { ...rest, lives };
  };
  const lost = outcome("lost");
  assert.deepEqual(outcome("kept"), lost);
  // "random" draws from the stream that torn octets of NVM come from, too: those are other octets, and no more.
  const random = outcome("random") as Result;
  assert.deepEqual(random.exchanges, (lost as Result).exchanges);
  assert.deepEqual(random.deaths, (lost as Result).deaths);
});

test("Data frames: each M3 brings as many as were asked for", () => {
  for (const data_frames of [0, 1, 4]) {
    const { exchanges } = steady({ stations: { data_frames }, ap: { trigger_period_s: 0.08 } }).result;
    assert.ok(exchanges.confirmed > 20, `${exchanges.confirmed} confirmed`);
    assert.equal(exchanges.dataFrames, data_frames * exchanges.confirmed);
  }
});

test("root updates: generations rise, each is proven, and device and key service share one (section 6)", () => {
  const run = steady({
    duration_s: 5,
    stations: { count: 3 },
    ap: { root_update_every_s: 0.5, trigger_period_s: 0.05 },
  });
  const { exchanges, invariants } = run.result;
  const { keys, stations } = run.simulation.world;
  // Asked for at 0.5, 1.0 ... 4.5 s: nine times, and nothing is lost.
  for (const { spa } of stations) assert.deepEqual(keys.progressOf(spa).generation, 9);
  assert.equal(exchanges.updatesProven, 27);
  assert.equal(exchanges.commandsAnswered, 27);
  const section6 = invariants.find(({ rule }) => rule === "section 6");
  assert.deepEqual([section6?.checked, section6?.violations], [3, 0]);
  assert.equal(steady().result.exchanges.updatesProven, 0);
});

test("commands: a station answers as many as it got, and none where the key service sent none", () => {
  const { exchanges, readings } = steady({ duration_s: 5, air: { replay_down: 0.5 } }).result;
  assert.ok(readings > 50, `${readings} readings`);
  assert.equal(exchanges.commandsAnswered, 0);
});

test("repeats: a second chance for an M1 that was lost", () => {
  const readings = [0, 1, 3].map(
    (repeats) => steady({ ap: { repeats, trigger_period_s: 0.1 }, air: { loss_down: 0.5 } }).result.readings,
  );
  assert.ok(readings[0] < readings[1] && readings[1] < readings[2], `${readings}`);
  const all = steady({ ap: { repeats: 3, trigger_period_s: 0.1 } });
  assert.equal(all.result.readings, all.result.exchanges.triggers / 4, "and one reading an ANonce");
});

test("a backscatter radio is refused in the words of 3.5.1, or marked (002-A12)", () => {
  const stations = { radio: "backscatter-15uW", count: 1 };
  assert.throws(() => steady({ stations }), {
    name: "ScenarioError",
    message:
      /3\.5\.1 refuses: "backscatter non-AP AMP STAs may not use the security method described in this specification"/,
  });
  const { warnings } = steady({ stations, what_if: true }).result;
  assert.ok(
    warnings.some((warning) => /^what if: 3\.5\.1 refuses backscatter/.test(warning)),
    `${warnings}`,
  );
  assert.deepEqual(steady({ what_if: true }).result.warnings, []);
});

test("forged triggers: each costs an M2 that nobody takes", () => {
  const scenario: Changes = { duration_s: 4, ap: { trigger_period_s: 0.2 } };
  const [quiet, flooded] = [0, 0.05].map((forged_trigger_period_s) =>
    steady({ ...scenario, air: { forged_trigger_period_s } }),
  );
  assert.equal(quiet.result.exchanges.m2Sent, quiet.result.readings);
  assert.equal(flooded.result.readings, quiet.result.readings, "between the triggers of the AP");
  const idle = flooded.result.exchanges.m2Sent - flooded.result.readings;
  assert.ok(idle >= 40, `${idle} M2s for nobody`);
  const { "bad MIC": foreign = 0, "no open session": early = 0 } = flooded.result.refusals.accessPoints;
  assert.equal(foreign + early, idle, "the AP refuses each");
  assert.ok(flooded.result.energy.total.e_J > 1.5 * quiet.result.energy.total.e_J, "energy");
  assert.deepEqual(broken(flooded), []);
});

test("forged triggers come as often on each of two channels as on one alone", () => {
  const heard = (channels: number): number[] => {
    const scenario: Changes = { duration_s: 4, stations: { count: channels }, ap: { trigger_period_s: 0.4 } };
    const { simulation } = steady({ ...scenario, air: { channels, forged_trigger_period_s: 0.04 } });
    return simulation.world.stations.map(({ tally }) => tally.m1Strange);
  };
  const [[alone], [first, second]] = [heard(1), heard(2)];
  assert.ok(alone > 70, `${alone} triggers`);
  for (const heardOnOne of [first, second]) {
    assert.ok(Math.abs(heardOnOne - alone) <= 10, `${heardOnOne} on one of two channels, ${alone} on one alone`);
  }
});

test("each or broadcast: one answer a trigger, or as many as there are stations", () => {
  const scenario: Changes = { duration_s: 2, stations: { count: 4 }, ap: { trigger_period_s: 0.1, slots: 100 } };
  const [each, all] = (["each", "broadcast"] as const).map(
    (to) => steady({ ...scenario, ap: { ...scenario.ap, to } }).result,
  );
  assert.equal(each.exchanges.m2Sent, each.exchanges.triggers);
  assert.equal(each.air.up.collided, undefined);
  assert.equal(all.exchanges.m2Sent, 4 * all.exchanges.triggers);
  const counts = each.stations.map(({ taken }) => taken);
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `in turn: ${counts}`);
});

test("channels: each has triggers of its own, and stations of different channels never collide", () => {
  const run = steady({
    stations: { count: 4 },
    ap: { to: "broadcast", slots: 10, trigger_period_s: 0.05 },
    air: { channels: 4 },
  });
  const { exchanges, air, stations } = run.result;
  assert.deepEqual(
    stations.map(({ channel }) => channel),
    [0, 1, 2, 3],
  );
  assert.ok(Math.abs(exchanges.triggers - 4 * (2 / 0.05)) <= 4, `${exchanges.triggers} triggers`);
  assert.equal(air.up.collided, undefined);
  assert.equal(exchanges.taken, exchanges.m2Sent);
  assert.deepEqual(broken(run), []);
});

test("the small build says octet for octet what the release build says", () => {
  const frames = (["release", "small"] as const).map((module) => {
    const heard: string[] = [];
    const scenario: Changes = {
      stations: { module, data_frames: 1 },
      // A slot of fixed length: else the AP makes room for the slower build, and says so in its triggers.
      ap: { root_update_every_s: 0.3, trigger_period_s: 0.12, slots: 12, slot_us: 6000, confirm_data_octets: 3 },
    };
    const { result } = simulated(changed(scenario, changed(STEADY)), { prepare: (made) => listen(made, heard) });
    assert.ok(result.readings >= 15 && result.violations === 0, `${result.readings} readings`);
    return heard;
  });
  assert.deepEqual(frames[1], frames[0]);
});

test("one harvest for all, or one for each: stations live together, or apart", () => {
  const harvested = (offset: "none" | "random"): number[] =>
    simulated(changed({ duration_s: 2, harvest: { offset } })).result.stations.map(
      ({ lives, harvested_J }) => lives && harvested_J,
    );
  const [same, apart] = [harvested("none"), harvested("random")];
  assert.ok(Math.max(...same) / Math.min(...same) - 1 < 1e-3, `${same}`);
  assert.ok(Math.max(...apart) / Math.min(...apart) - 1 > 0.05, `${apart}`);
});

test("an uplink Data frame at the end of its slot makes no time go back for the AP", () => {
  // Two stations in one slot whose M3 is replaced by an earlier trigger: both have something to say behind it.
  const scenario: Changes = {
    duration_s: 5,
    stations: { count: 2 },
    ap: { slots: 2, slot_us: 9000, trigger_period_s: 0.2 },
    air: { replay_down: 0.9, capture_dB: 0 },
  };
  for (const seed of [1, 2, 3, 4]) assert.doesNotThrow(() => simulated(changed({ ...scenario, seed })), `seed ${seed}`);
});

test("the crowd: many stations share few slots, and what is taken is at most what was heard alone or captured", () => {
  const { result } = simulated(changed({ duration_s: 6 }, builtIn("crowd")));
  const { sent = 0, collided = 0, received = 0 } = result.air.up;
  assert.ok(collided > 50 && sent > 200, `${collided} of ${sent} collided`);
  assert.equal(result.readings, received);
});
