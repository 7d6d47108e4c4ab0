/** RADIUS over real UDP sockets, in real time: answered, sent again, and nobody there. */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { nodeRadiusCrypto } from "../../../host/radius/crypto.node.ts";
import { eapMessages } from "../../../host/radius/packet.ts";
import { RadiusServer } from "../../../host/radius/server.ts";
import { RadiusUdpClient, RadiusUdpServer, steady_s } from "../../../host/radius/udp.node.ts";
import { answeringOf, identityRequest, peerOf, serverOf } from "./conversation.ts";

const SECRET = new TextEncoder().encode("testing123");
const HERE = "127.0.0.1";
const IDENTITY_RESPONSE = answeringOf(peerOf())(identityRequest(1)) ?? new Uint8Array(0);

/** The code of the answer. */
const ask = ({ client }: RadiusUdpClient): Promise<number | undefined> =>
  new Promise((resolve) => {
    client.request(eapMessages(IDENTITY_RESPONSE), steady_s(), (answer) => resolve(answer?.code));
  });

test("000-R5: a request over UDP is answered", async () => {
  const server = await RadiusUdpServer.open({ address: HERE, port: 0 }, { secret: SECRET, eap: serverOf() });
  const udp = await RadiusUdpClient.open({ address: HERE, port: server.port }, SECRET);
  try {
    assert.equal(await ask(udp), 11);
  } finally {
    udp.close();
    server.close();
  }
});

test("000-R5: a request whose first datagram is lost is sent again after 2 s, and answered", async () => {
  const server = new RadiusServer({ crypto: nodeRadiusCrypto, secret: SECRET, eap: serverOf() });
  const socket = createSocket("udp4");
  const came_s: number[] = [];
  socket.on("message", (datagram, { address, port }) => {
    came_s.push(steady_s());
    const { answer } = server.receive(new Uint8Array(datagram), "nas", steady_s());
    if (came_s.length > 1 && answer) socket.send(answer, port, address);
  });
  socket.bind(0, HERE);
  await once(socket, "listening");
  const udp = await RadiusUdpClient.open({ address: HERE, port: socket.address().port }, SECRET);
  try {
    assert.equal(await ask(udp), 11);
    assert.equal(came_s.length, 2);
    assert.ok(came_s[1] - came_s[0] > 1.9, `${came_s[1] - came_s[0]} s between`);
    assert.equal(udp.client.due_s, Number.POSITIVE_INFINITY);
  } finally {
    udp.close();
    socket.close();
  }
});

test("000-R5: a port that nobody listens to is a server that does not answer, and no error", async () => {
  const socket = createSocket("udp4");
  socket.bind(0, HERE);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  const udp = await RadiusUdpClient.open({ address: HERE, port }, SECRET);
  try {
    udp.client.request(eapMessages(IDENTITY_RESPONSE), steady_s(), () => assert.fail("answered"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.notEqual(udp.client.due_s, Number.POSITIVE_INFINITY, "it waits still");
  } finally {
    udp.close();
  }
});
