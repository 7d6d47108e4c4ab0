/**
 * The codec of SeNAA's messages against a real Diameter node: freeDiameterd reads what our codec writes, our codec reads what it
 * answers, and what is wrong with a message it says by the Result-Code of RFC 6733. It speaks TCP alone, and no SeNAA.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { type Avp, emitAvp, readAvps } from "../../host/senaa/wire/avp.ts";
import { RESULT } from "../../host/senaa/wire/codes.ts";
import { AVP } from "../../host/senaa/wire/dictionary.ts";
import { emitHeader, HEADER_OCTETS, type Header, readHeader } from "../../host/senaa/wire/header.ts";
import { isRefusal } from "../../host/senaa/wire/refusal.ts";
import { unsigned32, utf8String } from "../../host/senaa/wire/values.ts";
import { concat, readBe16 } from "../../host/wire/octets.ts";
import { FreeDiameter, IDENTITY, PEER, REALM } from "./freediameter.ts";
import { skipWithoutPrograms } from "./programs.ts";

const SKIP = { skip: skipWithoutPrograms("freeDiameterd", "openssl") };
const WITHIN_ms = 5000;
/** RFC 6733 3.1. */
const [CAPABILITIES_EXCHANGE, DEVICE_WATCHDOG] = [257, 280];
/** RFC 6733 4.5. */
const CODE = { authApplicationId: 258, originHost: 264, vendorId: 266, productName: 269, originRealm: 296 };
/** RFC 6733 2.4: "Relay". */
const RELAY = 0xffff_ffff;

const text = (code: number, value: string): Avp => ({
  ...{ code, vendor: 0, isMandatory: code !== CODE.productName },
  data: utf8String(255).emit(value),
});
const number = (code: number, value: number): Avp => ({
  code,
  vendor: 0,
  isMandatory: true,
  data: unsigned32.emit(value),
});
const ORIGIN = [text(CODE.originHost, PEER), text(CODE.originRealm, REALM)];
const CAPABILITIES = [
  ...ORIGIN,
  { ...AVP.hostIpAddress, data: AVP.hostIpAddress.codec.emit(Uint8Array.of(127, 0, 0, 1)) },
  number(CODE.vendorId, 0),
  text(CODE.productName, "ampcore"),
  number(CODE.authApplicationId, RELAY),
];

const request = (command: number, endToEnd: number, avps: readonly Avp[]): Uint8Array => {
  const flags = { isRequest: true, isProxiable: false, isError: false, isRetransmitted: false };
  const header: Header = { ...flags, command, application: 0, hopByHop: 0x1000 + endToEnd, endToEnd };
  const octets = concat(...avps.map(emitAvp));
  return concat(emitHeader(header, HEADER_OCTETS + octets.length), octets);
};

interface Answer {
  readonly header: Header;
  readonly avps: readonly Avp[];
  readonly resultCode: number | undefined;
}

/** One message out of the stream, in our codec's reading. */
async function answerOf(socket: Socket): Promise<Answer> {
  let octets: Uint8Array = new Uint8Array();
  const signal = AbortSignal.timeout(WITHIN_ms);
  while (octets.length < 4 || octets.length < octets[1] * 0x1_0000 + readBe16(octets, 2)) {
    const [more] = await once(socket, "data", { signal });
    octets = concat(octets, new Uint8Array(more));
  }
  const head = readHeader(octets);
  const avps = readAvps(octets, HEADER_OCTETS);
  assert.ok(head && !head.refusal && !isRefusal(avps), `our codec reads it: ${JSON.stringify([head, avps])}`);
  const result = avps.find(({ code }) => code === AVP.resultCode.code);
  return { header: head.header, avps, resultCode: result && AVP.resultCode.codec.read(result.data) };
}

/** It says that it is initialized a moment before it listens. */
async function connected(port: number): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      socket.destroy();
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function asked(port: number, ...requests: readonly Uint8Array[]): Promise<readonly Answer[]> {
  const socket = await connected(port);
  try {
    const answers: Answer[] = [];
    for (const one of requests) {
      const answer = answerOf(socket);
      socket.write(one);
      answers.push(await answer);
    }
    return answers;
  } finally {
    socket.destroy();
  }
}

const EXCHANGE = request(CAPABILITIES_EXCHANGE, 1, CAPABILITIES);
const textOf = (answer: Answer, code: number) =>
  new TextDecoder().decode(answer.avps.find((avp) => avp.code === code)?.data);
/** What the AVPs in Failed-AVP are. */
function failedCodes({ avps }: Answer): number[] {
  const failed = avps.find(({ code }) => code === AVP.failedAvp.code);
  const held = readAvps(failed?.data ?? new Uint8Array());
  assert.ok(!isRefusal(held), "our codec reads what is in Failed-AVP");
  return held.map(({ code }) => code);
}

test(
  "a real freeDiameterd takes the CER and DWR that our codec writes, and our codec reads its CEA and DWA",
  SKIP,
  async () => {
    const server = await FreeDiameter.start();
    try {
      const [cea, dwa] = await asked(server.port, EXCHANGE, request(DEVICE_WATCHDOG, 2, ORIGIN));
      assert.deepEqual([cea.resultCode, dwa.resultCode], [RESULT.success, RESULT.success]);
      assert.deepEqual([textOf(cea, CODE.originHost), textOf(cea, CODE.originRealm)], [IDENTITY, REALM]);
      for (const [i, [{ header }, command]] of (
        [
          [cea, CAPABILITIES_EXCHANGE],
          [dwa, DEVICE_WATCHDOG],
        ] as const
      ).entries()) {
        const { isRequest, isError, hopByHop, endToEnd } = header;
        assert.deepEqual([isRequest, isError, header.command], [false, false, command]);
        assert.deepEqual([hopByHop, endToEnd], [0x1001 + i, 1 + i], "identifiers come back as they went");
      }
      await server.logged(new RegExp(`${PEER.replace(".", "\\.")}.*STATE_OPEN`, "s"));
    } finally {
      await server.stop();
    }
  },
);

test(
  "a real freeDiameterd answers a DWR without Origin-Realm with DIAMETER_MISSING_AVP, and names it in Failed-AVP as our readers do",
  SKIP,
  async () => {
    const server = await FreeDiameter.start();
    try {
      const short = request(DEVICE_WATCHDOG, 3, ORIGIN.slice(0, 1));
      const [, answer] = await asked(server.port, EXCHANGE, short);
      assert.equal(answer.resultCode, RESULT.missingAvp);
      assert.deepEqual(failedCodes(answer), [CODE.originRealm]);
    } finally {
      await server.stop();
    }
  },
);

test(
  "a real freeDiameterd answers a DWR with an unknown mandatory AVP with DIAMETER_AVP_UNSUPPORTED, as our readers do",
  SKIP,
  async () => {
    const server = await FreeDiameter.start();
    try {
      const strange = [...ORIGIN, { ...number(60_001, 1), vendor: 32_473 }];
      const [, answer] = await asked(server.port, EXCHANGE, request(DEVICE_WATCHDOG, 4, strange));
      assert.equal(answer.resultCode, RESULT.avpUnsupported);
      assert.deepEqual(failedCodes(answer), [60_001]);
    } finally {
      await server.stop();
    }
  },
);
