/** Mutual TLS between a key service and an AP: who is who is proven by certificates, and by nothing else. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { RemoteDesk } from "../../../host/keys/remote/desk.ts";
import { KeyServer } from "../../../host/keys/remote/server.ts";
import { connectTo, readTls, type TlsMaterial } from "../../../host/keys/remote/where.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { MemoryStore } from "../../../host/keys/store.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { calls } from "../../support/calls.ts";
import { AA, AA_2, MASTER, pskOf, SPA, until } from "./linked.ts";

const skip = skipWithoutPrograms("openssl");
const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);
const HOST = "127.0.0.1";

const openssl = (...args: readonly string[]): void => {
  execFileSync("openssl", args, { cwd: FOLDER, stdio: "pipe" });
};

function authority(name: string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`];
  openssl("req", "-x509", ...key, "-out", `${name}.pem`, "-subj", `/CN=${name}`, "-days", "2");
}

interface Wish {
  readonly name: string;
  readonly subject: string;
  readonly ca?: string;
  /** Of the address that it is for. */
  readonly host?: string;
  readonly days?: number;
}

/** A key and a certificate, of a CA that is there. */
function certificate({ name, subject, ca = "ca", host, days = 2 }: Wish): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`];
  openssl("req", ...key, "-out", `${name}.csr`, "-subj", subject);
  writeFileSync(at(`${name}.ext`), host === undefined ? "" : `subjectAltName=IP:${host}\n`);
  const signed = ["-CA", `${ca}.pem`, "-CAkey", `${ca}.key`, "-CAcreateserial", "-extfile", `${name}.ext`];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-out", `${name}.pem`, "-days", `${days}`);
}

const material = (name: string, ca = "ca"): TlsMaterial =>
  readTls({ cert: at(`${name}.pem`), key: at(`${name}.key`), ca: at(`${ca}.pem`) });

const events: string[] = [];
const service = new KeyService({ crypto: nodeCrypto, master: MASTER, store: new MemoryStore() });
const servers: KeyServer[] = [];
const desks: RemoteDesk[] = [];

async function listening(name: string): Promise<number> {
  const server = new KeyServer({ service, onEvent: (event) => events.push(event) });
  servers.push(server);
  return server.tls(HOST, 0, material(name));
}

let port = 0;

before(async () => {
  if (skip) return;
  authority("ca");
  authority("other-ca");
  certificate({ name: "service", subject: "/CN=ampcore keys", host: HOST });
  certificate({ name: "elsewhere", subject: "/CN=ampcore keys", host: "192.0.2.1" });
  certificate({ name: "expired-service", subject: "/CN=ampcore keys", host: HOST, days: -1 });
  certificate({ name: "ap", subject: "/CN=02:a0:00:00:00:00" });
  certificate({ name: "ap2", subject: "/CN=02:A0:00:00:00:01" });
  certificate({ name: "stranger", subject: "/CN=02:a0:00:00:00:00", ca: "other-ca" });
  certificate({ name: "nobody", subject: "/CN=the AP of the second floor" });
  certificate({ name: "nameless", subject: "/O=an AP" });
  certificate({ name: "twice", subject: "/CN=02:a0:00:00:00:00/CN=02:a0:00:00:00:01" });
  certificate({ name: "expired", subject: "/CN=02:a0:00:00:00:00", days: -1 });
  service.authorise(AA);
  service.authorise(AA_2);
  service.enrol(SPA, pskOf(SPA));
  port = await listening("service");
});

after(async () => {
  for (const desk of desks) desk.close();
  for (const server of servers) await server.close();
});

interface Caller {
  readonly desk: RemoteDesk;
  readonly pmks: PmkTable;
  readonly said: string[];
}

/** An AP of that address, with that certificate. */
function caller(aa: Uint8Array, tls: TlsMaterial, to = port): Caller {
  const said: string[] = [];
  const pmks = new PmkTable(aa, nodeCrypto);
  const desk = new RemoteDesk({
    port: pmks,
    connect: () => connectTo({ kind: "TLS", host: HOST, port: to, tls }),
    onEvent: (event) => said.push(event),
  });
  desks.push(desk);
  return { desk, pmks, said };
}

/** It ends without a PMK; what the AP hears. */
async function refused(aa: Uint8Array, tls: TlsMaterial, to = port): Promise<string> {
  const { desk, pmks, said } = caller(aa, tls, to);
  await until("it is refused", () => said.some((event) => event.startsWith("no key service")));
  desk.close();
  assert.equal(pmks.size, 0, "no PMK was given");
  return said[0];
}

test("an AP with a certificate of its address is served over TLS, whatever the case of its digits, without a warning", {
  skip,
}, async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): number => warnings.push(message);
  process.on("warning", onWarning);
  const [one, other] = [caller(AA, material("ap")), caller(AA_2, material("ap2"))];
  await Promise.all([one.desk.whole, other.desk.whole]);
  assert.deepEqual([one.pmks.size, other.pmks.size], [1, 1]);
  assert.deepEqual(
    one.desk.isThere && other.desk.isThere && one.said,
    ["the key service is here"],
    "both are there at once",
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  assert.deepEqual(
    warnings.filter((warning) => !/EventEmitter|MockTimers/.test(warning)),
    [],
  );
  one.desk.close();
  other.desk.close();
});

test("another CA, no name, a name that is no address, two names, and a certificate that has expired get no PMK", {
  skip,
}, async () => {
  for (const [name, told] of [
    ["stranger", /a connection was refused: /],
    ["expired", /a connection was refused: /],
    ["nobody", /its certificate is of "the AP of the second floor", and not of an AP/],
    ["nameless", /its certificate is of "", and not of an AP/],
    ["twice", /its certificate is of \["02:a0:00:00:00:00","02:a0:00:00:00:01"\], and not of an AP/],
  ] as const) {
    const before = events.length;
    await refused(AA, material(name));
    await until(`the service tells of ${name}`, () => events.slice(before).some((event) => told.test(event)));
    assert.equal(events.slice(before).filter((event) => /is here/.test(event)).length, 0);
  }
});

test("the certificate of one AP is no way in for another", { skip }, async () => {
  assert.match(await refused(AA_2, material("ap")), /the way in of 02:a0:00:00:00:00, and not of 02:a0:00:00:00:01/);
});

/** What becomes of a connection as that, which says hello as AA at once. */
function raw(options: object): Promise<{ readonly got: number; readonly error: string }> {
  return new Promise((resolve) => {
    let got = 0;
    let error = "";
    const socket = connectTls({ host: HOST, port, ca: readFileSync(at("ca.pem")), ...options });
    socket.on("data", ({ length }) => {
      got += length;
    });
    socket.on("error", ({ message }) => {
      error = message;
    });
    socket.on("close", () => resolve({ got, error }));
    socket.write(Buffer.from([0, 8, 1, 1, ...AA]));
  });
}

test("no certificate, and TLS 1.2 with the right one, get nothing at all", { skip }, async () => {
  const none = await raw({});
  assert.deepEqual([none.got, /certificate required/i.test(none.error)], [0, true], none.error);
  const old = await raw({ ...material("ap"), maxVersion: "TLSv1.2" });
  assert.deepEqual([old.got, /protocol version/i.test(old.error)], [0, true], old.error);
});

test("an AP speaks to no service of another host, of another CA, or with a certificate that has expired", {
  skip,
}, async () => {
  const other = await listening("elsewhere");
  assert.match(await refused(AA, material("ap"), other), /IP: 127\.0\.0\.1 is not in the cert's list: 192\.0\.2\.1/);
  const expired = await listening("expired-service");
  assert.match(await refused(AA, material("ap"), expired), /certificate has expired/);
  assert.match(await refused(AA, { ...material("ap"), ca: readFileSync(at("other-ca.pem")) }), /certificate/);
  // Another AP, with a right certificate of its own, is no service.
  assert.match(await refused(AA, material("ap"), await listening("ap2")), /IP: 127\.0\.0\.1 is not in the cert/);
});

test("files that are no certificate, no key, or not of each other are one sentence on either side", {
  skip,
}, async () => {
  writeFileSync(at("text.pem"), "no certificate\n");
  const kek = ["--kek", at("kek.hex"), "--store", at("store")];
  const tls = (cert: string, key: string): string[] => [
    ...["--tls-cert", at(cert), "--tls-key", at(key), "--tls-ca", at("ca.pem")],
  ];
  const pairs = [
    ["text.pem", "ap.key"],
    ["ap.pem", "text.pem"],
    ["ap.pem", "ap2.key"],
  ] as const;
  const [added, ...outcomes] = await calls(
    ["keys", "add", "--spa", "02:c0:ff:ee:00:01", ...kek],
    ...pairs.map(([cert, key]) => ["keys", "serve", ...kek, "--listen", "127.0.0.1:0", ...tls(cert, key)]),
    ...pairs.map(([cert, key]) => ["ap", "--keys", `127.0.0.1:${port}`, ...tls(cert, key)]),
  );
  assert.equal(added.code, 0, added.stderr);
  for (const { code, stderr } of outcomes) {
    assert.match(stderr, /^ampcore (keys|ap): --tls-cert \S+ and --tls-key \S+ do not do for TLS: [^\n]+\n$/);
    assert.equal(code, 2, stderr);
  }
});
