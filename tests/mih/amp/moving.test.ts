/** 001-P1: what preparing a handover costs and gives; a short form of bench/handover gives the committed figures. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../../host/build/build.ts";
import { ampMove } from "../../../host/mih/amp/moving/ampmove.ts";
import { authenticated } from "../../../host/mih/amp/moving/authentication.ts";
import { moveMaterials } from "../../../host/mih/amp/moving/materials.ts";
import { DEFAULT_MEASURE, type MovesResult, measuredMoves } from "../../../host/mih/amp/moving/measure.ts";
import type { Way } from "../../../host/mih/amp/moving/moved.ts";
import { meanOf, shareOf, spreadOf } from "../../../host/mih/amp/moving/statistics.ts";
import { moveTables } from "../../../host/mih/amp/moving/tables.ts";
import { checkScenario } from "../../../host/sim/scenario/read.ts";

const committed: MovesResult = JSON.parse(readFileSync(join(ROOT, "bench/results/handover.json"), "utf8"));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("001-P1 001-P2 001-P3: the first move of each way is the committed one, before and after it", async () => {
  const options = { ...DEFAULT_MEASURE, seeds: [1], conditions: DEFAULT_MEASURE.conditions.slice(0, 1) };
  const fresh = await measuredMoves(await moveMaterials(), options);
  assert.deepEqual(plain(fresh.first), committed.first);
  assert.equal(fresh.eap_J, committed.eap_J, "what EAP-PSK costs a station");
  assert.equal(moveTables(fresh)[0].rows.length, 1, "a row of each condition");
  const of = (way: Way) => fresh.first[options.ways.indexOf(way)];
  for (const way of ["xor", "21a", "21d"] as const) {
    const { before, after, delay_s } = of(way);
    assert.ok(before.network.messages > 0 && before.air.messages === 1 && before.nvm_octets === 92, `${way}: before`);
    assert.deepEqual(
      [after.network.messages, after.air.messages],
      [0, 3],
      `${way}: M1, M2 and M3 are all there is after`,
    );
    assert.equal(delay_s, of("modifier").delay_s, `${way}: is no faster than a Modifier`);
  }
  assert.equal(of("modifier").before.air.octets, 0, "a Modifier needs nothing on the air before");
  assert.ok(of("modifier").after.air.octets === of("21d").after.air.octets, "and no more after");
});

test("001-P1: a station that is moved before it has answered is nobody's at the next AP, unless a key service serves that", async () => {
  const { crypto, release, roaming } = await moveMaterials();
  const scenario = checkScenario(
    { stations: { count: 1 }, ap: { slots: 4, slot_us: 2800 }, harvest: { source: "constant" } },
    "a hurried move",
  );
  const times = { wish_s: 3.019, move_s: 3.02, patience_s: 1 };
  const move = (way: "21a" | "modifier") =>
    ampMove({
      scenario,
      materials: { crypto, module: way === "21a" ? roaming : release },
      way,
      times,
      network_ms: 5,
      networkLoss: 0,
      keyService_ms: 10,
    });
  const [hurried, unprepared] = [await move("21a"), await move("modifier")];
  assert.deepEqual([hurried.preparation_s, hurried.delay_s], [null, null]);
  assert.ok(unprepared.delay_s !== null, "under a Modifier it is answered");
});

test("001-P2: EAP-PSK is six RADIUS datagrams, and pre-authentication as many EAPOL frames as an association's EAP", () => {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const { radius, ethernet, air } = authenticated({
    spa: Uint8Array.of(2, 0, 0, 0, 0, 1),
    aa: Uint8Array.of(2, 0, 0, 0, 0, 2),
    ssid: utf8("ampnet"),
    identity: utf8("station"),
    psk: new Uint8Array(16),
  });
  assert.deepEqual([radius.messages, ethernet.messages, air.messages], [6, 8, 8]);
  // LLC/SNAP(8), MPDU header(24), CCMP(16) and FCS(4) in place of the Ethernet header(14).
  assert.equal(air.octets - ethernet.octets, 8 * 38);
});

test("statistics: quantiles with moves that came to nothing, Wilson's interval, and the mean's", () => {
  const values = [...Array.from({ length: 98 }, (_, i) => i + 1), null, null];
  assert.deepEqual(spreadOf(values), { median: 50, low: 41, high: 60, p5: 5, p95: 95 });
  assert.deepEqual(spreadOf([null]), { median: null, low: null, high: null, p5: null, p95: null });
  const { share, low, high } = shareOf(10, 10);
  assert.deepEqual([share, Math.round(1000 * low), high], [1, 722, 1]);
  const mean = meanOf([1, 3]);
  assert.deepEqual([mean.mean, Math.round(100 * mean.high)], [2, 396]);
  for (const of of [() => meanOf([]), () => shareOf(0, 0), () => spreadOf([])]) assert.throws(of, RangeError);
});
