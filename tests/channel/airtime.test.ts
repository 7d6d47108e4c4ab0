/** Airtimes against the tables of the public record, row by row; octets on the air at any instant; slots that hold them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AMP_SIFS,
  DL_RATES_kbps,
  dlAirtime_us,
  dlOctetsAt,
  dlTail_us,
  PADDING_PROTECTED,
  PADDING_UNPROTECTED,
  ulAirtime_us,
  ulOctetsAt,
  ulSync_us,
} from "../../host/channel/airtime.ts";
import { slotDurationFor_4us, slotStart_us } from "../../host/channel/slots.ts";
import { ACK_OCTETS } from "../../host/wire/ack.ts";
import { OVERHEAD_OCTETS } from "../../host/wire/mac.ts";
import { UL_RATES_kbps } from "../../host/wire/triggerinfo.ts";

/** Body octets, then microseconds at 250 kb/s, 1 Mb/s and 4 Mb/s. */
const UPLINK = [
  [8, 528, 132, 36],
  [24, 1040, 260, 68],
  [48, 1808, 452, 116],
  [64, 2320, 580, 148],
];
/** Body octets, then microseconds at 250 kb/s and 1 Mb/s, protected padding. */
const DOWNLINK = [
  [14, 890, 338],
  [22, 1146, 402],
  [38, 1658, 530],
];
/** An Ack, unprotected padding. */
const ACK = [330, 186];

test("uplink PPDUs: every row of the table", () => {
  for (const [body, ...times_us] of UPLINK) {
    assert.deepEqual(
      UL_RATES_kbps.map((rate) => ulAirtime_us(body + OVERHEAD_OCTETS, rate)),
      times_us,
    );
  }
});

test("downlink PPDUs: every row of the table, and the Ack", () => {
  for (const [body, ...times_us] of DOWNLINK) {
    const octets = body + OVERHEAD_OCTETS;
    assert.deepEqual(
      DL_RATES_kbps.map((rate) => dlAirtime_us(octets, rate, PADDING_PROTECTED.value)),
      times_us,
    );
  }
  assert.deepEqual(
    DL_RATES_kbps.map((rate) => dlAirtime_us(ACK_OCTETS, rate, PADDING_UNPROTECTED.value)),
    ACK,
  );
});

test("a station computes for about 46 us before the first slot: padding and a SIFS", () => {
  assert.equal(dlTail_us(PADDING_PROTECTED.value) - dlTail_us(0) + AMP_SIFS.value, 46);
});

test("rates that a direction has not are refused by name", () => {
  assert.throws(() => ulAirtime_us(8, 2000), {
    name: "RangeError",
    message: /^rate_kbps: 2000 is none of the uplink's/,
  });
  assert.throws(() => dlAirtime_us(8, 4000, 36), {
    name: "RangeError",
    message: /^rate_kbps: 4000 .*downlink's, 250, 1000/,
  });
});

test("octets on the air: none before the data, one more at the end of each, all of them from there on", () => {
  const octets = 31;
  const both = [
    ...UL_RATES_kbps.map((rate) => ({ rate, lead_us: ulSync_us(rate), at: ulOctetsAt })),
    // 32 + 80 us, and 16 bits at the rate
    ...DL_RATES_kbps.map((rate) => ({ rate, lead_us: 112 + 16000 / rate, at: dlOctetsAt })),
  ];
  for (const { rate, lead_us, at } of both) {
    const octet_us = 8000 / rate;
    for (const early of [-5, 0, lead_us / 2, lead_us, lead_us + octet_us - 0.05])
      assert.equal(at(early, octets, rate), 0);
    for (let k = 1; k <= octets; k++) {
      const end_us = lead_us + k * octet_us;
      assert.equal(at(end_us, octets, rate), k);
      assert.equal(at(end_us - 0.05, octets, rate), k - 1);
      // An instant that went through seconds late in a long run.
      assert.equal(at((12345.678 + end_us / 1e6 - 12345.678) * 1e6, octets, rate), k);
    }
    assert.equal(at(1e9, octets, rate), octets);
  }
});

test("a slot holds M2, SIFS, M3, SIFS, rounded up to the unit of Slot Duration", () => {
  const content = { m2_octets: 47, ulRate_kbps: 1000, m3_octets: 17, dlRate_kbps: 1000, padding_us: 36 };
  // 12 + 376, 10, 32 + 80 + 16 + 136 + 36 + 6, 10 = 714
  assert.equal(slotDurationFor_4us(content), Math.ceil(714 / 4));
  assert.equal(slotDurationFor_4us({ ...content, padding_us: 38 }), 179, "716 is whole");
  assert.equal(slotDurationFor_4us({ ...content, padding_us: 39 }), 180);
  const worst = { m2_octets: 71, ulRate_kbps: 250, m3_octets: 71, dlRate_kbps: 250, padding_us: 36 };
  const duration_us = 4 * slotDurationFor_4us(worst);
  const needed_us = 2320 + 10 + (32 + 80 + 64 + 71 * 32 + 36 + 6) + 10;
  assert.ok(duration_us >= needed_us && duration_us < needed_us + 4);
  assert.throws(() => slotDurationFor_4us({ ...worst, padding_us: 262_140 }), {
    name: "RangeError",
    message: /longer than/,
  });
});

test("slot k starts one SIFS and k durations behind the end of M1", () => {
  assert.deepEqual(
    [0, 1, 2, 254].map((k) => slotStart_us(k, { slotDuration_4us: 179 })),
    [10, 726, 1442, 10 + 254 * 716],
  );
});
