/**
 * Runs in which something is wrong on purpose, from the module's own code to the AP: what the observer has to see, it
 * sees; what the protocol was made to survive, it survives (PROTOCOL.md section 4a).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { crc16 } from "../../host/keys/crc.ts";
import type { Simulation } from "../../host/sim/simulation.ts";
import { DEAD_ENTROPY, type Edit, mutant } from "../support/mutant.ts";
import { AMPLE, broken, type Changes, changed, type Means, simulated } from "../support/simulated.ts";

const CONFIRM = 0x1a;

/** Two stations with power without end, and one frame after the other. */
const STEADY: Changes = {
  duration_s: 2,
  stations: { count: 2 },
  harvest: AMPLE,
  ap: { trigger_period_s: 0.1, to: "each", confirm_data_octets: 6, trigger_data_octets: 3 },
};
/** Lives of an exchange or two. */
const DYING: Changes = {
  duration_s: 20,
  stations: { count: 2, ram: "kept" },
  harvest: { source: "constant", constant: { power_W: 60e-6 } },
  override: { storage: { capacitance_F: 4e-6 } },
};

const run = (changes: Changes, means: Means = {}) => simulated(changed(changes), means);

/** M3s come with their MIC wrong and their FCS right. */
function spoilConfirms({
  world: {
    media: [medium],
  },
}: Simulation): void {
  const carry = medium.carry.bind(medium);
  medium.carry = (air, to) => {
    const got = carry(air, to);
    if (got?.[0] !== CONFIRM) return got;
    const spoilt = got.slice();
    const end = spoilt.length - 2;
    spoilt[end - 1] ^= 1;
    const fcs = crc16(spoilt.subarray(0, end));
    spoilt.set([fcs & 0xff, fcs >> 8], end);
    return spoilt;
  };
}

/** What is changed in the station, the run that shows it, and the sentence that tells it. */
const MUTANTS: readonly (readonly [title: string, edits: readonly Edit[], Changes, Means, RegExp])[] = [
  [
    "the number of an SNonce in its power cycle stands still",
    [["station/snonce.ts", "  Cycle.sNonces++;\n", ""]],
    STEADY,
    {},
    /^AMP-R2: station \d used an SNonce twice$/,
  ],
  [
    "the M2 that was kept is not what a repeated M1 gets",
    [["station/exchange.ts", "if (Session.keptM2) return Session.keptM2;", ""]],
    // The M3 is lost, so that the session still waits.
    { ...STEADY, ap: { ...STEADY.ap, repeats: 2 }, air: { loss_up: 0.5 } },
    {},
    /^AMP-R1: station \d answered one M1 of its session with another M2$/,
  ],
  [
    "a secure session answers its own M1 once more",
    [["station/exchange.ts", "if (Session.state == SECURE) return 0;", ""]],
    { ...STEADY, ap: { ...STEADY.ap, repeats: 2 } },
    {},
    /^AMP-R1: station \d/,
  ],
  [
    "no MIC is looked at",
    [["frame/downlink.ts", "return differ(LANES, RX + PN + PN_SIZE + size, sessionMic()) ? 0 : text;", "return text;"]],
    STEADY,
    { prepare: spoilConfirms },
    /^AMP-R4: station \d took an M3 that no AP sent for its M2$/,
  ],
  [
    "a bad MIC ends the session",
    [
      [
        "station/exchange.ts",
        "if (!payload) return BAD_MIC;",
        "if (!payload) { Session.state = IDLE; return BAD_MIC; }",
      ],
    ],
    STEADY,
    { prepare: spoilConfirms },
    /^AMP-R4: station \d was changed by a frame it refused \(-15\)$/,
  ],
  [
    "a bad MIC costs an octet of NVM",
    [
      [
        "station/exchange.ts",
        "if (!payload) return BAD_MIC;",
        "if (!payload) { nvmWrite(267, SCRATCH, 1); return BAD_MIC; }",
      ],
      [
        "station/exchange.ts",
        'import { copy, differ, wipe } from "../bytes";',
        'import { copy, differ, wipe } from "../bytes";\nimport { nvmWrite } from "../env";',
      ],
    ],
    STEADY,
    { prepare: spoilConfirms },
    /^AMP-R4: station \d was changed by a frame it refused \(-15\)$/,
  ],
  [
    "the PN of Data stands still",
    [["index.ts", "Session.encrypt, ++Session.ulPn);", "Session.encrypt, Session.ulPn + 1);"]],
    { ...STEADY, stations: { count: 2, data_frames: 2 } },
    {},
    /^AMP-R1: station \d sent PN 2 after/,
  ],
  [
    "the M2 has other octets than the reading",
    [
      [
        "station/exchange.ts",
        "READING, Session.readingLength, Session.encrypt)",
        "READING + 1, Session.readingLength, Session.encrypt)",
      ],
    ],
    STEADY,
    {},
    /^AMP-R3: of station \d [0-9a-f]{32} was taken/,
  ],
  [
    "the payload of M3 is handed out one octet late",
    [["station/exchange.ts", "copy(RECEIVED, payload, size);", "copy(RECEIVED, payload + 1, size);"]],
    STEADY,
    {},
    /^AMP-R5: station \d handed out/,
  ],
  [
    "power-up is not the end of a session",
    [["station/boot.ts", "  Session.state = IDLE;\n  return 0;", "  Session.state = 3;\n  return 0;"]],
    STEADY,
    {},
    /^AMP-R5: station \d woke up in state 3$/,
  ],
  [
    "a boot counter of 2 cannot be booted from",
    [
      [
        "station/boot.ts",
        "if (!isForeign()) scan();",
        "if (!isForeign()) scan();\n  if (!nvmRead(16, MESSAGE, 4) && load<u32>(MESSAGE) == 0x02000000) Root.newest = 0;",
      ],
    ],
    DYING,
    {},
    /^AMP-R7: station \d: amp_boot answered -12$/,
  ],
  [
    "the root that an update makes is not the key service's",
    [["station/update.ts", "deriveUpdate(NEXT, 7);", "deriveUpdate(NEXT, 6);"]],
    { ...STEADY, ap: { ...STEADY.ap, root_update_every_s: 0.5 } },
    {},
    /^section 6: station \d/,
  ],
];

