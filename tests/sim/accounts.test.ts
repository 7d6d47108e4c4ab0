/** The account of joules: the ledger, the supply that fills it, and the bands that are put around it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Capacitor } from "../../host/energy/capacitor.ts";
import { constant } from "../../host/energy/harvest.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import { BANDS } from "../../host/energy/quantity.ts";
import { Ledger } from "../../host/sim/ledger.ts";
import { loadsOf, type Source } from "../../host/sim/loads.ts";
import { profilesOf } from "../../host/sim/profiles.ts";
import { Supply } from "../../host/sim/supply.ts";
import { moverOf, withBand } from "../../host/sim/tolerance.ts";
import { changed } from "../support/simulated.ts";

const PROFILES = profilesOf(changed({ stations: { mcu: "stm32u5", nvm: "rram", radio: "nrf54l15" } }));
const LOADS = loadsOf(PROFILES);

function isNear(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * Math.abs(expected),
    `${what}: ${actual}, where ${expected} is right`,
  );
}

test("loads are those of the profiles' numbers: the MCU sleeps while the radio works, the radio idles while the MCU does", () => {
  const [sleep_W, idle_W] = [10e-6, 2.4e-6];
  isNear(LOADS.boot.power_W, 0.5e-6 / 0.5e-3 + idle_W, "boot");
  isNear(LOADS.cpu.power_W, 64e-12 * 16e6 + idle_W, "cpu");
  isNear(LOADS.entropy.power_W, 1.5e-3 + idle_W, "entropy");
  isNear(LOADS.nvmWrite.power_W, 0.2e-6 / 22e-6 + idle_W, "nvmWrite");
  isNear(LOADS.nvmRead.power_W, 0.4e-9 / 50e-9 + idle_W, "nvmRead");
  isNear(LOADS.listen.power_W, 3.4e-3 * 3 + sleep_W, "listen");
  isNear(LOADS.rx.power_W, 3.4e-3 * 3 + sleep_W, "rx");
  isNear(LOADS.tx.power_W, 4.8e-3 * 3 + sleep_W, "tx");
  isNear(LOADS.sleep.power_W, sleep_W + idle_W, "sleep");
});

test("a ledger keeps phases and sources apart, and adds up either way", () => {
  const ledger = new Ledger();
  ledger.add("mic", LOADS.cpu, 2e-3);
  ledger.add("mic", LOADS.cpu, 1e-3);
  ledger.add("tx", LOADS.tx, 5e-3);
  isNear(ledger.of("mic", "cpu"), 3e-3 * 64e-12 * 16e6, "the CPU's part");
  isNear(ledger.of("mic", "idle"), 3e-3 * 2.4e-6, "the radio's part");
  isNear(ledger.ofPhase("mic"), 3e-3 * LOADS.cpu.power_W, "the phase");
  isNear(ledger.ofSource("sleep"), 5e-3 * 10e-6, "the source");
  assert.equal(ledger.of("ptk", "cpu"), 0);
  isNear(ledger.total_J(), 3e-3 * LOADS.cpu.power_W + 5e-3 * LOADS.tx.power_W, "the total");
  const both = new Ledger();
  both.addAll(ledger);
  both.addAll(ledger);
  isNear(both.total_J(), 2 * ledger.total_J(), "two of it");
});

/** 1 uF from 3.0 V without leakage or harvest: 2.88 uJ until 1.8 V. */
function supply(longest = 2 ** 30): Supply {
  const storage = { capacitance_F: 1e-6, leak_Ohm: Number.POSITIVE_INFINITY, vMax_V: 3.6, vOn_V: 3, vOff_V: 1.8 };
  return new Supply(new Capacitor(storage, constant(0), 3), new Ledger(), LOADS, PROFILES, longest);
}

test("fuel is what the charge is good for, in sixteenths of a cycle, and no more than any call takes", () => {
  const life_s = 2.88e-6 / LOADS.cpu.power_W;
  assert.ok(Math.abs(supply().fuel() - Math.floor(life_s * 16e6 * 16)) <= 1, `${supply().fuel()}`);
  assert.equal(supply(1000).fuel(), 1000);
  const one = supply();
  one.ran(16_000, "frame");
  isNear(one.t_s, 1000 / 16e6, "a thousand cycles of 16 MHz");
  isNear(one.ledger.of("frame", "cpu"), 1000 * 64e-12, "and of 64 pJ");
});

