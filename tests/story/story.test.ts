/** Born, moved, used: what one story shows, and that its keys really follow from each other. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { SCHEMES } from "../../host/mih/schemes/scheme.ts";
import { AA } from "../../host/story/plant.ts";
import { SPA, type Story } from "../../host/story/story.ts";
import { CHAPTERS } from "../../host/story/telling.ts";
import { deviceKeyOf, pmkOf as handoverPmkOf, nameOf } from "../handover/bed.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { hex } from "../twin/bytes.ts";
import { splitFrame } from "../twin/frames.ts";
import { midstates } from "../twin/hmac.ts";
import { pmkOf } from "../twin/keys.ts";
import { openNumbered } from "../twin/session.ts";
import { exchangesOf, mskOf, overheard, told, unwrapped } from "./bed.ts";

const skip = skipWithoutPrograms("openssl");
const PSK = new Uint8Array(16).fill(0x5c);
/** HANDOVER WRAPPED: opcode(1) AA(6) and MGK(16) as RFC 3394 wraps it(24). */
const WRAPPED = { opcode: 0x05, keyAt: 7, octets: 31 } as const;

const chaptersOf = ({ rungs }: Story): readonly string[] => [...new Set(rungs.map(({ chapter }) => chapter))];
const ampOf = ({ rungs }: Story): string =>
  rungs
    .filter(({ way }) => way === "AMP" || way === "802.11")
    .map(({ octets }) => hex(octets))
    .join("\n");

for (const scheme of SCHEMES) {
  test(`004-S18 002-A11 003-M6 ${scheme}: born by EAP-PSK inside SeNAA, moved by 802.21, read by both access points, with deaths`, {
    skip,
  }, async () => {
    const story = await told({ scheme });
    assert.equal(story.ended, undefined, "it comes to its end");
    assert.deepEqual(chaptersOf(story), CHAPTERS);
    const { lived } = story;
    assert.ok(lived);
    assert.ok(lived.readings["AP 1"] > 0 && lived.readings["AP 2"] > 0, "both take readings");
    assert.ok(lived.deaths > 0 && lived.deaths === lived.timeline.stations[0].lives.filter((one) => one.phase).length);
    assert.ok(lived.told_s !== null && lived.told_s > 0, "the station has answered with the key's name");
    assert.equal(lived.violations, 0);
    // By the frames themselves: from the wish to the Data that answers the command, from the move to the M2 that AP 2 heard.
    const origin_s = story.rungs.find(({ way }) => way === "802.21")?.time_s ?? Number.NaN;
    for (const [name, to, from_s, counted_s] of [
      ["Data", "AP 1", lived.wish_s, lived.told_s],
      ["M2", "AP 2", lived.move_s, lived.first_s],
    ] as const) {
      const frames = story.rungs.filter((rung) => rung.name === name && rung.to === to && rung.fate === undefined);
      const sent_s = (frames[0]?.time_s ?? Number.NaN) - origin_s - from_s;
      assert.ok(
        counted_s !== null && counted_s >= sent_s && counted_s - sent_s < 0.01,
        `${name}: ${counted_s} s, sent ${sent_s} s`,
      );
    }
    assert.deepEqual(story.served, [], "access points that have left are served no more");
    const isSeen = story.remarks.some(({ text }) => text.endsWith("AP 1 has had it in its hands"));
    assert.equal(isSeen, scheme !== "21d", "of the three schemes only the third has AP 1 pass on what is wrapped");
  });
}

