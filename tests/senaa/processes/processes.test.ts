/** A PAA, access points, a relay and the key service as processes, over UDP, killed and started again. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { addressText } from "../../../host/keys/address.ts";
import type { DurableStore } from "../../../host/keys/store/durable.ts";
import { createKekFile, kekFromFile } from "../../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { makeSite } from "../../../host/senaa/site/make.node.ts";
import { paaFile, pacFile, startPaa, startPac } from "../../../host/senaa/site/start.node.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { Ampcore, linesOf, until } from "../../daemon/running.ts";
import { makeCertificates } from "../../peers/certificates.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { HostapdRadius } from "../../peers/radius.ts";
import { calls } from "../../support/calls.ts";
import { authenticated } from "../session/station.ts";

const FOLDER = scratchFolder();
const SITE = join(FOLDER, "site");
const [STORE, KEK] = [join(FOLDER, "keys"), join(FOLDER, "kek")];
const AA = "02:a0:00:00:00:00";
/** Where no other test of this machine listens. */
const PORT = 20_000 + (process.pid % 10_000) * 3;
const at = (name: string): string => join(SITE, `${name}.yaml`);

function change(name: string, from: string | RegExp, to: string): void {
  const text = readFileSync(at(name), "utf8");
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `${name}.yaml has ${from}`);
  writeFileSync(at(name), changed);
}

async function started(role: "paa" | "relay"): Promise<Ampcore> {
  const process = new Ampcore("senaa", role, at(role));
  await until(`${role} listens`, () => / listening on /.test(process.stderr), process);
  return process;
}

const entered = ({ stdout }: Ampcore): number => linesOf(stdout).filter(({ event }) => event === "in").length;

/** Something of what the key service keeps, read beside it. */
async function kept<T>(read: (store: DurableStore) => T, readOnly = true): Promise<T> {
  const kek = readOnly ? kekFromFile(KEK) : createKekFile(KEK);
  const store = await openLmdbStore(STORE, { kek, onFailure: () => {}, readOnly, create: !readOnly });
  try {
    return read(store);
  } finally {
    await store.close();
  }
}

const served = (): Promise<string[]> => kept((store) => store.aps().map(({ record }) => addressText(record.aa)));

let keys: Ampcore;
before(async () => {
  makeSite(SITE, PORT);
  change("paa", "# Whoever is in", `keys: ${join(FOLDER, "keys", "control.sock")}\n# Whoever is in`);
  change("paa", "lifetime_s: 3600", "lifetime_s: 2");
  await kept(() => {}, false);
  keys = new Ampcore("keys", "serve", "--store", STORE, "--kek", KEK, "--sockets", join(FOLDER, "sockets"));
  await until("the key service runs", () => /listening|serv/.test(keys.stderr), keys);
});
after(() => keys.end("SIGKILL"));

test("004-S7 an access point that is in is served by the key service, until it leaves; killed, or its PAA killed, it comes back", async () => {
  let paa = await started("paa");
  let pac = new Ampcore("senaa", "pac", at("ap-1"), "--json");
  await until("the access point is in", () => entered(pac) === 1, pac);
  assert.deepEqual(await served(), [AA], "it is served");
  await pac.end("SIGKILL");
  pac = new Ampcore("senaa", "pac", at("ap-1"), "--json");
  await until("it is in again", () => entered(pac) === 1, pac);
  await paa.end("SIGKILL");
  paa = await started("paa");
  await until("it is in the network of a new PAA", () => entered(pac) === 2, pac);
  assert.deepEqual(await served(), [AA], "it is served all the while");
  assert.equal(await pac.end("SIGTERM"), 0, "it leaves");
  assert.match(pac.stdout, /"event":"left"\}\n$/, "and the PAA knows");
  await until("the key service serves it no more", () => /02:a0:00:00:00:00 is dismissed/.test(paa.stderr), paa);
  assert.deepEqual(await served(), [], "nobody is served");
  assert.equal(await paa.end("SIGTERM"), 0, "the PAA ends");
});

