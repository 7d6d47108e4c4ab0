/**
 * Every reading that an AP took is one that a station had. Told without the project's observer: from the frames on the
 * air, from what the AP hands out, and from what a sensor's samples must be.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Received } from "../../host/ap/accesspoint.ts";
import type { Air, Medium } from "../../host/channel/medium.ts";
import { referenceData } from "../../host/data/reference.ts";
import type { Simulation } from "../../host/sim/simulation.ts";
import { toHex } from "../support/hex.ts";
import { skipWithout } from "../support/reference.ts";
import { AMPLE, broken, builtIn, type Changes, changed, simulated } from "../support/simulated.ts";
import { parseTrace } from "../support/traces.ts";

const CONFIRM = 0x1a;
const RESPONSE = 0x19;

interface Taken {
  readonly m2: string;
  readonly payload: Uint8Array;
  readonly station: number;
  isDelivered: boolean;
}

/** Watches the air and the AP of a simulation; what is wrong goes to `wrong`. */
class Witness {
  readonly taken: Taken[] = [];
  readonly wrong: string[] = [];
  /** M3s on the air. */
  readonly m3s = new Set<Air>();
  /** Frames that somebody received and that never went on the air: no tap, attacker or replay knows of them. */
  readonly neverPut = new Set<Air>();
  readonly #onAir = new Set<Air>();
  readonly #sentByStations = new Set<string>();
  readonly #spas: readonly string[];

  constructor({ world }: Simulation) {
    this.#spas = world.stations.map(({ spa }) => toHex(spa));
    const { media, ap } = world;
    for (const medium of media) this.#watch(medium);
    const receive = ap.receive.bind(ap);
    ap.receive = (channel, octets, now_s) => {
      const received = receive(channel, octets, now_s);
      if (received.kind === "reading") this.#takes(octets, received);
      return received;
    };
  }

  #watch(medium: Medium): void {
    const put = medium.put.bind(medium);
    medium.put = (air) => {
      this.#onAir.add(air);
      if (air.direction === "up" && typeof air.from === "number") this.#sentByStations.add(toHex(air.octets));
      put(air);
    };
    const carry = medium.carry.bind(medium);
    medium.carry = (air, to) => {
      if (!this.#onAir.has(air)) this.neverPut.add(air);
      if (air.from === "ap" && air.octets[0] === CONFIRM) this.#confirms(air);
      return carry(air, to);
    };
  }

  #takes(octets: Uint8Array, { reading }: Received & { kind: "reading" }): void {
    const m2 = toHex(octets);
    if (octets[0] !== RESPONSE) this.wrong.push(`a reading out of ${m2}, which is no M2`);
    if (!this.#sentByStations.has(m2)) this.wrong.push(`a reading out of ${m2}, which no station sent`);
    if (this.taken.some((earlier) => earlier.m2 === m2)) this.wrong.push(`a second reading out of ${m2}`);
    const station = this.#spas.indexOf(toHex(reading.spa));
    const taken: Taken = { m2, payload: reading.payload.slice(), station, isDelivered: false };
    this.taken.push(taken);
    const delivered = reading.delivered.bind(reading);
    reading.delivered = (now_s, dlData) => {
      taken.isDelivered = true;
      return delivered(now_s, dlData);
    };
  }

  /** An M3 leaves: it is for the last reading that was taken, or for one taken before. */
  #confirms(air: Air): void {
    if (this.m3s.has(air)) return;
    this.m3s.add(air);
    if (this.taken.length === 0) this.wrong.push("an M3 before any reading");
    if (this.taken.some(({ isDelivered }) => !isDelivered)) this.wrong.push("an M3 while a reading is not delivered");
  }
}

/**
 * What a sensor's reading of six octets or more has to be: BE32 number of the sample, BE16 station. A station goes on to
 * the next sample at power-up and when the one before was confirmed, and never back.
 */
function checkSamples(witness: Witness, simulation: Simulation): void {
  const last = simulation.world.stations.map(() => -1);
  for (const { payload, station } of witness.taken) {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    assert.equal(payload.length, simulation.world.scenario.stations.reading_octets);
    assert.equal(view.getUint16(4), station, "the reading is that of the station whose key it came under");
    const sample = view.getUint32(0);
    assert.ok(sample >= last[station], `station ${station}: sample ${sample} after ${last[station]}`);
    last[station] = sample;
  }
  for (const { index, tally } of simulation.world.stations) {
    assert.ok(last[index] < tally.lives + tally.confirmed, `station ${index} had no sample ${last[index]}`);
  }
}

