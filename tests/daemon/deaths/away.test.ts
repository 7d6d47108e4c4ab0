/** An AP whose key service is dead in the middle of an update: what its devices answer waits for the next one. */
import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { RemoteDesk } from "../../../host/keys/remote/desk.ts";
import { emitMessage, type Message, MessageStream } from "../../../host/keys/remote/messages.ts";

const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 0);
const SPA = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 0);
/** More than the desk keeps questions. */
const SESSIONS = 5000;

/** A connection whose other end says nothing by itself; `heard`: what was said to it. */
function silent(heard: Message[]): Duplex {
  const messages = new MessageStream();
  return new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => {
      messages.push(chunk, (message) => heard.push(message));
      done();
    },
  });
}

test("while the key service is away the same proof, session after session, is one question, and never a reading", async () => {
  const connections: Duplex[] = [];
  const heard: Message[] = [];
  const desk = new RemoteDesk({
    port: new PmkTable(AA, nodeCrypto),
    connect: () => {
      const connection = silent(heard);
      connections.push(connection);
      return connection;
    },
    onEvent: () => {},
  });
  connections[0].destroy(new Error("dead"));
  const answer = { generation: 1, proof: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
  const verdicts = Array.from({ length: SESSIONS }, () => desk.offer(SPA, answer));
  heard.length = 0;
  while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const asked = heard.filter((message) => message.kind === "answer");
  assert.deepEqual([heard[0].kind, asked.length], ["hello", 1], "the next service is asked, once");
  connections[1].push(emitMessage({ kind: "verdict", question: asked[0].question, isProof: true }));
  assert.deepEqual(new Set(await Promise.all(verdicts)), new Set([true]), "none is taken for a reading");
  const again = desk.offer(SPA, answer);
  desk.close();
  assert.equal(await again, false, "a verdict holds for what was asked before it");
});
