/**
 * Our authenticator before a real wpa_supplicant, over a wire: it answers M1 with an M2 whose MIC is right, and takes our M3 up
 * to its keys. There it ends: a wire has no scan results to compare the RSNE of M3 with, so there is no M4.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { GroupKeys } from "../../host/rsn/ap/groupkeys.ts";
import { Handshake, type Step } from "../../host/rsn/ap/handshake.ts";
import { Policy } from "../../host/rsn/ap/policy.ts";
import { parseEapol } from "../../host/rsn/frames/eapol.ts";
import { type EapolKey, parseEapolKey } from "../../host/rsn/frames/eapolkey.ts";
import { emitEthernet, parseEthernet } from "../../host/rsn/frames/ethernet.ts";
import { ETHERTYPE } from "../../host/rsn/frames/llc.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { suiteOf } from "../../host/rsn/keys/suites.ts";
import { hex, toHex } from "../support/hex.ts";
import { skipWithoutPrograms } from "./programs.ts";
import { skipWithoutNamespaces, Wire } from "./wire.ts";
import { PAE_GROUP } from "./wiredassociation.ts";
import { SUPPLICANT_PROGRAMS, WpaSupplicant } from "./wpasupplicant.ts";

const skip = skipWithoutPrograms(...SUPPLICANT_PROGRAMS) || skipWithoutNamespaces();
const NEAR = hex("02 00 00 00 02 00");
const SPA = hex("02 00 00 00 03 00");
const PMK = hex("00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff");

for (const [akm, keyManagement] of [
  [2, "WPA-PSK"],
  [6, "WPA-PSK-SHA256"],
] as const) {
  test(`000-R8: a real wpa_supplicant answers our M1 and takes our M3, AKM ${akm}`, { skip }, async () => {
    const network = ['ssid="ampnet"', `key_mgmt=${keyManagement}`, "proto=RSN", "pairwise=CCMP", "group=CCMP"];

    const crypto = nodeRsnCrypto;
    const { rsne } = new Policy([akm]);
    const facts = {
      crypto,
      suite: suiteOf(akm),
      mode: "rsn",
      aa: PAE_GROUP,
      spa: SPA,
      apRsne: rsne,
      stationRsne: rsne,
    } as const;
    const handshake = new Handshake({ ...facts, pmk: PMK.slice(), group: new GroupKeys(crypto) });
    const steps: Step[] = [];
    const heard: EapolKey[] = [];
    const send = (pdu: Uint8Array): void =>
      wire.send(emitEthernet({ da: SPA, sa: NEAR, etherType: ETHERTYPE.eapol, data: pdu }));
    const wire = await Wire.make({ near: NEAR, far: SPA }, (octets) => {
      const frame = parseEthernet(octets);
      if (typeof frame === "string" || frame.etherType !== ETHERTYPE.eapol) return;
      const eapol = parseEapol(frame.data);
      const key = typeof eapol === "string" ? eapol : parseEapolKey(eapol);
      if (typeof eapol === "string" || typeof key === "string") return;
      heard.push(key);
      const step = handshake.receive(key, eapol.pdu, 0);
      steps.push(step);
      if (step.send) send(step.send);
    });
    let supplicant: WpaSupplicant | undefined;
    try {
      supplicant = await WpaSupplicant.start(wire, [...network, `psk=${toHex(PMK)}`]);
      const { send: m1 } = handshake.begin(0);
      assert.ok(m1, "there is an M1");
      send(m1);
      await supplicant.logged(/WPA: RX message 3 of 4-Way Handshake/);
      await supplicant.logged(/WPA: GTK in EAPOL-Key - hexdump/);
      assert.deepEqual(
        steps.map(({ refused }) => refused),
        [undefined],
      );
      assert.doesNotMatch(supplicant.log, /Invalid EAPOL-Key MIC|AES unwrap failed/);
      assert.equal(heard[0].replayCounter, 1n);
    } finally {
      handshake.end();
      await supplicant?.stop();
      await wire.remove();
    }
  });
}
