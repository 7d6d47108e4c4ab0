/** 004-S9: a PaC that knows a relay alone gets in through it, and asks the PAA itself from the first answer on. */

import assert from "node:assert/strict";
import test from "node:test";
import { Relay } from "../../../host/senaa/transport/relay.ts";
import { haveSameLsa, inBed, PAA_AT } from "./bed.ts";

const NEAR_AT = "10.0.0.3:7161";
const FAR_AT = "10.0.1.3:7162";

for (const isKnown of [true, false]) {
  const title = isKnown
    ? "004-S9 004-D15: a session is begun through a relay and goes on without it, bound to where the PaC truly is"
    : "004-D15: through a relay that the PAA does not know nobody gets in";
  test(title, async () => {
    const direct: string[] = [];
    const tap = (from: string, to: string): undefined => {
      if (to === PAA_AT) direct.push(from);
    };
    await inBed(
      async (bed) => {
        const near = bed.network.link(NEAR_AT);
        const far = bed.network.link(FAR_AT);
        const relay = new Relay({ near, far, paa: PAA_AT, way: "tls" });
        const timing = { irt_ms: 100, mrt_ms: 400, mrc: isKnown ? 8 : 2 };
        const pac = bed.pac(2, { paa: NEAR_AT, isRelayed: true, timing });
        const entered = await pac.enter();
        if (isKnown) {
          assert.ok(typeof entered !== "string", `it is in: ${entered}`);
          assert.ok(haveSameLsa(bed, pac), "both ends have one key");
          assert.ok(
            direct.lastIndexOf(FAR_AT) < direct.indexOf("10.0.0.2:7162"),
            "the relay is asked first, and then not",
          );
          assert.equal(await pac.leave(), true, "and it leaves");
        } else {
          assert.equal(entered, "no answer", "it is told so");
          assert.equal(bed.paa.counts.dropped.get("not a relay"), 2, "the PAA has heard it, and its repetition");
          assert.deepEqual(bed.admitted, [], "nobody is in");
        }
        relay.close();
      },
      isKnown ? { relays: new Set([FAR_AT]) } : {},
      { tap },
    );
  });
}
