/** Our stations against a real hostapd without a radio: associated, authorized, rekeyed, and refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EAPOL_TYPE } from "../../host/rsn/frames/eapol.ts";
import { parseMsdu } from "../../host/rsn/frames/llc.ts";
import { emitMpdu, FLAG, parseMpdu } from "../../host/rsn/frames/mpdu.ts";
import { AKM_SUITE, CIPHER, emitRsne } from "../../host/rsn/frames/rsne.ts";
import { ccmpHeaderOf, ccmpOpen, ccmpSeal } from "../../host/rsn/keys/ccmp.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { keyIn } from "../rsn/ap/air.ts";
import { MSDU } from "../rsn/ap/bed.ts";
import { rsnStatusName, STATE } from "../rsn/twin/statuses.ts";
import { hex, toHex } from "../support/hex.ts";
import { Hostapd } from "./hostapd.ts";
import { HOSTAPD_AA, hostapdRsne, Link, PSK_RSNE, SSID } from "./link.ts";
import { skipWithoutPrograms } from "./programs.ts";
import { STATIONS } from "./stations.ts";

const skip = skipWithoutPrograms("hostapd", "socat");
const SPA = hex("02 00 00 00 03 00");
const PMK = hex("00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff");
const CONF = [
  `ssid=${SSID}`,
  "wpa=2",
  "wpa_key_mgmt=WPA-PSK WPA-PSK-SHA256",
  "rsn_pairwise=CCMP",
  `wpa_psk=${toHex(PMK)}`,
  "wpa_group_rekey=0",
  "wpa_pairwise_update_count=2",
];
const IDENTITY = new TextEncoder().encode("psk.user");
const EAP_PSK = hex("0123456789abcdef0123456789abcdef");
const EAP_RSNE = hostapdRsne([AKM_SUITE["802.1X"], AKM_SUITE["802.1X-SHA256"]]);
const EAP_CONF = [
  `ssid=${SSID}`,
  "wpa=2",
  "wpa_key_mgmt=WPA-EAP WPA-EAP-SHA256",
  "rsn_pairwise=CCMP",
  "wpa_group_rekey=0",
  "ieee8021x=1",
  "eap_server=1",
  "eap_user_file=users",
];
const FILES = { users: `"psk.user" PSK ${toHex(EAP_PSK)}\n` };
const record = (akm: 2 | 6, key = PMK) =>
  ({ akm, spa: SPA, ssid: new TextEncoder().encode(SSID), key, identity: new Uint8Array(0) }) as const;

async function withHostapd(conf: readonly string[], run: (hostapd: Hostapd) => Promise<void>): Promise<void> {
  const hostapd = await Hostapd.start({ conf, files: FILES });
  try {
    await run(hostapd);
  } finally {
    await hostapd.stop();
  }
}

for (const { name, make } of STATIONS) {
  for (const akm of [2, 6] as const) {
    test(
      `000-R8, 000-R10: ${name} with AKM ${akm} is authorized by a real hostapd, and takes a new group key`,
      { skip },
      () =>
        withHostapd(CONF, async (hostapd) => {
          const station = await make(record(akm));
          const link = new Link(hostapd, station, SPA);
          await link.associate(PSK_RSNE);
          await link.event("EAPOL-4WAY-HS-COMPLETED");
          assert.equal(await link.flags(), "[AUTH][ASSOC][AUTHORIZED]");
          assert.equal(station.state, STATE.open);
          const { frame } = station.send(MSDU);
          assert.ok(frame && link.tk, "there is a protected frame, and hostapd has said its TK");
          assert.deepEqual(opened(frame, link.tk), MSDU);

          await hostapd.succeed("REKEY_GTK");
          await hostapd.logged(/group key handshake completed \(RSN\)/);
          assert.equal(station.state, STATE.open);
          assert.equal(
            link.up.filter((frame) => keyIn(frame)?.info === (0x0300 | (akm === 2 ? 2 : 3))).length,
            1,
            "one G2",
          );
        }),
    );
  }

  test(`000-R3: a real hostapd refuses ${name} when its RSNE is changed to TKIP`, { skip }, () =>
    withHostapd(CONF, async (hostapd) => {
      const station = await make(record(2));
      const link = new Link(hostapd, station, SPA);
      const request = toHex(await link.request(PSK_RSNE));
      const own = { group: CIPHER.CCMP, pairwise: [CIPHER.CCMP], akms: [AKM_SUITE.PSK], capabilities: 0, pmkids: [] };
      for (const [changed, said] of [
        [{ ...own, group: CIPHER.TKIP }, /Invalid WPA group cipher/],
        [{ ...own, pairwise: [CIPHER.TKIP] }, /Invalid RSN pairwise cipher/],
      ] as const) {
        const tkip = request.replace(toHex(emitRsne(own)), toHex(emitRsne(changed)));
        assert.notEqual(tkip, request);
        await link.managementUp(hex(tkip));
        await hostapd.logged(said);
        assert.equal(await link.flags(), "[AUTH]");
      }
    }),
  );

  test(
    `000-R8: ${name} with another PMK is never authorized by a real hostapd, and its M2 are counted as wrong`,
    { skip },
    () =>
      withHostapd(CONF, async (hostapd) => {
        const station = await make(
          record(
            2,
            PMK.map((octet) => octet ^ 1),
          ),
        );
        const link = new Link(hostapd, station, SPA);
        await link.associate(PSK_RSNE);
        // Two tries, as configured, then reason 15.
        await link.event("AP-STA-POSSIBLE-PSK-MISMATCH");
        await hostapd.logged(/reason 15/);
        assert.doesNotMatch(hostapd.log, /(?<!un)authorizing port/);
        assert.equal(station.state, STATE.fourWay);
      }),
  );

  test(
    `000-R8: an M3 that a real hostapd sends again is answered by ${name}, and neither a PN nor a replay window starts again`,
    { skip },
    () =>
      withHostapd(CONF, async (hostapd) => {
        const station = await make(record(2));
        const link = new Link(hostapd, station, SPA);
        await link.associate(PSK_RSNE);
        await link.event("EAPOL-4WAY-HS-COMPLETED");
        const { tk } = link;
        assert.ok(tk, "hostapd has said its TK");
        const down = protectedDown(tk, 7);
        assert.equal(station.receive(down).status, 0);
        const pns = (): number => pnOf(station.send(MSDU).frame);
        assert.deepEqual([pns(), pns()], [1, 2]);

        const before = link.up.length;
        await hostapd.succeed(`RESEND_M3 ${link.address}`);
        await link.event("EAPOL-TX", 3);
        assert.equal(link.up.length, before + 1, "the M3 was answered with an M4");
        assert.equal(pns(), 3);
        assert.equal(rsnStatusName(station.receive(down).status), "replayed PN");
        assert.equal(await link.flags(), "[AUTH][ASSOC][AUTHORIZED]");
        const again = link.down.filter((frame) => keyIn(frame)?.info === 0x13ca);
        assert.equal(again.length, 2, "M3 came twice");
        for (const m3 of again) assert.equal(rsnStatusName(await link.again(m3)), "replayed counter");
      }),
  );

  for (const akm of [1, 5] as const) {
    test(
      `000-R5, 000-R6, 000-R12: ${name} with AKM ${akm} is authenticated by the EAP-PSK server of a real hostapd, and the next time by its PMKID`,
      {
        skip,
      },
      () =>
        withHostapd(EAP_CONF, async (hostapd) => {
          const eap = { akm, spa: SPA, ssid: new TextEncoder().encode(SSID), key: EAP_PSK, identity: IDENTITY };
          const station = await make(eap);
          const link = new Link(hostapd, station, SPA);
          await link.associate(EAP_RSNE);
          await link.event("EAPOL-4WAY-HS-COMPLETED");
          assert.equal(await link.flags(), "[AUTH][ASSOC][AUTHORIZED]");
          assert.equal(station.state, STATE.open);
          const { frame } = station.send(MSDU);
          assert.ok(frame && link.tk, "there is a protected frame, and hostapd has said its TK");
          assert.deepEqual(opened(frame, link.tk), MSDU);
          assert.ok(link.down.some(isEap), "EAP was on the air");

          // A power cycle: what is left is the entry in NVM.
          assert.equal(station.boot(), 0);
          link.down.length = 0;
          await link.associate(EAP_RSNE);
          await link.event("EAPOL-4WAY-HS-COMPLETED", 2);
          assert.equal(await link.flags(), "[AUTH][ASSOC][AUTHORIZED]");
          assert.equal(station.state, STATE.open);
          assert.ok(!link.down.some(isEap), "no EAP was on the air the second time");
        }),
    );
  }

  test(`000-R5: ${name} with another EAP-PSK key is not authenticated by a real hostapd`, { skip }, () =>
    withHostapd(EAP_CONF, async (hostapd) => {
      const key = EAP_PSK.map((octet) => octet ^ 1);
      const ssid = new TextEncoder().encode(SSID);
      const station = await make({ akm: 1, spa: SPA, ssid, key, identity: IDENTITY });
      const link = new Link(hostapd, station, SPA);
      await link.associate(EAP_RSNE);
      await hostapd.logged(/CTRL-EVENT-EAP-FAILURE 02:00:00:00:03:00/);
      assert.doesNotMatch(hostapd.log, /(?<!un)authorizing port/);
      assert.notEqual(station.state, STATE.open);
    }),
  );
}

function isEap(frame: Uint8Array): boolean {
  const mpdu = parseMpdu(frame);
  const msdu = typeof mpdu === "string" || mpdu.kind !== "Data" ? mpdu : parseMsdu(mpdu.body);
  return typeof msdu !== "string" && "data" in msdu && msdu.data[1] === EAPOL_TYPE.eap;
}

/** What a protected frame of the station holds under that key. */
function opened(frame: Uint8Array, tk: Uint8Array): Uint8Array | null {
  const mpdu = parseMpdu(frame);
  assert.ok(typeof mpdu !== "string", "an MPDU");
  const header = ccmpHeaderOf(mpdu);
  assert.ok(typeof header !== "string", "a CCMP header");
  return ccmpOpen(nodeRsnCrypto, tk, header, mpdu);
}

function pnOf(frame: Uint8Array | undefined): number {
  const mpdu = frame && parseMpdu(frame);
  assert.ok(mpdu && typeof mpdu !== "string", "an MPDU");
  const header = ccmpHeaderOf(mpdu);
  return typeof header === "string" ? assert.fail(header) : header.pn;
}

/** An MSDU from the AP under that PN. */
function protectedDown(tk: Uint8Array, pn: number): Uint8Array {
  const addresses = { a1: SPA, a2: HOSTAPD_AA, a3: HOSTAPD_AA };
  const mpdu = { kind: "Data", flags: FLAG.fromDs, ...addresses, sequence: 0, body: MSDU } as const;
  return emitMpdu(ccmpSeal(nodeRsnCrypto, tk, { pn, keyId: 0 }, mpdu));
}
