/** A key service over PostgreSQL and two APs, all processes: who dies, the others go on, each with what it has a right to. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import pg from "pg";
import { ensureBuilt } from "../../../host/build/build.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { addressText } from "../../../host/keys/address.ts";
import { encodeRecord } from "../../../host/keys/record.ts";
import { ask } from "../../../host/keys/remote/administration.ts";
import { socketOf } from "../../../host/keys/remote/where.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { createKekFile, kekFromFile } from "../../../host/keys/store/kek.ts";
import { openPostgresStore } from "../../../host/keys/store/postgres.ts";
import { toHex } from "../../../host/wire/octets.ts";
import { scratchFolder } from "../../cli/ampcore.ts";
import { Ampcore, listening, until } from "../../daemon/running.ts";
import { calls } from "../../support/calls.ts";
import { postgresServer, skipWithoutPostgres } from "../store/postgres.ts";
import { AA, AA_2, PLENTY, SPA, SPA_2 } from "./linked.ts";

const skip = skipWithoutPostgres;
const AAS = [AA, AA_2] as const;
const SPAS = [SPA, SPA_2] as const;
const PASSWORD = "an AP's in these tests";
const NO_RIGHT = "42501";
const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);
const CONTROL = at("sockets/control.sock");

before(async () => {
  if (!skip) await ensureBuilt();
});

interface Database {
  readonly service: string;
  /** As the role of each AP. */
  readonly aps: readonly string[];
}

/** With a role for each AP, two devices that have their images, and two APs that may come. */
async function prepared(): Promise<Database> {
  const { urlOf, database, query } = await postgresServer();
  const name = await database();
  const roles = ["remote_ap0", "remote_ap1"];
  for (const role of roles)
    await query("postgres", `CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD.replace("'", "''")}'`);
  const kek = createKekFile(at("kek.hex"));
  const store = await openPostgresStore(urlOf(name), { kek, create: true });
  const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
  for (const [n, spa] of SPAS.entries()) {
    const psk = nodeCrypto.randomBytes(32);
    writeFileSync(at(`device${n}.bin`), encodeRecord({ spa, psk, counter: 0 }));
    service.enrol(spa, psk);
  }
  for (const aa of AAS) service.authorise(aa);
  await store.settled();
  await store.close();
  return { service: urlOf(name), aps: roles.map((role) => urlOf(name, role, PASSWORD)) };
}

async function serving({ service }: Database): Promise<Ampcore> {
  const process = new Ampcore(
    "keys",
    "serve",
    "--postgres",
    service,
    "--kek",
    at("kek.hex"),
    "--sockets",
    at("sockets"),
  );
  await until("it serves", () => /serving 2 devices and 2 APs/.test(process.stderr), process);
  return process;
}

async function accessPoint(n: number, { aps }: Database): Promise<{ readonly ap: Ampcore; readonly port: string }> {
  const keys = ["--keys", socketOf(at("sockets"), AAS[n]), "--pmks", aps[n]];
  const ap = new Ampcore("ap", "--aa", addressText(AAS[n]), ...keys, "--listen", "127.0.0.1:0", "--period", "0.05");
  return { ap, port: await listening(ap) };
}

function station(n: number, port: string): Ampcore {
  return new Ampcore("sta", "--nvm", at(`device${n}.bin`), "--connect", `127.0.0.1:${port}`, ...PLENTY);
}

async function more(sta: Ampcore, ...told: readonly Ampcore[]): Promise<void> {
  const wanted = sta.confirmed.length + 3;
  await until("readings are confirmed", () => sta.confirmed.length >= wanted, sta, ...told);
}

async function generationOf(spa: Uint8Array, { service }: Database): Promise<number | undefined> {
  const store = await openPostgresStore(service, { kek: kekFromFile(at("kek.hex")), readOnly: true });
  const { devices } = store.load();
  await store.close();
  return devices.find((device) => toHex(device.spa) === toHex(spa))?.generation;
}

