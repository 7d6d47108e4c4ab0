/** What has to hold between a real Linux station and our AP, in the order in which it is tried. */

import assert from "node:assert/strict";
import { steady_s } from "../../../host/radius/udp.node.ts";
import { REASON } from "../../../host/rsn/frames/codes.ts";
import { EAPOL_TYPE } from "../../../host/rsn/frames/eapol.ts";
import { suiteOf } from "../../../host/rsn/keys/suites.ts";
import { AP_ADDRESS, STATION_ADDRESS, TARGET_ADDRESS } from "./guest.ts";
import type { Station } from "./station.ts";

export type Claim = readonly [title: string, check: (station: Station) => Promise<void>];

const AKMS = [1, 2, 5, 6] as const;
/** Of the EAPOL-Key frames that a station sends in clear. */
const M4 = 2;

const connects = AKMS.map(
  (akm): Claim => [
    `000-R2..R10: AKM ${akm}: ${suiteOf(akm).eap ? "EAP-PSK, " : ""}four messages, data under both keys, a new GTK, and data under it`,
    async (station) => {
      await station.start(akm);
      await station.authorized();
      assert.equal(station.eapolPdus(EAPOL_TYPE.eap) > 0, suiteOf(akm).eap, "EAP if and only if the suite has it");
      assert.equal(await station.answersArp("pairwise"), 0);
      const before = await station.answersArp("group");
      await station.rekey();
      const after = await station.answersArp("group");
      assert.deepEqual([before, after], [1, 2], "key IDs");
    },
  ],
);

const wrong = [2, 5].map(
  (akm): Claim => [
    `000-R5, 000-R8: AKM ${akm} with one wrong bit in the station's key: the port stays shut, reason ${akm === 2 ? 15 : 23}`,
    async (station) => {
      await station.start(akm as 2 | 5, { key: "wrong" });
      const reason = akm === 2 ? REASON.FOUR_WAY_HANDSHAKE_TIMEOUT : REASON.IEEE_802_1X_AUTH_FAILED;
      await station.until(() => (station.ap.ended.get(reason) ?? 0) > 0, `our AP ends with reason ${reason}`);
      assert.ok(!station.ap.isAuthorized(STATION_ADDRESS), "the port is shut");
    },
  ],
);

export const CLAIMS: readonly Claim[] = [
  ...connects,
  [
    "000-R8: a lost M4 is made good: the station answers the second M3 under its pairwise key",
    async (station) => {
      let keys = 0;
      await station.start(6, { passes: (octets) => !station.isKey(octets) || ++keys !== M4 });
      await station.authorized();
      assert.deepEqual([...station.ap.ended], []);
      await station.answersArp("pairwise");
    },
  ],
  [
    "000-R11: mode seed is not for this station: it answers an M3 without a GTK, misses the GTK, and leaves; the port stays shut",
    async (station) => {
      await station.start(6, { mode: "seed" });
      const why = "No GTK KDE included in EAPOL-Key msg 3/4";
      const left = async (): Promise<boolean> => (await station.log(why)).includes(why);
      await station.until(left, "the station misses the GTK");
      assert.ok(!station.ap.isAuthorized(STATION_ADDRESS), "the port is shut");
    },
  ],
  [
    "000-R5: EAPOL-Logoff of the station closes the port",
    async (station) => {
      await station.start(1);
      await station.authorized();
      await station.succeed("logoff");
      await station.until(() => !station.ap.isAuthorized(STATION_ADDRESS), "the port is shut");
      assert.deepEqual([...station.ap.ended], [], "the association has not ended");
    },
  ],
  ...wrong,
  [
    "000-R12: the PMKSA of the association before: the next one needs no EAP",
    async (station) => {
      await station.start(1);
      await station.authorized();
      const pmkid = await station.pmkid(AP_ADDRESS);
      assert.ok(pmkid, "the station has a PMKSA");
      assert.ok(station.ap.pmksa.find(STATION_ADDRESS, suiteOf(1), [pmkid], steady_s()), "our AP has it");
      await station.succeed("disconnect");
      await station.until(() => !station.ap.isAuthorized(STATION_ADDRESS), "the station is gone");
      station.forgetAir();
      await station.succeed("reconnect");
      await station.authorized();
      assert.equal(station.eapolPdus(EAPOL_TYPE.eap), 0, "no EAP");
      await station.answersArp("pairwise");
    },
  ],
  [
    "001-P2, P3: pre-authentication with our second AP over the port of the first; then the station roams there without EAP",
    async (station) => {
      await station.start(1);
      await station.authorized();
      await station.preauthenticate();
      const pmkid = await station.pmkid(TARGET_ADDRESS);
      assert.ok(pmkid, "the station has a PMKSA with the target AP");
      assert.ok(station.target.pmksa.find(STATION_ADDRESS, suiteOf(1), [pmkid], steady_s()), "which has it, too");
      assert.ok(!station.target.isAuthorized(STATION_ADDRESS), "the port there is shut");
      station.forgetAir();
      await station.roam(TARGET_ADDRESS);
      await station.authorized(station.target);
      assert.equal(station.eapolPdus(EAPOL_TYPE.eap), 0, "no EAP");
      await station.answersArp("pairwise", station.target, TARGET_ADDRESS);
    },
  ],
];
