/** Either end dies at any datagram, with all that it had in RAM, and is made anew: the PaC is told, or tells, and gets in again. */

import assert from "node:assert/strict";
import test from "node:test";
import type { Entered, Pac } from "../../../host/senaa/pac/pac.ts";
import { Bed, CERTIFICATES, haveSameLsa, QUICK } from "./bed.ts";

/** Every one of them, or one of so many. */
const STRIDE = Number(process.env.AMPCORE_STRIDE ?? 2);
const TRIES = 4;
const TIMING = { ...QUICK, mrc: 5 };

/** Enters, authenticates again, leaves; `kills`: who dies when that datagram was sent, and whether it arrives. */
async function lived(
  who: "PAA" | "PaC",
  at: number,
  arrives: boolean,
  version: "TLSv1.2" | "TLSv1.3",
): Promise<number> {
  let datagrams = 0;
  let bed: Bed | undefined;
  let pac: Pac | undefined;
  let isKilled = false;
  const tap = (): boolean => {
    if (datagrams++ !== at) return true;
    isKilled = true;
    if (who === "PAA") bed?.killPaa();
    else pac?.close();
    return arrives;
  };
  bed = new Bed({ timing: TIMING }, { tap });
  const { paa } = bed;
  const tls = { ca: CERTIFICATES.ca, minVersion: version, maxVersion: version };
  try {
    pac = bed.pac(2, { tls, timing: TIMING });
    const reasons: string[] = [];
    for (let tries = 0; tries < TRIES; tries++) {
      const entered: Entered | string = await pac.enter();
      const again: Entered | string = typeof entered === "string" ? entered : await pac.reauthenticate();
      if (who === "PaC" && isKilled) {
        assert.match(String(again), /^closed$|^the session ended meanwhile$/, "whoever is dead gets nothing done");
        pac = bed.pac(2, { tls, timing: TIMING });
        isKilled = false;
        continue;
      }
      if (typeof again === "string") {
        reasons.push(again);
        assert.equal(pac.session, undefined, `what has failed is over: ${again}`);
        continue;
      }
      assert.ok(haveSameLsa(bed, pac), "both ends have one key");
      const left = await pac.leave();
      // Whoever dies while it leaves has left.
      assert.ok(left === true || (who === "PaC" && isKilled), `and it leaves: ${left}`);
      assert.ok(reasons.length <= 1, `once it was told why not: ${reasons.join("; ")}`);
      return datagrams;
    }
    return assert.fail(`it never got in: ${reasons.join("; ")}`);
  } finally {
    paa.close();
    bed.close();
  }
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`004-S13 ${version}: a PAA that dies at any datagram and is made anew: the PaC is told why, and gets in again`, async () => {
    const datagrams = await lived("PAA", -1, true, version);
    const moments = Array.from({ length: datagrams }, (_, i) => i).filter((i) => i % STRIDE === 0);
    await Promise.all(moments.flatMap((at) => [true, false].map((arrives) => lived("PAA", at, arrives, version))));
  });

  test(`004-S13 ${version}: a PaC that dies at any datagram gets in again, from the address that it had`, async () => {
    const datagrams = await lived("PaC", -1, true, version);
    const moments = Array.from({ length: datagrams }, (_, i) => i).filter((i) => i % STRIDE === 0);
    await Promise.all(moments.map((at) => lived("PaC", at, false, version)));
  });
}