test("004-S18 002-A11: who knows the station's EAP-PSK key follows every key from there to the last reading at AP 2, by other code", {
  skip,
}, async () => {
  const { rungs, rootPrint } = await told({ psk: PSK });
  const root = mskOf(PSK, rungs).slice(0, 32);
  assert.equal(rootPrint, createHash("sha256").update(root).digest("hex").slice(0, 16), "MSK[0..31] is the root");
  const exchanges = exchangesOf(rungs);
  let [atFirst, atNext] = [0, 0];
  let k: Uint8Array | undefined;
  for (const { m1, m2, m3 } of exchanges) {
    const [aa, octets] = [AA[m1.from as "AP 1" | "AP 2"], [m1.octets, m2.octets] as const];
    if (m1.from === "AP 1") {
      // Behind TriggerInfo, AA and the ANonce of the compact profile.
      const modifier = splitFrame(m1.octets).body.slice(28, 36);
      const heard = overheard(...octets, { pmk: pmkOf(midstates(root), modifier, aa, SPA), aa, spa: SPA });
      assert.ok(heard, `the M2 at ${m2.time_s} s is under a PMK of that root`);
      assert.deepEqual(heard.modifier, modifier);
      atFirst++;
      const payload = m3 && openNumbered(heard.session, aa, splitFrame(m3.octets));
      if (payload?.[0] === WRAPPED.opcode) {
        assert.equal(payload.length, WRAPPED.octets);
        k = unwrapped(deviceKeyOf(root, SPA), payload.slice(WRAPPED.keyAt));
      }
    } else {
      assert.ok(k, "the key of AP 2 came in an M3 of AP 1");
      const heard = overheard(...octets, { pmk: midstates(handoverPmkOf(k, aa, SPA)), aa, spa: SPA });
      assert.ok(heard, `the M2 at ${m2.time_s} s is under the handover PMK`);
      assert.deepEqual(heard.modifier, nameOf(k, aa, SPA), "which the M1 asks for by name");
      atNext++;
    }
  }
  assert.ok(atFirst > 100 && atNext > 100, `readings of a minute: ${atFirst} and ${atNext}`);
});

test("004-S18: another EAP-PSK key makes other keys everywhere, and the same the same; seeds and keys alone decide", {
  skip,
}, async () => {
  const set = ["duration_s=12"];
  const [one, again, other, seed] = await Promise.all([
    told({ psk: PSK, set }),
    told({ psk: PSK, set }),
    told({ psk: PSK.map((octet) => octet ^ 1), set }),
    told({ psk: PSK, set, seed: 2 }),
  ]);
  assert.equal(one.rootPrint, again.rootPrint);
  assert.equal(ampOf(one), ampOf(again), "frame by frame, on both airs");
  for (const another of [other, seed]) {
    assert.notEqual(one.rootPrint, another.rootPrint);
    assert.notEqual(ampOf(one), ampOf(another));
  }
});

test("004-S18: a station with another key than the network knows has no third chapter, and no root", {
  skip,
}, async () => {
  const story = await told({ isWrong: true });
  assert.deepEqual(story.ended, {
    chapter: "the station is born",
    reason: "the network did not authenticate the station",
  });
  assert.deepEqual(chaptersOf(story), CHAPTERS.slice(0, 2));
  assert.equal(story.rungs.at(-1)?.name, "Deauthentication");
  assert.equal(story.rootPrint, undefined);
  assert.equal(story.lived, undefined);
});

test("003-M6: a station that cannot be told of the move in time is not read by AP 2, and the story says so", {
  skip,
}, async () => {
  // A capacitor that holds an exchange and never a command behind it.
  const story = await told({ set: ["override.storage.capacitance_F=2.2e-6"] });
  assert.ok(story.lived);
  assert.equal(story.lived.told_s, null);
  assert.equal(story.ended?.chapter, "readings at the next access point");
  assert.match(story.ended.reason, /^AP 2 took no reading; ampcore run story, with the same options, says what/);
});

test("a station that takes no reading at all ends in the chapter of its readings, and whatever the AP says beside comes through", {
  skip,
}, async () => {
  const never = await told({ set: ["override.storage.capacitance_F=1e-7", "duration_s=12"] });
  assert.equal(never.ended?.chapter, "readings on harvested power");
  assert.match(never.ended.reason, /^AP 1 took no reading/);
  assert.deepEqual(never.served, ["AP 1", "AP 2"], "the access points are in, as nobody has told them to leave");
  const long = await told({ set: ["ap.trigger_data_octets=8", "ap.confirm_data_octets=4", "duration_s=12"] });
  assert.equal(long.ended, undefined);
  const lengths = (story: Story, name: string): number[] => [
    ...new Set(
      story.rungs.filter((rung) => rung.way === "AMP" && rung.name === name).map(({ octets }) => octets.length),
    ),
  ];
  assert.deepEqual(lengths(long, "M1"), [43 + 8]);
  assert.ok(lengths(long, "M3").includes(17 + 4), "data in the M3");
});
