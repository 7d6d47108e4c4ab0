/**
 * Our EAP peer with EAP-TLS, EAP-pwd and EAP-PSK before two real servers, FreeRADIUS and hostapd, over our RADIUS relay: one MSK,
 * MS-MPPE-Recv-Key ‖ MS-MPPE-Send-Key at the relay; and whoever is not the one is refused by whoever finds it out.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EapMethod } from "../../host/eap/method.ts";
import { EAP_TYPE } from "../../host/eap/packet.ts";
import { EapPeer } from "../../host/eap/peer.ts";
import { EapPskMethod } from "../../host/eap/pskmethod.ts";
import { EapPwdMethod } from "../../host/eap/pwdmethod.ts";
import { EapTlsMethod, type EapTlsMethodOptions } from "../../host/eap/tlsmethod.node.ts";
import { RadiusUdpClient } from "../../host/radius/udp.node.ts";
import { nodeRsnCrypto as crypto } from "../../host/rsn/keys/crypto.node.ts";
import { KEY, OTHER_KEY } from "../rsn/eap/conversation.ts";
import { toHex } from "../support/hex.ts";
import { makeCertificates } from "./certificates.ts";
import type { Daemon } from "./daemon.ts";
import { type Conversed, converse } from "./eapmethods.ts";
import { FreeRadius } from "./freeradius.ts";
import { skipWithoutPrograms } from "./programs.ts";
import { HostapdRadius } from "./radius.ts";

const skip = skipWithoutPrograms("freeradius", "hostapd", "openssl");
const SECRET = "testing123";
const PASSWORD = "a good password";
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
const MORE_FRAGMENTS = 0x40;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Server {
  readonly daemon: Daemon;
  readonly udp: RadiusUdpClient;
}

const [own, other] = skip ? [] : [makeCertificates("ampcore test authority"), makeCertificates("another authority")];
const servers = new Map<string, Server>();

async function serve(name: string, daemon: Daemon & { readonly port: number }): Promise<void> {
  const udp = await RadiusUdpClient.open({ address: "127.0.0.1", port: daemon.port }, utf8(SECRET));
  servers.set(name, { daemon, udp });
}

before(async () => {
  if (own === undefined) return;
  const credentials = { user: "pwd.user", password: PASSWORD };
  await serve(
    "FreeRADIUS",
    await FreeRadius.start({ secret: SECRET, certificates: own, ...credentials, tlsMax: "1.3" }),
  );
  const users = [`"psk.user" PSK ${toHex(KEY)}`, '"tls.user" TLS', `"pwd.user" PWD "${PASSWORD}"`].join("\n");
  const files = { "ca.pem": own.ca, "server.pem": own.server, "server.key": own.serverKey };
  const tls = ["ca_cert=ca.pem", "server_cert=server.pem", "private_key=server.key", "tls_flags=[ENABLE-TLSv1.3]"];
  await serve("hostapd", await HostapdRadius.start(SECRET, users, tls, files));
});

after(async () => {
  for (const { daemon, udp } of servers.values()) {
    udp.close();
    await daemon.stop();
  }
});

const peerOf = (identity: string, ...methods: readonly EapMethod[]): EapPeer =>
  new EapPeer({ identity: utf8(identity), methods });

const tlsMethod = (options: Partial<EapTlsMethodOptions> = {}): EapTlsMethod => {
  assert.ok(own, "openssl has made certificates");
  const { ca, client: certificate, clientKey: key } = own;
  return new EapTlsMethod({ ca, certificate, key, serverName: "server", ...options });
};
const pwdMethod = (password = PASSWORD, fragmentOctets?: number): EapPwdMethod =>
  new EapPwdMethod({ crypto, identity: utf8("pwd.user"), password: utf8(password), fragmentOctets });
const pskMethod = (psk = KEY): EapPskMethod => new EapPskMethod({ crypto, identity: utf8("psk.user"), psk });

const at = (name: string, peer: EapPeer, limits?: Parameters<typeof converse>[2]): Promise<Conversed> => {
  const server = servers.get(name);
  assert.ok(server, `${name} runs`);
  return converse(server.udp, peer, limits);
};

function assertOneMsk({ step, result, failure }: Conversed, method: string): void {
  assert.equal(failure, undefined);
  assert.equal(step.result, "success");
  assert.ok(step.msk && result, "both have keys");
  assert.equal(toHex(step.msk), toHex(result.msk));
  assert.equal(result.method, method);
  assert.equal(result.emsk.length, 64);
  assert.notDeepEqual(result.emsk, result.msk);
}

/** hostapd's log has the Session-Id of every conversation; it comes by another way than the answer. */
async function assertSessionId({ result }: Conversed): Promise<void> {
  assert.ok(result, "the peer has one");
  const octets = toHex(result.sessionId).match(/../g)?.join(" ");
  await servers.get("hostapd")?.daemon.logged(new RegExp(`EAP: Session-Id - hexdump\\(len=\\d+\\): ${octets}\n`));
}

