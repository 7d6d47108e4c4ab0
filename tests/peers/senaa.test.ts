/**
 * A PaC and a PAA over UDP, and behind the PAA by RADIUS the real FreeRADIUS and hostapd: EAP-PSK, EAP-pwd and EAP-TLS of ours through
 * two tunnels and a relay, and one key at both ends of SeNAA.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Link, systemClock } from "../../host/datagrams/link.ts";
import { MemoryNetwork } from "../../host/datagrams/memory.ts";
import { udpLink } from "../../host/datagrams/udp.node.ts";
import type { EapMethod } from "../../host/eap/method.ts";
import { EAP_CODE, EAP_TYPE, emitEap } from "../../host/eap/packet.ts";
import { EapPeer } from "../../host/eap/peer.ts";
import { EapPskMethod } from "../../host/eap/pskmethod.ts";
import { EapPwdMethod } from "../../host/eap/pwdmethod.ts";
import { EapTlsMethod } from "../../host/eap/tlsmethod.node.ts";
import { RadiusUdpClient, steady_s } from "../../host/radius/udp.node.ts";
import { nodeRsnCrypto as crypto } from "../../host/rsn/keys/crypto.node.ts";
import type { LearnedDevice } from "../../host/senaa/paa/behind.ts";
import type { Grant } from "../../host/senaa/paa/enforcement.ts";
import { Paa } from "../../host/senaa/paa/paa.ts";
import { radiusAuthenticator } from "../../host/senaa/paa/radius.ts";
import { Pac } from "../../host/senaa/pac/pac.ts";
import { PlainPaa } from "../../host/senaa/plain/paa.ts";
import { RESULT } from "../../host/senaa/wire/codes.ts";
import { DEVICE_ID_TYPE } from "../../host/senaa/wire/deviceid.ts";
import { emitPlain, readMessage } from "../../host/senaa/wire/message.ts";
import { CLR } from "../../host/senaa/wire/messages.ts";
import { KEY, OTHER_KEY } from "../rsn/eap/conversation.ts";
import { authenticated } from "../senaa/session/station.ts";
import { toHex } from "../support/hex.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import type { Daemon } from "./daemon.ts";
import { FreeRadius } from "./freeradius.ts";
import { skipWithoutPrograms } from "./programs.ts";
import { HostapdRadius } from "./radius.ts";

const skip = skipWithoutPrograms("freeradius", "hostapd", "openssl");
const SECRET = "testing123";
const PASSWORD = "a good password";
const [PSK_USER, TLS_USER, PWD_USER] = ["psk@plant.example", "tls@plant.example", "pwd@plant.example"];
/** Has a key of its own, and may be in the network as nobody else. */
const MALLORY = "mallory@plant.example";
const PAA_ADDRESS = Uint8Array.of(2, 0xa0, 0, 0, 0, 0x61);
const EUI48 = Uint8Array.of(2, 0xa0, 0, 0, 0, 7);
const DEVICES = [
  { type: DEVICE_ID_TYPE.eui48, value: EUI48 },
  { type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.of(127, 0, 0, 1) },
];
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const [own, other] = skip ? [] : [makeCertificates("the network"), makeCertificates("another network")];
const servers = new Map<string, { readonly daemon: Daemon; readonly udp: RadiusUdpClient }>();

async function serve(name: string, daemon: Daemon & { readonly port: number }): Promise<void> {
  const udp = await RadiusUdpClient.open({ address: "127.0.0.1", port: daemon.port }, utf8(SECRET));
  servers.set(name, { daemon, udp });
}

