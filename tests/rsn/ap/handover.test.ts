/** A station that is associated here pre-authenticates there, over the wire between both APs, and then goes there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { emitEthernet } from "../../../host/rsn/frames/ethernet.ts";
import { ETHERTYPE, emitMsdu, parseMsdu } from "../../../host/rsn/frames/llc.ts";
import { suiteOf } from "../../../host/rsn/keys/suites.ts";
import { KEY, serverOf } from "../eap/conversation.ts";
import { writePmksa } from "../twin/record.ts";
import { keysOnAir } from "./air.ts";
import { Bed, SPA } from "./bed.ts";
import { clientOf, preauthenticate, TARGET, targetOf } from "./preauthbed.ts";

for (const akm of [1, 5] as const) {
  test(`001-P2, 000-R12: pre-authentication over the serving AP: then the station of AKM ${akm} needs no EAP at the target`, () => {
    const target = targetOf(serverOf());
    const serving = new Bed({ akm, key: KEY, eap: serverOf() });
    serving.connect();
    assert.ok(serving.isAuthorized, "the port at the serving AP is open");

    const client = clientOf(akm);
    const pmksa = preauthenticate(client, target, {
      up(frame) {
        const octets = emitMsdu({ etherType: ETHERTYPE.preauthentication, data: frame.slice(14) });
        const { frame: mpdu } = serving.station.send(octets);
        assert.ok(mpdu, "the station sends");
        serving.delivered.length = 0;
        serving.up(mpdu);
        const msdu = parseMsdu(serving.delivered[0]);
        assert.ok(typeof msdu !== "string", "the serving AP lets it through");
        return emitEthernet({ da: TARGET, sa: SPA, ...msdu });
      },
      down(frame) {
        const octets = emitMsdu({ etherType: ETHERTYPE.preauthentication, data: frame.slice(14) });
        const mpdu = serving.ap.send(SPA, TARGET, octets);
        assert.ok(typeof mpdu !== "string", "the serving AP sends");
        assert.equal(serving.station.receive(mpdu).status, 0);
        assert.deepEqual(serving.station.received(), octets);
        return frame;
      },
    });
    assert.ok(pmksa, "there is a PMKSA");
    assert.deepEqual(target.pmksa.find(SPA, suiteOf(akm), [pmksa.pmkid], 0), pmksa.pmk);
    assert.ok(!target.isAuthorized(SPA), "no port is open");

    writePmksa(serving.host, pmksa);
    const there = new Bed({ akm, key: KEY, ap: target, host: serving.host });
    there.connect();
    assert.ok(there.isAuthorized, "the port at the target AP is open");
    const [m1] = keysOnAir(there.air);
    assert.deepEqual(m1.keyData.slice(6), pmksa.pmkid);
    assert.equal(there.ladder.filter((kind) => kind.includes("Data")).length, 4, "four messages and no EAP");
  });
}
