/** The committed AMP vectors from the AP's side: given their ANonce, it sends the DL frames that they have and takes the UL ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessPoint, type TriggerRequest } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import type { KeyDesk } from "../../host/keys/link.ts";
import type { Answer } from "../../host/wire/command.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { toHex, hex as unhex } from "../support/hex.ts";
import { decodeTdc, decodeTriggerBody, decodeTriggerInfo, splitFrame } from "../twin/frames.ts";
import { AA_LOW, SPA } from "../vectors/world.ts";
import { type Case, casesOf, EXAMPLE } from "../wire/vectors.ts";
import { ObservedCrypto } from "./observed.ts";

/** An AP that holds this PMK and is about to send this M1. */
function apFor(m1: Uint8Array, parties: { aa: Uint8Array; spa: Uint8Array }, generation: number, pmk: Uint8Array) {
  const { fc, id, tdc, body } = splitFrame(m1);
  const { profile: number, modifier: hasModifier } = decodeTdc(tdc);
  const profile = PROFILES[number - 1];
  const { info, aNonce, modifier, dlData } = decodeTriggerBody(body, { ...profile }, hasModifier);
  assert.deepEqual([fc, toHex(body.slice(6, 12))], [0x08, toHex(parties.aa)]);
  const { sessionId, reserved: _, ...asked } = decodeTriggerInfo(info);
  const request: TriggerRequest = { ...asked, profile, data: dlData, to: id === 0xffff ? "broadcast" : parties.spa };

  const crypto = new ObservedCrypto(parties.aa);
  const keys = new PmkTable(parties.aa, crypto);
  const desk = { command: undefined as Uint8Array | undefined, offered: [] as Answer[] };
  const service: KeyDesk = {
    commandFor: () => desk.command,
    offer: (_spa, answer) => desk.offered.push(answer) > 0,
    missing: () => {},
  };
  keys.assign(modifier ?? undefined, () => {});
  keys.hold({ spa: parties.spa, pmks: [{ generation, pmk }] }, () => {});
  keys.begin(() => {});
  const ap = new AccessPoint({ crypto, keys, service, triggerSpan_s: () => 0 });
  // The Session ID is the AP's own, one more with each trigger.
  for (let i = 0; i < sessionId; i++) ap.trigger(0, request, 0);
  crypto.planned.push(aNonce);
  assert.equal(toHex(ap.trigger(0, request, 0)), toHex(m1), "M1");
  return { ap, desk, crypto, spa: parties.spa };
}

/** The AP takes M2 and answers with that M3. */
function confirms(
  scene: ReturnType<typeof apFor>,
  m2: Uint8Array,
  reading: string,
  m3: string,
  payload?: Uint8Array,
): void {
  const received = scene.ap.receive(0, m2, 0);
  assert.ok(received.kind === "reading", `M2 is taken, not ${JSON.stringify(received)}`);
  assert.equal(toHex(received.reading.payload), reading);
  assert.equal(toHex(received.reading.delivered(0, payload)?.m3 ?? m2), m3, "M3");
}

const framesOf = (of: Case) => {
  const { m1, m2, m3, dlData, ulData } = of.frames ?? {};
  assert.ok(m1 && m2 && m3 && dlData && ulData && of.keys && of.parties, of.name);
  return { m1, m2, m3, dlData, ulData, keys: of.keys, parties: of.parties };
};

for (const file of ["exchange-compact.json", "exchange-wide.json", "exchange-strong.json"] as const) {
  test(`vectors at the AP: ${file}: M1, M3 and DL Data octet for octet, M2 and UL Data taken`, () => {
    for (const each of casesOf(file)) {
      const { m1, m2, m3, dlData, ulData, keys, parties } = framesOf(each);
      const ends = { aa: unhex(parties.aa), spa: unhex(parties.spa) };
      const scene = apFor(unhex(m1.frame), ends, 0, unhex(keys.pmk.key));
      confirms(scene, unhex(m2.frame), m2.payload ?? "", m3.frame, unhex(m3.payload ?? ""));
      // Some vectors leave a gap: the AP leaves none, and sends as many before.
      const pn = Number(`0x${dlData.body.slice(0, 4)}`);
      for (let i = 2; i < pn; i++) scene.ap.data(ends.spa, new Uint8Array(0), 0);
      const down = scene.ap.data(ends.spa, unhex(dlData.payload ?? ""), 0);
      assert.equal(toHex(down.octets ?? new Uint8Array(0)), dlData.frame, each.name);
      const up = scene.ap.receive(0, unhex(ulData.frame), 0);
      assert.deepEqual(up, { kind: "data", spa: ends.spa, payload: unhex(ulData.payload ?? "") }, each.name);
      scene.crypto.assertSealedOnce();
    }
  });
}

test("vectors at the AP: update.json: the M3 with UPDATE octet for octet, and the answer is offered to the key service", () => {
  const updates = casesOf("update.json").filter(({ name }) => name.startsWith("UPDATE from"));
  assert.ok(updates.length >= 8, `${updates.length} cases`);
  for (const { name, frames, keys, update, script } of updates) {
    const { m3, answer } = frames ?? {};
    const exchange = script.steps.find(({ frame }) => frame?.startsWith("08"));
    assert.ok(m3 && answer && keys && update && exchange?.frame && exchange.reply, name);
    const generation = Number(/from generation (\d+)/.exec(name)?.[1]);
    const ends = { aa: AA_LOW, spa: SPA };
    const scene = apFor(unhex(exchange.frame), ends, generation, unhex(keys.pmk.key));
    scene.desk.command = unhex(update.command);
    confirms(scene, unhex(exchange.reply), "", m3.frame);
    assert.equal(scene.ap.receive(0, unhex(answer.frame), 0).kind, "proof");
    assert.deepEqual(scene.desk.offered, [{ generation: (generation + 1) % 256, proof: unhex(update.proof) }]);
  }
});

test("the worked example at the AP, with CCM and with MIC only", () => {
  for (const mode of [EXAMPLE.ccm, EXAMPLE.mic]) {
    const ends = { aa: unhex(EXAMPLE.aa), spa: unhex(EXAMPLE.spa) };
    const scene = apFor(unhex(EXAMPLE.m1), ends, 0, unhex(EXAMPLE.pmk));
    confirms(scene, unhex(mode.m2), EXAMPLE.reading, mode.m3, unhex(EXAMPLE.m3Payload));
    const up = scene.ap.receive(0, unhex(mode.dataUlPn2), 0);
    assert.deepEqual(up, { kind: "data", spa: ends.spa, payload: unhex(EXAMPLE.dataPayload) });
  }
});
