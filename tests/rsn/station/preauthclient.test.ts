/** The station's side of pre-authentication: what it takes, what it drops, and when it gives up. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EAPOL_TYPE, emitEapol } from "../../../host/rsn/frames/eapol.ts";
import { emitEthernet } from "../../../host/rsn/frames/ethernet.ts";
import { ETHERTYPE } from "../../../host/rsn/frames/llc.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { PreauthClient } from "../../../host/rsn/station/preauthclient.ts";
import { hex } from "../../support/hex.ts";
import { AA, SPA } from "../ap/bed.ts";
import { clientOf, TARGET } from "../ap/preauthbed.ts";
import { IDENTITY, identityRequest, KEY } from "../eap/conversation.ts";

const down = (data: Uint8Array, { da = SPA, sa = TARGET, etherType = ETHERTYPE.preauthentication as number } = {}) =>
  emitEthernet({ da, sa, etherType, data });
const eapDown = (packet: Uint8Array): Uint8Array => down(emitEapol(EAPOL_TYPE.eap, packet));

test("000-R12: frames that are none of the target AP's pre-authentication are dropped by their reason", () => {
  const client = clientOf(5);
  const request = emitEapol(EAPOL_TYPE.eap, identityRequest(1));
  assert.deepEqual(client.receive(down(request), 0), { refused: "wrong phase" }, "before EAPOL-Start");
  client.begin(0);
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ["too short", down(request).slice(0, 13)],
    ["too short", down(request.slice(0, 3))],
    ["bad length", down(request.slice(0, -1))],
    ["bad type", down(request, { etherType: ETHERTYPE.eapol })],
    ["bad type", down(emitEapol(EAPOL_TYPE.key, new Uint8Array(95)))],
    ["not for me", down(request, { da: AA })],
    ["not for me", down(request, { sa: AA })],
    ["wrong phase", eapDown(hex("03 01 0004"))],
  ];
  for (const [refused, frame] of cases) assert.deepEqual(client.receive(frame, 0), { refused });
  const step = client.receive(down(request), 0);
  assert.ok("send" in step, "the Request is answered after all");
});

test("000-R5: EAPOL-Start goes out three times, every 30 s; 30 s after the last, or after the last Request, it has failed", () => {
  const deaf = clientOf(5);
  const first = deaf.begin(0);
  assert.equal(deaf.advance(29), undefined);
  assert.deepEqual(deaf.advance(30), { send: first });
  assert.deepEqual(deaf.advance(60), { send: first });
  assert.equal(deaf.advance(89), undefined);
  assert.deepEqual(deaf.advance(90), { failed: true });
  assert.equal(deaf.due_s, Number.POSITIVE_INFINITY);

  const left = clientOf(5);
  left.begin(0);
  left.receive(eapDown(identityRequest(1)), 10);
  assert.equal(left.due_s, 40);
  assert.deepEqual(left.advance(40), { failed: true });
  assert.deepEqual(left.receive(eapDown(identityRequest(2)), 41), { refused: "wrong phase" }, "it is over");
});

test("000-R5: an EAP-Failure ends it", () => {
  const client = clientOf(1);
  client.begin(0);
  client.receive(eapDown(hex("01 01 0005 01")), 0);
  assert.deepEqual(client.receive(eapDown(hex("04 01 0004")), 0), { failed: true });
});

test("a group address, and a key of a wrong length, are the caller's mistakes", () => {
  const good = { crypto: nodeRsnCrypto, spa: SPA, aa: TARGET, akm: 1, identity: IDENTITY, psk: KEY } as const;
  const group = hex("01 80 c2 00 00 03");
  assert.throws(() => new PreauthClient({ ...good, aa: group }), /aa: a group address/);
  assert.throws(() => new PreauthClient({ ...good, spa: group }), /spa: a group address/);
  assert.throws(() => new PreauthClient({ ...good, aa: AA.slice(1) }), /aa: 5 octets/);
  assert.throws(() => new PreauthClient({ ...good, psk: KEY.slice(1) }), RangeError);
});
