/**
 * 004-S13: what is wrong with a TLS is said in TLS before it is torn down, and each end says in words what it was. Kind by kind, in
 * both versions; whoever failed gets in with a session of its own behind it.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { PaaOptions } from "../../../host/senaa/paa/paa.ts";
import type { PacOptions } from "../../../host/senaa/pac/pac.ts";
import { readMessage } from "../../../host/senaa/wire/message.ts";
import { CONTENT, readRecords } from "../../../host/senaa/wire/records.ts";
import { makeCertificates } from "../../peers/certificates.ts";
import { CERTIFICATES, haveSameLsa, inBed, PAA_AT, STRANGE } from "./bed.ts";

const EXPIRED = makeCertificates("the network", true);
const PAA_TLS: PaaOptions["tls"] = {
  ca: CERTIFICATES.ca,
  certificate: CERTIFICATES.server,
  key: CERTIFICATES.serverKey,
};
const PAC_TLS: PacOptions["tls"] = { ca: CERTIFICATES.ca, serverName: "server" };

interface Case {
  readonly what: string;
  readonly paa?: Partial<PaaOptions["tls"]>;
  readonly pac?: Partial<PacOptions["tls"]>;
  /** What each says. */
  readonly pacSays: RegExp;
  readonly paaSays: RegExp;
  /** Both versions, unless the case is of versions. */
  readonly isOfVersions?: true;
}

const ENDED = /: the PaC has ended its TLS$/;
const VERSION = {
  pacSays: /^TLS with the network failed: tlsv1 alert protocol version$/,
  paaSays: /unsupported protocol$/,
};

const CASES: readonly Case[] = [
  {
    what: "a network of another authority",
    pac: { ca: STRANGE.ca },
    pacSays: /^the network's certificate is not believed: SELF_SIGNED_CERT_IN_CHAIN$/,
    paaSays: ENDED,
  },
  {
    what: "a network of another name",
    pac: { serverName: "another" },
    pacSays: /^the network's certificate is not believed: it is not for another$/,
    paaSays: ENDED,
  },
  {
    what: "a network whose certificate has expired",
    paa: { ca: EXPIRED.ca, certificate: EXPIRED.server, key: EXPIRED.serverKey },
    pac: { ca: EXPIRED.ca },
    pacSays: /^the network's certificate is not believed: CERT_HAS_EXPIRED$/,
    paaSays: ENDED,
  },
  {
    what: "a PaC without a certificate, where one is asked for",
    paa: { isMutual: true },
    pacSays: /^refused with 4001$/,
    paaSays: /: the certificate is not believed: it has sent no certificate$/,
  },
  {
    what: "a PaC with a certificate of another authority",
    paa: { isMutual: true },
    pac: { certificate: STRANGE.client, key: STRANGE.clientKey },
    pacSays: /^refused with 4001$/,
    paaSays: /: the certificate is not believed: UNABLE_TO_VERIFY_LEAF_SIGNATURE$/,
  },
  {
    what: "a PaC whose TLS is older",
    paa: { minVersion: "TLSv1.3" },
    pac: { maxVersion: "TLSv1.2" },
    isOfVersions: true,
    ...VERSION,
  },
  {
    what: "a PaC whose TLS is newer",
    paa: { maxVersion: "TLSv1.2" },
    pac: { minVersion: "TLSv1.3" },
    isOfVersions: true,
    ...VERSION,
  },
];

for (const { what, paa, pac: ofPac, pacSays, paaSays, isOfVersions } of CASES) {
  for (const version of isOfVersions ? [undefined] : (["TLSv1.2", "TLSv1.3"] as const)) {
    test(`004-S13: ${what}${version ? `, ${version}` : ""}: both ends say why, and nothing of it stays`, async () => {
      const only = version ? { minVersion: version, maxVersion: version } : {};
      await inBed(
        async (bed) => {
          const pac = bed.pac(2, { tls: { ...PAC_TLS, ...only, ...ofPac } });
          assert.match(String(await pac.enter()), pacSays);
          await until(() => bed.paa.halfOpen === 0);
          assert.match(bed.events.at(-1) ?? "", paaSays);
          assert.deepEqual([bed.admitted.length, pac.session], [0, undefined]);
        },
        { tls: { ...PAA_TLS, ...only, ...paa } },
      );
    });
  }
}

/** A record that was changed on its way: whose reads it, what it answers, and what the other end makes of that. */
for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  for (const [name, nth, whose] of [
    ["SCA", 1, "network"],
    ["CSAR", 1, "PaC"],
    ["CSAA", 1, "network"],
    ["CLR", 1, "PaC"],
    ["CLA", 2, "network"],
  ] as const) {
    test(`004-S13: ${version}, a record of ${name} ${nth} is changed on its way: an alert goes back, both say so, and the PaC gets in anew`, async () => {
      const back: string[] = [];
      let seen = 0;
      const tap = (from: string, _: string, octets: Uint8Array): Uint8Array | undefined => {
        const message = readMessage(octets, "tls");
        assert.ok(!("refusal" in message));
        const { tls = new Uint8Array(0) } = message.body as { tls?: Uint8Array };
        const isFromPaa = from === PAA_AT;
        if (seen === nth && isFromPaa === (whose === "PaC")) back.push(...(readRecords(tls) ?? []).map(kindOf));
        if (message.name !== name || seen === nth || ++seen !== nth) return undefined;
        const changed = octets.slice();
        // TLS-Payload is the last AVP, with up to three octets of padding behind it.
        changed[octets.length - 1 - ((4 - (tls.length % 4)) % 4)] ^= 1;
        return changed;
      };
      const only = { minVersion: version, maxVersion: version };
      await inBed(
        async (bed) => {
          const pac = bed.pac(2, { tls: { ...PAC_TLS, ...only } });
          const entered = await pac.enter();
          assert.equal(typeof entered, "string", `${name} ${nth} is not what it was: ${JSON.stringify(entered)}`);
          assert.match(String(entered), /TLS with the network failed: |refused with 5012|answer/);
          await until(() => bed.paa.open.length === 0);
          assert.ok(
            back.some((kind) => kind === "alert" || kind === "sealed"),
            `an alert went back: ${back}`,
          );
          await until(() => bed.paa.halfOpen === 0);
          assert.match(bed.events.at(-1) ?? "", /TLS has failed|refused|ended/, "the PAA says so, too");
          const again = await pac.enter();
          assert.ok(typeof again !== "string", `anew: ${again}`);
          assert.ok(haveSameLsa(bed, pac));
        },
        { tls: { ...PAA_TLS, ...only } },
        { tap },
      );
    });
  }
}

/** TLS 1.3 seals its alerts, too. */
function kindOf({ type }: { readonly type: number }): string {
  if (type === CONTENT.alert) return "alert";
  return type === CONTENT.applicationData ? "sealed" : "other";
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let waited_ms = 0; !isTrue(); waited_ms += 10) {
    assert.ok(waited_ms < 10_000, "it comes to that");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
