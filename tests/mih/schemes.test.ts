/** What a scheme puts on the network, and what it keeps to itself. */

import assert from "node:assert/strict";
import test from "node:test";
import { Recording } from "../../host/mih/attacks/recording.ts";
import { ID, LINK, Scene } from "../../host/mih/scene.ts";
import { emitSchemes, readSchemes, SCHEMES } from "../../host/mih/schemes/scheme.ts";
import { masked } from "../../host/mih/schemes/xor.ts";
import {
  GROUP_KEY_REQUEST,
  GROUP_KEY_RESPONSE,
  N2N_REQUEST,
  N2N_RESPONSE,
  PREREG_REQUEST,
  PREREG_RESPONSE,
  PUSH_REQUEST,
} from "../../host/mih/wire/messages.ts";
import { readPdu } from "../../host/mih/wire/pdu.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";

const KEY = new Uint8Array(32).fill(1);
const K = Uint8Array.from({ length: 32 }, (_, i) => i);
const input = { name: ID.mn, nonceT: new Uint8Array(16).fill(2), nonceN: new Uint8Array(16).fill(3) };

test("003-C2 the masked key is the fourth part of its payload: the mask of all three others, and nothing less, takes it off", () => {
  const sent = masked(nodeRsnCrypto, KEY, K, input);
  assert.notDeepEqual(sent, K, "K does not go in clear");
  assert.deepEqual(masked(nodeRsnCrypto, KEY, sent, input), K, "the fourth part is K again");
  const others = [
    { ...input, name: ID.tp },
    { ...input, nonceT: new Uint8Array(16) },
    { ...input, nonceN: new Uint8Array(16) },
  ];
  for (const other of others) assert.notDeepEqual(masked(nodeRsnCrypto, KEY, sent, other), K, JSON.stringify(other));
  assert.notDeepEqual(masked(nodeRsnCrypto, new Uint8Array(32), sent, input), K, "nor without the key of both ends");
  assert.throws(() => masked(nodeRsnCrypto, KEY, K.slice(1), input), /K: 31 octets/, "a K of another length");
});

test("003-C1 the literal mask leaves Nonce-T out, so it is another one", () => {
  const literal = masked(nodeRsnCrypto, KEY, K, input, true);
  assert.notDeepEqual(masked(nodeRsnCrypto, KEY, literal, input), K, "what the MN takes off is not what was put on");
  assert.deepEqual(
    masked(nodeRsnCrypto, KEY, literal, { ...input, nonceT: KEY.slice(16) }, true),
    K,
    "by the same text it fits",
  );
});

test("the schemes of a PoS are bits, and what is not known is passed over", () => {
  assert.equal(emitSchemes(SCHEMES), 7, "three bits");
  assert.deepEqual(readSchemes(emitSchemes(["21a"])), ["21a"], "one");
  assert.deepEqual(readSchemes(0xf8), [], "others' schemes");
});

/** Everything that carries a key or asks for one. */
const OF_KEYS = [
  PREREG_REQUEST,
  PREREG_RESPONSE,
  N2N_REQUEST,
  N2N_RESPONSE,
  GROUP_KEY_REQUEST,
  GROUP_KEY_RESPONSE,
  PUSH_REQUEST,
];

for (const scheme of ["21a", "21d"] as const) {
  test(`001-P10 ${scheme}: the protocol itself protects: nothing that has to do with keys is in clear on the network`, async () => {
    const recording = new Recording();
    const scene = new Scene({ scheme, seed: 12, network: { tap: recording.tap } });
    await scene.mn.attach(scene.partner("mn", "sp"));
    const done = await scene.mn.prepare({ tposId: ID.tp });
    assert.ok(typeof done !== "string", `prepared: ${done}`);
    const seen = OF_KEYS.flatMap((message) => recording.of(message));
    assert.ok(seen.length >= (scheme === "21d" ? 7 : 4), `${seen.length} messages were seen`);
    for (const { octets } of seen) {
      const pdu = readPdu(octets);
      assert.ok(typeof pdu === "object" && pdu.protection && !pdu.service, "it is protected as a whole");
    }
    scene.close();
  });
}

test("001-P9 a handoff is the link's: signalling before it moves nobody, and the PoS changes when the link has", async () => {
  const scene = new Scene({ scheme: "21a", seed: 13 });
  await scene.mn.attach(scene.partner("mn", "sp"));
  const done = await scene.mn.prepare({ targetLink: LINK.tp, candidateLinks: [LINK.tp] });
  assert.ok(typeof done !== "string", `prepared: ${done}`);
  assert.deepEqual([scene.poss.sp.serves(ID.mn), scene.poss.tp.serves(ID.mn)], [true, false], "before the handoff");
  assert.equal(scene.mn.serving?.id, ID.sp, "the MN, too, is where it was");
  assert.equal(await scene.mn.complete(done), true, "the link has changed");
  assert.equal(scene.poss.tp.serves(ID.mn), true, "now the target serves");
  assert.equal(scene.mn.serving?.id, ID.tp, "and the MN knows");
  scene.close();
});
