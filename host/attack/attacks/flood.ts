/*
 * M2s of nobody: each may make the AP derive keys before it can see that the frame is worth nothing.
 */

import { emitNumbered } from "../../wire/numbered.ts";
import { readLe16 } from "../../wire/octets.ts";
import { emitResponse } from "../../wire/response.ts";
import { type Attack, check, counted, derived, timed } from "../attack.ts";
import { responseAirtime_s } from "../attacker.ts";
import { Crowd } from "../crowd.ts";
import type { Kit } from "../kit.ts";

export const flood: Attack = {
  name: "m2-flood",
  title: "M2s of nobody make the AP compute",
  needs: "a transmitter",

  run(kit) {
    const one = new Crowd(kit, 1);
    const eight = new Crowd(kit, 8);
    const id = idIn(one);
    const costs = [
      { what: "an ID that nobody has", ...one.workFor(bogus(kit, id ^ 0x100, 0)) },
      { what: "a device's ID, no session open", ...one.workFor(bogus(kit, id, 0)) },
      { what: "a device's ID, one candidate", ...opened(one).workFor(bogus(kit, id, 1)) },
      { what: "an ID of eight devices", ...opened(eight).workFor(bogus(kit, idIn(eight), 2)) },
    ];
    const times = kit.times(20_000, 500);
    const [cheap_s, one_s, eight_s] = [
      secondsEach(one, times, (n) => bogus(kit, id ^ 0x100, n)),
      secondsEach(opened(one), times, (n) => bogus(kit, id, n)),
      secondsEach(opened(eight), times / 4, (n) => bogus(kit, idIn(eight), n)),
    ];
    const airtime_s = responseAirtime_s(kit.plan, bogus(kit, id, 0).length);
    const perSecond = 1 / airtime_s;
    // In the midst of it, a device's own.
    const { victim } = one.members[0];
    const m1 = one.trigger();
    const midst = Math.min(times, MIDST);
    for (let n = 0; n < midst; n++) one.reaches(bogus(kit, id, n));
    const m2 = victim.hears(m1).answer?.frame;
    const honest = m2 ? one.reaches(m2).kind : "none";
    const worst = costs[costs.length - 1];
    const asked = askedInFlood(kit, times);
    const data = macsForData(kit);
    return {
      happens: [
        ...costs.map(({ what, kdf, mic, received }) => {
          const outcome = received.kind === "refused" ? received.reason : received.kind;
          return `An M2 with ${what} costs the AP ${kdf} PTKs and ${mic} MICs (${outcome}).`;
        }),
        `At ${kit.plan.ulRate_kbps} kb/s the air carries at most ${Math.round(perSecond).toLocaleString("en")} of the shortest of them a second and channel.`,
        `After ${midst.toLocaleString("en")} of them in its session the device's own M2 gave a ${honest}. Its M3 is the only sign that an M2 gets: of a bogus one there is none.`,
        `${asked.frames.toLocaleString("en")} of them that name a generation which the AP does not hold made it ask the key service ${asked.asked} times: once for each of the ${asked.devices} devices of that ID in a session.`,
        `Bogus UL Data is tried against every session of its ID: ${data.mics} MICs with ${data.sessions} of them, no PTK.`,
      ],
      here: [
        `So many a second take ${percent(perSecond * one_s)} of a core with one candidate, ${percent(perSecond * eight_s)} with eight.`,
      ],
      verdict: "bounded",
      stops:
        "R3: one open session a channel and 8 candidates bound each frame; the air bounds their number. R4: a refused one leaves counters. The key service is asked once a device and session",
      figures: [
        ...costs.map(({ what, kdf }) => counted(`PTKs derived for an M2 with ${what}`, kdf, "PTKs")),
        counted("MICs computed for an M2, at most", worst.mic, "MICs"),
        counted("questions to the key service in a session", asked.asked, "questions"),
        counted(`MICs for bogus UL Data, ${data.sessions} sessions of its ID`, data.mics, "MICs"),
        timed("an M2 with an ID that nobody has", cheap_s, "s"),
        timed("an M2 with one candidate", one_s, "s"),
        timed("an M2 with eight candidates", eight_s, "s"),
        derived("M2s that the air carries a second", perSecond, "Hz"),
        timed("of a core, one candidate", perSecond * one_s, "cores"),
        timed("of a core, eight candidates", perSecond * eight_s, "cores"),
      ],
      checks: [
        check("an M2 without a session or a known ID derives nothing", costs[0].kdf === 0 && costs[1].kdf === 0),
        check("one with one candidate derives one PTK, one with eight eight", costs[2].kdf === 1 && costs[3].kdf === 8),
        check("the key service is asked no more than once a device", asked.asked === asked.devices),
        check("the device's own M2 is taken in the midst of the flood", honest === "reading"),
      ],
    };
  },
};

/** M2s of a generation that no PMK is there of, in one session. */
function askedInFlood(kit: Kit, times: number): { frames: number; asked: number; devices: number } {
  const crowd = opened(new Crowd(kit, 8));
  const frames = Math.min(times, 1_000);
  const events = (): number => Object.values(crowd.keys.events).reduce((sum, n) => sum + n, 0);
  const before = events();
  for (let n = 0; n < frames; n++) crowd.reaches(bogus(kit, idIn(crowd), n, 1));
  return { frames, asked: events() - before, devices: crowd.members.length };
}

/** Every device of one ID in a session of its own; then a Data frame of nobody. */
function macsForData(kit: Kit): { sessions: number; mics: number } {
  const crowd = new Crowd(kit, 12);
  for (const { spa, victim } of crowd.members) {
    const m2 = victim.hears(crowd.trigger(spa)).answer?.frame;
    if (m2) crowd.reaches(m2);
  }
  const { profile } = kit.plan;
  const fields = { encrypted: true, generation: 0, profile, pn: 2, payload: new Uint8Array(4) };
  const data = emitNumbered({ type: "Data", id: idIn(crowd), ...fields, mic: new Uint8Array(profile.M) });
  return { sessions: crowd.members.length, mics: crowd.workFor(data).mic };
}

function idIn({ members }: Crowd): number {
  const [{ victim }] = members;
  return readLe16(victim.nvm.octets, 12);
}

function opened(crowd: Crowd): Crowd {
  crowd.trigger();
  return crowd;
}

/** As short as an M2 can be: no payload. */
function bogus({ plan: { profile } }: Kit, id: number, n: number, generation = 0): Uint8Array {
  const sNonce = new Uint8Array(profile.N);
  new DataView(sNonce.buffer).setUint32(0, n);
  const mic = new Uint8Array(profile.M).fill(n);
  const fields = { encrypted: true, generation, profile, sNonce, payload: new Uint8Array(0), mic };
  return emitResponse({ type: "Response", id, ...fields });
}

/** The least of a few rounds. */
function secondsEach(crowd: Crowd, times: number, make: (n: number) => Uint8Array): number {
  const frames = Array.from({ length: Math.max(1, Math.floor(times / ROUNDS)) }, (_, n) => make(n));
  let least_s = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    crowd.trigger();
    const start_ms = performance.now();
    for (const frame of frames) crowd.reaches(frame);
    least_s = Math.min(least_s, (performance.now() - start_ms) / 1000 / frames.length);
  }
  return least_s;
}

const ROUNDS = 5;
/** A session lasts a second behind its last slot: so many, a tenth of a millisecond apart, leave time for one more. */
const MIDST = 5_000;

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
