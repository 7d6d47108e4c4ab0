/**
 * Methods that our AP knows nothing of: a real wpa_supplicant and a real FreeRADIUS speak EAP-TLS and EAP-pwd through our
 * authenticator and our RADIUS relay. The PMK that wpa_supplicant has is the first half of the MSK that the relay reads
 * from MS-MPPE-Recv-Key, and the MIC of its M2 is right under it.
 *
 * It ends behind M3: a wire has no scan results to compare the RSNE with, so there is no M4, and the port stays shut.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EapStep } from "../../host/eap/backend.ts";
import { RadiusRelay } from "../../host/radius/relay.ts";
import { RadiusUdpClient, steady_s } from "../../host/radius/udp.node.ts";
import { REASON } from "../../host/rsn/frames/codes.ts";
import { EAPOL_HEADER_OCTETS, EAPOL_TYPE } from "../../host/rsn/frames/eapol.ts";
import { AA, SPA, SSID } from "../rsn/ap/bed.ts";
import { toHex } from "../support/hex.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { FreeRadius } from "./freeradius.ts";
import { dumped } from "./logs.ts";
import { skipWithoutPrograms } from "./programs.ts";
import { skipWithoutNamespaces } from "./wire.ts";
import { WiredAssociation } from "./wiredassociation.ts";
import { SUPPLICANT_PROGRAMS, WpaSupplicant } from "./wpasupplicant.ts";

const skip = skipWithoutPrograms(...SUPPLICANT_PROGRAMS, "freeradius", "openssl") || skipWithoutNamespaces();
const SECRET = "testing123";
const USER = "pwd.user";
const PASSWORD = "a good password";
const WITHIN_ms = 10_000;
/** What the station of docs/RSN.md section 8 has room for. */
const EAP_PACKET_OCTETS = 476;
const EAP_TLS = 13;
const MORE_FRAGMENTS = 0x40;
/** Made once: a test that is skipped makes none. */
let own: Certificates | undefined;
const ownCertificates = (): Certificates => {
  own ??= makeCertificates("ampcore test authority");
  return own;
};

const NETWORK = ['ssid="ampnet"', "key_mgmt=WPA-EAP", "proto=RSN", "pairwise=CCMP", "group=CCMP"];
const passwordNetwork = (user: string, password: string): string[] => [
  "eap=PWD",
  `identity="${user}"`,
  `password="${password}"`,
];
const TLS_NETWORK = [
  "eap=TLS",
  'identity="tls.user"',
  'ca_cert="ca.pem"',
  'client_cert="client.pem"',
  'private_key="client.key"',
];
const tlsFiles = ({ ca, client, clientKey }: Pick<Certificates, "ca" | "client" | "clientKey">) => ({
  "ca.pem": ca,
  "client.pem": client,
  "client.key": clientKey,
});

interface Peers {
  readonly radius: FreeRadius;
  readonly association: WiredAssociation;
  readonly supplicant: WpaSupplicant;
  /** What the relay answered, in order. */
  readonly steps: readonly EapStep[];
}

interface Run {
  /** Lines of the supplicant's network block, and files beside. */
  readonly network: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** The AP's clock runs so many times as fast. */
  readonly haste?: number;
}

