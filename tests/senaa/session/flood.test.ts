/** 004-D13: what whoever has proven nothing costs a PAA. */

import assert from "node:assert/strict";
import test from "node:test";
import { DEFAULT_LIMITS } from "../../../host/senaa/paa/paa.ts";
import { emitMessage, readMessage } from "../../../host/senaa/wire/message.ts";
import { SCR } from "../../../host/senaa/wire/messages.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { TlsEnd } from "../../../host/tlspipe/end.ts";
import { broken, flooded } from "../floods.ts";
import { CERTIFICATES, inBed, PAA_AT } from "./bed.ts";

const SPOOFED = 400;

async function clientHello(): Promise<Uint8Array> {
  const end = TlsEnd.client({ ca: CERTIFICATES.ca });
  const { octets } = await end.begin();
  end.close();
  return octets;
}

const scr = (number: number, tls: Uint8Array, cookie?: Uint8Array): Uint8Array =>
  emitMessage(SCR, { hopByHop: number, endToEnd: number }, { userName: "@plant.example", cookie, tls });

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

/** However loaded the machine is; a test that waits in vain ends by its time-out. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("004-D13: a flood from spoofed addresses costs TLS states up to a bound, then cookies; an honest PaC gets in meanwhile", async () => {
  await inBed(async (bed) => {
    const hello = await clientHello();
    const spoofs = (from: number): void => {
      for (let i = 0; i < SPOOFED; i++) {
        bed.network.inject(`172.16.${i >> 8}.${i & 0xff}:7162`, PAA_AT, scr(from + i, hello));
      }
    };
    spoofs(1);
    await settled();
    assert.equal(bed.paa.halfOpen, DEFAULT_LIMITS.cookiesFrom, "as many as go without a cookie");
    const entering = bed.pac(2).enter();
    spoofs(10_000);
    assert.ok(typeof (await entering) !== "string", `it is in: ${await entering}`);
    assert.equal(bed.paa.halfOpen, DEFAULT_LIMITS.cookiesFrom, "and no more than that");
    assert.equal(bed.paa.open.length, 1, "one is in");
  });
});

test("004-D13: a cookie is of one address and for a minute; another's, an old one and a guess are none", async () => {
  let later_ms = 0;
  const { systemClock } = await import("../../../host/datagrams/link.ts");
  const clock = { ...systemClock, now_ms: () => systemClock.now_ms() + later_ms };
  await inBed(
    async (bed) => {
      const hello = await clientHello();
      const heard: ReturnType<typeof readMessage>[] = [];
      const links = [7, 8].map((n) => {
        const link = bed.network.link(`10.0.0.${n}:7162`);
        link.listen((_, octets) => heard.push(readMessage(octets, "tls")));
        return link;
      });
      let number = 0;
      const asks = async (n: number, cookie?: Uint8Array): Promise<Uint8Array | "session"> => {
        heard.length = 0;
        links[n].send(PAA_AT, scr(++number, hello, cookie));
        await until(() => heard.length > 0);
        const [answer] = heard;
        assert.ok(answer && !isRefusal(answer), "it is answered");
        if (answer.name === "SCA") return "session";
        assert.ok(answer.name === "SCA challenge", `by a cookie: ${answer.name}`);
        return answer.body.cookie;
      };
      const cookie = await asks(0);
      assert.ok(cookie !== "session", "asked for a cookie");
      assert.equal(bed.paa.halfOpen, 0, "nothing is kept");
      assert.notEqual(await asks(1, cookie), "session", "another's");
      assert.notEqual(
        await asks(
          0,
          cookie.map((octet) => octet ^ 1),
        ),
        "session",
        "a guess",
      );
      assert.equal(await asks(0, cookie), "session", "its own");
      later_ms = 62_000;
      assert.notEqual(await asks(0, cookie), "session", "an old one");
    },
    { clock, limits: { cookiesFrom: 0 } },
  );
});

test("004-D13: of one host and of all there are no more half-open sessions than the limits say, and they end", async () => {
  const limits = { cookiesFrom: 100, halfOpenOfHost: 4, halfOpen: 6, handshake_s: 2 };
  await inBed(
    async (bed) => {
      const hello = await clientHello();
      for (let i = 0; i < 20; i++) bed.network.inject(`10.0.0.9:${7000 + i}`, PAA_AT, scr(i + 1, hello));
      await until(() => bed.paa.halfOpen >= limits.halfOpenOfHost);
      await settled();
      assert.equal(bed.paa.halfOpen, limits.halfOpenOfHost, "of one host: the oldest gives way");
      for (let i = 0; i < 20; i++) bed.network.inject(`10.0.1.${i}:7162`, PAA_AT, scr(100 + i, hello));
      await until(() => bed.paa.halfOpen >= limits.halfOpen);
      await settled();
      assert.equal(bed.paa.halfOpen, limits.halfOpen, "of all");
      // Nobody comes to an end.
      await until(() => bed.paa.halfOpen === 0);
      assert.ok(typeof (await bed.pac(2).enter()) !== "string", "an honest PaC gets in");
    },
    { limits },
  );
});

test("004-D13: what a PAA keeps and sends of a flood is bounded, kind by kind; the long form is tests/senaa/floods.ts", async () => {
  const DATAGRAMS = 3000;
  const rows = await flooded(DATAGRAMS);
  assert.deepEqual(broken(rows), []);
  for (const { kind, halfOpen, amplification } of rows) {
    const isFirst = kind.startsWith("SCR, ") || kind.startsWith("CLR without TLS");
    const most = kind.startsWith("CLR without TLS") ? DEFAULT_LIMITS.halfOpen : DEFAULT_LIMITS.cookiesFrom;
    assert.ok(isFirst ? halfOpen > 0 && halfOpen <= most : halfOpen === 0, `${kind}: ${halfOpen} half-open`);
    assert.ok(amplification <= 1.2, `${kind}: ${amplification} octets for one`);
  }
  assert.equal(
    rows.find(({ kind }) => kind === "SCR, the same again")?.answers,
    1 + 32,
    "an answer goes out again so often",
  );
});
