/** 802.21 and RSN together: what goes through 802.21 ahead lets a real station in without EAP. */

import assert from "node:assert/strict";
import test from "node:test";
import { ID, Scene } from "../../host/mih/scene.ts";
import { SCHEMES } from "../../host/mih/schemes/scheme.ts";
import { RsnLink } from "../../host/mih/services/rsnlink.ts";
import { link80211 } from "../../host/mih/wire/values.ts";
import type { RsnAp } from "../../host/rsn/ap/rsnap.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { pmkidOf } from "../../host/rsn/keys/ptk.ts";
import { suiteOf } from "../../host/rsn/keys/suites.ts";
import type { ClientPmksa } from "../../host/rsn/station/preauthclient.ts";
import { Bed, SPA } from "../rsn/ap/bed.ts";
import { clientOf, TARGET, targetOf } from "../rsn/ap/preauthbed.ts";
import { KEY, serverOf } from "../rsn/eap/conversation.ts";
import { writePmksa } from "../rsn/twin/record.ts";

const AKM = 5;
const LINKS = { mn: link80211(SPA), tp: link80211(TARGET) };

/** A scene whose target is a real RSN AP. */
async function inNetwork(
  scheme: (typeof SCHEMES)[number],
  story: (scene: Scene, target: RsnAp) => Promise<void>,
): Promise<void> {
  const target = targetOf(serverOf());
  const scene = new Scene({ scheme, seed: 11, macs: { mn: SPA, tp: TARGET } });
  scene.poss.tp.close();
  const linkLayer = new RsnLink({
    crypto: nodeRsnCrypto,
    ap: target,
    aa: TARGET,
    suites: [suiteOf(AKM)],
    now_s: () => 0,
  });
  scene.poss.tp = scene.newPos("tp", { linkLayer });
  try {
    assert.ok(typeof (await scene.mn.attach(scene.partner("mn", "sp"))) !== "string", "the MN is attached");
    await story(scene, target);
  } finally {
    scene.close();
  }
}

/** The station with that PMKSA, at the target. */
function comesTo(target: RsnAp, pmksa: ClientPmksa): Bed {
  const { host } = new Bed({ akm: AKM, key: KEY, eap: serverOf() });
  writePmksa(host, pmksa);
  const there = new Bed({ akm: AKM, key: KEY, ap: target, host });
  there.connect();
  return there;
}

for (const scheme of SCHEMES) {
  test(`001-P3 001-P5 ${scheme}: K becomes a PMKSA of the target AP, and a real RSN station needs the 4-way handshake only`, async () => {
    await inNetwork(scheme, async (scene, target) => {
      const done = await scene.mn.prepare({ targetLink: LINKS.tp, candidateLinks: [LINKS.tp] });
      assert.ok(typeof done !== "string", `prepared: ${done}`);
      const held = scene.tables.mn.of(ID.mn, LINKS.tp);
      assert.ok(held, "the MN has a PMK for that link");
      const pmkid = pmkidOf(nodeRsnCrypto, suiteOf(AKM), held.pmk, TARGET, SPA);
      const there = comesTo(target, { aa: TARGET, akm: AKM, pmk: held.pmk, pmkid });
      assert.ok(there.isAuthorized, "the port is open");
      assert.equal(there.ladder.filter((kind) => kind.includes("Data")).length, 4, "four messages and no EAP");
    });
  });
}

test("001-P2 001-P4: EAP with the target authenticator, carried by remote commands through the PoS that serves", async () => {
  await inNetwork("21a", async (scene, target) => {
    const client = clientOf(AKM);
    let frame = client.begin(0);
    let pmksa: ClientPmksa | undefined;
    for (let round = 0; round < 10 && !pmksa; round++) {
      const wish = { targetLink: LINKS.tp, candidateLinks: [LINKS.tp], llInformation: frame };
      const answer = await scene.mn.relay(wish);
      assert.ok(typeof answer !== "string", `the authenticator answers: ${answer}`);
      const step = client.receive(answer, 0);
      if ("pmksa" in step) pmksa = step.pmksa;
      else {
        assert.ok("send" in step, `EAP goes on: ${JSON.stringify(step)}`);
        frame = step.send;
      }
    }
    assert.ok(pmksa, "EAP has ended with a PMKSA");
    assert.ok(!target.isAuthorized(SPA), "no port is open yet");
    assert.ok(comesTo(target, pmksa).isAuthorized, "and the station is let in with it");
  });
});

test("003-M7 001-P5: when K ends its PMKSA ends at the AP, too", async () => {
  const target = targetOf(serverOf());
  const link = new RsnLink({ crypto: nodeRsnCrypto, ap: target, aa: TARGET, suites: [suiteOf(AKM)], now_s: () => 0 });
  const grant = { mn: ID.mn, mnLink: LINKS.mn, poaLink: LINKS.tp, origin: "remedy1", expires_ms: 1 } as const;
  let made: Uint8Array | undefined;
  const add = target.pmksa.add.bind(target.pmksa);
  target.pmksa.add = (spa, suites, pmk, now_s) => {
    made = pmk.slice();
    add(spa, suites, pmk, now_s);
  };
  link.install({ ...grant, k: new Uint8Array(32).fill(1) });
  assert.ok(made, "a PMK was installed");
  const pmkids = [pmkidOf(nodeRsnCrypto, suiteOf(AKM), made, TARGET, SPA)];
  assert.deepEqual(target.pmksa.find(SPA, suiteOf(AKM), pmkids, 0), made, "it is there under its PMKID");
  assert.equal(link.of(ID.mn)?.isTainted, true, "marked, as the SPoS knew it");
  const other = { ...grant, mn: "other@home.example", k: new Uint8Array(32).fill(2) };
  assert.equal(link.install(other), false, "who names the same station's address does not get its place");
  assert.equal(link.install({ ...other, mnLink: LINKS.tp, poaLink: LINKS.mn }), false, "nor does another AP's link");
  link.remove(ID.mn);
  assert.equal(target.pmksa.find(SPA, suiteOf(AKM), pmkids, 0), undefined, "it is gone");
  assert.equal(link.install({ ...grant, k: new Uint8Array(32).fill(3) }), true, "it comes again");
  const fresh = new Uint8Array(32).fill(4);
  add(SPA, [suiteOf(AKM)], fresh, 0);
  link.remove(ID.mn);
  const own = [pmkidOf(nodeRsnCrypto, suiteOf(AKM), fresh, TARGET, SPA)];
  assert.deepEqual(target.pmksa.find(SPA, suiteOf(AKM), own, 0), fresh, "what EAP has made meanwhile stays");
});
