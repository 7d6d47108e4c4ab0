/** A real hostapd as the RADIUS and EAP server: our peer over our RADIUS client, and our stations behind our AP. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EapStep } from "../../host/eap/backend.ts";
import { eapMessages } from "../../host/radius/packet.ts";
import { RadiusRelay } from "../../host/radius/relay.ts";
import { RadiusUdpClient, steady_s } from "../../host/radius/udp.node.ts";
import { RsnAp } from "../../host/rsn/ap/rsnap.ts";
import { REASON } from "../../host/rsn/frames/codes.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { AA, MSDU, SPA, SSID } from "../rsn/ap/bed.ts";
import { answeringOf, identityRequest, KEY, OTHER_KEY, peerOf } from "../rsn/eap/conversation.ts";
import { WasmAir } from "../rsn/eap/wasmair.ts";
import { readPmksa } from "../rsn/twin/record.ts";
import { STATE } from "../rsn/twin/statuses.ts";
import { toHex } from "../support/hex.ts";
import { dumped } from "./logs.ts";
import { skipWithoutPrograms } from "./programs.ts";
import { HostapdRadius } from "./radius.ts";

const skip = skipWithoutPrograms("hostapd");
const SECRET = "testing123";
const USERS = `"psk.user" PSK ${toHex(KEY)}`;
const WITHIN_ms = 5000;
/** What it logs of an MSK last: the log comes by another way than the answer. */
const KEYS_LOGGED = /EAP-PSK: EMSK - hexdump.*\n/;
const ACCESS_REJECT = /RADIUS message: code=3 \(Access-Reject\)/;

async function withRadius(
  run: (hostapd: HostapdRadius, udp: RadiusUdpClient) => Promise<void>,
  secret = SECRET,
): Promise<void> {
  const hostapd = await HostapdRadius.start(SECRET, USERS);
  const server = { address: "127.0.0.1", port: hostapd.port };
  const udp = await RadiusUdpClient.open(server, new TextEncoder().encode(secret));
  try {
    await run(hostapd, udp);
  } finally {
    udp.close();
    await hostapd.stop();
  }
}

/** Our peer, without an AP between it and the relay: how it ended, and how many times the server answered. */
async function authenticate(udp: RadiusUdpClient, key: Uint8Array) {
  const peer = peerOf(key);
  const answering = answeringOf(peer);
  let answers = 0;
  const step = await new Promise<EapStep>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("no end within 5 s")), WITHIN_ms);
    const take = (step: EapStep | undefined): void => {
      if (step?.result === "continue") {
        const response = answering(step.packet);
        if (response) take(conversation.receive(response));
      } else if (step) {
        clearTimeout(late);
        resolve(step);
      }
    };
    const { client } = udp;
    const relay = new RadiusRelay({
      client,
      aa: AA,
      ssid: SSID,
      nasIdentifier: "ap.example",
      now_s: steady_s,
      onStep: (_spa, step) => {
        answers++;
        take(step);
      },
    });
    const conversation = relay.begin(SPA);
    take(conversation.receive(answering(identityRequest(3)) ?? new Uint8Array(0)));
  });
  return { step, peer, answers };
}

test(
  "000-R5, 002-A11: a real hostapd's EAP-PSK server accepts our peer over our RADIUS client; its MS-MPPE keys are the peer's MSK",
  {
    skip,
  },
  () =>
    withRadius(async (hostapd, udp) => {
      const { step, peer, answers } = await authenticate(udp, KEY);
      assert.equal(step.result, "success");
      assert.equal(answers, 3, "two challenges and the Access-Accept");
      assert.deepEqual(step.msk, peer.msk);
      assert.ok(step.msk && peer.emsk, "there are keys");
      await hostapd.logged(KEYS_LOGGED);
      assert.deepEqual(dumped(hostapd.log, "EAP-PSK: MSK"), [toHex(step.msk)]);
      assert.deepEqual(dumped(hostapd.log, "EAP-PSK: EMSK"), [toHex(peer.emsk)]);
    }),
);

