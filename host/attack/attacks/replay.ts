/*
 * Everything that went over the air is sent again, to both ends; and the one thing that replay protection stands on is
 * taken away: an AP whose CSPRNG repeats itself.
 */

import { AccessPoint } from "../../ap/accesspoint.ts";
import { nodeCrypto } from "../../crypto/node.ts";
import { statusName } from "../../device/abi.ts";
import type { World } from "../../explore/world.ts";
import { FC } from "../../wire/fc.ts";
import { MAC } from "../../wire/mac.ts";
import { toHex } from "../../wire/octets.ts";
import { type Attack, check, counted } from "../attack.ts";
import type { Kit } from "../kit.ts";

export const replay: Attack = {
  name: "replay",
  title: "recorded M1s, M2s, M3s and Data are sent again; an ANonce comes twice",
  needs: "a receiver and a transmitter",

  run(kit) {
    const recorded = replayAll(kit);
    const { exchanges, m1s, answered, sNonces, m2s, taken, m3s, m3sTaken, violations } = recorded;
    const twin = repeatedANonce(kit);
    return {
      happens: [
        `${exchanges} exchanges were recorded. Each of their ${m1s} M1s, replayed, was answered: ${answered} M2s with ${sNonces} different SNonces, so under ${sNonces} new PTKs.`,
        `The AP took ${taken} readings out of ${m2s} M2s and Data frames replayed to it, or M2s made for a replayed M1 (${reasons(recorded.apReasons)}).`,
        `The station took ${m3sTaken} of ${m3s} M3s and Data frames replayed to it (${reasons(recorded.deviceReasons)}).`,
        `With an AP whose random numbers begin again after a restart, one ANonce went out twice: the station's two answers had ${twin.differentKeys ? "different PTKs all the same" : "the SAME PTK"}, but the M2 of before the restart, replayed, was taken ${twin.takenAgain} time more, and the observer ${twin.seen ? "saw it" : "did NOT see it"}.`,
      ],
      verdict: "stopped",
      stops:
        "R2 (a new SNonce each time), R3 (one open session, one reading an ANonce), R4. The AP's CSPRNG is trusted: a repeated ANonce lets an old reading in once more",
      figures: [
        counted("M1s replayed", m1s, "frames"),
        counted("different SNonces in the answers", sNonces, "SNonces"),
        counted("M2s and Data brought to the AP by the attacker", m2s, "frames"),
        counted("readings taken out of them", taken, "readings"),
        counted("M3s and Data replayed to the station", m3s, "frames"),
        counted("of those taken", m3sTaken, "frames"),
        counted("old readings taken under a repeated ANonce", twin.takenAgain, "readings"),
      ],
      checks: [
        check("every replayed M1 got a new SNonce", answered === m1s && sNonces === answered),
        check("no replayed M2 gave a reading", taken === 0),
        check("no replayed M3 or Data was taken", m3sTaken === 0),
        check("no rule was broken with an honest CSPRNG", violations === 0),
        check("a repeated ANonce alone repeats no PTK", twin.differentKeys),
        check("the observer sees an old reading taken under a repeated ANonce", twin.seen && twin.takenAgain === 1),
      ],
    };
  },
};

type Reasons = Map<string, number>;

function replayAll(kit: Kit) {
  const world = kit.world();
  const exchanges = kit.times(200, 25);
  const apReasons: Reasons = new Map();
  const deviceReasons: Reasons = new Map();
  world.boot("lost");
  for (let i = 0; i < exchanges; i++) {
    world.exchange();
    const data = world.data();
    if (data) world.hears(data);
    world.says();
  }
  const down = world.heard("down");
  const up = world.heard("up");
  const sNonces = new Set<string>();
  let [m1s, answered, m2s, taken, m3s, m3sTaken] = [0, 0, 0, 0, 0, 0];
  const toAp = (frame: Uint8Array): void => {
    m2s++;
    const reason = takes(world, frame);
    if (reason === undefined) taken++;
    else note(apReasons, reason);
  };
  world.die();
  world.boot("lost");
  // While a session is open, so that the AP has something to try them against.
  world.trigger();
  for (const frame of down) {
    if (frame[MAC.fc] !== FC.Trigger) continue;
    m1s++;
    const m2 = world.hears(frame, true)?.frame;
    if (!m2) continue;
    answered++;
    sNonces.add(toHex(m2.subarray(MAC.body, MAC.body + world.variant.profile.N)));
    toAp(m2);
    for (const other of down) {
      if (other[MAC.fc] === FC.Trigger) continue;
      m3s++;
      const status = world.device.call({ kind: "receive", frame: other })?.status ?? 0;
      if (status >= 0) m3sTaken++;
      else note(deviceReasons, statusName(status) ?? String(status));
    }
  }
  for (const frame of up) toAp(frame);
  const violations = world.witness.violations.length;
  return {
    exchanges,
    m1s,
    answered,
    sNonces: sNonces.size,
    m2s,
    taken,
    m3s,
    m3sTaken,
    apReasons,
    deviceReasons,
    violations,
  };
}

/** Gives it to the AP; why it is refused, undefined: it gave a reading. */
function takes(world: World, frame: Uint8Array): string | undefined {
  world.now_s += 1e-4;
  const received = world.aps[0].receive(0, frame, world.now_s);
  return received.kind === "refused" ? received.reason : received.kind === "ack" ? "an Ack means nothing" : undefined;
}

/** An AP whose random numbers are always the same: its first ANonce after a restart is the one of before. */
function repeatedANonce(kit: Kit) {
  const stuck = { ...nodeCrypto, randomBytes: (length: number) => new Uint8Array(length).fill(0xa5) };
  const world = kit.world(undefined, { makeAp: (options) => new AccessPoint({ ...options, crypto: stuck }) });
  world.boot("lost");
  world.read();
  const first = world.hears(world.trigger())?.frame;
  if (first) world.sends(first);
  world.aps[0].restart();
  world.read();
  // Its session IDs begin again, too: the very octets of before.
  world.die();
  world.boot("lost");
  world.read();
  const second = world.hears(world.trigger())?.frame;
  // It is taken if there is an M3 for it.
  const takenAgain = first && world.reaches(first, 0, true) ? 1 : 0;
  const N = world.variant.profile.N;
  const nonceOf = (frame?: Uint8Array): string => (frame ? toHex(frame.subarray(MAC.body, MAC.body + N)) : "");
  const seen = world.witness.violations.some(({ rule }) => rule === "AMP-R3");
  return { differentKeys: first !== undefined && nonceOf(first) !== nonceOf(second), takenAgain, seen };
}

function note(reasons: Reasons, reason: string): void {
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}

function reasons(counts: Reasons): string {
  return [...counts].map(([reason, n]) => `${reason} ${n.toLocaleString("en")}`).join(", ") || "nothing refused";
}