test("004-S9 002-A11 by a relay, too; a station behind it has its root at the key service; who is not known is refused", async () => {
  const processes = await Promise.all([started("paa"), started("relay")]);
  change("ap-2", /^paa: .*$/m, `paa: 127.0.0.1:${PORT + 1}\nrelayed: true`);
  const events: string[] = [];
  const { pac, close } = await startPac(at("ap-2"), pacFile(at("ap-2")), {
    tell: (event) => events.push(event),
    onLost: () => {},
  });
  try {
    const session = await pac.enter();
    assert.ok(typeof session !== "string", `it is in: ${session}`);
    const psk = new Uint8Array(Buffer.from(readFileSync(join(SITE, "sta-1.psk"), "utf8").trim(), "hex"));
    const { result, own, theirs } = await authenticated(pac, { psk, name: "sta-1@plant.example" });
    assert.equal(result, "success", "the station is authenticated");
    assert.deepEqual(own, theirs, "with one key");
    assert.equal(await pac.leave(), true, `it leaves: ${events}`);
  } finally {
    close();
  }
  const [refused] = await calls([
    "senaa",
    "pac",
    changedCopy("other", "ap-1", "ap-1.psk", "ap-2.psk"),
    "--once",
    "--json",
    "--log-level",
    "error",
  ]);
  const origins = await kept((store) => store.load().devices.map(({ spa, origin }) => [addressText(spa), origin]));
  assert.deepEqual(origins, [["02:c0:ff:ee:00:01", "senaa"]], "its root is there");
  assert.equal(refused.code, 1, "a wrong key is refused");
  assert.match(refused.stdout, /^\{"event":"refused","reason":"[^"]+"\}\n$/);
  for (const process of processes) assert.equal(await process.end("SIGTERM"), 0, "it ends");
});

test("004-S18: a PAA whose users a real hostapd knows: in by EAP-pwd and by EAP-TLS, and a wrong password or certificate is refused", {
  skip: skipWithoutPrograms("hostapd"),
}, async () => {
  const user = "ap-1@plant.example";
  const [own, strange] = ["the AAA", "another AAA"].map((authority) => makeCertificates(authority));
  const hostapd = await HostapdRadius.start(
    "a secret",
    `"${user}" PWD,TLS "a good password"`,
    ["ca_cert=ca.pem", "server_cert=server.pem", "private_key=server.key"],
    { "ca.pem": own.ca, "server.pem": own.server, "server.key": own.serverKey },
  );
  const radius = `radius: {address: "127.0.0.1:${hostapd.port}", secret_file: radius.secret, eui48: "02:a0:00:00:00:61"}`;
  const paaAt = changedCopy("behind", "paa", /keys: .*/, radius);
  for (const [name, text] of [
    ["radius.secret", "a secret"],
    ["good.pwd", "a good password"],
    ["bad.pwd", "a bad password"],
    ["aaa.pem", own.ca],
    ["good.pem", own.client],
    ["good.key", own.clientKey],
    ["bad.pem", strange.client],
    ["bad.key", strange.clientKey],
  ]) {
    writeFileSync(join(SITE, name), `${text}\n`, { mode: 0o600 });
  }
  const paa = await startPaa(paaAt, paaFile(paaAt), () => {});
  try {
    for (const which of ["good", "bad"]) {
      const tls = `tls: {certificate: ${which}.pem, key: ${which}.key, ca: aaa.pem, server: server}`;
      for (const [method, eap] of [
        ["EAP-pwd", `password_file: ${which}.pwd`],
        ["EAP-TLS", tls],
      ]) {
        const pacAt = changedCopy(`${which}-${method}`, "ap-1", "psk_file: ap-1.psk", eap);
        const { pac, close } = await startPac(pacAt, pacFile(pacAt), { tell: () => {}, onLost: () => {} });
        const entered = await pac.enter();
        assert.equal(typeof entered === "string", which === "bad", `${which} ${method}: ${JSON.stringify(entered)}`);
        close();
      }
    }
  } finally {
    paa.close();
    await hostapd.stop();
  }
});

test("004-S17 004-D11: without TLS where both files say so, and nobody else; the fallback of the draft is asked for by name", async () => {
  const paaAt = changedCopy("plain-paa", "paa", /keys: .*/, 'plaintext: {listen: "127.0.0.1:0"}');
  const paa = await startPaa(paaAt, paaFile(paaAt), () => {});
  try {
    const plainAt = /and (\S+) without TLS$/.exec(paa.address)?.[1];
    assert.ok(plainAt, paa.address);
    const eap = "eap: {psk_file: ap-1.psk}";
    for (const [name, part, isFallback, isPlain] of [
      ["secure", `plaintext: {paa: "${plainAt}", listen: "127.0.0.1:0", link_is_secure: true}`, false, true],
      ["unsaid", `plaintext: {paa: "${plainAt}", listen: "127.0.0.1:0"}`, false, false],
      ["fallback", `plaintext: {paa: "${plainAt}", listen: "127.0.0.1:0"}`, true, false],
    ] as const) {
      const pacAt = changedCopy(name, "ap-1", eap, `${eap}\n${part}`);
      const said = { tell: () => {}, onLost: () => {}, isFallback };
      const { ways, close } = await startPac(pacAt, pacFile(pacAt), said);
      const entered = await ways.enter();
      assert.ok(typeof entered !== "string", `${name}: ${entered}`);
      assert.equal(entered.tlsVersion === undefined, isPlain, name);
      assert.equal(await ways.leave(), true);
      close();
    }
  } finally {
    paa.close();
  }
});

test("what is wrong with a call or a file of SeNAA is one sentence, and exit code 2", async () => {
  const mistakes: [string[], RegExp][] = [
    [[], /the action is missing: one of site, paa, pac, relay$/],
    [["site"], /senaa site needs the folder that it is made in$/],
    [["site", SITE], /site is not empty: a site is made in a folder of its own$/],
    [["paa", at("paa"), "--once"], /senaa paa takes no --once: see ampcore senaa --help$/],
    [["paa", at("nobody")], /nobody\.yaml does not exist, where the YAML file of a paa, a pac or a relay is expected$/],
    [["paa", at("ap-1")], /ap-1\.yaml has the role "pac", where paa is expected$/],
    [
      ["paa", changedCopy("psk", "paa", ", psk_file: ap-1.psk", "")],
      /ap-1@plant\.example has no psk_file, which is needed/,
    ],
    [
      ["paa", changedCopy("twice", "paa", "00:00:00:01", "00:00:00:00")],
      /two users have the eui48 of ap-2@plant\.example/,
    ],
    [["paa", changedCopy("key", "paa", "paa.key", "ap-1.psk")], /ap-1\.psk does not hold the private key, in PEM, of /],
    [["paa", changedCopy("ca", "paa", "ca: ca.pem", "ca: paa.key")], /paa\.key does not hold a certificate in PEM$/],
    [
      ["pac", changedCopy("any", "ap-1", "listen: 127.0.0.1", "listen: 0.0.0.0")],
      /listen is 0\.0\.0\.0:0, where the address/,
    ],
    [
      ["pac", changedCopy("realm", "ap-1", "ap-1@plant.example", "ap-1")],
      /name is "ap-1", where a user name with a realm/,
    ],
    [["pac", changedCopy("eap", "ap-1", "psk_file: ap-1.psk", "")], /eap is \{\}, where one of psk_file, for EAP-PSK/],
    [["pac", at("ap-1"), "--insecure-fallback"], /ap-1\.yaml has no plaintext part, which is needed to fall back to/],
    [
      [
        "pac",
        changedCopy(
          "both",
          "ap-1",
          "ca: ca.pem",
          `ca: ca.pem\nplaintext: {paa: "127.0.0.1:9", listen: "127.0.0.1:0", link_is_secure: true}`,
        ),
        "--insecure-fallback",
      ],
      /plaintext\.link_is_secure is true, where the fallback of the draft begins with TLS$/,
    ],
    [
      ["pac", changedCopy("not", "ap-1", "ca: ca.pem", `ca: ca.pem\nplaintext: {paa: "127.0.0.1:9"}`)],
      /plaintext\.listen is (missing|undefined), where /,
    ],
    [
      ["relay", changedCopy("from", "relay", /from: .*/, "from: 192.0.2.1:1")],
      /from 192\.0\.2\.1:1 cannot be listened on/,
    ],
  ];
  const outcomes = await calls(...mistakes.map(([args]) => ["senaa", ...args]));
  for (const [i, [, sentence]] of mistakes.entries()) {
    const { code, stderr, stdout } = outcomes[i];
    assert.match(stderr.trimEnd(), sentence, `call ${i}`);
    assert.deepEqual([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
  }
});

/** A copy of that file with something else in it. */
function changedCopy(name: string, of: string, from: string | RegExp, to: string): string {
  const text = readFileSync(at(of), "utf8");
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `${of}.yaml has ${from}`);
  writeFileSync(at(name), changed);
  return at(name);
}