/** One authentication, to its end at our AP. */
async function authenticate(
  { network, files, haste = 1 }: Run,
  check: (peers: Peers) => void | Promise<void>,
): Promise<void> {
  const certificates = ownCertificates();
  const radius = await FreeRadius.start({ secret: SECRET, certificates, user: USER, password: PASSWORD });
  const server = { address: "127.0.0.1", port: radius.port };
  const udp = await RadiusUdpClient.open(server, new TextEncoder().encode(SECRET));
  const steps: EapStep[] = [];
  let association: WiredAssociation | undefined;
  let supplicant: WpaSupplicant | undefined;
  const onStep = (_spa: Uint8Array, step: EapStep): void => {
    steps.push(step);
    association?.eapAnswer(step);
  };
  const shared = { client: udp.client, aa: AA, ssid: SSID, nasIdentifier: "ap.example", now_s: steady_s };
  const relay = new RadiusRelay({ ...shared, onStep });
  try {
    association = await WiredAssociation.make({ near: AA, far: SPA }, 1, relay, () => haste * steady_s());
    supplicant = await WpaSupplicant.start(association.wire, [...NETWORK, ...network], files);
    association.begin();
    const end_ms = Date.now() + WITHIN_ms;
    while (association.keysTaken === 0 && association.endedWith === undefined) {
      if (Date.now() > end_ms) throw new Error(`neither keys nor an end: ...${supplicant.log.slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await check({ radius, association, supplicant, steps });
  } finally {
    await supplicant?.stop();
    await association?.remove();
    udp.close();
    await radius.stop();
  }
}

/** EAP-Success at the supplicant, one PMK and one PMKID on both sides, and an M2 that is right under it. */
async function assertSamePmk({ association, supplicant, steps }: Peers): Promise<void> {
  await supplicant.logged(/WPA: RX message 3 of 4-Way Handshake/);
  await supplicant.logged(/WPA: GTK in EAPOL-Key - hexdump/);
  assert.match(supplicant.log, /CTRL-EVENT-EAP-SUCCESS/);
  assert.match(supplicant.log, /RSN: the new PMK matches with the PMKID/);
  assert.doesNotMatch(supplicant.log, /Invalid EAPOL-Key MIC|AES unwrap failed/);
  const { msk, result } = steps[steps.length - 1];
  assert.equal(result, "success");
  assert.ok(msk, "the relay has read an MSK");
  const [pmk] = dumped(supplicant.log, "WPA: PMK from EAPOL state machines");
  assert.equal(pmk, toHex(msk.slice(0, 32)));
  assert.deepEqual(association.pmk, msk.slice(0, 32));
}

function assertNothingBegun({ association }: Peers): void {
  assert.equal(association.endedWith, REASON.IEEE_802_1X_AUTH_FAILED);
  assert.equal(association.pmk, undefined);
  assert.ok(!association.isOpen, "the port is shut");
  assert.deepEqual(
    association.down.filter((pdu) => pdu[1] === EAPOL_TYPE.key),
    [],
    "there was no M1",
  );
}

/** An Access-Reject, which the supplicant hears as an EAP-Failure. */
async function assertRejected(peers: Peers): Promise<void> {
  await peers.supplicant.logged(/CTRL-EVENT-EAP-FAILURE/);
  assert.match(peers.radius.log, /Sent Access-Reject/);
  assert.equal(peers.steps[peers.steps.length - 1].result, "failure");
  assertNothingBegun(peers);
}

/** EAP packets of EAP-TLS that say that more follows: the M bit, RFC 5216 3.1, behind EAPOL and EAP heads. */
const fragments = (pdus: readonly Uint8Array[]): Uint8Array[] =>
  pdus.filter((pdu) => pdu[1] === EAPOL_TYPE.eap && pdu[8] === EAP_TLS && (pdu[9] & MORE_FRAGMENTS) !== 0);

test(
  "000-R5, 000-R8: EAP-TLS of a real wpa_supplicant, relayed by our AP to a real FreeRADIUS in fragments of Framed-MTU: one PMK",
  {
    skip,
  },
  () =>
    authenticate({ network: TLS_NETWORK, files: tlsFiles(ownCertificates()) }, async (peers) => {
      await assertSamePmk(peers);
      const { up, down } = peers.association;
      assert.ok(fragments(down).length > 0, "the server's flight is in fragments");
      for (const pdu of down) assert.ok(pdu.length <= EAPOL_HEADER_OCTETS + EAP_PACKET_OCTETS, `${pdu.length} octets`);
      assert.deepEqual(fragments(up), [], "the client's is not: what a station sends is not bound by Framed-MTU");
      assert.ok(
        up.some((pdu) => pdu.length > EAPOL_HEADER_OCTETS + EAP_PACKET_OCTETS),
        "and is longer than it",
      );
    }),
);

test("000-R5: EAP-TLS in fragments of 150 octets from the station goes through our AP, too", { skip }, () =>
  authenticate(
    { network: [...TLS_NETWORK, "fragment_size=150"], files: tlsFiles(ownCertificates()) },
    async (peers) => {
      await assertSamePmk(peers);
      assert.ok(fragments(peers.association.up).length >= 4, "the station's flight is in fragments");
    },
  ),
);

test(
  "000-R5, 000-R8: EAP-pwd of a real wpa_supplicant, relayed by our AP to a real FreeRADIUS: one PMK",
  { skip },
  () => authenticate({ network: passwordNetwork(USER, PASSWORD) }, assertSamePmk),
);

test("000-R5: a client certificate of another authority is rejected by a real FreeRADIUS, and our port stays shut", {
  skip,
}, () => {
  const { client, clientKey } = makeCertificates("another authority");
  const files = tlsFiles({ ca: ownCertificates().ca, client, clientKey });
  return authenticate({ network: TLS_NETWORK, files }, assertRejected);
});

test("000-R6: a server of an authority that a real wpa_supplicant does not know is refused by it, and our port stays shut", {
  skip,
}, () => {
  const files = tlsFiles({ ...ownCertificates(), ca: makeCertificates("another authority").ca });
  return authenticate({ network: TLS_NETWORK, files }, async (peers) => {
    await assertRejected(peers);
    assert.match(peers.supplicant.log, /CTRL-EVENT-EAP-TLS-CERT-ERROR/);
  });
});

test(
  "000-R5: EAP-pwd of a user that a real FreeRADIUS does not know is rejected, and our port stays shut",
  { skip },
  () => authenticate({ network: passwordNetwork("nobody", PASSWORD) }, assertRejected),
);

test(
  "000-R5: EAP-pwd with a wrong password: the supplicant finds it out first and says nothing more; our AP gives up with reason 23",
  {
    skip,
  },
  () =>
    authenticate({ network: passwordNetwork(USER, "another password"), haste: 8 }, (peers) => {
      assertNothingBegun(peers);
      assert.match(peers.supplicant.log, /EAP-PWD \(peer\): confirm did not verify/);
      assert.equal(peers.steps[peers.steps.length - 1].result, "continue", "a Request that nobody answered");
    }),
);
