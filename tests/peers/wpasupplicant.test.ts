/**
 * Our authenticator before a real wpa_supplicant, over a wire: it answers M1 with an M2 whose MIC is right, and takes our M3 up
 * to its keys. There it ends: a wire has no scan results to compare the RSNE of M3 with, so there is no M4.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { GroupKeys } from "../../host/rsn/ap/groupkeys.ts";
import { Handshake, type Step } from "../../host/rsn/ap/handshake.ts";
import { Policy } from "../../host/rsn/ap/policy.ts";
import { parseEapol } from "../../host/rsn/frames/eapol.ts";
import { type EapolKey, parseEapolKey } from "../../host/rsn/frames/eapolkey.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { suiteOf } from "../../host/rsn/keys/suites.ts";
import { concat, hex, toHex } from "../support/hex.ts";
import { Running, skipWithoutPrograms } from "./programs.ts";
import { ETHERNET_HEADER_OCTETS, skipWithoutNamespaces, Wire } from "./wire.ts";

const skip = skipWithoutPrograms("wpa_supplicant", "socat", "ip") || skipWithoutNamespaces();
/** What wpa_supplicant has for an AA on a wire: the PAE group address, IEEE Std 802.1X-2010 Table 11-1. */
const AA = hex("01 80 c2 00 00 03");
const NEAR = hex("02 00 00 00 02 00");
const SPA = hex("02 00 00 00 03 00");
const PMK = hex("00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff");
const EAPOL = hex("88 8e");

for (const [akm, keyManagement] of [
  [2, "WPA-PSK"],
  [6, "WPA-PSK-SHA256"],
] as const) {
  test(`000-R8: a real wpa_supplicant answers our M1 and takes our M3, AKM ${akm}`, { skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-wpasupplicant-"));
    const network = ['ssid="ampnet"', `key_mgmt=${keyManagement}`, "proto=RSN", "pairwise=CCMP", "group=CCMP"];
    const conf = ["ap_scan=0", "network={", ...network, `psk=${toHex(PMK)}`, "}", ""];
    writeFileSync(join(folder, "sta.conf"), conf.join("\n"));

    const crypto = nodeRsnCrypto;
    const { rsne } = new Policy([akm]);
    const facts = {
      crypto,
      suite: suiteOf(akm),
      mode: "rsn",
      aa: AA,
      spa: SPA,
      apRsne: rsne,
      stationRsne: rsne,
    } as const;
    const handshake = new Handshake({ ...facts, pmk: PMK.slice(), group: new GroupKeys(crypto) });
    const steps: Step[] = [];
    const heard: EapolKey[] = [];
    const send = (pdu: Uint8Array): void => wire.send(concat(SPA, NEAR, EAPOL, pdu));
    const wire = await Wire.make({ near: NEAR, far: SPA }, (frame) => {
      const isEapol = frame[12] === EAPOL[0] && frame[13] === EAPOL[1];
      const eapol = isEapol ? parseEapol(frame.slice(ETHERNET_HEADER_OCTETS)) : "bad type";
      const key = typeof eapol === "string" ? eapol : parseEapolKey(eapol);
      if (typeof eapol === "string" || typeof key === "string") return;
      heard.push(key);
      const step = handshake.receive(key, eapol.pdu, 0);
      steps.push(step);
      if (step.send) send(step.send);
    });
    const args = [
      "netns",
      "exec",
      wire.namespace,
      "wpa_supplicant",
      "-Dwired",
      `-i${wire.far}`,
      "-csta.conf",
      "-dd",
      "-K",
    ];
    const supplicant = new Running("ip", args, folder);
    try {
      await supplicant.printed(/Associated with|Associated to a new BSS|EAPOL: External notification - portEnabled=1/);
      const { send: m1 } = handshake.begin(0);
      assert.ok(m1, "there is an M1");
      send(m1);
      await supplicant.printed(/WPA: RX message 3 of 4-Way Handshake/);
      await supplicant.printed(/WPA: GTK in EAPOL-Key - hexdump/);
      assert.deepEqual(
        steps.map(({ refused }) => refused),
        [undefined],
      );
      assert.doesNotMatch(supplicant.output, /Invalid EAPOL-Key MIC|AES unwrap failed/);
      assert.equal(heard[0].replayCounter, 1n);
    } finally {
      handshake.end();
      await supplicant.stop();
      await wire.remove();
      rmSync(folder, { recursive: true });
    }
  });
}