test("what draws beyond V_off dies there: at that instant, with what was complete", () => {
  const entropy = supply();
  assert.equal(entropy.entropy(32, "snonce"), true);
  isNear(entropy.t_s, 28e-6 + 32 * 0.83e-6, "32 octets of noise");
  assert.equal(entropy.entropy(1_000_000, "snonce"), false);
  isNear(entropy.t_s, 2.88e-6 / LOADS.entropy.power_W, "the end of the charge");
  isNear(entropy.capacitor.v_V, 1.8, "V_off");
  isNear(entropy.ledger.total_J(), 2.88e-6, "all of it");

  const nvm = supply();
  // 22 us and 0.2 uJ an octet, and what the radio idles: the charge ends in the fifteenth.
  const octets = Math.floor(2.88e-6 / (0.2e-6 + 22e-6 * 2.4e-6));
  assert.equal(octets, 14);
  assert.equal(nvm.nvmWrite(4), 4);
  assert.equal(nvm.nvmWrite(100), octets - 4, "octets that are complete");
  assert.equal(supply().nvmRead(4), true);
  assert.equal(supply().nvmRead(1e9), false);

  const cpu = supply();
  cpu.ran(cpu.fuel(), "mic");
  cpu.died("mic");
  isNear(cpu.capacitor.v_V, 1.8, "the last sixteenth goes too");
  assert.throws(() => supply(10).died("mic"), /more fuel than any call/, "a call that was reckoned too short is told");
});

test("a load until an instant that has passed draws nothing", () => {
  const one = supply();
  assert.equal(one.draw(LOADS.tx, 1e-4, "tx"), true);
  const spent_J = one.ledger.total_J();
  assert.equal(one.draw(LOADS.tx, 0.5e-4, "tx"), true);
  assert.deepEqual([one.t_s, one.ledger.total_J()], [1e-4, spent_J]);
});

const only =
  (parts: Partial<Record<Source, number>>) =>
  (source: Source): number =>
    parts[source] ?? 0;

test("a band is the product of the bands of the numbers behind it, summed over the sources", () => {
  const { low_J, e_J, high_J } = withBand(only({ tx: 1, sleep: 2 }), PROFILES);
  isNear(e_J, 3, "the sum");
  isNear(low_J, 0.8 + 2 * BANDS.assumed[0], "a datasheet's radio, an assumed sleep");
  isNear(high_J, 1.2 + 2 * BANDS.assumed[1], "a datasheet's radio, an assumed sleep");
  const [low, high] = PROFILES.mcu.weightsNote.band ?? BANDS[PROFILES.mcu.weightsNote.status];
  const cpu = withBand(only({ cpu: 1 }), PROFILES);
  isNear(cpu.low_J, 0.8 * low, "cycles times joules a cycle");
  isNear(cpu.high_J, 1.2 * high, "cycles times joules a cycle");
  assert.equal(PROFILES.mcu.weights, CORTEX_M4);
  assert.deepEqual(
    withBand(() => 0, PROFILES),
    { e_J: 0, low_J: 0, high_J: 0 },
  );
});

test("the band of noise knows its start-up too: half of the time at 16 MHz", () => {
  // 28 us within 0.8 .. 2 and 32 octets of 0.83 us within 0.8 .. 4, at 1.5 mW within 0.5 .. 2.
  const [start_s, octets_s] = [28e-6, 32 * 0.83e-6];
  const { low_J, high_J } = withBand(only({ entropyStart: 1.5e-3 * start_s, entropy: 1.5e-3 * octets_s }), PROFILES);
  isNear(low_J, 1.5e-3 * 0.5 * 0.8 * (start_s + octets_s), "at least");
  isNear(high_J, 1.5e-3 * 2 * (2 * start_s + 4 * octets_s), "at most");
});

test("the number that moves the total most is the one with the widest band of joules", () => {
  const most = moverOf(only({ sleep: 1, tx: 5 }), PROFILES);
  assert.equal(most?.number, "mcu.sleep_W", "1 J within a factor of 3 moves more than 5 J within 20 %");
  isNear(most?.moves_J ?? 0, BANDS.assumed[1] - BANDS.assumed[0], "by so much");
  assert.equal(moverOf(only({ sleep: 1, tx: 50 }), PROFILES)?.number, "radio.tx_W");
  const { value, unit, status } = moverOf(only({ tx: 1 }), PROFILES) ?? {};
  assert.deepEqual([value, unit, status], [4.8e-3 * 3, "W", "datasheet"]);
  assert.equal(
    moverOf(() => 0, PROFILES),
    undefined,
  );
});
