/** Datagrams of others: recorded, made up, from elsewhere. Nothing of a session changes. */

import assert from "node:assert/strict";
import test from "node:test";
import { RESULT } from "../../../host/senaa/wire/codes.ts";
import { readHeader } from "../../../host/senaa/wire/header.ts";
import { emitMessage, emitRefusal, headerOf, readMessage } from "../../../host/senaa/wire/message.ts";
import { CLR, CSAR, SASR, SSTR } from "../../../host/senaa/wire/messages.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { TlsEnd } from "../../../host/tlspipe/end.ts";
import { type Bed, CERTIFICATES, inBed, PAA_AT } from "./bed.ts";

const PAC_AT = "10.0.0.2:7162";
/** No request goes out twice, however slow the machine is: what comes again is what the test sends. */
const UNHURRIED = { irt_ms: 10_000, mrt_ms: 10_000, mrc: 2 };
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));
const ids = (number: number) => ({ hopByHop: number, endToEnd: number });

/** The PaC is in, and stays so: both ends still understand each other. */
async function inSession(story: (bed: Bed, sessionId: string, recorded: Uint8Array[]) => Promise<void>): Promise<void> {
  const recorded: Uint8Array[] = [];
  const tap = (from: string, _: string, octets: Uint8Array): undefined => {
    if (from === PAC_AT) recorded.push(octets.slice());
  };
  await inBed(
    async (bed) => {
      const pac = bed.pac(2, { timing: UNHURRIED });
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string", `it is in: ${entered}`);
      await story(bed, entered.sessionId, [...recorded]);
      assert.equal(pac.session?.sessionId, entered.sessionId, "the PaC is in");
      assert.deepEqual(bed.paa.open, [entered.sessionId], "as the PAA knows");
      const again = await pac.reauthenticate();
      assert.ok(typeof again !== "string", `and their TLS is whole: ${again}`);
    },
    {},
    { tap },
  );
}

test("004-D17: a recorded session that comes again, from its own address and from another, is answered or refused, and done never", async () => {
  await inSession(async (bed, _, recorded) => {
    for (const octets of recorded) bed.network.inject(PAC_AT, PAA_AT, octets);
    await settled();
    assert.equal(bed.paa.counts.dropped.get("repeated"), recorded.length, "each was known");
    for (const octets of recorded) bed.network.inject("10.0.0.9:7162", PAA_AT, octets);
    await settled();
    assert.equal(bed.paa.open.length, 1, "nobody else is in");
    assert.equal(bed.admitted.length, 1, "the enforcement point has heard once");
    // The first of them is an SCR of its own, which anybody may send.
    assert.equal(bed.paa.counts.refusals, recorded.length - 1, "elsewhere there is no such session");
  });
});

test("004-D2: a bare ClientHello in somebody's session begins nothing, though it comes from his address", async () => {
  await inSession(async (bed, sessionId) => {
    const stranger = TlsEnd.client({ ca: CERTIFICATES.ca });
    const tls = (await stranger.begin()).octets;
    stranger.close();
    bed.network.inject(PAC_AT, PAA_AT, emitMessage(CSAR, ids(77), { sessionId, tls }));
    await settled();
    assert.equal(bed.paa.counts.refusals, 1, "it is refused");
  });
});

test("004-S4: a session of another name is unknown, to the PAA and to the PaC, whatever is asked of it", async () => {
  await inSession(async (bed) => {
    const sessionId = "paa.plant.example;1;1;0000";
    const body = { sessionId, tls: Uint8Array.of(23, 3, 3, 0, 1, 0) };
    const heard: number[] = [];
    const link = bed.network.link("10.0.0.9:7162");
    link.listen((_, octets) => {
      const message = readMessage(octets, "tls");
      if (!isRefusal(message) && message.name === "refusal") heard.push(message.body.resultCode);
    });
    for (const [i, spec] of [CSAR, CLR, SSTR].entries()) {
      link.send(PAA_AT, emitMessage(spec as typeof CSAR, ids(200 + i), body));
    }
    bed.network.inject(PAA_AT, PAC_AT, emitMessage(SASR, ids(300), body));
    bed.network.inject(PAA_AT, PAC_AT, emitMessage(CSAR, ids(301), { sessionId, tls: new Uint8Array() }));
    await settled();
    assert.deepEqual(heard, [RESULT.unknownSessionId, RESULT.unknownSessionId, RESULT.unknownSessionId]);
  });
});

test("004-S2: answers of another, of another number and of another command are nobody's; a forged refusal ends nothing", async () => {
  await inBed(async (bed) => {
    let forged = 0;
    const pac = bed.pac(2, { timing: UNHURRIED });
    const entering = pac.enter();
    for (let i = 0; i < 50; i++) {
      const header = { ...headerOf(CSAR, ids(i)), isRequest: true };
      const refusal = emitRefusal(header, { resultCode: RESULT.unknownSessionId });
      assert.ok(readHeader(refusal)?.header.isRequest === false, "it is an answer");
      bed.network.inject(i % 2 ? PAA_AT : "10.0.0.9:7162", PAC_AT, refusal);
      forged++;
    }
    assert.ok(typeof (await entering) !== "string", `it is in: ${await entering}`);
    assert.equal(pac.counts.dropped.get("unexpected answer"), forged, "each was seen");
  });
});