before(async () => {
  if (own === undefined) return;
  const credentials = { user: PWD_USER, password: PASSWORD };
  await serve(
    "FreeRADIUS",
    await FreeRadius.start({ secret: SECRET, certificates: own, ...credentials, tlsMax: "1.3" }),
  );
  const users = [
    `"${PSK_USER}" PSK ${toHex(KEY)}`,
    `"${TLS_USER}" TLS`,
    `"${PWD_USER}" PWD "${PASSWORD}"`,
    `"${MALLORY}" PSK ${toHex(OTHER_KEY)}`,
  ].join("\n");
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

const psk = (key = KEY): EapMethod => new EapPskMethod({ crypto, identity: utf8(PSK_USER), psk: key });
const pwd = (password = PASSWORD): EapMethod =>
  new EapPwdMethod({ crypto, identity: utf8(PWD_USER), password: utf8(password) });
const tls = ({ client, clientKey }: Certificates): EapMethod => {
  assert.ok(own, "openssl has made certificates");
  return new EapTlsMethod({ ca: own.ca, certificate: client, key: clientKey, serverName: "server" });
};

interface Network {
  readonly admitted: Grant[];
  readonly learned: LearnedDevice[];
  pac(userName: string, method: EapMethod): Promise<Pac>;
}

/** A PAA before that server, on ports of the system's choice. */
async function inNetwork(server: string, story: (network: Network) => Promise<void>): Promise<void> {
  const { udp } = servers.get(server) ?? assert.fail(`${server} runs`);
  assert.ok(own, "openssl has made certificates");
  const link = await udpLink("127.0.0.1", 0);
  const [admitted, learned]: [Grant[], LearnedDevice[]] = [[], []];
  const authenticator = radiusAuthenticator({
    client: udp.client,
    nasIdentifier: "paa.plant.example",
    address: PAA_ADDRESS,
    now_s: steady_s,
  });
  const paa = new Paa({
    ...{ link, clock: systemClock, crypto, authenticator, identity: "paa.plant.example" },
    tls: { ca: own.ca, certificate: own.server, key: own.serverKey },
    enforcement: { admit: (grant) => admitted.push({ ...grant, lsa: grant.lsa.slice() }) > 0, remove: () => {} },
    devices: { authenticator, learned: (device) => learned.push({ ...device, msk: device.msk.slice() }) > 0 },
  });
  const pacs: Pac[] = [];
  try {
    await story({
      admitted,
      learned,
      async pac(userName, method) {
        const at: Link = await udpLink("127.0.0.1", 0);
        const eap = (): EapPeer => new EapPeer({ identity: utf8(userName), methods: [method] });
        const ca = own?.ca ?? "";
        const trust = { ca, serverName: "server" };
        const pac = new Pac({
          ...{ link: at, clock: systemClock, crypto, paa: link.address },
          ...{ tls: trust, userName, deviceIds: DEVICES, eap },
        });
        pacs.push(pac);
        return pac;
      },
    });
  } finally {
    for (const pac of pacs) pac.close();
    paa.close();
  }
}

const METHODS = [
  ["EAP-PSK", PSK_USER, psk, ["hostapd"]],
  ["EAP-pwd", PWD_USER, pwd, ["FreeRADIUS", "hostapd"]],
  ["EAP-TLS", TLS_USER, () => tls(own as Certificates), ["FreeRADIUS", "hostapd"]],
] as const;

for (const [name, user, method, where] of METHODS) {
  for (const server of where) {
    test(`004-S6 004-S18 004-D14: ${name} inside of SeNAA, before a real ${server}: in, with one key at both ends`, {
      skip,
    }, async () => {
      await inNetwork(server, async ({ admitted, pac }) => {
        const one = await pac(user, method());
        const entered = await one.enter();
        assert.ok(typeof entered !== "string", `it is in: ${entered}`);
        assert.equal(admitted[0].userName, user);
        assert.deepEqual(admitted[0].lsa, entered.lsa, "one key");
        const again = await one.reauthenticate();
        assert.ok(typeof again !== "string", `authenticated again, without RADIUS: ${again}`);
        assert.equal(await one.leave(), true);
      });
    });
  }
}

test("004-S18: a wrong password, a wrong key and a client of another authority are refused by real servers", {
  skip,
}, async () => {
  for (const [server, user, method] of [
    ["FreeRADIUS", PWD_USER, pwd("a bad password")],
    ["hostapd", PSK_USER, psk(OTHER_KEY)],
    ["hostapd", TLS_USER, tls(other as Certificates)],
  ] as const) {
    await inNetwork(server, async ({ admitted, pac }) => {
      const refused = await (await pac(user, method)).enter();
      assert.match(String(refused), /refused with 4001|EAP has failed/, `${server}, ${user}`);
      assert.deepEqual(admitted, [], "nobody is in");
    });
  }
});

test("002-A11 004-S18: a station's EAP-PSK through its AP's session and RADIUS to a real hostapd: one MSK at all three", {
  skip,
}, async () => {
  await inNetwork("hostapd", async ({ learned, pac }) => {
    const ap = await pac(PWD_USER, pwd());
    assert.ok(typeof (await ap.enter()) !== "string", "the AP is in");
    const { result, own: stations, theirs } = await authenticated(ap, { psk: KEY, name: PSK_USER });
    assert.equal(result, "success");
    assert.ok(stations, "the station has a key");
    assert.deepEqual(theirs, stations, "the AP has it");
    assert.deepEqual(learned[0].msk, stations, "and the network");
  });
});

/** A user in a session without TLS whose messages are made here: EAP begins as `identity`, and User-Name says otherwise. */
async function entersAs(server: string, userName: string, identity: string, method: EapMethod): Promise<string> {
  const { udp } = servers.get(server) ?? assert.fail(`${server} runs`);
  const network = new MemoryNetwork();
  const admitted: string[] = [];
  const paa = new PlainPaa({
    ...{ link: network.link("127.0.0.1:7163"), clock: systemClock, crypto },
    authenticator: radiusAuthenticator({
      ...{ client: udp.client, nasIdentifier: "paa.plant.example", address: PAA_ADDRESS, now_s: steady_s },
    }),
    enforcement: { admit: (grant) => admitted.push(grant.userName) > 0, remove: () => {} },
  });
  const link = network.link("127.0.0.1:7164");
  const answered: ((octets: Uint8Array) => void)[] = [];
  link.listen((_, octets) => answered.shift()?.(octets));
  const peer = new EapPeer({ identity: utf8(identity), methods: [method] });
  const named = { code: EAP_CODE.response, identifier: 0, type: EAP_TYPE.identity, data: utf8(identity) };
  let eap: Uint8Array | undefined = emitEap(named);
  try {
    for (let n = 1; eap; n++) {
      const request = { sessionId: "plant.example;0;0;1", userName, deviceIds: DEVICES, eap };
      const octets = await new Promise<Uint8Array>((resolve) => {
        answered.push(resolve);
        link.send(paa.address, emitPlain(CLR, { hopByHop: n, endToEnd: n }, request));
      });
      const read = readMessage(octets, "plain");
      assert.ok(!("refusal" in read) && read.way === "plain" && read.name === "CLA");
      const { resultCode, errorMessage, eap: packet } = read.body;
      if (resultCode === RESULT.success) return `is in as ${admitted.join()}`;
      if (resultCode !== RESULT.multiRoundAuth) return `${resultCode}: ${errorMessage ?? ""}`;
      const answer = packet && (await peer.receive(packet));
      eap = answer && "response" in answer ? answer.response : undefined;
    }
    return "has nothing to say";
  } finally {
    peer.close();
    paa.close();
    network.close();
  }
}

test("004-S7 004-S18: who proves one name to a real server and has another in User-Name is in as neither", {
  skip,
}, async () => {
  for (const [server, method, own] of [
    ["FreeRADIUS", pwd, PWD_USER],
    ["hostapd", pwd, PWD_USER],
    ["hostapd", psk, PSK_USER],
  ] as const) {
    assert.equal(await entersAs(server, own, own, method()), `is in as ${own}`, `${server}: the honest one`);
    assert.match(await entersAs(server, "ap-7@plant.example", own, method()), /^4001: EAP has proven another/, server);
  }
});

test("004-S7 004-S18: who begins EAP under another's name, and inside of it proves his own, is in as neither", {
  skip,
}, async () => {
  const mallory = new EapPskMethod({ crypto, identity: utf8(MALLORY), psk: OTHER_KEY });
  assert.equal(await entersAs("hostapd", MALLORY, MALLORY, mallory), `is in as ${MALLORY}`);
  const again = new EapPskMethod({ crypto, identity: utf8(MALLORY), psk: OTHER_KEY });
  assert.match(await entersAs("hostapd", PSK_USER, PSK_USER, again), /^4001: EAP has proven another user/);
  for (const server of ["FreeRADIUS", "hostapd"]) {
    assert.match(await entersAs(server, TLS_USER, TLS_USER, pwd()), /^4001: /, server);
  }
});

test("004-S18: whose certificate it was in EAP-TLS only the server sees: without a check of its own it lets in any name", {
  skip,
}, async () => {
  for (const server of ["FreeRADIUS", "hostapd"]) {
    const [name, certificate] = [TLS_USER, tls(own as Certificates)];
    assert.equal(await entersAs(server, name, name, certificate), `is in as ${name}`, `${server}: CN is "client"`);
  }
});