for (const [title, edits, changes, means, sentence] of MUTANTS) {
  test(`a station is wrong, and it is seen: ${title}`, async () => {
    const octets = await mutant(...edits);
    const seen = broken(run(changes, { ...means, module: { octets } }));
    assert.ok(
      seen.some((one) => sentence.test(one)),
      `seen was ${JSON.stringify(seen)}`,
    );
    // The same run with the station that ships.
    assert.deepEqual(broken(run(changes, means)), []);
  });
}

/** The counter cells are put back to what they were at the start whenever power fails. */
function rolledBack(): Means {
  let made: Simulation | undefined;
  const cells: Uint8Array[] = [];
  return {
    prepare(simulation) {
      made = simulation;
      for (const { nvm } of simulation.world.stations) cells.push(nvm.octets.slice(16, 32));
    },
    onLife: ({ station }) => made?.world.stations[station].nvm.octets.set(cells[station], 16),
  };
}

test("dead noise, dead counter, or both: an SNonce repeats only with both (AMP-R2)", async () => {
  const dead = { octets: await mutant(DEAD_ENTROPY) };
  const alive = { octets: await mutant() };
  const seen = (module: Means["module"], means: Means): { lives: number; readings: number; broken: string[] } => {
    const ran = run(DYING, { ...means, module });
    const { port, world } = ran.simulation;
    const lives = world.stations.reduce((sum, { tally }) => sum + tally.lives, 0);
    return { lives, readings: port.taken.reduce((a, b) => a + b, 0), broken: broken(ran) };
  };
  const deadNoise = seen(dead, {});
  assert.deepEqual(deadNoise.broken, [], "the counter keeps SNonces apart");
  assert.ok(deadNoise.lives > 10 && deadNoise.readings > 10, JSON.stringify(deadNoise));
  const deadCounter = seen(alive, rolledBack());
  assert.deepEqual(deadCounter.broken, [], "the noise keeps SNonces apart");
  assert.ok(deadCounter.lives > 10 && deadCounter.readings > 10, JSON.stringify(deadCounter));
  const both = seen(dead, rolledBack());
  assert.ok(
    both.broken.some((one) => /^AMP-R2: station \d used an SNonce twice$/.test(one)),
    JSON.stringify(both),
  );
});

