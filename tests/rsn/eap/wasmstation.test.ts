/** The wasm station before our AP and our own EAP-PSK server: the same PMK on both sides, and what it costs on the air. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EapBackend, EapStep } from "../../../host/eap/backend.ts";
import type { PskOutcome } from "../../../host/eap/pskserver.ts";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { REASON } from "../../../host/rsn/frames/codes.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { AA, MSDU, SSID } from "../ap/bed.ts";
import { readPmksa } from "../twin/record.ts";
import { STATE } from "../twin/statuses.ts";
import { KEY, OTHER_KEY, serverOf } from "./conversation.ts";
import { WasmAir } from "./wasmair.ts";

/** An AP with our server; `steps` are the server's answers. */
function apOf(outcomes: PskOutcome[]): { readonly ap: RsnAp; readonly steps: EapStep[] } {
  const server = serverOf(outcomes);
  const steps: EapStep[] = [];
  const eap: EapBackend = {
    begin() {
      const conversation = server.begin();
      return {
        receive(packet) {
          const step = conversation.receive(packet);
          steps.push({ ...step, msk: step.msk?.slice() });
          return step;
        },
      };
    },
  };
  return { ap: new RsnAp({ crypto: nodeRsnCrypto, aa: AA, ssid: SSID, akms: [1, 5], mode: "rsn", eap }), steps };
}

for (const akm of [1, 5] as const) {
  test(`000-R5, 000-R6, 002-A11: the wasm station with AKM ${akm} has the PMK of our EAP-PSK server, and the port opens`, async () => {
    const outcomes: PskOutcome[] = [];
    const { ap, steps } = apOf(outcomes);
    const air = await WasmAir.make(ap, () => 0, akm, KEY);
    air.connect();
    assert.deepEqual(outcomes, ["success"]);
    assert.equal(air.station.state, STATE.open);
    const pmk = readPmksa(air.host)?.pmk;
    assert.ok(pmk, "the station has a PMKSA");
    assert.deepEqual(pmk, steps[2].msk?.slice(0, 32));
    const { frame } = air.station.send(MSDU);
    assert.ok(frame, "the station sends");
    assert.deepEqual(air.up(frame).msdu?.octets, MSDU);
    // Authentication and association 4, EAP 7, the 4-way handshake 4, and the reading.
    assert.equal(air.frames.length, 16);
  });
}

test("000-R5: the wasm station with one wrong bit in its key has no PMKSA, and our AP ends with reason 23", async () => {
  const outcomes: PskOutcome[] = [];
  const { ap } = apOf(outcomes);
  const air = await WasmAir.make(ap, () => 0, 5, OTHER_KEY);
  air.connect();
  assert.deepEqual(outcomes, ["wrong MAC_P"]);
  assert.equal(air.station.state, STATE.bssKnown);
  assert.equal(readPmksa(air.host), null);
  assert.deepEqual([...ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
});