const SCENES: readonly (readonly [name: string, base: string, changes: Changes])[] = [
  ["four stations by an energizer", "default", { duration_s: 5 }],
  ["everything goes wrong", "hostile", { duration_s: 10, override: { storage: { capacitance_F: 4.7e-6 } } }],
  ["a crowd", "crowd", { duration_s: 5 }],
  [
    "repeats, replays and losses, deaths in between",
    "default",
    {
      duration_s: 10,
      stations: { reading_octets: 6, count: 6, encrypt: false },
      override: { storage: { capacitance_F: 3.5e-6 } },
      ap: { repeats: 4, trigger_period_s: 0.2, slots: 24 },
      air: { replay_up: 0.5, replay_down: 0.3, loss_down: 0.2, loss_up: 0.3 },
    },
  ],
];

for (const [name, base, changes] of SCENES) {
  test(`${name}: each reading was sent, is taken once, and is delivered before its M3 leaves (AMP-R3)`, () => {
    let witness: Witness | undefined;
    const run = simulated(changed(changes, builtIn(base)), {
      prepare: (made) => {
        witness = new Witness(made);
      },
    });
    const { simulation, result } = run;
    assert.ok(witness, "it watched");
    assert.deepEqual(witness.wrong, []);
    assert.ok(witness.taken.length > 50 && witness.m3s.size > 50, `${witness.taken.length} readings`);
    assert.equal(result.readings, witness.taken.length, "the result counts them");
    checkSamples(witness, simulation);
    assert.deepEqual(broken(run), []);
  });
}

test("every frame that is received went on the air: taps, attackers and replays know of M3s and Data, too", () => {
  let witness: Witness | undefined;
  const scenario: Changes = {
    duration_s: 1,
    harvest: AMPLE,
    stations: { data_frames: 1 },
    ap: { trigger_period_s: 0.1, root_update_every_s: 0.2 },
  };
  simulated(changed(scenario), {
    prepare: (made) => {
      witness = new Witness(made);
    },
  });
  const kinds = [...(witness?.neverPut ?? [])].map(({ octets }) => octets[0]);
  assert.deepEqual(new Set(kinds), new Set(), `${kinds.length} frames were carried and never put`);
});

const MEMENTOS = "traces/mementos-rf/1.txt";

test("on recorded power readings arrive with deaths at many points of the exchange between them", {
  skip: skipWithout(MEMENTOS),
}, () => {
  const text = readFileSync(join(referenceData() as string, MEMENTOS), "utf8");
  const trace = parseTrace(text, { gaps: "error" });
  let witness: Witness | undefined;
  const scenario = changed({ harvest: { source: "trace", trace: { file: "1.txt" } } });
  const run = simulated(scenario, {
    trace,
    prepare: (made) => {
      witness = new Witness(made);
    },
  });
  const { result, simulation, lives } = run;
  assert.ok(witness, "it watched");
  assert.deepEqual(witness.wrong, []);
  checkSamples(witness, simulation);
  assert.deepEqual(broken(run), []);
  assert.equal(result.violations, 0);
  assert.ok(result.readings > 1000, `${result.readings} readings`);
  const { byPhase, instants, total } = result.deaths;
  assert.ok(Object.keys(byPhase).length >= 5, `died in ${Object.keys(byPhase)}`);
  assert.ok(instants >= 15 && total >= 20, `${instants} instants of ${total} deaths`);
  // In between: the lives around a death took readings too.
  assert.ok(
    lives.filter(({ death, confirmed }) => death && confirmed > 0).length >= 10,
    "lives with readings, and an end",
  );
  for (const { rule, checked } of result.invariants) {
    if (rule !== "AMP-R6") assert.ok(checked > 0, `${rule} was looked at`);
  }
});

test("an observer sees nothing where nothing is wrong, however often M1 and M2 come again", () => {
  // Many M2s of one station under one ANonce and many strangers' triggers: the AP may take any of them.
  const scenario: Changes = {
    duration_s: 10,
    stations: { count: 1 },
    harvest: AMPLE,
    ap: { trigger_period_s: 2, repeats: 5 },
    air: { loss_up: 0.3, replay_up: 0.9, forged_trigger_period_s: 0.02 },
  };
  for (const seed of [1, 2, 3]) {
    let witness: Witness | undefined;
    const run = simulated(changed({ ...scenario, seed }), {
      prepare: (made) => {
        witness = new Witness(made);
      },
    });
    assert.deepEqual(witness?.wrong, [], `seed ${seed}`);
    assert.ok(run.simulation.port.taken[0] > 0, "readings");
    assert.deepEqual(broken(run), [], `seed ${seed}`);
  }
});
