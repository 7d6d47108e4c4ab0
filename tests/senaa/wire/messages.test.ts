/** The ten messages: what each must and may have, where, and what whoever breaks it is told. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Avp, emitAvp, isSameAvp, readAvps } from "../../../host/senaa/wire/avp.ts";
import { RESULT, TERMINATION_CAUSE } from "../../../host/senaa/wire/codes.ts";
import { APPLICATION, AVP, COMMAND } from "../../../host/senaa/wire/dictionary.ts";
import type { Fields } from "../../../host/senaa/wire/fields.ts";
import { emitHeader, HEADER_OCTETS, type Header, readHeader } from "../../../host/senaa/wire/header.ts";
import {
  emitInner,
  emitMessage,
  emitPlain,
  emitRefusal,
  headerOf,
  readInner,
  readMessage,
  type Way,
} from "../../../host/senaa/wire/message.ts";
import {
  type AnySpec,
  CLA,
  CLR,
  CSAA,
  CSAR,
  MESSAGES,
  SASA,
  SASR,
  SCA,
  SCR,
  type Spec,
  SSTA,
  SSTR,
} from "../../../host/senaa/wire/messages.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { concat } from "../../../host/wire/octets.ts";
import { IDS, SAMPLES, SESSION, valuesOf } from "./samples.ts";

type LooseSpec = Spec<string, Fields, Fields, Fields>;
const TLS = Uint8Array.of(23, 3, 3, 0, 1, 9);
const IN_SESSION = { sessionId: SESSION, tls: TLS };

/** A message of these AVPs, whatever they are. */
function framed(header: Header, avps: readonly Avp[]): Uint8Array {
  const octets = concat(...avps.map(emitAvp));
  return concat(emitHeader(header, HEADER_OCTETS + octets.length), octets);
}

function avpsOf(datagram: Uint8Array): Avp[] {
  const avps = readAvps(datagram, HEADER_OCTETS);
  assert.ok(!isRefusal(avps), "AVPs of a sample");
  return avps;
}

function headOf(datagram: Uint8Array): Header {
  const head = readHeader(datagram);
  assert.ok(head && !head.refusal, "a header of a sample");
  return head.header;
}

function assertRefused(datagram: Uint8Array, way: Way, why: string, resultCode: number, of?: string): void {
  const read = readMessage(datagram, way);
  assert.ok(isRefusal(read), `${why}: it is taken`);
  assert.deepEqual([read.refusal, read.resultCode, read.of], [why, resultCode, of]);
}

test("every message comes back as it was written, with all that it may have and with the least, with TLS and without", () => {
  for (const { spec, way, datagram } of SAMPLES) {
    const read = readMessage(datagram, way);
    assert.ok(!isRefusal(read), `${spec.name}, ${way}: ${JSON.stringify(read)}`);
    assert.deepEqual([read.name, read.way], [spec.name, way]);
    assert.deepEqual([read.header.hopByHop, read.header.endToEnd], [IDS.hopByHop, IDS.endToEnd]);
    if (spec.name === "refusal") continue;
    const loose = spec as LooseSpec;
    const again =
      way === "tls" ? emitMessage(loose, IDS, read.body as object) : emitPlain(loose, IDS, read.body as object);
    assert.deepEqual(again, datagram, `${spec.name}, ${way}`);
  }
});

test("004-D6: requests and answers have the P flag, and one without it is taken: the draft has it on all but CSAR", () => {
  for (const { spec, way, datagram } of SAMPLES) {
    assert.ok(headOf(datagram).isProxiable, `${spec.name} has it`);
    const without = datagram.slice();
    without[4] &= ~0x40;
    assert.ok(!isRefusal(readMessage(without, way)), `${spec.name} without it`);
  }
});

