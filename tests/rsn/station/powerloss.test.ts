/** Power that fails at any instruction, and in any octet of a write: the record stays sound, and the next boot starts over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fuelOf, hasDied, meter } from "../../../host/device/meter.ts";
import { PowerFailure } from "../../../host/device/nvm.ts";
import { decodeRsnRecord, type RsnAkm } from "../../../host/rsn/station/record.ts";
import { repeated } from "../../support/devicerounds.ts";
import { AKMS, Bed, HANDSHAKE, OCTETS, OFF, OPEN, recordOf } from "./bed.ts";
import { pmkidOf } from "./oracle.ts";
import { AA, SPA } from "./scriptedap.ts";

const METERED = new WebAssembly.Module(meter(OCTETS) as Uint8Array<ArrayBuffer>);
/** Octets of the record that no station ever writes. */
const FIXED = [
  [0, 48],
  [64, 128],
] as const;
const TORN = ["old", "new", 0x00, 0xff] as const;

/** What is true of the record after any death. */
function isSound(bed: Bed, akm: RsnAkm, counter: number): void {
  const { record } = bed;
  for (const [from, to] of FIXED) assert.deepEqual(record.subarray(from, to), recordOf(akm).subarray(from, to));
  const report = decodeRsnRecord(record);
  assert.equal(report.failure, undefined);
  assert.ok(report.counter >= counter, "the counter never goes back");
  if (report.pmksa) assert.deepEqual(report.pmksa, { aa: AA, akm, pmkid: pmkidOf(akm, bed.ap.pmk, AA, SPA) });
}

/** A whole session from power-up. */
function lives(bed: Bed): void {
  bed.restart();
  bed.ap.counter = 0n;
  assert.equal(bed.station.state, OFF);
  bed.reach(OPEN);
}

for (const akm of AKMS) {
  const rounds = repeated(60);
  test(`AKM ${akm}: ${rounds} deaths at any instruction from power-up to the open port: the record is whole, the next life works`, () => {
    const measured = new Bed(akm, { module: METERED });
    const full = fuelOf(measured.exports).value;
    measured.reach(OPEN);
    const whole = full - fuelOf(measured.exports).value;
    const bed = new Bed(akm, { module: METERED });
    for (let round = 0; round < rounds; round++) {
      const { counter } = decodeRsnRecord(bed.record);
      bed.restart();
      bed.ap.counter = 0n;
      fuelOf(bed.exports).value = Math.floor((whole * (round + 0.5)) / rounds);
      assert.throws(() => bed.reach(OPEN), WebAssembly.RuntimeError);
      assert.ok(hasDied(bed.exports), "it died of the meter");
      isSound(bed, akm, counter);
    }
    lives(bed);
  });
}

for (const akm of [1, 5] as const) {
  test(`AKM ${akm}: power fails in any octet of the PMKSA's write: it is whole, or there is none (000-R12)`, () => {
    const first = new Bed(akm).reach(HANDSHAKE);
    const before = first.nvm.written;
    first.keys();
    const octets = first.nvm.written - before;
    assert.ok(octets >= 64, `${octets} octets are written`);
    for (let n = 1; n <= octets; n++) {
      const torn = TORN[n % TORN.length];
      const bed = new Bed(akm).reach(HANDSHAKE);
      bed.nvm.cutAt(n, torn);
      assert.throws(() => bed.keys(), PowerFailure);
      isSound(bed, akm, 1);
      lives(bed);
    }
  });

  test(`AKM ${akm}: a PMKSA of another AP is replaced, and torn leaves none of the two`, () => {
    const bed = new Bed(akm).reach(OPEN);
    const { pmksa } = decodeRsnRecord(bed.record);
    // Another one, whole, in its place.
    bed.nvm.octets[128 + 5] ^= 1;
    assert.equal(decodeRsnRecord(bed.record).pmksa, undefined, "its CRC is wrong");
    lives(bed);
    assert.deepEqual(decodeRsnRecord(bed.record).pmksa?.aa, pmksa?.aa);
    const { written } = bed.nvm;
    assert.ok(written >= 64, "it was written anew");
  });

  test(`AKM ${akm}: a PMKSA that cannot be written does not keep the port shut`, () => {
    const bed = new Bed(akm).reach(HANDSHAKE);
    bed.nvm.failWrite = () => ({ written: 3 });
    bed.keys();
    assert.equal(bed.station.state, OPEN);
    lives(bed);
  });
}

test("the boot counter rises once a power cycle with a nonce, and is never written without one", () => {
  const bed = new Bed(2).reach(OPEN);
  assert.equal(decodeRsnRecord(bed.record).counter, 1);
  bed.station.start();
  bed.restart();
  bed.nvm.log = [];
  bed.station.boot();
  bed.takes(bed.ap.beacon());
  bed.station.start();
  assert.deepEqual(bed.nvm.log, []);
});
