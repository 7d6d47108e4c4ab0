/**
 * Glare: both ends begin at once. Whatever each wants, and whoever's datagram is first, they come to one state, and the next session
 * is as good as the first.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { directly } from "../../../host/senaa/paa/authenticator.ts";
import type { Pac } from "../../../host/senaa/pac/pac.ts";
import { TERMINATION_CAUSE } from "../../../host/senaa/wire/codes.ts";
import { type Bed, haveSameLsa, inBed, pskServer } from "./bed.ts";
import { authenticated, STATION, STATION_PSK } from "./station.ts";

const { administrative } = TERMINATION_CAUSE;
/** One way, ms: what each end says is on its way when the other begins. */
const DELAY_ms = 4;
/** Of the second to begin, ms: before, between and behind the datagrams of the first. */
const APARTS_ms = [0, 2, 5, 9, 14];

type Does = (bed: Bed, pac: Pac, sessionId: string) => Promise<unknown>;
const ofPac = {
  "the PaC authenticates again": (_, pac) => pac.reauthenticate(),
  "the PaC logs out": (_, pac) => pac.leave(),
  "the PaC asks for a station": (_, pac) => authenticated(pac),
} as const satisfies Record<string, Does>;
const ofPaa = {
  "the PAA wishes a re-authentication": (bed, _, sessionId) => bed.paa.wishes(sessionId),
  "the PAA ends the session": (bed, _, sessionId) => bed.paa.abort(sessionId, administrative),
} as const satisfies Record<string, Does>;

for (const [what, does] of Object.entries(ofPac)) {
  for (const [wish, wishes] of Object.entries(ofPaa)) {
    test(`004-S5 004-S11: ${what} while ${wish}: one state at both ends, and a new session behind it`, async () => {
      await Promise.all(
        APARTS_ms.flatMap((apart_ms) => [glare(does, wishes, apart_ms), glare(wishes, does, apart_ms)]),
      );
    });
  }
}

test("004-S11: two ends of one session by the PAA at once: one of them tells the PaC", async () => {
  await Promise.all(
    APARTS_ms.map((apart_ms) => glare(ofPaa["the PAA ends the session"], ofPaa["the PAA ends the session"], apart_ms)),
  );
});

/** One session in which both happen. */
async function glare(first: Does, second: Does, apart_ms: number): Promise<void> {
  const devices = {
    authenticator: directly(pskServer((name) => (name === STATION ? STATION_PSK : undefined))),
    learned: () => true,
  };
  const said = `${apart_ms} ms apart`;
  await inBed(
    async (bed) => {
      const pac = bed.pac(2);
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string", `${said}: ${entered}`);
      const { sessionId } = entered;
      const both = [first(bed, pac, sessionId), later(apart_ms).then(() => second(bed, pac, sessionId))];
      // That an end is busy with its own is a mistake of whoever calls it, and told so.
      const settled = await Promise.allSettled(both);
      for (const one of settled) {
        if (one.status === "rejected") assert.ok(one.reason instanceof RangeError, `${said}: ${one.reason}`);
      }
      await until(() => (pac.session !== undefined) === bed.paa.open.includes(sessionId), `${said}: one state`);
      if (pac.session) assert.ok(haveSameLsa(bed, pac), `${said}: one key`);
      else assert.equal(bed.removed.length, 1, `${said}: the enforcement point has heard so, once`);
      if (pac.session) assert.equal(await pac.leave(), true, said);
      const again = await pac.enter();
      assert.ok(typeof again !== "string", `${said}: ${again}`);
      assert.notEqual(again.sessionId, sessionId);
      assert.ok(haveSameLsa(bed, pac), said);
    },
    { devices },
    { delay_ms: DELAY_ms },
  );
}

function later(delay_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay_ms));
}

/** As long as an end may take to find out by itself, on a busy machine. */
async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let waited_ms = 0; !isTrue(); waited_ms += 20) {
    assert.ok(waited_ms < 20_000, what);
    await later(20);
  }
}