test("004-S14, 004-S4: whatever a list requires is missing, twice, or not allowed: the AVP is named, with the Result-Code of RFC 6733", () => {
  for (const { spec, way, datagram } of SAMPLES) {
    if (spec.name === "refusal" || spec.name === "SCA challenge") continue;
    const header = headOf(datagram);
    const avps = avpsOf(datagram);
    for (const { avp, isRequired } of Object.values((way === "tls" ? spec.outer : spec.plain) as Fields)) {
      const own = avps.findIndex((one) => isSameAvp(one, avp));
      if (own < 0) continue;
      const without = framed(header, avps.toSpliced(own, 1));
      // Without TLS and Session-Id, an answer with a Result-Code is a refusal.
      const isOther = isSameAvp(avp, AVP.sessionId) && avps.some((one) => isSameAvp(one, AVP.resultCode));
      if (isRequired && !isOther) {
        assertRefused(without, way, "missing AVP", RESULT.missingAvp, avp.name);
        const read = readMessage(without, way);
        const [example] = isRefusal(read) && read.failedAvp ? (readAvps(read.failedAvp) as Avp[]) : [];
        assert.ok(isSameAvp(example, avp), `Failed-AVP has an example of ${avp.name}`);
      }
      const twice = framed(header, avps.toSpliced(own, 0, avps[own]));
      assertRefused(twice, way, "AVP occurs too many times", RESULT.avpOccursTooManyTimes, avp.name);
    }
    const stray = { ...AVP.hostIpAddress, data: Uint8Array.of(0, 1, 10, 0, 0, 1) };
    const more = framed(header, avps.toSpliced(1, 0, stray));
    assertRefused(more, way, "AVP not allowed", RESULT.avpNotAllowed, "Host-IP-Address");
  }
});

test("004-S14: TLS-Payload that is not the last AVP is refused, and the AVP behind it is named; Session-Id that is not the first, too", () => {
  for (const { spec, way, datagram } of SAMPLES) {
    const [header, avps] = [headOf(datagram), avpsOf(datagram)];
    if (avps.some((avp) => isSameAvp(avp, AVP.tlsPayload)) && avps.length > 1) {
      const turned = framed(header, [avps[avps.length - 1], ...avps.slice(0, -1)]);
      const read = readMessage(turned, way);
      assert.ok(isRefusal(read), `${spec.name} is refused`);
      assert.match(read.refusal, /^(TLS-Payload is not last|Session-Id is not first)$/);
    }
  }
  const behind: Avp[] = [
    { ...AVP.sessionId, data: new TextEncoder().encode(SESSION) },
    { ...AVP.tlsPayload, data: TLS },
  ];
  const unknown: Avp = { code: 9999, vendor: 0, isMandatory: false, data: TLS };
  const header = headerOf(CLR, IDS);
  assertRefused(framed(header, [...behind, unknown]), "tls", "TLS-Payload is not last", RESULT.avpNotAllowed, "9999");
  assertRefused(
    framed(header, [unknown, ...behind]),
    "tls",
    "Session-Id is not first",
    RESULT.missingAvp,
    "Session-Id",
  );
});

test("an AVP that nobody knows is passed over, unless it has the M flag", () => {
  const [id, tls] = avpsOf(emitMessage(CLR, IDS, IN_SESSION));
  const header = headerOf(CLR, IDS);
  const unknown: Avp = { code: 9999, vendor: 32_473, isMandatory: false, data: TLS };
  assert.ok(!isRefusal(readMessage(framed(header, [id, unknown, tls]), "tls")), "without it");
  const mandatory = framed(header, [id, { ...unknown, isMandatory: true }, tls]);
  assertRefused(mandatory, "tls", "unknown AVP", RESULT.avpUnsupported, "9999 of vendor 32473");
});

test("what belongs inside of TLS is refused outside of it: User-Name, Device-Identifier, EAP-Payload, Result-Code, Msg-Checksum", () => {
  const [id, tls] = avpsOf(emitMessage(CLA, IDS, IN_SESSION));
  for (const type of [AVP.userName, AVP.deviceIdentifier, AVP.eapPayload, AVP.resultCode, AVP.msgChecksum]) {
    const exposed = framed(headerOf(CLA, IDS), [id, { ...type, data: new Uint8Array(16) }, tls]);
    assertRefused(exposed, "tls", "AVP not allowed", RESULT.avpNotAllowed, type.name);
  }
});

