/** Whole sessions over a network that loses, doubles and reorders, in both directions: each ends right, or says why not. */

import assert from "node:assert/strict";
import test from "node:test";
import { makeCertificates } from "../../peers/certificates.ts";
import { numbers } from "../transport/bed.ts";
import { type Bed, CERTIFICATES, haveSameLsa, inBed, QUICK } from "./bed.ts";

/** So many tries that by chance alone no request of a test stays without an answer. */
const PATIENT = { ...QUICK, mrc: 30 };
const FAULTS = { loss: 0.3, duplicate: 0.3, reorder: 0.3 };
/** So many sessions of each kind. */
const SESSIONS = Number(process.env.AMPCORE_SESSIONS ?? 6);

const RSA = makeCertificates("the network", false, "RSA 2048");

/** Enters, authenticates again and leaves; what became of it. */
async function lived(bed: Bed, n: number, version: "TLSv1.2" | "TLSv1.3", ca: string): Promise<string> {
  const tls = { ca, serverName: "server", minVersion: version, maxVersion: version };
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
  for (const [kind, certificates] of [
    ["P-256", CERTIFICATES],
    ["RSA, whose flights go in parts,", RSA],
  ] as const) {
    test(`004-S2 004-S16 004-D16 ${version}, ${kind} with 30 % lost, doubled and late: every session comes to its end`, async () => {
      const random = numbers(11);
      const network = { ...FAULTS, random: () => random() / 2 ** 32 };
      const tls = { ca: certificates.ca, certificate: certificates.server, key: certificates.serverKey };
      await inBed(
        async (bed) => {
          const lives = Array.from({ length: SESSIONS }, (_, i) => lived(bed, 2 + i, version, certificates.ca));
          const ends = await Promise.all(lives);
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
        { tls },
        network,
      );
    });
  }
}
