/** Whole sessions over a network that loses, doubles and reorders, in both directions: each ends right, or says why not. */

import assert from "node:assert/strict";
import test from "node:test";
import { numbers } from "../transport/bed.ts";
import { type Bed, CERTIFICATES, haveSameLsa, inBed, QUICK } from "./bed.ts";

/** So many tries that by chance alone no request of a test stays without an answer. */
const PATIENT = { ...QUICK, mrc: 30 };
const FAULTS = { loss: 0.3, duplicate: 0.3, reorder: 0.3 };
/** So many sessions of each kind. */
const SESSIONS = Number(process.env.AMPCORE_SESSIONS ?? 6);

/** Enters, authenticates again and leaves; what became of it. */
async function lived(bed: Bed, n: number, version: "TLSv1.2" | "TLSv1.3"): Promise<string> {
  const tls = { ca: CERTIFICATES.ca, serverName: "server", minVersion: version, maxVersion: version };
  const pac = bed.pac(n, { tls, timing: PATIENT });
  const entered = await pac.enter();
  if (typeof entered === "string") return entered;
  assert.ok(haveSameLsa(bed, pac), "both ends have one key");
  const again = await pac.reauthenticate();
  if (typeof again === "string") {
    assert.equal(pac.session, undefined, "a session that could not go on is none");
    return again;
  }
  const left = await pac.leave();
  return left === true ? "" : left;
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`004-S2 004-S16 ${version}: with 30 % loss, doubled and late datagrams every session comes to its end`, async () => {
    const random = numbers(11);
    const network = { ...FAULTS, random: () => random() / 2 ** 32 };
    await inBed(
      async (bed) => {
        const ends = await Promise.all(Array.from({ length: SESSIONS }, (_, i) => lived(bed, 2 + i, version)));
        assert.deepEqual(
          ends.filter((end) => end !== ""),
          [],
          "none was given up",
        );
        assert.deepEqual(bed.paa.open, [], "nobody is in any more");
        assert.equal(bed.paa.halfOpen, 0, "nor half way");
        assert.equal(bed.removed.length, SESSIONS, "and the enforcement point knows");
        assert.ok((bed.paa.counts.dropped.get("repeated") ?? 0) > 0, "requests came twice");
      },
      {},
      network,
    );
  });
}