test("004-D3: an SSTA with the R flag is refused: it is an SSTR, and has no Termination-Cause", () => {
  const checksum = new Uint8Array(16);
  const inner = emitInner(SSTA, { msgChecksum: checksum, resultCode: RESULT.success });
  const read = readInner(SSTR, inner);
  assert.ok(isRefusal(read), "inside of TLS");
  assert.deepEqual([read.refusal, read.of], ["AVP not allowed", "Result-Code"]);
  const plain = emitPlain(SSTA, IDS, { sessionId: SESSION, resultCode: RESULT.success });
  plain[4] |= 0x80;
  assertRefused(plain, "plain", "AVP not allowed", RESULT.avpNotAllowed, "Result-Code");
});

test("004-D4, 004-S12: SASR and SASA are command 274 with the lists of SSTR and SSTA; each has its own Termination-Cause", () => {
  assert.deepEqual([SASR.command, SASA.command, SSTR.command, SSTA.command], [274, 274, 275, 275]);
  assert.deepEqual(Object.keys(SASR.inner), Object.keys(SSTR.inner));
  assert.deepEqual(Object.keys(SASA.inner), Object.keys(SSTA.inner));
  const sum = { msgChecksum: new Uint8Array(16) };
  for (const terminationCause of [TERMINATION_CAUSE.administrative, TERMINATION_CAUSE.sessionTimeout]) {
    const inner = emitInner(SASR, { ...sum, terminationCause });
    assert.deepEqual(readInner(SASR, inner), { ...sum, terminationCause });
    const read = readInner(SSTR, inner);
    assert.ok(isRefusal(read) && read.resultCode === RESULT.invalidAvpValue, "no cause for the PaC to leave");
  }
  assert.throws(
    () => emitInner(SASR, { ...sum, terminationCause: TERMINATION_CAUSE.logout }),
    /RangeError: number: 1 /,
  );
});

test("004-D5: Result-Code of the last CSAA is inside of TLS; an SCA or CSAA with one outside says that there is no answer", () => {
  const sum = { msgChecksum: new Uint8Array(16) };
  const inner = emitInner(CSAA, { ...sum, resultCode: RESULT.success });
  assert.deepEqual(readInner(CSAA, inner), { ...sum, resultCode: RESULT.success });
  for (const spec of [SCA, CSAA]) {
    const [id, tls] = avpsOf(emitMessage(spec, IDS, IN_SESSION));
    const result = { ...AVP.resultCode, data: AVP.resultCode.codec.emit(RESULT.unknownSessionId) };
    const both = framed(headerOf(spec, IDS), [id, result, tls]);
    assertRefused(both, "tls", "AVP not allowed", RESULT.avpNotAllowed, "Result-Code");
    const bare = readMessage(framed(headerOf(spec, IDS), [id, result]), "tls");
    assert.ok(!isRefusal(bare) && bare.name === "refusal", `${spec.name}: a refusal`);
  }
});

test("an answer without TLS never says that all is well: nothing protects it", () => {
  for (const resultCode of [RESULT.multiRoundAuth, RESULT.success]) {
    for (const spec of [SCA, CSAA, CLA, SSTA]) {
      const octets = emitRefusal(headerOf(spec, IDS), { sessionId: SESSION, resultCode });
      assertRefused(octets, "tls", "bad AVP value", RESULT.invalidAvpValue, "Result-Code");
    }
  }
  const octets = emitRefusal(headerOf(CLR, IDS), { resultCode: RESULT.tooBusy });
  assert.ok(headOf(octets).isError, "protocol errors have the E flag");
  octets[4] &= ~0x20;
  assertRefused(octets, "tls", "bad AVP value", RESULT.invalidAvpValue, "Result-Code");
});

test("004-D7: a CSAR or CSAA may have no TLS, and so a PAA asks for a re-authentication; an SCR has", () => {
  for (const spec of [CSAR, CSAA, SCA]) {
    const empty = emitMessage(spec, IDS, { sessionId: SESSION, tls: new Uint8Array() });
    assert.ok(!isRefusal(readMessage(empty, "tls")), spec.name);
    const promise = emitMessage(spec, IDS, { sessionId: SESSION, tlsMore: true, tls: new Uint8Array() });
    assertRefused(promise, "tls", "bad AVP value", RESULT.invalidAvpValue, "TLS-Payload");
  }
  const scr = emitMessage(SCR, IDS, { userName: "@example.org", tls: new Uint8Array() });
  assertRefused(scr, "tls", "bad AVP value", RESULT.invalidAvpValue, "TLS-Payload");
});