/** A crypto under which some streams of random numbers are all zeros: xoshiro128** stands still in the state 0. */
function deadStreams(...names: readonly string[]): Crypto {
  const text = new TextDecoder();
  return {
    ...nodeCrypto,
    sha256: (octets) => {
      const [, name] = text.decode(octets).split("\0");
      return names.includes(name) ? new Uint8Array(32) : nodeCrypto.sha256(octets);
    },
  };
}

test("noise that is all zeros is caught by the health test: the stations are silent, and nothing is broken", () => {
  const ran = run(STEADY, { crypto: deadStreams("noise 0", "noise 1") });
  assert.deepEqual(broken(ran), []);
  const { tally } = ran.simulation.world.stations[0];
  assert.equal(ran.simulation.port.taken[0] + tally.m2Sent, 0);
  assert.ok((tally.refusals["entropy failed"] ?? 0) > 5, JSON.stringify(tally.refusals));
});

test("an AP whose ANonce never changes is seen: many readings of a station come under one (AMP-R3)", () => {
  const ran = run(STEADY, { crypto: deadStreams("access point") });
  assert.ok(ran.simulation.port.taken[0] > 5, "readings");
  assert.match(broken(ran).join(), /^AMP-R3: two readings of station \d under one ANonce/);
});

test("an AP that forgets its sessions takes nothing twice while its ANonces are fresh, and does when they are not", () => {
  const forgetful = ({ world: { ap } }: Simulation): void => {
    const trigger = ap.trigger.bind(ap);
    ap.trigger = (...request) => {
      ap.restart();
      return trigger(...request);
    };
  };
  const replayed: Changes = { ...DYING, air: { replay_up: 0.5, replay_down: 0.2, loss_down: 0.2 } };
  const fresh = run(replayed, { prepare: forgetful });
  assert.ok(fresh.simulation.port.taken[0] > 5, "readings");
  assert.deepEqual(broken(fresh), []);
  const seen = broken(run(replayed, { crypto: deadStreams("access point"), prepare: forgetful }));
  assert.ok(
    seen.some((one) => one.startsWith("AMP-R3: ")),
    JSON.stringify(seen),
  );
});

test("an AP that takes another reading than was sent is seen (AMP-R3)", () => {
  const prepare = ({ world: { ap } }: Simulation): void => {
    const receive = ap.receive.bind(ap);
    ap.receive = (...frame) => {
      const received = receive(...frame);
      if (received.kind === "reading") received.reading.payload[0] ^= 1;
      return received;
    };
  };
  assert.match(
    broken(run(STEADY, { prepare })).join(),
    /^AMP-R3: of station 0 01[0-9a-f]* was taken: not sent, or twice$/,
  );
});

test("an AP that answers the same M2 with another M3 is seen, whoever hears it (AMP-R1)", () => {
  let again = 0;
  const prepare = ({
    world: {
      ap,
      media: [medium],
    },
  }: Simulation): void => {
    const receive = ap.receive.bind(ap);
    ap.receive = (...frame) => {
      const received = receive(...frame);
      if (received.kind !== "again") return received;
      again++;
      const m3 = received.m3.slice();
      m3[m3.length - 3] ^= 1;
      return { ...received, m3 };
    };
    // No M3 arrives, so the station repeats its M2.
    const carry = medium.carry.bind(medium);
    medium.carry = (air, to) => (air.octets[0] === CONFIRM ? undefined : carry(air, to));
  };
  const seen = broken(run({ ...STEADY, ap: { ...STEADY.ap, repeats: 1 } }, { prepare }));
  assert.ok(again > 5, `${again} M2s came again`);
  assert.match(seen.join(), /^AMP-R1: two different M3 for one M2 of station \d/);
});
