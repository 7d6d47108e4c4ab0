/**
 * RSN pre-authentication through a bridge (IEEE Std 802.11-2020, 12.6.10.2): a real wpa_supplicant at our target AP, and our
 * client at a real hostapd. What counts is that both sides have the same PMKSA, octet for octet.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EapBackend, EapStep } from "../../host/eap/backend.ts";
import { RadiusRelay } from "../../host/radius/relay.ts";
import { RadiusUdpClient, steady_s } from "../../host/radius/udp.node.ts";
import type { PreauthOutcome } from "../../host/rsn/ap/preauth.ts";
import { RsnAp } from "../../host/rsn/ap/rsnap.ts";
import { parseEthernet } from "../../host/rsn/frames/ethernet.ts";
import { ETHERTYPE } from "../../host/rsn/frames/llc.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import { suiteOf } from "../../host/rsn/keys/suites.ts";
import type { PreauthStep } from "../../host/rsn/station/preauthclient.ts";
import { SPA, SSID } from "../rsn/ap/bed.ts";
import { clientOf, TARGET } from "../rsn/ap/preauthbed.ts";
import { KEY, OTHER_KEY, serverOf } from "../rsn/eap/conversation.ts";
import { hex, toHex } from "../support/hex.ts";
import { colons, dumped } from "./logs.ts";
import { skipWithoutPrograms } from "./programs.ts";
import { HostapdRadius } from "./radius.ts";
import { skipWithoutNamespaces, Wire } from "./wire.ts";
import { WiredHostapd } from "./wiredhostapd.ts";
import { SUPPLICANT_PROGRAMS, WpaSupplicant } from "./wpasupplicant.ts";

const skip = skipWithoutPrograms(...SUPPLICANT_PROGRAMS, "hostapd", "hostapd_cli") || skipWithoutNamespaces();
const WITHIN_ms = 5000;
const SECRET = "testing123";
const USERS = `"psk.user" PSK ${toHex(KEY)}`;
const networkOf = (key: Uint8Array): string[] => [
  'ssid="ampnet"',
  "key_mgmt=WPA-EAP",
  "proto=RSN",
  "pairwise=CCMP",
  "group=CCMP",
  "eap=PSK",
  'identity="psk.user"',
  `password=${toHex(key)}`,
];
/** A line of the pmksa command of either program: index, the other side's address, PMKID, seconds left, flag. */
const entryOf = (address: Uint8Array): RegExp => new RegExp(`^\\d+ ${colons(address)} ([0-9a-f]{32}) (\\d+) 0$`, "m");

type OnStep = (spa: Uint8Array, step: EapStep) => void;

/** Our target AP on a bridge with a wpa_supplicant that pre-authenticates there; `backendOf` is told where later answers go. */
async function withTarget(
  backendOf: (onStep: OnStep) => EapBackend,
  key: Uint8Array,
  run: (ap: RsnAp, supplicant: WpaSupplicant, outcomes: readonly PreauthOutcome[]) => Promise<void>,
): Promise<void> {
  const outcomes: PreauthOutcome[] = [];
  const send = (frames: readonly Uint8Array[]): void => {
    for (const frame of frames) wire.send(frame);
  };
  const preauth = backendOf((spa, step) => send(ap.preauth.eapAnswer(spa, step, steady_s())));
  const ap = new RsnAp({ crypto: nodeRsnCrypto, aa: TARGET, ssid: SSID, akms: [1, 5], mode: "rsn", preauth });
  const wire = await Wire.make(
    { near: TARGET, far: SPA },
    (octets) => {
      const frame = parseEthernet(octets);
      if (typeof frame === "string" || frame.etherType !== ETHERTYPE.preauthentication) return;
      const outcome = ap.preauth.receive(octets, steady_s());
      outcomes.push(outcome);
      send(outcome.frames);
    },
    { isBridged: true },
  );
  let supplicant: WpaSupplicant | undefined;
  try {
    supplicant = await WpaSupplicant.start(wire, networkOf(key));
    assert.equal(supplicant.cli("preauthenticate", colons(TARGET)).trim(), "OK");
    await run(ap, supplicant, outcomes);
  } finally {
    await supplicant?.stop();
    await wire.remove();
  }
}

/** The PMKSA that wpa_supplicant has with our AP is the one that our AP has with it. */
async function assertSamePmksa(ap: RsnAp, supplicant: WpaSupplicant): Promise<void> {
  await supplicant.logged(/RSN: pre-authentication with \S+ completed successfully/);
  const [pmk] = dumped(supplicant.log, "RSN: PMK from pre-auth");
  const entry = entryOf(TARGET).exec(supplicant.cli("pmksa"));
  assert.ok(entry, "wpa_supplicant has a PMKSA with our AP");
  const found = ap.pmksa.find(SPA, suiteOf(1), [hex(entry[1])], steady_s());
  assert.ok(found, "our AP has a PMKSA of that PMKID");
  assert.equal(toHex(found), pmk);
}