test("000-R5: a real hostapd rejects our peer when one bit of its EAP-PSK key is wrong", { skip }, () =>
  withRadius(async (hostapd, udp) => {
    const { step, peer, answers } = await authenticate(udp, OTHER_KEY);
    assert.equal(step.result, "failure");
    assert.equal(answers, 2, "a challenge and the Access-Reject");
    assert.equal(peer.msk, undefined);
    await hostapd.logged(ACCESS_REJECT);
  }),
);

test("000-R5: a real hostapd drops our requests when one octet of the RADIUS secret is wrong", { skip }, () =>
  withRadius(async (hostapd, { client }) => {
    const identity = answeringOf(peerOf())(identityRequest(3)) ?? new Uint8Array(0);
    client.request(eapMessages(identity), steady_s(), () => assert.fail("answered"));
    await hostapd.logged(/Invalid Message-Authenticator/i);
    assert.notEqual(client.due_s, Number.POSITIVE_INFINITY, "the request waits still");
  }, "testing124"),
);

/** Our AP, its server behind RADIUS, and the wasm station; every frame is answered at once, the server when it has. */
class Relayed {
  readonly air: WasmAir;
  msk: Uint8Array | undefined;

  private constructor(air: WasmAir) {
    this.air = air;
  }

  static async associate({ client }: RadiusUdpClient, akm: 1 | 5, key: Uint8Array): Promise<Relayed> {
    const onStep = (spa: Uint8Array, step: EapStep): void => {
      relayed.msk = step.msk?.slice();
      relayed.air.down(ap.eapAnswer(spa, step, steady_s()));
    };
    const eap = new RadiusRelay({ client, aa: AA, ssid: SSID, nasIdentifier: "ap.example", now_s: steady_s, onStep });
    const ap = new RsnAp({ crypto: nodeRsnCrypto, aa: AA, ssid: SSID, akms: [1, 5], mode: "rsn", eap });
    const relayed = new Relayed(await WasmAir.make(ap, steady_s, akm, key));
    relayed.air.connect();
    return relayed;
  }

  /** Until the port is open, or the AP has ended the association. */
  async settled(): Promise<boolean> {
    const { ap } = this.air;
    const end_ms = Date.now() + WITHIN_ms;
    while (!ap.isAuthorized(SPA) && ap.ended.size === 0) {
      if (Date.now() > end_ms) throw new Error("neither authorized nor ended");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return ap.isAuthorized(SPA);
  }
}

for (const akm of [1, 5] as const) {
  test(
    `000-R5, 000-R6, 000-R10: the wasm station with AKM ${akm} before our AP, which relays to a real hostapd: the port opens under its PMK`,
    {
      skip,
    },
    () =>
      withRadius(async (hostapd, udp) => {
        const relayed = await Relayed.associate(udp, akm, KEY);
        const { host, station } = relayed.air;
        assert.ok(await relayed.settled(), "the port is open");
        assert.equal(station.state, STATE.open);
        const pmk = readPmksa(host)?.pmk;
        assert.ok(pmk && relayed.msk, "station and AP have a PMK");
        assert.deepEqual(pmk, relayed.msk.slice(0, 32));
        await hostapd.logged(KEYS_LOGGED);
        assert.deepEqual(dumped(hostapd.log, "EAP-PSK: MSK"), [toHex(relayed.msk)]);
        const { frame } = station.send(MSDU);
        assert.ok(frame, "the station sends");
        assert.deepEqual(relayed.air.up(frame).msdu?.octets, MSDU);
      }),
  );
}

test(
  "000-R5: the wasm station with one wrong bit in its EAP-PSK key is rejected by a real hostapd, and our AP ends with reason 23",
  {
    skip,
  },
  () =>
    withRadius(async (hostapd, udp) => {
      const relayed = await Relayed.associate(udp, 5, OTHER_KEY);
      const { host, station, ap } = relayed.air;
      assert.equal(await relayed.settled(), false);
      assert.deepEqual([...ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
      assert.equal(station.state, STATE.bssKnown);
      assert.equal(readPmksa(host), null);
      await hostapd.logged(ACCESS_REJECT);
    }),
);