test("002-A11: an AP that is killed holds up no update, and with the service killed each AP starts from PMKs of its own role", {
  skip,
}, async () => {
  const database = await prepared();
  const service = await serving(database);
  const where = ["--postgres", database.service, "--sockets", at("sockets")];
  const allowed = await calls(
    ...AAS.map((aa, n) => ["keys", "authorise", "--aa", addressText(aa), "--role", `remote_ap${n}`, ...where]),
    ["keys", "authorise", "--aa", addressText(AA), "--role", "nobody_of_that_name", ...where],
  );
  assert.deepEqual(
    allowed.map(({ code }) => code),
    [0, 0, 2],
    allowed.map(({ stderr }) => stderr).join("\n"),
  );
  assert.match(allowed[2].stderr, /^ampcore keys: [^\n]*role "nobody_of_that_name" does not exist[^\n]*\n$/);

  const [first, second] = await Promise.all([accessPoint(0, database), accessPoint(1, database)]);
  const stations = [station(0, first.port), station(1, second.port)];
  await Promise.all(stations.map((sta) => more(sta, first.ap, second.ap)));

  await first.ap.end("SIGKILL");
  assert.deepEqual(await ask(CONTROL, { action: "update", spa: toHex(SPA_2) }), { devices: 1, state: "update begun" });
  for (const end_ms = Date.now() + 60_000; (await generationOf(SPA_2, database)) === 0; ) {
    assert.ok(Date.now() < end_ms, `the update is not proven\n${service.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await more(stations[1], second.ap);

  await service.end("SIGKILL");
  await more(stations[1], second.ap);
  const again = await accessPoint(0, database);
  await stations[0].end("SIGKILL");
  const moved = [station(0, again.port), station(1, again.port)];
  await stations[1].end("SIGTERM");
  // Also the device whose root is new: its PMK was committed here while this AP was dead.
  await Promise.all(moved.map((sta) => more(sta, again.ap)));
  assert.doesNotMatch(again.ap.stderr, /the key service is here/, "without the service");

  const client = new pg.Client({ connectionString: database.aps[0] });
  await client.connect();
  for (const table of ["meta", "device", "ap", "log"]) {
    await assert.rejects(client.query(`SELECT * FROM amp_keys.${table}`), { code: NO_RIGHT }, table);
  }
  const { rows } = await client.query<{ aa: Buffer }>("SELECT DISTINCT aa FROM amp_ap.pmk");
  assert.deepEqual(
    rows.map(({ aa }) => toHex(aa)),
    [toHex(AA)],
    "of amp_ap it reads its own rows",
  );
  await client.end();

  const codes = [];
  for (const each of [...moved, again.ap, second.ap]) codes.push(await each.end("SIGTERM"));
  assert.deepEqual(codes, [0, 0, 0, 0]);
});

test("an AP whose role is not allowed, or whose service may not be found, is told so in one sentence", {
  skip,
}, async () => {
  const { urlOf, database, query } = await postgresServer();
  const name = await database();
  await query("postgres", `CREATE ROLE remote_stranger LOGIN PASSWORD '${PASSWORD.replace("'", "''")}'`);
  const kek = createKekFile(at("kek2.hex"));
  await (await openPostgresStore(urlOf(name), { kek, create: true })).close();
  const ap = (...pmks: readonly string[]): string[] => ["ap", "--keys", "gone.sock", "--pmks", ...pmks];
  const service = ["--postgres", urlOf(name), "--kek", at("kek2.hex"), "--sockets", at("sockets2")];
  const [stranger, nowhere, unknown] = await calls(
    ap(urlOf(name, "remote_stranger", PASSWORD)),
    ap("postgres://ap:secret@127.0.0.1:1/keys"),
    ["keys", "authorise", "--aa", addressText(AA), "--role", "nobody_of_that_name", ...service],
  );
  assert.match(stranger.stderr, /^ampcore ap: the PMKs in PostgreSQL database [^\n]+\n$/);
  assert.match(
    nowhere.stderr,
    /^ampcore ap: the PMKs in PostgreSQL database "keys" at 127\.0\.0\.1 cannot be read: [^\n]+\n$/,
  );
  assert.doesNotMatch(nowhere.stderr, /secret/);
  assert.match(unknown.stderr, /^ampcore keys: [^\n]*role "nobody_of_that_name" does not exist[^\n]*\n$/);
  assert.ok(
    [stranger, nowhere, unknown].every(({ code }) => code === 1 || code === 2),
    "none of them went on",
  );
});

test("a service whose database connections break ends with one sentence and exit code 1, and not with a stack", {
  skip,
}, async () => {
  const { urlOf, database, query } = await postgresServer();
  const name = await database();
  const kek = createKekFile(at("kek3.hex"));
  const store = await openPostgresStore(urlOf(name), { kek, create: true });
  const service = new KeyService({ crypto: nodeCrypto, master: store.master, store });
  service.authorise(AA);
  await store.settled();
  await store.close();
  const where = ["--postgres", urlOf(name), "--kek", at("kek3.hex"), "--sockets", at("sockets3")];
  const serve = new Ampcore("keys", "serve", ...where);
  await until("it serves", () => /serving no devices and 1 AP/.test(serve.stderr), serve);
  await query("postgres", `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  await until("it has ended", () => serve.child.exitCode !== null, serve);
  assert.equal(serve.child.exitCode, 1, serve.stderr);
  assert.match(serve.stderr, /\nampcore keys: [^\n]+\n$/);
  assert.doesNotMatch(serve.stderr, /this should not happen|\n +at /);
});