/** Those of one type that say that more follows. */
const fragments = (packets: readonly Uint8Array[]): number =>
  packets.filter((packet) => packet[4] === EAP_TYPE.tls && (packet[5] & MORE_FRAGMENTS) !== 0).length;
const isPeers = (_packet: Uint8Array, i: number): boolean => i % 2 === 0;

for (const name of ["FreeRADIUS", "hostapd"]) {
  for (const version of VERSIONS) {
    const versions = { minVersion: version, maxVersion: version };
    const tls = (options: Partial<EapTlsMethodOptions> = {}): EapPeer =>
      peerOf("tls.user", tlsMethod({ ...versions, ...options }));

    test(`004-S18: EAP-TLS with ${version} before a real ${name}: its MS-MPPE keys are our MSK`, { skip }, async () => {
      const whole = await at(name, tls());
      assertOneMsk(whole, "EAP-TLS");
      assert.equal(new TextDecoder().decode(whole.result?.serverIdentity), "server");
      if (name === "hostapd") await assertSessionId(whole);
    });

    test(`004-D16: EAP-TLS with ${version} in small fragments to a real ${name}, and larger ones from it`, {
      skip,
    }, async () => {
      const limits = { framedMtu: 1400, responseMaxOctets: 120 };
      const many = await at(name, tls({ fragmentOctets: 100 }), limits);
      assertOneMsk(many, "EAP-TLS");
      assert.ok(fragments(many.packets.filter(isPeers)) >= 8, "our flights are in fragments");
      const longest = Math.max(...many.packets.map(({ length }) => length));
      assert.ok(longest > 900, `${longest} octets: more than a station in 802.11 takes`);
    });

    test(`004-S18: ${version}: a client of another authority is rejected by a real ${name}`, { skip }, async () => {
      const { step, result } = await at(name, tls({ certificate: other?.client, key: other?.clientKey }));
      assert.equal(step.result, "failure");
      assert.equal(result, undefined);
    });

    test(`004-S3: ${version}: our peer refuses a real ${name} of another authority, or for another name`, {
      skip,
    }, async () => {
      for (const [options, reason] of [
        [{ ca: other?.ca }, "no authority that is known here has signed it"],
        [{ serverName: "radius.example" }, "it is not for radius.example"],
      ] as const) {
        const { step, result, failure } = await at(name, tls(options));
        assert.equal(failure, `the server's certificate is refused: ${reason}`);
        assert.equal(result, undefined);
        // hostapd takes its own Finished of TLS 1.2 for the end, whatever the peer says of its certificate behind that.
        if (name !== "hostapd" || version === "TLSv1.3") assert.equal(step.result, "failure");
      }
    });
  }

  test(`004-S18: EAP-pwd before a real ${name}: its MS-MPPE keys are our MSK, in fragments, too`, {
    skip,
  }, async () => {
    for (const fragmentOctets of [undefined, 40]) {
      const conversed = await at(name, peerOf("pwd.user", pwdMethod(PASSWORD, fragmentOctets)));
      assertOneMsk(conversed, "EAP-pwd");
      if (name === "hostapd") await assertSessionId(conversed);
    }
  });

  test(`004-S18: EAP-pwd with a wrong password: our peer finds out first that a real ${name} has another`, {
    skip,
  }, async () => {
    const { step, result, failure } = await at(name, peerOf("pwd.user", pwdMethod("another password")));
    assert.equal(failure, "wrong Confirm: the server has not the password");
    assert.equal(step.result, "continue");
    assert.equal(result, undefined);
  });
}

test("RFC 3748, 5.3.1: a peer that wishes EAP-pwd answers Nak to the EAP-TLS that a real FreeRADIUS begins with", {
  skip,
}, async () => {
  const conversed = await at("FreeRADIUS", peerOf("pwd.user", pwdMethod()));
  assertOneMsk(conversed, "EAP-pwd");
  const [, start, nak] = conversed.packets;
  assert.deepEqual([...start.slice(4)], [EAP_TYPE.tls, 0x20]);
  assert.deepEqual([...nak.slice(4)], [EAP_TYPE.nak, EAP_TYPE.pwd]);
});

test("004-S18: EAP-PSK before a real hostapd, among methods that it has not for this user: one MSK, one Session-Id", {
  skip,
}, async () => {
  const conversed = await at("hostapd", peerOf("psk.user", tlsMethod(), pskMethod(), pwdMethod()));
  assertOneMsk(conversed, "EAP-PSK");
  await assertSessionId(conversed);
  const wrong = await at("hostapd", peerOf("psk.user", pskMethod(OTHER_KEY)));
  assert.deepEqual([wrong.step.result, wrong.result], ["failure", undefined]);
});