test(
  "001-P2, 000-R12: a real wpa_supplicant pre-authenticates at our AP through a bridge: one PMKSA, and no port opens",
  {
    skip,
  },
  () =>
    withTarget(
      () => serverOf(),
      KEY,
      async (ap, supplicant, outcomes) => {
        await assertSamePmksa(ap, supplicant);
        assert.deepEqual(
          outcomes.map(({ frames, refused }) => [frames.length, refused]),
          [
            [1, undefined],
            [1, undefined],
            [1, undefined],
            [1, undefined],
          ],
          "EAPOL-Start, Identity and the two Responses of EAP-PSK",
        );
        assert.ok(!ap.isAuthorized(SPA), "the port is closed");
        assert.equal(ap.preauth.due_s, Number.POSITIVE_INFINITY, "nothing is under way any more");
      },
    ),
);

test("001-P2: the same with a real hostapd as the AAA server behind our relay: its MSK becomes the PMKSA of the target AP and of wpa_supplicant", {
  skip,
}, async () => {
  const hostapd = await HostapdRadius.start(SECRET, USERS);
  const server = { address: "127.0.0.1", port: hostapd.port };
  const udp = await RadiusUdpClient.open(server, new TextEncoder().encode(SECRET));
  const shared = { client: udp.client, aa: TARGET, ssid: SSID, nasIdentifier: "target.example", now_s: steady_s };
  try {
    await withTarget(
      (onStep) => new RadiusRelay({ ...shared, onStep }),
      KEY,
      async (ap, supplicant) => {
        await assertSamePmksa(ap, supplicant);
        const [msk] = dumped(hostapd.log, "EAP-PSK: MSK");
        assert.equal(msk.slice(0, 64), dumped(supplicant.log, "RSN: PMK from pre-auth")[0]);
      },
    );
  } finally {
    udp.close();
    await hostapd.stop();
  }
});

test(
  "001-P2: a real wpa_supplicant with one wrong bit in its key is refused by our AP, and neither has a PMKSA",
  {
    skip,
  },
  () =>
    withTarget(
      () => serverOf(),
      OTHER_KEY,
      async (ap, supplicant) => {
        await supplicant.logged(/RSN: pre-authentication with \S+ failed/);
        assert.equal(entryOf(TARGET).exec(supplicant.cli("pmksa")), null);
        assert.deepEqual(dumped(supplicant.log, "RSN: PMK from pre-auth"), []);
        assert.equal(ap.preauth.due_s, Number.POSITIVE_INFINITY);
      },
    ),
);

/** Our client on a bridge with a hostapd, from EAPOL-Start to the end. */
async function withHostapd(
  key: Uint8Array,
  run: (end: PreauthStep, hostapd: WiredHostapd) => Promise<void>,
): Promise<void> {
  const client = clientOf(1, key);
  let onEnd: (step: PreauthStep) => void = () => {};
  const wire = await Wire.make(
    { near: SPA, far: TARGET },
    (octets) => {
      const step = client.receive(octets, steady_s());
      if ("send" in step) wire.send(step.send);
      else if (!("refused" in step)) onEnd(step);
    },
    { isBridged: true },
  );
  let hostapd: WiredHostapd | undefined;
  try {
    hostapd = await WiredHostapd.start(wire, USERS);
    const end = await new Promise<PreauthStep>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no end: ...${hostapd?.log.slice(-2000)}`)), WITHIN_ms);
      onEnd = (step) => {
        clearTimeout(late);
        resolve(step);
      };
      wire.send(client.begin(steady_s()));
    });
    await run(end, hostapd);
  } finally {
    await hostapd?.stop();
    await wire.remove();
  }
}

test(
  "001-P2, 000-R12: our client pre-authenticates at a real hostapd through a bridge: hostapd's PMKSA is ours",
  {
    skip,
  },
  () =>
    withHostapd(KEY, async (end, hostapd) => {
      assert.ok("pmksa" in end, "our client has a PMKSA");
      await hostapd.logged(/added PMKSA cache entry \(pre-auth\)/);
      const entry = entryOf(SPA).exec(hostapd.cli("pmksa"));
      assert.equal(entry?.[1], toHex(end.pmksa.pmkid));
      assert.deepEqual(dumped(hostapd.log, "RSN: Cache PMK from preauth"), [toHex(end.pmksa.pmk)]);
    }),
);

test("001-P2: a real hostapd refuses our client with one wrong bit in its key, and has no PMKSA", { skip }, () =>
  withHostapd(OTHER_KEY, async (end, hostapd) => {
    assert.deepEqual(end, { failed: true });
    assert.equal(entryOf(SPA).exec(hostapd.cli("pmksa")), null);
  }),
);
