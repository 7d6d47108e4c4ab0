/** How long EAP packets may be behind a RADIUS relay: those of stations in 802.11, and others. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EAP_CODE, EAP_TYPE, emitEap } from "../../host/eap/packet.ts";
import { RadiusClient } from "../../host/radius/client.ts";
import { nodeRadiusCrypto } from "../../host/radius/crypto.node.ts";
import { ATTRIBUTE, attributeOf, eapOf, parseRadius, RADIUS_MAX_OCTETS } from "../../host/radius/packet.ts";
import { RadiusRelay, type RelayLimits } from "../../host/radius/relay.ts";
import { toHex } from "../support/hex.ts";
import { utf8 } from "./requests.ts";

/** What goes out for a Response of that many octets, after the longest identity that there is. */
function relayed(octets: number, limits?: RelayLimits, identity = 253) {
  const datagrams: Uint8Array[] = [];
  const client = new RadiusClient({
    crypto: nodeRadiusCrypto,
    secret: utf8("secret"),
    send: (datagram) => datagrams.push(datagram),
  });
  const shared = { client, aa: new Uint8Array(6), ssid: new Uint8Array(32), now_s: () => 0, onStep: () => {} };
  const conversation = new RadiusRelay({ ...shared, nasIdentifier: "n".repeat(253), limits }).begin(new Uint8Array(6));
  const responseOf = (type: number, data: Uint8Array): Uint8Array =>
    emitEap({ code: EAP_CODE.response, identifier: 1, type, data });
  conversation.receive(responseOf(EAP_TYPE.identity, new Uint8Array(identity).fill(97)));
  const response = responseOf(EAP_TYPE.tls, new Uint8Array(octets - 5).fill(7));
  const step = conversation.receive(response);
  const packet = parseRadius(datagrams[1] ?? new Uint8Array());
  return { step, response, packet, datagram: datagrams[1] };
}

test("004-S18: a relay says the Framed-MTU and takes the Responses that it is told to, and refuses longer ones", () => {
  for (const [limits, framedMtu, longest] of [
    [undefined, 466, 2292],
    [{ framedMtu: 1400, responseMaxOctets: 3000 }, 1400, 3000],
    [{ framedMtu: 64, responseMaxOctets: 100 }, 64, 100],
  ] as const) {
    const taken = relayed(longest, limits, 80);
    assert.equal(taken.step, undefined, "the answer comes later");
    assert.ok(typeof taken.packet === "object", "an Access-Request");
    const mtu = attributeOf(taken.packet.attributes, ATTRIBUTE.framedMtu);
    assert.equal(mtu && toHex(mtu), framedMtu.toString(16).padStart(8, "0"));
    assert.deepEqual(eapOf(taken.packet.attributes), taken.response);
    assert.equal(relayed(longest + 1, limits, 80).step?.result, "failure");
  }
});

test("a Response of 3000 octets beside the longest attributes, and a State, still is one RADIUS packet", () => {
  const { datagram } = relayed(3000, { framedMtu: 1400, responseMaxOctets: 3000 });
  assert.ok(datagram.length + 255 <= RADIUS_MAX_OCTETS, `${datagram.length} octets without a State`);
});

test("limits that RADIUS has no room for are the caller's mistake", () => {
  assert.throws(
    () => relayed(9, { framedMtu: 63, responseMaxOctets: 9 }),
    /framedMtu: 63 is not a whole number from 64/,
  );
  assert.throws(
    () => relayed(9, { framedMtu: 64, responseMaxOctets: 3001 }),
    /responseMaxOctets: 3001 is not a whole number from 1 to 3000/,
  );
});
