/** The whole exchange between the AP and the reference station, suite by suite and mode by mode. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { INFO } from "../../../host/rsn/frames/eapolkey.ts";
import { STATE } from "../twin/statuses.ts";
import { keysOnAir } from "./air.ts";
import { AA, Bed, MSDU, SPA } from "./bed.ts";

const MESSAGES = { M1: 0x0088, M2: 0x0108, M3: 0x13c8, M4: 0x0308, G1: 0x1380, G2: 0x0300 };

for (const akm of [2, 6] as const) {
  const version = akm === 2 ? 2 : 3;

  test(`000-R2, 000-R3, 000-R8, 000-R11: AKM ${akm}, mode rsn: authentication, association, M1 to M4, and the port opens with M4`, () => {
    const bed = new Bed({ akm });
    bed.passes = () => {
      assert.ok(!bed.isAuthorized, "the port is closed while frames are still on their way");
      return true;
    };
    bed.connect();
    assert.deepEqual(bed.ladder, [
      "+Authentication",
      "Authentication",
      "+Association Request",
      "Association Response",
      ...["Data", "+Data", "Data", "+Data"],
    ]);
    const infos = keysOnAir(bed.air).map(({ info }) => info);
    const { M1, M2, M3, M4 } = MESSAGES;
    assert.deepEqual(
      infos,
      [M1, M2, M3, M4].map((info) => info | version),
    );
    assert.ok(bed.isAuthorized, "the AP's port is open");
    assert.equal(bed.station.state, STATE.open);
  });

  test(`000-R9, 000-R10, 000-R11: AKM ${akm}, mode seed: the group keys come in an exchange of their own, and only then the ports open`, () => {
    const bed = new Bed({ akm, mode: "seed" });
    let seen: number[] = [];
    bed.passes = () => {
      seen = keysOnAir(bed.air).map(({ info }) => info & ~INFO.version);
      assert.ok(!bed.isAuthorized, "the AP's port is closed until the last of them");
      if (seen.includes(MESSAGES.M4)) assert.equal(bed.station.state, bed.air.length < 10 ? STATE.keyed : STATE.open);
      return true;
    };
    bed.connect();
    // G1 and G2 are protected under the new pairwise key: on the air they are Data of which nothing can be read.
    assert.deepEqual(seen, [MESSAGES.M1, MESSAGES.M2, MESSAGES.M3, MESSAGES.M4]);
    assert.equal(bed.ladder.filter((kind) => kind.endsWith("Data")).length, 6);
    assert.ok(bed.isAuthorized, "the AP's port is open");
    assert.equal(bed.station.state, STATE.open);
  });

  test(`000-R9: AKM ${akm}: data pass both ways, to one and to all, before and after a new GTK`, () => {
    const bed = new Bed({ akm });
    bed.connect();
    const passes = (): void => {
      const { frame } = bed.station.send(MSDU);
      assert.ok(frame, "the station sends");
      bed.up(frame);
      assert.deepEqual(bed.delivered.pop(), MSDU);
      for (const down of [bed.ap.send(SPA, AA, MSDU), bed.ap.broadcast(AA, MSDU)]) {
        assert.ok(typeof down !== "string", `${down}`);
        assert.equal(bed.station.receive(down).status, 0);
        assert.deepEqual(bed.station.received(), MSDU);
      }
    };
    passes();
    for (let i = 0; i < 3; i++) {
      bed.down(bed.ap.rekey(bed.now_s));
      passes();
    }
    assert.deepEqual(
      Object.entries(bed.ap.refused).filter(([, count]) => count > 0),
      [],
    );
  });
}