test("004-S1: CLR, CLA and the ends of a session alone go without TLS, and then without Msg-Checksum and EAP-Binding", () => {
  const plain = MESSAGES.filter(({ plain }) => Object.keys(plain).length > 0);
  assert.deepEqual(
    plain.map(({ name }) => name),
    ["CLR", "CLA", "SSTR", "SSTA", "SASR", "SASA"],
  );
  for (const spec of plain) {
    assert.ok(!("msgChecksum" in spec.plain) && !("eapBinding" in spec.plain) && !("tls" in spec.plain), spec.name);
  }
  for (const { spec, datagram } of SAMPLES.filter(({ way }) => way === "tls")) {
    if (["SCR", "SCA", "CSAR", "CSAA"].includes(spec.name)) {
      assertRefused(datagram, "plain", "unknown command", RESULT.commandUnsupported);
    }
  }
});

test("another application and another command are refused with the Result-Codes for it", () => {
  const clr = emitMessage(CLR, IDS, IN_SESSION);
  const avps = avpsOf(clr);
  const other = framed({ ...headOf(clr), application: APPLICATION - 1 }, avps);
  assertRefused(other, "tls", "wrong application", RESULT.applicationUnsupported);
  const unknown = framed({ ...headOf(clr), command: COMMAND.aaaClient + 1 }, avps);
  assertRefused(unknown, "tls", "unknown command", RESULT.commandUnsupported);
});

test("the list inside of TLS of every message comes back, and one without Msg-Checksum is refused", () => {
  const withInner = MESSAGES.filter(({ inner }) => "msgChecksum" in inner) as readonly AnySpec[];
  assert.equal(withInner.length, 8);
  for (const spec of withInner as readonly LooseSpec[]) {
    for (const isFull of [true, false]) {
      const values = valuesOf(spec.inner, isFull);
      const octets = emitInner(spec, values);
      assert.deepEqual(readInner(spec, octets), values, spec.name);
      const avps = readAvps(octets) as Avp[];
      const rest = avps.filter((avp) => !isSameAvp(avp, AVP.msgChecksum));
      const read = readInner(spec, concat(...rest.map(emitAvp)));
      assert.ok(isRefusal(read) && read.of === "Msg-Checksum", spec.name);
    }
  }
});

test("a reader never throws, whatever octets come in: arbitrary ones, and messages with octets changed or cut", () => {
  const datagrams = SAMPLES.map(({ datagram }) => datagram);
  const changed = fc
    .tuple(fc.constantFrom(...datagrams), fc.array(fc.tuple(fc.nat(), fc.nat(255))), fc.nat(400))
    .map(([datagram, edits, cut]) => {
      const octets = datagram.slice(0, Math.max(4, datagram.length - (cut > 300 ? cut - 300 : 0)));
      for (const [at, octet] of edits) octets[at % octets.length] = octet;
      // The length is right more often than chance would have it.
      octets.set([0, octets.length >>> 8, octets.length & 0xff], 1);
      return octets;
    });
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), changed),
      fc.constantFrom<Way>("tls", "plain"),
      (octets, way) => {
        const read = readMessage(octets, way);
        for (const spec of MESSAGES) readInner(spec as LooseSpec, octets);
        if (isRefusal(read)) {
          assert.ok(read.resultCode >= 3000, "a refusal has a code of errors");
          if (read.failedAvp) assert.ok(!isRefusal(readAvps(read.failedAvp)), "Failed-AVP holds a whole AVP");
          if (read.header) {
            const answer = emitRefusal(read.header, read);
            assert.ok(!isRefusal(readAvps(answer, HEADER_OCTETS)), "and an error answer can be made of it");
          }
        }
      },
    ),
    { numRuns: 1500 },
  );
});
