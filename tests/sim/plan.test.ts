/** Slots and rounds by hand, from facts/tgbp.md section 3 and PROTOCOL.md 4.2. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Silicon } from "../../host/device/silicon.ts";
import { type Plan, planOf } from "../../host/sim/plan.ts";
import { profilesOf } from "../../host/sim/profiles.ts";
import { type Changes, changed, MODULES } from "../support/simulated.ts";

const WEIGHTS = profilesOf(changed({})).mcu.weights;
const SILICON = new Silicon(MODULES.release.octets, { weights: WEIGHTS, names: MODULES.release.names });

function plan(changes: Changes = {}): Plan {
  const scenario = changed(changes);
  return planOf(scenario, profilesOf(scenario), SILICON);
}

function isNear(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what}: ${actual}, where ${expected} is right`);
}

/** 32 + 80 + 16 / rate us, 8 / rate us an octet, padding, 6 us. */
const down_us = (octets: number, padding_us: number, Mbps = 1): number =>
  32 + 80 + 16 / Mbps + (8 * octets) / Mbps + padding_us + 6;
/** 48 chips, 8 / rate us an octet. */
const up_us = (octets: number, chip_us = 0.25, Mbps = 1): number => 48 * chip_us + (8 * octets) / Mbps;

test("a slot holds M2, SIFS, M3, SIFS, in units of 4 us", () => {
  // M2: 7 + 16 + 16 + 8 = 47 octets, M3: 7 + 2 + 8 = 17.
  const needed_us = up_us(47) + 10 + down_us(17, 36) + 10;
  assert.equal(needed_us, 714);
  isNear(plan().slot_s, 716e-6, "714 us is not a whole number of units");
  assert.equal(plan().info.slotDuration_4us, 179);
  const slow = plan({ ap: { dl_rate_kbps: 250, ul_rate_kbps: 250, profile: "strong", trigger_period_s: 1 } });
  // M2: 7 + 32 + 16 + 16 = 71, M3: 7 + 2 + 16 = 25.
  const slow_us = up_us(71, 1, 0.25) + 10 + down_us(25, 36, 0.25) + 10;
  isNear(slow.slot_s, Math.ceil(slow_us / 4) * 4e-6, "at 250 kb/s");
});

test("a round is M1, SIFS and the slots", () => {
  // M1: 7 + 6 + 6 + 16 + 8 octets with a Modifier.
  isNear(plan().round_s, (down_us(43, 36) + 10 + 16 * 716) * 1e-6, "16 slots");
  isNear(plan({ ap: { modifier: false } }).round_s, (down_us(35, 36) + 10 + 16 * 716) * 1e-6, "8 octets less");
  const more = plan({ ap: { trigger_data_octets: 5, slots: 3 } });
  isNear(more.round_s, (down_us(48, 36) + 10 + 3 * 716) * 1e-6, "5 octets more, 3 slots");
});

test("what follows M3 makes the slot longer: Data, and the answer to a command", () => {
  const bare = plan().slot_s;
  const [one, two] = [1, 2].map(
    (data_frames) => plan({ stations: { data_frames }, ap: { trigger_period_s: 0.5 } }).slot_s,
  );
  const dataLeast_s = (10 + up_us(7 + 2 + 16 + 8)) * 1e-6;
  assert.ok(one - bare > dataLeast_s - 4e-6, `${one - bare} s for a Data frame`);
  assert.ok(Math.abs(two - one - (one - bare)) <= 4e-6 + 1e-12, "each as long");
  const update = plan({ ap: { root_update_every_s: 1, trigger_period_s: 0.5 } }).slot_s;
  // M3 carries 26 octets of UPDATE, and 10 of an answer come up.
  assert.ok(update - bare > (8 * 26 + 10 + up_us(7 + 2 + 10 + 8)) * 1e-6 - 4e-6, `${update - bare} s for an update`);
});

test("ready: entropy, NVM and cycles behind the data of M1, less padding and extension", () => {
  const noise_us = 128 + 32 * 122;
  const { ready_us } = plan();
  assert.ok(ready_us > noise_us - 42 && ready_us < noise_us + 2000, `${ready_us} us`);
  // What depends on the clock is so many cycles: from 32 to 64 MHz they gain twice what they gain from 64 to 128 MHz.
  const [slow, half, full] = [32e6, 64e6, 128e6].map((clock_Hz) => plan({ override: { mcu: { clock_Hz } } }).ready_us);
  assert.ok(half - full > 100, `${half - full} us of cycles at 128 MHz`);
  isNear(slow - half, 2 * (half - full), "cycles");
});

test("a station waits for its M3 until its header cannot come any more", () => {
  isNear(plan().m3Wait_s, (10 + 32 + 80 + 16 + 6) * 1e-6, "SIFS, a preamble and the extension");
});

const MISTAKES: readonly (readonly [Changes, RegExp])[] = [
  [{ ap: { slot_us: 100 } }, /^ap\.slot_us is 100, where a slot of 100 us is too short for an M2 and its M3, 716 us$/],
  [
    { ap: { slot_us: 262_144, trigger_period_s: 100 } },
    /^ap\.slot_us is 262144, where a slot of .* longer than Slot Duration/,
  ],
  [
    { ap: { slots: 100 } },
    /^ap\.trigger_period_s is 0\.025, where 1 trigger with 100 slots each need at least 0\.07\d+ s$/,
  ],
  [
    { ap: { repeats: 2 } },
    /^ap\.trigger_period_s is 0\.025, where 3 triggers with 16 slots each need at least 0\.03\d+ s$/,
  ],
  [
    { stations: { reading_octets: 40 }, ap: { profile: "wide" } },
    /^stations\.reading_octets is 40, where profile wide has room for 24$/,
  ],
  [{ ap: { trigger_data_octets: 30 } }, /^ap\.trigger_data_octets is 30, where profile compact has room for 28$/],
  [
    { ap: { confirm_data_octets: 50, profile: "strong" } },
    /^ap\.confirm_data_octets is 50, where profile strong has room for 46$/,
  ],
];
for (const [changes, sentence] of MISTAKES) {
  test(`what does not fit together is told: ${JSON.stringify(changes)}`, () => {
    assert.throws(() => plan(changes), { name: "ScenarioError", message: sentence });
  });
}

test("a period that is told to be enough is enough", () => {
  for (const ap of [{ slots: 100 }, { repeats: 2 }, { slots: 255, repeats: 7 }, { slots: 37 }]) {
    let told: unknown;
    assert.throws(
      () => plan({ ap }),
      (error: Error) => {
        told = /at least (\S+) s$/.exec(error.message)?.[1];
        return true;
      },
    );
    const trigger_period_s = Number(told);
    assert.doesNotThrow(() => plan({ ap: { ...ap, trigger_period_s } }), `${told} s`);
  }
});
